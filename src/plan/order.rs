//! The order of writes within a workspace: which change must come first so that no administrator is locked out and
//! no name is taken.

use std::collections::{BTreeSet, HashMap, HashSet};

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
    let judged: HashMap<&ProfileId, &Administrator> =
        administrators.iter().map(|it| (&it.id, it)).collect();
    let administrator = |change: &Change| id(change).and_then(|id| judged.get(id).copied());
    let taken: HashSet<String> = changes.iter().map(|it| it.change.name.clone()).collect();
    let rank = |planned: &Planned| {
        let change = &planned.change;
        let administrator = administrator(change);
        let ends = administrator.is_some_and(|it| !it.after);
        let gives_name = live_name(change).is_some_and(|name| taken.contains(name));
        if change.renames(catalogue) && (gives_name || !ends) {
            return RENAMED;
        }
        // Whatever settings a vendor judges it by.
        let begins = administrator.is_some_and(|it| it.after && !it.before);
        match (change.creates(), begins, planned.direction == Direction::Narrows) {
            (true, ..) => 1,
            (_, true, _) => 2,
            (.., true) => 3,
            _ => 4,
        }
    };
    let mut ranked: Vec<(u8, Planned)> = changes.drain(..).map(|it| (rank(&it), it)).collect();
    ranked.sort_by(|(rank, a), (other, b)| {
        (rank, &a.change.name, id(&a.change)).cmp(&(other, &b.change.name, id(&b.change)))
    });
    let count = ranked.iter().filter(|(rank, _)| *rank == RENAMED).count();
    let mut sorted = ranked.into_iter().map(|(_, planned)| planned);
    changes.extend(names_given_up_first(sorted.by_ref().take(count).collect()));
    changes.extend(sorted);
}

/// The rank of a rename that comes first.
const RENAMED: u8 = 0;

/// Orders renames so that each finds its new name free.
fn names_given_up_first(renames: Vec<Planned>) -> Vec<Planned> {
    let mut takers: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, planned) in renames.iter().enumerate() {
        takers.entry(&planned.change.name).or_default().push(at);
    }
    // How many others still have the name that each takes.
    let mut bearers = vec![0_usize; renames.len()];
    let waits_for = |at: usize| {
        let name = live_name(&renames[at].change).map(String::as_str);
        let takers = name.and_then(|name| takers.get(name)).into_iter().flatten().copied();
        takers.filter(move |taker| *taker != at)
    };
    for at in 0..renames.len() {
        waits_for(at).for_each(|taker| bearers[taker] += 1);
    }
    let mut free: BTreeSet<usize> = (0..renames.len()).filter(|at| bearers[*at] == 0).collect();
    let mut waiting: BTreeSet<usize> = (0..renames.len()).collect();
    let mut order = Vec::with_capacity(renames.len());
    // `matched` refuses circles, so some rename always has a free target; the first one otherwise.
    while let Some(at) = free.pop_first().or_else(|| waiting.first().copied()) {
        waiting.remove(&at);
        order.push(at);
        for taker in waits_for(at) {
            bearers[taker] = bearers[taker].saturating_sub(1);
            if bearers[taker] == 0 && waiting.contains(&taker) {
                free.insert(taker);
            }
        }
    }
    let mut renames: Vec<Option<Planned>> = renames.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| renames[at].take()).collect()
}

fn live_name(change: &Change) -> Option<&String> {
    change.updates().map(|(_, live_name)| live_name)
}

fn id(change: &Change) -> Option<&ProfileId> {
    change.updates().map(|(id, _)| id)
}
