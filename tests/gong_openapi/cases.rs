//! How the cases of the second dialect of Gong are run: its documents are short, so `live.json` is the
//! simulator's state.

use crate::Cases;
use crate::case::whole;

/// Updates merge, or replace.
pub const CASES: Cases = Cases {
    provider: "gong-openapi",
    readings: &[&[], &[("put", "replace"), ("put-permissions", "replace")]],
    state: whole::state,
    compact: whole::compact,
    shown: whole::shown,
};
