//! The executor: one workspace's changes, in the order of writing, each from a fresh read.

use crate::apply::journal::Intent;
use crate::apply::lock_out::{self, Written};
use crate::apply::observe::Observed;
use crate::apply::send::{AfterFailure, failed};
use crate::apply::settle::settle;
use crate::apply::verify::verify;
use crate::apply::{Halt, Job, Outcome, Status, Step, WorkspaceOutcome, find, unlisted};
use crate::model::{Change, LiveWorkspace};
use crate::plan::confirm::Settled;
use crate::plan::order::{self, Phase};
use crate::plan::saved::{Left, at_their_places};
use crate::plan::{Planned, requests};
use crate::provider::http::{ApiError, Repeats};

/// Does the changes of one workspace. Returns what became of each, and what keeps the other
/// workspaces of the tenant from being tried.
///
/// Users who only lose profiles come first and the others last, so that no user holds a profile for a
/// moment that was never meant for them.
pub async fn execute(mut job: Job<'_>) -> (WorkspaceOutcome, Option<String>) {
    let observed = Observed::new(job.fresh.take());
    let mut profiles = steps(&job, job.changes, &job.rest.changes);
    let mut users = steps(&job, job.users, &job.rest.users);
    let mut run = Executor { job: &job, observed, written: Vec::new(), halt: None };
    let phase = |step: &Step<'_>| order::phase(&step.planned.change, job.administrators);
    let before = users.iter_mut().filter(|step| phase(step) == Phase::Before);
    run.work(before.collect(), &[]).await;
    run.work(profiles.iter_mut().collect(), &[]).await;
    verify(&job, &mut run.observed, &mut profiles).await;
    if !profiles.is_empty() {
        run.observed.forget_users();
    }
    let after = users.iter_mut().filter(|step| phase(step) == Phase::After);
    let mut after: Vec<&mut Step<'_>> = after.collect();
    after.sort_by_key(|it| order::takes_administration(&it.planned.change, job.administrators));
    run.work(after, &profiles).await;
    verify(&job, &mut run.observed, &mut users).await;
    job.writer.release();
    let Executor { halt, .. } = run;
    let outcome = WorkspaceOutcome {
        workspace: job.desired.name.clone(),
        tenant: job.desired.tenant.clone(),
        profiles: profiles.into_iter().map(outcome).collect(),
        users: users.into_iter().map(outcome).collect(),
    };
    (outcome, halt.filter(|halt| halt.tenant).map(|halt| halt.why))
}

/// Makes steps of the changes that are to be sent and of those that are not, in the order of the plan.
fn steps<'a>(job: &Job<'a>, changes: &'a [Planned], left: &'a [Left]) -> Vec<Step<'a>> {
    let steps = changes.iter().map(|it| Step::new(it, job.rest.settled(&it.change)));
    at_their_places(steps.collect(), left, |it| Step::new(&it.planned, Some(it.why.clone())))
}

fn outcome(step: Step<'_>) -> Outcome {
    let status = step.status.expect("every step was worked on");
    let unlisted = step.unlisted.then_some(step.made).flatten();
    Outcome { unlisted, ..Outcome::new(&step.planned.change, status, step.preserved) }
}

/// One workspace while it is written to.
struct Executor<'j, 'a> {
    job: &'j Job<'a>,
    observed: Observed,
    /// The changes that were written, or may have been.
    written: Vec<Written<'a>>,
    /// Why nothing more is sent.
    halt: Option<Halt>,
}

impl<'a> Executor<'_, 'a> {
    /// Works on some steps. `profiles` came before them: no user gets a profile that did not become
    /// as it was reviewed.
    async fn work(&mut self, steps: Vec<&mut Step<'a>>, profiles: &[Step<'_>]) {
        for step in steps {
            if step.status.is_some() {
                continue;
            }
            let halted = self.halt.as_ref().map(|halt| halt.why.clone());
            let closed = || (self.job.closed)().map(|limit| limit.to_string());
            if let Some(why) = halted.or_else(closed) {
                step.status = Some(Status::skipped(why));
                continue;
            }
            if let Some(why) = unfinished(&step.planned.change, profiles) {
                step.status = Some(Status::Skipped { why, depends: true });
                continue;
            }
            self.halt = self.step(step).await;
            if matches!(step.status, Some(Status::Done | Status::Unknown { .. })) {
                let certainly = step.status == Some(Status::Done);
                self.written.push(Written { change: &step.planned.change, certainly });
            }
            (self.job.progress)(&step.planned.change.name);
        }
    }

    /// Works on a step. Returns why nothing more should be sent, if so.
    async fn step(&mut self, step: &mut Step<'a>) -> Option<Halt> {
        let Self { job, observed, written, halt: _ } = self;
        let change = &step.planned.change;
        let answered = unlisted::answered(job, change);
        step.made = answered.as_ref().and_then(|create| create.profile.clone());
        let mut repeats = job.writer.repeats();
        let mut waits = job.pace.verify.iter();
        // Whether all that is live matters, and not what this change is about alone.
        let mut all = order::takes_administration(change, job.administrators);
        loop {
            if let Err(error) = observed.refresh(job, step, all).await {
                return unreadable(job, observed, step, &error);
            }
            if step.status.is_some() {
                return None;
            }
            let live = observed.live();
            let made = find(job, live, change).is_some();
            let failed = match step.settled.clone() {
                None if let Some(status) =
                    unlisted::waited_for(job, step.begun, answered.as_ref()).filter(|_| !made) =>
                {
                    step.status = Some(status);
                    return None;
                }
                None if !all && lock_out::takes(job, live, change) => {
                    all = true;
                    continue;
                }
                None if all && lock_out::leaves_no_administrator(job, live, written, change) => {
                    // What gives it to others may be shown a moment later.
                    if let Some(wait) =
                        waits.next().filter(|_| written.iter().any(|it| it.certainly))
                        && job.reader.wait(*wait).await
                    {
                        observed.outdated(change);
                        continue;
                    }
                    step.status = Some(Status::HeldBack);
                    return None;
                }
                None => match write(job, live, step, repeats.attempt()).await {
                    Ok(()) => {
                        observed.note(job, change);
                        step.status = Some(Status::Done);
                        return None;
                    }
                    Err(broken) => broken,
                },
                Some(Settled::AlreadyApplied) if step.begun || step.maybe_done => {
                    step.status = Some(Status::Done);
                    return None;
                }
                Some(settled) => {
                    step.status = Some(settled.into());
                    return None;
                }
            };
            match failed_write(job, observed, step, &mut repeats, failed).await {
                Some(halt) => return halt,
                None => continue,
            }
        }
    }
}

/// Finds out what follows a write that failed: `None` for another try, else why nothing more should be
/// sent, if so.
async fn failed_write(
    job: &Job<'_>,
    observed: &mut Observed,
    step: &mut Step<'_>,
    repeats: &mut Repeats,
    PartialWrite { error, sent }: PartialWrite,
) -> Option<Option<Halt>> {
    let change = &step.planned.change;
    step.begun |= sent > 0;
    let maybe_done = !error.was_not_processed();
    step.maybe_done |= maybe_done;
    if sent > 0 || maybe_done || (change.creates() && error.vendors_pause().is_some()) {
        // The last read shows neither this write nor a profile that was made during a pause.
        observed.outdated(change);
    }
    match job.after(&error, change, repeats, step.begun).await {
        AfterFailure::Again => return None,
        AfterFailure::Ends(status, halt) => {
            step.status = Some(status);
            return Some(halt);
        }
        AfterFailure::Settle => {}
    }
    let found = settle(job, observed, change, error.says_no()).await;
    let lost_first = sent == 0 && !step.begun && !found && !error.says_no();
    if lost_first && change.creates() && find(job, observed.live(), change).is_some() {
        // Only the request that makes the profile was sent, and it was found: what fills it is still
        // to be sent.
        step.begun = true;
        return None;
    }
    step.status = Some(match found {
        true => Status::Done,
        false if error.says_no() => failed(&error, step.begun),
        false => Status::Unknown { error: error.to_string() },
    });
    // Where a gateway lets no request through, the next one fares no better.
    let why = || format!("an earlier write was not let through: {error}");
    Some((!found && error.ends_tenant()).then(|| Halt { why: why(), tenant: true }))
}

/// Ends a step whose target could not be read. Returns why nothing more should be sent, if so.
fn unreadable(
    job: &Job<'_>,
    observed: &Observed,
    step: &mut Step<'_>,
    error: &ApiError,
) -> Option<Halt> {
    // A read that the run's end cut short says nothing about the change.
    let limit = error.limit_reached().or_else(|| (job.closed)().filter(|_| error.is_timed_out()));
    if let (Some(limit), false) = (limit, step.begun) {
        step.status = Some(Status::skipped(limit.to_string()));
        return None;
    }
    step.status = Some(failed(error, step.begun));
    // What can't be read of one profile says nothing about the others.
    let alone = observed.reads_singly(job, &step.planned.change);
    let why = format!("{} could not be read before writing: {error}", job.desired.name);
    let tenant = error.ends_tenant();
    (tenant || !alone).then_some(Halt { why, tenant })
}

/// Says which profile that a user was to get is not as it was reviewed, if one is not.
fn unfinished(change: &Change, profiles: &[Step<'_>]) -> Option<String> {
    let fine = |step: &&Step<'_>| !matches!(step.status, Some(Status::Done | Status::AlreadyDone));
    let open: Vec<&str> =
        profiles.iter().filter(fine).map(|step| step.planned.change.name.as_str()).collect();
    let profile = change.gained().find(|profile| open.contains(&profile.as_str()))?;
    Some(format!("the change of \"{profile}\" was not done"))
}

/// A write that did not come to its end.
struct PartialWrite {
    error: ApiError,
    /// How many of its requests were answered before.
    sent: usize,
}

async fn write(
    job: &Job<'_>,
    live: &LiveWorkspace,
    step: &mut Step<'_>,
    attempt: u32,
) -> Result<(), PartialWrite> {
    let change = &step.planned.change;
    let document = find(job, live, change).map(|profile| &profile.document);
    if let Some(person) = live.roster.find(&change.name).filter(|_| change.is_of_user()) {
        step.sent = Some(change.applied_to(&person.profiles));
    }
    let requests = requests(job.provider, live, change, document, job.labels);
    for (sent, request) in requests.iter().enumerate() {
        let broken = |error| PartialWrite { error, sent };
        if sent > 0 {
            job.writer.next().await.map_err(broken)?;
        }
        let part = (sent + 1, requests.len());
        let intent = Intent::new(&job.desired.tenant, &job.desired.name, change, part);
        let made = job.send(intent, request, attempt).await.map_err(broken)?;
        step.made = made.or(step.made.take());
    }
    Ok(())
}
