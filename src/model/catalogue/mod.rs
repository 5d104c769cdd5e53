//! What a table of settings is: the facts about each leaf of a provider's profiles.
//!
//! From these rows come checking, diff, floors, rendering and documentation. A fact about a vendor
//! belongs in its table, never in an `if` of a later stage.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{SettingPath, Value};

mod explain;
mod own;
mod reference;
mod risk;
mod rows;
mod table;

pub use explain::{Explained, ExplainedAbility};
pub use own::{OwnKind, OwnSetting, OwnSettings, flaw_of};
pub use reference::{Reference, ReferenceKind};
pub use risk::{OwnTier, OwnTiers, Risk, Risks, Tier};
pub use table::{Below, Catalogue};

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
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
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

/// How a document carries a value. Paths are the document's own, so most are plain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// As what it is: a boolean, a text, a list of texts.
    Plain,
    /// A set of ids as a list of numbers.
    Numbers,
    /// A set of ids as a list of objects with the id under this member. What else is in such an
    /// object belongs to another thing at the vendor and goes back as it came.
    Objects(&'static str),
    /// One entry of a list of objects, under the entry's own name; see [`EntryMap`].
    Entry {
        /// The member with the entry's name.
        name: &'static str,
        /// The member with the entry's value.
        value: &'static str,
    },
    /// One entry of a list of texts: on when it is in the list.
    Listed,
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
    /// Other levels that grant no more than the floor. Where no file sets the setting, a live value of
    /// these stays: changing it would have no effect.
    pub equal_to_floor: &'static [&'static str],
    /// The levels of entries that are switches, off and on; all others have the rest. `on` is wider than
    /// the floor, and neither wider nor narrower than another level.
    pub switch: Option<(&'static str, &'static str)>,
    /// The set whose ids are in this one too, as far as access goes: who may change a thing may see it.
    pub implied_by: Option<SettingPath>,
    /// What the vendor gives a new profile whose create request does not name it; `None` when it
    /// refuses such a request, so that a file has to say it.
    pub on_create: Option<Value>,
    /// Which ways of writing nothing equal the empty value (`false`, the first level, no ids, no text).
    pub empties: &'static [Empty],
    /// Who decides the value.
    pub owner: Owner,
    /// Whether it can't be changed once the profile is there.
    pub immutable: bool,
    /// What the ids of a set point to.
    pub references: Option<ReferenceKind>,
    /// How the document carries it.
    pub wire: Wire,
    /// While this other setting has this level, the leaf is neither compared, judged nor sent.
    pub inert_when: Option<(SettingPath, &'static str)>,
    /// What to do where the vendor keeps what a write takes away; `None` where it is not known to.
    pub adds_only: Option<&'static str>,
    /// Whether its widest value lets a holder change the configuration of the system itself.
    pub administers: bool,
    /// The generation of the catalogue that brought it, from 1: a release that learns settings of vendors makes a new
    /// one.
    pub since: u32,
    /// Whether a tenant's files add it.
    pub own: bool,
    /// Its meaning, for a reader who does not know the vendor's API.
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

/// A map by name whose names the vendor may add to: each entry is a setting of its own.
///
/// The table has one row for the map, under the map's path; it is the pattern of its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryMap {
    /// The path of the map, and of its pattern row.
    pub path: SettingPath,
    /// The bundle that its entries belong to; `None` when each is one of its own.
    pub bundle: Option<SettingPath>,
    /// The names that the vendor documents, with what each means, in our words.
    pub known: &'static [(&'static str, &'static str)],
    /// Where the names come from.
    pub names: EntryNames,
    /// Names whose widest value gives administration of the system itself.
    pub administers: &'static [&'static str],
    /// Names whose broader values take access away. Such an entry has no floor: where no file names it,
    /// it stays as it is live.
    pub restricts: &'static [&'static str],
    /// Names that the vendor publishes as switches; see [`Row::switch`].
    pub switches: &'static [&'static str],
}

impl EntryMap {
    /// Returns what a name means, in our words, when the vendor documents it.
    pub fn known(&self, name: &str) -> Option<&'static str> {
        self.known.iter().find(|(known, _)| *known == name).map(|(_, help)| *help)
    }

    /// Tells whether a path is one of an entry of this map.
    pub fn has(&self, path: &SettingPath) -> bool {
        path.segments().len() == self.path.segments().len() + 1 && path.starts_with(&self.path)
    }
}

/// Where the names of an [`EntryMap`] come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryNames {
    /// From the vendor's documentation, which lags behind: another one is a warning.
    Documented,
    /// From the workspace, which lists all that it allows: another one is an error, found when the
    /// workspace is read. A file may also give a list, which states the whole map.
    Workspace,
}

/// What a provider's profiles are known by, and what may become of their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The setting that is the profile's name.
    pub name: SettingPath,
    /// The member of a document that holds the vendor's id.
    pub id: &'static str,
    /// What requests call a profile by.
    pub addressed: Addressed,
    /// Whether the vendor can rename a profile.
    pub renames: bool,
    /// Whether two names that differ only in case may be one to the vendor.
    pub any_case: bool,
    /// Whether a create makes an empty profile that a second request fills, so that a run may die
    /// between the two.
    pub two_step_create: bool,
}

/// What requests call a profile by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Addressed {
    /// Its id.
    ById,
    /// Its name: two profiles of one name can't be told apart.
    ByName,
}

impl Row {
    /// Returns the widest value of a switch or a level.
    pub fn widest(&self) -> Option<Value> {
        match &self.kind {
            Kind::Flag => Some(Value::Flag(true)),
            Kind::Level(levels) => levels.last().map(|level| Value::Level(level)),
            Kind::Text | Kind::Set => None,
        }
    }

    /// Finds a level by its word.
    pub fn find_level(&self, word: &str) -> Option<Value> {
        let Kind::Level(levels) = &self.kind else { return None };
        levels.iter().find(|level| **level == word).map(|level| Value::Level(level))
    }

    /// Tells whether a value grants as little as the floor does: it is the floor, or equals it.
    pub fn at_floor(&self, value: &Value) -> bool {
        self.floor.as_ref() == Some(value) || self.equals_floor(value)
    }

    /// Tells whether a value is one of a switch.
    pub fn is_of_switch(&self, value: &Value) -> bool {
        let Value::Level(level) = value else { return false };
        self.switch.is_some_and(|(off, on)| [off, on].contains(level))
    }

    /// Tells whether a value grants as little as the floor, without being it.
    pub fn equals_floor(&self, value: &Value) -> bool {
        matches!(value, Value::Level(level) if self.equal_to_floor.contains(level))
    }

    /// Tells whether it is an entry of a map rather than a member of its own.
    pub fn is_entry(&self) -> bool {
        matches!(self.wire, Wire::Entry { .. } | Wire::Listed)
    }

    /// Returns the value that stands for "nothing given": off, the first level, no ids, no text.
    pub fn empty(&self) -> Value {
        match &self.kind {
            Kind::Flag => Value::Flag(false),
            Kind::Level(levels) => Value::Level(levels[0]),
            Kind::Text => Value::text(""),
            Kind::Set => Value::set::<_, String>([]),
        }
    }
}
