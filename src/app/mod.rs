//! The commands: one file each, a list of stage calls. Here is what they share.
//!
//! This is the only place, beside the modules that send and wait, where files, the environment and
//! the clock are looked at.

use std::path::PathBuf;
use std::sync::Arc;

use crate::cli::{Cli, Command, Format, Globals};
use crate::desired::{self, Desired};
use crate::error::{Exit, Stop};
use crate::finding::Finding;
use crate::model::LiveWorkspace;
use crate::plan::{Context, WorkspacePlan};
use crate::provider::http::Run;
use crate::report::findings;
use crate::secret::Redactor;
use crate::text::visible;

mod actor;
mod agreed;
mod apply;
mod drift;
mod files;
mod from_snapshot;
mod holders;
mod import;
mod interrupt;
mod journal;
mod lock;
mod logging;
mod output;
mod pace;
mod plan;
mod planning;
mod read;
mod reviewed;
mod sandbox;
mod select;
mod session;
mod show;
mod snapshot;
mod validate;

/// Runs a command and says how it ended.
pub fn run(cli: Cli) -> Exit {
    let Globals { max_requests, timeout, .. } = cli.globals;
    let run = Arc::new(Run::new(max_requests, timeout));
    let mut app = App { globals: cli.globals, redactor: Redactor::default(), run };
    logging::start(&app.globals, &app.redactor);
    // One thread: almost all time is waiting, and each thread keeps memory of its own.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let result = match runtime {
        Err(error) => Err(anyhow::Error::new(error).context("could not start")),
        Ok(runtime) => runtime.block_on(async {
            match cli.command {
                Command::Validate(arguments) => validate::run(&mut app, &arguments),
                Command::Plan(arguments) => plan::run(&mut app, &arguments).await,
                Command::Apply(arguments) => apply::run(&mut app, &arguments).await,
                Command::Drift(arguments) => drift::run(&mut app, &arguments).await,
                Command::Import(arguments) => import::run(&mut app, &arguments).await,
                Command::Snapshot(arguments) => snapshot::run(&mut app, &arguments).await,
                Command::Show(arguments) => show::run(&app, &arguments),
                Command::Sandbox(arguments) => sandbox::run(&app, arguments).await,
            }
        }),
    };
    match result {
        Ok(exit) => exit,
        Err(error) => app.fail(&error),
    }
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
}

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
    /// Returns what the files say of a workspace that was planned.
    pub fn workspace(&self, name: &str) -> &desired::Workspace {
        let known = self.desired.workspaces.iter().find(|known| known.name == name);
        known.expect("a plan is of workspaces of the files")
    }

    /// Returns what a plan of a workspace was made from.
    pub fn context<'a>(&'a self, plan: &WorkspacePlan, live: &'a LiveWorkspace) -> Context<'a> {
        let tenant = self.desired.tenants.iter().find(|it| it.name == plan.tenant);
        let provider = tenant.expect("a plan is of tenants of the files").provider;
        Context { desired: self.workspace(&plan.workspace), live, provider }
    }
}

impl App {
    /// Returns whose holders a command needs to know when nobody asked for any.
    pub fn holders(&self, loaded: &Loaded) -> holders::Wanted {
        holders::Wanted {
            whose: crate::cli::WhoseHolders::None,
            unmanaged: false,
            guarded: loaded.desired.guards.broadened_holders.is_some(),
        }
    }

    /// Reads and resolves the files. With an error among them the run ends, all of them shown.
    pub fn load(&self) -> anyhow::Result<Loaded> {
        let loaded = self.look()?;
        let Desired { findings, .. } = &loaded.desired;
        if findings.iter().any(Finding::is_error) {
            let text = findings::render(findings, true);
            self.talk(&text);
            if self.globals.format != Format::Text {
                self.report(&serde_json::json!({ "findings": findings }), |_| text)?;
            }
            return Err(Stop::new(
                Exit::Files,
                format!("the files are wrong: {}", findings::summary(findings)),
            )
            .into());
        }
        if !findings.is_empty() {
            self.talk(&format!("{}\n", findings::render(findings, true)));
        }
        Ok(loaded)
    }

    /// Reads and resolves the files, whatever is wrong with them.
    pub fn look(&self) -> anyhow::Result<Loaded> {
        let found = files::find(&self.globals)?;
        let day = files::today();
        let texts = files::read(&found, &self.globals, day)?;
        let mut desired = texts.files.as_ref().map(desired::load).unwrap_or_default();
        desired.findings.extend(texts.unread);
        crate::finding::sort(&mut desired.findings);
        Ok(Loaded { root: found.root, profiles: found.profiles, desired, day })
    }

    fn fail(&self, error: &anyhow::Error) -> Exit {
        let stop = error.downcast_ref::<Stop>();
        let message = match stop {
            Some(stop) => stop.message.clone(),
            None => format!("{error:#}"),
        };
        // Vendor words may hold line breaks of ours only; anything else is made visible.
        let lines: Vec<String> = message.lines().map(visible).collect();
        let heading = crate::report::paint::paint(crate::report::paint::Ink::Alarm, "error");
        let mut text = format!("{heading}: {}\n", lines.join("\n  "));
        if let Some(hint) = stop.and_then(|stop| stop.hint.as_ref()) {
            text.push_str(&format!("help: {}\n", visible(hint)));
        }
        self.talk(&text);
        stop.map_or(Exit::Internal, |stop| stop.exit)
    }
}
