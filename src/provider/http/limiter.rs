//! The pace of one tenant: how many requests may reach the vendor in a stretch of time.

#![expect(clippy::disallowed_methods, reason = "pacing is about the clock")]

use std::sync::{Mutex, MutexGuard};
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

/// Requests that leave a second apart over connections that are there may arrive a little closer
/// together.
const MARGIN: Duration = Duration::from_millis(20);

/// A connection that was not used for this long may have been closed by the vendor.
const IDLE: Duration = Duration::from_secs(4);

/// Lets at most `most` requests arrive in any stretch of `window`, and holds all back for a pause that
/// the vendor asked for.
///
/// A vendor publishes a number a second or a minute but not how it counts, so the limit holds for every
/// stretch of that length, wherever the vendor's own second begins. A request that has to make its
/// connection first arrives at an unknown moment between its departure and its answer, so it counts
/// from its answer.
#[derive(Debug)]
pub struct Limiter {
    /// `None` where no rate is known: then only pauses hold requests back.
    rate: Option<Window>,
    /// How many connections stay open without a request.
    idle: usize,
    state: Mutex<LimiterState>,
}

#[derive(Debug)]
struct Window {
    most: usize,
    length: Duration,
}

#[derive(Debug, Default)]
struct LimiterState {
    turns: Vec<Turn>,
    paused_until: Option<Instant>,
    /// How many requests are under way.
    in_flight: usize,
    /// How many connections are there: as many as requests have made.
    connections: usize,
    /// When the last answer came.
    answered: Option<Instant>,
    /// Counts departures.
    departures: u64,
}

/// One request that counts.
#[derive(Debug)]
struct Turn {
    /// The moment from which it counts, as far as it is known.
    from: Instant,
    /// Its number among the departures, once it has left.
    departure: Option<u64>,
    /// Whether it is still making its connection, and may arrive at any moment.
    connects: bool,
}

/// A request that is under way; it has its answer, or won't get one, when this is dropped.
#[derive(Debug)]
pub struct UnderWay<'a> {
    limiter: &'a Limiter,
    departure: u64,
    connects: bool,
    since: Instant,
}

impl UnderWay<'_> {
    /// Returns when it left.
    pub fn since(&self) -> Instant {
        self.since
    }
}

impl Limiter {
    /// Makes a pace of which only `share` (0 to 1) is ours to use.
    pub fn new(rate: Option<Rate>, share: f64) -> Self {
        let window = |rate: Rate| Window {
            most: rate.calls.max(1) as usize,
            length: rate.per.div_f64(share.clamp(0.01, 1.0)) + MARGIN,
        };
        Self { rate: rate.map(window), idle: usize::MAX, state: Mutex::default() }
    }

    /// Says how many connections stay open without a request.
    pub(super) fn keeping(self, idle: usize) -> Self {
        Self { idle, ..self }
    }

    /// Notes that the connections without a request were closed.
    pub(super) fn hung_up(&self) {
        let mut state = self.state();
        state.connections = state.in_flight;
    }

    fn state(&self) -> MutexGuard<'_, LimiterState> {
        self.state.lock().expect("no holder of this lock can panic")
    }

    /// Holds back every request for a while, at most a year: the vendor asked for it.
    pub fn pause(&self, time: Duration) {
        let mut state = self.state();
        let until = Instant::now() + time;
        state.paused_until = Some(state.paused_until.map_or(until, |now| now.max(until)));
    }

    /// Returns how long the vendor's pause still lasts.
    pub fn paused(&self) -> Option<Duration> {
        self.state().paused_until.map(|until| until.saturating_duration_since(Instant::now()))
    }

    /// Takes a turn, or says how long to wait before asking again.
    pub fn turn(&self) -> Option<Duration> {
        let mut state = self.state();
        let now = Instant::now();
        if let Some(until) = state.paused_until.filter(|until| *until > now) {
            return Some(until - now);
        }
        let Window { most, length } = self.rate.as_ref()?;
        state.turns.retain(|turn| turn.connects || turn.from + *length > now);
        if state.turns.len() < *most {
            state.turns.push(Turn { from: now, departure: None, connects: false });
            return None;
        }
        let free = state.turns.iter().map(|turn| (turn.from + *length).max(now + MARGIN)).min();
        free.map(|free| free - now)
    }

    /// Notes that a request leaves now, with the oldest turn that was taken.
    pub fn depart(&self) -> UnderWay<'_> {
        let mut state = self.state();
        let now = Instant::now();
        if state.in_flight == 0 && state.answered.is_some_and(|at| at + IDLE <= now) {
            state.connections = 0;
        }
        let connects = state.in_flight >= state.connections;
        state.in_flight += 1;
        state.departures += 1;
        let departure = state.departures;
        if self.rate.is_some() {
            let taken = state.turns.iter().position(|turn| turn.departure.is_none());
            let turn = Turn { from: now, departure: Some(departure), connects };
            match taken {
                Some(taken) => state.turns[taken] = turn,
                // It waited so long behind its turn that the turn is over.
                None => state.turns.push(turn),
            }
        }
        UnderWay { limiter: self, departure, connects, since: now }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut state = self.limiter.state();
        let now = Instant::now();
        state.in_flight -= 1;
        state.answered = Some(now);
        if self.connects {
            state.connections += 1;
            let mut turns = state.turns.iter_mut();
            if let Some(turn) = turns.find(|turn| turn.departure == Some(self.departure)) {
                (turn.from, turn.connects) = (now, false);
            }
        }
        // What is more than may wait is closed.
        let most = state.in_flight.saturating_add(self.limiter.idle);
        state.connections = state.connections.min(most);
    }
}
