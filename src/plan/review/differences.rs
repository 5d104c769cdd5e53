//! What differs, setting by setting, and what each difference lets people do.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use crate::finding::Place;
use crate::model::catalogue::{Access, Catalogue, Risk, Tier};
use crate::model::{
    Direction, DriftCause, Holders, SettingPath, Settings, Transition, Value, direction,
};
use crate::plan::review::{Ability, Side};
use crate::plan::since::Aside;
use crate::plan::{Plan, Planned, Unmanaged, WorkspacePlan};

/// What of a profile differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aspect<'p> {
    /// A setting.
    Setting(&'p SettingPath),
    /// Whether a user has it.
    Holder(&'p str),
    /// It is not there; the plan makes it.
    Missing,
    /// No file describes it. Drift only.
    Unmanaged,
}

/// Something of a profile that differs.
#[derive(Debug)]
pub struct Difference<'p> {
    /// From which side it is looked at.
    pub side: Side,
    /// The workspace.
    pub workspace: &'p str,
    /// The profile.
    pub profile: &'p str,
    /// What of it.
    pub aspect: Aspect<'p>,
    /// The value that is live; `None` for nothing.
    pub before: Option<&'p Value>,
    /// The value that the files ask for; `None` for nothing.
    pub after: Option<&'p Value>,
    /// What it does to access, from the side of the review.
    pub direction: Direction,
    /// What people get or may get by it; empty where they get nothing.
    pub abilities: Vec<Ability>,
    /// Which side moved since a baseline, where that was asked for.
    pub cause: Option<DriftCause>,
    /// Who has the profile, where that is known; of a setting that some have already, who gains it.
    pub holders: Option<&'p Holders>,
    /// How many holders have the setting already, through another profile.
    pub elsewhere: usize,
    /// Whether the plan makes the profile.
    pub is_new: bool,
    /// The names of ids in the values.
    pub labels: &'p BTreeMap<String, String>,
    /// The line that asks for it, or else describes the profile; none of an unmanaged one.
    pub place: Option<&'p Place>,
}

impl<'p> Difference<'p> {
    /// Returns the name of the difference, which stays while it does: what is live and what the files ask for.
    pub fn id(&self) -> String {
        let text = |value: Option<&Value>| {
            serde_json::to_string(&value).expect("a value can be written as JSON")
        };
        let what = match self.aspect {
            Aspect::Setting(setting) => setting.to_string(),
            Aspect::Holder(user) => format!("holder {user}"),
            Aspect::Missing => "missing".to_owned(),
            Aspect::Unmanaged => "unmanaged".to_owned(),
        };
        let mut hasher = Sha256::new();
        for part in [self.workspace, self.profile, &what, &text(self.before), &text(self.after)] {
            // Its length before it, so that no name can look like a boundary.
            hasher.update(part.len().to_le_bytes());
            hasher.update(part);
        }
        hasher.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Returns the worst tier of what people get or may get by it.
    pub fn tier(&self) -> Option<Tier> {
        self.abilities.iter().map(|ability| ability.tier).max()
    }

    /// Returns the user who gets or loses the profile; `None` where the profile itself differs.
    pub fn user(&self) -> Option<&'p str> {
        match self.aspect {
            Aspect::Holder(user) => Some(user),
            _ => None,
        }
    }
}

/// Lists what differs.
pub fn differences(plan: &Plan, side: Side) -> Vec<Difference<'_>> {
    let mut all = Vec::new();
    for of in workspaces(plan, side) {
        let WorkspacePlan { changes, users, unmanaged, accepted, .. } = of.workspace;
        if side == Side::Plan {
            Of { side: Side::Accepted, ..of }.all(&accepted.changes, &accepted.users, &mut all);
        }
        of.all(changes, users, &mut all);
        if side == Side::Drift {
            all.extend(unmanaged.iter().map(|unmanaged| of.unmanaged(unmanaged)));
        }
    }
    all
}

/// Lists the differences that were there before a branch, and are left as they are.
pub fn already_differing(plan: &Plan) -> Vec<Difference<'_>> {
    let mut all = Vec::new();
    for of in workspaces(plan, Side::Drift) {
        let Aside { changes, users } = &of.workspace.already;
        of.all(changes, users, &mut all);
    }
    all
}

/// Lists the workspaces of a plan with their catalogues. A plan of another version of permctl may be of a provider that
/// this one does not know.
fn workspaces(plan: &Plan, side: Side) -> impl Iterator<Item = Of<'_>> {
    plan.workspaces.iter().filter_map(move |workspace| {
        let provider = plan.tenants.get(&workspace.tenant)?.provider().ok()?;
        Some(Of { workspace, catalogue: provider.catalogue(), side })
    })
}

/// The workspace whose differences are listed.
#[derive(Clone, Copy)]
struct Of<'p> {
    workspace: &'p WorkspacePlan,
    catalogue: &'p Catalogue,
    side: Side,
}

impl<'p> Of<'p> {
    /// Lists what differs of some profiles and users.
    fn all(&self, changes: &'p [Planned], users: &'p [Planned], all: &mut Vec<Difference<'p>>) {
        changes.iter().for_each(|planned| self.profile(planned, all));
        users.iter().for_each(|planned| self.user(planned, all));
    }

    fn profile(&self, planned: &'p Planned, all: &mut Vec<Difference<'p>>) {
        let Planned { change, holders, gains, .. } = planned;
        let is_new = change.creates();
        if is_new {
            all.push(Difference {
                side: self.side,
                workspace: &self.workspace.workspace,
                profile: &change.name,
                aspect: Aspect::Missing,
                before: None,
                after: None,
                direction: Direction::Neutral,
                abilities: Vec::new(),
                cause: change.cause(),
                holders: None,
                elsewhere: 0,
                is_new,
                labels: &self.workspace.labels,
                place: Some(&change.declared_at),
            });
            // What is not live gives no access.
            if self.side == Side::Drift {
                return;
            }
        }
        for transition in &change.transitions {
            let from = all.len();
            for (setting, before, after) in self.settings(transition, is_new) {
                let direction = self.direction(transition, setting, before, after);
                let asked = transition.origins.iter().find(|origin| origin.setting == *setting);
                let gain = gains.iter().find(|gain| gain.setting == *setting);
                all.push(Difference {
                    side: self.side,
                    workspace: &self.workspace.workspace,
                    profile: &change.name,
                    aspect: Aspect::Setting(setting),
                    before,
                    after,
                    direction,
                    abilities: Vec::new(),
                    cause: transition.cause,
                    holders: gain.map(|gain| &gain.holders).or(holders.as_ref()),
                    elsewhere: gain.map_or(0, |gain| gain.elsewhere),
                    is_new,
                    labels: &self.workspace.labels,
                    place: Some(asked.map_or(&change.declared_at, |origin| &origin.place)),
                });
            }
            self.abilities(transition, &mut all[from..]);
        }
    }

    /// Lists the settings of a transition that differ, with the value before and after; of a new profile, those
    /// that are not as narrow as can be.
    fn settings(
        &self,
        transition: &'p Transition,
        is_new: bool,
    ) -> Vec<(&'p SettingPath, Option<&'p Value>, Option<&'p Value>)> {
        let Transition { before, after, .. } = transition;
        let of = |settings: &'p Settings, path: &SettingPath| settings.get(path);
        let both = after.keys().chain(before.keys().filter(|path| !after.contains_key(*path)));
        let differ = both.filter(|path| {
            let (was, is) = (of(before, path), of(after, path));
            let says_nothing = || match (self.catalogue.row(path), is) {
                (Some(row), Some(is)) => row.at_floor(is) || *is == row.empty(),
                _ => false,
            };
            !(self.catalogue.same(path, was, is) || is_new && says_nothing())
        });
        differ.map(|path| (path, of(before, path), of(after, path))).collect()
    }

    /// Judges one setting of a transition, which says no more than the whole transition does.
    fn direction(
        &self,
        transition: &Transition,
        setting: &SettingPath,
        before: Option<&Value>,
        after: Option<&Value>,
    ) -> Direction {
        let row = self.catalogue.row(setting);
        let floor = row.and_then(|row| row.floor.as_ref());
        let alone = match (before.or(floor), after.or(floor)) {
            (Some(before), Some(after)) => {
                direction::of_setting(self.catalogue, setting, before, after)
            }
            _ => Direction::Neutral,
        };
        let whole = transition.direction;
        let judged = match (whole, alone) {
            (Direction::Mixed, alone) => alone,
            (Direction::Unclear, alone) if alone.may_broaden() => Direction::Unclear,
            (Direction::Unclear, alone) => alone,
            (whole, alone) if whole == alone => alone,
            // A level that gets wider may come with fewer members, and the other way round.
            _ => Direction::Neutral,
        };
        self.seen(judged)
    }

    fn seen(&self, direction: Direction) -> Direction {
        match self.side {
            Side::Plan => direction,
            Side::Drift | Side::Accepted => direction.reversed(),
        }
    }

    /// Says what the differences of one transition let people do.
    fn abilities(&self, transition: &Transition, differences: &mut [Difference<'p>]) {
        if !self.seen(transition.direction).may_broaden() {
            return;
        }
        for difference in differences.iter_mut().filter(|it| it.direction.may_broaden()) {
            difference.abilities.extend(self.ability(difference));
        }
        if differences.iter().all(|difference| difference.abilities.is_empty())
            && let Some(first) = differences.first_mut()
            && let Aspect::Setting(setting) = first.aspect
        {
            // No single setting says what the vendor leaves open.
            first.direction = Direction::Unclear;
            let tier = self.catalogue.risk(setting).tier();
            let bundle = &transition.bundle;
            let things = vec![bundle.to_string()];
            first.abilities.push(Ability { tier, can: "do more by".to_owned(), things });
        }
    }

    /// Says what one difference lets people do; nothing where a set gets no member.
    fn ability(&self, difference: &Difference<'p>) -> Option<Ability> {
        let Aspect::Setting(setting) = difference.aspect else { return None };
        let row = self.catalogue.row(setting)?;
        let empty = row.floor.clone().unwrap_or_else(|| row.empty());
        let (old, new) = match self.side {
            Side::Plan => (difference.before, difference.after),
            Side::Drift | Side::Accepted => (difference.after, difference.before),
        };
        let (old, new) = (old.unwrap_or(&empty), new.unwrap_or(&empty));
        let risk = self.catalogue.risk(setting);
        let can = risk.can(&row.kind, new);
        let mut things = named(risk, setting);
        if let (Value::Set(old), Value::Set(new)) = (old, new) {
            let (more, less) = match self.catalogue.access(setting) {
                Access::Restricts => (old, new),
                Access::Grants | Access::Neutral => (new, old),
            };
            let mut gained = more.difference(less).peekable();
            gained.peek()?;
            things = self.members(gained);
        }
        let tier = risk.tier_of(setting, &row.kind, new);
        (!can.is_empty()).then_some(Ability { tier, can, things })
    }

    /// Names the members of a set.
    fn members<'m>(&self, members: impl Iterator<Item = &'m String>) -> Vec<String> {
        let name = |id: &'m String| self.workspace.labels.get(id).unwrap_or(id).clone();
        let mut names: Vec<String> = members.map(name).collect();
        names.sort_unstable();
        names
    }

    fn unmanaged(&self, unmanaged: &'p Unmanaged) -> Difference<'p> {
        let abilities = self.granted(&unmanaged.critical, None);
        let direction = match abilities.is_empty() {
            true => Direction::Neutral,
            false => Direction::Broadens,
        };
        Difference {
            side: self.side,
            workspace: &self.workspace.workspace,
            profile: &unmanaged.name,
            aspect: Aspect::Unmanaged,
            before: None,
            after: None,
            direction,
            abilities,
            cause: None,
            holders: unmanaged.holders.as_ref(),
            elsewhere: 0,
            is_new: false,
            labels: &self.workspace.labels,
            place: None,
        }
    }

    fn user(&self, planned: &'p Planned, all: &mut Vec<Difference<'p>>) {
        let Planned { change, covered, takes, .. } = planned;
        static HAS: Value = Value::Flag(true);
        let (gained, lost) = (change.gained(), change.lost());
        let moved = gained.map(|profile| (profile, true)).chain(lost.map(|it| (it, false)));
        for (profile, gains) in moved {
            let direction = if gains { Direction::Broadens } else { Direction::Narrows };
            let direction = self.seen(direction);
            let grants = if gains { change.grants().get(profile) } else { takes.get(profile) };
            let grants = grants.filter(|_| direction.may_broaden());
            let has = |has: bool| has.then_some(&HAS);
            let place = change.asked_for(profile).map(|origin| &origin.place);
            all.push(Difference {
                side: self.side,
                workspace: &self.workspace.workspace,
                profile,
                aspect: Aspect::Holder(&change.name),
                before: has(!gains),
                after: has(gains),
                direction,
                abilities: grants
                    .map(|grants| self.granted(grants, covered.get(profile)))
                    .unwrap_or_default(),
                cause: None,
                holders: None,
                elsewhere: 0,
                is_new: false,
                labels: &self.workspace.labels,
                place: Some(place.unwrap_or(&change.declared_at)),
            });
        }
    }

    /// Lists what settings let people do that they can't do already, the most dangerous first.
    fn granted(
        &self,
        settings: &Settings,
        covered: Option<&BTreeSet<SettingPath>>,
    ) -> Vec<Ability> {
        let is_new = |path: &SettingPath| covered.is_none_or(|covered| !covered.contains(path));
        let ability = |(path, value): (&SettingPath, &Value)| {
            let row = self.catalogue.row(path)?;
            let risk = self.catalogue.risk(path);
            let things = match value {
                Value::Set(members) => self.members(members.iter()),
                _ => named(risk, path),
            };
            let (tier, can) = (risk.tier_of(path, &row.kind, value), risk.can(&row.kind, value));
            Some(Ability { tier, can, things })
        };
        let settings = settings.iter().filter(|(path, _)| is_new(path));
        let mut abilities: Vec<Ability> = settings.filter_map(ability).collect();
        abilities.sort_by_key(|ability| Reverse(ability.tier));
        abilities
    }
}

/// Names the setting where that is all that is known of it.
fn named(risk: &Risk, setting: &SettingPath) -> Vec<String> {
    if risk.is_named() { vec![setting.leaf().to_owned()] } else { Vec::new() }
}
