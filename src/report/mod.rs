//! Reports: values to text. Each format is one file that takes any [`Report`]; no decision is made
//! here.
//!
//! Everything that came from an API or a file goes through [`crate::text`].

use schemars::JsonSchema;
use serde::Serialize;

use crate::apply::Applied;
use crate::error::Stop;
use crate::finding::Finding;
use crate::model::NotRead;
use crate::model::catalogue::Explained;
use crate::plan::Plan;
use crate::plan::approvals::ApprovalState;
use crate::plan::drift::Drift;
use crate::plan::rules::files::TestedRule;
use crate::plan::why::ProfileOrigins;

pub mod github;
pub mod gitlab;
pub mod json;
pub mod markdown;
pub mod notify;
pub mod overview;
pub mod remarks;
pub mod review;
pub mod target;
pub mod text;

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// For a comment on a pull request, or a job's summary.
    Markdown,
    /// For machines.
    Json,
}

/// How a report is shown.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// Whether people are named rather than counted.
    pub names: bool,
    /// How wide a terminal is, where sentences are to fit it.
    pub width: Option<usize>,
    /// How long a report in Markdown may be, in bytes.
    pub max_size: usize,
    /// Whether a report in Markdown may have parts that are folded.
    pub folds: bool,
    /// The comment that a report in Markdown is for, also where nothing came of the command: `plan`, `drift`.
    pub comment: Option<&'static str>,
}

impl Default for View {
    /// Fits a comment of GitHub, which takes 65,536 characters; a job adds its own words.
    fn default() -> Self {
        Self { names: false, width: None, max_size: 60_000, folds: true, comment: None }
    }
}

/// Everything that a command has to say in the end.
#[derive(Debug, Clone, Copy)]
pub enum Report<'a> {
    /// What would be done.
    Plan(&'a Plan),
    /// Where live differs from the files, and the plan that it comes from.
    Drift(&'a Plan, &'a Drift),
    /// What was done.
    Applied(&'a Applied),
    /// What was imported.
    Imported(&'a Imported),
    /// What is wrong with the files, and how many profiles and workspaces they describe.
    Checked {
        /// What is wrong.
        findings: &'a [Finding],
        /// How many profiles the files describe.
        profiles: usize,
        /// In how many workspaces.
        workspaces: usize,
        /// The files that were asked for, and how many errors are in others; `None` where all were.
        files: Option<(usize, usize)>,
    },
    /// What the rules come to over the files, and which of their addresses name no profile.
    Tested {
        /// The rules.
        rules: &'a [TestedRule],
        /// The addresses.
        findings: &'a [Finding],
    },
    /// Which approvals a plan needs and has.
    Approvals(&'a [ApprovalState]),
    /// Files that can't be used.
    Wrong(&'a [Finding]),
    /// What a snapshot was taken of.
    Taken(&'a SnapshotTaken),
    /// Why a profile is as it should be.
    Why(&'a ProfileOrigins),
    /// What settings mean.
    Explained(&'a [ExplainedSettings]),
    /// Which schemas were written.
    Schemas(&'a SchemasWritten),
    /// What a command of the sandbox did.
    Sandbox(&'a SandboxDone),
    /// Why a run ended before it had anything else to say.
    Stopped(&'a Stop),
}

/// What a snapshot was taken of.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct SnapshotTaken {
    /// The addresses that were selected; empty for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub selection: Vec<String>,
    /// The file that was written; `None` where not everything could be read.
    pub file: Option<String>,
    /// How many profiles were read.
    pub profiles: usize,
    /// How many workspaces were read.
    pub workspaces: usize,
    /// Workspaces that could not be read.
    pub not_read: Vec<NotRead>,
}

/// What settings of a vendor mean.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ExplainedSettings {
    /// The provider.
    pub provider: String,
    /// The vendor's name.
    pub vendor: String,
    /// The settings that were asked for, in the vendor's order.
    pub settings: Vec<Explained>,
}

/// Which schemas were written.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SchemasWritten {
    /// The files that are new or changed, relative to the configuration.
    pub files: Vec<String>,
}

/// What a command of the sandbox did.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SandboxDone {
    /// It serves an API at this address.
    Endpoint(String),
    /// These vendors are as fresh tenants again.
    Reset(Vec<String>),
    /// This profile was changed by hand.
    Edited(String),
}

/// What an import did.
#[derive(Debug, Default, Serialize, JsonSchema)]
pub struct Imported {
    /// The addresses that were selected; empty for all.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub selection: Vec<String>,
    /// The files that were written.
    pub files: Vec<ImportedFile>,
    /// Workspaces that could not be read.
    pub not_read: Vec<NotRead>,
    /// Why no more files were written.
    pub failed: Option<String>,
    /// Unmanaged profiles without a name, which no file can describe.
    pub nameless: usize,
    /// What was not imported, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOut>,
}

/// A file that was written.
#[derive(Debug, Serialize, JsonSchema)]
pub struct ImportedFile {
    /// Its path, relative to the configuration.
    pub path: String,
    /// The workspace.
    pub workspace: String,
    /// The profile's name.
    pub profile: String,
}

/// Profiles that were not imported.
#[derive(Debug, Serialize, JsonSchema)]
pub struct LeftOut {
    /// The workspace.
    pub workspace: String,
    /// What was left out, and why.
    pub message: String,
}
