//! A membership against who has what at this moment. What was given to a user or taken away beside it
//! is kept. Pure.

use std::collections::BTreeSet;

use super::{Membership, grants};
use crate::model::catalogue::Catalogue;
use crate::model::{LiveWorkspace, SettingPath, Value};
use crate::plan::Moved;
use crate::plan::confirm::Settled;

/// Compares a membership with who has what at this moment; gives the whole list to send.
///
/// # Errors
/// When nothing is to be sent for it. Paths of what moved begin with the profile.
pub fn confirm(
    catalogue: &Catalogue,
    live: &LiveWorkspace,
    membership: &Membership,
) -> Result<BTreeSet<String>, Settled> {
    let Some(person) = live.roster.find(&membership.user) else {
        return Err(Settled::Dropped("the vendor has no such user any more".to_owned()));
    };
    if shortfall(membership, &person.profiles).is_empty() {
        return Err(Settled::AlreadyApplied);
    }
    if let Some(why) = &person.fixed {
        return Err(Settled::Dropped(why.clone()));
    }
    let is_live = |profile: &String| live.profiles.iter().any(|live| live.name == *profile);
    let missing = membership.gained().filter(|profile| !is_live(profile));
    let missing: Vec<String> = missing.map(|profile| format!("\"{profile}\"")).collect();
    if !missing.is_empty() {
        return Err(Settled::Dropped(format!("there is no {}", missing.join(", "))));
    }
    let moved = grants::moved(catalogue, live, membership);
    if !moved.is_empty() {
        return Err(Settled::Stale(moved));
    }
    Ok(membership.applied_to(&person.profiles))
}

/// Lists the transitions that a user does not show.
pub fn shortfall(membership: &Membership, now: &BTreeSet<String>) -> Vec<Moved> {
    let moved = |profile: &String, wanted: bool| {
        (now.contains(profile) != wanted).then(|| Moved {
            setting: SettingPath::new([profile]),
            planned: Some(Value::Flag(wanted)),
            live: Some(Value::Flag(!wanted)),
        })
    };
    let gained = membership.gained().filter_map(|profile| moved(profile, true));
    gained.chain(membership.lost().filter_map(|profile| moved(profile, false))).collect()
}

/// Lists what somebody gave to a user or took away since the plan, beside the change; it is kept.
pub fn moved_elsewhere(membership: &Membership, now: &BTreeSet<String>) -> Vec<Moved> {
    let touched = |profile: &&String| {
        membership.before.contains(*profile) != membership.after.contains(*profile)
    };
    membership
        .before
        .symmetric_difference(now)
        .filter(|profile| !touched(profile))
        .map(|profile| Moved {
            setting: SettingPath::new([profile]),
            planned: Some(Value::Flag(membership.before.contains(profile))),
            live: Some(Value::Flag(now.contains(profile))),
        })
        .collect()
}
