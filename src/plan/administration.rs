//! Who administers a workspace before and after a plan, for the guard against locking everybody out.

use crate::catalogue::Catalogue;
use crate::live::LiveWorkspace;
use crate::plan::{Administrator, Existence, Planned};
use crate::provider::{Dialect, document};

/// Lists the live profiles that administer before or after; none when no change takes that away.
///
/// Who has them is in it as far as their documents say so.
pub fn administrators(
    dialect: &dyn Dialect,
    catalogue: &Catalogue,
    live: &LiveWorkspace,
    changes: &[Planned],
) -> Vec<Administrator> {
    let change_of = |id| {
        changes.iter().map(|planned| &planned.change).find(
            |change| matches!(&change.existence, Existence::Update { id: of, .. } if of == id),
        )
    };
    let mut all = Vec::new();
    for profile in &live.profiles {
        let mut settings = document::settings(catalogue, &profile.document);
        let before = dialect.administers(catalogue, &settings);
        if let Some(change) = change_of(&profile.id) {
            let after = change.transitions.iter().flat_map(|transition| transition.after.clone());
            settings.extend(after);
        }
        let after = dialect.administers(catalogue, &settings);
        if before || after {
            let holders = dialect.holders_in(profile).map(|holders| holders.count);
            let (profile, id) = (profile.name.clone(), profile.id.clone());
            all.push(Administrator { profile, id, before, after, holders });
        }
    }
    if all.iter().any(|it| it.before && !it.after) { all } else { Vec::new() }
}
