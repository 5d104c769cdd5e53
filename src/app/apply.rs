//! `permctl apply`

use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::app::planning::{Held, How, Planned};
use crate::app::reviewed::reviewed;
use crate::app::select::Selection;
use crate::app::session::Connected;
use crate::app::{App, Loaded, guarding, holders, interrupt, planning, show};
use crate::apply::membership::MembershipOutcome;
use crate::apply::{Applied, INTERRUPTED, Job, Outcome, Pace, Status, WorkspaceOutcome, execute};
use crate::cli;
use crate::error::{Exit, Stop};
use crate::plan::{Direction, NotRead, Plan, WorkspacePlan};
use crate::report;

/// Does a saved plan, or plans, shows, asks and does.
pub async fn run(app: &mut App, arguments: &cli::Apply) -> anyhow::Result<Exit> {
    let loaded = app.load()?;
    let saved = saved(arguments);
    let Planned { plan, mut held, session } = match saved {
        Some(path) => reviewed(app, &loaded, show::read(path)?).await?,
        None => {
            let selection = Selection::new(&arguments.what, &loaded.desired).map_err(|stop| {
                let hint = stop.hint.unwrap_or_default();
                Stop {
                    hint: Some(format!("{hint}; and there is no plan file of that name")),
                    ..stop
                }
            })?;
            let planned = {
                // A plan that nobody is asked about needs no calls to say whom it touches.
                let whose = match arguments.auto_approve {
                    true => cli::WhoseHolders::None,
                    false => cli::WhoseHolders::Auto,
                };
                let holders = holders::Wanted { whose, ..app.holders(&loaded) };
                let how = How { snapshot: None, hold: true, holders };
                planning::plan(app, &loaded, &selection, how).await?
            };
            app.talk_report(&report::plan::text(&planned.plan))?;
            planned
        }
    };
    let mut plan = plan;
    let left_out = only(&mut plan, arguments.only);
    if left_out > 0 {
        plan.refused = guarding::refused(&loaded, &plan);
        app.talk(&format!("left out, since they do not narrow only: {left_out} changes\n"));
    }
    if !plan.is_empty() {
        guarding::stop(app, &plan, &arguments.lift, saved.is_none())?;
    }
    plan.refused.clear();
    let others = planning::ending(&plan);
    if let Some(approved) = &arguments.approved
        && *approved != plan.digest
    {
        return Err(Stop::new(
            Exit::Stale,
            format!("the plan has the digest {}, and {approved} was approved", plan.digest),
        )
        .hint("nothing was sent; review this plan, or apply the approved one")
        .into());
    }
    let mut applied = Applied::of(&plan);
    if plan.is_empty() {
        // Without a saved plan, the plan that was just shown has said so already.
        let said = if saved.is_some() { "The plan has nothing to do.\n" } else { "" };
        app.report(&applied, |_| said.to_owned())?;
        return Ok(others);
    }
    if saved.is_none() && !arguments.auto_approve {
        ask(app)?;
    }
    let session = session.expect("an apply reads from the API");
    let bar = progress(plan.workspaces.iter().map(WorkspacePlan::work).sum());
    let watch = Watch { bar: &bar, interrupted: &interrupt::watch(app) };
    let mut jobs = Vec::new();
    for connected in session.tenants.values() {
        let workspaces: Vec<(&WorkspacePlan, Option<Held>)> = plan
            .workspaces
            .iter()
            .filter(|workspace| workspace.tenant == connected.config.name)
            .filter(|workspace| workspace.has_work())
            .map(|workspace| (workspace, held.remove(&workspace.workspace)))
            .collect();
        jobs.push(tenant(&loaded, connected, workspaces, whole(&plan, connected), watch));
    }
    applied.workspaces = join_all(jobs).await.into_iter().flatten().collect();
    session.talk(app);
    bar.finish_and_clear();
    applied.workspaces.sort_by(|a, b| a.workspace.cmp(&b.workspace));
    let interrupted = applied
        .statuses()
        .any(|status| matches!(status, Status::NotTried { why } if why == INTERRUPTED));
    applied.interrupted = interrupted;
    app.report(&applied, report::applied::text)?;
    Ok(applied.exit(others))
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

/// What goes on beside the writes.
#[derive(Clone, Copy)]
struct Watch<'a> {
    bar: &'a ProgressBar,
    interrupted: &'a AtomicBool,
}

impl App {
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
    let mut stop = (!whole).then_some("another workspace of this tenant could not be read");
    for (workspace, held) in workspaces {
        if let Some(why) = stop {
            let why = if held.is_some() { why } else { "it could not be read" };
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
            memberships: &workspace.memberships,
            fresh: Some(fresh),
            pace: &pace,
            progress: &progress,
            interrupted: &interrupted,
        };
        let (outcome, refused) = execute(job).await;
        stop = refused.then_some("the vendor refused an earlier write of this tenant");
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
        memberships: workspace
            .memberships
            .iter()
            .map(|planned| {
                let status = Status::NotTried { why: why.to_owned() };
                MembershipOutcome::new(&planned.membership, status, Vec::new())
            })
            .collect(),
    }
}
