//! Who gains what, where a person can have several profiles: what one of them gives already is no gain. Pure.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::catalogue::Catalogue;
use crate::model::roster::fold;
use crate::model::{Direction, Holders, SettingPath, Settings, Value, direction, document};
use crate::plan::grants::granted;
use crate::plan::{Input, Planned};

/// Who gains a setting of a profile that gets broader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gain {
    /// The setting.
    pub setting: SettingPath,
    /// Who gains it.
    pub holders: Holders,
    /// How many holders have it already, through another profile or by themselves.
    pub elsewhere: usize,
}

/// What each person can do before the plan.
struct PeopleBefore<'a> {
    catalogue: &'a Catalogue,
    /// The settings of each live profile.
    settings: Vec<Settings>,
    /// The live profiles of each person, by the address in lower case.
    profiles: BTreeMap<String, Vec<usize>>,
    /// What a person may do beside all profiles.
    direct: BTreeMap<String, &'a BTreeSet<String>>,
}

/// Works out who gains what by the changes of a workspace; nothing where a person has one profile only, or where the
/// vendor does not name all holders.
pub fn judge(input: &Input<'_>, changes: &mut [Planned], users: &mut [Planned]) {
    let broadens = |planned: &Planned| planned.direction.may_broaden();
    let any = changes.iter().any(broadens) || !users.is_empty();
    if !any || input.provider.users().is_none() {
        return;
    }
    let Some(people) = PeopleBefore::of(input) else { return };
    for planned in changes.iter_mut().filter(|planned| broadens(planned)) {
        let Some((id, _)) = planned.change.updates() else { continue };
        let Some(at) = input.live.profiles.iter().position(|live| live.id == *id) else { continue };
        planned.gains = people.gains(planned, at);
    }
    for planned in users {
        let lost = planned.change.lost().filter_map(|profile| {
            let at = input.live.profiles.iter().position(|live| live.name == *profile)?;
            Some((profile.clone(), granted(input.catalogue, &people.settings[at])))
        });
        planned.takes = lost.collect();
        let had = planned.change.had();
        let has = |at: &usize| had.contains(&input.live.profiles[*at].name);
        let profiles: Vec<usize> = (0..input.live.profiles.len()).filter(has).collect();
        let user = fold(&planned.change.name);
        let covered = |(profile, grants): (&String, &Settings)| {
            let covers = |(path, value): &(&SettingPath, &Value)| {
                people.is_covered(&user, &profiles, path, value)
            };
            let covered = grants.iter().filter(covers).map(|(path, _)| path.clone()).collect();
            (profile.clone(), covered)
        };
        let covered = planned.change.grants().iter().map(covered);
        let some = |(_, covered): &(String, BTreeSet<SettingPath>)| !covered.is_empty();
        planned.covered = covered.filter(some).collect();
    }
}

impl<'a> PeopleBefore<'a> {
    /// Gathers what is live; `None` where a profile does not name all of its holders.
    fn of(input: &Input<'a>) -> Option<Self> {
        let catalogue = input.catalogue;
        let mut profiles: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, live) in input.live.profiles.iter().enumerate() {
            let holders = input.provider.holders_in(live)?;
            if holders.names.len() != holders.count {
                return None;
            }
            for name in holders.names {
                profiles.entry(fold(&name)).or_default().push(at);
            }
        }
        let settings = input.live.profiles.iter();
        let settings = settings.map(|live| document::settings(catalogue, &live.document));
        let direct = input.live.roster.people().map(|person| (fold(&person.user), &person.direct));
        let (settings, direct) = (settings.collect(), direct.collect());
        Some(Self { catalogue, settings, profiles, direct })
    }

    /// Lists who gains each setting of a profile that gets broader.
    fn gains(&self, planned: &Planned, at: usize) -> Vec<Gain> {
        let Some(holders) = &planned.holders else { return Vec::new() };
        let mut gains = Vec::new();
        for transition in &planned.change.transitions {
            for (path, value) in &transition.after {
                let before = self.settings[at].get(path);
                let row = self.catalogue.row(path);
                let floor = row.and_then(|row| row.floor.as_ref());
                let Some(before) = before.or(floor) else { continue };
                let moved = direction::of_setting(self.catalogue, path, before, value);
                if !moved.may_broaden() {
                    continue;
                }
                let covered = |name: &&String| {
                    let user = fold(name);
                    let others: Vec<usize> = self.profiles.get(&user).cloned().unwrap_or_default();
                    let others: Vec<usize> = others.into_iter().filter(|it| *it != at).collect();
                    self.is_covered(&user, &others, path, value)
                };
                let (have, gain): (Vec<&String>, Vec<&String>) = holders.known().partition(covered);
                let names = gain.into_iter().cloned().collect::<Vec<_>>();
                let holders = Holders::new(names.len(), names);
                gains.push(Gain { setting: path.clone(), holders, elsewhere: have.len() });
            }
        }
        gains
    }

    /// Tells whether one of these profiles, or the person alone, has at least this value.
    fn is_covered(
        &self,
        user: &str,
        profiles: &[usize],
        path: &SettingPath,
        value: &Value,
    ) -> bool {
        let direct = self.direct.get(user).is_some_and(|direct| direct.contains(path.leaf()));
        let has = |at: &usize| {
            self.settings[*at].get(path).is_some_and(|other| {
                let more = direction::of_setting(self.catalogue, path, other, value);
                matches!(more, Direction::Neutral | Direction::Narrows)
            })
        };
        direct || profiles.iter().any(has)
    }
}
