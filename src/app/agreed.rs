//! What an apply is to do: a plan that was saved and reviewed, or one that is shown and asked about;
//! and the lock, so that nobody else does anything meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::app::lock::{self, Glance, Lock};
use crate::app::planning::{self, Held, How, Planned};
use crate::app::reviewed::reviewed;
use crate::app::select::Selection;
use crate::app::session::Session;
use crate::app::{App, Loaded, guarding, holders, journal, read, show};
use crate::error::{Exit, Stop};
use crate::model::Direction;
use crate::plan::{Plan, WorkspacePlan};
use crate::{cli, desired, report};

/// What is to be done, and what for.
pub struct Agreed {
    /// The plan.
    pub plan: Plan,
    /// What it was made from, by workspace.
    pub held: BTreeMap<String, Held>,
    /// The connection.
    pub session: Option<Session>,
    /// The lock; `None` where there is nothing to do.
    pub lock: Option<Lock>,
    /// The workspaces in which everybody may be locked out.
    pub lifted: BTreeSet<String>,
    /// Where the plan was saved, if it was.
    pub saved: Option<Saved>,
}

/// A saved plan.
pub struct Saved {
    /// Its file.
    pub path: PathBuf,
    /// The tenants that were read in part when it was made; nothing is applied to them.
    pub uncovered: BTreeSet<String>,
}

/// Finds out what to do, sees that guards and people agree, and takes the lock.
pub async fn agree(
    app: &mut App,
    loaded: &Loaded,
    arguments: &cli::Apply,
) -> anyhow::Result<Agreed> {
    lock::may_break(arguments.break_lock)?;
    let saved = saved(arguments);
    let glance = lock::glance(&loaded.root);
    let take = |app: &App, plan: &Plan, glance: Option<&Glance>| {
        lock::take(app, &loaded.root, &plan.digest, glance, arguments.break_lock)
    };
    let mut lock = None;
    let mut uncovered = BTreeSet::new();
    let Planned { mut plan, held, session } = match saved {
        Some(path) => {
            let plan = show::read(path)?;
            is_approved(&plan, arguments)?;
            uncovered.extend(plan.not_read.iter().map(|not_read| not_read.tenant.clone()));
            if !plan.is_empty() {
                // Taken before anything is read, so that all of it may be written from.
                lock = Some(take(app, &plan, None)?);
                let tenants = touched(loaded, &plan);
                journal::settle_down(app, &journal::folder(loaded, arguments), &tenants).await?;
            }
            reviewed(app, loaded, plan).await?
        }
        None => planned(app, loaded, arguments, &glance).await?,
    };
    let left_out = only(&mut plan, arguments.only);
    if saved.is_some() || left_out > 0 {
        // What is left may come to something else than the whole did: nobody who administers.
        let session = session.as_ref().expect("an apply reads from the API");
        guarding::again(app, loaded, &mut plan, &held, session).await;
    }
    if left_out > 0 {
        app.talk(&format!("left out, since they do not narrow only: {left_out} changes\n"));
    }
    if !plan.is_empty() {
        guarding::stop(app, &plan, &arguments.lift, saved.is_none())?;
    }
    plan.refused.clear();
    let lifted = guarding::lifted(loaded, &plan, &arguments.lift);
    is_approved(&plan, arguments)?;
    if saved.is_none() && !plan.is_empty() {
        if !arguments.auto_approve {
            ask(app).await?;
        }
        lock = Some(take(app, &plan, Some(&glance))?);
    }
    let saved = saved.map(|path| Saved { path: path.to_owned(), uncovered });
    Ok(Agreed { plan, held, session, lock, saved, lifted })
}

/// Plans what is selected and shows it.
async fn planned(
    app: &mut App,
    loaded: &Loaded,
    arguments: &cli::Apply,
    glance: &Glance,
) -> anyhow::Result<Planned> {
    let selection = Selection::new(&arguments.what, &loaded.desired).map_err(|stop| {
        let hint = stop.hint.unwrap_or_default();
        Stop { hint: Some(format!("{hint}; and there is no plan file of that name")), ..stop }
    })?;
    // What a living run has in flight is its own business; this one sends nothing beside it.
    if !glance.busy {
        let tenants = read::used_tenants(loaded, &selection);
        journal::settle_down(app, &journal::folder(loaded, arguments), &tenants).await?;
    }
    // A plan that nobody is asked about needs no calls to say whom it touches.
    let whose = match arguments.auto_approve {
        true => cli::WhoseHolders::None,
        false => cli::WhoseHolders::Auto,
    };
    let holders = holders::Wanted { whose, ..app.holders(loaded) };
    let how = How { snapshot: None, hold: true, holders };
    let planned = planning::plan(app, loaded, &selection, how).await?;
    app.talk_report(&report::plan::text(&planned.plan))?;
    Ok(planned)
}

/// Lists the tenants that a saved plan changes something of.
fn touched<'a>(loaded: &'a Loaded, plan: &Plan) -> Vec<&'a desired::Tenant> {
    let touched = |name: &str| {
        plan.workspaces.iter().any(|workspace| workspace.tenant == name && workspace.work() > 0)
    };
    loaded.desired.tenants.iter().filter(|tenant| touched(&tenant.name)).collect()
}

/// Refuses another plan than the one that was approved.
fn is_approved(plan: &Plan, arguments: &cli::Apply) -> Result<(), Stop> {
    match &arguments.approved {
        Some(approved) if *approved != plan.digest => Err(Stop::new(
            Exit::Stale,
            format!("the plan has the digest {}, and {approved} was approved", plan.digest),
        )
        .hint("nothing was sent; review this plan, or apply the approved one")),
        _ => Ok(()),
    }
}

/// Leaves the changes that a run is limited to; returns how many others there are.
fn only(plan: &mut Plan, only: Option<cli::Only>) -> usize {
    let Some(cli::Only::Narrows) = only else { return 0 };
    let work = |plan: &Plan| plan.workspaces.iter().map(WorkspacePlan::work).sum::<usize>();
    let all = work(plan);
    for workspace in &mut plan.workspaces {
        workspace.changes.retain(|planned| planned.direction == Direction::Narrows);
        workspace.memberships.retain(|planned| planned.membership.gained().next().is_none());
    }
    all - work(plan)
}

/// Returns the file of a saved plan, when that is what was named.
fn saved(arguments: &cli::Apply) -> Option<&Path> {
    match arguments.what.as_slice() {
        [one] => Some(Path::new(one)).filter(|path| path.is_file()),
        _ => None,
    }
}

impl App {
    /// Shows the plan that is about to be asked about: on stdout for people, aside for machines.
    fn talk_report(&self, text: &str) -> anyhow::Result<()> {
        match self.globals.format {
            cli::Format::Text => self.result(text),
            cli::Format::Json | cli::Format::Markdown => {
                self.talk(text);
                Ok(())
            }
        }
    }
}

/// Asks whether to go on; only the whole word counts.
async fn ask(app: &App) -> anyhow::Result<()> {
    if !std::io::stdin().is_terminal() {
        return Err(Stop::new(Exit::Usage, "nobody is there to approve the plan; nothing was sent")
            .hint("save the plan with `permctl plan --out FILE`, review it and `permctl apply FILE`; or pass --auto-approve")
            .into());
    }
    app.talk("\nApply this plan? Only `yes` is taken as yes: ");
    // Read aside: whoever waits for a line can't be interrupted.
    let (asked, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer);
        // Nobody takes it where the run was interrupted.
        let _ = asked.send(read.map(|_| answer));
    });
    let answer = told.await.context("nobody could be asked")??;
    if answer.trim() == "yes" {
        return Ok(());
    }
    Err(Stop::new(Exit::Interrupted, "not approved; nothing was sent").into())
}
