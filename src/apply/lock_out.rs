//! Promise 13 while a plan is being done: the guard has judged what it comes to when all of it
//! succeeds. Here is what keeps the last administration when some of it does not: who takes it
//! waits until others certainly have it, by what the vendor shows and not by what was sent.

use std::collections::BTreeSet;

use crate::apply::execute::Job;
use crate::live::{LiveProfile, LiveWorkspace};
use crate::plan::{Change, live_of};
use crate::provider::document;

/// Tells whether a change takes administration away from somebody.
pub(super) fn takes(job: &Job<'_>, live: &LiveWorkspace, change: &Change) -> bool {
    // Empty where nothing takes administration away, or somebody has lifted the rule.
    if job.administrators.is_empty() {
        return false;
    }
    let Some(own) = live_of(live, change) else { return false };
    let loses = administers(job, live, own, None) && !administers(job, live, own, Some(change));
    // Somebody may have it where nobody looked.
    let known = job.administrators.iter().find(|it| it.id == own.id);
    loses && known.is_none_or(|it| it.holders != Some(0))
}

/// Tells whether a change takes administration away while no other profile gives it to anybody, as
/// all of them are live after the last write.
pub(super) fn leaves_nobody(job: &Job<'_>, live: &LiveWorkspace, change: &Change) -> bool {
    let Some(own) = live_of(live, change) else { return false };
    // Nobody has what was made meanwhile, as far as anybody knows.
    let held = |profile: &LiveProfile| {
        let known = job.administrators.iter().find(|it| it.id == profile.id);
        known.is_some_and(|it| it.holders != Some(0))
    };
    let keeps = |profile: &LiveProfile| held(profile) && administers(job, live, profile, None);
    takes(job, live, change) && !live.profiles.iter().any(|it| it.id != own.id && keeps(it))
}

/// Tells whether a profile gives administration, as it is live or after a change.
fn administers(
    job: &Job<'_>,
    live: &LiveWorkspace,
    profile: &LiveProfile,
    change: Option<&Change>,
) -> bool {
    let table = job.table(live);
    let mut settings = document::settings(&table, &profile.document);
    let states = change.into_iter().flat_map(|change| &change.transitions);
    settings.extend(states.flat_map(|transition| transition.after.clone()));
    job.provider.administers(&table, &settings)
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
