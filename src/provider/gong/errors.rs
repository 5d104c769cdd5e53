//! The shape of Gong's errors: `{"requestId": "...", "errors": ["..."]}`.

use crate::provider::gong::Gong;
use crate::provider::http::vendor_error::{ErrorShape, error_message};
use crate::provider::{self, VendorError};

/// Some endpoints add `userFacingError`, which is read, and links, which are not.
static SHAPE: ErrorShape =
    ErrorShape { request_id: "requestId", errors: "errors", also: Some("userFacingError") };

impl provider::Errors for Gong {
    fn error_message(&self, body: &[u8]) -> VendorError {
        error_message(&SHAPE, body)
    }
}
