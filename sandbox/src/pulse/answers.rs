//! What the simulated Pulse says when it refuses: the three bodies that its pages print.

use serde_json::{Value as Json, json};

use crate::{Readings, Reply};

/// A status other than success, and why.
pub(super) struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The words.
    pub message: String,
}

impl Refusal {
    pub(super) fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// What a role gets that is not there.
    pub(super) fn no_role() -> Self {
        Self::new(404, "Role not found")
    }

    /// What a list of permissions gets that is none, or names one that the account lacks.
    pub(super) fn permissions() -> Self {
        Self::new(400, "Invalid request body or invalid permissions")
    }
}

/// A status and a body, or a refusal.
pub(super) type Answer = Result<(u16, Json), Refusal>;

/// Answers with the body that most writes have.
pub(super) fn done(status: u16, message: impl Into<String>) -> Answer {
    Ok((status, json!({"message": message.into()})))
}

/// Puts a refusal in the shape of the reading; only `error` is in all three.
pub(super) fn error(readings: &Readings, status: u16, message: &str) -> Reply {
    let label = match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        429 => "Too Many Requests",
        _ => "Internal Server Error",
    };
    let body = if readings.is("error-shape", "newer") {
        json!({"error": label, "status": status, "message": message})
    } else if readings.is("error-shape", "older") {
        json!({"error": message, "status": status})
    } else {
        let trace = "Error: refused\n    at handler (/srv/pulse/api/route.ts:41:13)";
        json!({"error": label, "message": message, "dev_err_msg": trace})
    };
    Reply { status, headers: Vec::new(), body }
}
