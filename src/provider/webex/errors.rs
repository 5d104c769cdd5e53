//! The shapes of Webex's errors, read with tolerance.
//!
//! `error` is an object from the service itself and a text from the framework around it, the gateway
//! in front says `errors`, and a 429 has no body at all. Whatever comes back ends as plain words. It
//! judges nothing: what a status means is the sender's business.

use serde_json::Value as Json;

use crate::model::Document;
use crate::provider::http::vendor_error::plain;
use crate::provider::webex::Webex;
use crate::provider::{self, VendorError};

/// What to do about a 403, which has two causes that look the same.
const FORBIDDEN: &str = "two things can be missing: the token of tenant {tenant} needs the scope \
    `cjp:config_read` (and `cjp:config_write` to apply), and the user it acts for needs a profile \
    whose permission `user-profile` is `VIEW` (`EDIT` to apply)";

/// What to do about a 401: a token is good at the data center of its organization only.
const REGION: &str = "check the environment variables or files named under `credentials` of tenant \
    {tenant}: a wrong, expired or unscoped token; and check `endpoint`: each data center has a host of \
    its own, and the organization is at one of them";

impl provider::Errors for Webex {
    fn error_message(&self, body: &[u8]) -> VendorError {
        error_message(body)
    }

    fn request_id_header(&self) -> Option<&'static str> {
        // A 429 has no body to hold it.
        Some("trackingid")
    }

    fn advice(&self, status: u16) -> Option<&'static str> {
        match status {
            401 => Some(REGION),
            403 => Some(FORBIDDEN),
            _ => None,
        }
    }
}

fn error_message(body: &[u8]) -> VendorError {
    let Ok(Json::Object(members)) = serde_json::from_slice(body) else {
        let text = plain(&String::from_utf8_lossy(body));
        return VendorError { messages: text.into_iter().collect(), ..VendorError::default() };
    };
    let mut messages: Vec<String> = Vec::new();
    match members.get("error") {
        Some(Json::Object(error)) => said(error, &mut messages),
        Some(Json::String(error)) => {
            messages.extend(plain(error));
            messages.extend(text(&members, "error_description"));
        }
        _ => {}
    }
    for error in list(&members, "errors") {
        match error {
            Json::Object(error) => said(error, &mut messages),
            other => messages.extend(other.as_str().and_then(plain)),
        }
    }
    messages.extend(text(&members, "message"));
    let mut seen = std::collections::BTreeSet::new();
    messages.retain(|message| seen.insert(message.clone()));
    let request_id = text(&members, "trackingId");
    let empty = members.keys().all(|name| name == "trackingId");
    if messages.is_empty() && !empty {
        messages.extend(plain(&Json::Object(members).to_string()));
    }
    VendorError { own: request_id.is_some(), request_id, messages }
}

/// Reads one error object: its reason, its messages, and what refers to the thing at fault.
fn said(error: &Document, messages: &mut Vec<String>) {
    messages.extend(text(error, "reason"));
    for message in list(error, "message") {
        match message {
            Json::Object(message) => messages.extend(text(message, "description")),
            other => messages.extend(other.as_str().and_then(plain)),
        }
    }
    messages.extend(text(error, "message"));
    messages.extend(text(error, "description"));
    let referrers: Vec<&str> =
        list(error, "referencedEntities").iter().filter_map(Json::as_str).collect();
    if !referrers.is_empty() {
        messages.extend(plain(&format!("referred to by {}", referrers.join(", "))));
    }
}

fn list<'a>(members: &'a Document, name: &str) -> &'a [Json] {
    members.get(name).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

fn text(members: &Document, name: &str) -> Option<String> {
    members.get(name).and_then(Json::as_str).and_then(plain)
}

#[cfg(test)]
mod tests {
    use super::error_message;
    use crate::provider::VendorError;

    fn said(request_id: Option<&str>, messages: &[&str]) -> VendorError {
        VendorError {
            request_id: request_id.map(str::to_owned),
            messages: messages.iter().map(|&text| text.to_owned()).collect(),
            own: request_id.is_some(),
        }
    }

    #[test]
    fn reads_the_services_own_shape_with_and_without_a_reason() {
        let body = br#"{"trackingId":"t1","error":{"key":"400","reason":"Why","message":[{"description":"a"},{"description":"b"}]}}"#;
        assert_eq!(error_message(body), said(Some("t1"), &["Why", "a", "b"]));
        let body = br#"{"trackingId":"t1","error":{"key":"401","message":[{"description":"a"}]}}"#;
        assert_eq!(error_message(body), said(Some("t1"), &["a"]));
        let body = br#"{"error":{"key":"409","reason":"Why","message":[{"description":"Why"}]}}"#;
        assert_eq!(error_message(body), said(None, &["Why"]));
    }

    #[test]
    fn reads_who_refers_to_it() {
        let body = br#"{"error":{"referencedEntities":["user","team"]}}"#;
        assert_eq!(error_message(body), said(None, &["referred to by user, team"]));
    }

    #[test]
    fn reads_the_framework_the_gateway_and_the_token_route() {
        let body = br#"{"timestamp":1,"status":405,"error":"Method Not Allowed","path":"/x"}"#;
        assert_eq!(error_message(body), said(None, &["Method Not Allowed"]));
        let body =
            br#"{"trackingId":"t","errors":[{"key":"401","message":[{"description":"a"}]},"b"]}"#;
        assert_eq!(error_message(body), said(Some("t"), &["a", "b"]));
        let body = br#"{"error":"invalid_grant","error_description":"Old"}"#;
        assert_eq!(error_message(body), said(None, &["invalid_grant", "Old"]));
    }

    #[test]
    fn shows_what_it_does_not_know_and_finds_nothing_in_nothing() {
        assert_eq!(error_message(br#"{"code":9}"#), said(None, &[r#"{"code":9}"#]));
        assert_eq!(error_message(b"<h1>Bad\r\n gateway\x07"), said(None, &["<h1>Bad gateway"]));
        for body in [&b""[..], b" \n", b"{}"] {
            assert_eq!(error_message(body), VendorError::default());
        }
        assert_eq!(error_message(br#"{"trackingId":"t"}"#), said(Some("t"), &[]));
    }
}
