//! The shape of the second dialect's errors: `{"requestId": "...", "errors": ["..."]}`.

use crate::provider::VendorWords;
use crate::provider::answers::{self, Shape};

static SHAPE: Shape = Shape { request_id: "requestId", errors: "errors", also: None };

/// Reads the vendor's words out of an error body.
pub fn words(body: &[u8]) -> VendorWords {
    answers::words(&SHAPE, body)
}
