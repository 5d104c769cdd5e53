//! New profiles that no list shows yet: a create that was answered is never sent again.

use crate::apply::journal::{ANSWERED_WINDOW, AnsweredCreate};
use crate::apply::{Job, Status};
use crate::model::Change;

/// Why it is not known what became of a create that was answered.
pub(super) const UNLISTED: &str =
    "the vendor answered that the profile is created, and its list does not show the profile yet";

/// Returns the create of this profile that an earlier run sent lately and that was answered.
pub(super) fn answered(job: &Job<'_>, change: &Change) -> Option<AnsweredCreate> {
    let address = format!("{}/{}", job.desired.name, change.name);
    let answered = || job.journal.answered(&job.desired.tenant, &address);
    change.creates().then(answered).flatten()
}

/// Says what becomes of a create whose profile is not live, where a request that makes the profile was
/// answered before: by this run (`begun`) or by an earlier one whose profile can't be asked for by its id.
pub(super) fn waited_for(
    job: &Job<'_>,
    begun: bool,
    answered: Option<&AnsweredCreate>,
) -> Option<Status> {
    if begun {
        return Some(Status::Unknown { error: UNLISTED.to_owned() });
    }
    let create = answered?;
    if job.provider.capabilities().reads_by_id && create.profile.is_some() {
        return None;
    }
    let minutes = ANSWERED_WINDOW.as_secs() / 60;
    let at = create.at.round(jiff::Unit::Second).unwrap_or(create.at);
    Some(Status::skipped(format!(
        "an earlier run created it at {at}, and the vendor's list does not show it yet; apply again later (after {minutes} minutes a run creates it again)"
    )))
}
