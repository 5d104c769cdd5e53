//! A change with what a reader wants to know of it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::Place;
use crate::model::{
    Action, Change, Direction, Holders, ProfileId, SettingPath, Settings, Transition,
};
use crate::plan::{Call, Gain};

/// A change with the requests that it comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Planned {
    /// What changes.
    #[serde(flatten)]
    pub change: Change,
    /// What all its transitions together do to access.
    #[serde(default)]
    pub direction: Direction,
    /// Who has the profile, when that was looked up or the vendor says it unasked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holders: Option<Holders>,
    /// Who gains each setting that gets broader, where a person can have several profiles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gains: Vec<Gain>,
    /// What a user who gets profiles has already, by the profile that gives it again.
    #[serde(skip)]
    pub covered: BTreeMap<String, BTreeSet<SettingPath>>,
    /// What each profile grants that a user loses.
    #[serde(skip)]
    pub takes: BTreeMap<String, Settings>,
    /// Who answers for the profile (`owner`), and more notes of its document, by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub notes: BTreeMap<String, String>,
    /// The requests as they would be sent to what was live at the time of planning. Apply makes its
    /// own from what is live then. A plan's file has none of a create: they follow from it.
    #[serde(default)]
    pub preview: Vec<Call>,
}

impl<'de> Deserialize<'de> for Planned {
    /// Reads a change and what stands beside it, and none of it as JSON values first, which take many times the
    /// memory. What serde does for `flatten` can't hold every number that a live value may be.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct ChangeMembers {
            profile: String,
            action: String,
            id: Option<ProfileId>,
            live_name: Option<String>,
            declared_at: Place,
            transitions: Vec<Transition>,
            #[serde(default)]
            direction: Direction,
            holders: Option<Holders>,
            #[serde(default)]
            gains: Vec<Gain>,
            #[serde(default)]
            notes: BTreeMap<String, String>,
            #[serde(default)]
            preview: Vec<Call>,
        }
        use serde::de::Error as _;
        let members = ChangeMembers::deserialize(deserializer)?;
        let action = match (members.action.as_str(), members.id, members.live_name) {
            ("create", ..) => Action::Create,
            ("update", Some(id), Some(live_name)) => Action::Update { id, live_name },
            _ => return Err(D::Error::custom("a change is no `create`, and no `update` of an id")),
        };
        let ChangeMembers {
            profile,
            declared_at,
            transitions,
            direction,
            holders,
            gains,
            notes,
            preview,
            ..
        } = members;
        let change = Change { name: profile, action, declared_at, transitions };
        let (covered, takes) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { change, direction, holders, gains, covered, takes, notes, preview })
    }
}
