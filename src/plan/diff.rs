//! What a change and live have differently: profiles setting by setting, users profile by profile. Pure.

use std::collections::BTreeSet;

use crate::model::catalogue::{Bundle, Catalogue};
use crate::model::difference::{SettingDifference, between};
use crate::model::{
    Action, Change, LiveProfile, LiveWorkspace, SettingPath, Settings, Transition, Value, document,
};
use crate::plan::Mismatch;

/// Lists the settings of a bundle that have another value than planned.
pub fn bundle(
    catalogue: &Catalogue,
    bundle: &Bundle,
    planned: &Settings,
    live: &Settings,
) -> Vec<Mismatch> {
    between(catalogue, bundle, planned, live).map(moved).collect()
}

/// Lists what is granted otherwise than planned. Settings that grant nothing are in neither state.
pub fn granted(planned: &Settings, live: &Settings) -> Vec<Mismatch> {
    let reviewed = planned.iter().map(|(path, value)| (path, Some(value), live.get(path)));
    let added = live.iter().filter(|(path, _)| !planned.contains_key(*path));
    let added = added.map(|(path, value)| (path, None, Some(value)));
    reviewed.chain(added).filter(|(_, planned, live)| planned != live).map(moved).collect()
}

fn moved((setting, planned, live): SettingDifference<'_>) -> Mismatch {
    Mismatch { setting: setting.clone(), planned: planned.cloned(), live: live.cloned() }
}

/// Lists the settings of a change's bundles that are not at one of its sides.
pub fn side(
    catalogue: &Catalogue,
    change: &Change,
    live: &Settings,
    side: impl Fn(&Transition) -> &Settings,
) -> Vec<Mismatch> {
    let transitions = change.transitions.iter();
    transitions.flat_map(|it| at(catalogue, &it.bundle, side(it), live)).collect()
}

/// Tells whether a bundle is as a transition leaves it.
pub fn is_at_after(catalogue: &Catalogue, transition: &Transition, live: &Settings) -> bool {
    at(catalogue, &transition.bundle, &transition.after, live).is_empty()
}

/// Lists the settings of the bundle at a path that have another value than planned; all that is
/// planned where this version knows no such bundle.
pub fn at(
    catalogue: &Catalogue,
    path: &SettingPath,
    planned: &Settings,
    live: &Settings,
) -> Vec<Mismatch> {
    match catalogue.bundle_over(path, &[planned, live]) {
        Some(found) => bundle(catalogue, &found, planned, live),
        None => nowhere(planned).collect(),
    }
}

/// Lists what a change asks for and the workspace does not show.
pub fn shortfall(catalogue: &Catalogue, live: &LiveWorkspace, change: &Change) -> Vec<Mismatch> {
    let of = |profile: &LiveProfile| {
        let settings = document::settings(catalogue, &profile.document);
        side(catalogue, change, &settings, |it| &it.after)
    };
    let missing = || change.transitions.iter().flat_map(|it| nowhere(&it.after)).collect();
    match &change.action {
        Action::Update { .. } => live.target_of(change).map_or_else(missing, of),
        Action::Create => {
            let named = live.profiles.iter().filter(|profile| profile.name == change.name);
            named.map(of).min_by_key(Vec::len).unwrap_or_else(missing)
        }
        Action::Assign { .. } => {
            let none = BTreeSet::new();
            let now = live.roster.find(&change.name).map_or(&none, |person| &person.profiles);
            profiles(change, now)
        }
    }
}

/// Lists the profiles that a user was to get and does not have, or to lose and has.
pub fn profiles(change: &Change, now: &BTreeSet<String>) -> Vec<Mismatch> {
    let gained = change.gained().filter(|profile| !now.contains(*profile));
    let lost = change.lost().filter(|profile| now.contains(*profile));
    gained.map(|it| has(it, true, false)).chain(lost.map(|it| has(it, false, true))).collect()
}

/// Lists the profiles of a user that came or went beside a change.
pub fn profiles_beside(change: &Change, now: &BTreeSet<String>) -> Vec<Mismatch> {
    let (had, will_have) = (change.had(), change.will_have());
    let beside = |profile: &&String| had.contains(*profile) == will_have.contains(*profile);
    let moved = had.symmetric_difference(now).filter(beside);
    moved.map(|profile| has(profile, had.contains(profile), now.contains(profile))).collect()
}

/// Says whether a user has a profile, as planned and live.
pub fn has(profile: &str, planned: bool, live: bool) -> Mismatch {
    Mismatch {
        setting: SettingPath::new([profile]),
        planned: Some(Value::Flag(planned)),
        live: Some(Value::Flag(live)),
    }
}

fn nowhere(planned: &Settings) -> impl Iterator<Item = Mismatch> {
    planned.iter().map(|(setting, value)| Mismatch {
        setting: setting.clone(),
        planned: Some(value.clone()),
        live: None,
    })
}
