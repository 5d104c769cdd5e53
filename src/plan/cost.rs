//! What applying a saved plan costs, in requests.
//!
//! Predicted from the plan, so that the same input gives the same number: what is repeated is not in
//! it, nor what a slow pace makes be read again.

use crate::model::{Change, Reads};
use crate::plan::order::{self, Phase};
use crate::plan::{Planned, WorkspacePlan};
use crate::provider::Provider;

/// Returns how many requests apply sends for a workspace: a read of it, the writes, and what reads
/// them back.
pub fn of_applying(plan: &WorkspacePlan, reads: Reads, provider: &dyn Provider) -> usize {
    if !plan.has_work() {
        return 0;
    }
    let writes: usize = plan.changes.iter().map(|planned| planned.preview.len()).sum();
    let alone =
        |change: &Change| change.updates().is_some() && !change.renames(provider.catalogue());
    let created = |planned: &&Planned| planned.change.creates();
    let singly = provider.capabilities().reads_one_by_one;
    let read_back = match plan.changes.as_slice() {
        [] => 0,
        changes if singly && changes.iter().all(|planned| alone(&planned.change)) => changes.len(),
        // Profiles that were made are read by themselves as well.
        changes if singly => reads.profiles + changes.iter().filter(|it| created(it)).count(),
        _ => reads.profiles,
    };
    let takes = |planned: &Planned| {
        let id = planned.change.updates().map(|(id, _)| id);
        // Nothing is taken away where no user has it.
        let mut administrators = plan.administrators.iter();
        administrators
            .any(|it| Some(&it.id) == id && it.before && !it.after && it.holders != Some(0))
    };
    // Before administration is taken away, all is read that was written before.
    let looks = plan.changes.iter().skip(1).filter(|planned| takes(planned)).count();
    let looks = looks * reads.profiles;
    reads.all() + writes + looks + read_back + users(plan, reads)
}

/// Those of users: who has what is read again once profiles have changed, and at the end.
fn users(plan: &WorkspacePlan, reads: Reads) -> usize {
    if plan.users.is_empty() {
        return 0;
    }
    let after = || {
        let users = plan.users.iter().map(|it| &it.change);
        users.filter(|it| order::phase(it, &plan.administrators) == Phase::After)
    };
    let again = after().next().is_some() && !plan.changes.is_empty();
    // A change that removes admin rights re-reads the users who were changed before it.
    let takers = after().filter(|it| order::takes_administration(it, &plan.administrators)).count();
    let looks = if takers == after().count() { takers.saturating_sub(1) } else { takers };
    let reread = usize::from(again) + looks;
    reread * reads.all() + plan.users.len() + reads.all()
}
