//! Sending a request: a read again where that may help, a write once.

use reqwest::StatusCode;

use crate::model::request::{ReadEffect, Request};
use crate::provider::http::answer::{Answer, LONGEST_WORDS, Response, receive};
use crate::provider::http::auth::Credentials;
use crate::provider::http::error::{ApiError, Cause};
use crate::provider::http::log::Sent;
use crate::provider::http::run::RequestKind;
use crate::provider::http::tenant::TenantClient;
use crate::provider::http::vendor_error::{Errors, VendorError, shown};
use crate::secret::Secret;

/// One sending of a request.
pub(super) struct Sending<'a, Effect: 'static> {
    pub(super) request: &'a Request<Effect>,
    pub(super) errors: &'a dyn Errors,
    /// The statuses of a good answer.
    pub(super) fine: &'a [StatusCode],
    pub(super) kind: RequestKind,
    /// From 1.
    pub(super) attempt: u32,
}

impl TenantClient {
    /// Reads the vendor's words. White space in a secret is joined on the way to them, so the body as
    /// it came is looked through as well.
    pub(super) fn error_message(&self, errors: &dyn Errors, body: &[u8]) -> VendorError {
        let body = &body[..body.len().min(LONGEST_WORDS)];
        let body = self.redactor.redact(&String::from_utf8_lossy(body)).into_owned();
        shown(errors.error_message(body.as_bytes()), &self.redactor)
    }

    /// Sends a read, and again where that may help.
    pub(super) async fn read(
        &self,
        request: &Request<ReadEffect>,
        errors: &dyn Errors,
    ) -> Result<Answer, ApiError> {
        let mut repeats = self.repeats();
        loop {
            // What signing in meets, it has repeated itself.
            self.sign_in().await?;
            let sending = Sending {
                request,
                errors,
                fine: &[StatusCode::OK],
                kind: RequestKind::Read,
                attempt: repeats.attempt(),
            };
            let error = match self.in_turn(&sending).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let pause = error.ask_again_after(repeats.attempt());
            let Some(pause) = pause.and_then(|pause| repeats.next(pause)) else {
                return Err(error);
            };
            tracing::debug!(tenant = %self.name, seconds = pause.as_secs_f64(), "pause before a repeat");
            if self.run.wait(RequestKind::Read, pause).await.is_err() {
                return Err(error);
            }
        }
    }

    /// Sends a request once, when there is room for it and the pace allows it.
    async fn in_turn<Effect>(&self, sending: &Sending<'_, Effect>) -> Result<Answer, ApiError> {
        let Sending { request, kind, .. } = sending;
        let limit_reached = |limit| self.limit_reached(request, limit);
        let _own = self.room(*kind).await.map_err(limit_reached)?;
        let _all = self.turn_of_read().await.map_err(limit_reached)?;
        self.attempt(sending).await
    }

    /// Sends a request once.
    pub(super) async fn attempt<Effect>(
        &self,
        sending: &Sending<'_, Effect>,
    ) -> Result<Answer, ApiError> {
        let Sending { request, errors, fine, kind, attempt } = sending;
        let (method, target) = (request.route.method, self.target(request));
        let failed = |cause| ApiError::new(&self.name, method, &target, cause);
        let token = match &self.credentials {
            Credentials::Granted(granted) => {
                let not_sent = |error: ApiError| failed(Cause::NotSent(error.to_string()));
                let token = self.token(granted).await;
                // Whatever became of a sign-in, the request that needs it has not left.
                Some(token.map_err(|it| if it.was_not_processed() { it } else { not_sent(it) })?)
            }
            Credentials::Basic(..) | Credentials::Bearer(_) => None,
        };
        let builder = self.prepare(request, token.as_ref()).map_err(failed)?;
        self.leaves(*kind).map_err(|limit| self.limit_reached(request, limit))?;
        let sent = Sent::now(&self.name, method, &target, *attempt);
        let under_way = self.limiter.depart();
        let asked_at = under_way.since();
        let received = self.run.finish(*kind, receive(builder)).await;
        drop(under_way);
        let received = received.unwrap_or_else(|limit| Err(Cause::TimedOut(limit.to_string())));
        let in_header = errors.request_id_header();
        let words = |response: &Response, body: &[u8]| {
            let said = self.error_message(*errors, body);
            let header = in_header.and_then(|name| response.header(name));
            let own = said.own || header.is_some();
            VendorError { request_id: said.request_id.or(header), own, ..said }
        };
        sent.got(&received, |response, body| words(response, body).request_id);
        let response = received.map_err(failed)?;
        let request_id = in_header.and_then(|name| response.header(name));
        if let Some(token) = &token {
            let refused = response.status == StatusCode::UNAUTHORIZED;
            if refused && self.tokens.refused(token).await {
                return Err(failed(Cause::TokenExpired));
            }
            if !refused {
                self.tokens.accepted(token).await;
            }
        }
        match response.judge(fine, words) {
            Ok(body) => {
                let tenant = self.name.clone();
                Ok(Answer { tenant, method, target, body, request_id, asked_at })
            }
            Err(cause) => {
                let advice = match &cause {
                    Cause::Refused { status, .. } => errors.advice(*status),
                    _ => None,
                };
                let error = ApiError { advice, ..failed(cause) };
                self.apply_backpressure(&error);
                Err(error)
            }
        }
    }

    /// Makes the HTTP request.
    fn prepare<Effect>(
        &self,
        request: &Request<Effect>,
        token: Option<&Secret>,
    ) -> Result<reqwest::RequestBuilder, Cause> {
        let mut url = self.base.clone();
        let path = format!("{}{}", self.base.path().trim_end_matches('/'), request.path());
        url.set_path(&path);
        // A segment of dots would lead to another route, whatever its encoding.
        if url.path() != path {
            return Err(Cause::NotSent(format!("`{path}` is no path that can be sent")));
        }
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        let method = reqwest::Method::from_bytes(request.route.method.as_bytes())
            .expect("route tables hold real methods");
        let mut builder = self.client()?.request(method, url);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        builder = match (&self.credentials, token) {
            (Credentials::Basic(user, password), _) => {
                builder.basic_auth(user.expose(), Some(password.expose()))
            }
            (Credentials::Bearer(token), _) => builder.bearer_auth(token.expose()),
            (Credentials::Granted(_), token) => {
                builder.bearer_auth(token.expect("a token was asked for").expose())
            }
        };
        Ok(match &request.body {
            Some(body) => builder.json(body),
            None => builder,
        })
    }
}
