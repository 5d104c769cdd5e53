//! Repeats: how often a request is sent again, and after which pause.
//!
//! Whether it may be sent again at all is not decided here. Pauses are drawn at random within
//! limits, so that several runs that were refused together do not come back together. Nothing but
//! the time that a run takes depends on it.

#![expect(clippy::disallowed_methods, reason = "the one place where chance is wanted")]

use std::time::Duration;

use crate::provider::errors::Pause;

/// How often a request that is safe to repeat is sent at most.
const ATTEMPTS: u32 = 5;

/// How long we wait altogether before repeats of one request.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// The attempts at one request.
#[derive(Debug)]
pub struct Repeats {
    attempt: u32,
    paused: Duration,
}

impl Default for Repeats {
    fn default() -> Self {
        Self { attempt: 1, paused: Duration::ZERO }
    }
}

impl Repeats {
    /// Returns the number of the attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Goes on to the next attempt and returns how long to wait before it; `None` when there have
    /// been enough.
    pub fn next(&mut self, pause: Pause) -> Option<Duration> {
        let pause = pause.least.saturating_add(pause.spread.mul_f64(fastrand::f64()));
        let paused = self.paused.saturating_add(pause);
        if self.attempt >= ATTEMPTS || paused > LONGEST_PAUSE {
            return None;
        }
        self.attempt += 1;
        self.paused = paused;
        Some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(least: u64, spread: u64) -> Pause {
        Pause { least: Duration::from_secs(least), spread: Duration::from_secs(spread) }
    }

    #[test]
    fn a_pause_is_never_shorter_than_asked_and_differs_within_its_spread() {
        let mut drawn: Vec<Duration> =
            (0..50).filter_map(|_| Repeats::default().next(seconds(2, 1))).collect();
        drawn.sort();
        assert_eq!(drawn.len(), 50);
        assert!(drawn[0] >= Duration::from_secs(2) && drawn[49] <= Duration::from_secs(3));
        assert!(drawn[49] - drawn[0] > Duration::from_millis(100), "{drawn:?}");
    }

    #[test]
    fn a_request_is_sent_five_times_and_waits_five_minutes_altogether() {
        let mut repeats = Repeats::default();
        let pauses = std::iter::from_fn(|| repeats.next(seconds(0, 0)));
        assert_eq!(pauses.count(), 4);
        assert_eq!(repeats.attempt(), 5);
        let mut repeats = Repeats::default();
        let pauses = std::iter::from_fn(|| repeats.next(seconds(140, 0)));
        assert_eq!(pauses.count(), 2);
        assert_eq!(Repeats::default().next(seconds(u64::MAX, 1)), None);
    }
}
