//! The order of writes within a workspace: what must come first so that nobody is locked out and
//! no name is taken.

use crate::model::catalogue::Catalogue;
use crate::model::{Action, Change, Direction};
use crate::plan::{Administrator, Planned};

/// Sorts changes: renames, creates, what gives administration, what narrows, the rest; by name
/// within.
///
/// Renames come so that a name is given up before another profile takes it.
pub fn sort(changes: &mut Vec<Planned>, catalogue: &Catalogue, administrators: &[Administrator]) {
    changes.sort_by(|a, b| {
        let rank = |planned: &Planned| rank(planned, catalogue, administrators);
        (rank(a), &a.change.name, id(&a.change)).cmp(&(rank(b), &b.change.name, id(&b.change)))
    });
    let count = changes.iter().filter(|planned| planned.change.renames(catalogue)).count();
    let mut waiting: Vec<Planned> = changes.drain(..count).collect();
    let mut ordered = Vec::with_capacity(count);
    while !waiting.is_empty() {
        // `claim` refuses cycles, so some rename always has a free target; the first one otherwise.
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

fn rank(planned: &Planned, catalogue: &Catalogue, administrators: &[Administrator]) -> u8 {
    let change = &planned.change;
    if change.renames(catalogue) {
        0
    } else if change.action == Action::Create {
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
    match &change.action {
        Action::Create => None,
        Action::Update { live_name, .. } => Some(live_name),
    }
}

fn id(change: &Change) -> Option<&crate::model::ProfileId> {
    match &change.action {
        Action::Create => None,
        Action::Update { id, .. } => Some(id),
    }
}
