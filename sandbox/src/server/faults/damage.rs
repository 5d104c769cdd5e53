//! Answers that are damaged on the way.

#![expect(clippy::disallowed_methods, reason = "a slow answer waits")]

use std::convert::Infallible;
use std::io;

use axum::body::{Body, Bytes};
use axum::http::header::CONTENT_LENGTH;
use axum::response::Response;
use futures_util::stream::{self, StreamExt as _};

use super::super::wire::{self, VALID};
use crate::{Damage, Reply};

/// How much of a huge answer is sent at once.
const PIECE: usize = 64 * 1024;

/// What stands in the way of an API, for people to read.
const WEB_PAGE: &str = "<!doctype html><title>Sign in</title><p>Please sign in to go on.</p>\n";

/// Names the first member of the first object once more before it.
fn twice(text: &str) -> String {
    let Some((before, object)) = text.split_once("{\"") else { return text.to_owned() };
    let name = object.split('"').next().unwrap_or_default();
    format!("{before}{{\"{name}\":null,\"{object}")
}

/// Makes a damaged answer of a reply.
pub fn respond(reply: &Reply, damage: Damage) -> Response {
    let (status, kind) = match damage {
        Damage::WebPage => (200, "text/html; charset=utf-8"),
        _ => (reply.status, "application/json"),
    };
    let mut start = wire::start(reply, status, kind);
    let text = wire::text(reply);
    let half = text.floor_char_boundary(text.len() / 2);
    let body = match damage {
        Damage::WebPage => Body::from(WEB_PAGE),
        Damage::Malformed => Body::from(text[..half].to_owned()),
        Damage::Twice => Body::from(twice(&text)),
        Damage::Truncated => {
            start = start.header(CONTENT_LENGTH, text.len());
            // What has begun to go out has arrived before the connection breaks.
            let first = stream::once(async move { Ok(Bytes::from(text[..half].to_owned())) });
            let end = stream::once(async {
                tokio::task::yield_now().await;
                Err(io::Error::from(io::ErrorKind::BrokenPipe))
            });
            Body::from_stream(first.chain(end))
        }
        Damage::Slow(pieces, pause) => {
            let size = text.len().div_ceil(pieces.max(1) as usize).max(1);
            let pieces: Vec<Bytes> =
                text.as_bytes().chunks(size).map(Bytes::copy_from_slice).collect();
            Body::from_stream(stream::iter(pieces).then(move |piece| async move {
                tokio::time::sleep(pause).await;
                Ok::<_, Infallible>(piece)
            }))
        }
        Damage::Huge(more) => {
            let space = Bytes::from(vec![b' '; PIECE]);
            let spaces = stream::iter(0..more.div_ceil(PIECE)).map(move |_| space.clone());
            let whole = stream::once(async move { Bytes::from(text) }).chain(spaces);
            Body::from_stream(whole.map(Ok::<_, Infallible>))
        }
    };
    start.body(body).expect(VALID)
}
