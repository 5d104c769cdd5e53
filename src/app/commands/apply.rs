//! `permctl apply`

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum as _};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::app::approval::{Approved, AskedApply, Only, approve, is_plan_file};
use crate::app::pipeline::{self, Writing, ending};
use crate::app::signals::{self, Signals};
use crate::app::since::SinceArgs;
use crate::app::state::journal;
use crate::app::{App, Wanted, pace};
use crate::apply::Applied;
use crate::apply::next::{Called, Saved, next};
use crate::cli::Globals;
use crate::desired::guards::Guard;
use crate::error::{Exit, Stop};
use crate::finding::Code;
use crate::plan::WorkspacePlan;
use crate::report::{Format, Report};
use crate::text::{shell_word, visible};

/// `permctl apply`
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// A plan that `plan --out` saved; or what to plan and apply [default: everything]
    #[arg(value_name = "PLAN|ADDRESS")]
    pub what: Vec<String>,
    #[command(flatten)]
    pub since: SinceArgs,
    /// Do not ask
    #[arg(long)]
    pub auto_approve: bool,
    /// Refuse a plan with another digest than the reviewed one
    #[arg(long, value_name = "DIGEST")]
    pub approved: Option<String>,
    /// A folder for the journal of what is sent [default: .permctl/journal beside the configuration]
    #[arg(long, value_name = "PATH")]
    pub journal: Option<PathBuf>,
    /// The page of the pull request or ticket that asks for this, for the journal
    #[arg(long, value_name = "URL", value_parser = page)]
    pub change: Option<String>,
    /// Take the lock of a run on another machine that is over; at a terminal only
    #[arg(long)]
    pub break_lock: bool,
    /// Do only the changes that take access away, or only what a passed last day asks for
    #[arg(long, value_name = "WHICH")]
    pub only: Option<Only>,
    /// Let a guard's refusal pass; at a terminal only
    #[arg(long, value_name = "GUARD")]
    pub lift: Vec<Guard>,
}

/// Takes the address of a page; one with a password in it would end up in the journal.
fn page(text: &str) -> Result<String, String> {
    let url = url::Url::parse(text).map_err(|error| format!("not a URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("not the address of a page (https://...)".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("it has credentials in it".to_owned());
    }
    Ok(text.to_owned())
}

impl ApplyArgs {
    fn approval(&self) -> AskedApply<'_> {
        AskedApply {
            what: &self.what,
            digest: self.approved.as_deref(),
            auto_approve: self.auto_approve,
            journal: self.journal.as_deref(),
            only: self.only,
            lift: &self.lift,
            break_lock: self.break_lock,
        }
    }
}

/// Does a saved plan, or plans, shows, asks and does.
pub async fn run(app: &App, arguments: &ApplyArgs) -> anyhow::Result<Exit> {
    let is_plan = arguments.what.iter().any(|what| is_plan_file(Path::new(what)));
    let addresses: &[String] = if is_plan { &[] } else { &arguments.what };
    // An old line in a file is no reason to leave on what has expired.
    let tolerates: &[Code] = match arguments.only {
        Some(Only::Expired) => &[Code::ExpiredLongAgo],
        Some(Only::Narrows) | None => &[],
    };
    if is_plan && arguments.since.is_given() {
        let message = "a saved plan has what its branch changes; `--since` and `--base` are for plans that are made now";
        return Err(Stop::new(Exit::Usage, message).hint("give the plan alone").into());
    }
    let since = Some(&arguments.since);
    let (loaded, _) = app.load(addresses, Wanted { tolerates, since, ..Wanted::default() }).await?;
    let mut signals = Signals::watch()?;
    let asked = arguments.approval();
    let approved = tokio::select! {
        biased;
        approved = approve(app, loaded, &asked) => approved?,
        // Dropping the unfinished approval also releases the lock.
        () = signals.next() => {
            return Err(Stop::new(Exit::Interrupted, "interrupted; nothing was sent").into());
        }
    };
    let is_empty = approved.work.is_empty();
    let Approved { work, source, lock, saved, lifted, left_out } = approved;
    let others = ending(&work.plan);
    let Some(lock) = lock.filter(|_| !is_empty) else {
        let applied = Applied { left_out, ..Applied::of(&work.plan) };
        // Without a saved plan, the plan that was just shown has said so already.
        if saved.is_some() || left_out > 0 || app.globals.format != Format::Text {
            app.show(Report::Applied(&applied))?;
        }
        return Ok(others);
    };
    let session = source.session().expect("an apply reads from the API");
    let journal =
        journal::begin(app, loaded, asked.journal, arguments.change.as_deref(), &work.plan.digest)?;
    let bar = progress(work.plan.workspaces.iter().map(WorkspacePlan::work).sum());
    signals::watch(app, signals);
    let writing = Writing {
        journal: &journal,
        pace: &pace::pace(),
        progress: &|name| {
            bar.set_message(visible(name));
            bar.inc(1);
        },
        undisturbed: lock.undisturbed,
        lifted: &lifted,
        closed: &|| app.run.closed(),
    };
    let mut applied = pipeline::apply(&loaded.desired, session, work, writing).await;
    drop(lock);
    app.notices(&source);
    bar.finish_and_clear();
    applied.left_out = left_out;
    let saved = saved.map(|saved| Saved {
        typed: again(&shell_word(&saved.path.to_string_lossy()), arguments),
        uncovered: saved.uncovered,
    });
    applied.next = next(&applied, Called { program: &app.program(), saved: saved.as_ref() });
    let exit = applied.exit(others);
    journal.end(&applied, exit.code());
    app.show_applied(&applied, exit)
}

/// Writes a saved plan, what limits it and where it is noted, as they are typed again.
fn again(path: &str, arguments: &ApplyArgs) -> String {
    let ApplyArgs { approved, journal, change, only, lift, .. } = arguments;
    let mut typed = path.to_owned();
    let only = only.and_then(|only| only.to_possible_value());
    let only = only.map(|only| only.get_name().to_owned());
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
        let Globals { config, profiles, allow_host, ca_file, request_timeout, .. } = &self.globals;
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

/// A bar on stderr, when that is a terminal.
fn progress(changes: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(changes as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
