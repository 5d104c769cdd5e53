//! Repeats: how often a request is sent again, and after which pause.
//!
//! Whether it may be sent again at all is not decided here. Pauses are drawn at random within
//! limits, so that several runs that were refused together do not come back together. Nothing but
//! the time that a run takes depends on it.

#![expect(clippy::disallowed_methods, reason = "the one place where chance is wanted")]

use std::time::Duration;

use crate::provider::http::error::Pause;

/// How often a request that is safe to repeat is sent at most.
const ATTEMPTS: u32 = 5;

/// How long we wait altogether before repeats of one request.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// The attempts at one request.
#[derive(Debug)]
pub struct Repeats {
    attempt: u32,
    paused: Duration,
    /// See [`super::Transport::pauses`].
    share: f64,
}

impl Repeats {
    /// Begins with the first attempt; pauses that no vendor asked for last a share of their time.
    pub fn new(share: f64) -> Self {
        Self { attempt: 1, paused: Duration::ZERO, share: share.clamp(0.0, 1.0) }
    }

    /// Returns the number of the attempt, from 1.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Goes on to the next attempt and returns how long to wait before it; `None` when there have
    /// been enough.
    pub fn next(&mut self, pause: Pause) -> Option<Duration> {
        let Pause { least, spread, asked } = pause;
        let pause = least.saturating_add(spread.mul_f64(fastrand::f64()));
        // A vendor may ask for a time that no multiplication can take.
        let pause = if asked { pause } else { pause.mul_f64(self.share) };
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
        let [least, spread] = [least, spread].map(Duration::from_secs);
        Pause { least, spread, asked: false }
    }

    #[test]
    fn only_a_pause_that_no_vendor_asked_for_is_shortened() {
        let (ours, asked) = (seconds(2, 0), Pause { asked: true, ..seconds(2, 0) });
        for (share, pause, expected) in [(0.5, ours, 1), (0.5, asked, 2), (7.0, ours, 2)] {
            let next = Repeats::new(share).next(pause);
            assert_eq!(next, Some(Duration::from_secs(expected)), "{share}");
        }
    }

    #[test]
    fn a_pause_is_never_shorter_than_asked_and_differs_within_its_spread() {
        let mut drawn: Vec<Duration> =
            (0..50).filter_map(|_| Repeats::new(1.0).next(seconds(2, 1))).collect();
        drawn.sort();
        assert_eq!(drawn.len(), 50);
        assert!(drawn[0] >= Duration::from_secs(2) && drawn[49] <= Duration::from_secs(3));
        assert!(drawn[49] - drawn[0] > Duration::from_millis(100), "{drawn:?}");
    }

    #[test]
    fn a_request_is_sent_five_times_and_waits_five_minutes_altogether() {
        let mut repeats = Repeats::new(1.0);
        let pauses = std::iter::from_fn(|| repeats.next(seconds(0, 0)));
        assert_eq!(pauses.count(), 4);
        assert_eq!(repeats.attempt(), 5);
        let mut repeats = Repeats::new(1.0);
        let pauses = std::iter::from_fn(|| repeats.next(seconds(140, 0)));
        assert_eq!(pauses.count(), 2);
        let for_ever = Pause { asked: true, ..seconds(u64::MAX, 1) };
        assert_eq!(Repeats::new(1.0).next(for_ever), None);
    }
}
