//! Snapshots: live, as the text of a file, and back.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::catalogue::{Owner, ReferenceKind};
use crate::live::{Directory, Entry, LiveProfile, LiveWorkspace};
use crate::profile::{Document, ProfileId, SettingPath, Value, WorkspaceId};
use crate::provider::Dialect;

/// The version of the format that this version writes and reads.
pub const VERSION: u32 = 1;

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
    /// What names stand for in all its workspaces.
    pub names: BTreeMap<Kind, Vec<Entry>>,
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
    /// What names stand for in this workspace.
    pub names: BTreeMap<Kind, Vec<Entry>>,
    /// The profiles.
    pub profiles: Vec<ProfileSnapshot>,
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

/// The kinds of names, as a snapshot writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Users.
    Users,
    /// Folders.
    Folders,
}

impl From<ReferenceKind> for Kind {
    fn from(kind: ReferenceKind) -> Self {
        match kind {
            ReferenceKind::User => Self::Users,
            ReferenceKind::Folder => Self::Folders,
        }
    }
}

impl From<Kind> for ReferenceKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Users => Self::User,
            Kind::Folders => Self::Folder,
        }
    }
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
    struct Version {
        snapshot_version: Option<u64>,
    }
    let version: Version = serde_json::from_str(text).map_err(not_a_snapshot)?;
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
        let LiveWorkspace { id, vendor_name, profiles } = live;
        let profiles = profiles
            .into_iter()
            .map(|LiveProfile { id, name, document }| ProfileSnapshot { id, name, document })
            .collect();
        Self { tenant: tenant.to_owned(), id, vendor_name, names: names(directories), profiles }
    }

    /// Says what a snapshot that permctl wrote can't have: a profile twice, or one that is not what
    /// its document says. Changes would be planned for one profile and shown as another's.
    pub fn flaw(&self, dialect: &dyn Dialect) -> Option<String> {
        let catalogue = dialect.catalogue();
        let name_path = SettingPath::new(["name"]);
        // Only where the table has it, and the server decides it, is it the vendor's id.
        let has_id = catalogue.row(&SettingPath::new(["id"])).map(|row| row.owner);
        let mut seen = BTreeSet::new();
        for ProfileSnapshot { id, name, document } in &self.profiles {
            if !seen.insert(id) {
                return Some(format!("has profile {id} twice"));
            }
            let within = match document.get("id") {
                Some(Json::String(within)) if has_id == Some(Owner::Server) => Some(within),
                _ => None,
            };
            if let Some(within) = within.filter(|within| **within != id.0) {
                return Some(format!("has profile {id}, whose document is of {within}"));
            }
            if let Some(Value::Text(within)) = dialect.settings(document).get(&name_path)
                && within != name
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
        let mut profiles: Vec<LiveProfile> = self
            .profiles
            .iter()
            .map(|ProfileSnapshot { id, name, document }| LiveProfile {
                id: id.clone(),
                name: name.clone(),
                document: document.clone(),
            })
            .collect();
        profiles.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        LiveWorkspace { id: self.id.clone(), vendor_name: self.vendor_name.clone(), profiles }
    }
}

/// Writes directories for a snapshot.
pub fn names(directories: &[Directory]) -> BTreeMap<Kind, Vec<Entry>> {
    directories
        .iter()
        .map(|Directory { kind, entries, .. }| ((*kind).into(), entries.clone()))
        .collect()
}

/// Gives directories back as they were read.
pub fn directories(names: &BTreeMap<Kind, Vec<Entry>>) -> Vec<Directory> {
    names
        .iter()
        .map(|(kind, entries)| Directory {
            kind: (*kind).into(),
            entries: entries.clone(),
            calls: 0,
        })
        .collect()
}
