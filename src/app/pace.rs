//! How long a run waits before it looks or asks again, which the tests of this repository shorten.

#![expect(clippy::disallowed_methods, reason = "a variable of the tests shortens waits")]

use crate::apply::Pace;

/// Not for users: the share of its waits that a run keeps, from 0 to 1. The tests run the real
/// program, and would otherwise wait for minutes. A release does not look at it.
const SHARE: &str = "PERMCTL_TEST_PACE";

/// Returns the share of the waits that is waited for; 1 in a release.
///
/// It makes nothing longer, and leaves alone what a promise is about: how old a read may be, the
/// vendor's rate and pauses, the limits of the run and the wait for a run that died.
pub fn share() -> f64 {
    if !cfg!(debug_assertions) {
        return 1.0;
    }
    let given = std::env::var(SHARE).ok().and_then(|share| share.parse().ok());
    given.filter(|share| (0.0..=1.0).contains(share)).unwrap_or(1.0)
}

/// Returns the pace of an apply.
pub fn pace() -> Pace {
    Pace::default().shortened(share())
}
