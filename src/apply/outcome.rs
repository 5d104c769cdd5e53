//! What became of an apply: each change, each workspace, the run; and the exit code that says it.

use std::collections::{BTreeMap, HashMap};

use crate::model::{Change, ProfileId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::apply::next::NextStep;
use crate::desired::Desired;
use crate::error::Exit;
use crate::finding::Finding;
use crate::model::NotRead;
use crate::plan::confirm::Settled;
use crate::plan::saved::{Left, Rest, at_their_places};
use crate::plan::{Mismatch, Plan, Planned, WorkspacePlan};

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
        /// What is live otherwise than planned.
        differences: Vec<Mismatch>,
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
    /// It was sent, and whether it was done is unknown.
    Unknown {
        /// What came back.
        error: String,
    },
    /// The vendor accepted it and shows something else.
    NotPersisted {
        /// What it shows.
        differences: Vec<Mismatch>,
        /// What to do, where the vendor is known for it.
        #[serde(skip)]
        hint: Option<&'static str>,
    },
    /// It was done, and another person made a profile of the same name meanwhile.
    Doubled {
        /// The ids of the profiles that have the name.
        ids: Vec<ProfileId>,
    },
    /// It was not sent: it would take administration away, and no other administrator is left. The
    /// change that makes another one was not done.
    HeldBack,
    /// It was not sent.
    Skipped {
        /// Why.
        why: String,
        /// Whether another change of the plan is why: what became of that one says how the run ends.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        depends: bool,
    },
}

impl Status {
    /// Says why a change was not sent, where no other change of the plan is why.
    pub fn skipped(why: impl Into<String>) -> Self {
        Self::Skipped { why: why.into(), depends: false }
    }
}

impl From<Settled> for Status {
    fn from(settled: Settled) -> Self {
        match settled {
            Settled::AlreadyApplied => Self::AlreadyDone,
            Settled::Stale(differences) => Self::Stale { differences },
            Settled::Dropped(why) => Self::Dropped { why },
        }
    }
}

/// The profile or user that a change is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Target {
    /// A profile.
    Profile {
        /// Its name in the files.
        profile: String,
    },
    /// A user.
    User {
        /// The e-mail address.
        user: String,
        /// The profiles that the user was to get.
        gained: Vec<String>,
        /// The profiles that the user was to lose.
        lost: Vec<String>,
    },
}

impl Target {
    fn of(change: &Change) -> Self {
        let name = change.name.clone();
        match change.is_of_user() {
            false => Self::Profile { profile: name },
            true => Self::User {
                user: name,
                gained: change.gained().cloned().collect(),
                lost: change.lost().cloned().collect(),
            },
        }
    }

    /// Returns the profile's name, or the user's e-mail address.
    pub fn name(&self) -> &str {
        match self {
            Self::Profile { profile } => profile,
            Self::User { user, .. } => user,
        }
    }

    /// Returns the e-mail address of a user.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Profile { .. } => None,
            Self::User { user, .. } => Some(user),
        }
    }
}

/// What became of one change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// What it is of.
    #[serde(flatten)]
    pub target: Target,
    /// `create`, `update` or `assign`.
    pub action: String,
    /// What became of it.
    #[serde(flatten)]
    pub status: Status,
    /// Settings outside the change that another person changed since the plan; they were kept. Of a
    /// user, profiles.
    pub preserved: Vec<Mismatch>,
    /// The id of a new profile that was read by it, since the vendor's list does not show it yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unlisted: Option<ProfileId>,
    /// Who answers for the profile, and more notes for people, as its file has them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub notes: BTreeMap<String, String>,
}

impl Outcome {
    /// Reports what became of a change.
    pub fn new(change: &Change, status: Status, preserved: Vec<Mismatch>) -> Self {
        let action = change.action.word().to_owned();
        let (unlisted, notes) = (None, BTreeMap::new());
        Self { target: Target::of(change), action, status, preserved, unlisted, notes }
    }
}

/// What became of one workspace's changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceOutcome {
    /// Its name in the files.
    pub workspace: String,
    /// Its tenant's name in the files.
    pub tenant: String,
    /// One outcome a profile, in the order of the plan.
    pub profiles: Vec<Outcome>,
    /// One outcome a user, in the order of the plan.
    #[serde(rename = "memberships", default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<Outcome>,
}

impl WorkspaceOutcome {
    /// Adds what the files note of the profiles for people: who is to be asked about a change that failed.
    pub fn add_notes(&mut self, desired: &Desired) {
        let Some(workspace) = desired.workspace(&self.workspace) else { return };
        let notes = workspace.profiles.iter().filter(|profile| !profile.notes.is_empty());
        let notes: HashMap<&str, _> = notes.map(|it| (it.name.as_str(), &it.notes)).collect();
        for outcome in &mut self.profiles {
            let found = notes.get(outcome.target.name());
            found.into_iter().for_each(|notes| outcome.notes.clone_from(notes));
        }
    }

    /// Reports a workspace to which nothing was sent, with the same reason for each change.
    pub fn skipped(workspace: &WorkspacePlan, rest: &Rest, why: &str) -> Self {
        let status = || Status::skipped(why);
        let outcomes = |changes: &[Planned], left: &[Left]| {
            let unsent = changes.iter().map(|it| Outcome::new(&it.change, status(), Vec::new()));
            at_their_places(unsent.collect(), left, |it| {
                Outcome::new(&it.planned.change, it.why.clone().into(), Vec::new())
            })
        };
        Self {
            workspace: workspace.workspace.clone(),
            tenant: workspace.tenant.clone(),
            profiles: outcomes(&workspace.changes, &rest.changes),
            users: outcomes(&workspace.users, &rest.users),
        }
    }
}

/// What an apply did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[must_use = "an outcome that is not reported is lost"]
pub struct Applied {
    /// The digest of the plan that was applied.
    pub plan: String,
    /// The workspaces that had changes, ordered by name.
    pub workspaces: Vec<WorkspaceOutcome>,
    /// Whether a person or the system interrupted the run.
    pub interrupted: bool,
    /// What to type next; empty when there is nothing left to do.
    pub next: Vec<NextStep>,
    /// How many changes `--only` left out.
    #[serde(default, skip_serializing_if = "crate::plan::is_zero")]
    pub left_out: usize,
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
            let all = workspace.profiles.iter().chain(&workspace.users);
            all.map(move |outcome| (workspace, outcome))
        })
    }

    /// Returns what became of everything that was to be written.
    pub fn statuses(&self) -> impl Iterator<Item = &Status> {
        self.outcomes().map(|(_, outcome)| &outcome.status)
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
                    | Status::NotPersisted { .. }
                    | Status::Doubled { .. }
                    | Status::Failed { partly: true, .. }
            )
        });
        let held_back = any(|status| *status == Status::HeldBack);
        let broken = any(|status| {
            matches!(
                status,
                Status::Failed { .. }
                    | Status::Unknown { .. }
                    | Status::NotPersisted { .. }
                    | Status::Doubled { .. }
                    | Status::Skipped { depends: false, .. }
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
mod tests;
