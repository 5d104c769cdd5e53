//! Making rows: a kind, then what is unusual about the setting.

use crate::model::SettingPath;
use crate::model::catalogue::{Access, Empty, Kind, Owner, ReferenceKind, Row, Wire};

impl Row {
    /// Makes the row of a switch.
    pub fn switch(path: &str) -> Self {
        Self::of(path, Kind::Flag)
    }

    /// Makes the row of a level; `levels` go from the narrowest to the widest.
    pub fn level(path: &str, levels: &'static [&'static str]) -> Self {
        Self::of(path, Kind::Level(levels))
    }

    /// Makes the row of a set of ids.
    pub fn ids(path: &str) -> Self {
        Self::of(path, Kind::Set)
    }

    /// Makes the row of a text.
    pub fn text(path: &str) -> Self {
        Self::of(path, Kind::Text)
    }

    /// Makes the row of a setting that the files decide and that gives access. Its floor, its value in
    /// a new profile and its empty value are one, and a member that is missing or `null` is empty.
    ///
    /// `path` is dotted.
    fn of(path: &str, kind: Kind) -> Self {
        let mut row = Self {
            path: SettingPath::new(path.split('.')),
            kind,
            access: Access::Grants,
            floor: None,
            equal_to_floor: &[],
            switch: None,
            implied_by: None,
            on_create: None,
            empties: &[Empty::Absent, Empty::Null],
            owner: Owner::Files,
            immutable: false,
            references: None,
            wire: Wire::Plain,
            inert_when: None,
            adds_only: None,
            administers: false,
            since: 1,
            own: false,
            help: "",
        };
        let empty = row.empty();
        row.on_create = Some(empty.clone());
        row.floor = Some(empty);
        row
    }

    /// Says what it means, in our words.
    #[must_use]
    pub fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    /// A later generation of the catalogue brought it.
    #[must_use]
    pub fn since(self, since: u32) -> Self {
        Self { since, ..self }
    }

    /// It gives no access, so no value is narrower than another.
    #[must_use]
    pub fn neutral(self) -> Self {
        Self { access: Access::Neutral, floor: None, ..self }
    }

    /// The server decides it.
    #[must_use]
    pub fn server(self) -> Self {
        Self { owner: Owner::Server, ..self.neutral() }
    }

    /// A key of the profile beside `settings` decides it: its name, its description.
    #[must_use]
    pub fn of_profile(self) -> Self {
        Self { owner: Owner::Profile, ..self.neutral() }
    }

    /// A broader value takes access away.
    #[must_use]
    pub fn restricts(self) -> Self {
        Self { access: Access::Restricts, ..self }
    }

    /// It has no narrowest value that could be written.
    #[must_use]
    pub fn no_floor(self) -> Self {
        Self { floor: None, ..self }
    }

    /// These levels grant no more than the floor.
    #[must_use]
    pub fn equal_to_floor(self, equal_to_floor: &'static [&'static str]) -> Self {
        Self { equal_to_floor, ..self }
    }

    /// Some entries are switches, with these two levels.
    #[must_use]
    pub fn switch_of(self, off: &'static str, on: &'static str) -> Self {
        Self { switch: Some((off, on)), ..self }
    }

    /// Each id of the set at `path` counts as one of this set too.
    #[must_use]
    pub fn implied_by(self, path: &str) -> Self {
        Self { implied_by: Some(SettingPath::new(path.split('.'))), ..self }
    }

    /// Only these ways of writing nothing are its empty value.
    #[must_use]
    pub fn empties(self, empties: &'static [Empty]) -> Self {
        Self { empties, ..self }
    }

    /// The vendor refuses a new profile whose request does not state it.
    #[must_use]
    pub fn to_be_stated(self) -> Self {
        Self { on_create: None, empties: &[], ..self }
    }

    /// It can't be changed once the profile is there.
    #[must_use]
    pub fn immutable(self) -> Self {
        Self { immutable: true, ..self }
    }

    /// Its ids point to things of this kind.
    #[must_use]
    pub fn references(self, kind: ReferenceKind) -> Self {
        Self { references: Some(kind), ..self }
    }

    /// The document carries it like this.
    #[must_use]
    pub fn wire(self, wire: Wire) -> Self {
        Self { wire, ..self }
    }

    /// It means nothing while the setting at `path` has this level.
    #[must_use]
    pub fn inert_when(self, path: &str, level: &'static str) -> Self {
        Self { inert_when: Some((SettingPath::new(path.split('.')), level)), ..self }
    }

    /// A write may only add to it; `hint` says what to do where the vendor keeps what it took away.
    #[must_use]
    pub fn adds_only(self, hint: &'static str) -> Self {
        Self { adds_only: Some(hint), ..self }
    }

    /// Its widest value lets a holder change the configuration of the system itself.
    #[must_use]
    pub fn administers(self) -> Self {
        Self { administers: true, ..self }
    }
}
