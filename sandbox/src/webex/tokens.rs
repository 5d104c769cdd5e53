//! The simulated token route, and which access tokens are good.
//!
//! There is no clock here: a token ends when a test takes it out of the state, or after as many
//! requests as the reading says.

use serde_json::{Value as Json, json};

use super::errors::Refusal;
use super::{CLIENT_ID, CLIENT_SECRET, Webex};
use crate::Received;

/// On the live system this path is on a host of its own, webexapis.com.
const ROUTE: &str = "/v1/access_token";

/// Fourteen days, as seen on one live tenant.
const LIFETIME: u64 = 14 * 24 * 60 * 60;

/// Ninety days, as seen on one live tenant.
const REFRESH_LIFETIME: u64 = 90 * 24 * 60 * 60;

/// Tells whether a request asks for a token.
pub fn is_route(request: &Received) -> bool {
    request.method == "POST" && request.path == ROUTE
}

impl Webex {
    /// Grants a new access token; those from before stay good.
    pub(super) fn grant(&mut self, request: &Received) -> Result<(u16, Json), Refusal> {
        let form = request.header("content-type").unwrap_or_default();
        if !form.starts_with("application/x-www-form-urlencoded") {
            return Err(Refusal::no_grant("invalid_request", "the body has to be a form"));
        }
        let body = request.body.as_ref();
        let member = |name: &str| body?.get(name)?.as_str();
        if member("grant_type") != Some("refresh_token") {
            return Err(Refusal::no_grant("unsupported_grant_type", "only refresh_token is known"));
        }
        if (member("client_id"), member("client_secret")) != (Some(CLIENT_ID), Some(CLIENT_SECRET))
        {
            return Err(Refusal::no_grant("invalid_client", "the client or its secret is wrong"));
        }
        if member("refresh_token") != Some(&self.state.refresh_token) {
            return Err(Refusal::no_grant("invalid_grant", "the refresh token is not valid"));
        }
        let token = format!("sandbox-access-{}", self.state.next_id());
        self.state.access_tokens.insert(token.clone());
        if self.readings.is("refresh-token", "rotated") {
            self.state.refresh_token = format!("sandbox-refresh-{}", self.state.next_id());
        }
        let lifetime = self.readings.text("token-lifetime").and_then(|text| text.parse().ok());
        Ok((
            200,
            json!({
                "access_token": token,
                "expires_in": lifetime.unwrap_or(LIFETIME),
                "refresh_token": self.state.refresh_token,
                "refresh_token_expires_in": REFRESH_LIFETIME,
                "token_type": "Bearer",
            }),
        ))
    }

    /// Checks the token of a request and counts it.
    pub(super) fn authorize(&mut self, request: &Received) -> Result<(), Refusal> {
        let most = self.readings.text("token-requests").and_then(|text| text.parse::<u64>().ok());
        let token = request.authorization.as_deref().and_then(|it| it.split_once(' '));
        let token = token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let token = token.map(|(_, token)| token);
        match token.filter(|token| self.state.access_tokens.contains(*token)) {
            Some(token)
                if most.is_none_or(|most| self.uses.get(token).is_none_or(|it| *it < most)) =>
            {
                *self.uses.entry(token.to_owned()).or_default() += 1;
                Ok(())
            }
            _ => Err(Refusal::new(401, "The access token is expired, revoked or malformed.")),
        }
    }
}
