//! The sandbox: vendors' APIs, simulated over real HTTP on loopback.
//!
//! It gives a first run, a demonstration and the tests a vendor that behaves like the real one. A
//! simulator that shared the client's idea of the JSON would agree with the client's mistakes, so it
//! is a crate that does not depend on the client's: the compiler keeps their types apart. It must
//! not print, and it listens on loopback only.
//!
//! The feature `faults` lets a test decide what goes wrong between a client and a vendor. Only the
//! builds of tests have it on: a released `permctl` has none of that code.

use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

mod dice;
#[cfg(feature = "faults")]
mod faults;
pub mod gong;
pub mod gong_openapi;
#[cfg(feature = "made-up-vendor")]
pub mod helpdesk;
mod members;
pub mod pulse;
mod readings;
mod server;
#[cfg(test)]
mod testing;
pub mod webex;

pub use dice::Dice;
#[cfg(feature = "faults")]
pub use faults::{Damage, Edit, Fault, GATEWAY_STATUSES, Kind, RetryAfter, Script, drawn, once};
pub use readings::{Reading, Readings};
pub use server::{Sandbox, start};

/// A request as the simulator received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// `GET`, `PUT`, ...
    pub method: String,
    /// The path below the vendor's base path, without the query, as it was sent.
    pub path: String,
    /// Decoded query parameters in order.
    pub query: Vec<(String, String)>,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The other headers in order, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// The parsed body, when there was one: JSON, or a form as an object of texts.
    pub body: Option<Json>,
    /// Whether a body was sent that was neither.
    pub malformed: bool,
}

impl Received {
    /// Returns the first query parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the first header of this name, which is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns the segments of the path, decoded.
    pub fn segments(&self) -> Vec<String> {
        let segments = self.path.trim_start_matches('/').split('/');
        segments.map(|it| percent_decode_str(it).decode_utf8_lossy().into_owned()).collect()
    }
}

/// A simulator's answer: status, extra headers, JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Headers beside `content-type`.
    pub headers: Vec<(String, String)>,
    /// The body; `null` is an empty one.
    pub body: Json,
}

/// One recorded request with what was answered, or would have been had the answer not been lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// What arrived.
    pub request: Received,
    /// What was answered, or would have been; the status is 0 where there was nothing to answer.
    pub reply: Reply,
    /// What became of it on the way.
    pub fate: Fate,
}

/// What became of a request and its answer on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The vendor saw it, and its answer went out whole.
    Answered,
    /// The vendor never saw it, and something else answered.
    Replaced,
    /// The vendor saw it, its status went out, and the rest of its answer did not go out whole.
    Damaged,
    /// The vendor saw it, and nothing of its answer went out, or another server's page instead.
    Lost,
    /// The vendor answered as if it had done it, and did not.
    Pretended,
    /// The vendor never saw it, and nothing answered.
    Unseen,
    /// The vendor saw it later than its sender can know, and nothing answered.
    Postponed,
}

/// A simulated vendor: its data and its rules, without any I/O.
pub trait Vendor: Send {
    /// Returns the methods that its routes take, as an answer to another one lists them.
    fn methods(&self) -> &'static str {
        "GET, HEAD, POST, PUT"
    }

    /// Answers one request, and changes the data when it is a write that the rules accept.
    fn answer(&mut self, request: &Received) -> Reply;

    /// Returns the open questions and the answers that it follows.
    fn readings(&mut self) -> &mut Readings;

    /// Returns what all its paths begin with: a part of the endpoint, not of a route.
    fn base_path(&self) -> &'static str {
        ""
    }

    /// Tells whether a request of this method and path would change something: anything but a `GET`,
    /// unless it only signs in.
    fn is_write(&self, request: &Received) -> bool {
        request.method != "GET"
    }

    /// Returns the whole state, to be kept between runs.
    fn save(&self) -> Json;

    /// Replaces the whole state; on an error the old state stays.
    fn load(&mut self, state: Json) -> Result<(), String>;

    /// Does what a person does in the vendor's web pages: sets one value of one profile, unchecked.
    ///
    /// `workspace` and `profile` are names or ids; `setting` is a dotted path in the document.
    fn edit(
        &mut self,
        workspace: &str,
        profile: &str,
        setting: &str,
        value: Json,
    ) -> Result<(), String>;

    /// Wraps a fault of the server's own making in the vendor's error shape.
    fn error(&self, status: u16, message: &str) -> Reply;
}

/// Reads the state that a fresh tenant of a vendor has.
fn seed<State: DeserializeOwned>(text: &str) -> State {
    serde_json::from_str(text).expect("a test starts every vendor")
}

/// How a sandbox runs; the default is a fast, forgetful one on a free port.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether every write gets 403, to prove that a command sends none.
    pub refuse_writes: bool,
    /// How many requests are served in any stretch of this length; more get 429.
    pub rate: Option<(u32, Duration)>,
    /// How long each request waits before it is answered.
    pub latency: Duration,
    /// How much longer it may be, drawn for each request.
    pub jitter: Duration,
    /// What the jitter follows from.
    pub seed: u64,
    /// Where the state is kept between runs.
    pub state_file: Option<PathBuf>,
    /// The port to listen on, 0 for a free one; read at the start only.
    pub port: u16,
}
