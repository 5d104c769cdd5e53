//! The journal: what an apply was about to send and what came back, line by line, for people and
//! audits.
//!
//! Here are the lines and what can be read from them; keeping them is `app`'s. Nothing that is sent
//! may depend on them, but for one thing: a run waits while an intent of another run is so young that
//! the vendor may still be working on it ([`open`]).

use jiff::Timestamp;
use serde::Serialize;

use crate::apply::{Applied, Status};
use crate::model::{Change, ProfileId};
use crate::provider::http::{Accepted, ApiError, Cause};

mod run;
mod unfinished;

pub use run::{Disk, Lasting, RunJournal};
pub use unfinished::{
    ANSWERED_WINDOW, AnsweredCreate, IN_FLIGHT_WINDOW, OpenIntent, Opened, answered, open,
};

/// The version of the lines that this version writes and reads.
pub const VERSION: u32 = 1;

/// Where a run notes what it sends. It is told before a request leaves and after its answer came.
pub trait Journal: Sync {
    /// Notes what is about to be sent, durably; returns its number in this run.
    fn intent(&self, intent: Intent) -> u64;

    /// Notes what came back.
    fn outcome(&self, number: u64, outcome: ReplyRecord);

    /// Returns the create of a profile that another run sent lately and that was answered, where that
    /// run did not see the profile in a list. The address is `WORKSPACE/PROFILE`.
    fn answered(&self, _tenant: &str, _address: &str) -> Option<AnsweredCreate> {
        None
    }
}

/// Keeps nothing.
impl Journal for () {
    fn intent(&self, _: Intent) -> u64 {
        0
    }

    fn outcome(&self, _: u64, _: ReplyRecord) {}
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// When, UTC.
    pub at: String,
    /// What.
    #[serde(flatten)]
    pub event: Event,
}

/// What a line says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// A run begins to send.
    Run(Box<RunRecord>),
    /// A request is about to be sent.
    Intent {
        /// Counts the requests of the run, from 1.
        number: u64,
        /// The tenant's endpoint.
        endpoint: String,
        /// What is sent.
        #[serde(flatten)]
        intent: Intent,
    },
    /// An answer came, or will not come.
    Outcome {
        /// The request's number.
        number: u64,
        /// What came back.
        #[serde(flatten)]
        outcome: ReplyRecord,
    },
    /// What became of a change in the end.
    Change {
        /// `WORKSPACE/PROFILE`; of who has what, `WORKSPACE`.
        address: String,
        /// `create`, `update` or `assign`.
        action: String,
        /// Whose profiles were assigned.
        #[serde(skip_serializing_if = "Option::is_none")]
        user: Option<String>,
        /// The id of a new profile that no list shows yet.
        #[serde(skip_serializing_if = "Option::is_none")]
        unlisted: Option<ProfileId>,
        /// What became of it, as the report has it.
        #[serde(flatten)]
        status: Status,
    },
    /// The run has come to its end.
    End {
        /// Its exit code.
        exit: u8,
    },
}

/// Who runs, and what for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RunRecord {
    /// The version of the lines.
    pub journal_version: u32,
    /// The version of permctl.
    pub permctl: String,
    /// The digest of the plan.
    pub plan: String,
    /// The person or account.
    pub user: Option<String>,
    /// The machine.
    pub host: Option<String>,
    /// The process.
    pub pid: u32,
    /// The CI job's page.
    pub job: Option<String>,
    /// The pull request or ticket that asks for it.
    pub change: Option<String>,
}

/// A request that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Intent {
    /// The tenant's name in the files.
    pub tenant: String,
    /// `WORKSPACE/PROFILE`; of who has what, `WORKSPACE`.
    pub address: String,
    /// `create`, `update` or `assign`.
    pub action: String,
    /// Whose profiles are assigned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// The settings and bundles that the change is about; of a user, the profiles.
    pub settings: Vec<String>,
    /// Which request of the change it is, from 1.
    pub part: usize,
    /// Of how many.
    pub parts: usize,
    /// The HTTP method.
    pub method: String,
    /// The path and query.
    pub target: String,
}

impl Intent {
    /// Describes one request of a change; `part` counts from 1.
    pub fn new(
        tenant: &str,
        workspace: &str,
        change: &Change,
        (part, parts): (usize, usize),
    ) -> Self {
        let bundles = change.transitions.iter().map(|transition| transition.bundle.to_string());
        let (address, user, settings) = match change.is_of_user() {
            true => {
                let profiles = change.gained().chain(change.lost()).cloned().collect();
                (workspace.to_owned(), Some(change.name.clone()), profiles)
            }
            false => (format!("{workspace}/{}", change.name), None, bundles.collect()),
        };
        Self {
            tenant: tenant.to_owned(),
            address,
            action: change.action.word().to_owned(),
            user,
            settings,
            part,
            parts,
            method: String::new(),
            target: String::new(),
        }
    }

    /// Tells whether the request makes a profile.
    pub fn creates(&self) -> bool {
        self.action == "create" && self.part == 1
    }

    /// Adds the request.
    #[must_use = "returns the intent with the request"]
    pub fn request(mut self, method: &str, target: String) -> Self {
        (self.method, self.target) = (method.to_owned(), target);
        self
    }
}

/// What came back for a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplyRecord {
    /// What is known.
    pub outcome: Reply,
    /// The vendor's id for the request.
    pub request_id: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
    /// The vendor's id of the profile that it made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileId>,
}

/// What is known of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reply {
    /// The vendor says that it did it.
    Answered,
    /// The vendor certainly did not do it.
    Refused,
    /// It may have done it; the run looks for it by reading.
    Lost,
    /// The run waited no longer: it may still be doing it.
    GivenUp,
}

impl ReplyRecord {
    /// Describes what the sender returned.
    pub fn of(sent: &Result<Accepted, ApiError>, profile: Option<ProfileId>) -> Self {
        match sent {
            Ok(written) => Self {
                outcome: Reply::Answered,
                request_id: written.request_id.clone(),
                error: None,
                profile,
            },
            Err(error) => Self {
                outcome: match &*error.cause {
                    _ if error.was_not_processed() => Reply::Refused,
                    Cause::TimedOut(_) => Reply::GivenUp,
                    _ => Reply::Lost,
                },
                request_id: error.request_id().map(str::to_owned),
                error: Some(error.to_string()),
                profile,
            },
        }
    }
}

/// Lists what became of the changes, for the end of a run's journal.
pub fn endings(applied: &Applied) -> impl Iterator<Item = Event> {
    applied.outcomes().map(|(workspace, outcome)| Event::Change {
        address: match outcome.target.user() {
            Some(_) => workspace.workspace.clone(),
            None => format!("{}/{}", workspace.workspace, outcome.target.name()),
        },
        action: outcome.action.clone(),
        user: outcome.target.user().map(str::to_owned),
        unlisted: outcome.unlisted.clone(),
        status: outcome.status.clone(),
    })
}

/// Writes a line.
pub fn write(at: Timestamp, event: Event) -> String {
    let line = Line { at: at.to_string(), event };
    let mut text = serde_json::to_string(&line).expect("lines have text keys only");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests;
