//! The sandbox: vendors' APIs, simulated over real HTTP on loopback.
//!
//! It gives a first run, a demonstration and the tests a vendor that behaves like the real one. It
//! must not use a type of the client side: a simulator that shared the client's idea of the JSON
//! would agree with the client's mistakes. It must not print, and it listens on loopback only.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use serde_json::Value as Json;

pub mod gong;
mod server;

pub use server::{Sandbox, start};

/// A request as the simulator received it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// `GET`, `PUT`, ...
    pub method: String,
    /// The path without the query.
    pub path: String,
    /// Decoded query parameters in order.
    pub query: Vec<(String, String)>,
    /// The `Authorization` header.
    pub authorization: Option<String>,
    /// The parsed body, when there was one and it was JSON.
    pub body: Option<Json>,
    /// Whether a body was sent that was not JSON.
    pub malformed: bool,
}

impl Received {
    /// Returns the first query parameter of this name.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// A simulator's answer: status, extra headers, JSON body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Headers beside `content-type`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Json,
}

/// One recorded request with what was answered, or would have been had the answer not been lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// What arrived.
    pub request: Received,
    /// What was answered.
    pub reply: Reply,
}

/// A simulated vendor: its data and its rules, without any I/O.
pub trait Vendor: Send {
    /// Answers one request, and changes the data when it is a write that the rules accept.
    fn answer(&mut self, request: &Received, behaviour: &Behaviour) -> Reply;

    /// Tells whether a request of this method and path would change something.
    fn is_write(&self, request: &Received) -> bool;

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

/// How an update treats members that the request leaves out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Put {
    /// They stay, inside nested objects too.
    #[default]
    Merge,
    /// They go back to their defaults, or vanish when the vendor has no default for them.
    Replace,
}

/// Whether an empty value empties what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Clearing {
    /// What is stored is emptied.
    Clears,
    /// The request is read as if the member had been left out.
    Ignored,
}

/// Whether one workspace may hold two profiles of one name.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Duplicates {
    /// 422, on create and on rename.
    #[default]
    Refused,
    /// Both exist side by side.
    Accepted,
}

/// What happens to library members that are sent although the library level ends up as `none`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum UnderNone {
    /// 400.
    #[default]
    Refused,
    /// They are dropped without a word.
    Ignored,
    /// They are stored.
    Stored,
}

/// What happens to members that neither the simulator nor the stored document knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Unknown {
    /// They are stored.
    #[default]
    Kept,
    /// 400.
    Refused,
    /// They are dropped without a word.
    Dropped,
}

/// Readings of vendor facts that nobody outside has settled; the defaults are the likeliest.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct Behaviour {
    /// What an update does to members left out.
    #[arg(long, default_value = "merge", value_name = "READING")]
    pub put: Put,
    /// What `[]` does in a list of ids; a cleared list is stored as `null`, as live tenants show.
    #[arg(long, default_value = "clears", value_name = "READING")]
    pub empty_list: Clearing,
    /// What `null` does in a create or a merging update; a replacing update stores it.
    #[arg(long, default_value = "ignored", value_name = "READING")]
    pub null: Clearing,
    /// Whether a name may be taken twice.
    #[arg(long, default_value = "refused", value_name = "READING")]
    pub duplicate_name: Duplicates,
    /// Library members beside the level `none`.
    #[arg(long, default_value = "refused", value_name = "READING")]
    pub under_library_none: UnderNone,
    /// Members of a body that nobody knows.
    #[arg(long, default_value = "kept", value_name = "READING")]
    pub unknown_members: Unknown,
    /// A dotted path that every write accepts and none stores.
    #[arg(long, value_name = "SETTING")]
    pub ignored_setting: Option<String>,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            put: Put::default(),
            empty_list: Clearing::Clears,
            null: Clearing::Ignored,
            duplicate_name: Duplicates::default(),
            under_library_none: UnderNone::default(),
            unknown_members: Unknown::default(),
            ignored_setting: None,
        }
    }
}

/// How a sandbox runs; the default is a fast, forgetful one on a free port.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Which readings the vendor follows.
    pub behaviour: Behaviour,
    /// Whether every write gets 403, to prove that a command sends none.
    pub refuse_writes: bool,
    /// How many requests are served in any one second; more get 429.
    pub per_second: Option<u32>,
    /// How long each request waits before it is answered.
    pub latency: Duration,
    /// Where the state is kept between runs.
    pub state_file: Option<PathBuf>,
    /// The port to listen on, 0 for a free one; read at the start only.
    pub port: u16,
}

/// A change of the vendor's data by somebody else.
pub type Edit = Box<dyn FnOnce(&mut dyn Vendor) + Send>;

/// What a script lets happen to one request.
pub enum Fault {
    /// Nothing unusual.
    None,
    /// This answer is given and the vendor never sees the request.
    Reply(Reply),
    /// The vendor does what was asked, and the connection closes without an answer.
    LoseAnswer,
    /// Somebody changes the vendor's data just before the request is answered.
    Edit(Edit),
}

/// Decides what happens to each request; it runs inside the server and must not call the sandbox.
pub type Script = Box<dyn FnMut(&Received) -> Fault + Send>;
