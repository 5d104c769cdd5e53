//! Verification: what was written is read back, since a server can accept a value and not keep it.

use crate::apply::sight::Sight;
use crate::apply::{Job, Status, Step, find};
use crate::model::{Change, Existence, LiveWorkspace, document};
use crate::plan::Moved;
use crate::plan::confirm::differences;

/// Reads the workspace back once, and again a few times while it disagrees.
pub(super) async fn verify(job: &Job<'_>, sight: &mut Sight, steps: &mut [Step<'_>]) {
    let mut written: Vec<&mut Step<'_>> =
        steps.iter_mut().filter(|step| step.status == Some(Status::Done)).collect();
    let mut waits = job.pace.verify.iter();
    while !written.is_empty() {
        let changes: Vec<&Change> = written.iter().map(|step| &step.planned.change).collect();
        let read = sight.reread(job, &changes).await;
        let wait = waits.next();
        written.retain_mut(|step| match &read {
            Ok(()) => {
                let differences = shortfall(job, sight.live(), &step.planned.change);
                if differences.is_empty() {
                    return false;
                }
                step.status = Some(Status::NotTaken { hint: hint(job, &differences), differences });
                true
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

/// Says what to do about differences that all are what the vendor is known to keep.
fn hint(job: &Job<'_>, differences: &[Moved]) -> Option<&'static str> {
    let catalogue = job.provider.catalogue();
    let hints = differences.iter().map(|moved| {
        let row = catalogue.row(&moved.setting)?;
        let took = moved.planned == Some(row.empty()) && moved.live != moved.planned;
        row.adds_only.filter(|_| took)
    });
    hints.collect::<Option<Vec<_>>>()?.first().copied()
}

/// Lists what a change asked for and live does not show.
pub(super) fn shortfall(job: &Job<'_>, live: &LiveWorkspace, change: &Change) -> Vec<Moved> {
    let catalogue = job.provider.catalogue();
    let compare = |document| {
        let settings = document::settings(catalogue, document);
        differences(catalogue, change, &settings, |transition| &transition.after)
    };
    let missing = || {
        change
            .transitions
            .iter()
            .flat_map(|transition| &transition.after)
            .map(|(setting, value)| Moved {
                setting: setting.clone(),
                planned: Some(value.clone()),
                live: None,
            })
            .collect()
    };
    match &change.existence {
        Existence::Update { .. } => {
            find(job, live, change).map_or_else(missing, |profile| compare(&profile.document))
        }
        Existence::Create => live
            .profiles
            .iter()
            .filter(|profile| profile.name == change.profile)
            .map(|profile| compare(&profile.document))
            .min_by_key(Vec::len)
            .unwrap_or_else(missing),
    }
}
