//! Who administers a workspace before and after a plan, for the guard against locking everybody out.

use crate::catalogue::Catalogue;
use crate::live::LiveWorkspace;
use crate::live::roster::Roster;
use crate::plan::membership::PlannedMembership;
use crate::plan::{Administrator, Existence, Planned};
use crate::provider::{Dialect, document};

/// Lists the live profiles that administer before or after; none when nothing takes that away from
/// anybody. Who has them is in it as far as their documents say so.
pub fn administrators(
    dialect: &dyn Dialect,
    catalogue: &Catalogue,
    live: &LiveWorkspace,
    changes: &[Planned],
    memberships: &[PlannedMembership],
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
            let (holders, left) = match &live.roster {
                Roster::People(_) => {
                    let (now, left) = people(live, memberships, &profile.name);
                    (Some(now), Some(left))
                }
                Roster::NotRead | Roster::Unreadable(_) => {
                    let now = dialect.holders_in(profile).map(|holders| holders.count);
                    (now, now)
                }
            };
            let (profile, id) = (profile.name.clone(), profile.id.clone());
            all.push(Administrator { profile, id, before, after, holders, left });
        }
    }
    if all.iter().any(Administrator::loses) { all } else { Vec::new() }
}

/// Counts who has a profile now, and who will.
fn people(
    live: &LiveWorkspace,
    memberships: &[PlannedMembership],
    profile: &str,
) -> (usize, usize) {
    let now = live.roster.holders(profile).count();
    let moved = memberships.iter().map(|planned| &planned.membership);
    let gained = moved.clone().filter(|it| it.gained().any(|gained| gained == profile)).count();
    let lost = moved.filter(|it| it.lost().any(|lost| lost == profile)).count();
    (now, (now + gained).saturating_sub(lost))
}
