//! Why a profile is as it should be: each setting with the places that ask for it, what they override, and what
//! else they decide. Pure.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::desired::members::Member;
use crate::desired::{Desired, FileValue, Profile, StatedMember};
use crate::finding::{Finding, Place, Span};
use crate::model::roster::{User, fold};
use crate::model::{Origin, OriginKind, Overridden, SettingPath, Value};
use crate::plan::origins::told;
use crate::plan::workspace::resolve;
use crate::plan::{Input, Match, ResolvedProfile, allowed, labels, users};

/// Why a profile is as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProfileOrigins {
    /// The profile's address.
    pub address: String,
    /// Where it is described.
    pub declared_at: Place,
    /// Whether it is live.
    pub live: bool,
    /// The settings that the files decide, in the vendor's order.
    pub settings: Vec<SettingOrigin>,
    /// Who should have it; none where its file does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holders: Option<HoldersOrigin>,
    /// The settings that no file decides, with their live values.
    pub unwatched: BTreeMap<String, Value>,
    /// The names of ids in the values.
    pub labels: BTreeMap<String, String>,
    /// What is wrong about the profile between the files and the world.
    pub findings: Vec<Finding>,
}

/// Why users have a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HoldersOrigin {
    /// Where the list stands.
    pub place: Place,
    /// The users in it, by e-mail address.
    pub users: Vec<HolderOrigin>,
    /// The users who have it live, whose last day has passed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expired: Vec<HolderOrigin>,
    /// The users who have it live and are not in the list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_in_list: Vec<String>,
}

/// Why a user has a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HolderOrigin {
    /// The user's e-mail address.
    pub user: String,
    /// The line that names the user: of the profile, or of a list in `permctl.yaml`.
    pub place: Place,
    /// The user's last day, UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Whether the user has it live.
    pub live: bool,
}

/// Why a setting is as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SettingOrigin {
    /// Which setting.
    pub setting: SettingPath,
    /// The value that it should have.
    pub value: Value,
    /// Its live value; `None` where the profile is not live, or the setting means nothing there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live: Option<Value>,
    /// The place that asks for it, with what it overrides.
    pub origin: Origin,
    /// The lines of other files that its members come from: of a list in `permctl.yaml`, of a base's set.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members_from: Vec<Place>,
    /// The other profiles of which the same line decides something.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
}

/// Says why a profile of a workspace is as it should be; `None` where no file describes it.
pub fn why(input: &Input<'_>, all: &Desired, name: &str) -> Option<ProfileOrigins> {
    let mut findings = Vec::new();
    let resolved = resolve(input, &mut findings);
    let resolved = resolved.iter().find(|resolved| resolved.profile.name == name)?;
    let address = format!("{}/{name}", input.desired.name);
    findings.retain(|finding| finding.address.as_ref() == Some(&address));
    allowed::silence_findings(all, input.desired, &mut findings);
    let ResolvedProfile { profile, matched, wanted, current, .. } = resolved;
    let (mut settings, mut labels_of) = (Vec::new(), BTreeMap::new());
    for bundle in wanted {
        let origins = told(profile, bundle);
        for (setting, value) in bundle.after.iter() {
            let named = origins.iter().find(|origin| origin.setting == *setting);
            let Some(origin) = named.or(origins.first()).cloned() else { continue };
            let origin = with_overridden(origin, profile, setting);
            let live =
                current.as_ref().and_then(|live| input.catalogue.value(setting, live)).cloned();
            for value in live.iter().chain([value]) {
                labels_of.extend(labels::of_value(input.catalogue, input.names, setting, value));
            }
            let listed = members_from(profile, setting);
            let mut spans = listed.clone();
            spans.extend(match origin.kind {
                OriginKind::Named | OriginKind::BundleRest | OriginKind::Expired => {
                    Some(bundle.span_of(setting))
                }
                _ => None,
            });
            let also = decided_too(all, &address, &spans);
            let members_from = listed.into_iter().map(Span::place).collect();
            let (setting, value) = (setting.clone(), value.clone());
            settings.push(SettingOrigin { setting, value, live, origin, members_from, also });
        }
    }
    let is_decided = |path: &SettingPath| settings.iter().any(|it| it.setting == *path);
    let unwatched = current.iter().flatten().filter(|(path, _)| {
        let row = input.catalogue.row(path);
        row.is_some_and(|row| row.floor.is_some()) && !is_decided(path)
    });
    let unwatched = unwatched.map(|(path, value)| (path.to_string(), value.clone())).collect();
    Some(ProfileOrigins {
        address,
        declared_at: profile.span.place(),
        live: matches!(matched, Match::Live(_)),
        settings,
        holders: holders(input, resolved),
        unwatched,
        labels: labels_of,
        findings,
    })
}

/// Says who should have a profile, and who has it.
fn holders(input: &Input<'_>, resolved: &ResolvedProfile<'_>) -> Option<HoldersOrigin> {
    let list = resolved.profile.holders.as_ref()?;
    let is_live = matches!(resolved.matched, Match::Live(_));
    let name = users::live_name(input, resolved);
    let roster = &input.live.roster;
    let has = |user: &User| is_live && user.profiles.contains(name);
    let one = |Member { name, span, until, reason }: &Member| HolderOrigin {
        user: name.clone(),
        place: span.place(),
        until: until.as_ref().map(|until| until.day.to_string()),
        reason: reason.clone(),
        live: roster.find(name).is_some_and(has),
    };
    let sorted = |members: &[Member]| {
        let mut users: Vec<HolderOrigin> = members.iter().map(one).collect();
        users.sort_by(|a, b| a.user.cmp(&b.user));
        users
    };
    let (users, mut expired) = (sorted(&list.users), sorted(&list.expired));
    expired.retain(|holder| holder.live);
    let lines = || list.users.iter().chain(&list.expired);
    let is_listed = |user: &User| lines().any(|it| fold(&it.name) == fold(&user.user));
    let others = roster.people().filter(|user| has(user) && !is_listed(user));
    let not_in_list = others.map(|user| user.user.clone()).collect();
    Some(HoldersOrigin { place: list.span.place(), users, expired, not_in_list })
}

/// Adds to an origin the values that it overrides.
fn with_overridden(origin: Origin, profile: &Profile, setting: &SettingPath) -> Origin {
    let mut origin = Origin { setting: setting.clone(), ..origin };
    let place = &origin.place;
    let mut chain: Option<Box<Overridden>> = None;
    // The farthest base comes first.
    for below in &profile.overridden {
        let mut stated = below.iter().filter(|(path, _)| path == setting);
        // Where only a set beside it is changed, the value stays the base's.
        let Some((_, stated)) = stated.find(|(_, it)| it.span.place() != *place) else { continue };
        let origin = Origin {
            overrides: chain.take(),
            ..Origin::new(setting.clone(), stated.span.place(), stated.kind)
        };
        chain = Some(Box::new(Overridden { value: stated.value.as_written(), origin }));
    }
    origin.overrides = chain;
    origin
}

/// Lists the lines of other files that members of a set come from.
fn members_from<'a>(profile: &'a Profile, setting: &SettingPath) -> Vec<&'a Span> {
    let mut members = profile.bundles.members().iter();
    let Some((_, stated)) = members.find(|(path, _)| path == setting) else { return Vec::new() };
    let FileValue::References(_, names) = &stated.value else { return Vec::new() };
    let (own, _) = stated.span.begin();
    names.iter().map(|(_, span)| span).filter(|span| span.begin().0 != own).collect()
}

/// Lists the other profiles of which a line decides something: a value, or a member of a list in it.
fn decided_too(all: &Desired, address: &str, spans: &[&Span]) -> Vec<String> {
    let is_one = |span: &Span| spans.iter().any(|it| it.begin() == span.begin());
    let decides = |(_, stated): &StatedMember| {
        let has_name = match &stated.value {
            FileValue::References(_, names) => names.iter().any(|(_, span)| is_one(span)),
            FileValue::Value(_) => false,
        };
        has_name || is_one(&stated.span)
    };
    let mut also = Vec::new();
    for workspace in &all.workspaces {
        for profile in &workspace.profiles {
            let other = format!("{}/{}", workspace.name, profile.name);
            if other != address && profile.bundles.members().iter().any(decides) {
                also.push(other);
            }
        }
    }
    also
}
