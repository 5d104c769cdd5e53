//! Tokens that another request gives: asked for when needed, kept in memory, never written anywhere.
//!
//! What a provider's token request looks like is data ([`super::Grant`]). Asking twice does no harm,
//! so it is repeated like a read.

#![expect(clippy::disallowed_methods, reason = "tokens end at a point in time")]

use std::sync::{Mutex as PlainMutex, PoisonError};
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value as Json;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::model::Document;
use crate::provider::errors::{ApiError, Cause};
use crate::provider::http::{RequestKind, Sent, Tenant, receive};
use crate::provider::{Expiry, Form, Grant, VendorError};
use crate::secret::{Redactor, Secret};

/// A token is replaced this long before it ends, so that it does not end on the way.
const MARGIN: Duration = Duration::from_secs(60);

/// What is needed to ask for tokens.
#[derive(Debug, Clone)]
pub struct Granted {
    /// How to ask.
    pub grant: &'static Grant,
    /// The secrets of the grant's fields, in their order.
    pub secrets: Vec<Secret>,
    /// Where to ask.
    pub host: Url,
}

/// The tokens of one tenant.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    state: Mutex<State>,
    notices: PlainMutex<Vec<String>>,
}

#[derive(Debug, Default)]
struct State {
    current: Option<Token>,
    /// What the vendor gave to ask with from now on, in place of a secret of the files.
    rotated: Option<Secret>,
    /// Whether the current token was asked for because the one before it was refused.
    second: bool,
}

#[derive(Debug)]
struct Token {
    secret: Secret,
    until: Option<Instant>,
}

impl Tokens {
    /// Takes note that a token was refused; says whether another one may help.
    pub(super) async fn refused(&self, token: &Secret) -> bool {
        let mut state = self.state.lock().await;
        match &state.current {
            // Somebody has replaced it meanwhile.
            Some(current) if current.secret.expose() != token.expose() => true,
            None => true,
            Some(_) if state.second => false,
            Some(_) => {
                *state = State { current: None, second: true, rotated: state.rotated.take() };
                true
            }
        }
    }

    /// Takes note that a token was good, so that the next refusal is worth another one.
    pub(super) async fn accepted(&self, token: &Secret) {
        let mut state = self.state.lock().await;
        if state.current.as_ref().is_some_and(|it| it.secret.expose() == token.expose()) {
            state.second = false;
        }
    }

    /// Takes what whoever runs the process should know.
    pub(super) fn notices(&self) -> Vec<String> {
        std::mem::take(&mut *self.notices.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn notice(&self, text: String) {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        if !notices.contains(&text) {
            notices.push(text);
        }
    }
}

impl Tenant {
    /// Returns a token that is good for a while yet.
    pub(super) async fn token(&self, granted: &Granted) -> Result<Secret, ApiError> {
        // Held while asking: whoever else needs a token waits for this one.
        let mut state = self.tokens.state.lock().await;
        let fresh = |token: &&Token| token.until.is_none_or(|until| until > Instant::now());
        if let Some(token) = state.current.as_ref().filter(fresh) {
            return Ok(token.secret.clone());
        }
        let answer = self.ask(granted, state.rotated.as_ref()).await?;
        let token = understand(granted.grant, &answer, &self.redactor)
            .map_err(|what| self.failed(granted, Cause::InvalidResponse(what)))?;
        if let Some((member, field)) = granted.grant.rotates
            && let Some(new) = answer.get(member).and_then(Json::as_str)
        {
            let old = field_secret(granted, field, state.rotated.as_ref());
            if old.is_some_and(|old| old.expose() != new) {
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
        self.count();
        loop {
            let turn = self
                .turn(RequestKind::Read, 0)
                .await
                .and_then(|()| self.run.count(&self.name, RequestKind::Read));
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
            let secret = field_secret(granted, name, rotated);
            (*name, secret.expect("there is a secret for every field").expose())
        });
        let body: Vec<(&str, &str)> = fixed.chain(secrets).collect();
        let request = self.client.request(method, url);
        let request = match grant.form {
            Form::Urlencoded => request.form(&body),
            Form::Json => request.json(&Document::from_iter(
                body.into_iter().map(|(name, value)| (name.to_owned(), Json::from(value))),
            )),
        };
        let fine = [StatusCode::OK, StatusCode::CREATED];
        let sent = Sent::now(&self.name, grant.route.method, grant.route.path, attempt);
        let received = self.run.finish(RequestKind::Read, receive(request)).await;
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
        let answer = serde_json::from_slice(&body).ok();
        answer.ok_or_else(|| {
            Cause::InvalidResponse("an answer to the sign-in that is not JSON".to_owned())
        })
    }

    fn failed(&self, granted: &Granted, cause: Cause) -> ApiError {
        let route = &granted.grant.route;
        ApiError::new(&self.name, route.method, route.path, cause)
    }
}

/// Returns the secret of a field: the rotated one where it replaces it.
fn field_secret<'a>(
    granted: &'a Granted,
    field: &str,
    rotated: Option<&'a Secret>,
) -> Option<&'a Secret> {
    let replaced = granted.grant.rotates.is_some_and(|(_, replaced)| replaced == field);
    let at = granted.grant.fields.iter().position(|(name, _)| *name == field)?;
    rotated.filter(|_| replaced).or_else(|| granted.secrets.get(at))
}

fn understand(grant: &Grant, answer: &Document, redactor: &Redactor) -> Result<Token, String> {
    let text = answer.get(grant.token).and_then(Json::as_str).filter(|token| !token.is_empty());
    let Some(text) = text else {
        return Err(format!("an answer to the sign-in without a text `{}`", grant.token));
    };
    redactor.learn(text);
    if text.chars().any(|character| !character.is_ascii_graphic()) {
        return Err("a token that no request can carry".to_owned());
    }
    let life = match grant.expiry {
        Expiry::Seconds(member) => {
            answer.get(member).and_then(Json::as_u64).map(Duration::from_secs)
        }
        Expiry::Time(member) => answer
            .get(member)
            .and_then(Json::as_str)
            .and_then(|time| time.parse::<jiff::Timestamp>().ok())
            .map(|end| end.duration_since(jiff::Timestamp::now()))
            .map(|left| Duration::try_from(left).unwrap_or_default()),
    };
    // A life shorter than the margin is used to its half; one that is not told ends with a 401.
    let until = life
        .map(|life| life.saturating_sub(MARGIN).max(life / 2))
        .and_then(|life| Instant::now().checked_add(life));
    Ok(Token { secret: Secret::new(text), until })
}
