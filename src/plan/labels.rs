//! The names of the ids that a plan shows, so that a reader need not look them up.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::catalogue::{Catalogue, ReferenceKind};
use crate::model::names::Names;
use crate::model::{Change, SettingPath, Value};
use crate::plan::{Planned, WorkspacePlan};

/// Lists the values of a change, before and after.
fn sides(change: &Change) -> impl Iterator<Item = (&SettingPath, &Value)> {
    change.transitions.iter().flat_map(|it| it.before.iter().chain(&it.after))
}

/// Lists the ids of a change with what they stand for.
fn ids<'c>(
    catalogue: &'c Catalogue,
    change: &'c Change,
) -> impl Iterator<Item = (ReferenceKind, &'c String)> {
    let sets = sides(change).filter_map(|(path, value)| match value {
        Value::Set(ids) => Some((catalogue.row(path)?.references?, ids)),
        _ => None,
    });
    sets.flat_map(|(kind, ids)| ids.iter().map(move |id| (kind, id)))
}

/// Returns the names of the ids in a value, as far as they are known.
pub fn of_value(
    catalogue: &Catalogue,
    names: &Names,
    path: &SettingPath,
    value: &Value,
) -> BTreeMap<String, String> {
    let kind = catalogue.row(path).and_then(|row| row.references);
    let (Some(kind), Value::Set(ids)) = (kind, value) else { return BTreeMap::new() };
    let named = ids.iter().filter_map(|id| Some((id.clone(), names.entry(kind, id)?.name.clone())));
    named.collect()
}

/// Returns the names of the ids of a change, as far as they are known.
pub fn of_change(
    catalogue: &Catalogue,
    names: &Names,
    change: &Change,
) -> BTreeMap<String, String> {
    let values = sides(change).flat_map(|(path, value)| of_value(catalogue, names, path, value));
    values.collect()
}

impl WorkspacePlan {
    /// Lists the kinds of ids that the plan shows and whose names were not read.
    pub fn unnamed(&self, catalogue: &Catalogue, names: &Names) -> BTreeSet<ReferenceKind> {
        let ids = self.shown().flat_map(|planned| ids(catalogue, &planned.change));
        ids.map(|(kind, _)| kind).filter(|kind| names.index(*kind).is_none()).collect()
    }

    /// Takes over the names of the ids that the plan shows.
    pub fn name_ids(&mut self, catalogue: &Catalogue, names: &Names) {
        let named = self.shown().flat_map(|it| of_change(catalogue, names, &it.change));
        let named: Vec<_> = named.collect();
        self.labels.extend(named);
    }

    /// Lists the changes of profiles whose values the plan shows.
    fn shown(&self) -> impl Iterator<Item = &Planned> {
        let Self { changes, already, accepted, .. } = self;
        changes.iter().chain(&already.changes).chain(&accepted.changes)
    }
}
