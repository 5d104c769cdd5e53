//! Users as targets of changes: who gets a profile and who loses it, planned from `holders:`. Pure.
//!
//! `holders:` of a profile is the complete list of its holders. A profile whose file has no such list
//! is given and taken by others, and stays with its users.

use std::collections::BTreeMap;

use crate::desired::Profile;
use crate::desired::members::Member;
use crate::finding::{Code, Finding};
use crate::model::change::user::of_profile;
use crate::model::roster::{Roster, User};
use crate::model::{Change, Origin, OriginKind};
use crate::plan::checks::Looked;
use crate::plan::{Input, Match, Planned, ResolvedProfile, grants, order, preview};
use crate::text::{did_you_mean_name, some_of};

/// The lines of those whom a described profile should have as holders, by the vendor's spelling of their addresses.
pub type BoundHolders<'a> = BTreeMap<String, &'a Member>;

/// Binds `holders:` of a profile to the users of the workspace.
///
/// `Ok(None)` is a profile without `holders:`, `Err` one whose list can't be followed; a finding
/// says why.
#[expect(clippy::result_unit_err, reason = "what is wrong is among the findings")]
pub fn bind<'a>(
    input: &Input<'_>,
    profile: &'a Profile,
    matched: Match,
    address: &str,
    findings: &mut Vec<Finding>,
) -> Result<Option<BoundHolders<'a>>, ()> {
    let Some(holders) = &profile.holders else { return Ok(None) };
    if let Match::Live(at) = matched
        && let live = &input.live.profiles[at]
        && let Some(why) = input.provider.built_in(&input.live.id, live)
    {
        findings.push(
            Finding::new(
                Code::BuiltIn,
                format!("who has \"{}\" can't be decided here: {why}", live.name),
            )
            .at(&holders.span)
            .hint("take `holders` out")
            .about(address),
        );
        return Err(());
    }
    let roster = &input.live.roster;
    if let Some((message, hint)) = unreadable(roster) {
        findings.push(
            Finding::new(Code::HoldersUnreadable, message)
                .at(&holders.span)
                .hint(hint)
                .about(address),
        );
        return Err(());
    }
    let before = findings.len();
    let mut wanted = BoundHolders::new();
    for member in &holders.users {
        match roster.find(&member.name) {
            Some(person) => {
                wanted.insert(person.user.clone(), member);
            }
            None => findings.push(unknown(member, roster).about(address)),
        }
    }
    let name = match matched {
        Match::Live(at) => Some(input.live.profiles[at].name.as_str()),
        Match::New | Match::Blocked => None,
    };
    let read_only = refuse_read_only(roster, profile, name, &wanted);
    findings.extend(read_only.into_iter().map(|finding| finding.about(address)));
    if findings.len() > before { Err(()) } else { Ok(Some(wanted)) }
}

/// Says why a roster can't be followed, and what to do, if so.
fn unreadable(roster: &Roster) -> Option<(String, &'static str)> {
    match roster {
        Roster::People(_) => None,
        Roster::NotRead => Some((
            "who has which profile was not read".to_owned(),
            "take a new snapshot, or compare with the API",
        )),
        Roster::Unreadable(what) => Some((
            format!("who has which profile can't be understood: {what}"),
            "take `holders` out and give the profile to people in the vendor's settings",
        )),
    }
}

/// Refuses to give a profile to users whose profiles permctl must not write, or to take it from them.
/// `name` is the live name of the profile.
fn refuse_read_only(
    roster: &Roster,
    profile: &Profile,
    name: Option<&str>,
    wanted: &BoundHolders<'_>,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for person in roster.people() {
        let (Some(why), Some(holders)) = (&person.read_only, &profile.holders) else { continue };
        let has = name.is_some_and(|name| person.profiles.contains(name));
        let (span, verb) = match (has, wanted.get(&person.user)) {
            (false, Some(member)) => (&member.span, "get"),
            (true, None) => (&holders.span, "lose"),
            _ => continue,
        };
        let message = format!("{} can't {verb} \"{}\": {why}", person.user, profile.name);
        findings.push(Finding::new(Code::HolderFixed, message).at(span).hint(
            "let the list say of this user what is live, or change it in the vendor's settings",
        ));
    }
    findings
}

fn unknown(member: &Member, roster: &Roster) -> Finding {
    let Member { name: user, span, .. } = member;
    let known = roster.people().map(|person| person.user.as_str());
    let gone = "if the user has gone, take the line out";
    Finding::new(Code::NameNotFound, format!("there is no user \"{user}\"")).at(span).hint(
        match did_you_mean_name(user, known) {
            Some(meant) => format!("{meant} {gone}"),
            None => format!("{gone}; a new one has to be made first"),
        },
    )
}

/// Plans the users who get or lose one of the selected profiles: those who only lose first, each by
/// e-mail address.
pub fn changes(
    input: &Input<'_>,
    resolved: &[ResolvedProfile<'_>],
    selected: &dyn Fn(&str) -> bool,
) -> Vec<Planned> {
    let asking: Vec<(&ResolvedProfile<'_>, &BoundHolders<'_>)> = resolved
        .iter()
        .filter(|resolved| resolved.matched != Match::Blocked && selected(&resolved.profile.name))
        .filter_map(|resolved| Some((resolved, resolved.holders.as_ref()?)))
        .collect();
    if asking.is_empty() {
        return Vec::new();
    }
    let people = input.live.roster.people();
    let changes = people.filter_map(|person| change(input, person, &asking));
    let mut planned: Vec<Planned> = changes.map(|change| preview(input, change, None)).collect();
    planned.sort_by_cached_key(|it| (order::phase(&it.change, &[]), it.change.name.clone()));
    planned
}

/// Warns of users who may do what none of their profiles gives: no profile takes it away.
pub(super) fn direct_permissions(looked: &Looked<'_>, findings: &mut Vec<Finding>) {
    let Looked { input, .. } = looked;
    for person in input.live.roster.people().filter(|person| !person.direct.is_empty()) {
        let direct: Vec<String> = person.direct.iter().cloned().collect();
        let message = format!(
            "{} may do what none of their profiles gives: {}",
            person.user,
            some_of(&direct, 5)
        );
        findings.push(
            Finding::new(Code::DirectPermissions, message)
                .about(&input.desired.name)
                .hint("permctl leaves it as it is; review it in the vendor's settings"),
        );
    }
}

fn change(
    input: &Input<'_>,
    person: &User,
    asking: &[(&ResolvedProfile<'_>, &BoundHolders<'_>)],
) -> Option<Change> {
    let mut after = person.profiles.clone();
    let mut grants = BTreeMap::new();
    let (mut origins, mut expired) = (Vec::new(), Vec::new());
    for (resolved, list) in asking {
        let name = live_name(input, resolved);
        let (mut until, mut reason) = (None, None);
        let (place, why) = match (person.profiles.contains(name), list.get(&person.user)) {
            (false, Some(member)) => {
                until = member.until.as_ref().map(|until| until.day.to_string());
                reason = member.reason.clone();
                after.insert(name.to_owned());
                grants.insert(name.to_owned(), grants::planned(input, resolved));
                (member.span.place(), OriginKind::Named)
            }
            (true, None) => {
                after.remove(name);
                let holders = resolved.profile.holders.as_ref()?;
                let line = holders.expired_of(&person.user);
                match line.and_then(|member| Some((member, member.until.as_ref()?))) {
                    Some((member, last)) => {
                        expired.push(last.day);
                        until = Some(last.day.to_string());
                        reason.clone_from(&member.reason);
                        (last.span.place(), OriginKind::Expired)
                    }
                    None => (holders.span.place(), OriginKind::NotInList),
                }
            }
            _ => continue,
        };
        origins.push(Origin { until, reason, ..Origin::new(of_profile(name), place, why) });
    }
    let (user, before) = (person.user.clone(), person.profiles.clone());
    if origins.is_empty() {
        return None;
    }
    let is_of_expiry = expired.len() == origins.len();
    let mut change = Change::of_user(user, before, after, grants, origins);
    for transition in change.transitions.iter_mut().filter(|_| is_of_expiry) {
        transition.expired = expired.iter().max().map(|day| day.to_string());
    }
    Some(change)
}

/// Returns the name by which a profile is given to people.
pub(super) fn live_name<'a>(input: &Input<'a>, resolved: &ResolvedProfile<'a>) -> &'a str {
    match resolved.matched {
        Match::Live(at) => &input.live.profiles[at].name,
        Match::New | Match::Blocked => &resolved.profile.name,
    }
}
