//! What a table of settings is: the facts about each leaf of a provider's profiles.
//!
//! From these rows come checking, diff, floors, rendering and documentation. A fact about a vendor
//! belongs in its table, never in an `if` of a later stage.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::profile::{SettingPath, Settings, Value};

/// What values a setting takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// On or off.
    Flag,
    /// One of these, narrowest first.
    Level(&'static [&'static str]),
    /// Free text.
    Text,
    /// A set of ids.
    Set,
}

/// What a broader value of a setting does to the people who hold the profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// A broader value lets holders see or do more.
    Grants,
    /// A broader value lets holders see or do less.
    Restricts,
    /// The value says nothing about access.
    Neutral,
}

/// Who decides the value of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// The files, under `settings`.
    Files,
    /// The files, by a key of the profile beside `settings` (`profile`, `description`).
    Profile,
    /// The server; never a change.
    Server,
}

/// A way of writing "nothing" on the wire that this setting treats as equal to its empty value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    /// The member is not there.
    Absent,
    /// The member is `null`.
    Null,
}

/// What the ids of a set point to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReferenceKind {
    /// A user, named by e-mail address.
    User,
    /// A library folder, named by its name or its path.
    Folder,
}

impl ReferenceKind {
    /// Returns the word for one of them, as messages use it.
    pub fn noun(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Folder => "folder",
        }
    }

    /// Tells whether a reference is an id already rather than a name.
    pub fn is_id(self, reference: &str) -> bool {
        match self {
            Self::User | Self::Folder => {
                !reference.is_empty() && reference.bytes().all(|byte| byte.is_ascii_digit())
            }
        }
    }

    /// Tells whether a text has the shape of such a name or id at all.
    pub fn could_be(self, reference: &str) -> bool {
        match self {
            Self::User => self.is_id(reference) || reference.contains('@'),
            Self::Folder => !reference.trim().is_empty(),
        }
    }

    /// Returns what a file may write for one of them, as messages use it.
    pub fn expected(self) -> &'static str {
        match self {
            Self::User => "an e-mail address or an id",
            Self::Folder => "a folder name, a folder path or an id",
        }
    }
}

/// One leaf of a provider's profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Where the leaf is, in the vendor's own names.
    pub path: SettingPath,
    /// What values it takes.
    pub kind: Kind,
    /// What a broader value does.
    pub access: Access,
    /// The narrowest value; `None` for settings that have none.
    pub floor: Option<Value>,
    /// What the vendor gives a new profile whose create request does not name it.
    pub on_create: Value,
    /// Which ways of writing nothing equal the empty value (`false`, the first level, no ids, no text).
    pub empties: &'static [Empty],
    /// Who decides the value.
    pub owner: Owner,
    /// What the ids of a set point to.
    pub references: Option<ReferenceKind>,
    /// While this other setting has this level, the leaf is neither compared, judged nor sent.
    pub inert_when: Option<(SettingPath, &'static str)>,
    /// Whether it lets a holder change the configuration of the system itself.
    pub administers: bool,
    /// What it means, in our words, for somebody who does not know the vendor's API.
    pub help: &'static str,
}

/// Settings that mean something only together; every other leaf is a bundle of its own.
///
/// The unit of comparison, of `unlisted`, of staleness and of direction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The path that the members share, or the leaf's own path.
    pub path: SettingPath,
    /// Its leaves, the deciding one (an access level) first.
    pub members: Vec<SettingPath>,
    /// Levels under which the second member's ids have no agreed meaning: readable, never newly
    /// written. Empty for bundles without such levels.
    pub ambiguous_levels: &'static [&'static str],
}

impl Bundle {
    /// Returns the member that decides the others: the level of an access scope.
    pub fn lead(&self) -> &SettingPath {
        &self.members[0]
    }
}

/// A provider's whole table.
#[derive(Debug, Clone)]
pub struct Catalogue {
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

impl Catalogue {
    /// Builds a table from its rows, in the vendor's order, and the bundles of more than one leaf.
    ///
    /// Every row of the files that no given bundle names becomes a bundle of its own, at its place
    /// in the order.
    pub fn new(rows: Vec<Row>, shared: Vec<Bundle>) -> Self {
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
        for row in &rows {
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
            Self { rows, bundles, row_at, bundle_of, bundle_at, floors, names_below };
        catalogue.floors =
            catalogue.bundles.iter().map(|bundle| catalogue.narrowest(bundle)).collect();
        catalogue
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
        matches!(values.get(decider), Some(Value::Text(actual)) if actual == level)
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
        for row in &self.rows {
            let Row {
                path,
                kind,
                access,
                floor,
                on_create,
                empties,
                owner,
                references,
                inert_when,
                administers,
                // Words for people; no plan is another one for them.
                help: _,
            } = row;
            hasher.update(format!(
                "{path} {kind:?} {access:?} {floor:?} {on_create:?} {empties:?} {owner:?} \
                 {references:?} {inert_when:?} {administers}\n"
            ));
        }
        for bundle in &self.bundles {
            let Bundle { path, members, ambiguous_levels } = bundle;
            hasher.update(format!("{path} {members:?} {ambiguous_levels:?}\n"));
        }
        hasher.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Tells whether the catalogue understands every value of a bundle: none is opaque.
    pub fn understands(&self, bundle: &Bundle, values: &Settings) -> bool {
        self.meant(bundle, values).all(|(_, value)| !matches!(value, Value::Opaque(_)))
    }
}

impl Row {
    /// Returns the value that stands for "nothing given": off, the first level, no ids, no text.
    pub fn empty(&self) -> Value {
        match &self.kind {
            Kind::Flag => Value::Flag(false),
            Kind::Level(levels) => Value::text(levels[0]),
            Kind::Text => Value::text(""),
            Kind::Set => Value::set::<_, String>([]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            path: "a".parse().unwrap(),
            kind: Kind::Set,
            access: Access::Grants,
            floor: None,
            on_create: Value::set::<_, String>([]),
            empties: &[],
            owner: Owner::Files,
            references: None,
            inert_when: None,
            administers: false,
            help: "",
        }
    }

    fn fingerprint(row: Row) -> String {
        Catalogue::new(vec![row], Vec::new()).fingerprint()
    }

    #[test]
    fn the_fingerprint_differs_with_every_fact_that_a_plan_was_judged_by() {
        let others = [
            Row { path: "b".parse().unwrap(), ..row() },
            Row { kind: Kind::Text, ..row() },
            Row { access: Access::Neutral, ..row() },
            Row { floor: Some(Value::set::<_, String>([])), ..row() },
            Row { on_create: Value::set(["1"]), ..row() },
            Row { empties: &[Empty::Null], ..row() },
            Row { owner: Owner::Profile, ..row() },
            Row { references: Some(ReferenceKind::User), ..row() },
            Row { inert_when: Some(("b".parse().unwrap(), "x")), ..row() },
            Row { administers: true, ..row() },
        ];
        let mut seen = std::collections::BTreeSet::from([fingerprint(row())]);
        for other in others {
            assert!(seen.insert(fingerprint(other.clone())), "{other:?}");
        }
    }

    #[test]
    fn the_fingerprint_does_not_depend_on_words_for_people() {
        assert_eq!(fingerprint(row()), fingerprint(Row { help: "other words", ..row() }));
    }
}
