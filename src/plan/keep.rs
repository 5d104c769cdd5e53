//! A part of a plan: what is left of it once changes are taken out. Pure.

use crate::model::Transition;
use crate::plan::{Context, Planned, WorkspacePlan, administrators};

impl Planned {
    /// Takes transitions out of a change; tells whether there were any. The requests are of the whole change
    /// and go with them: an apply makes its own.
    pub fn only(&mut self, is_kept: impl Fn(&Transition) -> bool) -> bool {
        let all = self.change.transitions.len();
        self.change.transitions.retain(is_kept);
        let is_less = self.change.transitions.len() < all;
        if is_less {
            self.direction = self.change.transitions.iter().map(|it| it.direction).collect();
            self.preview.clear();
        }
        is_less
    }
}

impl WorkspacePlan {
    /// Leaves out the changes that are not to be kept; returns how many. Without them others may
    /// administer, and guards have to judge what is left.
    pub fn keep(&mut self, context: Context<'_>, is_kept: impl Fn(&Planned) -> bool) -> usize {
        let all = self.work();
        self.changes.retain(&is_kept);
        self.users.retain(&is_kept);
        let Context { live, provider, .. } = context;
        let known = std::mem::take(&mut self.administrators);
        self.administrators = administrators(provider, live, &self.changes, &self.users, &[]);
        for administrator in &mut self.administrators {
            let looked_up = known.iter().find(|it| it.id == administrator.id);
            let looked_up = looked_up.and_then(|it| it.holders);
            administrator.holders = administrator.holders.or(looked_up);
        }
        all - self.work()
    }
}
