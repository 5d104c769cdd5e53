//! The direction of a change: whether it lets people do more or less, or is unclear. Pure.
//!
//! It is a partial order on bundles, read from the catalogue. Where the vendor leaves open what a
//! state means, the direction is unclear; a wrong "narrows" would be waved through.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::model::catalogue::{Access, Bundle, Catalogue, Kind, Row};
use crate::model::{Direction, SettingPath, Settings, Transition, Value, difference};

/// Judges the transitions of one change, each beside the others.
pub fn of_all(catalogue: &Catalogue, transitions: &mut [Transition]) {
    let judged: Vec<Direction> = transitions
        .iter()
        .map(|transition| {
            let before = with_implied(
                catalogue,
                &transition.before,
                transitions.iter().map(|it| &it.before),
            );
            let after =
                with_implied(catalogue, &transition.after, transitions.iter().map(|it| &it.after));
            // A bundle that this version does not know can't be applied either.
            catalogue
                .bundle_over(&transition.bundle, &[&before, &after])
                .map_or(Direction::Unclear, |bundle| direction(catalogue, &bundle, &before, &after))
        })
        .collect();
    for (transition, direction) in transitions.iter_mut().zip(judged) {
        transition.direction = direction;
    }
}

/// Adds to a side of a transition the ids that another set of the same change implies.
fn with_implied<'t>(
    catalogue: &Catalogue,
    own: &'t Settings,
    others: impl Iterator<Item = &'t Settings> + Clone,
) -> Cow<'t, Settings> {
    let mut whole = Cow::Borrowed(own);
    for (path, value) in own {
        let by = catalogue.row(path).and_then(|row| row.implied_by.as_ref());
        let implied = by.and_then(|by| others.clone().find_map(|other| other.get(by)));
        if let (Value::Set(own), Some(Value::Set(implied))) = (value, implied) {
            whole.to_mut().insert(path.clone(), Value::Set(own | implied));
        }
    }
    whole
}

/// Judges one bundle's change from one state to another.
///
/// A state is what the bundle's members mean. An empty `before` is a profile that is not there, whose
/// people can do what the floor lets them.
pub fn direction(
    catalogue: &Catalogue,
    bundle: &Bundle,
    before: &Settings,
    after: &Settings,
) -> Direction {
    if before.is_empty() {
        // A bundle without a floor says nothing of a profile without holders.
        return catalogue.floor(bundle).map_or(Direction::Neutral, |floor| {
            let mut floor = floor.into_owned();
            let restrictions = after.iter().filter(|(path, _)| catalogue.is_restriction(path));
            floor.extend(restrictions.map(|(path, value)| (path.clone(), value.clone())));
            between(catalogue, bundle, &floor, after)
        });
    }
    between(catalogue, bundle, before, after)
}

fn between(
    catalogue: &Catalogue,
    bundle: &Bundle,
    before: &Settings,
    after: &Settings,
) -> Direction {
    let side = |path: &SettingPath| (catalogue.value(path, before), catalogue.value(path, after));
    let member = |path: &SettingPath| {
        let row = catalogue.row(path).expect("a bundle's members have rows");
        match side(path) {
            (Some(before), Some(after)) => value(row, catalogue.access(path), before, after),
            // It means nothing on one side, where the level beside it decides.
            _ => Direction::Neutral,
        }
    };
    if difference::is_at(catalogue, bundle, before, after) {
        return Direction::Neutral;
    }
    let (lead, rest) = bundle.members.split_first().expect("a bundle has members");
    if rest.is_empty() {
        return member(lead);
    }
    if !bundle.ambiguous_levels.is_empty() {
        return of_ambiguous(catalogue, bundle, before, after);
    }
    let level = member(lead);
    if side(lead).0 == side(lead).1 {
        return rest.iter().map(member).collect();
    }
    // Which things a level picks out matters under that level alone; another level is wider or
    // narrower than any choice of things. What else is said on both sides still counts.
    let is_set = |path: &&SettingPath| {
        catalogue.row(path).is_some_and(|row| row.kind == Kind::Set || row.is_entry())
    };
    rest.iter().filter(|path| !is_set(path)).map(member).fold(level, Direction::and)
}

/// Judges a level with ids beside it, where the vendor leaves open what the two mean together
/// ([`Bundle::ambiguous_levels`]): only what does not depend on it is judged.
fn of_ambiguous(
    catalogue: &Catalogue,
    bundle: &Bundle,
    before: &Settings,
    after: &Settings,
) -> Direction {
    let lead = bundle.lead();
    let ids = |state: &Settings| -> Option<BTreeSet<String>> {
        let mut all = BTreeSet::new();
        for path in &bundle.members[1..] {
            match state.get(path)? {
                Value::Set(set) => all.extend(set.iter().cloned()),
                _ => return None,
            }
        }
        Some(all)
    };
    let level = |state: &Settings| match state.get(lead) {
        Some(Value::Level(level)) => Some(*level),
        _ => None,
    };
    let (Some(was), Some(is)) = (ids(before), ids(after)) else { return Direction::Unclear };
    let (Some(from), Some(to)) = (level(before), level(after)) else { return Direction::Unclear };
    let open = |level: &str, ids: &BTreeSet<String>| {
        !ids.is_empty() && bundle.ambiguous_levels.contains(&level)
    };
    if open(from, &was) || open(to, &is) {
        return Direction::Unclear;
    }
    // Without ids a level is about the holder's own teams and reports, with ids about those of the ids:
    // neither holds the other.
    if from == to && was.is_empty() == is.is_empty() {
        return Direction::of_set(&was, &is);
    }
    if !was.is_empty() || !is.is_empty() {
        return Direction::Unclear;
    }
    let row = catalogue.row(lead).expect("a bundle's members have rows");
    value(row, row.access, &Value::Level(from), &Value::Level(to))
}

/// Judges one setting by itself, as if it meant the same whatever stands beside it.
pub fn of_setting(
    catalogue: &Catalogue,
    path: &SettingPath,
    before: &Value,
    after: &Value,
) -> Direction {
    let row = catalogue.row(path);
    row.map_or(Direction::Unclear, |row| value(row, catalogue.access(path), before, after))
}

/// Judges one setting that means the same whatever stands beside it.
fn value(row: &Row, access: Access, before: &Value, after: &Value) -> Direction {
    if before == after || access == Access::Neutral {
        return Direction::Neutral;
    }
    let granted = match (&row.kind, before, after) {
        (Kind::Flag, Value::Flag(_), Value::Flag(on)) => {
            if *on {
                Direction::Broadens
            } else {
                Direction::Narrows
            }
        }
        (Kind::Level(levels), Value::Level(from), Value::Level(to)) => {
            let place = |level: &&str| {
                // Levels that grant as little as the floor are all at its place.
                let least = levels.iter().position(|it| row.floor == Some(Value::Level(it)));
                match row.equal_to_floor.contains(level) {
                    true => least,
                    false => levels.iter().position(|it| it == level),
                }
            };
            let on = row.switch.map(|(_, on)| on);
            let other_kind = (on == Some(*from)) != (on == Some(*to));
            match (place(from), place(to)) {
                _ if other_kind && !row.at_floor(before) && !row.at_floor(after) => {
                    Direction::Unclear
                }
                (Some(from), Some(to)) if from < to => Direction::Broadens,
                (Some(from), Some(to)) if from > to => Direction::Narrows,
                (Some(_), Some(_)) => Direction::Neutral,
                _ => Direction::Unclear,
            }
        }
        (Kind::Set, Value::Set(was), Value::Set(is)) => Direction::of_set(was, is),
        _ => Direction::Unclear,
    };
    match access {
        Access::Restricts => granted.reversed(),
        Access::Grants | Access::Neutral => granted,
    }
}
