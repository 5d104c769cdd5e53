//! The HTTP server that every simulated vendor runs behind.
//!
//! It listens, waits and hands requests on; what a request means is the vendor's business, and what
//! becomes of it is in [`answer`]. It must not print and must not listen anywhere but on loopback.
#![expect(clippy::disallowed_methods, reason = "a server waits")]

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use serde_json::Value as Json;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Exchange, Options, Script, Vendor};
use answer::{How, Shared};
use door::{Door, Handle};

mod answer;
mod door;
mod state;
mod wire;

/// A running simulator. Dropping it stops the server.
pub struct Sandbox {
    endpoint: String,
    shared: Arc<Mutex<Shared>>,
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
    let door = Door::new(listener)?;
    let server = Server { shared: Arc::clone(&shared), door: door.clone() };
    let router = Router::new().fallback(handle).with_state(server);
    let service = router.into_make_service_with_connect_info::<Handle>();
    let (stop, stopping) = oneshot::channel::<()>();
    let listener = door.clone();
    let task = tokio::spawn(async move {
        let server = axum::serve(listener, service).with_graceful_shutdown(async move {
            let _ = stopping.await;
        });
        let _ = server.await;
    });
    Ok(Sandbox { endpoint, shared, door, task: Some(task), _stop: stop })
}

/// What answering a request needs.
#[derive(Clone)]
struct Server {
    shared: Arc<Mutex<Shared>>,
    door: Door,
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

    /// Sets the script that decides about every request from now on, unless the rate limit does.
    pub fn script(&self, script: Script) {
        lock(&self.shared).script = Some(script);
    }

    /// Closes every connection and refuses new ones, until [`Self::open`].
    pub fn close(&self) {
        self.door.close();
    }

    /// Takes connections again; the error is a port that somebody else has taken meanwhile.
    pub fn open(&self) -> io::Result<()> {
        self.door.open()
    }

    /// Takes the script away and lets reads show what there is: nothing unusual happens from now on,
    /// but for postponed requests, which are still to come.
    pub fn calm(&self) {
        lock(&self.shared).calm();
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

async fn handle(
    State(server): State<Server>,
    ConnectInfo(line): ConnectInfo<Handle>,
    request: Request,
) -> Response {
    let Server { shared, door } = server;
    let mut received = wire::receive(request).await;
    // The limit counts arrivals, so it is settled before the latency.
    let (fault, latency) = {
        let mut shared = lock(&shared);
        let Some(below) = received.path.strip_prefix(shared.vendor.base_path()) else {
            let reply = shared.vendor.error(404, "there is nothing outside the base path");
            return wire::respond(&reply, None);
        };
        received.path = below.to_owned();
        let fault = shared.deal(&received);
        let latency = shared.latency(&fault);
        (fault, latency)
    };
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let answer = lock(&shared).answer(received, fault);
    if !answer.delay.is_zero() {
        tokio::time::sleep(answer.delay).await;
    }
    match answer.how {
        How::Send(reply, damage) => return wire::respond(&reply, damage),
        How::Close => {}
        How::Reset => line.reset(),
        How::Refuse(time) => {
            line.reset();
            door.close();
            tokio::spawn(reopen(door, time));
        }
    }
    // Unwinding ends this connection's task, so the socket closes with nothing sent. Unlike
    // `panic!` this does not run the panic hook, and so prints nothing.
    std::panic::resume_unwind(Box::new("an answer lost on purpose"))
}

/// Opens a door again after a while, and tries on while somebody else has its port.
async fn reopen(door: Door, time: Duration) {
    tokio::time::sleep(time).await;
    while door.open().is_err() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[cfg(test)]
mod tests;
