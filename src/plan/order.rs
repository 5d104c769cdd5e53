//! The order of writes within a workspace: which change must come first so that no administrator is locked out and
//! no name is taken.

use std::collections::BTreeSet;

use crate::model::catalogue::Catalogue;
use crate::model::{Change, Direction, ProfileId};
use crate::plan::{Administrator, Planned};

/// When the change of a user is written, relative to those of profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Before them: the user loses profiles and gets none.
    Before,
    /// After them, when new profiles are there and have their settings.
    After,
}

/// Says when the change of a user is written. A user who loses administration comes after those who
/// get it, so that a run that ends in between leaves an administrator.
pub fn phase(change: &Change, administrators: &[Administrator]) -> Phase {
    let only_loses = change.gained().next().is_none();
    match only_loses && !takes_administration(change, administrators) {
        true => Phase::Before,
        false => Phase::After,
    }
}

/// Tells whether a user would no longer administer.
pub fn takes_administration(change: &Change, administrators: &[Administrator]) -> bool {
    let loses = administrators.iter().any(|it| change.lost().any(|lost| *lost == it.profile));
    let keeps =
        administrators.iter().any(|it| it.after && change.will_have().contains(&it.profile));
    loses && !keeps
}

/// Sorts the changes of profiles: renames, creates, what gives administration, what narrows, the rest; by name
/// within.
///
/// Renames come so that a name is given up before another profile takes it. One that takes administration
/// away, and whose name no other change takes, comes with what narrows: by then others have it.
pub fn sort(changes: &mut Vec<Planned>, catalogue: &Catalogue, administrators: &[Administrator]) {
    let taken: BTreeSet<String> = changes.iter().map(|it| it.change.name.clone()).collect();
    let comes_first = |change: &Change| {
        let ends = administrators.iter().any(|it| Some(&it.id) == id(change) && !it.after);
        let gives_name = live_name(change).is_some_and(|name| taken.contains(name));
        change.renames(catalogue) && (gives_name || !ends)
    };
    changes.sort_by(|a, b| {
        let rank = |planned: &Planned| match comes_first(&planned.change) {
            true => 0,
            false => rank(planned, administrators),
        };
        (rank(a), &a.change.name, id(&a.change)).cmp(&(rank(b), &b.change.name, id(&b.change)))
    });
    let count = changes.iter().filter(|planned| comes_first(&planned.change)).count();
    let mut waiting: Vec<Planned> = changes.drain(..count).collect();
    let mut ordered = Vec::with_capacity(count);
    while !waiting.is_empty() {
        // `matched` refuses cycles, so some rename always has a free target; the first one otherwise.
        let at = waiting
            .iter()
            .position(|planned| {
                !waiting.iter().any(|other| {
                    other != planned && live_name(&other.change) == Some(&planned.change.name)
                })
            })
            .unwrap_or(0);
        ordered.push(waiting.remove(at));
    }
    ordered.append(changes);
    *changes = ordered;
}

fn rank(planned: &Planned, administrators: &[Administrator]) -> u8 {
    let change = &planned.change;
    if change.creates() {
        1
    } else if begins(change, administrators) {
        2
    } else if planned.direction == Direction::Narrows {
        3
    } else {
        4
    }
}

/// Tells whether a profile will administer and does not yet, whatever settings a vendor judges it by.
fn begins(change: &Change, administrators: &[Administrator]) -> bool {
    administrators.iter().any(|it| Some(&it.id) == id(change) && it.after && !it.before)
}

fn live_name(change: &Change) -> Option<&String> {
    change.updates().map(|(_, live_name)| live_name)
}

fn id(change: &Change) -> Option<&ProfileId> {
    change.updates().map(|(id, _)| id)
}
