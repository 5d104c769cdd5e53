//! The shapes of Pulse's errors: three of them are documented, and only `error` is in all.
//!
//! Whatever comes back, a proxy's HTML page included, ends as plain words. It judges nothing: what a
//! status means is the sender's business.

use serde_json::Value as Json;

use crate::provider::http::vendor_error::plain;
use crate::provider::pulse::Pulse;
use crate::provider::{self, VendorError};

/// What to do about a 401.
const REGION: &str = "check the environment variables or files named under `credentials` of tenant \
    {tenant}: a wrong or expired key; and check that `endpoint` is the host of your own region and account";

impl provider::Errors for Pulse {
    /// `message` says more than `error`, which one build of the reference fills with the status's name
    /// and another with the words. `dev_err_msg` is for the vendor's developers and may hold a stack
    /// trace, so it is never read. Pulse gives no request ids.
    fn error_message(&self, body: &[u8]) -> VendorError {
        let mut own = false;
        let text = match serde_json::from_slice(body) {
            Ok(Json::Object(members)) => {
                // Each documented shape has one more member beside `error`.
                let beside = ["status", "message"].iter().any(|name| members.contains_key(*name));
                own = beside && members.get("error").is_some_and(Json::is_string);
                ["message", "error"].into_iter().find_map(|name| members.get(name).and_then(spoken))
            }
            Ok(Json::String(text)) => plain(&text),
            Ok(_) => None,
            Err(_) => plain(&String::from_utf8_lossy(body)),
        };
        VendorError { request_id: None, messages: text.into_iter().collect(), own }
    }

    fn advice(&self, status: u16) -> Option<&'static str> {
        (status == 401).then_some(REGION)
    }
}

fn spoken(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => plain(text),
        // Checkers of bodies put lists or objects here.
        Json::Array(_) | Json::Object(_) => plain(&json.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Pulse;
    use crate::provider::Errors as _;

    fn said(body: &str) -> Vec<String> {
        Pulse.error_message(body.as_bytes()).messages
    }

    #[test]
    fn reads_the_three_documented_shapes() {
        assert_eq!(said(r#"{"error":"Role not found","status":404}"#), ["Role not found"]);
        let newer = r#"{"error":"Not Found","status":404,"message":"Role not found"}"#;
        assert_eq!(said(newer), ["Role not found"]);
        let sister =
            r#"{"error":"Not Found","message":"Role not found","dev_err_msg":"at route.ts:4"}"#;
        assert_eq!(said(sister), ["Role not found"]);
    }

    #[test]
    fn never_reads_what_is_for_the_vendors_developers() {
        assert!(said(r#"{"dev_err_msg":"password is hunter2"}"#).is_empty());
        assert_eq!(said(r#"{"error":"No","message":null,"dev_err_msg":"x"}"#), ["No"]);
    }

    #[test]
    fn makes_plain_words_of_anything_else() {
        assert_eq!(said(" <h1>\x1b[31mBad\r\n gateway\x07"), ["<h1>[31mBad gateway"]);
        assert_eq!(said(r#"{"error":["a","b"]}"#), [r#"["a","b"]"#]);
        for nothing in ["", " \n", "{}", "[]", "null", r#"{"error":""}"#] {
            assert!(said(nothing).is_empty(), "{nothing}");
        }
    }
}
