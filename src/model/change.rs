//! A change: the transitions of one profile or one user, each from before to after, and the places
//! that ask for them.
//!
//! A change is made by the planner, saved, reviewed and applied; nothing here decides one.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::finding::Place;
use crate::model::catalogue::Catalogue;
use crate::model::{Document, ProfileId, SettingPath, Settings, Value, document};

pub mod user;

/// The transitions of one profile or one user. There is no delete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    /// The profile's name in the files, or the user's e-mail address as the vendor spells it.
    #[serde(rename = "profile")]
    pub name: String,
    /// What is done to it.
    #[serde(flatten)]
    pub action: Action,
    /// The document in the files that describes the profile; of a user, the first line that asks.
    pub declared_at: Place,
    /// What changes, bundle by bundle, in catalogue order. Never empty.
    pub transitions: Vec<Transition>,
}

impl Change {
    /// Tells whether only last days that have passed ask for it.
    pub fn is_of_expiry(&self) -> bool {
        self.transitions.iter().all(|transition| transition.expired.is_some())
    }

    /// Returns which side moved; both where it is one of some settings and the other of others.
    pub fn cause(&self) -> Option<DriftCause> {
        let mut causes = self.transitions.iter().map(|transition| transition.cause);
        let first = causes.next()??;
        Some(if causes.all(|cause| cause == Some(first)) { first } else { DriftCause::Both })
    }

    /// Tells whether the profile gets another name.
    pub fn renames(&self, catalogue: &Catalogue) -> bool {
        let name = catalogue.name();
        self.updates().is_some() && self.transitions.iter().any(|it| it.bundle == *name)
    }

    /// Tells whether the change makes its profile.
    pub fn creates(&self) -> bool {
        self.action == Action::Create
    }

    /// Returns the profile's id and live name when it is there already; `None` for a user.
    pub fn updates(&self) -> Option<(&ProfileId, &String)> {
        match &self.action {
            Action::Update { id, live_name } => Some((id, live_name)),
            Action::Create | Action::Assign { .. } => None,
        }
    }

    /// Returns the settings that the change writes into a document: those that it names, and as empty
    /// each entry of its bundles that only the document has. A bundle is decided whole, so what a level
    /// has hidden so far is not let out.
    pub fn written(&self, catalogue: &Catalogue, document: Option<&Document>) -> Settings {
        let mut written: Settings =
            self.transitions.iter().flat_map(|transition| transition.after.clone()).collect();
        let Some(document) = document else { return written };
        for path in document::entries(catalogue, document) {
            let decided =
                |transition: &Transition| catalogue.bundle_path(&path) == Some(&transition.bundle);
            let row = catalogue.row(&path);
            let live = document::value(catalogue, document, &path);
            let live = row.zip(live.as_ref());
            let stays = catalogue.is_restriction(&path)
                || live.is_some_and(|(row, live)| row.at_floor(live));
            if !self.transitions.iter().any(decided)
                || written.contains_key(&path)
                || catalogue.is_inert(&path, &written)
                || stays
            {
                continue;
            }
            if let Some((row, live)) = live {
                let nothing = catalogue.nothing(row, &path, row.is_of_switch(live));
                written.insert(path, nothing);
            }
        }
        written
    }
}

/// What a change does to its target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "action", rename_all = "lowercase")]
pub enum Action {
    /// The profile is not there; the change makes it.
    Create,
    /// The profile is there.
    Update {
        /// The vendor's id.
        id: ProfileId,
        /// Its name in the workspace when it was planned; differs from the file's in a rename.
        live_name: String,
    },
    /// The user gets profiles, loses profiles, or both. A plan file has it among `memberships`.
    #[serde(skip)]
    Assign {
        /// What each profile that the user gets grants, after the plan's own change of it: its
        /// settings that are not at their floor. Apply gives it only while it grants that.
        grants: BTreeMap<String, Settings>,
    },
}

impl Action {
    /// Returns the word for what is done.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update { .. } => "update",
            Self::Assign { .. } => "assign",
        }
    }
}

/// One bundle's change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Transition {
    /// The bundle's path: `callsAccess`, `downloadCallMedia`, `name`. Of a create, a plan's file leaves
    /// it out where it is the only setting in `after`; transitions like that stand together in one.
    #[serde(default = "SettingPath::nowhere")]
    pub bundle: SettingPath,
    /// All members of the bundle that mean something, as they were live; empty in a create, of which a
    /// plan's file does not have it.
    #[serde(default)]
    pub before: Settings,
    /// All members of the bundle that mean something, as they will be.
    pub after: Settings,
    /// What it does to access; a plan's file does not have it of a create.
    #[serde(default)]
    pub direction: Direction,
    /// The places in the files that ask for it. Of a create, a plan's file leaves them out where the new profile
    /// itself asks for all. Where each setting in `after` has one, a plan's file has a text with a part for each:
    /// `LINE:COLUMN` of the line that names it, `LINE:COLUMN~` of a line that names another member of the bundle,
    /// `LINE:COLUMN!` of a list that does not have it, `-` for the new profile itself.
    #[serde(default, deserialize_with = "origins")]
    pub origins: Vec<Origin>,
    /// The last day of the value that is live, UTC, where that alone asks for the change: live is what the files
    /// asked for through that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expired: Option<String>,
    /// Which side moved, where drift is compared with what was live before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<DriftCause>,
}

/// Which side moved since something was live.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DriftCause {
    /// Live: a person changed it by hand.
    ByHand,
    /// The files; nothing has applied them.
    Pending,
    /// Both.
    Both,
}

impl DriftCause {
    /// Returns the words for it.
    pub fn words(self) -> &'static str {
        match self {
            Self::ByHand => "by hand",
            Self::Pending => "pending",
            Self::Both => "by hand and pending",
        }
    }
}

/// Reads origins, or the text that stands for them in a plan's file; it is kept in one origin.
fn origins<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Origin>, D::Error> {
    // Kept as text until it is known which of the two it is: as values it would take many times the memory.
    let stated = Box::<RawValue>::deserialize(deserializer)?;
    let Ok(text) = serde_json::from_str::<String>(stated.get()) else {
        return serde_json::from_str(stated.get()).map_err(D::Error::custom);
    };
    let place = Place { file: text, line: 0, column: 0 };
    Ok(vec![Origin::new(SettingPath::nowhere(), place, OriginKind::Named)])
}

/// Where a value comes from: a place in the files that asks for it, and what that place overrides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Origin {
    /// Which leaf. Its value is the transition's `after`.
    pub setting: SettingPath,
    /// Where.
    pub place: Place,
    /// How the place asks for it.
    pub kind: OriginKind,
    /// The reason that the files give for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The last day of it, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// The value that the leaf would have without this place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overrides: Option<Box<Overridden>>,
}

/// A value that a nearer place overrides, with its own origin: one link of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overridden {
    /// The value.
    pub value: Value,
    /// Where it comes from.
    pub origin: Origin,
}

impl Origin {
    /// Makes the origin of a value that overrides none.
    pub fn new(setting: SettingPath, place: Place, kind: OriginKind) -> Self {
        Self { setting, place, kind, reason: None, until: None, overrides: None }
    }

    /// Tells whether it holds the text that stands for origins in a plan's file: its place has no line.
    pub fn is_text(&self) -> bool {
        self.setting.segments().is_empty() && self.place.line == 0
    }
}

/// How a place in the files asks for a value.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum OriginKind {
    /// It names the setting.
    Named,
    /// It names another member of the bundle, which decides the whole bundle.
    BundleRest,
    /// It gives the whole map as a list, and the entry is not in it.
    NotInList,
    /// It says `unlisted: deny`, and the setting is not listed.
    UnlistedDeny,
    /// It describes a new profile, which starts with the narrowest value of all it does not name.
    NewProfile,
    /// It gives the last day of an earlier value, or the value after that day.
    Expired,
    /// It says since when the profile is retired.
    Retired,
}

/// What a change does to the access of the people it is about.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Nothing.
    #[default]
    Neutral,
    /// They can see or do less.
    Narrows,
    /// They can see or do more.
    Broadens,
    /// Both.
    Mixed,
    /// The vendor does not say what it does.
    Unclear,
}

impl Direction {
    /// Returns the direction of two changes together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Neutral, it) | (it, Self::Neutral) => it,
            (Self::Unclear, _) | (_, Self::Unclear) => Self::Unclear,
            (a, b) if a == b => a,
            _ => Self::Mixed,
        }
    }

    /// Returns the direction of a set that grants more the more is in it.
    pub fn of_set(before: &BTreeSet<String>, after: &BTreeSet<String>) -> Self {
        match (before.is_subset(after), after.is_subset(before)) {
            (true, true) => Self::Neutral,
            (true, false) => Self::Broadens,
            (false, true) => Self::Narrows,
            (false, false) => Self::Mixed,
        }
    }

    /// Returns the direction of the change back.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Narrows => Self::Broadens,
            Self::Broadens => Self::Narrows,
            it => it,
        }
    }

    /// Tells whether people may get access that they did not have.
    pub fn may_broaden(self) -> bool {
        matches!(self, Self::Broadens | Self::Mixed | Self::Unclear)
    }

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Neutral => "neutral",
            Self::Narrows => "narrows",
            Self::Broadens => "broadens",
            Self::Mixed => "mixed",
            Self::Unclear => "unclear",
        }
    }
}

impl FromIterator<Direction> for Direction {
    fn from_iter<I: IntoIterator<Item = Direction>>(directions: I) -> Self {
        directions.into_iter().fold(Self::Neutral, Self::and)
    }
}
