//! The journal: what an apply was about to send and what came back, line by line, for people and
//! audits.
//!
//! Here are the lines and what can be read from them; keeping them is `app`'s. Nothing that is sent
//! may depend on them, but for one thing: a run waits while an intent of another run is so young that
//! the vendor may still be working on it ([`open`]).

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::apply::{Applied, Status};
use crate::plan::Change;
use crate::plan::membership::Membership;
use crate::provider::errors::ApiError;
use crate::provider::http::LONGEST_REQUEST;

/// The version of the lines that this version writes and reads.
pub const VERSION: u32 = 1;

/// How old an intent without an outcome is when nothing of it is waited for any more: as long as a
/// run would have waited for the answer itself. A vendor that works longer than that on one request
/// is told about by the next plan, not by the journal.
pub const YOUNG: Duration = LONGEST_REQUEST;

/// Where a run notes what it sends. It is told before a request leaves and after its answer came.
pub trait Journal: Sync {
    /// Notes what is about to be sent, durably; returns its number in this run.
    fn intent(&self, intent: Intent) -> u64;

    /// Notes what came back.
    fn outcome(&self, number: u64, outcome: Outcome);
}

/// Keeps nothing.
impl Journal for () {
    fn intent(&self, _: Intent) -> u64 {
        0
    }

    fn outcome(&self, _: u64, _: Outcome) {}
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
    Run(Box<Run>),
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
        outcome: Outcome,
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
pub struct Run {
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
        let settings = change.transitions.iter().map(|transition| transition.bundle.to_string());
        Self {
            tenant: tenant.to_owned(),
            address: format!("{workspace}/{}", change.profile),
            action: change.existence.word().to_owned(),
            user: None,
            settings: settings.collect(),
            part,
            parts,
            method: String::new(),
            target: String::new(),
        }
    }

    /// Describes the request that gives a user profiles, takes them away, or both.
    pub fn assigning(tenant: &str, workspace: &str, membership: &Membership) -> Self {
        Self {
            tenant: tenant.to_owned(),
            address: workspace.to_owned(),
            action: "assign".to_owned(),
            user: Some(membership.user.clone()),
            settings: membership.gained().chain(membership.lost()).cloned().collect(),
            part: 1,
            parts: 1,
            method: String::new(),
            target: String::new(),
        }
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
pub struct Outcome {
    /// What is known.
    pub outcome: Came,
    /// The vendor's id for the request.
    pub request_id: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
}

/// What is known of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Came {
    /// The vendor says that it did it.
    Answered,
    /// The vendor certainly did not do it.
    Refused,
    /// It may have done it; the run looks for it by reading.
    Lost,
}

impl Outcome {
    /// Describes what the sender returned.
    pub fn of(sent: &Result<Option<String>, ApiError>) -> Self {
        match sent {
            Ok(id) => Self { outcome: Came::Answered, request_id: id.clone(), error: None },
            Err(error) => Self {
                outcome: if error.was_not_processed() { Came::Refused } else { Came::Lost },
                request_id: error.request_id().map(str::to_owned),
                error: Some(error.to_string()),
            },
        }
    }
}

/// Lists what became of the changes, for the end of a run's journal.
pub fn endings(applied: &Applied) -> impl Iterator<Item = Event> {
    let profiles = applied.outcomes().map(|(workspace, outcome)| Event::Change {
        address: format!("{}/{}", workspace.workspace, outcome.profile),
        action: outcome.action.clone(),
        user: None,
        status: outcome.status.clone(),
    });
    let of_users = applied.workspaces.iter().flat_map(|workspace| {
        workspace.memberships.iter().map(|outcome| Event::Change {
            address: workspace.workspace.clone(),
            action: "assign".to_owned(),
            user: Some(outcome.user.clone()),
            status: outcome.status.clone(),
        })
    });
    profiles.chain(of_users)
}

/// Writes a line.
pub fn write(at: Timestamp, event: Event) -> String {
    let line = Line { at: at.to_string(), event };
    let mut text = serde_json::to_string(&line).expect("lines have text keys only");
    text.push('\n');
    text
}

/// The members of lines that are read back; another program's lines have none of them.
#[derive(Deserialize)]
struct ReadLine {
    at: String,
    event: String,
    journal_version: Option<u32>,
    number: Option<u64>,
    tenant: Option<String>,
    endpoint: Option<String>,
    action: Option<String>,
    address: Option<String>,
}

/// A request that was about to be sent, and of which nothing else is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenIntent {
    /// When it was noted.
    pub at: Timestamp,
    /// The tenant's name in the files of then.
    pub tenant: String,
    /// The tenant's endpoint.
    pub endpoint: String,
    /// `create`, `update` or `assign`.
    pub action: String,
    /// `WORKSPACE/PROFILE`; of who has what, `WORKSPACE`.
    pub address: String,
}

impl OpenIntent {
    /// Returns how long the vendor may still be working on it. A clock that was set back makes that
    /// no longer than [`YOUNG`].
    pub fn left(&self, now: Timestamp) -> Duration {
        let age = Duration::try_from(now.duration_since(self.at)).unwrap_or_default();
        YOUNG.saturating_sub(age)
    }
}

/// What a journal's text says about requests that are not finished.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opened {
    /// The requests without an outcome, in the order of sending.
    pub intents: Vec<OpenIntent>,
    /// The lines that are none of ours, counted from 1.
    pub strange: Vec<usize>,
}

/// Finds the intents without an outcome. What can't be understood is counted and passed over.
pub fn open(text: &str) -> Opened {
    let mut open = BTreeMap::new();
    let mut strange = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let understood = serde_json::from_str::<ReadLine>(line).ok().and_then(|line| {
            let at = line.at.parse::<Timestamp>().ok()?;
            match line.event.as_str() {
                "run" => line.journal_version.filter(|version| *version == VERSION).map(drop),
                "intent" => {
                    let (tenant, endpoint) = (line.tenant?, line.endpoint?);
                    let (action, address) = (line.action?, line.address?);
                    let intent = OpenIntent { at, tenant, endpoint, action, address };
                    open.insert(line.number?, intent);
                    Some(())
                }
                "outcome" => {
                    open.remove(&line.number?);
                    Some(())
                }
                "change" | "end" => Some(()),
                _ => None,
            }
        });
        if understood.is_none() {
            strange.push(at + 1);
        }
    }
    Opened { intents: open.into_values().collect(), strange }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(number: u64) -> Event {
        let intent = Intent {
            tenant: "acme".to_owned(),
            address: "emea/Rep".to_owned(),
            action: "create".to_owned(),
            user: None,
            settings: vec!["name".to_owned()],
            part: 1,
            parts: 1,
            method: "POST".to_owned(),
            target: "/v2/permission-profile".to_owned(),
        };
        Event::Intent { number, endpoint: "https://x.example".to_owned(), intent }
    }

    fn outcome(number: u64, outcome: Came) -> Event {
        Event::Outcome { number, outcome: Outcome { outcome, request_id: None, error: None } }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a time of this century")
    }

    #[test]
    fn an_intent_is_open_until_anything_is_known_of_it() {
        for came in [Came::Answered, Came::Refused, Came::Lost] {
            let text =
                [intent(1), intent(2), outcome(1, came)].map(|event| write(at(0), event)).concat();
            let opened = open(&text);
            assert_eq!(opened.strange, Vec::<usize>::new());
            assert_eq!(opened.intents.len(), 1);
            assert_eq!(opened.intents[0].at, at(0));
        }
    }

    #[test]
    fn an_open_intent_is_waited_for_as_long_as_an_answer_would_have_been() {
        let text = write(at(0), intent(1));
        let open = &open(&text).intents[0];
        assert_eq!(open.left(at(0)), YOUNG);
        assert_eq!(open.left(at(59)), Duration::from_secs(1));
        assert_eq!(open.left(at(60)), Duration::ZERO);
        // A clock that was set back, or is another machine's.
        assert_eq!(open.left(at(-3600)), YOUNG);
    }

    #[test]
    fn what_is_cut_foreign_or_newer_is_counted_and_hides_nothing_else() {
        let run = Run { journal_version: 2, ..Run::default() };
        let newer = write(at(0), Event::Run(Box::new(run)));
        let good = write(at(0), intent(7));
        let cut = &good[..good.len() / 2];
        let opened = open(&format!("\u{0}\u{1}\n{newer}[1]\n{good}{cut}"));
        assert_eq!(opened.strange, [1, 2, 3, 5]);
        assert_eq!(opened.intents.len(), 1);
    }

    #[test]
    fn a_line_says_what_an_auditor_asks_for() {
        assert_eq!(
            write(at(0), intent(1)),
            concat!(
                r#"{"at":"2027-01-15T08:00:00Z","event":"intent","number":1,"endpoint":"https://x.example","#,
                r#""tenant":"acme","address":"emea/Rep","action":"create","settings":["name"],"#,
                r#""part":1,"parts":1,"method":"POST","target":"/v2/permission-profile"}"#,
                "\n"
            )
        );
    }
}
