//! The executor: one workspace's changes, in the plan's order, each from a fresh read.

use crate::apply::journal::Intent;
use crate::apply::membership::Members;
use crate::apply::send::{Then, failed};
use crate::apply::settle::settle;
use crate::apply::sight::Sight;
use crate::apply::verify::verify;
use crate::apply::{Halt, Job, Outcome, Status, Step, WorkspaceOutcome, find, lock_out};
use crate::model::{Change, Existence, LiveWorkspace};
use crate::plan::confirm::Settled;
use crate::plan::membership::Phase;
use crate::plan::saved::Left;
use crate::provider::http::ApiError;

/// Does the changes of one workspace. Returns what became of each, and what keeps the other
/// workspaces of the tenant from being tried.
pub async fn execute(mut job: Job<'_>) -> (WorkspaceOutcome, Option<String>) {
    let steps = job.changes.iter().map(|it| Step::new(it, job.rest.settled(&it.change)));
    let mut steps: Vec<Step<'_>> = steps.collect();
    for Left { at, planned, why } in &job.rest.changes {
        steps.insert((*at).min(steps.len()), Step::new(planned, Some(why.clone())));
    }
    let mut members = Members::new(&job);
    let mut sight = Sight::new(job.fresh.take());
    let mut halt: Option<Halt> = None;
    members.work(&job, Phase::Before, &[], &mut halt).await;
    for at in 0..steps.len() {
        if steps[at].status.is_some() {
            continue;
        }
        let halted = halt.as_ref().map(|halt| halt.why.clone());
        let why = halted.or_else(|| (job.closed)().map(|limit| limit.to_string()));
        if let Some(why) = why {
            steps[at].status = Some(Status::NotTried { why });
            continue;
        }
        let (done, left) = steps.split_at_mut(at);
        halt = step(&job, &mut sight, done, &mut left[0]).await;
        (job.progress)(&steps[at].planned.change.profile);
    }
    verify(&job, &mut sight, &mut steps).await;
    members.work(&job, Phase::After, &steps, &mut halt).await;
    members.verify(&job).await;
    job.writer.release();
    let profiles = steps
        .into_iter()
        .map(|step| Outcome {
            profile: step.planned.change.profile.clone(),
            action: step.planned.change.existence.word().to_owned(),
            status: step.status.expect("every step was worked on"),
            kept: step.kept,
        })
        .collect();
    let outcome = WorkspaceOutcome {
        workspace: job.desired.name.clone(),
        tenant: job.desired.tenant.clone(),
        profiles,
        memberships: members.outcomes(),
    };
    (outcome, halt.filter(|halt| halt.tenant).map(|halt| halt.why))
}

/// Works on a step. Returns why nothing more should be sent, if so.
async fn step(
    job: &Job<'_>,
    sight: &mut Sight,
    done: &[Step<'_>],
    step: &mut Step<'_>,
) -> Option<Halt> {
    let mut repeats = job.writer.repeats();
    let mut waits = job.pace.verify.iter();
    // Whether all that is live matters, and not what this change is about alone.
    let mut all = false;
    loop {
        if let Err(error) = sight.look(job, step, all).await {
            // A read that the run's end cut short keeps a change back, and says nothing about it.
            let limit =
                error.limit_reached().or_else(|| (job.closed)().filter(|_| error.is_timed_out()));
            if let (Some(limit), false) = (limit, step.begun) {
                step.status = Some(Status::NotTried { why: limit.to_string() });
                return None;
            }
            step.status = Some(failed(&error, step.begun));
            // What can't be read of one profile says nothing about the others.
            let alone = sight.reads_singly(job, &step.planned.change);
            let why = format!("{} could not be read before writing: {error}", job.desired.name);
            let tenant = error.ends_tenant();
            return (tenant || !alone).then_some(Halt { why, tenant });
        }
        let live = sight.live();
        let change = &step.planned.change;
        let made = find(job, live, change).is_some();
        let Broken { error, sent } = match step.settled.clone() {
            None if step.begun && !made => {
                let error = "it was made, and is not found by reading".to_owned();
                step.status = Some(Status::Unknown { error });
                return None;
            }
            None if !all && lock_out::takes(job, live, change) => {
                all = true;
                continue;
            }
            None if all && lock_out::leaves_nobody(job, live, done, change) => {
                let written = done.iter().any(|step| step.status == Some(Status::Done));
                // What gives it to others may be shown a moment later.
                if let Some(wait) = waits.next().filter(|_| written)
                    && job.reader.wait(*wait).await
                {
                    sight.outdated();
                    continue;
                }
                step.status = Some(Status::HeldBack);
                return None;
            }
            None => match write(job, live, change, repeats.attempt()).await {
                Ok(()) => {
                    sight.note(job, change);
                    step.status = Some(Status::Done);
                    return None;
                }
                Err(broken) => broken,
            },
            Some(Settled::AlreadyApplied) if step.begun => {
                step.status = Some(Status::Done);
                return None;
            }
            Some(settled) => {
                step.status = Some(settled.into());
                return None;
            }
        };
        if sent > 0 {
            // What was read does not show what was just done.
            step.begun = true;
            sight.outdated();
        }
        match job.after(&error, &mut repeats, step.begun).await {
            Then::Again => continue,
            Then::Ends(status, halt) => {
                step.status = Some(status);
                return halt;
            }
            Then::Settle => {}
        }
        let found = settle(job, sight, change).await;
        let lost_first = sent == 0 && !step.begun && !found;
        let made = find(job, sight.live(), change).is_some();
        if lost_first && made && change.existence == Existence::Create {
            // Only the request that makes the profile was sent, and it was found: what fills it is
            // still to be sent.
            step.begun = true;
            continue;
        }
        step.status =
            Some(if found { Status::Done } else { Status::Unknown { error: error.to_string() } });
        return None;
    }
}

/// A write that did not come to its end.
struct Broken {
    error: ApiError,
    /// How many of its requests were answered before.
    sent: usize,
}

async fn write(
    job: &Job<'_>,
    live: &LiveWorkspace,
    change: &Change,
    attempt: u32,
) -> Result<(), Broken> {
    let document = find(job, live, change).map(|profile| &profile.document);
    let requests = job.provider.requests(job.workspace, change, document);
    for (sent, request) in requests.iter().enumerate() {
        let broken = |error| Broken { error, sent };
        if sent > 0 {
            job.writer.next().await.map_err(broken)?;
        }
        let part = (sent + 1, requests.len());
        let intent = Intent::new(&job.desired.tenant, &job.desired.name, change, part);
        job.send(intent, request, attempt).await.map_err(broken)?;
    }
    Ok(())
}
