//! Logging in to the simulated Pulse: sessions, their tokens and their end.

use serde_json::{Value as Json, json};

use super::answers::{Answer, Refusal};
use super::{API_KEY, API_SECRET, EMAIL, PASSWORD, Pulse, Session, routes};
use crate::Received;

/// Far away; the simulator has no clock.
const EXPIRES_AT: &str = "2099-12-31T00:00:00.000Z";
/// The same moment since 1970.
const EXPIRES_AT_MILLISECONDS: u64 = 4_102_358_400_000;

/// How many requests a token serves under the reading `two-requests`.
const SHORT_LIFE: u64 = 2;

impl Pulse {
    /// Begins a session.
    pub(super) fn login(&mut self, request: &Received) -> Answer {
        if request.method != "POST" {
            return Err(Refusal::new(405, format!("{} is not supported here", request.method)));
        }
        let given = |name| request.body.as_ref()?.get(name)?.as_str();
        let account = match ["apiKey", "apiSecret", "email", "password"].map(given) {
            [Some(API_KEY), Some(API_SECRET), None, None] => {
                Some(self.state.accounts.first().map(|own| own.id.clone()).unwrap_or_default())
            }
            [None, None, Some(EMAIL), Some(PASSWORD)] => None,
            [Some(_), Some(_), None, None] | [None, None, Some(_), Some(_)] => {
                return Err(Refusal::new(401, "Invalid credentials"));
            }
            _ => return Err(Refusal::new(400, "email and password or apiKey and apiSecret")),
        };
        self.logins += 1;
        let token = format!("sandbox-session-{:04}", self.logins);
        self.sessions.insert(token.clone(), Session { account, requests: 0 });
        Ok((200, self.payload(&token)))
    }

    /// Checks the token and the account header; returns the token and the account.
    pub(super) fn admit(&mut self, request: &Received) -> Result<(String, String), Refusal> {
        let token = request.authorization.as_deref().and_then(bearer).unwrap_or_default();
        let Some(session) = self.sessions.get_mut(token) else {
            return Err(Refusal::new(401, "Unauthorized access"));
        };
        session.requests += 1;
        if session.requests > SHORT_LIFE && self.readings.is("token-life", "two-requests") {
            self.sessions.remove(token);
            return Err(Refusal::new(401, "jwt expired"));
        }
        let own = session.account.clone();
        let account = match request.header(routes::ACCOUNT_HEADER) {
            Some(account) => account.to_owned(),
            None if self.readings.is("account-header", "required") => {
                return Err(Refusal::new(400, "x-account-id is required"));
            }
            None => {
                let primary = self.state.accounts.first().map(|it| it.id.clone());
                own.clone().or(primary).unwrap_or_default()
            }
        };
        let known = self.state.accounts.iter().any(|it| it.id == account);
        if !known || own.is_some_and(|own| own != account) {
            let message = "No permission (requires account admin privileges)";
            return Err(Refusal::new(403, message));
        }
        Ok((token.to_owned(), account))
    }

    /// Returns what a login, and a look at the session, answer.
    pub(super) fn payload(&self, token: &str) -> Json {
        let primary = self.state.accounts.first();
        let accounts = self.state.accounts.iter().map(|account| {
            json!({"accountId": account.id, "accountName": account.name, "accountAdmin": true})
        });
        let mut payload = json!({
            "id": 7,
            "email": EMAIL,
            "active": true,
            "impersonating": false,
            "primaryAccount": primary.map(|own| json!({"accountId": own.id, "accountName": own.name, "accountAdmin": true})),
            "accounts": accounts.collect::<Vec<_>>(),
            "flatRolesList": ["admin"],
            "flatPermissionsList": primary.map(|own| &own.permissions),
            "token": token,
        });
        if self.readings.is("expires-at", "text") {
            payload["expiresAt"] = json!(EXPIRES_AT);
        } else if self.readings.is("expires-at", "milliseconds") {
            payload["expiresAt"] = json!(EXPIRES_AT_MILLISECONDS);
        }
        payload
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
