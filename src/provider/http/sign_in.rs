//! Asking for a token where another request gives it.
//!
//! What a provider's token request looks like is data ([`super::scheme::Grant`]). Asking twice does no
//! harm, so it is repeated like a read.

use reqwest::StatusCode;
use serde_json::Value as Json;

use crate::model::Document;
use crate::model::document::{MOST_OF_ANSWER, Unreadable, readable};
use crate::provider::http::answer::receive;
use crate::provider::http::auth::{Credentials, Granted};
use crate::provider::http::error::{ApiError, Cause};
use crate::provider::http::log::Sent;
use crate::provider::http::run::RequestKind;
use crate::provider::http::scheme::Form;
use crate::provider::http::tenant::TenantClient;
use crate::provider::http::tokens;
use crate::provider::http::vendor_error::VendorError;
use crate::secret::Secret;

impl TenantClient {
    /// Makes sure that a token is at hand where requests need one, before their turn comes: asking
    /// takes a turn of its own, and time.
    pub(super) async fn sign_in(&self) -> Result<(), ApiError> {
        match &self.credentials {
            Credentials::Granted(granted) => self.token(granted).await.map(|_| ()),
            Credentials::Basic(..) | Credentials::Bearer(_) => Ok(()),
        }
    }

    /// Returns a token that is good for a while yet.
    pub(super) async fn token(&self, granted: &Granted) -> Result<Secret, ApiError> {
        // Held while asking: other requests that need a token wait for this one.
        let mut state = self.tokens.state.lock().await;
        if let Some(token) = state.good() {
            return Ok(token);
        }
        let answer = self.ask(granted, state.rotated.as_ref()).await?;
        let token = tokens::parse(granted.grant, &answer, &self.redactor)
            .map_err(|what| self.failed(granted, Cause::InvalidResponse(what)))?;
        if let Some((member, field)) = granted.grant.rotates
            && let Some(new) = answer.get(member).and_then(Json::as_str)
        {
            let old = granted.secret(field, state.rotated.as_ref());
            // An empty text replaces nothing.
            if !new.is_empty() && old.is_some_and(|old| old.expose() != new) {
                self.redactor.learn(new);
                state.rotated = Some(Secret::new(new));
                let name = &self.name;
                self.tokens.notice(format!(
                    "{name}: the vendor replaced the refresh token; the new one was used for this run and is written nowhere, so replace the stored one if the next run is refused\n"
                ));
            }
        }
        let secret = token.secret.clone();
        state.current = Some(token);
        Ok(secret)
    }

    /// Asks for a token, and again where that may help.
    async fn ask(&self, granted: &Granted, rotated: Option<&Secret>) -> Result<Document, ApiError> {
        let mut repeats = self.repeats();
        self.count(false);
        loop {
            let turn =
                self.turn(RequestKind::Read, 0).await.and_then(|()| self.leaves(RequestKind::Read));
            turn.map_err(|limit| self.failed(granted, Cause::LimitReached(limit)))?;
            let error = match self.ask_once(granted, rotated, repeats.attempt()).await {
                Ok(answer) => return Ok(answer),
                Err(cause) => self.failed(granted, cause),
            };
            self.apply_backpressure(&error);
            let pause = error.ask_again_after(repeats.attempt());
            let Some(pause) = pause.and_then(|pause| repeats.next(pause)) else {
                return Err(error);
            };
            if self.run.wait(RequestKind::Read, pause).await.is_err() {
                return Err(error);
            }
        }
    }

    async fn ask_once(
        &self,
        granted: &Granted,
        rotated: Option<&Secret>,
        attempt: u32,
    ) -> Result<Document, Cause> {
        let Granted { grant, host, .. } = granted;
        let mut url = host.clone();
        url.set_path(&format!("{}{}", host.path().trim_end_matches('/'), grant.route.path));
        let method = reqwest::Method::from_bytes(grant.route.method.as_bytes())
            .expect("route tables hold real methods");
        let fixed = grant.fixed.iter().map(|(name, value)| (*name, *value));
        let secrets = grant.fields.iter().map(|(name, _)| {
            let secret = granted.secret(name, rotated);
            (*name, secret.expect("there is a secret for every field").expose())
        });
        let body: Vec<(&str, &str)> = fixed.chain(secrets).collect();
        let request = self.client()?.request(method, url);
        let request = match grant.form {
            Form::Urlencoded => request.form(&body),
            Form::Json => request.json(&Document::from_iter(
                body.into_iter().map(|(name, value)| (name.to_owned(), Json::from(value))),
            )),
        };
        let fine = [StatusCode::OK, StatusCode::CREATED];
        let sent = Sent::now(&self.name, grant.route.method, grant.route.path, attempt);
        // A connection to another host says nothing about those to the endpoint.
        let under_way = (host.origin() == self.base.origin()).then(|| self.limiter.depart());
        let received = self.run.finish(RequestKind::Read, receive(request)).await;
        drop(under_way);
        let received = received.unwrap_or_else(|limit| Err(Cause::TimedOut(limit.to_string())));
        sent.got(&received, |_, _| None);
        let response = received?;
        let status = response.status.as_u16();
        // The body of a refusal may hold what was sent, so not a word of it is kept.
        let body =
            response.judge(&fine, |_, _| VendorError::default()).map_err(|cause| match cause {
                Cause::Refused { .. } => Cause::SignIn { status },
                cause => cause,
            })?;
        let readable = readable(&body, MOST_OF_ANSWER);
        if let Err(Unreadable::TooMany(most)) = readable {
            let what = format!("an answer to the sign-in of more than {most} values");
            return Err(Cause::InvalidResponse(what));
        }
        let answer = serde_json::from_slice(&body).ok().filter(|_| readable.is_ok());
        answer.ok_or_else(|| {
            Cause::InvalidResponse(
                "an answer to the sign-in that is not JSON, or has a member twice".to_owned(),
            )
        })
    }

    fn failed(&self, granted: &Granted, cause: Cause) -> ApiError {
        let route = &granted.grant.route;
        ApiError::new(&self.name, route.method, route.path, cause)
    }
}
