//! Snapshots: live, as the text of a file, and back.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::model::document::{MOST_OF_FILE, has_more_values};
use crate::model::roster::Roster;
use crate::model::{
    Directory, Document, Entry, Holders, LiveProfile, LiveWorkspace, ProfileId, Value, Vocabulary,
    WorkspaceId, document,
};
use crate::provider::{Capabilities, Rules};

mod open;
mod parts;

pub use open::OpenSnapshot;

/// The version of the format that this version writes and reads.
pub const VERSION: u32 = 2;

/// The most bytes of a workspace, and of all that stands beside the workspaces.
pub const MOST_OF_PART: usize = 96_000_000;

fn largest() -> String {
    format!("{} MB", MOST_OF_PART / 1_000_000)
}

/// Live state of some workspaces at one moment, each workspace as the text that is written of it: a part
/// of a snapshot takes less memory as a text than as what it was read as.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// When it was taken: day and minute, UTC.
    pub taken: String,
    /// The tenants, by their name in the files.
    pub tenants: BTreeMap<String, TenantSnapshot>,
    /// The workspaces, by their name in the files.
    pub workspaces: BTreeMap<String, String>,
}

/// What stands in a snapshot beside the workspaces.
#[derive(Serialize, Deserialize)]
struct Head<'a> {
    /// The version of this format; a reader refuses one that it does not know.
    snapshot_version: u32,
    /// The version of permctl that made it.
    #[serde(borrow)]
    permctl: Cow<'a, str>,
    /// When it was taken: day and minute, UTC. Those of early versions do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    taken: Option<Cow<'a, str>>,
    tenants: Cow<'a, BTreeMap<String, TenantSnapshot>>,
}

/// What belongs to a whole tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantSnapshot {
    /// The provider.
    pub provider: String,
    /// The endpoint, or `sandbox`.
    pub endpoint: String,
    /// What names stand for in all its workspaces, by kind: `users`.
    pub names: BTreeMap<String, Vec<Entry>>,
}

/// One workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceSnapshot {
    /// Its tenant's name in the files.
    pub tenant: String,
    /// The vendor's id.
    pub id: WorkspaceId,
    /// The vendor's name, when it was looked up.
    pub vendor_name: Option<String>,
    /// What names stand for in this workspace, by kind.
    pub names: BTreeMap<String, Vec<Entry>>,
    /// The names that the entries of a map may have here.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vocabulary: Vocabulary,
    /// Who has which profiles.
    #[serde(default, skip_serializing_if = "Roster::was_not_read")]
    pub roster: Roster,
    /// Who has each profile, where it was asked for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub holders: BTreeMap<ProfileId, Holders>,
    /// The profiles.
    pub profiles: Vec<ProfileSnapshot>,
    /// Profiles that the vendor lists beside them and that are not in the workspace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub elsewhere: Vec<ProfileSnapshot>,
}

/// One profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileSnapshot {
    /// The vendor's id.
    pub id: ProfileId,
    /// The vendor's name.
    pub name: String,
    /// The whole document, as it came.
    pub document: Document,
}

/// Why a text is not a snapshot that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnapshotError {
    /// It is not a snapshot at all.
    #[error("it is not a snapshot of permctl: {0}")]
    NotASnapshot(String),
    /// One of its workspaces can't be read.
    #[error("workspace {workspace}: {problem}")]
    Workspace {
        /// Its name.
        workspace: String,
        /// Why.
        problem: String,
    },
    /// It is a snapshot of another version.
    #[error("its format is version {0}, and this version of permctl reads version {VERSION}")]
    OtherVersion(u64),
}

impl Snapshot {
    /// Returns the text of a file, piece by piece.
    pub fn pieces(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let permctl = Cow::Borrowed(env!("CARGO_PKG_VERSION"));
        let taken = Some(Cow::Borrowed(&*self.taken)).filter(|taken| !taken.is_empty());
        let head = Head {
            snapshot_version: VERSION,
            permctl,
            taken,
            tenants: Cow::Borrowed(&self.tenants),
        };
        let head = serde_json::to_string_pretty(&head).expect("a snapshot has text keys only");
        let head = head.strip_suffix("\n}").expect("an object is written over several lines");
        let workspaces = self.workspaces.iter().enumerate().flat_map(|(at, (name, text))| {
            let before = if at == 0 { "\n" } else { ",\n" };
            let name = serde_json::Value::from(name.as_str());
            [Cow::Owned(format!("{before}    {name}: ")), Cow::Borrowed(text.as_str())]
        });
        let end = if self.workspaces.is_empty() { "}\n}\n" } else { "\n  }\n}\n" };
        let head = Cow::Owned(format!("{head},\n  \"workspaces\": {{"));
        [head].into_iter().chain(workspaces).chain([Cow::Borrowed(end)])
    }

    /// Says which part could not be read again since it is too large.
    pub fn too_large(&self) -> Option<String> {
        let large = |text: &str| {
            text.len() > MOST_OF_PART || has_more_values(text.as_bytes(), MOST_OF_FILE)
        };
        let beside = Self { workspaces: BTreeMap::new(), ..self.clone() };
        if large(&beside.pieces().collect::<String>()) {
            return Some("the list of users and other names".to_owned());
        }
        let mut workspaces = self.workspaces.iter();
        workspaces.find(|(_, text)| large(text)).map(|(name, _)| format!("workspace {name}"))
    }
}

impl WorkspaceSnapshot {
    /// Takes a workspace and its directories.
    pub fn new(tenant: &str, live: LiveWorkspace, directories: &[Directory]) -> Self {
        let LiveWorkspace { id, vendor_name, profiles, elsewhere, vocabulary, roster, holders } =
            live;
        let (profiles, elsewhere) = (kept(profiles), kept(elsewhere));
        let (tenant, names) = (tenant.to_owned(), names(directories));
        Self { tenant, id, vendor_name, names, vocabulary, roster, holders, profiles, elsewhere }
    }

    /// Returns the text that stands for it in a snapshot.
    pub fn text(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("a snapshot has text keys only");
        // A line end within a text is written as `\n`.
        let mut text = text.replace('\n', "\n    ");
        // It is kept until all workspaces are there.
        text.shrink_to_fit();
        text
    }

    /// Says what a snapshot that permctl wrote can't have: a profile twice, or one that is not what
    /// its document says. Changes would be planned for one profile and shown as another's.
    pub fn flaw(&self, rules: &dyn Rules) -> Option<String> {
        let catalogue = rules.catalogue();
        let identity = catalogue.identity();
        let mut seen = BTreeSet::new();
        for ProfileSnapshot { id, name, document } in &self.profiles {
            if !seen.insert(id) {
                return Some(format!("has profile {id} twice"));
            }
            let within = match document.get(identity.id) {
                Some(Json::String(within)) => Some(within.clone()),
                Some(Json::Number(within)) => Some(within.to_string()),
                _ => None,
            };
            if let Some(within) = within.filter(|within| *within != id.0) {
                return Some(format!("has profile {id}, whose document is of {within}"));
            }
            if let Some(Value::Text(within)) =
                document::value(catalogue, document, catalogue.name())
                && within != *name
            {
                return Some(format!(
                    "has profile {id}, which is named \"{name}\", and \"{within}\" in its document"
                ));
            }
        }
        None
    }

    /// Gives the workspace back as it was read.
    pub fn live(self) -> LiveWorkspace {
        let Self { id, vendor_name, vocabulary, roster, holders, profiles, elsewhere, .. } = self;
        let (profiles, elsewhere) = (read_again(profiles), read_again(elsewhere));
        LiveWorkspace { id, vendor_name, profiles, elsewhere, vocabulary, roster, holders }
    }
}

fn kept(profiles: Vec<LiveProfile>) -> Vec<ProfileSnapshot> {
    profiles
        .into_iter()
        .map(|LiveProfile { id, name, document }| ProfileSnapshot { id, name, document })
        .collect()
}

fn read_again(profiles: Vec<ProfileSnapshot>) -> Vec<LiveProfile> {
    let mut profiles: Vec<LiveProfile> = profiles
        .into_iter()
        .map(|ProfileSnapshot { id, name, document }| LiveProfile { id, name, document })
        .collect();
    profiles.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    profiles
}

/// Writes directories for a snapshot.
pub fn names(directories: &[Directory]) -> BTreeMap<String, Vec<Entry>> {
    directories
        .iter()
        .map(|Directory { kind, entries }| (kind.plural().to_owned(), entries.clone()))
        .collect()
}

/// Gives directories back as they were read; kinds that the provider does not have are left out.
pub fn directories(
    names: &BTreeMap<String, Vec<Entry>>,
    capabilities: &Capabilities,
) -> Vec<Directory> {
    let kinds = capabilities.names.iter().map(|(kind, _)| *kind);
    kinds
        .filter_map(|kind| Some(Directory { kind, entries: names.get(kind.plural())?.clone() }))
        .collect()
}
