//! Promise 13 while a plan is being done: the guard has judged what it comes to when all of it
//! succeeds. Here is what keeps the last administration when some of it does not: who takes it
//! waits until others certainly have it, by what the vendor shows and not by what was sent.

use std::collections::BTreeSet;

use crate::apply::{Job, Status, Step};
use crate::model::roster::fold;
use crate::model::{Change, LiveProfile, LiveWorkspace};
use crate::plan::administration;

/// Tells whether a change takes administration away from somebody.
pub(super) fn takes(job: &Job<'_>, live: &LiveWorkspace, change: &Change) -> bool {
    if job.lifted {
        return false;
    }
    let Some(own) = live.target_of(change) else { return false };
    // Somebody may have it where nobody looked.
    takes_from(job, own, change) && holders(job, own) != Some(0)
}

/// Tells whether a change takes administration away while no other profile gives it to anybody, as
/// all of them are live after the last write.
pub(super) fn leaves_nobody(
    job: &Job<'_>,
    live: &LiveWorkspace,
    done: &[Step<'_>],
    change: &Change,
) -> bool {
    let Some(own) = live.target_of(change) else { return false };
    // A read may still show what this run has taken.
    let taken = |profile: &LiveProfile| {
        done.iter().any(|step| {
            matches!(step.status, Some(Status::Done | Status::Unknown { .. }))
                && live.target_of(&step.planned.change).is_some_and(|it| it.id == profile.id)
                && takes_from(job, profile, &step.planned.change)
        })
    };
    let keeps = |profile: &LiveProfile| {
        // Nobody has what was made meanwhile, as far as anybody knows.
        holders(job, profile).is_some_and(|count| count > 0)
            && administers(job, profile, None)
            && !taken(profile)
    };
    takes(job, live, change) && !live.profiles.iter().any(|it| it.id != own.id && keeps(it))
}

/// Returns how many people have a profile: by its document where that says so, otherwise as was
/// looked up before the run. Somebody has what was looked at and not counted.
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
    administration::administers(job.provider, profile, change)
}

/// Tells whether a user would lose administration with this list, and no other user has it; `taken`
/// are those who lost it in this run, which a read may not show yet.
pub(super) fn is_last(
    job: &Job<'_>,
    live: &LiveWorkspace,
    taken: &BTreeSet<String>,
    user: &str,
    list: &BTreeSet<String>,
) -> bool {
    if job.lifted {
        return false;
    }
    let administering = live.profiles.iter().filter(|profile| administers(job, profile, None));
    let names: Vec<&str> = administering.map(|profile| profile.name.as_str()).collect();
    let has = |profiles: &BTreeSet<String>| names.iter().any(|name| profiles.contains(*name));
    let person = live.roster.find(user);
    let loses = person.is_some_and(|person| has(&person.profiles)) && !has(list);
    let others = live.roster.people().filter(|other| {
        person.is_none_or(|it| it.user != other.user) && !taken.contains(&fold(&other.user))
    });
    loses && !others.into_iter().any(|other| has(&other.profiles))
}
