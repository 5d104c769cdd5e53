//! A provider's whole table: looking rows and bundles up, what a bundle means, its floor.

use std::borrow::Cow;
use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::model::catalogue::{Access, Bundle, EntryMap, Identity, Kind, Risk, Row};
use crate::model::{PathMap, SettingPath, Settings, Value};

mod bundles;

/// A provider's whole table, made once.
///
/// A map by name has one row, the pattern of its entries: which entries there are is up to each
/// workspace, and [`Catalogue::bundles_with`] takes them.
#[derive(Debug, Clone)]
pub struct Catalogue {
    identity: Identity,
    /// The leaves, in the vendor's order, and the pattern of each map at its place.
    rows: Vec<Row>,
    /// The given bundles; the entries of a map are no members of them yet.
    shared: Vec<Bundle>,
    maps: Vec<EntryMap>,
    /// The value of an entry that is missing, in the order of `maps`.
    missing: Vec<Value>,
    /// All bundles without entries.
    bundles: Vec<Bundle>,
    row_at: PathMap<usize>,
    bundle_of: PathMap<usize>,
    bundle_at: PathMap<usize>,
    /// What settings let people do; the rest has no words of its own.
    pub(super) risks: PathMap<Risk>,
    /// The narrowest state of each bundle of `bundles`.
    floors: Vec<Option<Settings>>,
    /// The names directly below each object of a document, in the vendor's order.
    names_below: PathMap<Vec<String>>,
    /// Where each of them leads to, in the same order.
    paths_below: PathMap<Vec<SettingPath>>,
}

/// The members directly below an object of a document. Files and documents mostly have them in the vendor's
/// order, so each is looked for behind the one before it.
#[derive(Debug)]
pub struct Below<'c> {
    names: &'c [String],
    paths: &'c [SettingPath],
    next: usize,
}

impl<'c> Below<'c> {
    /// Returns the path of a member, when the table has it: a copy of it costs less than a new one.
    pub fn find(&mut self, name: &str) -> Option<&'c SettingPath> {
        let (before, after) = self.names.split_at(self.next);
        let step = after.iter().chain(before).position(|known| known == name)?;
        let at = (self.next + step) % self.names.len();
        self.next = at + 1;
        Some(&self.paths[at])
    }
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
        let row_at: PathMap<usize> =
            rows.iter().enumerate().map(|(at, row)| (row.path.clone(), at)).collect();
        let missing = maps.iter().map(|map| rows[row_at[&map.path]].empty()).collect();
        let mut names_below: PathMap<Vec<String>> = PathMap::default();
        let mut paths_below: PathMap<Vec<SettingPath>> = PathMap::default();
        for row in &rows {
            for (depth, name) in row.path.segments().iter().enumerate() {
                let above = SettingPath::new(&row.path.segments()[..depth]);
                let names = names_below.entry(above.clone()).or_default();
                if !names.contains(name) {
                    names.push(name.clone());
                    let path = above.join(name);
                    paths_below.entry(above).or_default().push(path);
                }
            }
        }
        let mut catalogue = Self {
            identity,
            rows,
            shared,
            maps,
            missing,
            bundles: Vec::new(),
            row_at,
            bundle_of: PathMap::default(),
            bundle_at: PathMap::default(),
            risks: PathMap::default(),
            floors: Vec::new(),
            names_below,
            paths_below,
        };
        let bundles = catalogue.build_bundles(&BTreeSet::new());
        let numbered = || bundles.iter().enumerate();
        let members = |(at, bundle): (usize, &Bundle)| {
            bundle.members.iter().map(move |path| (path.clone(), at)).collect::<Vec<_>>()
        };
        catalogue.bundle_of = numbered().flat_map(members).collect();
        catalogue.bundle_at = numbered().map(|(at, it)| (it.path.clone(), at)).collect();
        catalogue.floors = bundles.iter().map(|bundle| catalogue.narrowest(bundle)).collect();
        catalogue.bundles = bundles;
        catalogue
    }

    /// Returns the generation that brought its newest row.
    pub fn generation(&self) -> u32 {
        self.rows.iter().map(|row| row.since).max().unwrap_or(1)
    }

    /// Returns the table without the rows of generations after this one.
    #[must_use]
    pub fn through(&self, generation: u32) -> Self {
        let is_in = |path: &SettingPath| self.row(path).is_some_and(|row| row.since <= generation);
        let rows = self.rows.iter().filter(|row| row.since <= generation).cloned().collect();
        let shared = self.shared.iter().map(|bundle| Bundle {
            members: bundle.members.iter().filter(|path| is_in(path)).cloned().collect(),
            ..bundle.clone()
        });
        let shared = shared.filter(|bundle| !bundle.members.is_empty()).collect();
        let maps = self.maps.iter().filter(|map| is_in(&map.path)).cloned().collect();
        let table = Self::new(self.identity.clone(), rows, shared, maps);
        Self { risks: self.risks.clone(), ..table }
    }

    /// Returns the table with more rows at its end.
    pub(super) fn with_rows(&self, more: Vec<Row>) -> Self {
        let rows = self.rows.iter().cloned().chain(more).collect();
        let table = Self::new(self.identity.clone(), rows, self.shared.clone(), self.maps.clone());
        Self { risks: self.risks.clone(), ..table }
    }

    /// Returns what profiles are known by.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Returns the path of the profile's own name.
    pub fn name(&self) -> &SettingPath {
        &self.identity.name
    }

    /// Returns the maps whose entries are settings.
    pub fn maps(&self) -> &[EntryMap] {
        &self.maps
    }

    /// Returns the map that a path is an entry of.
    pub fn map_of(&self, path: &SettingPath) -> Option<&EntryMap> {
        self.maps.iter().find(|map| map.has(path))
    }

    /// Returns all rows in the vendor's order; a map has one, the pattern of its entries.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Returns the row of a leaf. That of an entry is the pattern of its map, with the map's path.
    pub fn row(&self, path: &SettingPath) -> Option<&Row> {
        let path = self.map_of(path).map_or(path, |map| &map.path);
        self.row_at.get(path).map(|at| &self.rows[*at])
    }

    /// Tells what a leaf means, in our words.
    pub fn help(&self, path: &SettingPath) -> Option<&'static str> {
        let known = self.map_of(path).and_then(|map| map.known(path.leaf()));
        known.or_else(|| self.row(path).map(|row| row.help))
    }

    /// Returns a setting's value; an entry that is missing is empty, or what its whole map is where
    /// that is no list.
    pub fn value<'v>(&'v self, path: &SettingPath, settings: &'v Settings) -> Option<&'v Value> {
        settings.get(path).or_else(|| self.missing(path, settings))
    }

    /// Returns the value that a member of a bundle has an effect with; that of a member that means
    /// nothing beside the others is as if it were missing.
    pub fn effective_value<'v>(
        &'v self,
        bundle: &Bundle,
        path: &SettingPath,
        settings: &'v Settings,
    ) -> Option<&'v Value> {
        // What makes a member inert is another member of its bundle.
        match bundle.members.len() > 1 && self.is_inert(path, settings) {
            true => self.missing(path, settings),
            false => self.value(path, settings),
        }
    }

    fn missing<'v>(&'v self, path: &SettingPath, settings: &'v Settings) -> Option<&'v Value> {
        let at = self.maps.iter().position(|map| map.has(path))?;
        Some(settings.get(&self.maps[at].path).unwrap_or(&self.missing[at]))
    }

    /// Returns all bundles in the vendor's order, without the entries of maps.
    pub fn bundles(&self) -> &[Bundle] {
        &self.bundles
    }

    /// Returns the path of the bundle that a leaf belongs to.
    pub fn bundle_path<'p>(&'p self, leaf: &'p SettingPath) -> Option<&'p SettingPath> {
        match self.map_of(leaf) {
            Some(map) => Some(map.bundle.as_ref().unwrap_or(leaf)),
            None => self.bundle_of.get(leaf).map(|at| &self.bundles[*at].path),
        }
    }

    /// Returns the names directly below an object of a document, in the vendor's order; none for a
    /// leaf and for what no row lies below.
    pub fn names_below(&self, object: &SettingPath) -> &[String] {
        self.names_below.get(object).map_or(&[], Vec::as_slice)
    }

    /// Returns the members directly below an object of a document, to be looked for by their names.
    pub fn below(&self, object: &SettingPath) -> Below<'_> {
        let paths = self.paths_below.get(object).map_or(&[][..], Vec::as_slice);
        Below { names: self.names_below(object), paths, next: 0 }
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
    pub fn effective(&self, bundle: &Bundle, values: &Settings) -> Settings {
        let members = self.effective_members(bundle, values);
        members.map(|(path, value)| (path.clone(), value.clone())).collect()
    }

    /// Lists what [`Self::effective`] returns, without making a copy.
    fn effective_members<'v>(
        &'v self,
        bundle: &'v Bundle,
        values: &'v Settings,
    ) -> impl Iterator<Item = (&'v SettingPath, &'v Value)> {
        // What makes a member inert is another member of its bundle.
        let alone = bundle.members.len() == 1;
        bundle
            .members
            .iter()
            .filter(move |path| alone || !self.is_inert(path, values))
            .filter_map(|path| self.value(path, values).map(|value| (path, value)))
    }

    /// Tells whether two values of a leaf are one in effect: equal, or both without any access.
    pub fn same(&self, path: &SettingPath, a: Option<&Value>, b: Option<&Value>) -> bool {
        a == b
            || self.row(path).zip(a.zip(b)).is_some_and(|(row, (a, b))| {
                !row.equal_to_floor.is_empty() && row.at_floor(a) && row.at_floor(b)
            })
    }

    /// Returns the value that gives nothing, in the levels that the leaf takes: those of a switch where it
    /// is one.
    pub fn nothing(&self, row: &Row, path: &SettingPath, is_switch: bool) -> Value {
        let published = || self.map_of(path).is_some_and(|map| map.switches.contains(&path.leaf()));
        match row.switch {
            Some((off, _)) if is_switch || published() => Value::Level(off),
            _ => row.empty(),
        }
    }

    /// Returns what a broader value of a leaf does; nothing for a path without a row.
    pub fn access(&self, path: &SettingPath) -> Access {
        match self.is_restriction(path) {
            true => Access::Restricts,
            false => self.row(path).map_or(Access::Neutral, |row| row.access),
        }
    }

    /// Tells whether a leaf is an entry of a map that takes access away: what no file says about it
    /// leaves it as it is.
    pub fn is_restriction(&self, path: &SettingPath) -> bool {
        self.map_of(path).is_some_and(|map| map.restricts.contains(&path.leaf()))
    }

    /// Tells whether a value of a leaf gives administration of the system itself.
    pub fn gives_administration(&self, path: &SettingPath, value: &Value) -> bool {
        let named = self.map_of(path).map(|map| map.administers.contains(&path.leaf()));
        self.row(path).is_some_and(|row| {
            named.unwrap_or(row.administers) && row.widest().is_some_and(|it| it == *value)
        })
    }

    /// Tells whether some setting gives administration of the system itself.
    pub fn administers(&self, settings: &Settings) -> bool {
        settings.iter().any(|(path, value)| {
            self.gives_administration(path, value) && !self.is_inert(path, settings)
        })
    }

    /// Returns a bundle's narrowest state, or `None` when a member has no floor.
    pub fn floor(&self, bundle: &Bundle) -> Option<Cow<'_, Settings>> {
        match self.bundle_at.get(&bundle.path) {
            Some(at) if self.bundles[*at].members.len() == bundle.members.len() => {
                self.floors[*at].as_ref().map(Cow::Borrowed)
            }
            _ => self.narrowest(bundle).map(Cow::Owned),
        }
    }

    fn narrowest(&self, bundle: &Bundle) -> Option<Settings> {
        let values = bundle
            .members
            .iter()
            .map(|path| Some((path.clone(), self.row(path)?.floor.clone()?)))
            .collect::<Option<Settings>>()?;
        Some(self.effective(bundle, &values))
    }

    /// Returns a short text that differs when a fact that plans depend on differs.
    pub fn fingerprint(&self) -> String {
        let mut hasher = Sha256::new();
        let Self { identity, rows, shared, maps, .. } = self;
        for row in rows {
            let Row {
                path,
                kind,
                access,
                floor,
                equal_to_floor,
                switch,
                implied_by,
                on_create,
                empties,
                owner,
                immutable,
                references,
                wire,
                inert_when,
                administers,
                // Words for people; no plan is another one for them.
                adds_only: _,
                since: _,
                own: _,
                help: _,
            } = row;
            hasher.update(format!(
                "{path} {kind:?} {access:?} {floor:?} {equal_to_floor:?} \
                 {switch:?} {implied_by:?} {on_create:?} {empties:?} {owner:?} \
                 {immutable} {references:?} {wire:?} {inert_when:?} {administers}\n"
            ));
        }
        for bundle in shared {
            let Bundle { path, members, ambiguous_levels } = bundle;
            hasher.update(format!("{path} {members:?} {ambiguous_levels:?}\n"));
        }
        for map in maps {
            let EntryMap { path, bundle, known, names, administers, restricts, switches } = map;
            let known: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
            hasher.update(format!(
                "{path} {bundle:?} {known:?} {names:?} {administers:?} {restricts:?} {switches:?}\n"
            ));
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
        self.effective_members(bundle, values).all(|(_, value)| !matches!(value, Value::Opaque(_)))
    }
}

#[cfg(test)]
mod tests;
