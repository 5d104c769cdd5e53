//! `permctl sandbox`

#![expect(clippy::disallowed_methods, reason = "the state of the sandbox is a file")]

use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use permctl_sandbox::{self as sandbox, Options, Vendor};
use serde_json::Value as Json;

use crate::app::session::SANDBOX_STATE;
use crate::app::{App, files};
use crate::error::{Exit, Stop};
use crate::provider::{self, SYSTEMS, System, find};

/// `permctl sandbox`
#[derive(Debug, Args)]
pub struct SandboxArgs {
    /// What to do with it [default: serve]
    #[command(subcommand)]
    pub action: Option<SandboxAction>,
    /// Which API
    #[arg(long, value_name = "PROVIDER", default_value = provider::DEFAULT, global = true)]
    pub provider: String,
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
    let Some(system) = find(&arguments.provider) else {
        let known: Vec<&str> = SYSTEMS.iter().map(|system| system.provider.id()).collect();
        return Err(Stop::new(
            Exit::Usage,
            format!("there is no provider `{}`", arguments.provider),
        )
        .hint(format!("the providers are {}", known.join(", ")))
        .into());
    };
    let state = state_file(app, system)?;
    if arguments.reset && state.exists() {
        std::fs::remove_file(&state)
            .with_context(|| format!("could not remove {}", state.display()))?;
    }
    match arguments.action {
        Some(SandboxAction::Edit { profile, values }) => {
            edit(app, system, &state, &profile, &values).await
        }
        // `--reset` alone is a job of its own.
        None if arguments.reset && arguments.port.is_none() => {
            app.result(&format!(
                "{}: the sandbox is as a fresh tenant again.\n",
                system.provider.title()
            ))?;
            Ok(Exit::Done)
        }
        None => serve(app, system, state, &arguments).await,
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
    app.result(&format!("{}\n", sandbox.endpoint()))?;
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
    app.result(&format!("changed by hand in the sandbox: {address}\n"))?;
    Ok(Exit::Done)
}
