//! What becomes of one request: the limit, the fault that it was dealt, the vendor's answer, the
//! record. It knows no sockets.

#![expect(clippy::disallowed_methods, reason = "a limit and a date are about the clock")]

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use super::super::{
    Damage, Dice, Exchange, Fate, Fault, Options, Received, Reply, RetryAfter, Script, Vendor,
};
use super::state;

/// What requests and the sandbox's owner both touch.
pub struct Shared {
    /// The simulated vendor.
    pub vendor: Box<dyn Vendor>,
    /// How the sandbox runs.
    pub options: Options,
    /// What happened so far.
    pub exchanges: Vec<Exchange>,
    /// What decides about each request.
    pub script: Option<Script>,
    jitter: Dice,
    /// When the requests of the last window were admitted.
    admitted: VecDeque<Instant>,
    /// Why the state file is behind the state, if it is.
    unsaved: Option<String>,
    /// Which writing of the state file the state is.
    stamp: Option<state::Stamp>,
    /// Requests that the vendor is to see after so many others.
    postponed: Vec<(u32, Received)>,
    /// What reads still show, and how many of them.
    stale: Option<(Json, u32)>,
}

/// How a request is to be answered.
pub struct Answer {
    /// How long its answer waits.
    pub delay: Duration,
    /// The answer itself.
    pub how: How,
}

/// What goes out.
pub enum How {
    /// This reply, damaged or not.
    Send(Reply, Option<Damage>),
    /// Nothing; the connection ends.
    Close,
    /// Nothing; the connection is reset.
    Reset,
    /// Nothing; the connection is reset and no other is taken for a while.
    Refuse(Duration),
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
            script: None,
            admitted: VecDeque::new(),
            unsaved: None,
            postponed: Vec::new(),
            stale: None,
        }
    }

    /// Lets nothing unusual happen from now on.
    pub fn calm(&mut self) {
        self.script = None;
        self.stale = None;
    }

    /// Counts a request against the limit, and deals it a fault.
    pub fn deal(&mut self, request: &Received) -> Fault {
        if self.over_limit(Instant::now()) {
            return Fault::RateLimited(RetryAfter::Seconds(1));
        }
        self.script.as_mut().map_or(Fault::None, |script| script(request))
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
    pub fn latency(&mut self, fault: &Fault) -> Duration {
        let Options { latency, jitter, .. } = self.options;
        let more = match u64::try_from(jitter.as_micros()) {
            Ok(micros @ 1..) => Duration::from_micros(self.jitter.roll() % micros),
            _ => Duration::ZERO,
        };
        match fault {
            Fault::Delay(delay) => latency + more + *delay,
            _ => latency + more,
        }
    }

    /// Answers and records.
    pub fn answer(&mut self, request: Received, fault: Fault) -> Answer {
        self.look_at_file();
        self.catch_up();
        let mut delay = Duration::ZERO;
        let send = |reply: Reply| (reply.clone(), How::Send(reply, None));
        let (fate, (reply, how)) = match fault {
            Fault::DelayAnswer(time) => {
                delay = time;
                (Fate::Answered, send(self.process(&request)))
            }
            Fault::Edit(edit) => {
                edit(self.vendor.as_mut());
                self.save();
                (Fate::Answered, send(self.process(&request)))
            }
            Fault::Reply(reply) => (Fate::Replaced, send(reply)),
            Fault::Status(status) => {
                (Fate::Replaced, send(self.vendor.error(status, "a fault of the sandbox")))
            }
            Fault::RateLimited(wait) => (Fate::Replaced, send(self.too_many(wait))),
            Fault::PageTwice => match self.last_of(&request) {
                Some(reply) => (Fate::Replaced, send(reply)),
                None => (Fate::Answered, send(self.process(&request))),
            },
            Fault::Stale(reads) => {
                let before = self.vendor.is_write(&request).then(|| self.vendor.save());
                let reply = self.process(&request);
                if let Some(before) = before {
                    // What is shown already is older, and stays.
                    let (shown, left) = self.stale.take().unwrap_or((before, 0));
                    self.stale = Some((shown, left.max(reads)));
                }
                (Fate::Answered, send(reply))
            }
            Fault::Pretend if self.vendor.is_write(&request) => {
                let before = self.vendor.save();
                let reply = self.process(&request);
                self.vendor.load(before).expect("a vendor takes its own state back");
                self.save();
                // A refusal is none the less true.
                let kept = (200..300).contains(&reply.status);
                (if kept { Fate::Pretended } else { Fate::Answered }, send(reply))
            }
            Fault::None | Fault::Delay(_) | Fault::Pretend => {
                (Fate::Answered, send(self.process(&request)))
            }
            Fault::ResetBefore => (Fate::Unseen, (Reply::none(), How::Reset)),
            Fault::Refuse(time) => (Fate::Unseen, (Reply::none(), How::Refuse(time))),
            Fault::Postpone(others) => {
                self.postponed.push((others, request.clone()));
                (Fate::Postponed, (Reply::none(), How::Reset))
            }
            Fault::ResetAfter => (Fate::Lost, (self.process(&request), How::Reset)),
            Fault::LoseAnswer => (Fate::Lost, (self.process(&request), How::Close)),
            Fault::Damage(damage) => {
                let reply = self.process(&request);
                let fate = match damage {
                    Damage::Slow(..) | Damage::Huge(_) => Fate::Answered,
                    Damage::Truncated | Damage::Malformed => Fate::Damaged,
                    Damage::WebPage => Fate::Lost,
                };
                (fate, (reply.clone(), How::Send(reply, Some(damage))))
            }
        };
        self.exchanges.push(Exchange { request, reply, fate });
        Answer { delay, how }
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

    /// Lets the vendor see the requests whose time has come.
    fn catch_up(&mut self) {
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.postponed).into_iter().partition(|(left, _)| *left == 0);
        self.postponed = later.into_iter().map(|(left, request)| (left - 1, request)).collect();
        for (_, request) in due {
            // Whoever sent it has long stopped listening.
            let _ = self.process(&request);
        }
    }

    /// Lets the vendor answer, and saves when it accepted a write.
    fn process(&mut self, request: &Received) -> Reply {
        let write = self.vendor.is_write(request);
        if write && self.options.refuse_writes {
            return self.vendor.error(403, "this sandbox refuses every write");
        }
        if request.method == "GET"
            && let Some((shown, left)) = self.stale.take_if(|(_, left)| *left > 0)
        {
            return self.answer_stale(request, shown, left - 1);
        }
        let reply = self.vendor.answer(request);
        if write && (200..300).contains(&reply.status) {
            self.save();
        }
        // There is nobody to print to, so the client hears that the disk is behind.
        match &self.unsaved {
            Some(reason) => self.vendor.error(500, reason),
            None => reply,
        }
    }

    fn answer_stale(&mut self, request: &Received, shown: Json, left: u32) -> Reply {
        let now = self.vendor.save();
        self.vendor.load(shown.clone()).expect("a vendor takes its own state back");
        let reply = self.vendor.answer(request);
        self.vendor.load(now).expect("a vendor takes its own state back");
        self.stale = (left > 0).then_some((shown, left));
        reply
    }

    fn too_many(&self, wait: RetryAfter) -> Reply {
        let mut reply = self.vendor.error(429, "too many requests, slow down");
        let value = match wait {
            RetryAfter::Absent => return reply,
            RetryAfter::Seconds(seconds) => seconds.to_string(),
            RetryAfter::Date(seconds) => {
                let then = Timestamp::now() + SignedDuration::from_secs(seconds.cast_signed());
                jiff::fmt::rfc2822::DateTimePrinter::new()
                    .timestamp_to_rfc9110_string(&then)
                    .expect("a time of these years has a date")
            }
        };
        reply.headers.push(("retry-after".to_owned(), value));
        reply
    }

    /// Returns what the same list was answered last, whichever page of it that was.
    fn last_of(&self, request: &Received) -> Option<Reply> {
        let same = |it: &&Exchange| {
            it.request.method == "GET"
                && request.method == "GET"
                && it.request.path == request.path
                && list(&it.request).eq(list(request))
                && it.reply.status == 200
        };
        self.exchanges.iter().rev().find(same).map(|it| it.reply.clone())
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

/// Returns the parameters that say which list it is, and not which page.
fn list(request: &Received) -> impl Iterator<Item = &(String, String)> {
    let is_page = |name: &str| ["cursor", "page", "offset"].iter().any(|word| name.contains(word));
    request.query.iter().filter(move |(name, _)| !is_page(&name.to_lowercase()))
}
