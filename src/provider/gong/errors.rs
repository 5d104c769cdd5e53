//! The shape of Gong's errors: `{"requestId": "...", "errors": ["..."]}`.

use crate::provider::gong::Gong;
use crate::provider::http::vendor_error::{ErrorShape, error_message};
use crate::provider::{self, VendorError};

/// Some endpoints add `userFacingError`, which is read, and links, which are not.
static SHAPE: ErrorShape =
    ErrorShape { request_id: "requestId", errors: "errors", also: Some("userFacingError") };

/// What to do about a 401: a key of one company is unknown at the host of another.
pub const HOST: &str = "check the environment variables or files named under `credentials` of tenant \
    {tenant}: a wrong, expired or unscoped key; and check `endpoint`: each company has a host of its own, \
    and Gong's API page shows it beside the keys";

/// What to do about a 403, which is the answer to a wrong key too on some routes.
pub const FORBIDDEN: &str = "the key of tenant {tenant} lacks the right, or this machine's address is not \
    among its trusted ones; on some routes a wrong key, or a key of another host than `endpoint`, is \
    answered like this too";

impl provider::Errors for Gong {
    fn error_message(&self, body: &[u8]) -> VendorError {
        error_message(&SHAPE, body)
    }

    fn advice(&self, status: u16) -> Option<&'static str> {
        match status {
            401 => Some(HOST),
            403 => Some(FORBIDDEN),
            _ => None,
        }
    }
}
