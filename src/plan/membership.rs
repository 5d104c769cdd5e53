//! Memberships: who gets a profile and who loses it, planned from `holders:`. Pure.
//!
//! `holders:` of a profile is the complete list of its holders. Profiles whose files have none are
//! left to whoever gives them out; what one user has of those is carried along untouched.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desired::Profile;
use crate::finding::{Code, Finding, Place, Span};
use crate::model::roster::{Person, Roster};
use crate::model::{Document, Settings};
use crate::plan::{Administrator, Call, Claim, Input, Resolved};
use crate::text::did_you_mean_name;

mod decide;
mod grants;

pub use decide::{confirm, moved_elsewhere, shortfall};

/// One user's transitions: the profiles that the user has before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Membership {
    /// The user's e-mail address, as the vendor spells it.
    pub user: String,
    /// All profiles that the user had when it was planned.
    pub before: BTreeSet<String>,
    /// All profiles that the user will have. Apply works the list out anew from what the user has
    /// then: only what differs from `before` is a part of the change.
    pub after: BTreeSet<String>,
    /// What each profile that the user gets grants, after the plan's own change of it: its settings
    /// that are not at their floor. Apply gives it only while it grants that.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub grants: BTreeMap<String, Settings>,
    /// The places in the files that ask, one a profile.
    pub asked_by: Vec<AskedFor>,
}

/// A place that gives a profile to a user or takes it away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AskedFor {
    /// Which profile.
    pub profile: String,
    /// The line that names the user, or the list that does not.
    pub place: Place,
}

/// A membership change with the request that it comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlannedMembership {
    /// What changes.
    #[serde(flatten)]
    pub membership: Membership,
    /// The request as it would be sent to what was live at the time of planning.
    pub preview: Call,
}

impl<'de> Deserialize<'de> for PlannedMembership {
    /// Takes the preview out and leaves the rest to the membership, as [`crate::plan::Planned`] does
    /// and for the same reason: what a profile grants may be a number.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde::de::Error as _;
        let mut members = Document::deserialize(deserializer)?;
        let preview = members
            .shift_remove("preview")
            .ok_or_else(|| D::Error::custom("a membership without `preview`"))?;
        Ok(Self {
            membership: serde_json::from_value(members.into()).map_err(D::Error::custom)?,
            preview: serde_json::from_value(preview).map_err(D::Error::custom)?,
        })
    }
}

/// When a membership is written, relative to the changes of the profiles themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Before them: it takes profiles away and gives none.
    Before,
    /// After them, when new profiles are there and have their settings.
    After,
}

impl Membership {
    /// Lists the profiles that the user gets.
    pub fn gained(&self) -> impl Iterator<Item = &String> {
        self.after.difference(&self.before)
    }

    /// Lists the profiles that the user loses.
    pub fn lost(&self) -> impl Iterator<Item = &String> {
        self.before.difference(&self.after)
    }

    /// Says when it is written. What takes administration from a user comes after what gives it to
    /// others, so that a run that ends in between locks nobody out.
    pub fn phase(&self, administrators: &[Administrator]) -> Phase {
        let only_loses = self.gained().next().is_none();
        match only_loses && !self.takes_administration(administrators) {
            true => Phase::Before,
            false => Phase::After,
        }
    }

    /// Tells whether the user would no longer administer.
    pub fn takes_administration(&self, administrators: &[Administrator]) -> bool {
        let loses = administrators.iter().any(|it| self.lost().any(|lost| *lost == it.profile));
        let keeps = administrators.iter().any(|it| it.after && self.after.contains(&it.profile));
        loses && !keeps
    }

    /// Applies the transitions to what the user has.
    fn applied_to(&self, now: &BTreeSet<String>) -> BTreeSet<String> {
        let kept = now.iter().filter(|profile| !self.lost().any(|lost| lost == *profile));
        kept.chain(self.gained()).cloned().collect()
    }
}

/// Who a described profile should have as holders, by the vendor's spelling of their addresses.
pub type Wanted<'a> = BTreeMap<String, &'a Span>;

/// Binds `holders:` of a profile to the users of the workspace.
///
/// `Ok(None)` is a profile without `holders:`, `Err` one whose list can't be followed; a finding
/// says why.
#[expect(clippy::result_unit_err, reason = "what is wrong is among the findings")]
pub fn bind<'a>(
    input: &Input<'_>,
    profile: &'a Profile,
    claim: Claim,
    address: &str,
    findings: &mut Vec<Finding>,
) -> Result<Option<Wanted<'a>>, ()> {
    let Some(holders) = &profile.holders else { return Ok(None) };
    if let Claim::Live(at) = claim
        && let live = &input.live.profiles[at]
        && let Some(why) = input.provider.built_in(&input.live.id, live)
    {
        findings.push(
            Finding::new(
                Code::VendorsOwn,
                format!("who has \"{}\" can't be decided here: {why}", live.name),
            )
            .at(&holders.span)
            .hint("take `holders` out")
            .about(address),
        );
        return Err(());
    }
    let roster = &input.live.roster;
    let unreadable = match roster {
        Roster::People(_) => None,
        Roster::NotRead => Some((
            "who has which profile was not read".to_owned(),
            "take a new snapshot, or compare with the API",
        )),
        Roster::Unreadable(what) => Some((
            format!("who has which profile can't be understood: {what}"),
            "take `holders` out and give the profile to people in the vendor's settings",
        )),
    };
    if let Some((message, hint)) = unreadable {
        findings.push(
            Finding::new(Code::HoldersUnreadable, message)
                .at(&holders.span)
                .hint(hint)
                .about(address),
        );
        return Err(());
    }
    let before = findings.len();
    let mut wanted = Wanted::new();
    for (user, span) in &holders.users {
        match roster.find(user) {
            Some(person) => {
                wanted.insert(person.user.clone(), span);
            }
            None => findings.push(unknown(user, span, roster).about(address)),
        }
    }
    let name = match claim {
        Claim::Live(at) => Some(input.live.profiles[at].name.as_str()),
        Claim::New | Claim::Blocked => None,
    };
    for person in roster.people() {
        let Some(why) = &person.fixed else { continue };
        let has = name.is_some_and(|name| person.profiles.contains(name));
        let (span, verb) = match (has, wanted.get(&person.user)) {
            (false, Some(span)) => (*span, "get"),
            (true, None) => (&holders.span, "lose"),
            _ => continue,
        };
        findings.push(
            Finding::new(
                Code::HolderFixed,
                format!("{} can't {verb} \"{}\": {why}", person.user, profile.name),
            )
            .at(span)
            .hint(
                "let the list say of this user what is live, or change it in the vendor's settings",
            )
            .about(address),
        );
    }
    if findings.len() > before { Err(()) } else { Ok(Some(wanted)) }
}

fn unknown(user: &str, span: &Span, roster: &Roster) -> Finding {
    let known = roster.people().map(|person| person.user.as_str());
    let gone = "if the user has gone, take the line out";
    Finding::new(Code::NameNotFound, format!("there is no user \"{user}\"")).at(span).hint(
        match did_you_mean_name(user, known) {
            Some(meant) => format!("{meant} {gone}"),
            None => format!("{gone}; a new one has to be made first"),
        },
    )
}

/// Plans the memberships of the selected profiles, in the order of writing.
pub fn memberships(
    input: &Input<'_>,
    resolved: &[Resolved<'_>],
    selected: &dyn Fn(&str) -> bool,
) -> Vec<PlannedMembership> {
    let Some(writing) = input.provider.memberships() else { return Vec::new() };
    let asking: Vec<(&Resolved<'_>, &Wanted<'_>)> = resolved
        .iter()
        .filter(|resolved| resolved.claim != Claim::Blocked && selected(&resolved.profile.name))
        .filter_map(|resolved| Some((resolved, resolved.holders.as_ref()?)))
        .collect();
    let mut planned: Vec<PlannedMembership> = input
        .live
        .roster
        .people()
        .filter_map(|person| {
            let membership = membership(input, person, &asking)?;
            let request = writing.assign(&input.live.id, &membership.user, &membership.after);
            Some(PlannedMembership { membership, preview: request.into() })
        })
        .collect();
    planned.sort_by(|a, b| {
        let key = |planned: &PlannedMembership| planned.membership.phase(&[]);
        (key(a), &a.membership.user).cmp(&(key(b), &b.membership.user))
    });
    planned
}

/// Tells whether somebody gets a profile or loses it.
pub fn touches(memberships: &[PlannedMembership], profile: &str) -> bool {
    memberships
        .iter()
        .any(|planned| planned.membership.asked_by.iter().any(|asked| asked.profile == profile))
}

fn membership(
    input: &Input<'_>,
    person: &Person,
    asking: &[(&Resolved<'_>, &Wanted<'_>)],
) -> Option<Membership> {
    let mut after = person.profiles.clone();
    let mut grants = BTreeMap::new();
    let mut asked_by = Vec::new();
    for (resolved, wanted) in asking {
        let name = live_name(input, resolved);
        let holders = resolved.profile.holders.as_ref();
        let place = match (person.profiles.contains(name), wanted.get(&person.user)) {
            (false, Some(span)) => {
                after.insert(name.to_owned());
                grants.insert(name.to_owned(), grants::planned(input, resolved));
                span.place()
            }
            (true, None) => {
                after.remove(name);
                holders?.span.place()
            }
            _ => continue,
        };
        asked_by.push(AskedFor { profile: name.to_owned(), place });
    }
    let (user, before) = (person.user.clone(), person.profiles.clone());
    (!asked_by.is_empty()).then_some(Membership { user, before, after, grants, asked_by })
}

/// Returns the name by which a profile is given to people.
fn live_name<'a>(input: &Input<'a>, resolved: &Resolved<'a>) -> &'a str {
    match resolved.claim {
        Claim::Live(at) => &input.live.profiles[at].name,
        Claim::New | Claim::Blocked => &resolved.profile.name,
    }
}
