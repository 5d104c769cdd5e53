//! The commands, and what they share: files, connections, the pipeline, the way out.
//!
//! This is the only place, beside the modules that send and wait, where files, the environment and
//! the clock are looked at.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::Globals;
use crate::desired::{self, Desired};
use crate::error::{Exit, Stop};
use crate::finding::{Code, Finding};
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
mod logging;
mod output;
mod pace;
pub mod pipeline;
pub mod selection;
mod session;
mod signals;
mod state;
mod system;

pub use commands::{Cli, Command};
use pipeline::Scope;
use selection::Selection;

/// Runs a command and says how it ended.
pub fn run(mut cli: Cli) -> Exit {
    cli.globals.ca_file = environment::ca_file(&cli.globals);
    let Globals { max_requests, timeout, .. } = cli.globals;
    let run = Arc::new(Run::new(max_requests, timeout));
    let redactor = Redactor::default();
    let app = App { globals: cli.globals, redactor, run, reported: AtomicBool::new(false) };
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
    /// Whether stdout has a result.
    reported: AtomicBool,
}

/// The rules about what has no effect.
const IDLE: [Code; 3] = [Code::NoEffect, Code::NoProfiles, Code::WorkspaceWithoutFiles];

/// The files, read and resolved, and where they are.
#[derive(Debug)]
pub struct Loaded {
    /// The folder of the configuration; paths in messages are relative to it.
    pub root: PathBuf,
    /// The folder of the profiles.
    pub profiles: PathBuf,
    /// What the files say.
    pub desired: Desired,
    /// Today, UTC.
    pub day: jiff::civil::Date,
}

impl Loaded {
    /// Returns what a run is about.
    fn scope<'a>(&'a self, selection: &'a Selection) -> Scope<'a> {
        Scope { desired: &self.desired, day: self.day, selection }
    }
}

impl App {
    /// Reads and resolves the files. With an error among them the run ends, all of them shown.
    ///
    /// Where addresses select a part, a workspace without files may be none of it.
    pub fn load(&self, addresses: &[String]) -> anyhow::Result<Loaded> {
        let but: &[Code] = if addresses.is_empty() { &[] } else { &[Code::WorkspaceWithoutFiles] };
        self.load_but(but, addresses)
    }

    /// Does the same for a command for which findings of these rules mean nothing.
    pub fn load_but(&self, but: &[Code], addresses: &[String]) -> anyhow::Result<Loaded> {
        let mut loaded = self.look(addresses)?;
        loaded.desired.findings.retain(|finding| !but.contains(&finding.code));
        let Desired { findings, .. } = &loaded.desired;
        if findings.iter().any(Finding::is_error) {
            return Err(self.refuse(findings, &loaded.root)?.into());
        }
        if !findings.is_empty() {
            let from_here = files::from_here(findings, &loaded.root);
            self.talk(&format!("{}\n", findings::render(&from_here, true)));
        }
        Ok(loaded)
    }

    /// Shows findings in the chosen format and returns the error with which the run ends.
    pub fn refuse(&self, findings: &[Finding], root: &Path) -> anyhow::Result<Stop> {
        let from_here = files::from_here(findings, root);
        self.talk(&findings::render(&from_here, true));
        match self.globals.format {
            Format::Text => {}
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

    /// Reads and resolves the files, whatever is wrong with them: the configuration, and the profiles of the
    /// workspaces that these addresses select, which nothing in another folder can change.
    pub fn look(&self, addresses: &[String]) -> anyhow::Result<Loaded> {
        let selection = Selection::parse(addresses)?;
        let selects = |tenant: &str, workspace: &str| selection.workspace(tenant, workspace);
        let found = files::find(&self.globals)?;
        let day = files::today();
        let texts = files::read(&found, &self.globals, day)?;
        let load = |files| desired::load_part(files, &selects);
        let mut desired = texts.files.as_ref().map(load).unwrap_or_default();
        // Without the folder, no workspace has a profile.
        if texts.unread.iter().any(|it| it.code == Code::NoProfiles && it.spots.is_empty()) {
            desired.findings.retain(|finding| finding.code != Code::WorkspaceWithoutFiles);
        }
        desired.findings.extend(texts.unread);
        if desired.findings.iter().any(Finding::is_error) {
            // A mistake may be why something has no effect.
            desired.findings.retain(|finding| finding.is_error() || !IDLE.contains(&finding.code));
        }
        crate::finding::sort(&mut desired.findings);
        Ok(Loaded { root: found.root, profiles: found.profiles, desired, day })
    }

    /// Says what came up about credentials on the way.
    fn notices(&self, source: &Source) {
        let tenants = source.session().into_iter().flat_map(|session| session.tenants.values());
        for notice in tenants.flat_map(|connected| connected.http.notices()) {
            self.talk(&notice);
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
        self.talk(&text::render(report));
        stop.exit
    }
}
