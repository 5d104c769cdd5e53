//! From HTTP to what was received, and from a reply to HTTP, damaged where it is to be.

#![expect(clippy::disallowed_methods, reason = "a slow answer waits")]

use std::convert::Infallible;
use std::io;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::Response;
use futures_util::stream::{self, StreamExt as _};
use serde_json::Value as Json;

use super::super::{Damage, Received, Reply};

/// Far more than any permission profile; a larger body counts as malformed.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// How much of a huge answer is sent at once.
const PIECE: usize = 64 * 1024;

/// What stands in the way of an API, for people to read.
const WEB_PAGE: &str = "<!doctype html><title>Sign in</title><p>Please sign in to go on.</p>\n";

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
pub fn respond(reply: &Reply, damage: Option<Damage>) -> Response {
    let kind = match damage {
        Some(Damage::WebPage) => "text/html; charset=utf-8",
        _ => "application/json",
    };
    let status = if damage == Some(Damage::WebPage) { 200 } else { reply.status };
    let mut start = Response::builder().status(status).header(CONTENT_TYPE, kind);
    for (name, value) in &reply.headers {
        start = start.header(name, value);
    }
    let text = if reply.body.is_null() { String::new() } else { reply.body.to_string() };
    let half = text.floor_char_boundary(text.len() / 2);
    let body = match damage {
        None => Body::from(text),
        Some(Damage::WebPage) => Body::from(WEB_PAGE),
        Some(Damage::Malformed) => Body::from(text[..half].to_owned()),
        Some(Damage::Truncated) => {
            start = start.header(CONTENT_LENGTH, text.len());
            // What has begun to go out has arrived before the connection breaks.
            let first = stream::once(async move { Ok(Bytes::from(text[..half].to_owned())) });
            let end = stream::once(async {
                tokio::task::yield_now().await;
                Err(io::Error::from(io::ErrorKind::BrokenPipe))
            });
            Body::from_stream(first.chain(end))
        }
        Some(Damage::Slow(pieces, pause)) => {
            let size = text.len().div_ceil(pieces.max(1) as usize).max(1);
            let pieces: Vec<Bytes> =
                text.as_bytes().chunks(size).map(Bytes::copy_from_slice).collect();
            Body::from_stream(stream::iter(pieces).then(move |piece| async move {
                tokio::time::sleep(pause).await;
                Ok::<_, Infallible>(piece)
            }))
        }
        Some(Damage::Huge(more)) => {
            let space = Bytes::from(vec![b' '; PIECE]);
            let spaces = stream::iter(0..more.div_ceil(PIECE)).map(move |_| space.clone());
            let whole = stream::once(async move { Bytes::from(text) }).chain(spaces);
            Body::from_stream(whole.map(Ok::<_, Infallible>))
        }
    };
    start.body(body).expect("vendors and scripts give valid statuses and headers")
}
