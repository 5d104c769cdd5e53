//! How the cases of Pulse are run: its documents are short, so `live.json` is the
//! simulator's state.

use crate::Cases;
use crate::case::whole;

/// Each of these may be so, and none makes a difference to a case.
pub const CASES: Cases = Cases {
    provider: "pulse",
    readings: &[
        &[],
        &[
            ("permissions-answer", "names"),
            ("create-status", "201"),
            ("role-users", "objects"),
            ("users-answer", "with-flat-list"),
            ("expires-at", "absent"),
        ],
        &[
            ("account-header", "optional"),
            ("role-case", "any-case"),
            ("expires-at", "milliseconds"),
            ("error-shape", "older"),
        ],
    ],
    state: whole::state,
    compact: whole::compact,
    shown: whole::shown,
};
