//! Snapshots: live, as the text of a file, and back.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::model::document::{MOST_OF_FILE, has_more_values, member_twice};
use crate::model::roster::Roster;
use crate::model::{
    Directory, Document, Entry, LiveProfile, LiveWorkspace, ProfileId, Value, Vocabulary,
    WorkspaceId, document,
};
use crate::provider::{Capabilities, Rules};

/// The version of the format that this version writes and reads.
pub const VERSION: u32 = 2;

/// Live state of some workspaces at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The version of this format; a reader refuses one that it does not know.
    pub snapshot_version: u32,
    /// The version of permctl that made it.
    pub permctl: String,
    /// The tenants, by their name in the files.
    pub tenants: BTreeMap<String, TenantSnapshot>,
    /// The workspaces, by their name in the files.
    pub workspaces: BTreeMap<String, WorkspaceSnapshot>,
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
    /// It is a snapshot of another version.
    #[error("its format is version {0}, and this version of permctl reads version {VERSION}")]
    OtherVersion(u64),
}

/// Writes a snapshot as the text of a file.
pub fn write(snapshot: &Snapshot) -> String {
    let mut text = serde_json::to_string_pretty(snapshot).expect("a snapshot has text keys only");
    text.push('\n');
    text
}

/// Reads a snapshot back.
///
/// # Errors
/// When the text is no snapshot or of another version.
pub fn read(text: &str) -> Result<Snapshot, SnapshotError> {
    let not_a_snapshot = |error: serde_json::Error| SnapshotError::NotASnapshot(error.to_string());
    #[derive(Deserialize)]
    struct SnapshotVersion {
        snapshot_version: Option<u64>,
    }
    if has_more_values(text.as_bytes(), MOST_OF_FILE) {
        return Err(SnapshotError::NotASnapshot(format!("it has more than {MOST_OF_FILE} values")));
    }
    let version: SnapshotVersion = serde_json::from_str(text).map_err(not_a_snapshot)?;
    if let Some(member) = member_twice(text.as_bytes()) {
        let problem = format!("it has the member `{member}` twice");
        return Err(SnapshotError::NotASnapshot(problem));
    }
    match version.snapshot_version {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => return Err(SnapshotError::OtherVersion(version)),
        None => {
            return Err(SnapshotError::NotASnapshot("it has no `snapshot_version`".to_owned()));
        }
    }
    serde_json::from_str(text).map_err(not_a_snapshot)
}

impl WorkspaceSnapshot {
    /// Takes a workspace and its directories.
    pub fn new(tenant: &str, live: LiveWorkspace, directories: &[Directory]) -> Self {
        let LiveWorkspace { id, vendor_name, profiles, elsewhere, vocabulary, roster } = live;
        let (profiles, elsewhere) = (kept(profiles), kept(elsewhere));
        let (tenant, names) = (tenant.to_owned(), names(directories));
        Self { tenant, id, vendor_name, names, vocabulary, roster, profiles, elsewhere }
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
    pub fn live(&self) -> LiveWorkspace {
        LiveWorkspace {
            id: self.id.clone(),
            vendor_name: self.vendor_name.clone(),
            profiles: read_again(&self.profiles),
            elsewhere: read_again(&self.elsewhere),
            vocabulary: self.vocabulary.clone(),
            roster: self.roster.clone(),
        }
    }
}

fn kept(profiles: Vec<LiveProfile>) -> Vec<ProfileSnapshot> {
    profiles
        .into_iter()
        .map(|LiveProfile { id, name, document }| ProfileSnapshot { id, name, document })
        .collect()
}

fn read_again(profiles: &[ProfileSnapshot]) -> Vec<LiveProfile> {
    let mut profiles: Vec<LiveProfile> = profiles
        .iter()
        .map(|ProfileSnapshot { id, name, document }| LiveProfile {
            id: id.clone(),
            name: name.clone(),
            document: document.clone(),
        })
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
