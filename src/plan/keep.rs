//! A part of a plan: what is left of it once changes are taken out. Pure.

use crate::model::{Change, OriginKind, Transition};
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

    /// Returns the change of a user to some of the profiles that the user gets (`true`) and loses; `None` where
    /// there is none.
    pub(super) fn user_part(&self, is_kept: impl Fn(&String, bool) -> bool) -> Option<Self> {
        let change = &self.change;
        let gained: Vec<&String> = change.gained().filter(|it| is_kept(it, true)).collect();
        let lost: Vec<&String> = change.lost().filter(|it| is_kept(it, false)).collect();
        if gained.is_empty() && lost.is_empty() {
            return None;
        }
        if (gained.len(), lost.len()) == (change.gained().count(), change.lost().count()) {
            return Some(self.clone());
        }
        let is_moved = |profile: &str| gained.iter().chain(&lost).any(|it| *it == profile);
        let asking = change.transitions.iter().flat_map(|transition| &transition.origins);
        let origins = asking.filter(|origin| is_moved(origin.setting.leaf())).cloned().collect();
        let mut after = change.had().clone();
        lost.into_iter().for_each(|profile| _ = after.remove(profile));
        after.extend(gained.into_iter().cloned());
        let (before, grants) = (change.had().clone(), change.grants().clone());
        let part = Change::of_user(change.name.clone(), before, after, grants, origins);
        let direction = part.transitions.iter().map(|it| it.direction).collect();
        Some(Self { change: part, direction, ..self.clone() })
    }
}

/// Takes apart what passed last days ask for and the rest of a change; one of them may be all of it.
fn by_expiry(planned: Planned) -> impl Iterator<Item = Planned> {
    let part = |is_expired: bool| match planned.change.is_of_user() {
        true => user_part_by_expiry(&planned, is_expired),
        false => {
            let mut part = planned.clone();
            part.only(|transition| transition.expired.is_some() == is_expired);
            (!part.change.transitions.is_empty()).then_some(part)
        }
    };
    [part(false), part(true)].into_iter().flatten()
}

/// Returns what a user gets and loses since a last day has passed, or the rest; `None` where there is none.
fn user_part_by_expiry(planned: &Planned, is_expired: bool) -> Option<Planned> {
    let is_of = |profile: &String, _| {
        let asked = planned.change.asked_for(profile);
        asked.is_some_and(|origin| origin.kind == OriginKind::Expired) == is_expired
    };
    let mut part = planned.user_part(is_of)?;
    let origins = part.change.transitions.iter().flat_map(|it| &it.origins);
    let day = origins.filter_map(|origin| origin.until.clone()).max();
    for transition in part.change.transitions.iter_mut().filter(|_| is_expired) {
        transition.expired.clone_from(&day);
    }
    Some(part)
}

impl WorkspacePlan {
    /// Takes each change apart: what passed last days ask for is one of its own.
    pub fn take_expired_apart(&mut self) {
        for changes in [&mut self.changes, &mut self.users] {
            *changes = std::mem::take(changes).into_iter().flat_map(by_expiry).collect();
        }
    }

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
