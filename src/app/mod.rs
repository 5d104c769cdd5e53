//! The commands, and what they share: files, connections, the pipeline, the way out.
//!
//! This is the only place, beside the modules that send and wait, where files, the environment and
//! the clock are looked at.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::Globals;
use crate::error::{Exit, Stop};
use crate::finding::Finding;
use crate::live::Source;
use crate::plan::Plan;
use crate::provider::http::Run;
use crate::report::text::findings;
use crate::report::{Format, Report, text};
use crate::secret::Redactor;

mod approval;
mod commands;
mod credentials;
mod data_file;
mod environment;
mod files;
mod git;
mod load;
mod logging;
mod output;
mod pace;
pub mod pipeline;
mod reports;
mod reviews;
mod schemas;
pub mod selection;
mod session;
mod signals;
mod since;
mod state;
mod system;

pub use commands::{Cli, Command, parse};
use load::{Loaded, Wanted};

/// Runs a command and says how it ended.
pub fn run(mut cli: Cli) -> Exit {
    cli.globals.ca_file = environment::ca_file(&cli.globals);
    let Globals { max_requests, timeout, .. } = cli.globals;
    let run = Arc::new(Run::new(max_requests, timeout));
    let redactor = Redactor::default();
    let comment = match cli.command {
        Command::Plan(_) | Command::Show(_) => Some("plan"),
        Command::Drift(_) => Some("drift"),
        _ => None,
    };
    let reported = AtomicBool::new(false);
    output::choose_color(cli.globals.color);
    let reports_written = AtomicBool::new(false);
    let globals = cli.globals;
    let app = App { globals, redactor, run, comment, reported, reports_written };
    logging::start(&app.globals, &app.redactor);
    // One thread: almost all time is waiting, and each thread keeps memory of its own.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = match runtime {
        Err(error) => Err(anyhow::Error::new(error).context("could not start")),
        Ok(runtime) => runtime.block_on(commands::run(&app, cli.command)),
    };
    result.unwrap_or_else(|error| app.fail(&error))
}

/// What a command has at hand.
#[derive(Debug)]
pub struct App {
    /// The flags of all commands.
    pub globals: Globals,
    /// Knows every secret that was resolved.
    pub redactor: Redactor,
    /// What the run may take.
    pub run: Arc<Run>,
    /// The comment that a report in Markdown is for.
    pub comment: Option<&'static str>,
    /// Whether stdout has a result.
    reported: AtomicBool,
    /// Whether the reports beside stdout are written.
    reports_written: AtomicBool,
}

impl App {
    /// Shows findings in the chosen format and returns the error with which the run ends.
    pub fn refuse(&self, findings: &[Finding], root: &Path) -> anyhow::Result<Stop> {
        let from_here = files::from_here(findings, root);
        self.talk(&findings::render(&from_here, true));
        match self.globals.format {
            Format::Text => self.write_reports(Report::Wrong(&from_here))?,
            Format::Markdown => self.show(Report::Wrong(&from_here))?,
            Format::Json => self.show(Report::Wrong(findings))?,
        }
        let summary = findings::summary(findings);
        Ok(Stop::new(Exit::Files, format!("the files are wrong: {summary}")))
    }

    /// Returns a plan as the chosen format shows its paths: for people, from the current folder.
    fn as_shown<'a>(&self, plan: &'a Plan, root: &Path) -> Cow<'a, Plan> {
        match self.globals.format {
            Format::Json => Cow::Borrowed(plan),
            Format::Text | Format::Markdown => files::plan_from_here(plan, root),
        }
    }

    /// Says what came up about credentials on the way.
    fn notices(&self, source: &Source) {
        let tenants = source.session().into_iter().flat_map(|session| session.tenants.values());
        for notice in tenants.flat_map(|connected| connected.http.notices()) {
            self.note(&notice);
        }
    }

    /// Says why the run ended: on stderr, and for other formats than text on stdout too where nothing
    /// else was said there.
    fn fail(&self, error: &anyhow::Error) -> Exit {
        let unexpected;
        let stop = match error.downcast_ref::<Stop>() {
            Some(stop) => stop,
            None => {
                unexpected = Stop::new(Exit::Internal, format!("{error:#}"));
                &unexpected
            }
        };
        let report = Report::Stopped(stop);
        if self.globals.format != Format::Text && !self.reported.load(Ordering::Relaxed) {
            // Where stdout takes nothing, stderr still does.
            let _ = self.show(report);
        }
        if let Err(error) = self.write_last_report(report) {
            self.talk(&format!("the reports could not be written: {error:#}\n"));
        }
        self.talk(&text::render(report, self.view()));
        stop.exit
    }
}
