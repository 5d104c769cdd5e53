//! What an apply may do: a plan that was saved and reviewed, or one that is shown and asked about; and
//! the lock, so that no other run does anything meanwhile.

use std::collections::BTreeSet;
use std::io::{BufRead as _, IsTerminal as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;

use crate::app::pipeline::{self, How, Work};
use crate::app::selection::Selection;
use crate::app::state::lock::{Lock, LockProbe};
use crate::app::state::{journal, lock};
use crate::app::{App, Loaded, files, session};
use crate::desired;
use crate::desired::guards::Guard;
use crate::error::{Exit, Stop};
use crate::live::Source;
use crate::plan::gate::{Gate, GateOutcome};
use crate::plan::holders::{HolderScope, Whose};
use crate::plan::rules::Moment;
use crate::plan::{Plan, guard};
use crate::report::{self, Format, Report, text};
use crate::text::visible;

mod only;

pub use only::Only;
use only::only;

/// What a user asks an apply to do, and how far it may go.
#[derive(Debug, Clone, Copy)]
pub struct AskedApply<'a> {
    /// The file of a saved plan, or addresses; empty for everything.
    pub what: &'a [String],
    /// The digest of the plan that was approved.
    pub digest: Option<&'a str>,
    /// Whether a plan that is made on the way is done without asking.
    pub auto_approve: bool,
    /// The folder of the journal, if one is given.
    pub journal: Option<&'a Path>,
    /// The changes that it is limited to.
    pub only: Option<Only>,
    /// The guards whose refusal passes.
    pub lift: &'a [Guard],
    /// Whether the lock of a run on another machine is taken over.
    pub break_lock: bool,
}

/// What is to be done, and what for.
pub struct Approved {
    /// The plan, and what it was made from.
    pub work: Work,
    /// The connection.
    pub source: Source,
    /// The lock; `None` where there is nothing to do.
    pub lock: Option<Lock>,
    /// The workspaces in which every administrator may be locked out.
    pub lifted: BTreeSet<String>,
    /// Where the plan was saved, if it was.
    pub saved: Option<SavedPlan>,
    /// How many changes the run is limited not to do.
    pub left_out: usize,
}

/// A saved plan.
pub struct SavedPlan {
    /// Its file.
    pub path: PathBuf,
    /// The tenants that were read in part when it was made; nothing is applied to them.
    pub uncovered: BTreeSet<String>,
}

/// Finds out what to do, sees that guards and people agree, and takes the lock.
pub async fn approve(
    app: &App,
    loaded: &Loaded,
    asked: &AskedApply<'_>,
) -> anyhow::Result<Approved> {
    lock::may_break(asked.break_lock)?;
    let probe = lock::probe(&loaded.root);
    let mut approved = match saved(asked) {
        Some(path) => reviewed(app, loaded, asked, path).await?,
        None => planned(app, loaded, asked, &probe).await?,
    };
    let everything = Selection::default();
    let scope = loaded.scope(&everything);
    if approved.saved.is_some() {
        approved.left_out = only(&mut approved.work, scope, asked.only);
    }
    let Approved { work, source, lock, lifted, saved, left_out } = &mut approved;
    if saved.is_some() || *left_out > 0 {
        let session = source.session().expect("an apply reads from the API");
        let unread = work.plan.not_read.len();
        pipeline::guard_again(scope, session, work).await;
        app.talk(&report::text::plan::not_read(&work.plan.not_read[unread..]));
    }
    if !work.is_empty() {
        stop(app, &work.plan, asked, saved.is_none() && *left_out == 0)?;
        pipeline::fits(work, source.session().expect("an apply reads from the API"))?;
    }
    work.plan.gates.clear();
    *lifted = match asked.lift.contains(&Guard::LockOut) {
        true => work.plan.workspaces.iter().map(|it| it.workspace.clone()).collect(),
        false => guard::lifted(&work.plan, &loaded.desired, loaded.day, Guard::LockOut),
    };
    is_approved(&work.plan, asked)?;
    if saved.is_none() && !work.plan.is_empty() {
        if !asked.auto_approve {
            ask(app).await?;
        }
        *lock = Some(take(app, loaded, asked, &work.plan, Some(&probe))?);
    }
    Ok(approved)
}

fn take(
    app: &App,
    loaded: &Loaded,
    asked: &AskedApply<'_>,
    plan: &Plan,
    probe: Option<&LockProbe>,
) -> anyhow::Result<Lock> {
    lock::take(app, &loaded.root, &plan.digest, probe, asked.break_lock)
}

/// Reads a saved plan, and keeps what a fresh plan still has of it.
async fn reviewed(
    app: &App,
    loaded: &Loaded,
    asked: &AskedApply<'_>,
    path: &Path,
) -> anyhow::Result<Approved> {
    let plan = files::plan(path)?;
    is_approved(&plan, asked)?;
    is_of_today(&plan, loaded.day)?;
    let uncovered = plan.not_read.iter().map(|not_read| not_read.tenant.clone()).collect();
    let mut lock = None;
    if !plan.is_empty() {
        // Taken before anything is read, so that all of it may be written from.
        lock = Some(take(app, loaded, asked, &plan, None)?);
        let tenants = touched(loaded, &plan);
        journal::wait_for_in_flight(app, &journal::folder(loaded, asked.journal), &tenants).await?;
    }
    let everything = Selection::default();
    let tenants = pipeline::bound(&plan, &loaded.desired)?;
    let source = Source::Api(session::open(app, loaded, tenants).await?);
    let before = plan.not_read.len();
    let work = pipeline::review(loaded.scope(&everything), &source, plan).await;
    app.notices(&source);
    let work = work?;
    let not_read = &work.plan.not_read[before..];
    app.talk(&report::text::plan::not_read(&work.plan.not_read));
    if not_read.iter().any(|not_read| not_read.files) {
        let message = "nothing was sent: not everything could be found";
        return Err(Stop::new(Exit::Files, message).into());
    }
    let (path, lifted) = (path.to_owned(), BTreeSet::new());
    let saved = Some(SavedPlan { path, uncovered });
    Ok(Approved { work, source, lock, lifted, saved, left_out: 0 })
}

/// Ends the run when a guard refuses, all of them named, unless a person lifts each at a terminal.
///
/// `shown` says that the plan was shown with its refusals just before.
fn stop(app: &App, plan: &Plan, asked: &AskedApply<'_>, shown: bool) -> anyhow::Result<()> {
    let lifted = asked.lift;
    if !lifted.is_empty() && !std::io::stdin().is_terminal() {
        return Err(Stop::new(Exit::Usage, "a guard can be lifted at a terminal only")
            .hint("nothing was sent; an exception in permctl.yaml, with a reason and a last day, is reviewed like everything else")
            .into());
    }
    let is_lifted = |it: &Gate| lifted.iter().any(|guard| it.is_of(*guard));
    let is_frozen =
        |it: &Gate| it.outcome == GateOutcome::RefusesApply && asked.only != Some(Only::Narrows);
    let refuses = |it: &&Gate| it.refuses() && !is_lifted(it) || is_frozen(it);
    let left: Vec<&Gate> = plan.gates.iter().filter(refuses).collect();
    if left.is_empty() {
        return Ok(());
    }
    if app.globals.format != Format::Text {
        // The refused plan is the result then; no report of an apply follows.
        app.show(Report::Plan(&app.without_names(plan)))?;
    } else {
        if !shown {
            app.talk(&report::text::gates::text(&plan.gates, app.view()));
        }
        app.write_reports(Report::Plan(plan))?;
    }
    let mut gates: Vec<String> = left.iter().map(|gate| report::text::gates::named(gate)).collect();
    // One guard may have several limits.
    gates.sort_unstable();
    gates.dedup();
    // Findings and workspaces that could not be read go first, as in the table of exit codes.
    let exit = pipeline::ending(plan).worst(Exit::Guard);
    Err(Stop::new(exit, format!("nothing was sent: refused by {}", gates.join(", "))).into())
}

/// Plans what is selected and shows it.
async fn planned(
    app: &App,
    loaded: &Loaded,
    asked: &AskedApply<'_>,
    probe: &LockProbe,
) -> anyhow::Result<Approved> {
    if let Some(file) = asked.what.iter().find(|what| is_plan_file(Path::new(what))) {
        let message = format!("{file} is a file, and a plan and addresses exclude each other");
        return Err(Stop::new(Exit::Usage, message)
            .hint("give the plan alone; `permctl plan ADDRESS --out FILE` makes one of a part")
            .into());
    }
    let selection = Selection::new(asked.what, &loaded.desired).map_err(|stop| {
        let hint = stop.hint.unwrap_or_default();
        Stop { hint: Some(format!("{hint}; and there is no plan file of that name")), ..stop }
    })?;
    let scope = loaded.scope(&selection);
    // A run that holds the lock answers for its own requests; this one sends nothing beside it.
    if !probe.busy {
        let tenants: Vec<_> = scope.selected().into_iter().map(|(tenant, _)| tenant).collect();
        journal::wait_for_in_flight(app, &journal::folder(loaded, asked.journal), &tenants).await?;
    }
    // A plan that is not asked about needs no calls to say whom it touches.
    let whose = match asked.auto_approve {
        true => Whose::None,
        false => Whose::Auto,
    };
    let holders = HolderScope { whose, ..scope.holders() };
    let source = session::source(app, loaded, scope, None, None).await?;
    let work =
        pipeline::plan(scope, &source, How { hold: true, holders, moment: Moment::Plan }).await;
    app.notices(&source);
    let mut work = work?;
    let left_out = only(&mut work, loaded.scope(&selection), asked.only);
    if left_out > 0 {
        // Guards judge what is left, once it is known.
        work.plan.gates.clear();
    }
    let shown = files::plan_from_here(&work.plan, &loaded.root);
    let text = text::render(Report::Plan(&app.without_names(&shown)), app.view());
    match app.globals.format {
        Format::Text => app.result(&text)?,
        // Stdout is for the report of what was done.
        Format::Json | Format::Markdown => app.talk(&text),
    }
    let lifted = BTreeSet::new();
    Ok(Approved { work, source, lock: None, lifted, saved: None, left_out })
}

/// Lists the tenants that a saved plan changes something of.
fn touched<'a>(loaded: &'a Loaded, plan: &Plan) -> Vec<&'a desired::Tenant> {
    let touched = |name: &str| {
        plan.workspaces.iter().any(|workspace| workspace.tenant == name && workspace.work() > 0)
    };
    loaded.desired.tenants.iter().filter(|tenant| touched(&tenant.name)).collect()
}

/// Refuses another plan than the one that was approved.
fn is_approved(plan: &Plan, asked: &AskedApply<'_>) -> Result<(), Stop> {
    match asked.digest {
        Some(approved) if approved != plan.digest => Err(Stop::new(
            Exit::Stale,
            format!("the plan has the digest {}, and {approved} was approved", plan.digest),
        )
        .hint(match plan.digest.trim_start_matches("sha256:").starts_with(approved) {
            true => "nothing was sent; give the whole digest, as `permctl show PLAN` prints it",
            false => "nothing was sent; review this plan, or apply the approved one",
        })),
        _ => Ok(()),
    }
}

/// Refuses a plan of another day, and one of which something in the files has expired since.
fn is_of_today(plan: &Plan, today: Date) -> Result<(), Stop> {
    let hint = "nothing was sent; make a new plan and review it";
    if plan.as_of {
        let message = format!("this is the plan of another day, {}", visible(&plan.day));
        return Err(Stop::new(Exit::Stale, message).hint(hint));
    }
    let last = plan.valid_through.as_ref().and_then(|day| day.parse::<Date>().ok());
    match last.filter(|last| *last < today) {
        None => Ok(()),
        Some(last) => {
            let message = format!("the plan could be applied through {last}, and today is {today}");
            Err(Stop::new(Exit::Stale, message).hint(hint))
        }
    }
}

/// Returns the file of a saved plan, when that is what was named.
fn saved<'a>(asked: &AskedApply<'a>) -> Option<&'a Path> {
    match asked.what {
        [one] => Some(Path::new(one)).filter(|path| is_plan_file(path)),
        _ => None,
    }
}

/// Tells whether a path can be that of a saved plan, which may come through a pipe.
pub fn is_plan_file(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| !found.is_dir())
}

/// Asks whether to go on; only the whole word counts.
async fn ask(app: &App) -> anyhow::Result<()> {
    if !std::io::stdin().is_terminal() {
        return Err(Stop::new(Exit::Usage, "there is no terminal to approve the plan at; nothing was sent")
            .hint("save the plan with `permctl plan --out FILE`, review it and `permctl apply FILE`; or pass --auto-approve")
            .into());
    }
    app.talk("\nApply this plan? Only `yes` is taken as yes: ");
    // Read aside: a thread that waits for a line can't be interrupted.
    let (asked, told) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer);
        // An interrupted run no longer takes it.
        let _ = asked.send(read.map(|_| answer));
    });
    let answer = told.await.context("the terminal could not be read")??;
    if answer.trim() == "yes" {
        return Ok(());
    }
    Err(Stop::new(Exit::Interrupted, "not approved; nothing was sent").into())
}
