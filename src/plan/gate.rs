//! The verdict of a gate over a plan, or over what is live. Guards and rules return this one kind of value. A noun.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desired::guards::Guard;
use crate::finding::Spot;
use crate::model::Holders;

/// What kind of gate it is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum GateKind {
    /// A limit of `guards`, or the rule that an administrator stays.
    Guard,
    /// A rule of `rules/`: settings that profiles may not exceed.
    Ceiling,
    /// A rule of `rules/`: what profiles or a person can do, and what they can't.
    Expect,
    /// A rule of `rules/`: settings that no profile and no person may have together.
    Apart,
    /// A rule of `rules/`: which profiles may have settings, and how many people.
    Who,
    /// An entry of `approvals`.
    Approval,
    /// `freeze`.
    Freeze,
}

/// What a gate comes to.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum GateOutcome {
    /// The plan must not be applied.
    Refuses,
    /// An apply is refused today, unless it does only what narrows.
    RefusesApply,
    /// The plan can be applied only after its owners approved it.
    NeedsApproval,
    /// It would have refused, and its `enforce` says `warn`.
    WouldRefuse,
    /// It can't be judged, since it is not known who has which profile.
    NotJudged,
    /// It is so live; the plan does not make it worse.
    Stands,
    /// It would have refused, and an exception lifts it.
    Lifted,
    /// No owner has to approve the plan.
    NotNeeded,
}

/// Who has to approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Approvers {
    /// The owners who can, by their names at the host.
    pub owners: Vec<String>,
    /// How many of them have to.
    pub count: usize,
}

/// One thing that a gate says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gate {
    /// Which gate: a guard by its word in the files (`lockOut`), a rule by its name.
    pub gate: String,
    /// Its kind.
    pub kind: GateKind,
    /// What it comes to.
    pub outcome: GateOutcome,
    /// In which workspace; `None` for all of them together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// Of which profile, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Why.
    pub message: String,
    /// The people that it is about, where it is about people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<Holders>,
    /// Who has to approve; only of an approval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approvers: Option<Approvers>,
    /// The lines: that of the gate, and that of the profile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Spot>,
    /// Why the gate is there, as its rule says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who may lift it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// What to do.
    pub hint: String,
}

impl Gate {
    /// Tells whether it keeps the plan from being applied.
    pub fn refuses(&self) -> bool {
        self.outcome == GateOutcome::Refuses
    }

    /// Tells whether another gate says the same.
    pub fn says_what(&self, other: &Self) -> bool {
        (&self.gate, &self.message) == (&other.gate, &other.message)
    }

    /// Tells whether it is a guard.
    pub fn is_of(&self, guard: Guard) -> bool {
        self.kind == GateKind::Guard && self.gate == guard.word()
    }

    /// Tells whether it is a rule of `rules/`.
    pub fn is_of_rule(&self) -> bool {
        !matches!(self.kind, GateKind::Guard | GateKind::Approval | GateKind::Freeze)
    }

    /// Returns the workspace, or the profile in it, as an address.
    pub fn address(&self) -> Option<String> {
        let workspace = self.workspace.as_ref()?;
        Some(match &self.profile {
            Some(profile) => format!("{workspace}/{profile}"),
            None => workspace.clone(),
        })
    }
}
