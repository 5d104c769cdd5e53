//! The HTTP server that every simulated vendor runs behind.
//!
//! It parses, records, delays, limits, refuses, loses answers and keeps the state on disk; what a
//! request means is the vendor's business. It must not print and must not listen anywhere but on
//! loopback.
#![expect(clippy::disallowed_methods, reason = "a server listens, waits and keeps a state file")]

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Write as _};
use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::response::Response;
use axum::serve::ListenerExt as _;
use serde_json::Value as Json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Exchange, Fault, Options, Received, Reply, Script, Vendor};

/// Far more than any permission profile; a larger body counts as malformed.
const LARGEST_BODY: usize = 8 * 1024 * 1024;

/// A running simulator. Dropping it stops the server.
pub struct Sandbox {
    endpoint: String,
    shared: Arc<Mutex<Shared>>,
    task: Option<JoinHandle<()>>,
    /// Dropped together with the sandbox, which is what tells the server to stop.
    _stop: oneshot::Sender<()>,
}

/// What requests and the sandbox's owner both touch.
struct Shared {
    vendor: Box<dyn Vendor>,
    options: Options,
    exchanges: Vec<Exchange>,
    script: Option<Script>,
    /// When the requests of the last window were admitted.
    admitted: VecDeque<Instant>,
    /// Why the state file is behind the state, if it is.
    unsaved: Option<String>,
}

/// Starts a server for this vendor, from the state file when there is one.
///
/// An error is a state file that can't be read or understood, or a port that is taken.
pub async fn start(mut vendor: Box<dyn Vendor>, options: Options) -> io::Result<Sandbox> {
    if let Some(file) = &options.state_file {
        restore(vendor.as_mut(), file)?;
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    let endpoint = format!("http://{}{}", listener.local_addr()?, vendor.base_path());
    let shared = Arc::new(Mutex::new(Shared {
        vendor,
        options,
        exchanges: Vec::new(),
        script: None,
        admitted: VecDeque::new(),
        unsaved: None,
    }));
    let router = Router::new().fallback(handle).with_state(Arc::clone(&shared));
    let (stop, stopping) = oneshot::channel::<()>();
    // Small answers would otherwise wait for the client's delayed acknowledgement.
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    let task = tokio::spawn(async move {
        let server = axum::serve(listener, router).with_graceful_shutdown(async move {
            let _ = stopping.await;
        });
        let _ = server.await;
    });
    Ok(Sandbox { endpoint, shared, task: Some(task), _stop: stop })
}

impl Sandbox {
    /// Returns the base address, `http://127.0.0.1:PORT`.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns every exchange so far, in the order of the answers.
    pub fn exchanges(&self) -> Vec<Exchange> {
        lock(&self.shared).exchanges.clone()
    }

    /// Forgets the recorded exchanges.
    pub fn clear_exchanges(&self) {
        lock(&self.shared).exchanges.clear();
    }

    /// Returns the vendor's whole state.
    pub fn state(&self) -> Json {
        lock(&self.shared).vendor.save()
    }

    /// Lets the caller look at or change the vendor between requests, and saves afterwards.
    pub fn with_vendor<T>(&self, action: impl FnOnce(&mut dyn Vendor) -> T) -> T {
        let mut shared = lock(&self.shared);
        let result = action(shared.vendor.as_mut());
        shared.save();
        result
    }

    /// Lets the vendor follow another reading from now on; the error says what there is to choose.
    pub fn choose(&self, name: &str, value: &str) -> Result<(), String> {
        lock(&self.shared).vendor.readings().choose(name, value)
    }

    /// Changes the options of the running server; a changed port has no effect.
    pub fn set_options(&self, change: impl FnOnce(&mut Options)) {
        change(&mut lock(&self.shared).options);
    }

    /// Sets the script that decides about every request from now on, unless the rate limit does.
    pub fn script(&self, script: Script) {
        lock(&self.shared).script = Some(script);
    }

    /// Serves until the server's task ends, which it does not do by itself.
    pub async fn stopped(mut self) {
        if let Some(task) = self.task.take() {
            let _ = task.await;
        }
    }
}

impl Shared {
    /// Counts a request against the limit and tells whether it is one too many.
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

    /// Answers and records; `None` means that the answer gets lost.
    fn answer(&mut self, request: Received, over_limit: bool) -> Option<Reply> {
        let (reply, lost) = if over_limit {
            let mut reply = self.vendor.error(429, "too many requests, slow down");
            reply.headers.push(("retry-after".to_owned(), "1".to_owned()));
            (reply, false)
        } else {
            match self.script.as_mut().map_or(Fault::None, |script| script(&request)) {
                Fault::None => (self.process(&request), false),
                Fault::Reply(reply) => (reply, false),
                Fault::LoseAnswer => (self.process(&request), true),
                Fault::Edit(edit) => {
                    edit(self.vendor.as_mut());
                    self.save();
                    (self.process(&request), false)
                }
            }
        };
        self.exchanges.push(Exchange { request, reply: reply.clone() });
        (!lost).then_some(reply)
    }

    /// Lets the vendor answer, and saves when it accepted a write.
    fn process(&mut self, request: &Received) -> Reply {
        let write = self.vendor.is_write(request);
        if write && self.options.refuse_writes {
            return self.vendor.error(403, "this sandbox refuses every write");
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

    fn save(&mut self) {
        let Some(file) = &self.options.state_file else { return };
        self.unsaved = write_state(file, &self.vendor.save())
            .err()
            .map(|error| format!("can't write the sandbox state {}: {error}", file.display()));
    }
}

/// A panic in a script or an edit leaves the data as far as it came; tests still want to see it.
fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn handle(State(shared): State<Arc<Mutex<Shared>>>, request: Request) -> Response {
    let mut received = receive(request).await;
    // The limit counts arrivals, so it is settled before the latency.
    let (over_limit, latency) = {
        let mut shared = lock(&shared);
        (shared.over_limit(Instant::now()), shared.options.latency)
    };
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let mut shared = lock(&shared);
    let base = shared.vendor.base_path();
    let below = received.path.strip_prefix(base).map(str::to_owned);
    let reply = match below {
        Some(below) => {
            received.path = below;
            shared.answer(received, over_limit)
        }
        None => Some(shared.vendor.error(404, "there is nothing outside the base path")),
    };
    drop(shared);
    match reply {
        Some(reply) => respond(&reply),
        // Unwinding ends this connection's task, so the socket closes with nothing sent. Unlike
        // `panic!` this does not run the panic hook, and so prints nothing.
        None => std::panic::resume_unwind(Box::new("an answer lost on purpose")),
    }
}

async fn receive(request: Request) -> Received {
    let (parts, body) = request.into_parts();
    let query = url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes())
        .into_owned()
        .collect();
    let headers = parts.headers.iter().filter(|(name, _)| **name != AUTHORIZATION);
    let headers = headers
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    let authorization =
        parts.headers.get(AUTHORIZATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let form = parts
        .headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
    let (body, malformed) = match axum::body::to_bytes(body, LARGEST_BODY).await {
        Ok(bytes) if bytes.is_empty() => (None, false),
        Ok(bytes) if form => {
            let members = url::form_urlencoded::parse(&bytes).into_owned();
            (Some(members.map(|(name, value)| (name, Json::from(value))).collect()), false)
        }
        Ok(bytes) => {
            serde_json::from_slice(&bytes).map_or((None, true), |body| (Some(body), false))
        }
        Err(_) => (None, true),
    };
    Received {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query,
        authorization: authorization.map(String::from),
        headers,
        body,
        malformed,
    }
}

fn respond(reply: &Reply) -> Response {
    let body =
        if reply.body.is_null() { Body::empty() } else { Body::from(reply.body.to_string()) };
    let start = Response::builder().status(reply.status).header(CONTENT_TYPE, "application/json");
    reply
        .headers
        .iter()
        .fold(start, |builder, (name, value)| builder.header(name, value))
        .body(body)
        .expect("vendors and scripts give valid statuses and headers")
}

fn restore(vendor: &mut dyn Vendor, file: &Path) -> io::Result<()> {
    let named = |kind: ErrorKind, reason: String| {
        io::Error::new(kind, format!("can't use the sandbox state {}: {reason}", file.display()))
    };
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(named(error.kind(), error.to_string())),
    };
    let state = serde_json::from_slice(&bytes)
        .map_err(|error| named(ErrorKind::InvalidData, error.to_string()))?;
    vendor.load(state).map_err(|reason| named(ErrorKind::InvalidData, reason))
}

/// Replaces the file in one step; a temporary file is private to its owner from the start.
fn write_state(file: &Path, state: &Json) -> io::Result<()> {
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder)?;
    let mut temporary = tempfile::NamedTempFile::new_in(folder)?;
    temporary.write_all(format!("{state:#}\n").as_bytes())?;
    temporary.persist(file)?;
    Ok(())
}

#[cfg(test)]
mod tests;
