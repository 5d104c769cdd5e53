//! Verification: what was written is read back, since a server can accept a value and not keep it.

use crate::apply::observe::Observed;
use crate::apply::unlisted::UNLISTED;
use crate::apply::{Job, Status, Step};
use crate::model::{Change, LiveProfile, LiveWorkspace};
use crate::plan::{Mismatch, diff};

/// Reads the workspace back once, and again a few times while it disagrees.
pub(super) async fn verify(job: &Job<'_>, observed: &mut Observed, steps: &mut [Step<'_>]) {
    let mut written: Vec<&mut Step<'_>> =
        steps.iter_mut().filter(|step| step.status == Some(Status::Done)).collect();
    let mut waits = job.pace.verify.iter();
    while !written.is_empty() {
        let changes: Vec<&Change> = written.iter().map(|step| &step.planned.change).collect();
        let read = observed.reread(job, &changes).await;
        if read.is_ok() {
            for step in &mut written {
                // A read that fails says nothing; the list counts then.
                let _ = observed.find_unlisted(job, step).await;
            }
        }
        let wait = waits.next();
        written.retain_mut(|step| match &read {
            Ok(()) => {
                let found = judge(job, observed.live(), step);
                let is_over = matches!(found, Status::Done | Status::Doubled { .. });
                step.status = Some(found);
                !is_over
            }
            Err(error) => {
                step.status = Some(Status::Unknown {
                    error: format!("it was written, and could not be read back: {error}"),
                });
                true
            }
        });
        match wait {
            None => return,
            Some(wait) if !written.is_empty() => {
                // A read may lag behind a write.
                if !job.reader.wait(*wait).await {
                    return;
                }
                // Until the last read has disagreed, nothing is known to be wrong.
                written.iter_mut().for_each(|step| step.status = Some(Status::Done));
            }
            Some(_) => {}
        }
    }
}

/// Says what a read shows of a change that was written.
fn judge(job: &Job<'_>, live: &LiveWorkspace, step: &Step<'_>) -> Status {
    let change = &step.planned.change;
    let is_named = |profile: &&LiveProfile| profile.name == change.name;
    let named: Vec<&LiveProfile> = live.profiles.iter().filter(is_named).collect();
    if change.creates() && named.is_empty() {
        return Status::Unknown { error: UNLISTED.to_owned() };
    }
    if named.len() > 1 && (change.creates() || change.renames(job.provider.catalogue())) {
        return Status::Doubled { ids: named.iter().map(|profile| profile.id.clone()).collect() };
    }
    let differences = shortfall(job, live, step);
    match differences.is_empty() {
        true => Status::Done,
        false => Status::NotPersisted { hint: hint(job, &differences), differences },
    }
}

/// Says what to do about differences that all are what the vendor is known to keep.
fn hint(job: &Job<'_>, differences: &[Mismatch]) -> Option<&'static str> {
    let catalogue = job.provider.catalogue();
    let hints = differences.iter().map(|moved| {
        let row = catalogue.row(&moved.setting)?;
        let took = moved.planned == Some(row.empty()) && moved.live != moved.planned;
        row.adds_only.filter(|_| took)
    });
    hints.collect::<Option<Vec<_>>>()?.first().copied()
}

/// Lists what a step asked for and live does not show. A user was sent the whole list, so what was
/// carried along in it counts as well.
fn shortfall(job: &Job<'_>, live: &LiveWorkspace, step: &Step<'_>) -> Vec<Mismatch> {
    let change = &step.planned.change;
    let mut differences = diff::shortfall(job.provider.catalogue(), live, change);
    let person = live.roster.find(&change.name);
    let has = |profile: &String| person.is_some_and(|person| person.profiles.contains(profile));
    let gained = |profile: &String| change.gained().any(|gained| gained == profile);
    let sent = step.sent.iter().flatten().filter(|profile| !has(profile) && !gained(profile));
    differences.extend(sent.map(|profile| diff::has(profile, true, false)));
    differences
}
