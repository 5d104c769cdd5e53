//! Who administers a workspace before and after a plan, for the guard against locking everybody out.

use crate::catalogue::Catalogue;
use crate::live::LiveWorkspace;
use crate::live::roster::Roster;
use crate::plan::membership::PlannedMembership;
use crate::plan::{Administrator, Existence, Planned};
use crate::profile::Settings;
use crate::provider::document;

/// Lists the live profiles that administer before or after; none when nothing takes that away from
/// anybody.
pub fn administrators(
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
        let before = administers(catalogue, &settings);
        if let Some(change) = change_of(&profile.id) {
            let after = change.transitions.iter().flat_map(|transition| transition.after.clone());
            settings.extend(after);
        }
        let after = administers(catalogue, &settings);
        if before || after {
            let (holders, left) = match &live.roster {
                Roster::People(_) => {
                    let (now, left) = people(live, memberships, &profile.name);
                    (Some(now), Some(left))
                }
                Roster::NotRead | Roster::Unreadable(_) => (None, None),
            };
            let (profile, id) = (profile.name.clone(), profile.id.clone());
            all.push(Administrator { profile, id, before, after, holders, left });
        }
    }
    let taken = |it: &Administrator| it.before && (!it.after || it.left < it.holders);
    if all.iter().any(taken) { all } else { Vec::new() }
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

fn administers(catalogue: &Catalogue, settings: &Settings) -> bool {
    settings.iter().any(|(path, value)| {
        !catalogue.is_inert(path, settings)
            && catalogue.row(path).is_some_and(|row| row.gives_administration(value))
    })
}
