//! The bundles of a table, with the entries of maps that occur somewhere as members of theirs.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Catalogue;
use crate::model::catalogue::{Bundle, Owner};
use crate::model::{SettingPath, Settings};

impl Catalogue {
    /// Makes the bundles in the vendor's order, with these entries as members of theirs.
    pub(super) fn build_bundles(&self, entries: &BTreeSet<SettingPath>) -> Vec<Bundle> {
        let alone = |path: &SettingPath| Bundle {
            path: path.clone(),
            members: vec![path.clone()],
            ambiguous_levels: &[],
        };
        let mut bundles: Vec<Bundle> = Vec::new();
        for row in self.rows.iter().filter(|row| row.owner != Owner::Server) {
            if let Some(map) = self.maps.iter().find(|map| map.path == row.path) {
                let below = entries.iter().filter(|path| map.has(path));
                match bundles.iter_mut().find(|it| Some(&it.path) == map.bundle.as_ref()) {
                    Some(bundle) => bundle.members.extend(below.cloned()),
                    None => bundles.extend(below.map(alone)),
                }
                continue;
            }
            match self.shared.iter().find(|bundle| bundle.members.contains(&row.path)) {
                Some(shared) if bundles.iter().any(|it| it.path == shared.path) => {}
                Some(shared) => bundles.push(shared.clone()),
                None => bundles.push(alone(&row.path)),
            }
        }
        bundles
    }

    /// Returns all bundles in the vendor's order, with these entries of its maps as members of theirs.
    pub fn bundles_with(&self, entries: &BTreeSet<SettingPath>) -> Cow<'_, [Bundle]> {
        match self.maps.is_empty() || entries.is_empty() {
            true => Cow::Borrowed(&self.bundles),
            false => Cow::Owned(self.build_bundles(entries)),
        }
    }

    /// Returns all bundles in the vendor's order, with the entries that any of these settings have.
    pub fn bundles_over<'s>(
        &self,
        states: impl IntoIterator<Item = &'s Settings>,
    ) -> Cow<'_, [Bundle]> {
        if self.maps.is_empty() {
            return Cow::Borrowed(&self.bundles);
        }
        let keys = states.into_iter().flat_map(|state| state.keys());
        self.bundles_with(&keys.filter(|path| self.map_of(path).is_some()).cloned().collect())
    }

    /// Returns the bundle with this path, with the entries that any of these settings have.
    pub fn bundle_over(&self, path: &SettingPath, states: &[&Settings]) -> Option<Cow<'_, Bundle>> {
        if self.map_of(path).is_some() {
            let (path, members) = (path.clone(), vec![path.clone()]);
            return Some(Cow::Owned(Bundle { path, members, ambiguous_levels: &[] }));
        }
        let bundle = self.bundle_at.get(path).map(|at| &self.bundles[*at])?;
        let maps = || self.maps.iter().filter(|map| map.bundle.as_ref() == Some(path));
        if maps().next().is_none() {
            return Some(Cow::Borrowed(bundle));
        }
        let keys = states.iter().flat_map(|state| state.keys());
        let entries: BTreeSet<_> = keys.filter(|it| maps().any(|map| map.has(it))).collect();
        let mut bundle = bundle.clone();
        bundle.members.extend(entries.into_iter().cloned());
        Some(Cow::Owned(bundle))
    }
}
