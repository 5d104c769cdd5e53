//! Who administers a workspace before and after a plan, for the guard against a lock-out.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::roster::Roster;
use crate::model::{Change, LiveProfile, LiveWorkspace, ProfileId, Settings, document};
use crate::plan::Planned;
use crate::provider::Provider;

/// A live profile that lets its holders administer the system, before or after a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Administrator {
    /// The vendor's name.
    pub profile: String,
    /// The vendor's id.
    pub id: ProfileId,
    /// Whether it administers now.
    pub before: bool,
    /// Whether it will.
    pub after: bool,
    /// How many people have it, when that was looked up.
    pub holders: Option<usize>,
    /// How many people will have it, when that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<usize>,
}

impl Administrator {
    /// Tells whether a person loses administration that this profile gives.
    pub fn loses(&self) -> bool {
        let fewer = self.left.zip(self.holders).is_some_and(|(left, holders)| left < holders);
        self.before && (!self.after || fewer)
    }
}

/// Lists the live profiles that administer before or after; none when nothing takes that away. Who has them is
/// in it as far as their documents say so.
///
/// `known` has the settings of live profiles that were read already, by position.
pub fn administrators(
    provider: &dyn Provider,
    live: &LiveWorkspace,
    changes: &[Planned],
    users: &[Planned],
    known: &[Option<&Settings>],
) -> Vec<Administrator> {
    let updates = changes.iter().map(|planned| &planned.change);
    let changes: BTreeMap<&ProfileId, &Change> =
        updates.filter_map(|change| Some((change.updates()?.0, change))).collect();
    let lost: BTreeSet<&String> = users.iter().flat_map(|planned| planned.change.lost()).collect();
    let settings = |at: usize, profile: &LiveProfile| match known.get(at) {
        Some(Some(known)) => Cow::Borrowed(*known),
        _ => Cow::Owned(document::settings(provider.catalogue(), &profile.document)),
    };
    let administrator = |(at, profile): (usize, &LiveProfile)| {
        let mut settings = settings(at, profile);
        let before = provider.administers(&settings);
        let after = changes.get(&profile.id).map_or(before, |change| {
            apply(change, settings.to_mut());
            provider.administers(&settings)
        });
        (before || after).then(|| {
            let (holders, left) = match &live.roster {
                Roster::People(_) => {
                    let (now, left) = people(live, users, &profile.name);
                    (Some(now), Some(left))
                }
                Roster::NotRead | Roster::Unreadable(_) => {
                    let now = provider.holders_in(profile).map(|holders| holders.count);
                    (now, now)
                }
            };
            let (profile, id) = (profile.name.clone(), profile.id.clone());
            Administrator { profile, id, before, after, holders, left }
        })
    };
    // Most plans take no administration away; for those only the touched profiles are judged.
    let touched = live.profiles.iter().enumerate().filter(|(at, live)| {
        (changes.contains_key(&live.id) || lost.contains(&live.name))
            && provider.administers(&settings(*at, live))
    });
    // Moving administration from one user to another keeps their number, and still has an order.
    let taken = |it: &Administrator| it.loses() || it.before && lost.contains(&it.profile);
    if !touched.filter_map(administrator).any(|it| taken(&it)) {
        return Vec::new();
    }
    live.profiles.iter().enumerate().filter_map(administrator).collect()
}

/// Tells whether a profile gives administration, as it is live or after a change.
pub fn administers(
    provider: &dyn Provider,
    profile: &LiveProfile,
    change: Option<&Change>,
) -> bool {
    let mut settings = document::settings(provider.catalogue(), &profile.document);
    change.into_iter().for_each(|change| apply(change, &mut settings));
    provider.administers(&settings)
}

fn apply(change: &Change, settings: &mut Settings) {
    settings.extend(change.transitions.iter().flat_map(|transition| transition.after.clone()));
}

/// Counts who has a profile now, and who will.
fn people(live: &LiveWorkspace, users: &[Planned], profile: &str) -> (usize, usize) {
    let now = live.roster.holders(profile).count();
    let moved = users.iter().map(|planned| &planned.change);
    let gained = moved.clone().filter(|it| it.gained().any(|gained| gained == profile)).count();
    let lost = moved.filter(|it| it.lost().any(|lost| lost == profile)).count();
    (now, (now + gained).saturating_sub(lost))
}
