//! Apply: does the reviewed changes, and can only do less. What to change is decided in the plan.
//!
//! [`execute`] sends, [`journal`] is what it notes beside that, `settle` finds out what became of a
//! write whose answer was lost, `verify` reads back what was written, [`next`] is what to type then.

use crate::apply::journal::Journal;
use crate::desired;
use crate::model::{Change, Existence, LiveProfile, LiveWorkspace, WorkspaceId};
use crate::plan::confirm::Settled;
use crate::plan::membership::PlannedMembership;
use crate::plan::saved::{Left, Rest};
use crate::plan::{Administrator, Planned, live_of};
use crate::provider::Provider;
use crate::provider::errors::Limit;
use crate::provider::http::{Reader, Writer};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Exit;
use crate::finding::Finding;
use crate::plan::{Moved, NotRead, Plan, WorkspacePlan};

mod execute;
pub mod journal;
mod lock_out;
pub mod membership;
pub mod next;
mod send;
mod settle;
mod sight;
mod verify;

use membership::MembershipOutcome;

pub use execute::execute;
pub use next::Next;
pub use sight::Fresh;

/// How long things may take.
#[derive(Debug, Clone)]
pub struct Pace {
    /// The oldest read that a write may be made from.
    pub fresh: Duration,
    /// How long to wait before each read that looks for a write whose answer was lost.
    pub settle: Vec<Duration>,
    /// How long to wait before each further read when the server still shows the old state.
    pub verify: Vec<Duration>,
}

impl Default for Pace {
    fn default() -> Self {
        let seconds = |all: &[u64]| all.iter().copied().map(Duration::from_secs).collect();
        Self {
            fresh: Duration::from_secs(5),
            settle: seconds(&[1, 3, 6]),
            verify: seconds(&[1, 3]),
        }
    }
}

impl Pace {
    /// Waits for a share of the time before it looks again, never for longer. How old a read may be
    /// stays as it is.
    #[must_use = "returns the shorter pace"]
    pub fn shortened(self, share: f64) -> Self {
        let Self { fresh, settle, verify } = self;
        let shorter = |waits: Vec<Duration>| {
            waits.into_iter().map(|wait| wait.mul_f64(share.clamp(0.0, 1.0))).collect()
        };
        Self { fresh, settle: shorter(settle), verify: shorter(verify) }
    }
}

/// One workspace's reviewed changes and what is needed to do them.
pub struct Job<'a> {
    /// The vendor.
    pub provider: &'static dyn Provider,
    /// For fresh reads and for verification.
    pub reader: Reader<'a>,
    /// For the writes.
    pub writer: Writer<'a>,
    /// What the files say now.
    pub desired: &'a desired::Workspace,
    /// The vendor's id of the workspace.
    pub workspace: &'a WorkspaceId,
    /// The changes, in the order of writing.
    pub changes: &'a [Planned],
    /// Who gets profiles or loses them.
    pub memberships: &'a [PlannedMembership],
    /// What was reviewed and is not to be sent.
    pub rest: &'a Rest,
    /// The profiles that administer, where the plan takes that from somebody.
    pub administrators: &'a [Administrator],
    /// Whether the rule against locking everybody out is lifted.
    pub lifted: bool,
    /// A read that was made already, if any.
    pub fresh: Option<Fresh>,
    /// How long things may take.
    pub pace: &'a Pace,
    /// Where it is noted what is sent.
    pub journal: &'a dyn Journal,
    /// Is told of each outcome as it happens.
    pub progress: &'a (dyn Fn(&str) + Sync),
    /// Says why the run is to end, if so; then nothing more is written.
    pub closed: &'a (dyn Fn() -> Option<Limit> + Sync),
}

/// What is known about one change while it is worked on.
pub(super) struct Step<'a> {
    pub(super) planned: &'a Planned,
    pub(super) status: Option<Status>,
    pub(super) kept: Vec<crate::plan::Moved>,
    /// Why nothing is to be sent, by what is known.
    pub(super) settled: Option<Settled>,
    /// Whether a first request of several was sent: the profile is made, or may be.
    pub(super) begun: bool,
}

impl<'a> Step<'a> {
    fn new(planned: &'a Planned, settled: Option<Settled>) -> Self {
        let status = settled.map(Status::from);
        Self { planned, status, kept: Vec::new(), settled: None, begun: false }
    }
}

/// Why nothing more is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Halt {
    /// What happened.
    pub why: String,
    /// Whether it holds for the whole tenant, not for this workspace alone.
    pub tenant: bool,
}

/// Finds the live profile that a change is about; that of a create only where a second request
/// fills what the first one made.
fn find<'a>(job: &Job<'_>, live: &'a LiveWorkspace, change: &Change) -> Option<&'a LiveProfile> {
    match &change.existence {
        Existence::Create => {
            let fills = job.provider.catalogue().identity().empty_at_first;
            let made = live.profiles.iter().find(|profile| profile.name == change.profile);
            made.filter(|_| fills)
        }
        Existence::Update { .. } => live_of(live, change),
    }
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum Status {
    /// Written, and read back as written.
    Done,
    /// Live was already so; nothing was sent.
    AlreadyDone,
    /// Live moved since the plan; nothing was sent.
    Stale {
        /// What moved.
        moved: Vec<Moved>,
    },
    /// The files no longer ask for it; nothing was sent.
    Dropped {
        /// Why.
        why: String,
    },
    /// The vendor refused it.
    Failed {
        /// What came back.
        error: String,
        /// What to do.
        hint: String,
        /// Whether a first part was done: the profile was made and is not filled.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        partly: bool,
    },
    /// It was sent, and nobody can say whether it was done.
    Unknown {
        /// What came back.
        error: String,
    },
    /// The vendor accepted it and shows something else.
    NotTaken {
        /// What it shows.
        differences: Vec<Moved>,
    },
    /// It was not sent: it would take administration away, and nobody else has it. What gives it to
    /// others was not done.
    HeldBack,
    /// It was not sent.
    NotTried {
        /// Why.
        why: String,
    },
}

impl From<Settled> for Status {
    fn from(settled: Settled) -> Self {
        match settled {
            Settled::AlreadyApplied => Self::AlreadyDone,
            Settled::Stale(moved) => Self::Stale { moved },
            Settled::Dropped(why) => Self::Dropped { why },
        }
    }
}

/// What became of one profile's change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// The profile's name in the files.
    pub profile: String,
    /// `create` or `update`.
    pub action: String,
    /// What became of it.
    #[serde(flatten)]
    pub status: Status,
    /// Settings outside the change that somebody else changed since the plan; they were kept.
    pub kept: Vec<Moved>,
}

impl Outcome {
    /// Reports a change of which nothing was sent.
    pub fn unsent(planned: &Planned, status: Status) -> Self {
        let Change { profile, existence, .. } = &planned.change;
        let (profile, action) = (profile.clone(), existence.word().to_owned());
        Self { profile, action, status, kept: Vec::new() }
    }
}

/// What became of one workspace's changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceOutcome {
    /// Its name in the files.
    pub workspace: String,
    /// Its tenant's name in the files.
    pub tenant: String,
    /// One outcome a change, in the order of the plan.
    pub profiles: Vec<Outcome>,
    /// One outcome a user who was to get profiles or lose them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub memberships: Vec<MembershipOutcome>,
}

impl WorkspaceOutcome {
    /// Reports a workspace to which nothing was sent, with the same reason for each change.
    pub fn not_tried(workspace: &WorkspacePlan, rest: &Rest, why: &str) -> Self {
        let status = || Status::NotTried { why: why.to_owned() };
        let profiles = workspace.changes.iter().map(|it| Outcome::unsent(it, status()));
        let memberships = workspace
            .memberships
            .iter()
            .map(|it| MembershipOutcome::new(&it.membership, status(), Vec::new()));
        let mut outcome = Self {
            workspace: workspace.workspace.clone(),
            tenant: workspace.tenant.clone(),
            profiles: profiles.collect(),
            memberships: memberships.collect(),
        };
        for Left { at, planned, why } in &rest.changes {
            let left = Outcome::unsent(planned, why.clone().into());
            outcome.profiles.insert((*at).min(outcome.profiles.len()), left);
        }
        for Left { at, planned, why } in &rest.memberships {
            let status = why.clone().into();
            let left = MembershipOutcome::new(&planned.membership, status, Vec::new());
            outcome.memberships.insert((*at).min(outcome.memberships.len()), left);
        }
        outcome
    }
}

/// What an apply did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[must_use = "an outcome that nobody is told of is lost"]
pub struct Applied {
    /// The digest of the plan that was applied.
    pub plan: String,
    /// The workspaces that had changes, ordered by name.
    pub workspaces: Vec<WorkspaceOutcome>,
    /// Whether somebody interrupted the run.
    pub interrupted: bool,
    /// What to type next; empty when there is nothing left to do.
    pub next: Vec<Next>,
    /// Workspaces that could not be read; nothing was sent to their tenants.
    pub not_read: Vec<NotRead>,
    /// Described profiles that a finding kept from being planned, as addresses.
    pub blocked: Vec<String>,
    /// What is wrong between the files and the world.
    pub findings: Vec<Finding>,
}

impl Applied {
    /// Starts the report of an apply with what its plan says already.
    pub fn of(plan: &Plan) -> Self {
        let blocked = plan.workspaces.iter().flat_map(|workspace| {
            let address = |profile| format!("{}/{profile}", workspace.workspace);
            workspace.blocked.iter().map(address)
        });
        Self {
            plan: plan.digest.clone(),
            not_read: plan.not_read.clone(),
            blocked: blocked.collect(),
            findings: plan.findings().cloned().collect(),
            ..Self::default()
        }
    }

    /// Returns all outcomes with their workspaces.
    pub fn outcomes(&self) -> impl Iterator<Item = (&WorkspaceOutcome, &Outcome)> {
        self.workspaces.iter().flat_map(|workspace| {
            workspace.profiles.iter().map(move |outcome| (workspace, outcome))
        })
    }

    /// Returns what became of everything that was to be written.
    pub fn statuses(&self) -> impl Iterator<Item = &Status> {
        self.workspaces.iter().flat_map(|workspace| {
            let profiles = workspace.profiles.iter().map(|outcome| &outcome.status);
            profiles.chain(workspace.memberships.iter().map(|outcome| &outcome.status))
        })
    }

    /// Returns the exit code; `others` is what applied to the run before anything was sent.
    pub fn exit(&self, others: Exit) -> Exit {
        let others = if self.interrupted { Exit::Interrupted } else { others };
        let any = |wanted: fn(&Status) -> bool| self.statuses().any(wanted);
        let sent = any(|status| {
            matches!(
                status,
                Status::Done
                    | Status::Unknown { .. }
                    | Status::NotTaken { .. }
                    | Status::Failed { partly: true, .. }
            )
        });
        let held_back = any(|status| *status == Status::HeldBack);
        let broken = any(|status| {
            matches!(
                status,
                Status::Failed { .. }
                    | Status::Unknown { .. }
                    | Status::NotTaken { .. }
                    | Status::NotTried { .. }
            )
        });
        let stale = any(|status| matches!(status, Status::Stale { .. } | Status::Dropped { .. }));
        if sent && (broken || held_back || others != Exit::Done) {
            return Exit::Partial;
        }
        let happened = [(broken, Exit::Api), (held_back, Exit::Guard), (stale, Exit::Stale)];
        let happened = happened.into_iter().filter(|(it, _)| *it);
        happened.fold(others, |worst, (_, exit)| worst.worst(exit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_is_looked_for_over_ten_seconds_and_a_read_serves_for_five() {
        let Pace { fresh, settle, verify } = Pace::default();
        let seconds = |waits: &[Duration]| waits.iter().map(Duration::as_secs).collect::<Vec<_>>();
        assert_eq!(fresh, Duration::from_secs(5));
        assert_eq!((seconds(&settle), seconds(&verify)), (vec![1, 3, 6], vec![1, 3]));
    }

    #[test]
    fn a_shorter_pace_has_as_many_waits_and_never_makes_one_longer_or_a_read_serve_for_longer() {
        let usual = Pace::default();
        for share in [0.0, 0.1, 1.0, 7.0] {
            let Pace { fresh, settle, verify } = Pace::default().shortened(share);
            assert_eq!(fresh, usual.fresh);
            for (waits, usual) in [(&settle, &usual.settle), (&verify, &usual.verify)] {
                assert_eq!(waits.len(), usual.len());
                assert!(waits.iter().zip(usual).all(|(wait, usual)| wait <= usual), "{share}");
            }
        }
    }

    /// One profile for each status, in one workspace.
    fn applied(statuses: &[Status]) -> Applied {
        let profiles = statuses.iter().map(|status| Outcome {
            profile: "A".to_owned(),
            action: "update".to_owned(),
            status: status.clone(),
            kept: Vec::new(),
        });
        let workspace = WorkspaceOutcome {
            workspace: "emea".to_owned(),
            tenant: "acme".to_owned(),
            profiles: profiles.collect(),
            memberships: Vec::new(),
        };
        Applied { workspaces: vec![workspace], ..Applied::default() }
    }

    fn failed(partly: bool) -> Status {
        Status::Failed { error: String::new(), hint: String::new(), partly }
    }

    fn unsent() -> [Status; 5] {
        let why = String::new;
        [
            Status::AlreadyDone,
            Status::Stale { moved: Vec::new() },
            Status::Dropped { why: why() },
            failed(false),
            Status::NotTried { why: why() },
        ]
    }

    fn sent_in_vain() -> [Status; 3] {
        [
            Status::Unknown { error: String::new() },
            Status::NotTaken { differences: Vec::new() },
            failed(true),
        ]
    }

    #[test]
    fn something_sent_and_anything_not_done_is_7_whatever_else_there_is() {
        for others in [Exit::Done, Exit::Files, Exit::Api, Exit::Interrupted] {
            for vain in sent_in_vain() {
                for rest in unsent().into_iter().chain([Status::Done]) {
                    assert_eq!(applied(&[rest, vain.clone()]).exit(others), Exit::Partial);
                }
            }
            let not_tried = Status::NotTried { why: String::new() };
            for left in [failed(false), not_tried, Status::HeldBack] {
                assert_eq!(applied(&[Status::Done, left.clone()]).exit(others), Exit::Partial);
                let [_, stale, ..] = unsent();
                assert_eq!(applied(&[Status::Done, stale, left]).exit(others), Exit::Partial);
            }
        }
    }

    #[test]
    fn something_sent_and_the_rest_stale_is_5_and_all_done_is_0() {
        let [already, stale, dropped, ..] = unsent();
        for moved in [stale, dropped] {
            let applied = applied(&[Status::Done, already.clone(), moved]);
            assert_eq!(applied.exit(Exit::Done), Exit::Stale);
        }
        assert_eq!(applied(&[Status::Done, already.clone()]).exit(Exit::Done), Exit::Done);
        assert_eq!(applied(&[already]).exit(Exit::Done), Exit::Done);
    }

    #[test]
    fn something_sent_while_something_else_could_not_be_planned_is_7() {
        for others in [Exit::Files, Exit::Api] {
            assert_eq!(applied(&[Status::Done]).exit(others), Exit::Partial);
        }
    }

    #[test]
    fn with_nothing_sent_the_order_of_the_table_decides() {
        let [already, stale, dropped, refused, not_tried] = unsent();
        for (statuses, others, exit) in [
            (vec![stale.clone()], Exit::Done, Exit::Stale),
            (vec![dropped, already.clone()], Exit::Done, Exit::Stale),
            (vec![refused.clone()], Exit::Done, Exit::Api),
            (vec![not_tried.clone(), already.clone()], Exit::Done, Exit::Api),
            (vec![stale.clone(), refused.clone()], Exit::Done, Exit::Api),
            (vec![stale.clone()], Exit::Api, Exit::Api),
            (vec![stale], Exit::Files, Exit::Files),
            (vec![refused], Exit::Files, Exit::Files),
            (vec![already], Exit::Files, Exit::Files),
        ] {
            let applied = applied(&statuses);
            assert_eq!(applied.exit(others), exit, "{statuses:?} and {others:?}");
        }
        let interrupted =
            Applied { interrupted: true, ..applied(std::slice::from_ref(&not_tried)) };
        assert_eq!(interrupted.exit(Exit::Done), Exit::Interrupted);
        let interrupted = Applied { interrupted: true, ..applied(&[Status::Done, not_tried]) };
        assert_eq!(interrupted.exit(Exit::Done), Exit::Partial);
    }
}
