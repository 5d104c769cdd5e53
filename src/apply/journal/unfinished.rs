//! What a journal says about requests that were about to be sent and of which nothing else is known.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;

use super::VERSION;
use crate::model::ProfileId;
use crate::provider::http::LONGEST_REQUEST;

/// How old an intent without an outcome is when nothing of it is waited for any more: as long as a
/// run would have waited for the answer itself. A vendor that works longer than that on one request
/// is told about by the next plan, not by the journal.
pub const IN_FLIGHT_WINDOW: Duration = LONGEST_REQUEST;

/// How long an answered create is remembered whose profile no list has shown: far longer than lists of
/// vendors lag behind their writes.
pub const ANSWERED_WINDOW: Duration = Duration::from_secs(60 * 60);

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
    user: Option<String>,
    outcome: Option<String>,
    profile: Option<String>,
    part: Option<usize>,
    unlisted: Option<String>,
    status: Option<String>,
}

/// A request that was about to be sent, and of which nothing else is known: its run died, or waited
/// for the answer no longer.
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
    /// Whose profiles are assigned.
    pub user: Option<String>,
}

impl OpenIntent {
    /// Returns how long the vendor may still be working on it. A clock that was set back makes that
    /// no longer than [`IN_FLIGHT_WINDOW`].
    pub fn left(&self, now: Timestamp) -> Duration {
        let age = Duration::try_from(now.duration_since(self.at)).unwrap_or_default();
        IN_FLIGHT_WINDOW.saturating_sub(age)
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

/// Finds the intents without an outcome, and those that were given up and never found. What can't be understood is counted and passed over.
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
                    let user = line.user;
                    let intent = OpenIntent { at, tenant, endpoint, action, address, user };
                    open.insert(line.number?, intent);
                    Some(())
                }
                "outcome" => {
                    let number = line.number?;
                    if line.outcome? != "given-up" {
                        open.remove(&number);
                    }
                    Some(())
                }
                "change" => {
                    let (address, status) = (line.address?, line.status?);
                    // What was found by reading is over.
                    if status != "unknown" {
                        open.retain(|_, it: &mut OpenIntent| {
                            it.address != address || it.user != line.user
                        });
                    }
                    Some(())
                }
                "end" => Some(()),
                _ => None,
            }
        });
        if understood.is_none() {
            strange.push(at + 1);
        }
    }
    Opened { intents: open.into_values().collect(), strange }
}

/// A create that a vendor answered, of a profile that the run did not see in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnsweredCreate {
    /// When it was sent.
    pub at: Timestamp,
    /// The tenant's name in the files of then.
    pub tenant: String,
    /// The tenant's endpoint.
    pub endpoint: String,
    /// `WORKSPACE/PROFILE`.
    pub address: String,
    /// The vendor's id of the profile, where the answer said it.
    pub profile: Option<ProfileId>,
}

/// Tells whether a change with this status has shown its profile in a list.
fn was_seen(status: &str) -> bool {
    ["done", "already-done", "not-persisted", "doubled"].contains(&status)
}

/// Finds the answered creates whose profiles the run did not see in a list.
pub fn answered(text: &str) -> Vec<AnsweredCreate> {
    let mut sent = BTreeMap::new();
    let mut answered: Vec<AnsweredCreate> = Vec::new();
    for line in text.lines().filter_map(|line| serde_json::from_str::<ReadLine>(line).ok()) {
        match line.event.as_str() {
            "intent" if line.action.as_deref() == Some("create") && line.part == Some(1) => {
                let at = line.at.parse::<Timestamp>().ok();
                let create = at.zip(line.tenant).zip(line.endpoint).zip(line.address);
                if let (Some((((at, tenant), endpoint), address)), Some(number)) =
                    (create, line.number)
                {
                    let create = AnsweredCreate { at, tenant, endpoint, address, profile: None };
                    sent.insert(number, create);
                }
            }
            "outcome" if line.outcome.as_deref() == Some("answered") => {
                let create = line.number.and_then(|number| sent.remove(&number));
                let profile = line.profile.map(ProfileId);
                answered.extend(create.map(|create| AnsweredCreate { profile, ..create }));
            }
            "change" if line.unlisted.is_none() && line.status.as_deref().is_some_and(was_seen) => {
                answered.retain(|create| Some(&create.address) != line.address.as_ref());
            }
            _ => {}
        }
    }
    answered
}
