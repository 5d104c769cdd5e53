//! From HTTP to what was received, and from a reply to HTTP.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::response::Builder;
use axum::response::Response;
use serde_json::Value as Json;

use super::super::{Received, Reply};

/// Far more than any permission profile; a larger body counts as malformed.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// Why an answer can always be made.
pub const VALID: &str = "vendors and scripts give valid statuses and headers";

/// Takes a request in.
pub async fn receive(request: Request) -> Received {
    let (parts, body) = request.into_parts();
    let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
        .into_owned()
        .collect();
    let headers = parts.headers.iter().filter(|(name, _)| **name != AUTHORIZATION);
    let headers = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    let authorization =
        parts.headers.get(AUTHORIZATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let form = parts
        .headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let (body, malformed) = match axum::body::to_bytes(body, LARGEST_BODY).await {
        Ok(bytes) if bytes.is_empty() => (None, false),
        Ok(bytes) if form => {
            let members = url::form_urlencoded::parse(&bytes).into_owned();
            (Some(members.map(|(name, value)| (name, Json::from(value))).collect()), false)
        }
        Ok(bytes) => {
            serde_json::from_slice(&bytes).map_or((None, true), |body| (Some(body), false))
        }
        Err(_) => (None, true),
    };
    Received {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query,
        authorization: authorization.map(String::from),
        headers,
        body,
        malformed,
    }
}

/// Makes an answer of a reply.
pub fn respond(reply: &Reply) -> Response {
    start(reply, reply.status, "application/json").body(Body::from(text(reply))).expect(VALID)
}

/// Begins an answer: everything but its body.
pub fn start(reply: &Reply, status: u16, kind: &str) -> Builder {
    let start = Response::builder().status(status).header(CONTENT_TYPE, kind);
    reply.headers.iter().fold(start, |start, (name, value)| start.header(name, value))
}

/// Returns the body of an answer.
pub fn text(reply: &Reply) -> String {
    if reply.body.is_null() { String::new() } else { reply.body.to_string() }
}
