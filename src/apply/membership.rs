//! Memberships: one request a user, made from what the user has at this moment.
//!
//! What only takes away is sent before the profiles change and the rest after it, so that nobody
//! holds a profile for a moment that was never meant for them.

#![expect(clippy::disallowed_methods, reason = "how old a read is, is a matter of the clock")]

use std::collections::BTreeSet;

use futures_util::future::try_join;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::apply::journal::Intent;
use crate::apply::send::{Then, failed};
use crate::apply::sight::Fresh;
use crate::apply::{Halt, Job, Status, Step as ProfileStep, lock_out};
use crate::live;
use crate::model::roster::fold;
use crate::model::{SettingPath, Value};
use crate::plan::Moved;
use crate::plan::confirm::Settled;
use crate::plan::membership::{
    Membership, Phase, PlannedMembership, confirm, moved_elsewhere, shortfall,
};
use crate::plan::saved::Left;
use crate::provider::Users;
use crate::provider::http::ApiError;

/// What became of one user's memberships.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MembershipOutcome {
    /// The user's e-mail address.
    pub user: String,
    /// The profiles that the user was to get.
    pub gained: Vec<String>,
    /// The profiles that the user was to lose.
    pub lost: Vec<String>,
    /// What became of it.
    #[serde(flatten)]
    pub status: Status,
    /// Profiles outside the change that somebody gave or took away since the plan; that was kept.
    pub kept: Vec<Moved>,
}

impl MembershipOutcome {
    /// Starts from what was planned.
    pub fn new(membership: &Membership, status: Status, kept: Vec<Moved>) -> Self {
        Self {
            user: membership.user.clone(),
            gained: membership.gained().cloned().collect(),
            lost: membership.lost().cloned().collect(),
            status,
            kept,
        }
    }
}

/// The memberships of one workspace while they are worked on.
pub(super) struct Members<'a> {
    steps: Vec<Step<'a>>,
    fresh: Option<Fresh>,
    /// Who was sent a list without administration that had it.
    taken: BTreeSet<String>,
}

struct Step<'a> {
    membership: &'a Membership,
    status: Option<Status>,
    /// The whole list that was sent.
    sent: Option<BTreeSet<String>>,
    kept: Vec<Moved>,
}

impl<'a> Members<'a> {
    /// Starts from a read of the workspace, which serves if it tells who has what.
    pub(super) fn new(job: &Job<'a>) -> Self {
        let step = |planned: &'a PlannedMembership, status| Step {
            membership: &planned.membership,
            status,
            sent: None,
            kept: Vec::new(),
        };
        let mut steps: Vec<Step<'a>> = job.memberships.iter().map(|it| step(it, None)).collect();
        for Left { at, planned, why } in &job.rest.memberships {
            steps.insert((*at).min(steps.len()), step(planned, Some(why.clone().into())));
        }
        let told = job.fresh.as_ref().filter(|read| !read.live.roster.was_not_read());
        Self { steps, fresh: told.cloned(), taken: BTreeSet::new() }
    }

    /// Works on the memberships of one phase. `halt` says why nothing more should be sent, and is
    /// set when the vendor refuses us.
    ///
    /// `profiles` are the changes that came before: nobody is given a profile that did not become
    /// what was reviewed.
    pub(super) async fn work(
        &mut self,
        job: &Job<'_>,
        phase: Phase,
        profiles: &[ProfileStep<'_>],
        halt: &mut Option<Halt>,
    ) {
        if !profiles.is_empty() {
            // What was known is from before they changed.
            self.fresh = None;
        }
        let mut steps: Vec<&mut Step<'_>> = self
            .steps
            .iter_mut()
            .filter(|step| step.status.is_none())
            .filter(|step| step.membership.phase(job.administrators) == phase)
            .collect();
        // Whoever loses administration comes after those who get it, and after a look at them.
        steps.sort_by_key(|step| step.membership.takes_administration(job.administrators));
        let mut written = false;
        for step in steps {
            let takes = step.membership.takes_administration(job.administrators);
            if written && takes {
                self.fresh = None;
            }
            let closed = || (job.closed)().map(|limit| limit.to_string());
            let unfinished = || unfinished(step.membership, profiles);
            let halted = halt.as_ref().map(|halt| halt.why.clone());
            if let Some(why) = halted.or_else(closed).or_else(unfinished) {
                step.status = Some(Status::NotTried { why });
                continue;
            }
            let so_far = SoFar { phase, written, taken: &self.taken };
            *halt = self::step(job, &mut self.fresh, step, so_far).await;
            written |= step.sent.is_some();
            if takes && step.sent.is_some() {
                self.taken.insert(fold(&step.membership.user));
            }
            (job.progress)(&step.membership.user);
        }
    }

    /// Reads back once, and again a few times while it disagrees.
    pub(super) async fn verify(&mut self, job: &Job<'_>) {
        let mut written: Vec<&mut Step<'_>> =
            self.steps.iter_mut().filter(|step| step.status == Some(Status::Done)).collect();
        let mut waits = job.pace.verify.iter();
        while !written.is_empty() {
            let read = read(job).await;
            written.retain_mut(|step| {
                let status = match &read {
                    Ok(read) => judge_written(step, read),
                    Err(error) => Status::Unknown {
                        error: format!("it was written, and could not be read back: {error}"),
                    },
                };
                let wrong = status != Status::Done;
                step.status = Some(status);
                wrong
            });
            match waits.next() {
                None => return,
                Some(wait) if !written.is_empty() => {
                    if !job.reader.wait(*wait).await {
                        return;
                    }
                }
                Some(_) => {}
            }
        }
    }

    pub(super) fn outcomes(self) -> Vec<MembershipOutcome> {
        let outcome = |step: Step<'_>| {
            let status = step.status.expect("every step was worked on");
            MembershipOutcome::new(step.membership, status, step.kept)
        };
        self.steps.into_iter().map(outcome).collect()
    }
}

/// Says which profile that the user was to get is not as it was reviewed, if one is not.
fn unfinished(membership: &Membership, profiles: &[ProfileStep<'_>]) -> Option<String> {
    let fine =
        |step: &&ProfileStep<'_>| !matches!(step.status, Some(Status::Done | Status::AlreadyDone));
    let open: Vec<&str> =
        profiles.iter().filter(fine).map(|step| step.planned.change.profile.as_str()).collect();
    let profile = membership.gained().find(|profile| open.contains(&profile.as_str()))?;
    Some(format!("the change of \"{profile}\" was not done"))
}

/// Compares what a user has with what was sent: all of it, since the list was sent whole.
fn judge_written(step: &Step<'_>, read: &Fresh) -> Status {
    let none = BTreeSet::new();
    let now = read.live.roster.find(&step.membership.user).map_or(&none, |person| &person.profiles);
    let mut differences = shortfall(step.membership, now);
    let carried = step.sent.iter().flatten().filter(|profile| {
        !now.contains(*profile) && !step.membership.gained().any(|gained| gained == *profile)
    });
    differences.extend(carried.map(|profile| Moved {
        setting: SettingPath::new([profile]),
        planned: Some(Value::Flag(true)),
        live: Some(Value::Flag(false)),
    }));
    if differences.is_empty() { Status::Done } else { Status::NotTaken { differences, hint: None } }
}

/// What was done of a phase before a user.
#[derive(Clone, Copy)]
struct SoFar<'a> {
    phase: Phase,
    /// Whether other users were written.
    written: bool,
    /// Who no longer administers.
    taken: &'a BTreeSet<String>,
}

/// Works on one user. Returns why nothing more should be sent, if so.
async fn step(
    job: &Job<'_>,
    fresh: &mut Option<Fresh>,
    step: &mut Step<'_>,
    so_far: SoFar<'_>,
) -> Option<Halt> {
    let SoFar { phase, written, taken } = so_far;
    let mut repeats = job.writer.repeats();
    let mut waits = job.pace.verify.iter();
    loop {
        let decision = match look(job, fresh, step, phase).await {
            Ok(decision) => decision,
            Err(error) => {
                let ended = (job.closed)().filter(|_| error.is_timed_out());
                if let Some(limit) = error.limit_reached().or(ended) {
                    step.status = Some(Status::NotTried { why: limit.to_string() });
                    return None;
                }
                step.status = Some(failed(&error, false));
                let why = format!("who has what could not be read before writing: {error}");
                return Some(Halt { why, tenant: error.ends_tenant() });
            }
        };
        let list = match decision {
            Ok(list) => {
                let read = fresh.as_ref().expect("it was just looked at");
                if lock_out::is_last(job, &read.live, taken, &step.membership.user, &list) {
                    // What others were given may be shown a moment later.
                    if let Some(wait) = waits.next().filter(|_| written)
                        && job.reader.wait(*wait).await
                    {
                        *fresh = None;
                        continue;
                    }
                    step.status = Some(Status::HeldBack);
                    return None;
                }
                list
            }
            Err(settled) => {
                step.status = Some(settled.into());
                return None;
            }
        };
        let request = writing(job).assign(job.workspace, &step.membership.user, &list);
        step.sent = Some(list);
        let intent = Intent::assigning(&job.desired.tenant, &job.desired.name, step.membership);
        let Err(error) = job.send(intent, &request, repeats.attempt()).await else {
            step.status = Some(Status::Done);
            return None;
        };
        match job.after(&error, &mut repeats, false).await {
            Then::Again => continue,
            Then::Ends(status, halt) => {
                step.status = Some(status);
                return halt;
            }
            Then::Settle => {}
        }
        step.status = Some(settle(job, step.membership, &error).await);
        *fresh = None;
        return None;
    }
}

/// Compares a user with a read that is new enough to write from, once the pace allows the write.
async fn look(
    job: &Job<'_>,
    fresh: &mut Option<Fresh>,
    step: &mut Step<'_>,
    phase: Phase,
) -> Result<Result<BTreeSet<String>, Settled>, ApiError> {
    let is_fresh = |fresh: &Option<Fresh>| {
        fresh.as_ref().is_some_and(|it| it.read_at.elapsed() <= job.pace.fresh)
    };
    loop {
        if !is_fresh(fresh) {
            *fresh = Some(read(job).await?);
        }
        let live = &fresh.as_ref().expect("it was just read").live;
        let decision = confirm(job.provider.catalogue(), live, step.membership);
        if decision.is_err() {
            return Ok(decision);
        }
        if let Some(person) = live.roster.find(&step.membership.user) {
            step.kept = moved_elsewhere(step.membership, &person.profiles);
        }
        // Waiting for a turn ages what is known, so it is looked at once more after it.
        let requests = fresh.as_ref().map_or(0, |fresh| fresh.reads.all());
        // Before the profiles change, who has what will be read again after that, too.
        let both = usize::from(phase == Phase::Before && !job.changes.is_empty());
        job.writer.turn(requests * (1 + both)).await?;
        if is_fresh(fresh) {
            return Ok(decision);
        }
    }
}

/// Looks for the effect of a write whose answer was lost; the write is never repeated.
async fn settle(job: &Job<'_>, membership: &Membership, error: &ApiError) -> Status {
    for wait in &job.pace.settle {
        if !job.reader.wait(*wait).await {
            break;
        }
        // A read that fails says nothing about the write; the next one may succeed.
        let Ok(read) = read(job).await else { continue };
        let person = read.live.roster.find(&membership.user);
        if person.is_some_and(|person| shortfall(membership, &person.profiles).is_empty()) {
            return Status::Done;
        }
    }
    Status::Unknown { error: error.to_string() }
}

/// Reads profiles and users now.
async fn read(job: &Job<'_>) -> Result<Fresh, ApiError> {
    let profiles = job.provider.profiles(&job.reader, job.workspace);
    let users = live::read::users(job.provider, &job.reader, job.workspace);
    let (profiles, users) = try_join(profiles, users).await?;
    let read_at = Instant::now();
    let mut live = live::read::understand(job.provider, &profiles, job.workspace, None)?;
    live.roster = live::read::roster(job.provider, &users, job.workspace, &live.profiles)?;
    let reads = live::read::taken(job.provider, &profiles, &users);
    Ok(Fresh { live, read_at, reads })
}

fn writing<'a>(job: &Job<'a>) -> &'a dyn Users {
    job.provider.memberships().expect("memberships are planned for providers that have them")
}
