//! Vendors whose documents are short: `live.json` is the simulator's state, and a write is shown whole.

use permctl_sandbox::{Exchange, Received};
use serde_json::{Map, Value as Json};

/// Returns the state.
pub fn state(live: &Json) -> Json {
    live.clone()
}

/// Writes the state.
pub fn compact(state: &Json) -> String {
    format!("{state:#}\n")
}

/// Returns the body.
pub fn shown(_: &[Exchange], _: &Received, body: &Map<String, Json>) -> Map<String, Json> {
    body.clone()
}
