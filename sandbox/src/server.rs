//! The HTTP server that every simulated vendor runs behind.
//!
//! It listens, waits and hands requests on; what a request means is the vendor's business, and what
//! becomes of it is in [`answer`]. It must not print and must not listen anywhere but on loopback.
#![expect(clippy::disallowed_methods, reason = "a server waits")]

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use serde_json::Value as Json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Exchange, Options, Vendor};
use answer::Shared;
#[cfg(feature = "faults")]
use faults::door::{Door, Handle};

mod answer;
#[cfg(feature = "faults")]
mod faults;
mod state;
mod wire;

/// A running simulator. Dropping it stops the server.
pub struct Sandbox {
    endpoint: String,
    shared: Arc<Mutex<Shared>>,
    #[cfg(feature = "faults")]
    door: Door,
    task: Option<JoinHandle<()>>,
    /// Dropped together with the sandbox, which is what tells the server to stop.
    _stop: oneshot::Sender<()>,
}

/// Starts a server for this vendor, from the state file when there is one.
///
/// An error is a state file that can't be read or understood, or a port that is taken.
pub async fn start(mut vendor: Box<dyn Vendor>, options: Options) -> io::Result<Sandbox> {
    if let Some(file) = &options.state_file {
        state::restore(vendor.as_mut(), file)?;
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
    let endpoint = format!("http://{}{}", listener.local_addr()?, vendor.base_path());
    let shared = Arc::new(Mutex::new(Shared::new(vendor, options)));
    let router = Router::new().fallback(handle).with_state(Arc::clone(&shared));
    #[cfg(feature = "faults")]
    let door = Door::new(listener)?;
    #[cfg(feature = "faults")]
    let server = {
        let service = router.into_make_service_with_connect_info::<Handle>();
        axum::serve(door.clone(), service)
    };
    #[cfg(not(feature = "faults"))]
    let server = axum::serve(axum::serve::ListenerExt::tap_io(listener, no_delay), router);
    let (stop, stopping) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let server = server.with_graceful_shutdown(async move {
            let _ = stopping.await;
        });
        let _ = server.await;
    });
    Ok(Sandbox {
        endpoint,
        shared,
        #[cfg(feature = "faults")]
        door,
        task: Some(task),
        _stop: stop,
    })
}

/// Small answers would otherwise wait for the client's delayed acknowledgement.
#[cfg(not(feature = "faults"))]
fn no_delay(stream: &mut tokio::net::TcpStream) {
    let _ = stream.set_nodelay(true);
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
        shared.look_at_file();
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

    /// Serves until the server's task ends, which it does not do by itself.
    pub async fn stopped(mut self) {
        if let Some(task) = self.task.take() {
            let _ = task.await;
        }
    }
}

/// A panic in a script or an edit leaves the data as far as it came; tests still want to see it.
fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn handle(State(shared): State<Arc<Mutex<Shared>>>, request: Request) -> Response {
    #[cfg(feature = "faults")]
    let line = faults::line(&request);
    let mut received = wire::receive(request).await;
    // What answers a GET answers a HEAD; the server sends no body then.
    if received.method == "HEAD" {
        received.method = "GET".to_owned();
    }
    // The limit counts arrivals, so it is settled before the latency.
    #[cfg(feature = "faults")]
    let fault;
    let admission = {
        let mut shared = lock(&shared);
        let Some(below) = received.path.strip_prefix(shared.vendor.base_path()) else {
            let reply = shared.vendor.error(404, "there is nothing outside the base path");
            return wire::respond(&reply);
        };
        received.path = below.to_owned();
        if received.method == "TRACE" {
            let mut reply = shared.vendor.error(405, "TRACE is not supported here");
            reply.headers.push(("allow".to_owned(), shared.vendor.methods().to_owned()));
            return wire::respond(&reply);
        }
        let admission = shared.admit();
        #[cfg(feature = "faults")]
        {
            fault = shared.faults.deal(&received, &admission);
        }
        admission
    };
    if !admission.wait.is_zero() {
        tokio::time::sleep(admission.wait).await;
    }
    #[cfg(feature = "faults")]
    if !matches!(fault, crate::Fault::None) {
        return faults::answer(&shared, line, received, fault).await;
    }
    let reply = lock(&shared).answer(received, admission.over_limit);
    wire::respond(&reply)
}

#[cfg(test)]
mod tests;
