//! The plan: what would be created and updated, and why. Pure: no files, clock, network.
//!
//! The types are here; `workspace` plans one workspace from what the files say and what is live.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::Place;
use crate::profile::{ProfileId, SettingPath, Settings};

/// One profile's transitions. There is no delete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The profile's name in the files.
    pub profile: String,
    /// Whether the profile is created or updated.
    #[serde(flatten)]
    pub existence: Existence,
    /// The document in the files that describes the profile.
    pub asked_by: Place,
    /// What changes, bundle by bundle, in catalogue order. Never empty.
    pub transitions: Vec<Transition>,
}

/// Whether the profile is there before the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "action", rename_all = "lowercase")]
pub enum Existence {
    /// It is not; the change makes it.
    Create,
    /// It is.
    Update {
        /// The vendor's id.
        id: ProfileId,
        /// Its name in the workspace when it was planned; differs from the file's in a rename.
        live_name: String,
    },
}

/// One bundle's change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Transition {
    /// The bundle's path: `callsAccess`, `downloadCallMedia`, `name`.
    pub bundle: SettingPath,
    /// All members of the bundle that mean something, as they were live; empty in a create.
    pub before: Settings,
    /// All members of the bundle that mean something, as they will be.
    pub after: Settings,
    /// The places in the files that ask for it.
    pub asked_by: Vec<Asked>,
}

/// A place that asks for a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Asked {
    /// Which leaf.
    pub setting: SettingPath,
    /// Where.
    pub place: Place,
    /// How the place asks for it.
    pub why: Why,
}

/// How a place in the files asks for a value.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It names the setting.
    Named,
    /// It names another member of the bundle, which decides the whole bundle.
    BundleRest,
    /// It says `unlisted: deny`, and the setting is not listed.
    UnlistedDeny,
    /// It describes a new profile, which starts with the narrowest value of all it does not name.
    NewProfile,
}
