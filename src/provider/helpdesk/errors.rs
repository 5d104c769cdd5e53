//! The shape of the help desk's errors: `{"request": "...", "error": "..."}`.

use crate::provider::helpdesk::Helpdesk;
use crate::provider::http::vendor_error::{ErrorShape, error_message};
use crate::provider::{self, VendorError};

static SHAPE: ErrorShape = ErrorShape { request_id: "request", errors: "error", also: None };

impl provider::Errors for Helpdesk {
    fn error_message(&self, body: &[u8]) -> VendorError {
        error_message(&SHAPE, body)
    }
}
