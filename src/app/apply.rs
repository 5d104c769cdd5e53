//! `permctl apply`

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::app::agreed::{Agreed, agree};
use crate::app::interrupt::{self, Signals};
use crate::app::journal::Kept;
use crate::app::session::Connected;
use crate::app::{App, Loaded, pace, planning};
use crate::apply::next::{self, Called, next};
use crate::apply::{Applied, Fresh, Job, Status, WorkspaceOutcome, execute};
use crate::error::{Exit, Stop};
use crate::plan::saved::Rest;
use crate::plan::{NotRead, Plan, WorkspacePlan};
use crate::provider::http::Limit;
use crate::text::{shell_word, visible};
use crate::{cli, report};

/// Does a saved plan, or plans, shows, asks and does.
pub async fn run(app: &mut App, arguments: &cli::Apply) -> anyhow::Result<Exit> {
    let loaded = app.load()?;
    let mut signals = Signals::watch()?;
    let agreed = tokio::select! {
        biased;
        agreed = agree(app, &loaded, arguments) => agreed?,
        // What was begun to be agreed on is dropped here, the lock with it.
        () = signals.next() => {
            return Err(Stop::new(Exit::Interrupted, "interrupted; nothing was sent").into());
        }
    };
    let is_empty = agreed.is_empty();
    let Agreed { plan, mut held, rest, unread, session, lock, saved, lifted } = agreed;
    let others = planning::ending(&plan);
    let mut applied = Applied::of(&plan);
    let Some(lock) = lock.filter(|_| !is_empty) else {
        // Without a saved plan, the plan that was just shown has said so already.
        let said = if saved.is_some() { "The plan has nothing to do.\n" } else { "" };
        app.report(&applied, |_| said.to_owned())?;
        return Ok(others);
    };
    let journal = Kept::begin(app, &loaded, arguments, &plan.digest)?;
    let session = session.expect("an apply reads from the API");
    let bar = progress(plan.workspaces.iter().map(WorkspacePlan::work).sum());
    interrupt::watch(app, signals);
    let undisturbed = lock.undisturbed;
    let watch = Watch { bar: &bar, journal: &journal, undisturbed, lifted: &lifted };
    let nothing = Rest::default();
    let mut jobs = Vec::new();
    for connected in session.tenants.values() {
        let own = plan.workspaces.iter().filter(|it| it.tenant == connected.config.name);
        let todo = own.filter_map(|plan| {
            let rest = rest.get(&plan.workspace).unwrap_or(&nothing);
            let fresh = held.remove(&plan.workspace)?;
            (plan.has_work() || !rest.is_empty()).then_some(Todo { plan, rest, fresh })
        });
        jobs.push(tenant(&loaded, connected, todo.collect(), whole(&plan, connected), watch));
    }
    applied.workspaces = join_all(jobs).await.into_iter().flatten().collect();
    let not_read = unread.iter().filter(|it| it.has_work());
    applied.workspaces.extend(
        not_read.map(|workspace| {
            WorkspaceOutcome::not_tried(workspace, &nothing, "it could not be read")
        }),
    );
    drop(lock);
    session.talk(app);
    bar.finish_and_clear();
    applied.workspaces.sort_by(|a, b| a.workspace.cmp(&b.workspace));
    let left = applied.statuses().any(|status| matches!(status, Status::NotTried { .. }));
    applied.interrupted = left && app.run.closed() == Some(Limit::Interrupted);
    let saved = saved.map(|saved| next::Saved {
        typed: again(&shell_word(&saved.path.to_string_lossy()), arguments),
        uncovered: saved.uncovered,
    });
    applied.next = next(&applied, Called { program: &app.program(), saved: saved.as_ref() });
    let exit = applied.exit(others);
    journal.end(&applied, exit);
    match app.report_done(&applied, report::applied::text) {
        Err(error) if exit == Exit::Done => Err(error),
        // How it ended says more than that nobody took the report.
        Err(error) => {
            app.talk(&format!("the report could not be written: {error:#}\n"));
            Ok(exit)
        }
        Ok(()) => Ok(exit),
    }
}

/// Writes a saved plan, what limits it and where it is noted, as they are typed again.
fn again(path: &str, arguments: &cli::Apply) -> String {
    let cli::Apply { approved, journal, change, only, lift, .. } = arguments;
    let mut typed = path.to_owned();
    let only = only.map(|cli::Only::Narrows| "narrows".to_owned());
    let journal = journal.as_ref().map(|path| path.to_string_lossy().into_owned());
    let flags =
        [("approved", approved), ("change", change), ("journal", &journal), ("only", &only)];
    for (flag, value) in flags {
        if let Some(value) = value {
            typed.push_str(&format!(" --{flag} {}", shell_word(value)));
        }
    }
    for rule in lift {
        typed.push_str(&format!(" --lift {}", rule.word()));
    }
    typed
}

impl App {
    /// Writes how the program is called again with these files and this way to the vendors; limits
    /// are those of one run.
    fn program(&self) -> String {
        let cli::Globals { config, profiles, allow_host, ca_file, request_timeout, .. } =
            &self.globals;
        let mut program = "permctl".to_owned();
        let mut add = |flag: &str, value: &str| {
            program.push_str(&format!(" --{flag} {}", shell_word(value)));
        };
        for (flag, path) in [("config", config), ("profiles", profiles), ("ca-file", ca_file)] {
            if let Some(path) = path {
                add(flag, &path.to_string_lossy());
            }
        }
        allow_host.iter().for_each(|host| add("allow-host", host));
        if let Some(time) = request_timeout {
            add("request-timeout", &format!("{}s", time.as_secs()));
        }
        program
    }
}

/// What holds for all tenants of a run.
#[derive(Clone, Copy)]
struct Watch<'a> {
    bar: &'a ProgressBar,
    journal: &'a Kept,
    /// Whether no other run wrote since the first read, so that it may be written from.
    undisturbed: bool,
    /// The workspaces in which everybody may be locked out.
    lifted: &'a BTreeSet<String>,
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

/// One workspace that is to be written to.
struct Todo<'a> {
    plan: &'a WorkspacePlan,
    rest: &'a Rest,
    fresh: Fresh,
}

/// Does the changes of one tenant, workspace by workspace, until it refuses us.
#[expect(clippy::disallowed_methods, reason = "this is the one place that builds a writer")]
async fn tenant(
    loaded: &Loaded,
    connected: &Connected,
    workspaces: Vec<Todo<'_>>,
    whole: bool,
    watch: Watch<'_>,
) -> Vec<WorkspaceOutcome> {
    let pace = pace::pace();
    let mut outcomes = Vec::new();
    let unread = "another workspace of this tenant could not be read";
    let mut stop = (!whole).then(|| unread.to_owned());
    for Todo { plan, rest, fresh } in workspaces {
        if let Some(why) = &stop {
            outcomes.push(WorkspaceOutcome::not_tried(plan, rest, why));
            continue;
        }
        let progress = |profile: &str| {
            watch.bar.set_message(visible(profile));
            watch.bar.inc(1);
        };
        let closed = || connected.http.closed();
        let job = Job {
            provider: connected.provider,
            reader: connected.http.reader(connected.provider),
            writer: connected.http.writer(connected.provider),
            desired: loaded.workspace(&plan.workspace),
            workspace: &plan.id,
            changes: &plan.changes,
            users: &plan.users,
            rest,
            administrators: &plan.administrators,
            lifted: watch.lifted.contains(&plan.workspace),
            fresh: watch.undisturbed.then_some(fresh),
            pace: &pace,
            journal: watch.journal,
            progress: &progress,
            closed: &closed,
        };
        let (outcome, halt) = execute(job).await;
        stop = halt;
        outcomes.push(outcome);
    }
    outcomes
}
