//! What one run may take: so many requests, so much time. All tenants of a run share it.
//!
//! It sends nothing and decides nothing about changes: it says when nothing more may be begun, and
//! when what is in flight is given up.

#![expect(clippy::disallowed_methods, reason = "a run ends by the clock")]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use crate::provider::http::day::Day;
use crate::provider::http::error::Limit;

/// How long a write in flight may still take once the run is to end, and how long reading back may.
/// A CI job is killed 7.5 s after it was asked to stop, and there is a report to write.
const GRACE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_millis(6500));

/// What is to be begun, or in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestKind {
    /// A read: it may go on for a moment while the run ends, to see what was done.
    Read,
    /// A write: none is begun once the run is to end.
    Write,
}

/// What one run may take.
#[derive(Debug)]
pub struct Run {
    most: Option<usize>,
    timeout: Option<(Duration, Instant)>,
    sent: AtomicUsize,
    written: AtomicBool,
    /// By tenant: the requests that are still to be sent for the sake of its writes.
    reserved: Mutex<BTreeMap<String, Reserved>>,
    end: watch::Sender<End>,
}

/// Requests that are kept for a tenant.
#[derive(Debug)]
struct Reserved {
    requests: usize,
    day: Option<Day>,
}

/// How the run ends, as far as it is known.
#[derive(Debug, Clone, Copy, Default)]
struct End {
    /// Why no more writes are begun.
    closed: Option<Limit>,
    /// When and why a write in flight is given up, and a read.
    given_up: Option<(Limit, Instant, Instant)>,
}

impl End {
    fn of(&self, kind: RequestKind) -> Option<(Limit, Instant)> {
        let (limit, writes, reads) = self.given_up?;
        Some(match kind {
            RequestKind::Write => (limit, writes),
            RequestKind::Read => (limit, reads),
        })
    }
}

impl Default for Run {
    fn default() -> Self {
        Self::new(None, None)
    }
}

impl Run {
    /// Begins a run that sends at most so many requests and ends after so long.
    pub fn new(most: Option<usize>, timeout: Option<Duration>) -> Self {
        let now = Instant::now();
        // A time that no clock can show is no limit.
        let timeout = timeout.and_then(|time| Some((time, now.checked_add(time)?)));
        let given_up = timeout.map(|(time, end)| (Limit::Time(time), end, end));
        let end = watch::Sender::new(End { closed: None, given_up });
        let (sent, written) = (AtomicUsize::new(0), AtomicBool::new(false));
        Self { most, timeout, sent, written, reserved: Mutex::default(), end }
    }

    /// Says that writing begins: from now on the run is not cut off at its end but closed there,
    /// by what waits for [`Self::time_is_up`].
    pub fn begin_writing(&self) {
        self.end.send_modify(|end| end.given_up = None);
        if let Some((time, end)) = self.timeout
            && end <= Instant::now()
        {
            self.close(Limit::Time(time));
        }
    }

    /// Waits for the end of the run's time, for ever where it has none.
    pub async fn time_is_up(&self) -> Limit {
        match self.timeout {
            Some((time, end)) => {
                sleep_until(end).await;
                Limit::Time(time)
            }
            None => std::future::pending().await,
        }
    }

    /// Lets no more writes begin; the first reason stays.
    pub fn close(&self, limit: Limit) {
        self.end.send_modify(|end| {
            let End { closed, given_up } = end;
            closed.get_or_insert(limit);
            // Where requests have run out, there is still time for those that were held back.
            if matches!(limit, Limit::Time(_) | Limit::Interrupted) && given_up.is_none() {
                let now = Instant::now();
                *given_up = Some((limit, now + GRACE.0, now + GRACE.1));
            }
        });
    }

    /// Says why no more writes may begin, if so.
    pub fn closed(&self) -> Option<Limit> {
        self.end.borrow().closed
    }

    /// Says whether a tenant may begin something, and leave so many requests for what has to follow
    /// it. They are kept for a write until [`Self::release`]; no other tenant's requests take them.
    pub(super) fn may_begin(
        &self,
        tenant: &str,
        day: Option<&Day>,
        kind: RequestKind,
        to_follow: usize,
    ) -> Result<(), Limit> {
        let end = *self.end.borrow();
        if let (RequestKind::Write, Some(limit)) = (kind, end.closed) {
            return Err(limit);
        }
        if let Some((limit, _)) = end.of(kind).filter(|(_, at)| *at <= Instant::now()) {
            return Err(limit);
        }
        let mut reserved = self.reserved();
        let others = || reserved.iter().filter(|(of, _)| *of != tenant).map(|(_, kept)| kept);
        if let Some(most) = self.most {
            let kept: usize = others().map(|kept| kept.requests).sum();
            if self.sent.load(Ordering::Relaxed) + kept + to_follow >= most {
                return Err(Limit::Requests(most));
            }
        }
        if let Some(day) = day {
            let shared =
                |kept: &&Reserved| kept.day.as_ref().is_some_and(|it| it.is_shared_with(day));
            let kept: usize = others().filter(shared).map(|kept| kept.requests).sum();
            let left = usize::try_from(day.left()).unwrap_or(usize::MAX);
            if kept + to_follow >= left {
                return Err(day.used_up());
            }
        }
        if kind == RequestKind::Write {
            let kept = Reserved { requests: 1 + to_follow, day: day.cloned() };
            reserved.insert(tenant.to_owned(), kept);
        }
        Ok(())
    }

    /// Says that what had to follow a tenant's writes was sent.
    pub(super) fn release(&self, tenant: &str) {
        self.reserved().remove(tenant);
    }

    fn reserved(&self) -> MutexGuard<'_, BTreeMap<String, Reserved>> {
        self.reserved.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells whether a write has left, or was about to.
    pub fn has_written(&self) -> bool {
        self.written.load(Ordering::Relaxed)
    }

    /// Says whether what was begun may go on: the requests for it were kept.
    pub(super) fn may_go_on(&self) -> Result<(), Limit> {
        match self.closed() {
            None | Some(Limit::Requests(_) | Limit::Day { .. }) => Ok(()),
            Some(limit) => Err(limit),
        }
    }

    /// Counts a request of a tenant that is about to leave.
    pub(super) fn count(&self, tenant: &str, kind: RequestKind) -> Result<(), Limit> {
        let most = self.most.unwrap_or(usize::MAX);
        let one_more = |sent: usize| (sent < most).then(|| sent + 1);
        let counted = self.sent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more);
        counted.map_err(|_| Limit::Requests(most))?;
        self.written.fetch_or(kind == RequestKind::Write, Ordering::Relaxed);
        if let Some(reserved) = self.reserved().get_mut(tenant) {
            reserved.requests = reserved.requests.saturating_sub(1);
        }
        Ok(())
    }

    /// Waits for something in flight, or until it is given up.
    pub(super) async fn finish<T>(
        &self,
        kind: RequestKind,
        flight: impl Future<Output = T>,
    ) -> Result<T, Limit> {
        tokio::select! {
            biased;
            done = flight => Ok(done),
            limit = self.until(|end| end.of(kind)) => Err(limit),
        }
    }

    /// Waits before something is begun. Ends early, with why, when it won't be.
    pub(super) async fn wait(&self, kind: RequestKind, time: Duration) -> Result<(), Limit> {
        let begun = Instant::now();
        let never = |end: &End| match (kind, end.closed) {
            (RequestKind::Write, Some(limit)) => Some((limit, begun)),
            // What would come too late is not waited for.
            _ => end.of(kind).filter(|(_, at)| *at <= begun + time).map(|it| (it.0, begun)),
        };
        tokio::select! {
            biased;
            limit = self.until(never) => Err(limit),
            () = sleep(time) => Ok(()),
        }
    }

    /// Waits for the moment that the end has, now or later.
    async fn until(&self, moment: impl Fn(&End) -> Option<(Limit, Instant)>) -> Limit {
        let mut end = self.end.subscribe();
        loop {
            let at = moment(&end.borrow_and_update());
            let changed = async {
                if end.changed().await.is_err() {
                    // The sender is this run's own, so it outlives the asker.
                    std::future::pending::<()>().await;
                }
            };
            match at {
                Some((limit, at)) => tokio::select! {
                    () = sleep_until(at) => return limit,
                    () = changed => {}
                },
                None => changed.await,
            }
        }
    }
}
