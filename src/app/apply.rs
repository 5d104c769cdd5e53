//! `permctl apply`

use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::app::journal::{self, Kept};
use crate::app::lock::{self, Glance};
use crate::app::planning::{Held, How, Planned};
use crate::app::reviewed::reviewed;
use crate::app::select::Selection;
use crate::app::session::Connected;
use crate::app::{App, Loaded, interrupt, planning, read, show};
use crate::apply::next::{Called, next, quoted};
use crate::apply::{Applied, INTERRUPTED, Job, Outcome, Pace, Status, WorkspaceOutcome, execute};
use crate::cli;
use crate::desired;
use crate::error::{Exit, Stop};
use crate::plan::{NotRead, Plan, WorkspacePlan};
use crate::report;

/// Does a saved plan, or plans, shows, asks and does.
pub async fn run(app: &mut App, arguments: &cli::Apply) -> anyhow::Result<Exit> {
    let loaded = app.load()?;
    lock::may_break(arguments.break_lock)?;
    let saved = saved(arguments);
    let glance = lock::glance(&loaded.root);
    let lock = |app: &App, plan: &Plan| {
        lock::take(app, &loaded.root, &plan.digest, &glance, arguments.break_lock)
    };
    let mut locked = None;
    let mut undisturbed = true;
    let Planned { plan, mut held, session } = match saved {
        Some(path) => {
            let plan = show::read(path)?;
            is_approved(&plan, arguments)?;
            if !plan.is_empty() {
                locked = Some(lock(app, &plan)?);
                journal::settle_down(
                    app,
                    &journal::folder(&loaded, arguments),
                    &touched(&loaded, &plan),
                )
                .await;
            }
            reviewed(app, &loaded, plan).await?
        }
        None => planned(app, &loaded, arguments, &glance).await?,
    };
    let others = planning::ending(&plan);
    is_approved(&plan, arguments)?;
    let mut applied = Applied::of(&plan);
    if plan.is_empty() {
        // Without a saved plan, the plan that was just shown has said so already.
        let said = if saved.is_some() { "The plan has nothing to do.\n" } else { "" };
        app.report(&applied, |_| said.to_owned())?;
        return Ok(others);
    }
    if saved.is_none() {
        if !arguments.auto_approve {
            ask(app)?;
        }
        let lock = lock(app, &plan)?;
        undisturbed = lock.undisturbed;
        locked = Some(lock);
    }
    let kept = Kept::begin(app, &loaded, arguments, &plan.digest)?;
    let session = session.expect("an apply reads from the API");
    let bar = progress(plan.changes().count());
    let interrupted = interrupt::watch(app);
    let watch = Watch { bar: &bar, interrupted: &interrupted, journal: &kept, undisturbed };
    let mut jobs = Vec::new();
    for connected in session.tenants.values() {
        let workspaces: Vec<(&WorkspacePlan, Option<Held>)> = plan
            .workspaces
            .iter()
            .filter(|workspace| workspace.tenant == connected.config.name)
            .filter(|workspace| !workspace.changes.is_empty())
            .map(|workspace| (workspace, held.remove(&workspace.workspace)))
            .collect();
        jobs.push(tenant(&loaded, connected, workspaces, whole(&plan, connected), watch));
    }
    applied.workspaces = join_all(jobs).await.into_iter().flatten().collect();
    drop(locked);
    session.talk(app);
    bar.finish_and_clear();
    applied.workspaces.sort_by(|a, b| a.workspace.cmp(&b.workspace));
    let interrupted = applied.outcomes().any(
        |(_, outcome)| matches!(&outcome.status, Status::NotTried { why } if why == INTERRUPTED),
    );
    applied.interrupted = interrupted;
    let saved = saved.map(|path| quoted(&path.to_string_lossy()));
    let called = Called { program: &app.program(), saved: saved.as_deref() };
    applied.next = next(&applied, called);
    let exit = applied.exit(others);
    kept.end(&applied, exit);
    app.report(&applied, report::applied::text)?;
    Ok(exit)
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
        journal::settle_down(app, &journal::folder(loaded, arguments), &tenants).await;
    }
    let how = How { snapshot: None, hold: true, holders: cli::WhoseHolders::None };
    let planned = planning::plan(app, loaded, &selection, how).await?;
    app.talk_report(&report::plan::text(&planned.plan))?;
    Ok(planned)
}

/// Lists the tenants that a saved plan changes something of.
fn touched<'a>(loaded: &'a Loaded, plan: &Plan) -> Vec<&'a desired::Tenant> {
    let touched = |name: &str| plan.changes().any(|(workspace, _)| workspace.tenant == name);
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

/// Returns the file of a saved plan, when that is what was named.
fn saved(arguments: &cli::Apply) -> Option<&Path> {
    match arguments.what.as_slice() {
        [one] => Some(Path::new(one)).filter(|path| path.is_file()),
        _ => None,
    }
}

/// What holds for all tenants of a run.
#[derive(Clone, Copy)]
struct Watch<'a> {
    bar: &'a ProgressBar,
    interrupted: &'a AtomicBool,
    journal: &'a Kept,
    /// Whether no other run wrote since the first read, so that it may be written from.
    undisturbed: bool,
}

impl App {
    /// Writes how the program is called again with these files.
    fn program(&self) -> String {
        let mut program = "permctl".to_owned();
        let flags = [("--config", &self.globals.config), ("--profiles", &self.globals.profiles)];
        for (flag, path) in flags {
            if let Some(path) = path {
                program.push_str(&format!(" {flag} {}", quoted(&path.to_string_lossy())));
            }
        }
        program
    }

    /// Shows the plan that is about to be asked about: on stdout for people, aside for machines.
    fn talk_report(&self, text: &str) -> anyhow::Result<()> {
        match self.globals.format {
            cli::Format::Text => self.result(text),
            cli::Format::Json => {
                self.talk(text);
                Ok(())
            }
        }
    }
}

/// Asks whether to go on; only the whole word counts.
fn ask(app: &App) -> anyhow::Result<()> {
    if !std::io::stdin().is_terminal() {
        return Err(Stop::new(Exit::Usage, "nobody is there to approve the plan; nothing was sent")
            .hint("save the plan with `permctl plan --out FILE`, review it and `permctl apply FILE`; or pass --auto-approve")
            .into());
    }
    app.talk("\nApply this plan? Only `yes` is taken as yes: ");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    if answer.trim() == "yes" {
        return Ok(());
    }
    Err(Stop::new(Exit::Interrupted, "not approved; nothing was sent").into())
}

/// A bar on stderr, when that is a terminal.
fn progress(changes: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(changes as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Tells whether everything of a tenant that the plan is about could be read.
fn whole(plan: &Plan, connected: &Connected) -> bool {
    let failed = |not_read: &NotRead| !not_read.files && not_read.tenant == connected.config.name;
    !plan.not_read.iter().any(failed)
}

/// Does the changes of one tenant, workspace by workspace, until it refuses us.
#[expect(clippy::disallowed_methods, reason = "this is the one place that builds a writer")]
async fn tenant(
    loaded: &Loaded,
    connected: &Connected,
    workspaces: Vec<(&WorkspacePlan, Option<Held>)>,
    whole: bool,
    watch: Watch<'_>,
) -> Vec<WorkspaceOutcome> {
    let pace = Pace::default();
    let mut outcomes = Vec::new();
    let unread = "another workspace of this tenant could not be read";
    let mut stop = (!whole).then(|| unread.to_owned());
    for (workspace, held) in workspaces {
        if let Some(why) = &stop {
            outcomes.push(not_tried(workspace, why));
            continue;
        }
        let known =
            loaded.desired.workspaces.iter().find(|known| known.name == workspace.workspace);
        let desired = known.expect("a plan is of workspaces of the files");
        let Held { fresh, names } = held.expect("every workspace with changes was held");
        let progress = |profile: &str| {
            watch.bar.set_message(crate::report::safe::visible(profile));
            watch.bar.inc(1);
        };
        let interrupted = || watch.interrupted.load(Ordering::Relaxed);
        let job = Job {
            provider: connected.provider,
            reader: connected.http.reader(connected.provider),
            writer: connected.http.writer(connected.provider),
            desired,
            names: &names,
            day: loaded.day,
            workspace: &workspace.id,
            changes: &workspace.changes,
            fresh: watch.undisturbed.then_some(fresh),
            pace: &pace,
            journal: watch.journal,
            progress: &progress,
            interrupted: &interrupted,
        };
        let (outcome, halt) = execute(job).await;
        stop = halt;
        outcomes.push(outcome);
    }
    outcomes
}

fn not_tried(workspace: &WorkspacePlan, why: &str) -> WorkspaceOutcome {
    WorkspaceOutcome {
        workspace: workspace.workspace.clone(),
        tenant: workspace.tenant.clone(),
        profiles: workspace
            .changes
            .iter()
            .map(|planned| Outcome {
                profile: planned.change.profile.clone(),
                action: planned.change.existence.word().to_owned(),
                status: Status::NotTried { why: why.to_owned() },
                kept: Vec::new(),
            })
            .collect(),
    }
}
