//! The command line: words, flags and their help. What commands do is in `app/`.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::TypedValueParser as _;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::desired::guards::Rule;
use crate::plan::drift::Kind;
use crate::provider;

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
3 the files are wrong; 4 an API could not be reached or refused us; 5 stale; 6 a guard refused; \
7 applied in part, or not taken; 64 bad usage.

An address is TENANT, WORKSPACE or WORKSPACE/PROFILE NAME; `*` stands for anything.";

/// Flags of all commands.
#[derive(Debug, Args)]
pub struct Globals {
    /// The configuration [default: permctl.yaml here or in a folder above]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder of the profiles [default: `profiles` beside the configuration]
    #[arg(long, global = true, value_name = "DIR")]
    pub profiles: Option<PathBuf>,
    /// A host, beside the vendor's own, that credentials may be sent to
    #[arg(
        long,
        global = true,
        value_name = "HOST",
        env = "PERMCTL_ALLOW_HOSTS",
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub allow_host: Vec<String>,
    /// What stdout gets
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
    /// Stop after this long: `90s`, `10m` or `1h`. A write that is in flight then is finished and reported
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// Give up a request after this long [default: 60s]
    #[arg(long, global = true, value_name = "DURATION", value_parser = duration)]
    pub request_timeout: Option<Duration>,
    /// Send at most this many requests, sign-ins and repeats among them
    #[arg(long, global = true, value_name = "COUNT", value_parser = clap::value_parser!(u32).map(|it| it as usize))]
    pub max_requests: Option<usize>,
    /// Also trust the authorities of this file (PEM) when a server shows its certificate
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        env = "PERMCTL_CA_FILE",
        hide_env_values = true
    )]
    pub ca_file: Option<PathBuf>,
    /// Say on stderr what is sent; twice: also what is waited for
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// How `-v` says it
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
}

/// Reads a time: a number and its unit.
fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|character: char| character.is_ascii_alphabetic());
    let factor = match &text[digits.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "" => return Err("give the unit too: `90s`, `10m` or `1h`".to_owned()),
        _ => return Err("the units are `s`, `m` and `h`".to_owned()),
    };
    let number: u32 =
        digits.parse().map_err(|_| "write it like `90s`, `10m` or `1h`".to_owned())?;
    match u64::from(number) * factor {
        0 => Err("nothing can be done in no time".to_owned()),
        seconds => Ok(Duration::from_secs(seconds)),
    }
}

/// What lines about requests are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines: one object a line.
    Json,
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For a comment on a pull request, or a job's summary.
    Markdown,
    /// For machines.
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Checks the files; asks nobody
    Validate(Validate),
    /// Shows what would be created and updated
    Plan(Plan),
    /// Does a saved plan, or plans, shows, asks and does
    Apply(Apply),
    /// Says where live differs from the files: changed, missing, unmanaged
    Drift(Drift),
    /// Writes files for live profiles that no file describes
    Import(Import),
    /// Writes what is live to a file, for `--live`
    Snapshot(Snapshot),
    /// Shows a saved plan
    Show(Show),
    /// The simulated APIs: serve one, reset it, or change it by hand
    Sandbox(Sandbox),
}

/// `permctl validate`
#[derive(Debug, Args)]
pub struct Validate {
    /// Also resolve names and compare with this snapshot
    #[arg(long, value_name = "SNAPSHOT")]
    pub live: Option<PathBuf>,
}

/// `permctl plan`
#[derive(Debug, Args)]
pub struct Plan {
    /// What to plan [default: everything]
    #[arg(value_name = "ADDRESS")]
    pub addresses: Vec<String>,
    /// Save the plan for review and `apply`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Compare with a snapshot instead of the API; needs no credentials
    #[arg(long, value_name = "SNAPSHOT")]
    pub live: Option<PathBuf>,
    /// Exit with 2 when there is something to do
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Whose holders to look up, a call or more for each profile
    #[arg(long, value_name = "WHICH", default_value = "auto")]
    pub holders: WhoseHolders,
}

/// The changes that an apply is limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Only {
    /// Those that narrow access and do nothing else.
    Narrows,
}

/// The profiles whose holders are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum WhoseHolders {
    /// Those of profiles that get broader, or may; in drift also of unmanaged ones; at most 50.
    Auto,
    /// Those of every changed and every unmanaged profile.
    All,
    /// Only what the vendor says unasked.
    None,
}

/// `permctl apply`
#[derive(Debug, Args)]
pub struct Apply {
    /// A plan that `plan --out` saved; or what to plan and apply [default: everything]
    #[arg(value_name = "PLAN|ADDRESS")]
    pub what: Vec<String>,
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
    /// Do only the changes that take access away
    #[arg(long, value_name = "DIRECTION")]
    pub only: Option<Only>,
    /// Let a guard's refusal pass; at a terminal only
    #[arg(long, value_name = "GUARD")]
    pub lift: Vec<Rule>,
}

/// `permctl drift`
#[derive(Debug, Args)]
pub struct Drift {
    /// What to look at [default: everything]
    #[arg(value_name = "ADDRESS")]
    pub addresses: Vec<String>,
    /// Compare with a snapshot instead of the API; needs no credentials
    #[arg(long, value_name = "SNAPSHOT")]
    pub live: Option<PathBuf>,
    /// What exits with 2
    #[arg(
        long,
        value_name = "KINDS",
        value_delimiter = ',',
        default_value = "changed,missing,unmanaged,holders"
    )]
    pub fail_on: Vec<Kind>,
    /// Whose holders to look up, a call or more for each profile
    #[arg(long, value_name = "WHICH", default_value = "auto")]
    pub holders: WhoseHolders,
}

/// `permctl import`
#[derive(Debug, Args)]
pub struct Import {
    /// What to import [default: all unmanaged profiles]
    #[arg(value_name = "ADDRESS")]
    pub addresses: Vec<String>,
    /// Also write who has each profile, where files can say it; from then on the file decides it
    #[arg(long)]
    pub with_holders: bool,
    /// Read from a snapshot instead of the API; needs no credentials
    #[arg(long, value_name = "SNAPSHOT")]
    pub live: Option<PathBuf>,
}

/// `permctl snapshot`
#[derive(Debug, Args)]
pub struct Snapshot {
    /// What to read [default: everything]
    #[arg(value_name = "ADDRESS")]
    pub addresses: Vec<String>,
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// `permctl show`
#[derive(Debug, Args)]
pub struct Show {
    /// A plan that `plan --out` saved
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,
}

/// `permctl sandbox`
#[derive(Debug, Args)]
pub struct Sandbox {
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
