//! Vendors whose documents are short: `live.json` is the simulator's state, and a write is shown whole.

use serde_json::Value as Json;

use crate::Form;

/// The state, and the body.
pub const FORM: Form = Form {
    state: Json::clone,
    compact: |state| format!("{state:#}\n"),
    shown: |_, _, body| body.clone(),
};
