//! `--only`: the changes that an apply is limited to.

use clap::ValueEnum;

use crate::app::pipeline::{Scope, Work, context};
use crate::model::{Direction, Transition};
use crate::plan::Planned;
use crate::plan::saved::Rest;

/// The changes that an apply is limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Only {
    /// Those that narrow access and do nothing else.
    Narrows,
    /// What a day that has passed asks for: live is what the files said through that day.
    Expired,
}

/// Leaves the changes that a run is limited to; returns how many others there are.
pub(super) fn only(work: &mut Work, scope: Scope<'_>, only: Option<Only>) -> usize {
    let Some(only) = only else { return 0 };
    let is_kept = |it: &Planned| only.keeps(it);
    let mut left_out = 0;
    for workspace in &mut work.plan.workspaces {
        if let Some(read) = work.held.get(&workspace.workspace) {
            let context = context(scope.desired, workspace, &read.live);
            if only == Only::Expired {
                workspace.take_expired_apart();
            }
            left_out += workspace.keep(context, is_kept);
            let less = |it: &mut Planned| it.only(|transition| only.keeps_of(transition));
            left_out += workspace.changes.iter_mut().map(less).filter(|is_less| *is_less).count();
        }
    }
    for workspace in &mut work.unread {
        let all = workspace.work();
        workspace.changes.retain(is_kept);
        workspace.users.retain(is_kept);
        left_out += all - workspace.work();
    }
    for Rest { changes, users, stale: _ } in work.rest.values_mut() {
        for left in [changes, users] {
            let all = left.len();
            left.retain(|left| is_kept(&left.planned));
            left_out += all - left.len();
        }
    }
    left_out
}

impl Only {
    /// Tells whether a run does anything of a change.
    fn keeps(self, planned: &Planned) -> bool {
        let mut transitions = planned.change.transitions.iter();
        match self {
            Self::Narrows => planned.direction == Direction::Narrows,
            Self::Expired => transitions.any(|it| self.keeps_of(it)),
        }
    }

    /// Tells whether a run does a part of a change: a new name or description does not narrow.
    fn keeps_of(self, transition: &Transition) -> bool {
        match self {
            Self::Narrows => transition.direction == Direction::Narrows,
            Self::Expired => transition.expired.is_some(),
        }
    }
}
