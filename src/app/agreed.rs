//! What an apply is to do: a plan that was saved and reviewed, or one that is shown and asked about;
//! and the lock, so that nobody else does anything meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::app::lock::{self, Glance, Lock};
use crate::app::planning::{self, How, Planned};
use crate::app::reviewed::{Reviewed, reviewed};
use crate::app::select::Selection;
use crate::app::session::Session;
use crate::app::{App, Loaded, holders, journal, read, show};
use crate::apply::Fresh;
use crate::desired::guards::Rule;
use crate::error::{Exit, Stop};
use crate::model::Direction;
use crate::plan::saved::Rest;
use crate::plan::{self, Plan, Refused, WorkspacePlan, guard};
use crate::{cli, desired, report};

/// What is to be done, and what for.
pub struct Agreed {
    /// The plan.
    pub plan: Plan,
    /// What it was made from, by workspace.
    pub held: BTreeMap<String, Fresh>,
    /// What was reviewed beside and is not to be sent, by workspace.
    pub rest: BTreeMap<String, Rest>,
    /// Workspaces of a saved plan that could not be read now.
    pub unread: Vec<WorkspacePlan>,
    /// The connection.
    pub session: Option<Session>,
    /// The lock; `None` where there is nothing to do.
    pub lock: Option<Lock>,
    /// The workspaces in which everybody may be locked out.
    pub lifted: BTreeSet<String>,
    /// Where the plan was saved, if it was.
    pub saved: Option<Saved>,
}

impl Agreed {
    /// Tells whether there is nothing to do and nothing to say about what was reviewed.
    pub fn is_empty(&self) -> bool {
        self.plan.is_empty() && self.unread.is_empty() && self.rest.values().all(Rest::is_empty)
    }
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
    let reviewed = match saved {
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
        None => {
            let planned = planned(app, loaded, arguments, &glance).await?;
            Reviewed { planned, rest: BTreeMap::new(), unread: Vec::new() }
        }
    };
    let Reviewed { planned: Planned { plan, held, session }, rest, unread } = reviewed;
    let saved = saved.map(|path| Saved { path: path.to_owned(), uncovered });
    let lifted = BTreeSet::new();
    let mut agreed = Agreed { plan, held, rest, unread, session, lock, lifted, saved };
    let left_out = only(&mut agreed, loaded, arguments.only);
    if agreed.saved.is_some() || left_out > 0 {
        guard_again(app, loaded, &mut agreed).await;
    }
    if left_out > 0 {
        app.talk(&format!("left out, since they do not narrow only: {left_out} changes\n"));
    }
    if !agreed.is_empty() {
        stop(app, &agreed.plan, &arguments.lift, agreed.saved.is_none())?;
    }
    let plan = &mut agreed.plan;
    plan.refused.clear();
    agreed.lifted = match arguments.lift.contains(&Rule::LockOut) {
        true => plan.workspaces.iter().map(|it| it.workspace.clone()).collect(),
        false => guard::lifted(plan, &loaded.desired, loaded.day, Rule::LockOut),
    };
    is_approved(plan, arguments)?;
    if agreed.saved.is_none() && !plan.is_empty() {
        if !arguments.auto_approve {
            ask(app).await?;
        }
        agreed.lock = Some(take(app, plan, Some(&glance))?);
    }
    Ok(agreed)
}

/// Looks up whose number guards need, and asks the guards about what is left of the plan. A workspace
/// whose holders can't be had joins those that were not read.
async fn guard_again(app: &App, loaded: &Loaded, agreed: &mut Agreed) {
    let Agreed { plan, held, session, .. } = agreed;
    let session = session.as_ref().expect("an apply reads from the API");
    let wanted = app.holders(loaded);
    let mut not_read = Vec::new();
    for workspace in plan.workspaces.iter_mut().filter(|it| it.has_work()) {
        let Some(Fresh { live, .. }) = held.get(&workspace.workspace) else { continue };
        let unheld = wanted.unheld(workspace, live);
        let connected = &session.tenants[&workspace.tenant];
        if let Err(error) = holders::look_up(connected, workspace, &unheld).await {
            not_read.push(read::failed(&workspace.tenant, &workspace.workspace, &error));
        }
    }
    app.talk(&report::plan::not_read(&not_read));
    plan.refused = guard::refused(plan, &loaded.desired, loaded.day);
    plan.not_read.extend(not_read);
}

/// Ends the run when a guard refuses, all of them named, unless somebody lifts each at a terminal.
///
/// `shown` says that the plan was shown with its refusals just before.
fn stop(app: &App, plan: &Plan, lifted: &[Rule], shown: bool) -> Result<(), Stop> {
    if !lifted.is_empty() && !std::io::stdin().is_terminal() {
        return Err(Stop::new(Exit::Usage, "a guard can be lifted at a terminal only")
            .hint("nothing was sent; an exception in permctl.yaml, with a reason and a last day, is reviewed like everything else"));
    }
    let left: Vec<&Refused> =
        plan.refused.iter().filter(|refused| !lifted.contains(&refused.rule)).collect();
    if left.is_empty() {
        return Ok(());
    }
    if !shown {
        app.talk(&report::plan::refused(&plan.refused));
    }
    let rules: Vec<&str> = left.iter().map(|refused| refused.rule.word()).collect();
    Err(Stop::new(Exit::Guard, format!("nothing was sent: refused by {}", rules.join(", "))))
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
fn only(agreed: &mut Agreed, loaded: &Loaded, only: Option<cli::Only>) -> usize {
    let Some(cli::Only::Narrows) = only else { return 0 };
    let narrows = |it: &plan::Planned| it.direction == Direction::Narrows;
    let mut left_out = 0;
    for workspace in &mut agreed.plan.workspaces {
        if let Some(read) = agreed.held.get(&workspace.workspace) {
            let context = loaded.context(workspace, &read.live);
            left_out += workspace.keep(context, narrows);
        }
    }
    for workspace in &mut agreed.unread {
        let all = workspace.work();
        workspace.changes.retain(narrows);
        workspace.users.retain(narrows);
        left_out += all - workspace.work();
    }
    for Rest { changes, users, stale: _ } in agreed.rest.values_mut() {
        for left in [changes, users] {
            let all = left.len();
            left.retain(|left| narrows(&left.planned));
            left_out += all - left.len();
        }
    }
    left_out
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
