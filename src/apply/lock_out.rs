//! Promise 13 while a plan is being done: the guard has judged what it comes to when all of it
//! succeeds. Here is what keeps the last administration when some of it does not: who takes it
//! waits until others certainly have it, by what the vendor shows and not by what was sent.

use std::collections::BTreeSet;

use crate::apply::Job;
use crate::model::roster::fold;
use crate::model::{Change, LiveProfile, LiveWorkspace};
use crate::plan::admin;

/// A change that was written.
pub(super) struct Written<'a> {
    pub(super) change: &'a Change,
    /// Whether that is certain; otherwise its answer was lost.
    pub(super) certainly: bool,
}

/// Tells whether a change takes administration away from a person.
pub(super) fn takes(job: &Job<'_>, live: &LiveWorkspace, change: &Change) -> bool {
    if job.lifted {
        return false;
    }
    if change.is_of_user() {
        // A user who loses no profile keeps administration, whatever the profiles are.
        return change.lost().next().is_some()
            && takes_from_user(&administering(job, live), live, change);
    }
    let Some(own) = live.target_of(change) else { return false };
    // A profile whose holders are unknown may have some.
    takes_from(job, own, change) && holders(job, own) != Some(0)
}

/// Tells whether a change takes administration away while no other profile gives it to anyone, as
/// all of them are live after the last write; of a user, while no other user has it.
pub(super) fn leaves_no_administrator(
    job: &Job<'_>,
    live: &LiveWorkspace,
    written: &[Written<'_>],
    change: &Change,
) -> bool {
    if !takes(job, live, change) {
        return false;
    }
    if change.is_of_user() {
        return is_last(&administering(job, live), live, written, change);
    }
    let Some(own) = live.target_of(change) else { return false };
    // A read may still show what this run has taken.
    let taken = |profile: &LiveProfile| {
        written.iter().any(|Written { change, .. }| {
            live.target_of(change).is_some_and(|it| it.id == profile.id)
                && takes_from(job, profile, change)
        })
    };
    let keeps = |profile: &LiveProfile| {
        // A profile that was made meanwhile has no holders that are known.
        holders(job, profile).is_some_and(|count| count > 0)
            && administers(job, profile, None)
            && !taken(profile)
    };
    !live.profiles.iter().any(|it| it.id != own.id && keeps(it))
}

/// Returns how many people have a profile: by its document where that says so, otherwise as was
/// looked up before the run. A profile that was looked at and not counted has holders.
fn holders(job: &Job<'_>, profile: &LiveProfile) -> Option<usize> {
    let shown = job.provider.holders_in(profile).map(|holders| holders.count);
    let known = || job.administrators.iter().find(|it| it.id == profile.id);
    shown.or_else(|| known().map(|it| it.holders.unwrap_or(1)))
}

fn takes_from(job: &Job<'_>, profile: &LiveProfile, change: &Change) -> bool {
    administers(job, profile, None) && !administers(job, profile, Some(change))
}

/// Tells whether a profile gives administration, as it is live or after a change.
fn administers(job: &Job<'_>, profile: &LiveProfile, change: Option<&Change>) -> bool {
    admin::administers(job.provider, profile, change)
}

/// Lists the names of the profiles that administer.
fn administering<'l>(job: &Job<'_>, live: &'l LiveWorkspace) -> BTreeSet<&'l str> {
    let profiles = live.profiles.iter().filter(|profile| administers(job, profile, None));
    profiles.map(|profile| profile.name.as_str()).collect()
}

fn administer(administering: &BTreeSet<&str>, profiles: &BTreeSet<String>) -> bool {
    profiles.iter().any(|profile| administering.contains(profile.as_str()))
}

fn takes_from_user(administering: &BTreeSet<&str>, live: &LiveWorkspace, change: &Change) -> bool {
    live.roster.find(&change.name).is_some_and(|person| {
        administer(administering, &person.profiles)
            && !administer(administering, &change.applied_to(&person.profiles))
    })
}

/// Tells whether no user but this one administers; a read may still show those who lost it in this
/// run.
fn is_last(
    administering: &BTreeSet<&str>,
    live: &LiveWorkspace,
    written: &[Written<'_>],
    change: &Change,
) -> bool {
    let taken = |user: &str| {
        written.iter().any(|Written { change, .. }| {
            change.is_of_user()
                && fold(&change.name) == fold(user)
                && !administer(administering, change.will_have())
        })
    };
    let mut others = live.roster.people().filter(|it| fold(&it.user) != fold(&change.name));
    !others.any(|other| administer(administering, &other.profiles) && !taken(&other.user))
}
