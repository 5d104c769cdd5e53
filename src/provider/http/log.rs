//! What `-v` says of each request. It names neither headers nor bodies: those may hold credentials.

#![expect(clippy::disallowed_methods, reason = "how long a request took, is a matter of the clock")]

use tokio::time::Instant;
use tracing::Level;

use crate::provider::http::answer::Response;
use crate::provider::http::error::Cause;

/// A request that is about to leave.
pub(super) struct Sent<'a> {
    tenant: &'a str,
    method: &'static str,
    path: &'a str,
    attempt: u32,
    at: Instant,
}

impl<'a> Sent<'a> {
    /// Notes when it leaves.
    pub(super) fn now(tenant: &'a str, method: &'static str, path: &'a str, attempt: u32) -> Self {
        tracing::debug!(tenant, method, path, attempt, "send");
        Self { tenant, method, path, attempt, at: Instant::now() }
    }

    /// Says what came back; `request_id` looks for the vendor's id of the request.
    pub(super) fn got(
        &self,
        received: &Result<Response, Cause>,
        request_id: impl FnOnce(&Response, &[u8]) -> Option<String>,
    ) {
        // Looking for an id in a body takes time.
        if !tracing::enabled!(Level::INFO) {
            return;
        }
        let Self { tenant, method, path, attempt, at } = *self;
        let milliseconds = u64::try_from(at.elapsed().as_millis()).unwrap_or(u64::MAX);
        match received {
            Ok(response) => {
                let status = response.status.as_u16();
                let request_id = request_id(response, response.body());
                tracing::info!(
                    tenant,
                    method,
                    path,
                    status,
                    milliseconds,
                    attempt,
                    request_id,
                    "request"
                );
            }
            Err(cause) => {
                let error = match cause {
                    Cause::NotSent(why)
                    | Cause::Lost(why)
                    | Cause::TimedOut(why)
                    | Cause::InvalidResponse(why) => why.as_str(),
                    _ => "no answer",
                };
                tracing::info!(tenant, method, path, milliseconds, attempt, error, "request");
            }
        }
    }
}
