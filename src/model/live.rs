//! Live: what the API returned, as values. Reading them is a provider's and [`crate::live`]'s.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::catalogue::ReferenceKind;
use crate::model::roster::Roster;
use crate::model::{Change, Document, ProfileId, SettingPath, WorkspaceId};

/// One profile as the API returned it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveProfile {
    /// The vendor's id.
    pub id: ProfileId,
    /// The vendor's name, byte for byte.
    pub name: String,
    /// The whole document.
    pub document: Document,
}

/// One workspace's profiles, read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveWorkspace {
    /// The vendor's id.
    pub id: WorkspaceId,
    /// The vendor's name, when it was looked up.
    pub vendor_name: Option<String>,
    /// All profiles, ordered by name and then id.
    pub profiles: Vec<LiveProfile>,
    /// Profiles that the vendor lists beside them and that are not in the workspace.
    pub elsewhere: Vec<LiveProfile>,
    /// The names that the entries of a map may have here.
    pub vocabulary: Vocabulary,
    /// Who has which profiles, when a command needs it.
    pub roster: Roster,
    /// Who has each profile, where a snapshot says it.
    pub holders: BTreeMap<ProfileId, Holders>,
}

impl LiveWorkspace {
    /// Finds the profile that a change updates; `None` for a create, for a user, and where it has gone.
    pub fn target_of(&self, change: &Change) -> Option<&LiveProfile> {
        let (id, _) = change.updates()?;
        self.profiles.iter().find(|live| live.id == *id)
    }
}

/// A workspace that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotRead {
    /// The tenant.
    pub tenant: String,
    /// The workspace.
    pub workspace: String,
    /// What came back.
    pub error: String,
    /// What to do.
    pub hint: String,
    /// Whether the files are at fault (a workspace that is not there) rather than the API.
    #[serde(default)]
    pub files: bool,
}

/// How many requests reading a workspace takes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reads {
    /// For its profiles.
    pub profiles: usize,
    /// For its users and what they have; 0 where no command needs them.
    pub users: usize,
}

impl Reads {
    /// Returns how many it takes for both.
    pub fn all(self) -> usize {
        self.profiles + self.users
    }
}

/// The names that the entries of a map may have, by the map's path; without a map, any.
pub type Vocabulary = BTreeMap<SettingPath, BTreeSet<String>>;

/// What a provider parsed of a workspace's answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// All profiles, in any order.
    pub profiles: Vec<LiveProfile>,
    /// The names that the entries of a map may have here.
    pub vocabulary: Vocabulary,
}

/// Who has a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Holders {
    /// How many people.
    pub count: usize,
    /// Who, as far as the vendor says it: e-mail addresses or names, ordered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Who, where reports count them only.
    #[serde(skip)]
    pub unnamed: Vec<String>,
}

impl Holders {
    /// Makes holders whose names the vendor says.
    pub fn new(count: usize, names: Vec<String>) -> Self {
        Self { count, names, unnamed: Vec::new() }
    }

    /// Keeps the names for counting people, and from reports.
    pub fn hide_names(&mut self) {
        self.unnamed.append(&mut self.names);
    }

    /// Lists the names that are known, shown or not.
    pub fn known(&self) -> impl Iterator<Item = &String> {
        self.names.iter().chain(&self.unnamed)
    }
}

/// A workspace as the vendor lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorWorkspace {
    /// The vendor's id.
    pub id: WorkspaceId,
    /// The vendor's name.
    pub name: String,
}

/// Everything of one kind that a name in a file can stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// What the entries are.
    pub kind: ReferenceKind,
    /// The entries, ordered by id.
    pub entries: Vec<Entry>,
}

/// One user, folder or other thing that a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Entry {
    /// The vendor's id.
    pub id: String,
    /// The name that stands for it alone when names are unique: an e-mail address, a folder path.
    pub name: String,
    /// Other names that a file may use: e-mail aliases, a folder's bare name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aliases: Vec<String>,
    /// Whether it is in use: a deactivated user is not.
    pub active: bool,
}
