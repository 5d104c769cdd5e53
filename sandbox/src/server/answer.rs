//! What becomes of one request: the limit, the vendor's answer, the record. It knows no sockets.

#![expect(clippy::disallowed_methods, reason = "a limit is about the clock")]

use std::collections::VecDeque;
use std::time::{Duration, Instant};

#[cfg(feature = "faults")]
use super::faults::Faults;
use super::state;
use crate::{Dice, Exchange, Fate, Options, Received, Reply, Vendor};

/// What requests and the sandbox's owner both touch.
pub struct Shared {
    /// The simulated vendor.
    pub vendor: Box<dyn Vendor>,
    /// How the sandbox runs.
    pub options: Options,
    /// What happened so far.
    pub exchanges: Vec<Exchange>,
    jitter: Dice,
    /// When the requests of the last window were admitted.
    admitted: VecDeque<Instant>,
    /// Why the state file is behind the state, if it is.
    unsaved: Option<String>,
    /// Which writing of the state file the state is.
    stamp: Option<state::Stamp>,
    /// What goes wrong, and what went wrong and still has an effect.
    #[cfg(feature = "faults")]
    pub faults: Faults,
}

/// What is to become of a request, as it arrives.
pub struct Admission {
    /// Whether it is one too many.
    pub over_limit: bool,
    /// How long it waits before it is seen.
    pub wait: Duration,
}

impl Shared {
    /// Begins with a vendor as it is.
    pub fn new(vendor: Box<dyn Vendor>, options: Options) -> Self {
        Self {
            vendor,
            stamp: options.state_file.as_deref().and_then(state::stamp),
            jitter: Dice::new(options.seed),
            options,
            exchanges: Vec::new(),
            admitted: VecDeque::new(),
            unsaved: None,
            #[cfg(feature = "faults")]
            faults: Faults::default(),
        }
    }

    /// Counts a request against the limit, and says what is to become of it.
    pub fn admit(&mut self) -> Admission {
        Admission { over_limit: self.over_limit(Instant::now()), wait: self.latency() }
    }

    fn over_limit(&mut self, now: Instant) -> bool {
        let Some((most, window)) = self.options.rate else { return false };
        while self.admitted.front().is_some_and(|earliest| now.duration_since(*earliest) >= window)
        {
            self.admitted.pop_front();
        }
        let over = self.admitted.len() >= most as usize;
        if !over {
            self.admitted.push_back(now);
        }
        over
    }

    /// Says how long the next request waits before it is seen.
    fn latency(&mut self) -> Duration {
        let Options { latency, jitter, .. } = self.options;
        match u64::try_from(jitter.as_micros()) {
            Ok(micros @ 1..) => latency + Duration::from_micros(self.jitter.roll() % micros),
            _ => latency,
        }
    }

    /// Answers and records.
    pub fn answer(&mut self, request: Received, over_limit: bool) -> Reply {
        self.begin();
        let (fate, reply) = if over_limit {
            (Fate::Replaced, self.too_many())
        } else {
            (Fate::Answered, self.process(&request))
        };
        self.exchanges.push(Exchange { request, reply: reply.clone(), fate });
        reply
    }

    /// Brings the vendor up to date, before anything is answered.
    pub fn begin(&mut self) {
        self.look_at_file();
        #[cfg(feature = "faults")]
        self.catch_up();
    }

    /// Takes over what another process wrote to the state file: `permctl sandbox edit` beside a
    /// sandbox that is served.
    pub fn look_at_file(&mut self) {
        let Some(file) = &self.options.state_file else { return };
        let there = state::stamp(file);
        if there.is_some() && there != self.stamp {
            self.stamp = there;
            self.unsaved =
                state::restore(self.vendor.as_mut(), file).err().map(|error| error.to_string());
        }
    }

    /// Lets the vendor answer, and saves when it accepted a write.
    pub fn process(&mut self, request: &Received) -> Reply {
        let write = self.vendor.is_write(request);
        if write && self.options.refuse_writes {
            return self.vendor.error(403, "this sandbox refuses every write");
        }
        #[cfg(feature = "faults")]
        if let Some(reply) = self.answer_stale(request) {
            return reply;
        }
        let mut reply = self.vendor.answer(request);
        if reply.status == 405 {
            reply.headers.push(("allow".to_owned(), self.vendor.methods().to_owned()));
        }
        if write && (200..300).contains(&reply.status) {
            self.save();
        }
        // There is nowhere to print to, so the client hears that the disk is behind.
        match &self.unsaved {
            Some(reason) => self.vendor.error(500, reason),
            None => reply,
        }
    }

    fn too_many(&self) -> Reply {
        let mut reply = self.vendor.error(429, "too many requests, slow down");
        reply.headers.push(("retry-after".to_owned(), "1".to_owned()));
        reply
    }

    /// Writes the state file, if there is one.
    pub fn save(&mut self) {
        let Some(file) = &self.options.state_file else { return };
        self.unsaved = state::write(file, &self.vendor.save())
            .err()
            .map(|error| format!("can't write the sandbox state {}: {error}", file.display()));
        self.stamp = state::stamp(file);
    }
}
