//! One vendor account: how to reach it, its pace, and how many requests are in flight.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

use crate::model::request::Request;
use crate::provider::http::answer::chain;
use crate::provider::http::auth::Credentials;
use crate::provider::http::client::{Transport, client};
use crate::provider::http::connections::Connections;
use crate::provider::http::day::Day;
use crate::provider::http::error::{ApiError, Cause, Limit};
use crate::provider::http::limiter::Limiter;
use crate::provider::http::repeat::{LONGEST_PAUSE, Repeats};
use crate::provider::http::run::{RequestKind, Run};
use crate::provider::http::tokens::Tokens;
use crate::secret::Redactor;

/// How many requests of a tenant are in flight at most: enough to hide latency, few enough for a
/// vendor that counts connections.
const AT_ONCE: usize = 16;

/// One vendor account: where it is, how to sign, how fast to go.
#[derive(Debug)]
pub struct TenantClient {
    pub(super) name: String,
    pub(super) base: Url,
    /// Made for the first request, and again after the connections were closed.
    client: Mutex<Option<reqwest::Client>>,
    transport: Transport,
    pub(super) credentials: Credentials,
    pub(super) tokens: Tokens,
    pub(super) redactor: Redactor,
    pub(super) limiter: Limiter,
    day: Option<Day>,
    pub(super) run: Arc<Run>,
    pub(super) room: Semaphore,
    calls: AtomicUsize,
    asides: AtomicUsize,
    /// Why no more writes to this tenant begin, where that is not true of the whole run.
    pub(super) closed: OnceLock<Limit>,
}

/// What is needed to reach a tenant.
#[derive(Debug)]
pub struct Connection {
    /// The tenant's name in `permctl.yaml`.
    pub name: String,
    /// The endpoint; [`super::auth::permitted`] has been asked.
    pub base: Url,
    /// The credentials.
    pub credentials: Credentials,
    /// The pace.
    pub limiter: Limiter,
    /// What it may send a day, where there is a limit.
    pub day: Option<Day>,
    /// Learns every secret that is used, also those that come up on the way.
    pub redactor: Redactor,
    /// What all connections have in common.
    pub transport: Transport,
    /// What the run may take.
    pub run: Arc<Run>,
}

impl TenantClient {
    /// Prepares a client; sends nothing.
    pub fn connect(connection: Connection) -> Self {
        let Connection { name, base, credentials, limiter, day, redactor, transport, run } =
            connection;
        let limiter = limiter.keeping(transport.connections.idle());
        credentials.teach(&redactor);
        let (tokens, room, closed) = (Tokens::default(), Semaphore::new(AT_ONCE), OnceLock::new());
        Self {
            name,
            base,
            client: Mutex::default(),
            transport,
            credentials,
            tokens,
            redactor,
            limiter,
            day,
            run,
            room,
            calls: AtomicUsize::new(0),
            asides: AtomicUsize::new(0),
            closed,
        }
    }

    /// Returns what requests are made with; the error is a TLS or proxy configuration of the machine that
    /// can't be used.
    pub(super) fn client(&self) -> Result<reqwest::Client, Cause> {
        let mut made = self.client.lock().expect("no holder of this lock can panic");
        if let Some(client) = &*made {
            return Ok(client.clone());
        }
        let client = client(&self.base, self.credentials.host(), &self.transport);
        let client = client.map_err(|error| Cause::NotSent(chain(&error)))?;
        Ok(made.insert(client).clone())
    }

    /// Closes the connections that wait for their next request, where there are more tenants than connections:
    /// each takes a file of the process.
    pub fn hang_up(&self) {
        if self.transport.connections.are_scarce() {
            *self.client.lock().expect("no holder of this lock can panic") = None;
            self.limiter.hung_up();
        }
    }

    /// Returns what all tenants of the run have together.
    pub fn connections(&self) -> &Connections {
        &self.transport.connections
    }

    /// Says why no more writes to this tenant may begin, if so.
    pub fn closed(&self) -> Option<Limit> {
        self.run.closed().or_else(|| self.closed.get().copied())
    }

    /// Returns how many reads were asked for so far, sign-ins among them and repeats not counted.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// Returns how many of these reads were only to tell more about a plan; see [`Self::aside`].
    pub fn asides(&self) -> usize {
        self.asides.load(Ordering::Relaxed)
    }

    /// Begins with the first attempt at a request.
    pub(super) fn repeats(&self) -> Repeats {
        Repeats::new(self.transport.pauses)
    }

    /// Returns what may be sent a day, where there is a limit.
    pub fn day(&self) -> Option<&Day> {
        self.day.as_ref()
    }

    /// Counts a read.
    pub(super) fn count(&self, aside: bool) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.asides.fetch_add(usize::from(aside), Ordering::Relaxed);
    }

    /// Takes what the operator should know about the credentials; each notice is given once.
    pub fn notices(&self) -> Vec<String> {
        self.tokens.notices()
    }

    /// Waits until few enough requests of the tenant are in flight.
    pub(super) async fn room(&self, kind: RequestKind) -> Result<SemaphorePermit<'_>, Limit> {
        let room = self.run.finish(kind, self.room.acquire()).await?;
        Ok(room.expect("the semaphore is never closed"))
    }

    /// Waits until a read may leave: the pace of the tenant allows it, and few enough requests of all
    /// tenants are in flight. While a tenant waits for its pace, others have the room.
    pub(super) async fn turn_of_read(&self) -> Result<SemaphorePermit<'_>, Limit> {
        let kind = RequestKind::Read;
        loop {
            let room = self.run.finish(kind, self.transport.connections.room()).await?;
            // Others may have begun meanwhile.
            self.run.may_begin(&self.name, self.day.as_ref(), kind, 0)?;
            match self.limiter.turn() {
                None => return Ok(room),
                Some(wait) => {
                    drop(room);
                    self.pause(kind, wait).await?;
                }
            }
        }
    }

    /// Waits until the pace of the tenant allows one more request; so many are to follow it.
    pub(super) async fn turn(&self, kind: RequestKind, to_follow: usize) -> Result<(), Limit> {
        let may_begin = || self.run.may_begin(&self.name, self.day.as_ref(), kind, to_follow);
        self.pace(kind, may_begin).await
    }

    /// Counts a request that is about to leave, for the day and for the run.
    pub(super) fn leaves(&self, kind: RequestKind) -> Result<(), Limit> {
        self.day.as_ref().map_or(Ok(()), Day::count)?;
        self.run.count(&self.name, kind)
    }

    /// Waits until the pace allows one more request, as long as the run does.
    pub(super) async fn pace(
        &self,
        kind: RequestKind,
        may_begin: impl Fn() -> Result<(), Limit>,
    ) -> Result<(), Limit> {
        may_begin()?;
        while let Some(wait) = self.limiter.turn() {
            self.pause(kind, wait).await?;
            // Others may have begun meanwhile.
            may_begin()?;
        }
        Ok(())
    }

    /// Waits before the pace is asked again.
    async fn pause(&self, kind: RequestKind, wait: Duration) -> Result<(), Limit> {
        if let Some(pause) = self.limiter.paused().filter(|pause| *pause > LONGEST_PAUSE) {
            return Err(Limit::Pause(pause));
        }
        tracing::debug!(tenant = %self.name, seconds = wait.as_secs_f64(), "wait for the pace");
        self.run.wait(kind, wait).await
    }

    pub(super) fn limit_reached<Effect>(
        &self,
        request: &Request<Effect>,
        limit: Limit,
    ) -> ApiError {
        let cause = Cause::LimitReached(limit);
        ApiError::new(&self.name, request.route.method, &self.target(request), cause)
    }

    /// Returns the path and query that a request really asks for, the endpoint's own path before it.
    pub(super) fn target<Effect>(&self, request: &Request<Effect>) -> String {
        format!("{}{}", self.base.path().trim_end_matches('/'), request.target())
    }

    /// Holds back the whole tenant when the vendor asks for it.
    pub(super) fn apply_backpressure(&self, error: &ApiError) {
        if let Some(pause) = error.vendors_pause() {
            tracing::debug!(tenant = %self.name, seconds = pause.as_secs(), "the vendor asks to wait");
            self.limiter.pause(pause);
        }
    }
}
