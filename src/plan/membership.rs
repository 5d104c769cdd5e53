//! The changes of users as a plan file has them: `memberships`, one entry a user.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::finding::Place;
use crate::model::change::user::of_profile;
use crate::model::{Change, Origin, OriginKind, SettingPath, Settings};
use crate::plan::{Call, Planned};

/// The profiles that a user has before and after.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct Membership {
    /// The user's e-mail address, as the vendor spells it.
    user: String,
    /// All profiles that the user had when it was planned.
    before: BTreeSet<String>,
    /// All profiles that the user will have.
    after: BTreeSet<String>,
    /// What each profile that the user gets grants: its settings that are not at their floor.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    grants: BTreeMap<String, Settings>,
    /// What of it the user has already, through another profile.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    covered: BTreeMap<String, BTreeSet<SettingPath>>,
    /// The places in the files that ask, one a profile.
    origins: Vec<AskedFor>,
    /// The last day on which the user had what the user loses, UTC, where that alone asks for the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expired: Option<String>,
    /// The request as it would be sent to what was live at the time of planning.
    preview: Call,
}

/// A place that gives a profile to a user or takes it away.
#[derive(Serialize, Deserialize, JsonSchema)]
pub struct AskedFor {
    /// Which profile.
    profile: String,
    /// The line that names the user, or the list that does not.
    place: Place,
    /// The reason that the files give for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The user's last day, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<String>,
}

/// Writes users as memberships.
pub fn serialize<S: Serializer>(users: &[Planned], serializer: S) -> Result<S::Ok, S::Error> {
    let membership = |Planned { change, covered, preview, .. }: &Planned| {
        let origins = change.transitions.iter().flat_map(|transition| &transition.origins);
        let asked_for = |Origin { setting, place, reason, until, .. }: &Origin| AskedFor {
            profile: setting.leaf().to_owned(),
            place: place.clone(),
            reason: reason.clone(),
            until: until.clone(),
        };
        Some(Membership {
            user: change.name.clone(),
            before: change.had().clone(),
            after: change.will_have().clone(),
            grants: change.grants().clone(),
            covered: covered.clone(),
            origins: origins.map(asked_for).collect(),
            expired: change.transitions.first()?.expired.clone(),
            preview: preview.first()?.clone(),
        })
    };
    serializer.collect_seq(users.iter().filter_map(membership))
}

/// Reads memberships as the changes of users.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Planned>, D::Error> {
    let memberships = Vec::<Membership>::deserialize(deserializer)?;
    let planned = |membership: Membership| {
        let Membership { user, before, after, grants, covered, origins, expired, preview } =
            membership;
        let asked = |AskedFor { profile, place, reason, until }| {
            let kind = match (after.contains(&profile), &until) {
                (true, _) => OriginKind::Named,
                (false, Some(_)) => OriginKind::Expired,
                (false, None) => OriginKind::NotInList,
            };
            Origin { reason, until, ..Origin::new(of_profile(&profile), place, kind) }
        };
        let origins = origins.into_iter().map(asked).collect();
        let mut change = Change::of_user(user, before, after, grants, origins);
        change.transitions.iter_mut().for_each(|it| it.expired.clone_from(&expired));
        let direction = change.transitions.iter().map(|it| it.direction).collect();
        let (holders, notes) = (None, BTreeMap::new());
        let gains = Vec::new();
        Planned {
            change,
            direction,
            holders,
            gains,
            covered,
            takes: BTreeMap::new(),
            notes,
            preview: vec![preview],
        }
    };
    Ok(memberships.into_iter().map(planned).collect())
}
