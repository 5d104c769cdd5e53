//! The generic executor: sends a provider's requests and makes sure that an answer is a whole one.
//!
//! It knows no vendor. A [`Reader`] can send reads only; a [`Writer`] is built by `app/apply` alone.
//! Reads are repeated where that is harmless. A write is sent once: repeating it is `apply`'s
//! decision, since it has to be made anew from a fresh read.

#![expect(clippy::disallowed_methods, reason = "waiting before a repeat needs the clock")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value as Json;
use url::Url;

use crate::provider::auth::{Credentials, is_loopback};
use crate::provider::errors::{ApiError, Cause, back_off};
use crate::provider::limiter::Limiter;
use crate::provider::token::Tokens;
use crate::provider::{Provider, Read, Request, VendorWords, Write};
use crate::secret::Redactor;

/// The longest answer that is taken, in bytes: 200 profiles are about half a megabyte.
const LONGEST_ANSWER: usize = 64 * 1024 * 1024;

/// How long a request may take, its answer included.
pub const LONGEST_REQUEST: Duration = Duration::from_secs(60);

/// The longest part of a header that is kept, in characters.
const LONGEST_HEADER: usize = 100;

/// How often a request that is safe to repeat is sent at most.
pub const ATTEMPTS: u32 = 5;

/// How long we wait altogether before repeats of one request.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(300);

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
    calls: AtomicUsize,
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
}

impl Tenant {
    /// Prepares a client; sends nothing.
    ///
    /// # Errors
    /// When the TLS or proxy configuration of the machine can't be used.
    pub fn connect(connection: Connection) -> Result<Self, ApiError> {
        let Connection { name, base, credentials, limiter, redactor } = connection;
        let loopback = is_loopback(&base);
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("permctl/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .https_only(!loopback)
            .connect_timeout(Duration::from_secs(10))
            .timeout(LONGEST_REQUEST);
        if loopback {
            // A proxy of the environment would get requests for this machine too.
            builder = builder.no_proxy();
        }
        let client = builder.build().map_err(|error| {
            ApiError::new(&name, "connect", base.as_str(), Cause::NotSent(chain(&error)))
        })?;
        credentials.teach(&redactor);
        let (tokens, calls) = (Tokens::default(), AtomicUsize::new(0));
        Ok(Self { name, base, client, credentials, tokens, redactor, limiter, calls })
    }

    /// Reads the vendor's words; they are cut short, and half a secret would not be found later.
    fn words(&self, provider: &dyn Provider, body: &[u8]) -> VendorWords {
        provider.words(self.redactor.redact(&String::from_utf8_lossy(body)).as_bytes())
    }

    /// Returns a reader for one provider's answers.
    pub fn reader(&self, provider: &'static dyn Provider) -> Reader<'_> {
        Reader { tenant: self, provider }
    }

    /// Returns a writer. Only `app/apply` may call this.
    pub fn writer(&self, provider: &'static dyn Provider) -> Writer<'_> {
        Writer { tenant: self, provider }
    }

    /// Returns how many reads were asked for so far, sign-ins among them and repeats not counted.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
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
    async fn read(
        &self,
        request: &Request<Read>,
        provider: &dyn Provider,
    ) -> Result<Answer, ApiError> {
        let mut paused = Duration::ZERO;
        let mut attempt = 1;
        self.count();
        loop {
            self.turn().await;
            let error = match self.attempt(request, provider, &[StatusCode::OK]).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            let lost = matches!(*error.cause, Cause::Unavailable { .. } | Cause::Lost(_));
            let pause = error.repeat_after(attempt).or(lost.then(|| back_off(attempt)));
            match pause.filter(|pause| attempt < ATTEMPTS && paused + *pause <= LONGEST_PAUSE) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(error),
            }
            paused += pause.unwrap_or_default();
            attempt += 1;
        }
    }

    /// Waits until the pace of the tenant allows one more request.
    pub(super) async fn turn(&self) {
        if let Some(limiter) = &self.limiter {
            limiter.turn().await;
        }
    }

    /// Sends a request once.
    async fn attempt<Effect>(
        &self,
        request: &Request<Effect>,
        provider: &dyn Provider,
        fine: &[StatusCode],
    ) -> Result<Answer, ApiError> {
        let (method, target) = (request.route.method, request.target());
        match self.exchange(request, provider, fine).await {
            Ok((body, request_id)) => {
                Ok(Answer { tenant: self.name.clone(), method, target, body, request_id })
            }
            Err(Failure::Itself(cause)) => {
                self.heed(&cause);
                let advice = match &cause {
                    Cause::Refused { status, .. } => provider.advice(*status),
                    _ => None,
                };
                Err(ApiError { advice, ..ApiError::new(&self.name, method, &target, cause) })
            }
            Err(Failure::SignIn(error)) => Err(error),
        }
    }

    /// Holds back the whole tenant when the vendor asks for it.
    pub(super) fn heed(&self, cause: &Cause) {
        if let (Cause::RateLimited { retry_after, .. }, Some(limiter)) = (cause, &self.limiter) {
            limiter.pause(retry_after.unwrap_or(Duration::from_secs(1)));
        }
    }

    async fn exchange<Effect>(
        &self,
        request: &Request<Effect>,
        provider: &dyn Provider,
        fine: &[StatusCode],
    ) -> Result<(Vec<u8>, Option<String>), Failure> {
        let mut url = self.base.clone();
        let path = format!("{}{}", self.base.path().trim_end_matches('/'), request.path());
        url.set_path(&path);
        // A segment of dots would lead to another route, whatever its encoding.
        if url.path() != path {
            return Err(Failure::Itself(Cause::NotSent(format!(
                "`{path}` is no path that can be sent"
            ))));
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
        let token = match &self.credentials {
            Credentials::Basic(user, password) => {
                builder = builder.basic_auth(user.expose(), Some(password.expose()));
                None
            }
            Credentials::Bearer(token) => {
                builder = builder.bearer_auth(token.expose());
                None
            }
            Credentials::Granted(granted) => {
                let token = self.token(granted).await.map_err(Failure::SignIn)?;
                builder = builder.bearer_auth(token.expose());
                Some(token)
            }
        };
        if let Some(body) = &request.body {
            builder = builder.json(body);
        }
        let response = receive(builder).await.map_err(Failure::Itself)?;
        if let Some(token) = &token {
            let refused = response.status == StatusCode::UNAUTHORIZED;
            if refused && self.tokens.refused(token).await {
                return Err(Failure::Itself(Cause::TokenExpired));
            }
            if !refused {
                self.tokens.accepted(token).await;
            }
        }
        let request_id = provider.request_id_header().and_then(|name| response.header(name));
        let words = |body: &[u8]| {
            let words = self.words(provider, body);
            VendorWords { request_id: words.request_id.or_else(|| request_id.clone()), ..words }
        };
        let body = response.judge(fine, words).map_err(Failure::Itself)?;
        Ok((body, request_id))
    }
}

/// Why an exchange did not give a whole answer.
enum Failure {
    /// Its own request failed.
    Itself(Cause),
    /// No token could be had for it, so it was not sent.
    SignIn(ApiError),
}

/// An answer of any status, with all of its body.
pub(super) struct Response {
    /// The status.
    pub(super) status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Response {
    fn header(&self, name: &str) -> Option<String> {
        let value = self.headers.get(name)?.to_str().ok()?;
        Some(value.trim().chars().take(LONGEST_HEADER).collect())
    }

    /// Returns the body of a status that is fine, or what another status means.
    pub(super) fn judge(
        self,
        fine: &[StatusCode],
        words: impl FnOnce(&[u8]) -> VendorWords,
    ) -> Result<Vec<u8>, Cause> {
        let retry_after = self.header(RETRY_AFTER.as_str()).and_then(|value| value.parse().ok());
        let retry_after = retry_after.map(Duration::from_secs);
        let Self { status, body, headers: _ } = self;
        match status {
            status if fine.contains(&status) => Ok(body),
            StatusCode::TOO_MANY_REQUESTS => {
                Err(Cause::RateLimited { retry_after, words: words(&body) })
            }
            status if status.is_server_error() => {
                Err(Cause::Unavailable { status: status.as_u16(), words: words(&body) })
            }
            status if status.is_client_error() => {
                Err(Cause::Refused { status: status.as_u16(), words: words(&body) })
            }
            status => Err(Cause::Nonsense(format!("status {}", status.as_u16()))),
        }
    }
}

/// Sends a request and receives the whole answer.
pub(super) async fn receive(builder: reqwest::RequestBuilder) -> Result<Response, Cause> {
    let mut response = builder.send().await.map_err(|error| {
        if error.is_connect() || error.is_builder() {
            Cause::NotSent(chain(&error))
        } else {
            Cause::Lost(chain(&error))
        }
    })?;
    let status = response.status();
    let headers = response.headers().clone();
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > LONGEST_ANSWER => {
                return Err(Cause::Nonsense("an answer of more than 64 MiB".to_owned()));
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break,
            // An error's words are worth less than its status, so a broken error body is fine.
            Err(_) if !status.is_success() => break,
            Err(error) => return Err(Cause::Lost(chain(&error))),
        }
    }
    Ok(Response { status, headers, body })
}

/// A whole answer, not yet understood.
///
/// As text it takes a fifth of the memory that it takes as values, so answers that have to wait for
/// others wait like this.
#[derive(Debug)]
pub struct Answer {
    tenant: String,
    method: &'static str,
    target: String,
    body: Vec<u8>,
    /// The vendor's id for the request, where a header had it.
    request_id: Option<String>,
}

impl Answer {
    /// Reads the answer.
    ///
    /// # Errors
    /// When it is not JSON.
    pub fn json(&self) -> Result<Json, ApiError> {
        serde_json::from_slice(&self.body)
            .map_err(|error| self.nonsense(format!("an answer that is not JSON ({error})")))
    }

    /// Returns a list that the route gives under a member.
    ///
    /// # Errors
    /// When it is not there or no list.
    pub fn list<'a>(&self, json: &'a Json, member: &str) -> Result<&'a Vec<Json>, ApiError> {
        let list = json.get(member).and_then(Json::as_array);
        list.ok_or_else(|| self.nonsense(format!("an answer without the list `{member}`")))
    }

    /// Returns a text that every item of a route has under a member.
    ///
    /// # Errors
    /// When it is not there or no text.
    pub fn text(&self, item: &Json, member: &str) -> Result<String, ApiError> {
        let text = item.get(member).and_then(Json::as_str).map(str::to_owned);
        text.ok_or_else(|| self.nonsense(format!("an item without a text `{member}`")))
    }

    /// Makes the error for an answer that is whole but not what the route gives.
    pub fn nonsense(&self, what: impl Into<String>) -> ApiError {
        ApiError::new(&self.tenant, self.method, &self.target, Cause::Nonsense(what.into()))
    }
}

/// Sends reads, and nothing else.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    tenant: &'a Tenant,
    provider: &'static dyn Provider,
}

impl Reader<'_> {
    /// Sends a read and returns the whole answer.
    ///
    /// # Errors
    /// Anything but a whole answer; never a part of one.
    pub async fn send(&self, request: Request<Read>) -> Result<Answer, ApiError> {
        self.tenant.read(&request, self.provider).await
    }
}

/// Sends writes; built by `app/apply` alone.
#[derive(Clone, Copy)]
pub struct Writer<'a> {
    tenant: &'a Tenant,
    provider: &'static dyn Provider,
}

impl Writer<'_> {
    /// Waits until the pace of the tenant allows a write. What a write is made from may have aged
    /// meanwhile, so this comes before the last look at it.
    pub async fn turn(&self) {
        self.tenant.turn().await;
    }

    /// Sends a write, once and at once: a repeat has to be made from a fresh read. Returns the
    /// vendor's id for it, if there is one.
    ///
    /// # Errors
    /// [`ApiError::was_not_processed`] tells a refusal from an answer that got lost,
    /// [`ApiError::repeat_after`] when it may be tried again.
    pub async fn send(&self, request: &Request<Write>) -> Result<Option<String>, ApiError> {
        let fine = [StatusCode::OK, StatusCode::CREATED];
        let answer = self.tenant.attempt(request, self.provider, &fine).await?;
        answer.json()?;
        // The id stands in the same place whatever the status.
        Ok(self.tenant.words(self.provider, &answer.body).request_id.or(answer.request_id))
    }
}

/// Writes out an error and its causes without the URL, which could hold what should not be printed.
fn chain(error: &reqwest::Error) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        words.push(cause.to_string());
        source = cause.source();
    }
    if error.is_timeout() {
        words.insert(0, "no answer in time".to_owned());
    }
    words.dedup();
    if words.is_empty() { "the connection failed".to_owned() } else { words.join(": ") }
}
