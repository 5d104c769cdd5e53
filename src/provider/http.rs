//! The generic executor: sends a provider's requests and makes sure that an answer is a whole one.
//!
//! It knows no vendor. A [`Reader`] can send reads only; a [`Writer`] is built by `app/apply` alone.
//! Reads are repeated where that is harmless. A write is sent once: repeating it is `apply`'s
//! decision, since it has to be made anew from a fresh read.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use reqwest::StatusCode;
use tokio::sync::{Semaphore, SemaphorePermit};
use url::Url;

use crate::model::request::{Read, Request};
use crate::provider::auth::Credentials;
use crate::provider::errors::{ApiError, Cause, Limit};
use crate::provider::limiter::Limiter;
use crate::provider::token::Tokens;
use crate::provider::{Errors, VendorError, answers};
use crate::secret::{Redactor, Secret};

mod answer;
mod client;
mod ends;
mod log;
mod repeat;
mod run;

pub use answer::Answer;
pub(super) use answer::{Response, receive};
pub use client::{Authority, LONGEST_REQUEST, Transport};
pub use ends::{Reader, Writer};
pub(super) use log::Sent;
pub use repeat::Repeats;
pub use run::{RequestKind, Run};

/// How many requests of a tenant are in flight at most: enough to hide latency, few enough for a
/// vendor that counts connections.
const AT_ONCE: usize = 16;

/// One vendor account: where it is, how to sign, how fast to go.
#[derive(Debug)]
pub struct Tenant {
    pub(super) name: String,
    base: Url,
    pub(super) client: reqwest::Client,
    credentials: Credentials,
    pub(super) tokens: Tokens,
    pub(super) redactor: Redactor,
    limiter: Option<Limiter>,
    pub(super) run: Arc<Run>,
    room: Semaphore,
    calls: AtomicUsize,
    /// See [`Transport::pauses`].
    pauses: f64,
    /// Why no more writes to this tenant begin, where that is not true of the whole run.
    closed: OnceLock<Limit>,
}

/// What is needed to reach a tenant.
#[derive(Debug)]
pub struct Connection {
    /// The tenant's name in `permctl.yaml`.
    pub name: String,
    /// The endpoint; [`crate::provider::auth::permitted`] has been asked.
    pub base: Url,
    /// The credentials.
    pub credentials: Credentials,
    /// The pace; `None` for none.
    pub limiter: Option<Limiter>,
    /// Learns every secret that is used, also those that come up on the way.
    pub redactor: Redactor,
    /// What all connections have in common.
    pub transport: Transport,
    /// What the run may take.
    pub run: Arc<Run>,
}

impl Tenant {
    /// Prepares a client; sends nothing.
    ///
    /// # Errors
    /// When the TLS or proxy configuration of the machine can't be used.
    pub fn connect(connection: Connection) -> Result<Self, ApiError> {
        let Connection { name, base, credentials, limiter, redactor, transport, run } = connection;
        let client = client::client(&base, credentials.host(), &transport).map_err(|error| {
            ApiError::new(&name, "connect", base.as_str(), Cause::NotSent(answer::chain(&error)))
        })?;
        credentials.teach(&redactor);
        let (tokens, room, calls) =
            (Tokens::default(), Semaphore::new(AT_ONCE), AtomicUsize::new(0));
        let closed = OnceLock::new();
        Ok(Self {
            name,
            base,
            client,
            credentials,
            tokens,
            redactor,
            limiter,
            run,
            room,
            calls,
            pauses: transport.pauses,
            closed,
        })
    }

    /// Reads the vendor's words. White space in a secret is joined on the way to them, so the body as
    /// it came is looked through as well.
    fn error_message(&self, errors: &dyn Errors, body: &[u8]) -> VendorError {
        let body = self.redactor.redact(&String::from_utf8_lossy(body)).into_owned();
        answers::shown(errors.error_message(body.as_bytes()), &self.redactor)
    }

    /// Returns a reader; the vendor's refusals look like `errors` says.
    pub fn reader(&self, errors: &'static dyn Errors) -> Reader<'_> {
        Reader { tenant: self, errors }
    }

    /// Returns a writer. Only `app/apply` may call this.
    pub fn writer(&self, errors: &'static dyn Errors) -> Writer<'_> {
        Writer { tenant: self, errors, attempt: 1 }
    }

    /// Says why no more writes to this tenant may begin, if so.
    pub fn closed(&self) -> Option<Limit> {
        self.run.closed().or_else(|| self.closed.get().copied())
    }

    /// Returns how many reads were asked for so far, sign-ins among them and repeats not counted.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// Begins with the first attempt at a request.
    pub(super) fn repeats(&self) -> Repeats {
        Repeats::new(self.pauses)
    }

    /// Counts a read.
    pub(super) fn count(&self) {
        self.calls.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes what whoever runs the process should know about the credentials; each is given once.
    pub fn notices(&self) -> Vec<String> {
        self.tokens.notices()
    }

    /// Sends a read, and again where that may help.
    async fn read(&self, request: &Request<Read>, errors: &dyn Errors) -> Result<Answer, ApiError> {
        let mut repeats = self.repeats();
        self.count();
        loop {
            // What signing in meets, it has repeated itself.
            self.sign_in().await?;
            let sending = Sending {
                request,
                errors,
                fine: &[StatusCode::OK],
                kind: RequestKind::Read,
                attempt: repeats.attempt(),
            };
            let error = match self.in_turn(&sending).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let pause = error.ask_again_after(repeats.attempt());
            let Some(pause) = pause.and_then(|pause| repeats.next(pause)) else {
                return Err(error);
            };
            tracing::debug!(tenant = %self.name, seconds = pause.as_secs_f64(), "pause before a repeat");
            if self.run.wait(RequestKind::Read, pause).await.is_err() {
                return Err(error);
            }
        }
    }

    /// Sends a request once, when there is room for it and the pace allows it.
    async fn in_turn<Effect>(&self, sending: &Sending<'_, Effect>) -> Result<Answer, ApiError> {
        let Sending { request, kind, .. } = sending;
        let withheld = |limit| self.withheld(request, limit);
        let _room = self.room(*kind).await.map_err(withheld)?;
        self.turn(*kind, 0).await.map_err(withheld)?;
        self.attempt(sending).await
    }

    /// Waits until few enough requests are in flight.
    async fn room(&self, kind: RequestKind) -> Result<SemaphorePermit<'_>, Limit> {
        let room = self.run.finish(kind, self.room.acquire()).await?;
        Ok(room.expect("nobody closes the semaphore"))
    }

    /// Waits until the pace of the tenant allows one more request; so many are to follow it.
    pub(super) async fn turn(&self, kind: RequestKind, to_follow: usize) -> Result<(), Limit> {
        let may_begin = || self.run.may_begin(&self.name, kind, to_follow);
        self.pace(kind, may_begin).await
    }

    /// Waits until the pace allows one more request, as long as the run does.
    async fn pace(
        &self,
        kind: RequestKind,
        may_begin: impl Fn() -> Result<(), Limit>,
    ) -> Result<(), Limit> {
        may_begin()?;
        let Some(limiter) = &self.limiter else { return Ok(()) };
        while let Some(wait) = limiter.turn() {
            if let Some(pause) = limiter.paused().filter(|pause| *pause > repeat::LONGEST_PAUSE) {
                return Err(Limit::Pause(pause));
            }
            tracing::debug!(tenant = %self.name, seconds = wait.as_secs_f64(), "wait for the pace");
            self.run.wait(kind, wait).await?;
            // Others may have begun meanwhile.
            may_begin()?;
        }
        Ok(())
    }

    fn withheld<Effect>(&self, request: &Request<Effect>, limit: Limit) -> ApiError {
        let cause = Cause::LimitReached(limit);
        ApiError::new(&self.name, request.route.method, &request.target(), cause)
    }

    /// Holds back the whole tenant when the vendor asks for it.
    pub(super) fn apply_backpressure(&self, error: &ApiError) {
        if let (Some(pause), Some(limiter)) = (error.vendors_pause(), &self.limiter) {
            tracing::debug!(tenant = %self.name, seconds = pause.as_secs(), "the vendor asks to wait");
            limiter.pause(pause);
        }
    }

    /// Makes sure that a token is at hand where requests need one, before their turn comes: asking
    /// takes a turn of its own, and time.
    async fn sign_in(&self) -> Result<(), ApiError> {
        match &self.credentials {
            Credentials::Granted(granted) => self.token(granted).await.map(|_| ()),
            Credentials::Basic(..) | Credentials::Bearer(_) => Ok(()),
        }
    }

    /// Sends a request once.
    async fn attempt<Effect>(&self, sending: &Sending<'_, Effect>) -> Result<Answer, ApiError> {
        let Sending { request, errors, fine, kind, attempt } = sending;
        let (method, target) = (request.route.method, request.target());
        let failed = |cause| ApiError::new(&self.name, method, &target, cause);
        let token =
            match &self.credentials {
                // Whatever became of a sign-in, the request that needs it has not left.
                Credentials::Granted(granted) => Some(self.token(granted).await.map_err(
                    |error| match error.was_not_processed() {
                        true => error,
                        false => failed(Cause::NotSent(error.to_string())),
                    },
                )?),
                Credentials::Basic(..) | Credentials::Bearer(_) => None,
            };
        let builder = self.prepare(request, token.as_ref()).map_err(failed)?;
        self.run.count(&self.name, *kind).map_err(|limit| self.withheld(request, limit))?;
        let sent = Sent::now(&self.name, method, &target, *attempt);
        let received = self.run.finish(*kind, receive(builder)).await;
        let received = received.unwrap_or_else(|limit| Err(Cause::TimedOut(limit.to_string())));
        let in_header = errors.request_id_header();
        let words = |response: &Response, body: &[u8]| {
            let said = self.error_message(*errors, body);
            let header = in_header.and_then(|name| response.header(name));
            VendorError { request_id: said.request_id.or(header), ..said }
        };
        sent.got(&received, |response, body| words(response, body).request_id);
        let response = received.map_err(failed)?;
        let request_id = in_header.and_then(|name| response.header(name));
        if let Some(token) = &token {
            let refused = response.status == StatusCode::UNAUTHORIZED;
            if refused && self.tokens.refused(token).await {
                return Err(failed(Cause::TokenExpired));
            }
            if !refused {
                self.tokens.accepted(token).await;
            }
        }
        match response.judge(fine, words) {
            Ok(body) => Ok(Answer { tenant: self.name.clone(), method, target, body, request_id }),
            Err(cause) => {
                let advice = match &cause {
                    Cause::Refused { status, .. } => errors.advice(*status),
                    _ => None,
                };
                let error = ApiError { advice, ..failed(cause) };
                self.apply_backpressure(&error);
                Err(error)
            }
        }
    }

    /// Makes the HTTP request.
    fn prepare<Effect>(
        &self,
        request: &Request<Effect>,
        token: Option<&Secret>,
    ) -> Result<reqwest::RequestBuilder, Cause> {
        let mut url = self.base.clone();
        let path = format!("{}{}", self.base.path().trim_end_matches('/'), request.path());
        url.set_path(&path);
        // A segment of dots would lead to another route, whatever its encoding.
        if url.path() != path {
            return Err(Cause::NotSent(format!("`{path}` is no path that can be sent")));
        }
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        let method = reqwest::Method::from_bytes(request.route.method.as_bytes())
            .expect("route tables hold real methods");
        let mut builder = self.client.request(method, url);
        for (name, value) in &request.headers {
            builder = builder.header(*name, value);
        }
        builder = match (&self.credentials, token) {
            (Credentials::Basic(user, password), _) => {
                builder.basic_auth(user.expose(), Some(password.expose()))
            }
            (Credentials::Bearer(token), _) => builder.bearer_auth(token.expose()),
            (Credentials::Granted(_), token) => {
                builder.bearer_auth(token.expect("a token was asked for").expose())
            }
        };
        Ok(match &request.body {
            Some(body) => builder.json(body),
            None => builder,
        })
    }
}

/// One sending of a request.
struct Sending<'a, Effect: 'static> {
    request: &'a Request<Effect>,
    errors: &'a dyn Errors,
    /// The statuses of a good answer.
    fine: &'a [StatusCode],
    kind: RequestKind,
    /// From 1.
    attempt: u32,
}
