//! Drift: where live differs from the files, as a value. It is a plan, looked at from the other side.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::plan::{NotRead, Plan, Planned, Unmanaged, membership};

/// The ways in which live can differ.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum DriftKind {
    /// A described profile has other settings live.
    Changed,
    /// A described profile is not there.
    Missing,
    /// A live profile is described by no file.
    Unmanaged,
    /// A described profile, or a user, still has what the files gave through a day that has passed.
    Expired,
    /// A user has a profile that the files do not give, or lacks one that they do.
    Holders,
}

/// Where live differs from the files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// The version of this format.
    pub drift_version: u32,
    /// The version of permctl.
    pub permctl: String,
    /// The day, UTC.
    pub day: String,
    /// The selected addresses; empty for all.
    pub selection: Vec<String>,
    /// What differs, workspace by workspace.
    pub workspaces: Vec<WorkspaceDrift>,
    /// Workspaces that could not be read.
    pub not_read: Vec<NotRead>,
}

/// Where one workspace differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WorkspaceDrift {
    /// Its name in the files.
    pub workspace: String,
    /// Profiles that have other settings; `before` is live, `after` is what the files say, and
    /// `direction` says what live grants: `broadens` is more than the files say.
    pub changed: Vec<Planned>,
    /// Profiles that still have settings whose last day has passed; as in `changed`, in which they are not.
    pub expired: Vec<Planned>,
    /// Profiles that are not there.
    pub missing: Vec<String>,
    /// Live profiles that no file describes.
    pub unmanaged: Vec<Unmanaged>,
    /// Users who have other profiles than the files give; `before` is live, `after` is what the files
    /// say.
    #[serde(with = "membership", default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<membership::Membership>")]
    pub holders: Vec<Planned>,
    /// Users who still have profiles that the files gave them through a day that has passed.
    #[serde(with = "membership", default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<membership::Membership>")]
    pub expired_holders: Vec<Planned>,
    /// Described profiles that could not be compared; the findings say why.
    pub blocked: Vec<String>,
    /// What is wrong between the files and the world.
    pub findings: Vec<crate::finding::Finding>,
}

impl Drift {
    /// Takes from a plan what differs; what has expired is a change of its own there.
    pub fn new(plan: &Plan) -> Self {
        let workspaces = plan
            .workspaces
            .iter()
            .map(|workspace| {
                let (missing, differing): (Vec<_>, Vec<_>) =
                    workspace.changes.iter().cloned().partition(|planned| planned.change.creates());
                let is_of_expiry = |planned: &Planned| planned.change.is_of_expiry();
                let (expired, changed): (Vec<_>, Vec<_>) =
                    differing.into_iter().partition(is_of_expiry);
                let (expired_holders, holders): (Vec<_>, Vec<_>) =
                    workspace.users.iter().cloned().partition(is_of_expiry);
                WorkspaceDrift {
                    workspace: workspace.workspace.clone(),
                    changed: changed.into_iter().map(from_live).collect(),
                    expired: expired.into_iter().map(from_live).collect(),
                    missing: missing.into_iter().map(|planned| planned.change.name).collect(),
                    unmanaged: workspace.unmanaged.clone(),
                    holders,
                    expired_holders,
                    blocked: workspace.blocked.clone(),
                    findings: workspace.findings.clone(),
                }
            })
            .collect();
        Self {
            drift_version: 4,
            permctl: plan.permctl.clone(),
            day: plan.day.clone(),
            selection: plan.selection.clone(),
            workspaces,
            not_read: plan.not_read.clone(),
        }
    }

    /// Counts one kind.
    pub fn count(&self, kind: DriftKind) -> usize {
        self.workspaces
            .iter()
            .map(|workspace| match kind {
                DriftKind::Changed => workspace.changed.len(),
                DriftKind::Missing => workspace.missing.len(),
                DriftKind::Unmanaged => workspace.unmanaged.len(),
                DriftKind::Holders => workspace.holders.len(),
                DriftKind::Expired => workspace.expired.len() + workspace.expired_holders.len(),
            })
            .sum()
    }
}

/// Looks at a change from what is live: more than the files say is broader.
fn from_live(mut planned: Planned) -> Planned {
    planned.direction = planned.direction.reversed();
    for transition in &mut planned.change.transitions {
        transition.direction = transition.direction.reversed();
    }
    planned
}
