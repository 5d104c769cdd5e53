//! A provider's whole table: looking rows and bundles up, what a bundle means, its floor.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::model::catalogue::{Bundle, EntryMap, Identity, Kind, Owner, Row};
use crate::model::{SettingPath, Settings, Value};

/// A provider's whole table.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// What it was made from; a table with entries is made from it anew.
    given: Arc<Given>,
    rows: Vec<Row>,
    bundles: Vec<Bundle>,
    row_at: HashMap<SettingPath, usize>,
    bundle_of: HashMap<SettingPath, usize>,
    bundle_at: HashMap<SettingPath, usize>,
    /// The narrowest state of each bundle.
    floors: Vec<Option<Settings>>,
    /// The names directly below each object of a document, in the vendor's order.
    names_below: HashMap<SettingPath, Vec<String>>,
}

/// What a provider gives.
#[derive(Debug)]
struct Given {
    identity: Identity,
    rows: Vec<Row>,
    shared: Vec<Bundle>,
    maps: Vec<EntryMap>,
}

impl Catalogue {
    /// Builds a table from its rows, in the vendor's order, the bundles of more than one leaf, and
    /// the maps whose entries are settings.
    ///
    /// Every row of the files that no given bundle names becomes a bundle of its own, at its place
    /// in the order.
    pub fn new(
        identity: Identity,
        rows: Vec<Row>,
        shared: Vec<Bundle>,
        maps: Vec<EntryMap>,
    ) -> Self {
        Self::build(Arc::new(Given { identity, rows, shared, maps }), &BTreeSet::new())
    }

    /// Builds the table that also has rows for these entries of its maps, ordered by name.
    pub fn with_entries(&self, entries: &BTreeSet<SettingPath>) -> Self {
        Self::build(Arc::clone(&self.given), entries)
    }

    fn build(given: Arc<Given>, entries: &BTreeSet<SettingPath>) -> Self {
        let mut shared = given.shared.clone();
        let mut rows: Vec<Row> = Vec::with_capacity(given.rows.len() + entries.len());
        for row in &given.rows {
            let Some(map) = given.maps.iter().find(|map| map.path == row.path) else {
                rows.push(row.clone());
                continue;
            };
            let below = entries.iter().filter(|path| map.has(path));
            for path in below {
                let known = map.known.iter().find(|(name, _)| *name == path.leaf());
                let help = known.map_or(row.help, |(_, help)| help);
                let administers = map.administers.contains(&path.leaf());
                rows.push(Row { path: path.clone(), help, administers, ..row.clone() });
                if let Some(bundle) =
                    shared.iter_mut().find(|it| Some(&it.path) == map.bundle.as_ref())
                {
                    bundle.members.push(path.clone());
                }
            }
        }
        let mut bundles: Vec<Bundle> = Vec::new();
        for row in rows.iter().filter(|row| row.owner != Owner::Server) {
            match shared.iter().find(|bundle| bundle.members.contains(&row.path)) {
                Some(bundle) if bundles.contains(bundle) => {}
                Some(bundle) => bundles.push(bundle.clone()),
                None => bundles.push(Bundle {
                    path: row.path.clone(),
                    members: vec![row.path.clone()],
                    ambiguous_levels: &[],
                }),
            }
        }
        let row_at = rows.iter().enumerate().map(|(at, row)| (row.path.clone(), at)).collect();
        let bundle_of = bundles
            .iter()
            .enumerate()
            .flat_map(|(at, bundle)| bundle.members.iter().map(move |path| (path.clone(), at)))
            .collect();
        let bundle_at =
            bundles.iter().enumerate().map(|(at, bundle)| (bundle.path.clone(), at)).collect();
        let mut names_below: HashMap<SettingPath, Vec<String>> = HashMap::new();
        // With the maps themselves and without their entries: an entry is no member of an object.
        for row in &given.rows {
            for (depth, name) in row.path.segments().iter().enumerate() {
                let names = names_below.entry(SettingPath::new(&row.path.segments()[..depth]));
                let names = names.or_default();
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        let floors = Vec::new();
        let mut catalogue =
            Self { given, rows, bundles, row_at, bundle_of, bundle_at, floors, names_below };
        catalogue.floors =
            catalogue.bundles.iter().map(|bundle| catalogue.narrowest(bundle)).collect();
        catalogue
    }

    /// Returns what profiles are known by.
    pub fn identity(&self) -> &Identity {
        &self.given.identity
    }

    /// Returns the path of the profile's own name.
    pub fn name(&self) -> &SettingPath {
        &self.given.identity.name
    }

    /// Returns the maps whose entries are settings.
    pub fn maps(&self) -> &[EntryMap] {
        &self.given.maps
    }

    /// Returns the pattern row of a map.
    pub fn pattern(&self, map: &EntryMap) -> &Row {
        let pattern = self.given.rows.iter().find(|row| row.path == map.path);
        pattern.expect("every map has a row under its own path")
    }

    /// Returns the map that a path is an entry of, whether or not there is a row for it.
    pub fn map_of(&self, path: &SettingPath) -> Option<&EntryMap> {
        self.given.maps.iter().find(|map| map.has(path))
    }

    /// Returns all rows in the vendor's order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns all bundles in the vendor's order.
    pub fn bundles(&self) -> &[Bundle] {
        &self.bundles
    }

    /// Returns the row of a leaf.
    pub fn row(&self, path: &SettingPath) -> Option<&Row> {
        self.row_at.get(path).map(|at| &self.rows[*at])
    }

    /// Returns the bundle that a leaf belongs to.
    pub fn bundle_of(&self, leaf: &SettingPath) -> Option<&Bundle> {
        self.bundle_of.get(leaf).map(|at| &self.bundles[*at])
    }

    /// Returns the bundle with this path, which is not a leaf when it has several members.
    pub fn bundle(&self, path: &SettingPath) -> Option<&Bundle> {
        self.bundle_at.get(path).map(|at| &self.bundles[*at])
    }

    /// Returns the names directly below an object of a document, in the vendor's order; none for a
    /// leaf and for what no row lies below.
    pub fn names_below(&self, object: &SettingPath) -> &[String] {
        self.names_below.get(object).map_or(&[], Vec::as_slice)
    }

    /// Tells whether a leaf means nothing beside these values of its bundle.
    pub fn is_inert(&self, path: &SettingPath, values: &Settings) -> bool {
        let Some((decider, level)) = self.row(path).and_then(|row| row.inert_when.as_ref()) else {
            return false;
        };
        values.get(decider) == Some(&Value::Level(level))
    }

    /// Returns the members of a bundle that mean something, with their values, in catalogue order.
    ///
    /// Two states of a bundle are the same when what this returns is equal.
    pub fn meaning(&self, bundle: &Bundle, values: &Settings) -> Settings {
        self.meant(bundle, values).map(|(path, value)| (path.clone(), value.clone())).collect()
    }

    /// Lists what [`Self::meaning`] returns, without making a copy.
    fn meant<'v>(
        &self,
        bundle: &'v Bundle,
        values: &'v Settings,
    ) -> impl Iterator<Item = (&'v SettingPath, &'v Value)> {
        // What makes a member inert is another member of its bundle.
        let alone = bundle.members.len() == 1;
        bundle
            .members
            .iter()
            .filter(move |path| alone || !self.is_inert(path, values))
            .filter_map(|path| values.get(path).map(|value| (path, value)))
    }

    /// Tells whether a bundle has this meaning.
    pub fn means(&self, bundle: &Bundle, values: &Settings, meaning: &Settings) -> bool {
        self.meant(bundle, values).all(|(path, value)| meaning.get(path) == Some(value))
            && self.meant(bundle, values).count() == meaning.len()
    }

    /// Tells whether two states of a bundle are one: an entry that is missing in one of them is empty
    /// there.
    pub fn same(&self, bundle: &Bundle, a: &Settings, b: &Settings) -> bool {
        bundle.members.iter().all(|path| self.sided(path, a) == self.sided(path, b))
    }

    /// Returns the value of a setting in one state of its bundle; an entry that is missing is empty.
    pub fn sided(&self, path: &SettingPath, state: &Settings) -> Option<Value> {
        let missing = || self.row(path).filter(|row| row.is_entry()).map(Row::empty);
        state.get(path).cloned().or_else(missing)
    }

    /// Tells whether some setting gives administration of the system itself.
    pub fn administers(&self, settings: &Settings) -> bool {
        settings.iter().any(|(path, value)| {
            !self.is_inert(path, settings)
                && self.row(path).is_some_and(|row| row.gives_administration(value))
        })
    }

    /// Returns a bundle's narrowest state, or `None` when a member has no floor.
    pub fn floor(&self, bundle: &Bundle) -> Option<&Settings> {
        self.floors[*self.bundle_at.get(&bundle.path)?].as_ref()
    }

    fn narrowest(&self, bundle: &Bundle) -> Option<Settings> {
        let values = bundle
            .members
            .iter()
            .map(|path| Some((path.clone(), self.row(path)?.floor.clone()?)))
            .collect::<Option<Settings>>()?;
        Some(self.meaning(bundle, &values))
    }

    /// Returns a short text that differs when a fact that plans depend on differs.
    pub fn fingerprint(&self) -> String {
        let mut hasher = Sha256::new();
        let Given { identity, rows, shared, maps } = &*self.given;
        for row in rows {
            let Row {
                path,
                kind,
                access,
                floor,
                idle,
                on_create,
                empties,
                owner,
                immutable,
                references,
                wire,
                inert_when,
                administers,
                // Words for people; no plan is another one for them.
                help: _,
            } = row;
            hasher.update(format!(
                "{path} {kind:?} {access:?} {floor:?} {idle:?} {on_create:?} {empties:?} {owner:?} \
                 {immutable} {references:?} {wire:?} {inert_when:?} {administers}\n"
            ));
        }
        for bundle in shared {
            let Bundle { path, members, ambiguous_levels } = bundle;
            hasher.update(format!("{path} {members:?} {ambiguous_levels:?}\n"));
        }
        for map in maps {
            let EntryMap { path, bundle, known, names, administers } = map;
            let known: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            hasher.update(format!("{path} {bundle:?} {known:?} {names:?} {administers:?}\n"));
        }
        hasher.update(format!("{identity:?}\n"));
        hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Turns texts into levels where the row is one. JSON carries both alike, so settings that were
    /// read back from a file need this before they can be compared.
    pub fn retype(&self, settings: &mut Settings) {
        for (path, value) in settings {
            let Value::Text(text) = value else { continue };
            if let Some(Kind::Level(levels)) = self.row(path).map(|row| &row.kind)
                && let Some(level) = levels.iter().find(|level| *level == text)
            {
                *value = Value::Level(level);
            }
        }
    }

    /// Tells whether the catalogue understands every value of a bundle: none is opaque.
    pub fn understands(&self, bundle: &Bundle, values: &Settings) -> bool {
        self.meant(bundle, values).all(|(_, value)| !matches!(value, Value::Opaque(_)))
    }
}

#[cfg(test)]
mod tests;
