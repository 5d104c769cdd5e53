//! The tokens of one tenant: kept in memory, never written anywhere. Asking for one is in
//! [`super::sign_in`].

#![expect(clippy::disallowed_methods, reason = "tokens end at a point in time")]

use std::sync::{Mutex as PlainMutex, PoisonError};
use std::time::Duration;

use serde_json::Value as Json;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::model::Document;
use crate::provider::http::scheme::{Expiry, Grant};
use crate::secret::{Redactor, Secret};

/// A token is replaced this long before it ends, so that it does not end on the way.
const MARGIN: Duration = Duration::from_secs(60);

/// The tokens of one tenant.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub(super) state: Mutex<TokenState>,
    notices: PlainMutex<Vec<String>>,
}

/// The token in use, and what the next one is asked for with.
#[derive(Debug, Default)]
pub(super) struct TokenState {
    pub(super) current: Option<Token>,
    /// What the vendor gave to ask with from now on, in place of a secret of the files.
    pub(super) rotated: Option<Secret>,
    /// Whether the current token was asked for because the one before it was refused.
    second: bool,
}

/// One token.
#[derive(Debug)]
pub(super) struct Token {
    pub(super) secret: Secret,
    until: Option<Instant>,
}

impl TokenState {
    /// Returns the current token while it is good for a while yet.
    pub(super) fn good(&self) -> Option<Secret> {
        let good = |token: &&Token| token.until.is_none_or(|until| until > Instant::now());
        self.current.as_ref().filter(good).map(|token| token.secret.clone())
    }
}

impl Tokens {
    /// Takes note that a token was refused; says whether another one may help.
    pub(super) async fn refused(&self, token: &Secret) -> bool {
        let mut state = self.state.lock().await;
        match &state.current {
            // Another request has replaced it meanwhile.
            Some(current) if current.secret.expose() != token.expose() => true,
            None => true,
            Some(_) if state.second => false,
            Some(_) => {
                *state = TokenState { current: None, second: true, rotated: state.rotated.take() };
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

    /// Takes what the operator of the process should know.
    pub(super) fn notices(&self) -> Vec<String> {
        std::mem::take(&mut *self.notices.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn notice(&self, text: String) {
        let mut notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner);
        if !notices.contains(&text) {
            notices.push(text);
        }
    }
}

/// Parses an answer to the sign-in; the redactor learns the token.
pub(super) fn parse(
    grant: &Grant,
    answer: &Document,
    redactor: &Redactor,
) -> Result<Token, String> {
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
