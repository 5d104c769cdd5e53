//! The flags of all commands. Those of one command stand beside what it does, in `app/commands`.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::TypedValueParser as _;
use clap::{ArgAction, Args, ValueEnum};

use crate::report::Format;
use crate::report::target::{ReportTarget, target};

/// The headings of these flags.
const FILES: &str = "Files";
const WRITTEN: &str = "What is written";
const REQUESTS: &str = "Requests";

/// Flags of all commands.
#[derive(Debug, Args)]
pub struct Globals {
    /// The configuration [default: permctl.yaml here or in a folder above]
    #[arg(help_heading = FILES, long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder of the profiles [default: `profiles` beside the configuration]
    #[arg(help_heading = FILES, long, global = true, value_name = "DIR")]
    pub profiles: Option<PathBuf>,
    /// A host, beside the vendor's own, that credentials may be sent to
    #[arg(help_heading = REQUESTS,
        long,
        global = true,
        value_name = "HOST",
        env = "PERMCTL_ALLOW_HOSTS",
        hide_env_values = true,
        value_delimiter = ','
    )]
    pub allow_host: Vec<String>,
    /// What stdout gets
    #[arg(help_heading = WRITTEN, long, global = true, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
    /// Also write the report as this, any number of times: text, markdown, json, gitlab, gitlab-quality, slack or webhook
    /// to a file; `github` writes annotations, the summary and the outputs of its step
    #[arg(help_heading = WRITTEN, long, global = true, value_name = "FORMAT=PATH", value_parser = target)]
    pub report: Vec<ReportTarget>,
    /// Name the first of the people who have a profile, beside counting them (JSON: all); text on a terminal always does
    #[arg(help_heading = WRITTEN, long, global = true)]
    pub holder_names: bool,
    /// How long a report in Markdown may be, in bytes; what does not fit is left out, and said [default: 60000]
    #[arg(help_heading = WRITTEN, long, global = true, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1_000..))]
    pub max_size: Option<u32>,
    /// Fold nothing in a report in Markdown, for hosts that can't
    #[arg(help_heading = WRITTEN, long, global = true)]
    pub no_folds: bool,
    /// Stop after this long: `90s`, `10m` or `1h`. A write that is in flight then is finished and reported
    #[arg(help_heading = REQUESTS, long, global = true, value_name = "DURATION", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// Give up a request after this long [default: 60s]
    #[arg(help_heading = REQUESTS, long, global = true, value_name = "DURATION", value_parser = duration)]
    pub request_timeout: Option<Duration>,
    /// Send at most this many requests, sign-ins and repeats among them
    #[arg(help_heading = REQUESTS, long, global = true, value_name = "COUNT", value_parser = clap::value_parser!(u32).map(|it| it as usize))]
    pub max_requests: Option<usize>,
    /// Also trust the authorities of this file (PEM) when a server shows its certificate
    /// [env: PERMCTL_CA_FILE]
    #[arg(help_heading = REQUESTS, long, global = true, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Say nothing on stderr but errors and questions
    #[arg(help_heading = WRITTEN, short, long, global = true)]
    pub quiet: bool,
    /// Whether reports have colour: where a terminal shows it, always, or never
    #[arg(help_heading = WRITTEN, long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Say on stderr what is sent; twice: also what is waited for
    #[arg(help_heading = WRITTEN, short, long, global = true, action = ArgAction::Count)]
    pub verbose: u8,
    /// How `-v` says it
    #[arg(help_heading = WRITTEN, long, global = true, value_name = "FORMAT", default_value = "text")]
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
        0 => Err("it must be at least 1s".to_owned()),
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

/// Whether reports have colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// Where a terminal shows it, and `NO_COLOR` does not forbid it.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}
