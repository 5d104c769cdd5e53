//! The executor: one workspace's changes, in the plan's order, each from a fresh read.

#![expect(clippy::disallowed_methods, reason = "how old a read is, is a matter of the clock")]

use jiff::civil::Date;
use tokio::time::Instant;

use crate::apply::settle::{Settled, settle};
use crate::apply::verify::verify;
use crate::apply::{Outcome, Pace, Status, WorkspaceOutcome};
use crate::desired;
use crate::live::{self, LiveProfile, LiveWorkspace};
use crate::plan::bind::Names;
use crate::plan::confirm::{Confirmation, Verdict, moved_elsewhere};
use crate::plan::{Change, Existence, Input, Planned};
use crate::profile::WorkspaceId;
use crate::provider::Provider;
use crate::provider::errors::ApiError;
use crate::provider::http::{Reader, Writer};

/// A read and when it was made.
#[derive(Debug)]
pub struct Fresh {
    /// What was read.
    pub live: LiveWorkspace,
    /// When the answer had arrived.
    pub read_at: Instant,
}

/// One workspace's reviewed changes and what is needed to do them.
pub struct Job<'a> {
    /// The vendor.
    pub provider: &'static dyn Provider,
    /// For fresh reads and for verification.
    pub reader: Reader<'a>,
    /// For the writes.
    pub writer: Writer<'a>,
    /// What the files say now.
    pub desired: &'a desired::Workspace,
    /// What names stand for now.
    pub names: &'a Names,
    /// Today, UTC.
    pub day: Date,
    /// The vendor's id of the workspace.
    pub workspace: &'a WorkspaceId,
    /// The changes, in the order of writing.
    pub changes: &'a [Planned],
    /// A read that was made already, if any.
    pub fresh: Option<Fresh>,
    /// How long things may take.
    pub pace: &'a Pace,
    /// Is told of each outcome as it happens.
    pub progress: &'a (dyn Fn(&str) + Sync),
}

/// What is known about one change while it is worked on.
pub(super) struct Step<'a> {
    pub(super) planned: &'a Planned,
    pub(super) status: Option<Status>,
    kept: Vec<crate::plan::confirm::Moved>,
    verdict: Verdict,
}

impl Job<'_> {
    /// Reads the workspace now.
    pub(super) async fn read(&self) -> Result<Fresh, ApiError> {
        let answers = self.provider.profiles(&self.reader, self.workspace).await?;
        let read_at = Instant::now();
        let live = live::read::understand(self.provider, &answers, self.workspace, None)?;
        Ok(Fresh { live, read_at })
    }
}

/// Does the changes of one workspace. Returns what became of each, and whether the tenant refused
/// us as a caller, so that nothing more should be sent to it.
pub async fn execute(mut job: Job<'_>) -> (WorkspaceOutcome, bool) {
    let mut steps: Vec<Step<'_>> = job
        .changes
        .iter()
        .map(|planned| Step { planned, status: None, kept: Vec::new(), verdict: Verdict::Do })
        .collect();
    let mut fresh = job.fresh.take().filter(|fresh| fresh.read_at.elapsed() <= job.pace.fresh);
    let mut judged = false;
    let mut refused = None;
    for at in 0..steps.len() {
        if let Some(why) = &refused {
            steps[at].status = Some(Status::NotTried { why: String::clone(why) });
            continue;
        }
        fresh = fresh.filter(|fresh| fresh.read_at.elapsed() <= job.pace.fresh);
        if fresh.is_none() {
            match job.read().await {
                Ok(read) => fresh = Some(read),
                Err(error) => {
                    refused =
                        Some(format!("the workspace could not be read before writing: {error}"));
                    steps[at].status =
                        Some(Status::Failed { hint: error.hint(), error: error.to_string() });
                    continue;
                }
            }
            judged = false;
        }
        let Some(Fresh { live, .. }) = &fresh else { unreachable!("it was read just now") };
        if !judged {
            judge(&job, live, &mut steps[at..]);
            judged = true;
        }
        let step = &mut steps[at];
        match &step.verdict {
            Verdict::Done => step.status = Some(Status::AlreadyDone),
            Verdict::Stale(moved) => step.status = Some(Status::Stale { moved: moved.clone() }),
            Verdict::Dropped(why) => step.status = Some(Status::Dropped { why: why.clone() }),
            Verdict::Do => match write(&job, live, &step.planned.change).await {
                Ok(()) => step.status = Some(Status::Done),
                Err(error) if error.was_not_processed() => {
                    if error.is_about_credentials() {
                        refused = Some(format!("the vendor refused the write before it: {error}"));
                    }
                    step.status =
                        Some(Status::Failed { hint: error.hint(), error: error.to_string() });
                }
                Err(error) => {
                    let Settled { done, read } = settle(&job, &step.planned.change).await;
                    step.status = Some(if done {
                        Status::Done
                    } else {
                        Status::Unknown { error: error.to_string() }
                    });
                    // What was read while settling is the newest picture there is.
                    fresh = read;
                    judged = false;
                }
            },
        }
        (job.progress)(&step.planned.change.profile);
    }
    verify(&job, &mut steps).await;
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
    };
    (outcome, refused.is_some())
}

/// Judges all changes that are still to be done against one read.
fn judge(job: &Job<'_>, live: &LiveWorkspace, steps: &mut [Step<'_>]) {
    let input =
        Input { desired: job.desired, live, names: job.names, dialect: job.provider, day: job.day };
    let confirmation = Confirmation::new(input);
    for step in steps {
        step.verdict = confirmation.verdict(&step.planned.change);
        step.kept = match (&step.verdict, find(live, &step.planned.change)) {
            (Verdict::Do, Some(profile)) => {
                moved_elsewhere(job.provider, step.planned, &profile.document)
            }
            _ => Vec::new(),
        };
    }
}

async fn write(job: &Job<'_>, live: &LiveWorkspace, change: &Change) -> Result<(), ApiError> {
    let document = find(live, change).map(|profile| &profile.document);
    for request in job.provider.calls(job.workspace, change, document) {
        job.writer.send(&request).await?;
    }
    Ok(())
}

/// Finds the live profile that an update is about.
pub(super) fn find<'a>(live: &'a LiveWorkspace, change: &Change) -> Option<&'a LiveProfile> {
    match &change.existence {
        Existence::Create => None,
        Existence::Update { id, .. } => live.profiles.iter().find(|profile| profile.id == *id),
    }
}
