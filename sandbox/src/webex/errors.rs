//! The many shapes of the simulated vendor's errors.
//!
//! Which shape comes depends on who answers: the gateway in front, the framework that finds no
//! route, or the service itself. Nothing here decides whether something is an error.

use serde_json::{Value as Json, json};

use super::{Webex, ids};
use crate::Reply;

/// A status that is no success, and what is said.
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    shape: Shape,
    words: Vec<String>,
}

enum Shape {
    /// The text is the reason, as live tenants show.
    Reason,
    /// One message for each thing that is wrong, as the description's examples show.
    Messages,
    /// What the gateway says about tokens.
    Gateway,
    /// No body at all.
    Empty,
    /// The framework's own: `error` is a text.
    Framework,
    /// What OAuth prescribes for token routes; `error` is a text there too.
    Grant,
}

impl Refusal {
    /// What is usual for a status.
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        let shape = match status {
            401 => Shape::Gateway,
            429 => Shape::Empty,
            403 => Shape::Messages,
            _ => Shape::Reason,
        };
        Self { status, shape, words: vec![message.into()] }
    }

    /// Everything that is wrong with a body.
    pub fn invalid(messages: Vec<String>) -> Self {
        Self { status: 400, shape: Shape::Messages, words: messages }
    }

    /// The server broke down over entries whose ids are not as it keeps them.
    pub fn broken_ids() -> Self {
        Self::new(409, "Internal error. Please contact Cisco Support Team")
    }

    /// A path that no route has.
    pub fn no_route(status: u16, path: &str) -> Self {
        Self { status, shape: Shape::Framework, words: vec![path.to_owned()] }
    }

    /// A token request that is not granted.
    pub fn no_grant(error: &str, description: &str) -> Self {
        let words = vec![error.to_owned(), description.to_owned()];
        Self { status: 400, shape: Shape::Grant, words }
    }
}

impl Webex {
    /// Puts a tracking id on an answer.
    pub(super) fn reply(&self, status: u16, body: Json) -> Reply {
        let tracking_id = self.tracking_id();
        Reply { status, headers: vec![("trackingid".to_owned(), tracking_id)], body }
    }

    /// Says no in the shape that belongs to it; where a body has a tracking id, the header has it too.
    pub(super) fn refuse(&self, refusal: &Refusal) -> Reply {
        let tracking_id = self.tracking_id();
        let Refusal { status, shape, words } = refusal;
        let key = status.to_string();
        let first = words.first().map(String::as_str).unwrap_or_default();
        let body = match shape {
            Shape::Reason => {
                json!({"trackingId": tracking_id, "error": {"key": key, "reason": first}})
            }
            Shape::Messages => {
                let message = words.iter().map(|text| {
                    json!({"description": text, "code": key, "entity": "user-profile", "references": []})
                });
                let message: Vec<Json> = message.collect();
                json!({"trackingId": tracking_id, "error": {"key": key, "message": message}})
            }
            Shape::Gateway => json!({
                "trackingId": tracking_id,
                "errors": [{"key": key, "message": [{"description": first}]}],
            }),
            Shape::Empty => Json::Null,
            Shape::Framework => json!({
                "timestamp": ids::time(0),
                "status": status,
                "error": if *status == 405 { "Method Not Allowed" } else { "Not Found" },
                "path": first,
            }),
            Shape::Grant => json!({"error": first, "error_description": words.get(1)}),
        };
        Reply { status: *status, headers: vec![("trackingid".to_owned(), tracking_id)], body }
    }

    fn tracking_id(&self) -> String {
        self.answers.set(self.answers.get() + 1);
        format!("ccconfig_sandbox{:08}", self.answers.get())
    }
}
