//! The shape of Gong's errors: `{"requestId": "...", "errors": ["..."]}`.

use crate::provider::VendorWords;
use crate::provider::answers::{self, Shape};

/// Some endpoints add `userFacingError`, which is read, and links, which are not.
static SHAPE: Shape =
    Shape { request_id: "requestId", errors: "errors", also: Some("userFacingError") };

/// Reads the vendor's words out of an error body.
pub fn words(body: &[u8]) -> VendorWords {
    answers::words(&SHAPE, body)
}
