//! Promise 13 while a plan is being done: the guard has judged what it comes to when all of it
//! succeeds. Here is what keeps the last administration when some of it does not: who takes it
//! waits until others certainly have it.

use std::collections::BTreeSet;

use crate::apply::Status;
use crate::apply::execute::{Job, Step};
use crate::live::{LiveProfile, LiveWorkspace};
use crate::plan::{Change, live_of};
use crate::provider::document;

/// Tells whether a change takes administration away while no other profile, as it is at this
/// moment, gives it to anybody.
pub(super) fn leaves_nobody(
    job: &Job<'_>,
    live: &LiveWorkspace,
    done: &[Step<'_>],
    change: &Change,
) -> bool {
    // Empty where nothing takes administration away, or somebody has lifted the rule.
    if job.administrators.is_empty() {
        return false;
    }
    let table = job.table(live);
    let administers = |profile: &LiveProfile, change: Option<&Change>| {
        let mut settings = document::settings(&table, &profile.document);
        let states = change.into_iter().flat_map(|change| &change.transitions);
        settings.extend(states.flat_map(|transition| transition.after.clone()));
        job.provider.administers(&table, &settings)
    };
    let Some(own) = live_of(live, change) else { return false };
    let loses = administers(own, None) && !administers(own, Some(change));
    // Somebody may have it where nobody looked.
    let held = |profile: &LiveProfile| {
        let known = job.administrators.iter().find(|it| it.id == profile.id);
        known.is_none_or(|it| it.holders != Some(0))
    };
    // Documents stay as they were served, so what was written since is put upon them.
    let written = |profile: &LiveProfile| {
        let of = |step: &&Step<'_>| {
            live_of(live, &step.planned.change).is_some_and(|it| it.id == profile.id)
        };
        done.iter().filter(|step| step.status == Some(Status::Done)).find(of)
    };
    let keeps = |profile: &LiveProfile| {
        held(profile) && administers(profile, written(profile).map(|step| &step.planned.change))
    };
    loses && held(own) && !live.profiles.iter().any(|other| other.id != own.id && keeps(other))
}

/// Tells whether a user would lose administration with this list, and no other user has it.
pub(super) fn is_last(
    job: &Job<'_>,
    live: &LiveWorkspace,
    user: &str,
    list: &BTreeSet<String>,
) -> bool {
    if job.administrators.is_empty() {
        return false;
    }
    let table = job.table(live);
    let administers = |profile: &LiveProfile| {
        job.provider.administers(&table, &document::settings(&table, &profile.document))
    };
    let names: Vec<&str> = live
        .profiles
        .iter()
        .filter(|profile| administers(profile))
        .map(|profile| profile.name.as_str())
        .collect();
    let has = |profiles: &BTreeSet<String>| names.iter().any(|name| profiles.contains(*name));
    let person = live.roster.find(user);
    let loses = person.is_some_and(|person| has(&person.profiles)) && !has(list);
    let others = live.roster.people().filter(|other| person.is_none_or(|it| it.user != other.user));
    loses && !others.into_iter().any(|other| has(&other.profiles))
}
