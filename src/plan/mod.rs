//! The plan: what would be created and updated, and why. Pure: no files, clock, network.
//!
//! The types are here; `workspace` plans one workspace from what the files say and what is live.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desired;
use crate::finding::Finding;
use crate::model::catalogue::{Bundle, Catalogue};
use crate::model::names::Names;
use crate::model::{LiveWorkspace, NotRead, SettingPath, Settings, Value, WorkspaceId};
use crate::plan::expect::DesiredBundle;
use crate::plan::gate::Gate;
use crate::provider::{self, Provider};

// In the order in which a plan is made.
pub mod admin;
pub mod allowed;
mod beside;
pub mod bind;
pub mod bundles;
mod call;
pub mod checks;
pub mod diff;
mod expect;
mod gains;
mod grants;
mod labels;
mod matching;
pub mod order;
mod origins;
mod unmanaged;
pub mod users;
mod workspace;

pub mod approvals;
pub mod assemble;
mod binding;
pub mod cost;
pub mod gate;
pub mod guard;
pub mod holders;
mod keep;
pub mod rules;

pub mod confirm;
pub mod file;
mod lean;
pub mod loosened;
mod membership;
mod planned;
pub mod saved;
mod shape;
mod shown;
pub mod since;

pub mod baseline;
pub mod drift;
pub mod review;
pub mod why;

pub use admin::{Administrator, administrators};
pub use beside::{BuiltIn, Coverage, Ignored, Unknown, Unmanaged, Unwatched};
pub use binding::Binding;
pub use bundles::bundles;
pub use call::{Call, CallBody, requests};
pub use cost::{Cost, Today};
pub use gains::Gain;
pub use planned::Planned;
use workspace::preview;
pub use workspace::{part, workspace};

/// Everything that one workspace is planned from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// What the files say.
    pub desired: &'a desired::Workspace,
    /// What is live.
    pub live: &'a LiveWorkspace,
    /// What names stand for.
    pub names: &'a Names,
    /// The pure half of the provider.
    pub provider: &'a dyn Provider,
    /// The provider's table.
    pub catalogue: &'static Catalogue,
    /// Its bundles, with the entries that occur in the workspace, as [`crate::plan::bundles`] makes
    /// them.
    pub bundles: &'a [Bundle],
    /// Today, UTC.
    pub day: jiff::civil::Date,
    /// Whether the plan names each setting that is not watched.
    pub names_unwatched: bool,
}

/// What a plan of one workspace was made from, beside what names stand for.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// What the files say.
    pub desired: &'a desired::Workspace,
    /// What is live.
    pub live: &'a LiveWorkspace,
    /// The pure half of the provider.
    pub provider: &'a dyn Provider,
}

/// What one described profile comes to.
pub struct ResolvedProfile<'a> {
    /// The profile in the files.
    pub profile: &'a desired::Profile,
    /// What it is live.
    pub matched: Match,
    /// What it asks for; empty when it is blocked.
    pub wanted: Vec<DesiredBundle<'a>>,
    /// The settings of its live profile.
    pub current: Option<Settings>,
    /// Who should have it; `None` when its file does not say.
    pub holders: Option<users::BoundHolders<'a>>,
    /// The bundles of which live is what the files asked for before a day passed, each with that day.
    pub expired: BTreeMap<SettingPath, Date>,
}

/// What a described profile is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// This live profile, by position.
    Live(usize),
    /// Not there yet.
    New,
    /// Undecided; a finding says why.
    Blocked,
}

/// A setting that is not what the plan saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mismatch {
    /// Which setting.
    pub setting: SettingPath,
    /// What the plan saw; `None` for nothing.
    pub planned: Option<Value>,
    /// What is live; `None` for nothing.
    pub live: Option<Value>,
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
    /// What would be done to profiles, in this order.
    pub changes: Vec<Planned>,
    /// The users who get profiles or lose them. Those who only lose are written before the changes of
    /// profiles, the rest after them.
    #[serde(rename = "memberships", with = "membership")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<membership::Membership>")]
    pub users: Vec<Planned>,
    /// What the files before the branch ask for as well; nothing is planned for it.
    #[serde(default, skip_serializing_if = "since::Aside::is_empty")]
    pub already: since::Aside,
    /// What is live and the files before the branch would take back, and those of the branch do not; nothing is planned
    /// for it.
    #[serde(default, skip_serializing_if = "since::Aside::is_empty")]
    pub accepted: since::Aside,
    /// What the files before the branch decide and those of the branch do not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub released: Vec<since::Released>,
    /// How many described profiles are as the files say.
    pub unchanged: usize,
    /// Described profiles that a finding keeps from being planned.
    pub blocked: Vec<String>,
    /// Live profiles that no file names.
    pub unmanaged: Vec<Unmanaged>,
    /// Live profiles that are the vendor's own, which no file describes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub built_in: Vec<BuiltIn>,
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
        !self.changes.is_empty() || !self.users.is_empty()
    }

    /// Lists the profiles that only get other holders.
    pub fn handed_over(&self) -> BTreeSet<String> {
        let users = self.users.iter().map(|planned| &planned.change);
        let moved = users.flat_map(|it| it.gained().chain(it.lost()));
        let changed: HashSet<_> = self.changes.iter().map(|planned| &planned.change.name).collect();
        moved.filter(|name| !changed.contains(name)).cloned().collect()
    }

    /// Counts what would be written, profile by profile and user by user.
    pub fn work(&self) -> usize {
        self.changes.len() + self.users.len()
    }
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
    /// Whether `day` is another day than the one on which it was made; such a plan can't be applied.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_of: bool,
    /// The last day, UTC, on which the files ask for this; it can't be applied later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_through: Option<String>,
    /// The addresses that were selected; empty for all.
    pub selection: Vec<String>,
    /// The files before the branch, where only what the branch changes is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<since::BranchBase>,
    /// What the plan is bound to; apply refuses another endpoint or catalogue.
    pub tenants: BTreeMap<String, Binding>,
    /// The workspaces, ordered by name.
    pub workspaces: Vec<WorkspacePlan>,
    /// Workspaces that could not be read; nothing is planned for them.
    pub not_read: Vec<NotRead>,
    /// What reading took and what applying would take.
    pub cost: Vec<Cost>,
    /// Whether it was made from a snapshot.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_snapshot: bool,
    /// When the snapshot was taken: day and minute, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot_taken: Option<String>,
    /// How many profiles' holders were not looked up, since the user did not ask for so many, or a
    /// snapshot does not have them.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub holders_not_counted: usize,
    /// Of how many profiles a plan counts the holders by itself, where there are more.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub holders_budget: usize,
    /// What is wrong between the configuration and all that is live.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// What guards and rules say of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<Gate>,
    /// The fingerprint of the rules about people that it was judged by; they are judged whole only then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_by: Option<String>,
    /// Finds damage to the changes, not forgery: `sha256:` over address, setting, before, after.
    pub digest: String,
}

impl Plan {
    /// Returns what a tenant's limit a day is about, in words: who shares it.
    pub fn limit_note(&self, tenant: &str) -> &'static str {
        let system = self.tenants.get(tenant).and_then(|binding| provider::find(&binding.provider));
        let daily = system.and_then(|system| system.provider.capabilities().daily);
        daily.map_or("for the whole account", |daily| daily.note)
    }

    /// Returns the changes of all profiles with their workspaces.
    pub fn changes(&self) -> impl Iterator<Item = (&WorkspacePlan, &Planned)> {
        self.workspaces
            .iter()
            .flat_map(|workspace| workspace.changes.iter().map(move |planned| (workspace, planned)))
    }

    /// Returns the changes of all users with their workspaces.
    pub fn users(&self) -> impl Iterator<Item = (&WorkspacePlan, &Planned)> {
        self.workspaces
            .iter()
            .flat_map(|workspace| workspace.users.iter().map(move |planned| (workspace, planned)))
    }

    /// Lists what keeps it from being applied.
    pub fn refused(&self) -> impl Iterator<Item = &Gate> {
        self.gates.iter().filter(|gate| gate.refuses())
    }

    /// Tells whether nothing would be changed.
    pub fn is_empty(&self) -> bool {
        !self.workspaces.iter().any(WorkspacePlan::has_work)
    }

    /// Returns all findings.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        let workspaces = self.workspaces.iter().flat_map(|workspace| &workspace.findings);
        workspaces.chain(&self.findings)
    }
}

/// Tells whether a count is left out of JSON.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(crate) fn is_zero(count: &usize) -> bool {
    *count == 0
}
