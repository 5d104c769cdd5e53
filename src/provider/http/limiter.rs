//! The pace of one tenant: how many requests may leave in a stretch of time, measured at the send.

#![expect(clippy::disallowed_methods, reason = "pacing is about the clock")]

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

/// How many calls a vendor takes in a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// The number of calls.
    pub calls: u32,
    /// The stretch of time.
    pub per: Duration,
}

/// Requests that leave a second apart may arrive closer together, above all behind one that had to
/// make its connection first.
const MARGIN: Duration = Duration::from_millis(20);

/// Lets at most `most` requests leave in any stretch of `window`.
///
/// A vendor publishes a number a second or a minute but not how it counts, so the limit holds for every
/// stretch of that length, wherever the vendor's own second begins.
#[derive(Debug)]
pub struct Limiter {
    most: usize,
    window: Duration,
    state: Mutex<LimiterState>,
}

#[derive(Debug, Default)]
struct LimiterState {
    sent: VecDeque<Instant>,
    paused_until: Option<Instant>,
}

impl Limiter {
    /// Makes a pace of which only `share` (0 to 1) is ours to use.
    pub fn new(rate: Rate, share: f64) -> Self {
        Self {
            most: rate.calls.max(1) as usize,
            window: rate.per.div_f64(share.clamp(0.01, 1.0)) + MARGIN,
            state: Mutex::default(),
        }
    }

    /// Holds back every request for a while, at most a year: the vendor asked for it.
    pub fn pause(&self, time: Duration) {
        let mut state = self.state.lock().expect("no holder of this lock can panic");
        let until = Instant::now() + time;
        state.paused_until = Some(state.paused_until.map_or(until, |now| now.max(until)));
    }

    /// Returns how long the vendor's pause still lasts.
    pub fn paused(&self) -> Option<Duration> {
        let state = self.state.lock().expect("no holder of this lock can panic");
        state.paused_until.map(|until| until.saturating_duration_since(Instant::now()))
    }

    /// Takes a turn, or says how long to wait before asking again.
    pub fn turn(&self) -> Option<Duration> {
        let mut state = self.state.lock().expect("no holder of this lock can panic");
        let now = Instant::now();
        if let Some(until) = state.paused_until.filter(|until| *until > now) {
            return Some(until - now);
        }
        while state.sent.front().is_some_and(|sent| *sent + self.window <= now) {
            state.sent.pop_front();
        }
        if state.sent.len() < self.most {
            state.sent.push_back(now);
            return None;
        }
        state.sent.front().map(|oldest| *oldest + self.window - now)
    }
}
