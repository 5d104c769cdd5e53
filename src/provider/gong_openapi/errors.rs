//! The shape of the second dialect's errors: `{"requestId": "...", "errors": ["..."]}`.

use crate::provider::gong::{FORBIDDEN, HOST};
use crate::provider::gong_openapi::GongOpenapi;
use crate::provider::http::vendor_error::{ErrorShape, error_message};
use crate::provider::{self, VendorError};

static SHAPE: ErrorShape = ErrorShape { request_id: "requestId", errors: "errors", also: None };

impl provider::Errors for GongOpenapi {
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
