//! Lets the faults that a script deals happen to requests, their answers and their connections.

#![expect(clippy::disallowed_methods, reason = "faults wait, and a date is about the clock")]

use std::io;
use std::sync::Mutex;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Json;

use super::answer::{Admission, Shared};
use super::{Sandbox, lock, wire};
use crate::{Damage, Exchange, Fate, Fault, Received, Reply, RetryAfter, Script};
use door::Handle;

mod damage;
pub mod door;

/// The script, and the faults that still have an effect.
#[derive(Default)]
pub struct Faults {
    /// What decides about each request.
    script: Option<Script>,
    /// Requests that the vendor is to see after so many others.
    postponed: Vec<(u32, Received)>,
    /// What reads still show.
    stale: Option<Stale>,
}

/// A state that reads still show after a write.
struct Stale {
    shown: Json,
    /// How many reads are left.
    left: u32,
    /// With how many exchanges recorded the write came, where only reads among these show it.
    among: Option<usize>,
}

/// What goes out.
enum How {
    /// This reply.
    Send(Reply),
    /// This reply, damaged.
    Damage(Reply, Damage),
    /// Nothing; the connection ends.
    Close,
    /// Nothing; the connection is reset.
    Reset,
    /// Nothing; the connection is reset and no other is taken for a while.
    Refuse(Duration),
}

impl Sandbox {
    /// Sets the script that decides about every request from now on, unless the rate limit does.
    pub fn script(&self, script: Script) {
        lock(&self.shared).faults.script = Some(script);
    }

    /// Lets each new connection take this long until anything is heard on it.
    pub fn slow_connections(&self, connecting: Duration) {
        self.door.slow_down(connecting);
    }

    /// Closes every connection and refuses new ones, until [`Self::open`].
    pub fn close(&self) {
        self.door.close();
    }

    /// Takes connections again; the error is a port that another program has taken meanwhile.
    pub fn open(&self) -> io::Result<()> {
        self.door.open()
    }

    /// Takes the script away and lets reads show the present, on quick connections: nothing unusual happens from now on,
    /// but for postponed requests, which are still to come.
    pub fn calm(&self) {
        let mut shared = lock(&self.shared);
        shared.faults.script = None;
        shared.faults.stale = None;
        drop(shared);
        self.slow_connections(Duration::ZERO);
    }
}

/// Returns the connection that a request came on.
pub fn line(request: &Request) -> Handle {
    let ConnectInfo(line) = request.extensions().get().expect("every connection has its handle");
    Handle::clone(line)
}

/// Answers a request that has a fault, and records it.
pub async fn answer(
    shared: &Mutex<Shared>,
    line: Handle,
    request: Received,
    fault: Fault,
) -> Response {
    if let Fault::Delay(delay) = fault {
        tokio::time::sleep(delay).await;
    }
    let (delay, how) = lock(shared).answer_faulty(request, fault);
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    match how {
        How::Send(reply) => return wire::respond(&reply),
        How::Damage(reply, damage) => return damage::respond(&reply, damage),
        How::Close => {}
        How::Reset => line.reset(),
        How::Refuse(time) => {
            line.reset();
            line.door.close();
            tokio::spawn(reopen(line.door, time));
        }
    }
    // Unwinding ends this connection's task, so the socket closes with nothing sent. Unlike
    // `panic!` this does not run the panic hook, and so prints nothing.
    std::panic::resume_unwind(Box::new("an answer lost on purpose"))
}

/// Opens a door again after a while, and tries on while another program has its port.
async fn reopen(door: door::Door, time: Duration) {
    tokio::time::sleep(time).await;
    while door.open().is_err() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

impl Faults {
    /// Deals a fault to a request, unless it is one too many.
    pub fn deal(&mut self, request: &Received, admission: &Admission) -> Fault {
        match &mut self.script {
            Some(script) if !admission.over_limit => script(request),
            _ => Fault::None,
        }
    }
}

impl Shared {
    /// Says how long an answer waits and what goes out.
    fn answer_faulty(&mut self, request: Received, fault: Fault) -> (Duration, How) {
        self.begin();
        let mut delay = Duration::ZERO;
        let send = |reply: Reply| (reply.clone(), How::Send(reply));
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
            Fault::ThenReply(reply) => {
                self.process(&request);
                (Fate::Lost, send(reply))
            }
            Fault::Status(status) => {
                (Fate::Replaced, send(self.vendor.error(status, "a fault of the sandbox")))
            }
            Fault::RateLimited(wait) => (Fate::Replaced, send(self.rate_limited(wait))),
            Fault::PageTwice => match self.last_of(&request) {
                Some(reply) => (Fate::Replaced, send(reply)),
                None => (Fate::Answered, send(self.process(&request))),
            },
            Fault::Stale(reads) => {
                (Fate::Answered, send(self.process_unseen(&request, reads, None)))
            }
            Fault::StaleLists(reads) => {
                let among = Some(self.exchanges.len());
                (Fate::Answered, send(self.process_unseen(&request, reads, among)))
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
            Fault::ResetBefore => (Fate::Unseen, (unanswered(), How::Reset)),
            Fault::Refuse(time) => (Fate::Unseen, (unanswered(), How::Refuse(time))),
            Fault::Postpone(others) => {
                self.faults.postponed.push((others, request.clone()));
                (Fate::Postponed, (unanswered(), How::Reset))
            }
            Fault::ResetAfter => (Fate::Lost, (self.process(&request), How::Reset)),
            Fault::LoseAnswer => (Fate::Lost, (self.process(&request), How::Close)),
            Fault::Damage(damage) => {
                let reply = self.process(&request);
                let fate = match damage {
                    Damage::Slow(..) | Damage::Huge(_) => Fate::Answered,
                    Damage::Truncated | Damage::Malformed | Damage::Twice => Fate::Damaged,
                    Damage::WebPage => Fate::Lost,
                };
                (fate, (reply.clone(), How::Damage(reply, damage)))
            }
        };
        self.exchanges.push(Exchange { request, reply, fate });
        (delay, how)
    }

    /// Lets the vendor answer, and so many reads after a write show what there was before it.
    fn process_unseen(&mut self, request: &Received, reads: u32, among: Option<usize>) -> Reply {
        let before = self.vendor.is_write(request).then(|| self.vendor.save());
        let reply = self.process(request);
        if let Some(shown) = before {
            // What is shown already is older, and stays.
            let stale = self.faults.stale.take().unwrap_or(Stale { shown, left: 0, among });
            self.faults.stale = Some(Stale { left: stale.left.max(reads), ..stale });
        }
        reply
    }

    /// Lets the vendor see the requests whose time has come.
    pub fn catch_up(&mut self) {
        let (due, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.faults.postponed)
            .into_iter()
            .partition(|(left, _)| *left == 0);
        self.faults.postponed =
            later.into_iter().map(|(left, request)| (left - 1, request)).collect();
        for (_, request) in due {
            // Its sender stopped listening long ago.
            let _ = self.process(&request);
        }
    }

    /// Answers a read with what there was before a write, while such reads are left.
    pub fn answer_stale(&mut self, request: &Received) -> Option<Reply> {
        if request.method != "GET" {
            return None;
        }
        let asked =
            |it: &Exchange| it.request.path == request.path && it.request.query == request.query;
        let among = self.faults.stale.as_ref()?.among;
        if among.is_some_and(|among| !self.exchanges.iter().take(among).any(asked)) {
            return None;
        }
        let Stale { shown, left, among } = self.faults.stale.take_if(|it| it.left > 0)?;
        let now = self.vendor.save();
        self.vendor.load(shown.clone()).expect("a vendor takes its own state back");
        let reply = self.vendor.answer(request);
        self.vendor.load(now).expect("a vendor takes its own state back");
        self.faults.stale = (left > 1).then(|| Stale { shown, left: left - 1, among });
        Some(reply)
    }

    fn rate_limited(&self, wait: RetryAfter) -> Reply {
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
}

/// Stands for an answer that there was not.
fn unanswered() -> Reply {
    Reply { status: 0, headers: Vec::new(), body: Json::Null }
}

/// Returns the parameters that say which list it is, and not which page.
fn list(request: &Received) -> impl Iterator<Item = &(String, String)> {
    let is_page = |name: &str| ["cursor", "page", "offset"].iter().any(|word| name.contains(word));
    request.query.iter().filter(move |(name, _)| !is_page(&name.to_lowercase()))
}

#[cfg(test)]
mod tests;
