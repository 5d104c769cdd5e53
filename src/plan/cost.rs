//! What applying a saved plan costs at most, in requests.
//!
//! Predicted from the plan, so that the same input gives the same number. Requests that are repeated
//! are not in it, nor reads that a slow pace makes too old to write from.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Change, Reads};
use crate::plan::{Administrator, WorkspacePlan, order};
use crate::provider::Provider;
use crate::text::thousands;

/// What a plan costs a tenant in API calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cost {
    /// The tenant.
    pub tenant: String,
    /// Calls that reading took, repeats not counted; 0 from a snapshot.
    pub read: usize,
    /// The most calls that applying the saved plan takes: fresh reads and names, writes, reading back.
    /// From a snapshot without names and sign-ins.
    pub apply: usize,
    /// The vendor's limit a day for the whole account, when it publishes one.
    pub per_day: Option<u32>,
    /// What permctl may send of it; not from a snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub today: Option<Today>,
}

/// The calls that permctl may send to a tenant today, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Today {
    /// The share of the vendor's limit a day that permctl may use.
    pub most: u32,
    /// What is left of it after this plan.
    pub left: u32,
    /// Whether earlier runs on this machine are counted; only this run otherwise.
    pub over_runs: bool,
}

impl Today {
    /// Says what is left, and by which count: "7,994 of 8,000 that permctl may send are left".
    pub fn words(&self) -> String {
        let (left, most) = (thousands(self.left), thousands(self.most));
        let by = if self.over_runs { "this machine's" } else { "this run's" };
        format!("{left} of {most} that permctl may send are left by {by} count")
    }
}

/// Returns the most requests that apply sends for a workspace: a read of it, the writes, and the reads
/// that show what was written.
pub fn of_applying(plan: &WorkspacePlan, reads: Reads, provider: &dyn Provider) -> usize {
    if !plan.has_work() {
        return 0;
    }
    let changes = || plan.changes.iter().chain(&plan.users).map(|planned| &planned.change);
    let writes: usize =
        plan.changes.iter().chain(&plan.users).map(|planned| planned.preview.len()).sum();
    // Before a change that takes administration away, all is read that was written before.
    let takers = changes().filter(|change| takes(change, &plan.administrators)).count();
    // Users are read again once profiles have changed, and at the end.
    let of_users = if plan.users.is_empty() { 0 } else { 2 * reads.all() };
    let read = if plan.users.is_empty() { reads.profiles } else { reads.all() };
    reads.all() + writes + takers * read + read_back(plan, reads, provider) + of_users
}

/// Returns how many requests read the profiles back: one for each change where the vendor gives
/// profiles one by one and no name changes.
fn read_back(plan: &WorkspacePlan, reads: Reads, provider: &dyn Provider) -> usize {
    let stays = |change: &Change| !change.creates() && !change.renames(provider.catalogue());
    let changes = plan.changes.len();
    match provider.capabilities().reads_one_by_one {
        true if plan.changes.iter().all(|planned| stays(&planned.change)) => changes,
        true => reads.profiles + changes,
        false if changes == 0 => 0,
        false => reads.profiles,
    }
}

fn takes(change: &Change, administrators: &[Administrator]) -> bool {
    let id = change.updates().map(|(id, _)| id);
    // A profile without holders gives administration to no user.
    let is_taken = |it: &Administrator| it.before && !it.after && it.holders != Some(0);
    administrators.iter().any(|it| Some(&it.id) == id && is_taken(it))
        || order::takes_administration(change, administrators)
}
