//! `permctl sandbox`

#![expect(clippy::disallowed_methods, reason = "the state of the sandbox is a file")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use permctl_sandbox::{self as sandbox, Options, Vendor};
use serde_json::Value as Json;

use crate::app::session::SANDBOX_STATE;
use crate::app::{App, files};
use crate::error::{Exit, Stop};
use crate::provider::{self, SYSTEMS, System, find};
use crate::report::{Report, SandboxDone};

/// `permctl sandbox`
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// What to do with it [default: serve]
    #[command(subcommand)]
    pub action: Option<SandboxAction>,
    /// Which API [default: gong; all of them for `--reset`]
    #[arg(long, value_name = "PROVIDER", global = true)]
    pub provider: Option<String>,
    /// Start again from what a fresh tenant has
    #[arg(long)]
    pub reset: bool,
    /// The port on 127.0.0.1 [default: a free one]
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
    /// Serve this many requests a second, and answer 429 to more
    #[arg(long, value_name = "COUNT")]
    pub per_second: Option<u32>,
    /// Serve this many requests a minute, and answer 429 to more
    #[arg(long, value_name = "COUNT", conflicts_with = "per_second")]
    pub per_minute: Option<u32>,
    /// Wait before every answer
    #[arg(long, value_name = "MILLISECONDS", default_value_t = 0)]
    pub latency: u64,
    /// Refuse every write
    #[arg(long)]
    pub refuse_writes: bool,
    /// How the vendor takes something that its documentation leaves open; `docs/providers.md` lists them
    #[arg(long = "reading", value_name = "NAME=VALUE")]
    pub readings: Vec<String>,
}

/// What to do with the sandbox.
#[derive(Debug, Subcommand)]
pub enum SandboxAction {
    /// Change one setting as a person would in the vendor's web pages
    Edit {
        /// The vendor's name of the workspace, a slash, the profile's name
        #[arg(value_name = "WORKSPACE/PROFILE")]
        profile: String,
        /// `setting=value`, the value as JSON or a word
        #[arg(value_name = "SETTING=VALUE", required = true)]
        values: Vec<String>,
    },
}

/// Serves a simulated API until it is interrupted, or changes its state by hand.
pub async fn run(app: &App, arguments: SandboxArgs) -> anyhow::Result<Exit> {
    let provider = arguments.provider.as_deref();
    let Some(system) = find(provider.unwrap_or(provider::DEFAULT)) else {
        let known: Vec<&str> = SYSTEMS.iter().map(|system| system.provider.id()).collect();
        let message = format!("there is no provider `{}`", provider.unwrap_or_default());
        return Err(Stop::new(Exit::Usage, message)
            .hint(format!("the providers are {}", known.join(", ")))
            .into());
    };
    let state = state_file(app, system)?;
    // `--reset` alone is a job of its own.
    let only_resets = arguments.action.is_none() && arguments.port.is_none();
    if arguments.reset && only_resets && provider.is_none() {
        return reset(app, SYSTEMS.iter().collect());
    }
    if arguments.reset && only_resets {
        return reset(app, vec![system]);
    }
    if arguments.reset {
        remove(&state)?;
    }
    match arguments.action {
        Some(SandboxAction::Edit { profile, values }) => {
            edit(app, system, &state, &profile, &values).await
        }
        None => serve(app, system, state, &arguments).await,
    }
}

/// Makes fresh tenants of these vendors.
fn reset(app: &App, systems: Vec<&System>) -> anyhow::Result<Exit> {
    for system in &systems {
        remove(&state_file(app, system)?)?;
    }
    let titles = systems.iter().map(|system| system.provider.title().to_owned()).collect();
    app.show(Report::Sandbox(&SandboxDone::Reset(titles)))?;
    Ok(Exit::Done)
}

fn remove(state: &Path) -> anyhow::Result<()> {
    match state.exists() {
        true => std::fs::remove_file(state)
            .with_context(|| format!("could not remove {}", state.display())),
        false => Ok(()),
    }
}

/// The state lies beside the configuration, or here where there is none.
fn state_file(app: &App, system: &System) -> anyhow::Result<PathBuf> {
    let root = match files::find(&app.globals) {
        Ok(found) => found.root,
        Err(_) => std::env::current_dir().context("could not find the current folder")?,
    };
    Ok(root.join(SANDBOX_STATE).join(format!("{}.json", system.provider.id())))
}

async fn serve(
    app: &App,
    system: &System,
    state: PathBuf,
    arguments: &SandboxArgs,
) -> anyhow::Result<Exit> {
    let options = Options {
        refuse_writes: arguments.refuse_writes,
        rate: arguments
            .per_second
            .map(|most| (most, Duration::from_secs(1)))
            .or(arguments.per_minute.map(|most| (most, Duration::from_secs(60)))),
        latency: Duration::from_millis(arguments.latency),
        state_file: Some(state),
        port: arguments.port.unwrap_or(0),
        ..Options::default()
    };
    let mut vendor = (system.sandbox)();
    for reading in &arguments.readings {
        let chosen = match reading.split_once('=') {
            Some((name, value)) => vendor.readings().choose(name, value),
            None => Err(format!("`{reading}` chooses nothing")),
        };
        chosen.map_err(|message| {
            Stop::new(Exit::Usage, message).hint("write `--reading NAME=VALUE`")
        })?;
    }
    let sandbox = sandbox::start(vendor, options).await.context("could not start the sandbox")?;
    app.show(Report::Sandbox(&SandboxDone::Endpoint(sandbox.endpoint().to_owned())))?;
    let title = system.provider.title();
    let credentials: Vec<String> =
        system.sandbox_credentials.iter().map(|(key, value)| format!("{key} {value}")).collect();
    let credentials = credentials.join(", ");
    app.talk(&format!(
        "the {title} simulator, for `endpoint:`; nothing here reaches {title}\ncredentials: {credentials}\nstop it with Ctrl-C\n",
    ));
    tokio::select! {
        () = sandbox.stopped() => {}
        interrupted = tokio::signal::ctrl_c() => interrupted.context("could not wait for Ctrl-C")?,
    }
    Ok(Exit::Done)
}

async fn edit(
    app: &App,
    system: &System,
    state: &std::path::Path,
    address: &str,
    values: &[String],
) -> anyhow::Result<Exit> {
    let usage = |message: String, hint: &str| Stop::new(Exit::Usage, message).hint(hint);
    let Some((workspace, profile)) = address.split_once('/') else {
        return Err(usage(
            format!("`{address}` names no profile"),
            "write the vendor's name of the workspace, a slash and the profile: \"EMEA Sales/Sales Manager\"",
        )
        .into());
    };
    let mut edits: Vec<(&str, Json)> = Vec::new();
    for value in values {
        let Some((setting, value)) = value.split_once('=') else {
            return Err(usage(format!("`{value}` sets nothing"), "write `setting=value`").into());
        };
        let json = serde_json::from_str(value).unwrap_or_else(|_| Json::from(value));
        edits.push((setting, json));
    }
    let options = Options { state_file: Some(state.to_owned()), ..Options::default() };
    let sandbox =
        sandbox::start((system.sandbox)(), options).await.context("could not start the sandbox")?;
    sandbox
        .with_vendor(|vendor: &mut dyn Vendor| {
            edits
                .into_iter()
                .try_for_each(|(setting, value)| vendor.edit(workspace, profile, setting, value))
        })
        .map_err(|message| {
            usage(message, "names are the vendor's, byte for byte; `permctl snapshot` shows them")
        })?;
    app.show(Report::Sandbox(&SandboxDone::Edited(address.to_owned())))?;
    Ok(Exit::Done)
}
