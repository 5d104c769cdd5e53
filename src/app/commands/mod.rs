//! The commands: one file each, with its arguments and a list of stage calls.

use clap::{Parser, Subcommand};

use crate::app::App;
use crate::cli::Globals;
use crate::error::Exit;

pub use help::parse;

mod apply;
mod approvals;
mod drift;
mod explain;
mod help;
mod import;
mod plan;
mod sandbox;
mod schema;
mod show;
mod snapshot;
mod test;
mod validate;
mod why;

/// Keeps the permission profiles of SaaS systems in git.
///
/// YAML files describe the profiles that each workspace should have; `plan` compares them with what
/// is live, `apply` does what was reviewed and nothing else. Nothing is ever deleted.
#[derive(Debug, Parser)]
#[command(name = "permctl", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    /// Flags of all commands.
    #[command(flatten)]
    pub globals: Globals,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str =
    "Exit codes: 0 done, no changes; 1 a bug or our own input or output; 2 changes or drift; \
3 the files are wrong; 4 an API could not be reached or refused us; 5 stale; 6 a guard or a rule refused; \
7 applied in part, or not persisted; 64 bad usage; 130 interrupted, or not approved.

An address is TENANT, WORKSPACE or WORKSPACE/PROFILE NAME; `*` stands for anything.";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Checks the files, without a request to any API
    Validate(validate::ValidateArgs),
    /// Checks the files by the rules of `rules/`, without a request to any API
    Test(test::TestArgs),
    /// Shows what would be created and updated
    Plan(plan::PlanArgs),
    /// Does a saved plan, or plans, shows, asks and does
    Apply(apply::ApplyArgs),
    /// Who has to approve a plan, and who did
    Approvals(approvals::ApprovalsArgs),
    /// Says where live differs from the files: changed, missing, unmanaged, expired
    Drift(drift::DriftArgs),
    /// Writes files for live profiles that no file describes
    Import(import::ImportArgs),
    /// Writes what is live to a file, for `--live`
    Snapshot(snapshot::SnapshotArgs),
    /// Says where the values of a profile come from, and what is live
    Why(why::WhyArgs),
    /// Says what a setting means, or searches the settings for a word
    Explain(explain::ExplainArgs),
    /// Shows a saved plan
    Show(show::ShowArgs),
    /// Writes what editors complete and check the files by
    Schema(schema::SchemaArgs),
    /// The simulated APIs: serve one, reset it, or change it by hand
    Sandbox(sandbox::SandboxArgs),
}

/// Runs a command.
pub async fn run(app: &App, command: Command) -> anyhow::Result<Exit> {
    match command {
        Command::Validate(arguments) => validate::run(app, &arguments).await,
        Command::Test(arguments) => test::run(app, &arguments),
        Command::Plan(arguments) => plan::run(app, &arguments).await,
        Command::Apply(arguments) => apply::run(app, &arguments).await,
        Command::Approvals(arguments) => approvals::run(app, &arguments),
        Command::Drift(arguments) => drift::run(app, &arguments).await,
        Command::Import(arguments) => import::run(app, &arguments).await,
        Command::Snapshot(arguments) => snapshot::run(app, &arguments).await,
        Command::Why(arguments) => why::run(app, &arguments).await,
        Command::Explain(arguments) => explain::run(app, &arguments),
        Command::Show(arguments) => show::run(app, &arguments),
        Command::Schema(arguments) => schema::run(app, &arguments),
        Command::Sandbox(arguments) => sandbox::run(app, arguments).await,
    }
}
