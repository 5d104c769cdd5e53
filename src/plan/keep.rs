//! A part of a plan: what is left of it once changes are taken out. Pure.

use crate::model::{Change, Origin, OriginKind, Transition};
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

/// Takes apart what passed last days ask for and the rest of a change; one of them may be all of it.
fn by_expiry(planned: Planned) -> impl Iterator<Item = Planned> {
    let part = |is_expired: bool| match planned.change.is_of_user() {
        true => user_part(&planned, is_expired),
        false => {
            let mut part = planned.clone();
            part.only(|transition| transition.expired.is_some() == is_expired);
            (!part.change.transitions.is_empty()).then_some(part)
        }
    };
    [part(false), part(true)].into_iter().flatten()
}

/// Returns what a user gets and loses since a last day has passed, or the rest; `None` where there is none.
fn user_part(planned: &Planned, is_expired: bool) -> Option<Planned> {
    let change = &planned.change;
    let asking: Vec<&Origin> = change.transitions.iter().flat_map(|it| &it.origins).collect();
    let is_of = |origin: &&&Origin| (origin.kind == OriginKind::Expired) == is_expired;
    let origins: Vec<Origin> = asking.iter().filter(is_of).map(|it| (*it).clone()).collect();
    match origins.len() {
        0 => return None,
        all if all == asking.len() => return Some(planned.clone()),
        _ => {}
    }
    let is_asked = |profile: &&String| origins.iter().any(|it| it.setting.leaf() == **profile);
    let mut after = change.had().clone();
    change.lost().filter(is_asked).for_each(|profile| _ = after.remove(profile));
    after.extend(change.gained().filter(is_asked).cloned());
    let day = origins.iter().filter_map(|origin| origin.until.clone()).max();
    let (before, grants) = (change.had().clone(), change.grants().clone());
    let mut part = Change::of_user(change.name.clone(), before, after, grants, origins);
    for transition in part.transitions.iter_mut().filter(|_| is_expired) {
        transition.expired.clone_from(&day);
    }
    let direction = part.transitions.iter().map(|it| it.direction).collect();
    Some(Planned { change: part, direction, ..planned.clone() })
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
