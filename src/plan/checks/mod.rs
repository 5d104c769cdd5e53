//! Checks of a described profile against what is live: each refuses it or warns, with a finding. The rules over a whole
//! workspace warn only.

use crate::finding::Finding;
use crate::plan::{Input, WorkspacePlan, unmanaged, users};

pub(super) mod hidden;
pub mod own;
pub(super) mod settings;
pub(super) mod twins;
pub(super) mod vendor;

/// What a rule over a whole workspace looks at.
pub(super) struct Looked<'a> {
    /// What the workspace is planned from.
    pub input: &'a Input<'a>,
    /// Its plan.
    pub plan: &'a WorkspacePlan,
    /// Which profiles are planned, by their names.
    pub selected: &'a dyn Fn(&str) -> bool,
}

/// A rule over a whole workspace.
type LiveRule = fn(&Looked<'_>, &mut Vec<Finding>);

/// The rules over a whole workspace.
pub(super) const OF_WORKSPACE: &[LiveRule] = &[
    users::direct_permissions,
    unmanaged::set_aside,
    settings::unknown_members,
    settings::undocumented_entries,
    unmanaged::ignored_and_gone,
];
