//! What the rest of the program sends with: a reader, which has reads only, and a writer.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value as Json;

use crate::model::request::{ReadEffect, Request, WriteEffect};
use crate::provider::http::answer::Answer;
use crate::provider::http::error::{ApiError, Cause, Limit};
use crate::provider::http::repeat::Repeats;
use crate::provider::http::run::RequestKind;
use crate::provider::http::send::Sending;
use crate::provider::http::tenant::TenantClient;
use crate::provider::http::vendor_error::Errors;

impl TenantClient {
    /// Returns a reader; the vendor's refusals look like `errors` says.
    pub fn reader(&self, errors: &'static dyn Errors) -> Reader<'_> {
        Reader { tenant: self, errors, aside: false }
    }

    /// Returns a reader of what is only told about a plan, who has a profile for example: an apply of the
    /// plan does without it.
    pub fn aside(&self, errors: &'static dyn Errors) -> Reader<'_> {
        Reader { aside: true, ..self.reader(errors) }
    }

    /// Returns a writer. Only `app/apply` may call this.
    pub fn writer(&self, errors: &'static dyn Errors) -> Writer<'_> {
        Writer { tenant: self, errors, attempt: 1 }
    }
}

/// Sends reads, and nothing else.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    pub(super) tenant: &'a TenantClient,
    pub(super) errors: &'static dyn Errors,
    aside: bool,
}

impl Reader<'_> {
    /// Sends a read and returns the whole answer.
    ///
    /// # Errors
    /// Anything but a whole answer; never a part of one.
    pub async fn send(&self, request: Request<ReadEffect>) -> Result<Answer, ApiError> {
        self.tenant.count(self.aside);
        self.tenant.read(&request, self.errors).await
    }

    /// Waits before a read; says whether there is time for it.
    pub async fn wait(&self, time: Duration) -> bool {
        self.tenant.run.wait(RequestKind::Read, time).await.is_ok()
    }
}

/// What a vendor answered to a write that it accepted.
#[derive(Debug)]
pub struct Accepted {
    /// The vendor's id for the request, if there is one.
    pub request_id: Option<String>,
    /// The answer.
    pub answer: Json,
}

/// Sends writes; built by `app/apply` alone.
#[derive(Clone, Copy)]
pub struct Writer<'a> {
    pub(super) tenant: &'a TenantClient,
    pub(super) errors: &'static dyn Errors,
    pub(super) attempt: u32,
}

impl Writer<'_> {
    /// Waits until a write may be sent: there is a token, the pace of the tenant allows it, and the
    /// run has room for it and for so many reads that have to follow. What a write is made from may
    /// have aged meanwhile, so this comes before the last look at it.
    ///
    /// # Errors
    /// What keeps it from being sent; nothing was.
    pub async fn turn(&self, to_follow: usize) -> Result<(), ApiError> {
        self.tenant.sign_in().await?;
        self.tenant.turn(RequestKind::Write, to_follow).await.map_err(|limit| {
            match limit {
                // Where one write of a tenant has no room, none has; others may have kept theirs.
                Limit::Requests(_) | Limit::Day { .. } => drop(self.tenant.closed.set(limit)),
                // It is over some time.
                Limit::Pause(_) => {}
                Limit::Time(_) | Limit::Interrupted => self.tenant.run.close(limit),
            }
            ApiError::new(&self.tenant.name, "write", "", Cause::LimitReached(limit))
        })
    }

    /// Waits until the pace allows a further request of a write that was begun.
    ///
    /// # Errors
    /// What keeps it from being sent; nothing was.
    pub async fn next(&self) -> Result<(), ApiError> {
        self.tenant.sign_in().await?;
        let may_go_on = || self.tenant.run.may_go_on();
        self.tenant.pace(RequestKind::Write, may_go_on).await.map_err(|limit| {
            ApiError::new(&self.tenant.name, "write", "", Cause::LimitReached(limit))
        })
    }

    /// Says that what had to follow the writes was sent: other tenants have room again.
    pub fn release(&self) {
        self.tenant.run.release(&self.tenant.name);
    }

    /// Begins with the first attempt at a change.
    pub fn repeats(&self) -> Repeats {
        self.tenant.repeats()
    }

    /// Waits before a repeat; says whether there is to be one.
    pub async fn wait(&self, time: Duration) -> bool {
        self.tenant.run.wait(RequestKind::Write, time).await.is_ok()
    }

    /// Returns a writer that knows how often its change was tried, from 1.
    #[must_use = "returns the writer that knows"]
    pub fn attempt(self, attempt: u32) -> Self {
        Self { attempt, ..self }
    }

    /// Sends a write, once and at once: a repeat has to be made from a fresh read.
    ///
    /// # Errors
    /// [`ApiError::was_not_processed`] tells a refusal from an answer that got lost,
    /// [`ApiError::repeat_after`] when it may be tried again.
    pub async fn send(&self, request: &Request<WriteEffect>) -> Result<Accepted, ApiError> {
        let Self { tenant, errors, attempt } = *self;
        let fine = &[StatusCode::OK, StatusCode::CREATED];
        let kind = RequestKind::Write;
        let room = tenant.room(kind).await;
        let _room = room.map_err(|limit| tenant.limit_reached(request, limit))?;
        let sending = Sending { request, errors, fine, kind, attempt };
        let answer = tenant.attempt(&sending).await?;
        let json = answer.json()?;
        // The id stands in the same place whatever the status.
        let said = tenant.error_message(errors, &answer.body).request_id;
        Ok(Accepted { request_id: said.or(answer.request_id), answer: json })
    }
}
