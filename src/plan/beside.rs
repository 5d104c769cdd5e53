//! The live profiles and settings that stand beside the changes of a plan: no file describes or decides
//! them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Holders, ProfileId, SettingPath, Settings};

/// A live profile that no file names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unmanaged {
    /// The vendor's name.
    pub name: String,
    /// The vendor's id.
    pub id: ProfileId,
    /// Who has the profile, when that was looked up or the vendor says it unasked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holders: Option<Holders>,
    /// What it grants that is critical.
    #[serde(default, skip_serializing_if = "Settings::is_empty")]
    pub critical: Settings,
}

/// A live profile that is the vendor's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BuiltIn {
    /// The vendor's name.
    pub name: String,
    /// The vendor's id.
    pub id: ProfileId,
    /// Why it can't be managed.
    pub reason: String,
    /// Whether it is a profile of another workspace, and its name is free here.
    #[serde(default)]
    pub elsewhere: bool,
}

/// A live profile that the configuration leaves out of sight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ignored {
    /// The vendor's name.
    pub name: String,
    /// The vendor's id.
    pub id: ProfileId,
    /// Why, as the configuration says.
    pub reason: String,
}

/// How much of live is not watched because no file names it and `unlisted` is `keep`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Managed profiles with unwatched settings.
    pub profiles: usize,
    /// Unwatched settings in them.
    pub settings: usize,
    /// How many of these are above their floor.
    pub on: usize,
    /// The same for each of the profiles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub of: Vec<Unwatched>,
}

/// The settings of one profile that are not watched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unwatched {
    /// The profile's name.
    pub profile: String,
    /// How many settings.
    pub settings: usize,
    /// How many of these are above their floor.
    pub on: usize,
    /// The first of those that are above their floor.
    pub some_on: Vec<SettingPath>,
    /// All of them with their live values, where the plan was asked to name them.
    #[serde(default, skip_serializing_if = "Settings::is_empty")]
    pub named: Settings,
}

/// A member of live documents that no catalogue knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unknown {
    /// Where it is.
    pub setting: SettingPath,
    /// The profiles in which it looks switched on.
    pub on_in: Vec<String>,
}
