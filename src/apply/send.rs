//! One write: noted in the journal, sent once, and what its failure means for the run.

use std::sync::atomic::Ordering;

use crate::apply::journal::{Intent, ReplyRecord};
use crate::apply::{Halt, Job, Status};
use crate::model::request::{Request, WriteEffect};
use crate::model::{Change, ProfileId};
use crate::provider::http::{ApiError, Repeats};

/// What follows a write that failed.
pub(super) enum AfterFailure {
    /// It may be tried again, from a fresh look: the document may be too old by now.
    Again,
    /// It came to this, and so may the rest of the tenant.
    Ends(Status, Option<Halt>),
    /// Whether it was done is unknown, also where the vendor says no; reading may tell.
    Settle,
}

/// What to do about a 403 right after a write that was accepted.
const ONE_PROFILE: &str = "the key wrote another one a moment before, so it may not change this one: see \
    in the vendor's settings who may, or take it out of the files";

impl Job<'_> {
    /// Sends a write, and notes it before and after. Returns the id of a profile that it made.
    pub(super) async fn send(
        &self,
        intent: Intent,
        request: &Request<WriteEffect>,
        attempt: u32,
    ) -> Result<Option<ProfileId>, ApiError> {
        let creates = intent.creates();
        let number = self.journal.intent(intent.request(request.route.method, request.target()));
        let answered = self.writer.attempt(attempt).send(request).await;
        let written = answered.as_ref().ok().filter(|_| creates);
        let made = written.and_then(|written| self.provider.created(&written.answer));
        self.journal.outcome(number, ReplyRecord::of(&answered, made.clone()));
        answered.map(|_| {
            self.accepted.store(true, Ordering::Relaxed);
            made
        })
    }

    /// Says what follows a failure, and waits where another try may help. `begun` says that a part
    /// of the change was done before.
    pub(super) async fn after(
        &self,
        error: &ApiError,
        change: &Change,
        repeats: &mut Repeats,
        begun: bool,
    ) -> AfterFailure {
        // An update does no harm when it is sent twice: the next try is made from a fresh read.
        let may_repeat = error.was_not_processed() || !change.creates();
        let pause = error.repeat_after(repeats.attempt()).filter(|_| may_repeat);
        let pause = pause.and_then(|pause| repeats.next(pause));
        if let Some(pause) = pause
            && self.writer.wait(pause).await
        {
            return AfterFailure::Again;
        }
        if let (true, false, Some(limit)) = (pause.is_some(), begun, (self.closed)()) {
            return AfterFailure::Ends(Status::skipped(limit.to_string()), None);
        }
        if !error.was_not_processed() {
            return AfterFailure::Settle;
        }
        if error.refusal() == Some(403) && self.accepted.swap(false, Ordering::Relaxed) {
            let (error, hint) = (error.to_string(), ONE_PROFILE.to_owned());
            return AfterFailure::Ends(Status::Failed { error, hint, partly: begun }, None);
        }
        let why = || format!("the vendor refused an earlier write: {error}");
        let halt = error.ends_tenant().then(|| Halt { why: why(), tenant: true });
        AfterFailure::Ends(failed(error, begun), halt)
    }
}

/// Says that something was not done, with the vendor's words.
pub(super) fn failed(error: &ApiError, partly: bool) -> Status {
    Status::Failed { error: error.to_string(), hint: error.hint(), partly }
}
