//! A reviewed membership against the files and against who has what at this moment: it can only do
//! less. What somebody gave a user or took away beside it is kept.

use std::collections::BTreeSet;

use super::{Membership, grants, live_name};
use crate::model::{SettingPath, Value};
use crate::plan::{Claim, Input, Moved, Resolved};

/// What is to be done about a reviewed membership now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Send this whole list.
    Send(BTreeSet<String>),
    /// What the user gets grants something else than was reviewed: send nothing. The paths begin with
    /// the profile.
    Stale(Vec<Moved>),
    /// The user has it so already.
    Done,
    /// Send nothing; says why.
    Dropped(String),
}

/// Judges a reviewed membership by the files and by who has what at this moment.
///
/// What somebody gave the user or took away beside it is kept.
pub fn decide(input: &Input<'_>, resolved: &[Resolved<'_>], membership: &Membership) -> Decision {
    let user = &membership.user;
    let Some(person) = input.live.roster.find(user) else {
        return Decision::Dropped("the vendor has no such user any more".to_owned());
    };
    if shortfall(membership, &person.profiles).is_empty() {
        return Decision::Done;
    }
    if let Some(why) = &person.fixed {
        return Decision::Dropped(why.clone());
    }
    let asks = |profile: &String, wanted: bool| {
        resolved.iter().any(|resolved| {
            live_name(input, resolved) == profile
                && resolved.claim != Claim::Blocked
                && resolved.holders.as_ref().is_some_and(|it| it.contains_key(user) == wanted)
        })
    };
    let gone: Vec<String> = membership
        .gained()
        .filter(|profile| !asks(profile, true))
        .chain(membership.lost().filter(|profile| !asks(profile, false)))
        .map(|profile| format!("\"{profile}\""))
        .collect();
    if !gone.is_empty() {
        return Decision::Dropped(format!(
            "the files no longer ask for this of {}",
            gone.join(", ")
        ));
    }
    let live = |profile: &String| input.live.profiles.iter().any(|live| live.name == *profile);
    let missing: Vec<String> = membership
        .gained()
        .filter(|profile| !live(profile))
        .map(|profile| format!("\"{profile}\""))
        .collect();
    if !missing.is_empty() {
        return Decision::Dropped(format!("there is no {}", missing.join(", ")));
    }
    let moved = grants::moved(input, membership);
    if !moved.is_empty() {
        return Decision::Stale(moved);
    }
    Decision::Send(membership.applied_to(&person.profiles))
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
