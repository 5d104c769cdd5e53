//! The plan: what would be created and updated, and why. Pure: no files, clock, network.
//!
//! The types are here; `workspace` plans one workspace from what the files say and what is live.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::{Finding, Place, Why};
use crate::live::Holders;
use crate::plan::membership::PlannedMembership;
use crate::profile::{ProfileId, SettingPath, Settings, WorkspaceId};

pub mod access;
pub mod administration;
mod beside;
pub mod bind;
mod call;
mod claim;
pub mod confirm;
pub mod cost;
mod doubts;
pub mod drift;
pub mod file;
pub mod guard;
pub mod membership;
mod order;
mod refusals;
pub mod table;
mod wanted;
pub mod whole;
mod workspace;

pub use access::Direction;
pub use administration::{Administrator, administrators};
pub use call::{Body, Call};
pub use guard::Refused;
pub use table::table;
pub use workspace::{Input, live_of, part, renames, workspace};

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

impl Existence {
    /// Returns the word for what is done.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update { .. } => "update",
        }
    }
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
    /// What it does to access.
    #[serde(default)]
    pub direction: Direction,
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

/// A change with the requests that it comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Planned {
    /// What changes.
    #[serde(flatten)]
    pub change: Change,
    /// What all its transitions together do to access.
    #[serde(default)]
    pub direction: Direction,
    /// Who has the profile, when that was looked up or the vendor says it unasked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holders: Option<Holders>,
    /// The requests as they would be sent to what was live at the time of planning. Apply makes
    /// them anew from what is live then.
    pub preview: Vec<Call>,
}

impl<'de> Deserialize<'de> for Planned {
    /// Takes what is not the change's out and leaves the rest to the change. What serde does for `flatten` can't
    /// hold every number that a live value may be.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let mut members = crate::profile::Document::deserialize(deserializer)?;
        let preview = members
            .shift_remove("preview")
            .ok_or_else(|| D::Error::custom("a change without `preview`"))?;
        let holders = members.shift_remove("holders").map(serde_json::from_value);
        let direction = members.shift_remove("direction").map(serde_json::from_value);
        Ok(Self {
            holders: holders.transpose().map_err(D::Error::custom)?,
            direction: direction.transpose().map_err(D::Error::custom)?.unwrap_or_default(),
            change: serde_json::from_value(members.into()).map_err(D::Error::custom)?,
            preview: serde_json::from_value(preview).map_err(D::Error::custom)?,
        })
    }
}

/// What one workspace comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspacePlan {
    /// Its name in the files.
    pub workspace: String,
    /// Its tenant's name in the files.
    pub tenant: String,
    /// The vendor's id; apply refuses another one.
    pub id: WorkspaceId,
    /// The vendor's name, when it was looked up.
    pub vendor_name: Option<String>,
    /// What would be done, in this order.
    pub changes: Vec<Planned>,
    /// Who gets profiles or loses them, in this order; what only takes away is written before the
    /// changes and the rest after them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub memberships: Vec<PlannedMembership>,
    /// How many described profiles are as the files say.
    pub unchanged: usize,
    /// Described profiles that a finding keeps from being planned.
    pub blocked: Vec<String>,
    /// Live profiles that no file names.
    pub unmanaged: Vec<Unmanaged>,
    /// Live profiles that are the vendor's own, which no file describes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub vendors_own: Vec<VendorsOwn>,
    /// Live profiles that the configuration leaves out of sight.
    pub ignored: Vec<Ignored>,
    /// What `unlisted: keep` leaves unwatched.
    pub coverage: Coverage,
    /// Members of live documents that no catalogue knows.
    pub unknown: Vec<Unknown>,
    /// The profiles that administer, before or after; only when a change takes administration away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub administrators: Vec<Administrator>,
    /// The names of ids in the changes.
    pub labels: BTreeMap<String, String>,
    /// What is wrong between the files and the world.
    pub findings: Vec<Finding>,
}

impl WorkspacePlan {
    /// Tells whether something would be written.
    pub fn has_work(&self) -> bool {
        !self.changes.is_empty() || !self.memberships.is_empty()
    }

    /// Lists the profiles that only get other holders.
    pub fn handed_over(&self) -> BTreeSet<String> {
        let memberships = self.memberships.iter().map(|planned| &planned.membership);
        let moved = memberships.flat_map(|it| it.gained().chain(it.lost()));
        let changed =
            |name: &String| self.changes.iter().any(|planned| planned.change.profile == *name);
        moved.filter(|name| !changed(name)).cloned().collect()
    }

    /// Counts what would be written, profile by profile and user by user.
    pub fn work(&self) -> usize {
        self.changes.len() + self.memberships.len()
    }
}

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
}

/// A live profile that is the vendor's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VendorsOwn {
    /// The vendor's name.
    pub name: String,
    /// The vendor's id.
    pub id: ProfileId,
    /// Why it can't be managed.
    pub reason: String,
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Coverage {
    /// Managed profiles with unwatched settings.
    pub profiles: usize,
    /// Unwatched settings in them.
    pub settings: usize,
    /// How many of these are above their floor.
    pub on: usize,
}

/// A member of live documents that no catalogue knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Unknown {
    /// Where it is.
    pub setting: SettingPath,
    /// The profiles in which it looks switched on.
    pub on_in: Vec<String>,
}

/// A plan over all selected workspaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The version of this format; a reader refuses one that it does not know.
    pub plan_version: u32,
    /// The version of permctl that made it.
    pub permctl: String,
    /// The day, UTC, on which it was made.
    pub day: String,
    /// The addresses that were selected; empty for all.
    pub selection: Vec<String>,
    /// What the plan is bound to; apply refuses another endpoint or catalogue.
    pub tenants: BTreeMap<String, Binding>,
    /// The workspaces, ordered by name.
    pub workspaces: Vec<WorkspacePlan>,
    /// Workspaces that could not be read; nothing is planned for them.
    pub not_read: Vec<NotRead>,
    /// What reading took and what applying would take.
    pub cost: Vec<Cost>,
    /// What guards refuse about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Refused>,
    /// Finds damage to the changes, not forgery: `sha256:` over address, setting, before, after.
    pub digest: String,
}

/// What a tenant was when it was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Binding {
    /// The provider.
    pub provider: String,
    /// The endpoint, or `sandbox`.
    pub endpoint: String,
    /// The fingerprint of the provider's catalogue.
    pub catalogue: String,
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

/// What a plan costs a tenant in API calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cost {
    /// The tenant.
    pub tenant: String,
    /// Calls that reading took, repeats not counted; 0 from a snapshot.
    pub read: usize,
    /// Calls that applying the saved plan takes: fresh reads and names, writes, reading back. From a
    /// snapshot without names and sign-ins.
    pub apply: usize,
    /// The vendor's limit a day for the whole account, when it publishes one.
    pub per_day: Option<u32>,
}

impl Plan {
    /// Returns all changes with their workspaces.
    pub fn changes(&self) -> impl Iterator<Item = (&WorkspacePlan, &Planned)> {
        self.workspaces
            .iter()
            .flat_map(|workspace| workspace.changes.iter().map(move |planned| (workspace, planned)))
    }

    /// Returns all memberships with their workspaces.
    pub fn memberships(&self) -> impl Iterator<Item = (&WorkspacePlan, &PlannedMembership)> {
        self.workspaces.iter().flat_map(|workspace| {
            workspace.memberships.iter().map(move |planned| (workspace, planned))
        })
    }

    /// Tells whether nothing would be changed.
    pub fn is_empty(&self) -> bool {
        !self.workspaces.iter().any(WorkspacePlan::has_work)
    }

    /// Returns all findings.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.workspaces.iter().flat_map(|workspace| &workspace.findings)
    }
}

/// Writes up to `most` names in quotes and how many more there are.
pub fn some_of(names: &[String], most: usize) -> String {
    // A name with quotes in it must not read as two names.
    let quoted = |name: &String| format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""));
    let shown: Vec<String> = names.iter().take(most).map(quoted).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}
