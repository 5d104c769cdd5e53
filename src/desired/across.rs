//! Rules over several places: those that contradict each other.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;

use crate::desired::{Ignore, Profile, Workspace};
use crate::finding::{Code, Finding, Span};
use crate::text::in_quotes;

/// A rule over the files of a workspace.
type FilesRule = for<'a> fn(&'a Workspace, Date, &mut Vec<About<'a>>);

/// A finding with the name of the profile that it is about.
type About<'a> = (&'a String, Finding);

const RULES: &[FilesRule] = &[
    one_profile_a_pin,
    one_profile_a_former_name,
    one_description_a_profile,
    no_description_of_what_is_ignored,
    ignored_until_its_last_day,
    ignored_once,
];

/// Checks a workspace's profiles against each other and against what it ignores.
pub fn check(workspace: &Workspace, day: Date, findings: &mut Vec<Finding>) {
    let mut found = Vec::new();
    RULES.iter().for_each(|rule| rule(workspace, day, &mut found));
    let address = |name: &str| format!("{}/{name}", workspace.name);
    findings.extend(found.into_iter().map(|(name, finding)| finding.about(address(name))));
}

/// Keeps each finding once: what is wrong in a group's folder, a base or a list is met wherever it is used.
pub fn once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut kept: Vec<Finding> = Vec::new();
    let mut met = HashSet::new();
    for finding in findings {
        let spots = finding.spots.iter().map(|spot| spot.place.to_string()).collect::<Vec<_>>();
        if met.insert((finding.code.text(), finding.message.clone(), spots)) {
            kept.push(finding);
        }
    }
    kept
}

/// Finds profiles that are pinned to one live profile.
fn one_profile_a_pin<'a>(workspace: &'a Workspace, _: Date, found: &mut Vec<About<'a>>) {
    let mut last: BTreeMap<&str, &Span> = BTreeMap::new();
    for profile in &workspace.profiles {
        let Some((pin, span)) = &profile.pin else { continue };
        let Some(before) = last.insert(&pin.0, span) else { continue };
        let finding = Finding::new(Code::ClaimedTwice, format!("two profiles have the `id` {pin}"))
            .at_labelled(span, "again here")
            .at_labelled(before, "first here")
            .hint("a live profile has one description in the files; take one of the two `id:` out");
        found.push((&profile.name, finding));
    }
}

/// Finds profiles that had one name before.
fn one_profile_a_former_name<'a>(workspace: &'a Workspace, _: Date, found: &mut Vec<About<'a>>) {
    let mut last: BTreeMap<&str, &Span> = BTreeMap::new();
    for profile in &workspace.profiles {
        for (former, span) in &profile.formerly {
            let Some(before) = last.insert(former, span) else { continue };
            let message = format!("two profiles have \"{former}\" in `formerly`");
            let finding = Finding::new(Code::ClaimedTwice, message)
                .at_labelled(span, "again here")
                .at_labelled(before, "first here")
                .hint("keep the name in the profile that it was renamed to");
            found.push((&profile.name, finding));
        }
    }
}

/// Finds profiles of one name; two live profiles can have one name, then a pin each tells them apart.
fn one_description_a_profile<'a>(workspace: &'a Workspace, _: Date, found: &mut Vec<About<'a>>) {
    let mut by_name: BTreeMap<&str, Vec<&Profile>> = BTreeMap::new();
    for profile in &workspace.profiles {
        by_name.entry(&profile.name).or_default().push(profile);
    }
    for profiles in by_name.values() {
        let [first, rest @ ..] = profiles.as_slice() else { continue };
        if profiles.iter().all(|profile| profile.pin.is_some()) {
            continue;
        }
        for again in rest {
            let message = format!("\"{}\" is described twice", again.name);
            let is_own = |profile: &Profile| {
                profile.span.source().path.split('/').any(|folder| folder == workspace.name)
            };
            let hint = match (is_own(first), is_own(again)) {
                (true, true) => {
                    "merge the two, or rename one; two live profiles of one name need an `id:` each"
                }
                (false, false) => "merge the two, or rename one",
                _ => {
                    "keep one of them; what they share goes into a base in the folder of the group, which a short profile of each workspace extends"
                }
            };
            let finding = Finding::new(Code::DuplicateProfile, message)
                .at_labelled(&again.span, "again here")
                .at_labelled(&first.span, "first here")
                .hint(hint);
            found.push((&again.name, finding));
        }
    }
}

/// Finds profiles that the configuration ignores, by their name or a former one: a rename takes the
/// profile of the former name.
fn no_description_of_what_is_ignored<'a>(
    workspace: &'a Workspace,
    day: Date,
    found: &mut Vec<About<'a>>,
) {
    // An entry that has expired hides nothing; it gets a warning of its own.
    let hiding = workspace.ignore.iter().filter(|ignore| !expired(ignore, day));
    let hiding: BTreeMap<&str, &Ignore> =
        hiding.map(|ignore| (ignore.profile.as_str(), ignore)).collect();
    if hiding.is_empty() {
        return;
    }
    for profile in &workspace.profiles {
        let former = profile.formerly.iter().map(|(former, span)| (former, span));
        for (name, span) in former.chain([(&profile.name, &profile.span)]) {
            let Some(ignore) = hiding.get(name.as_str()) else { continue };
            let message = format!("\"{name}\" is described here and ignored by the configuration");
            let finding = Finding::new(Code::IgnoredAndManaged, message)
                .at_labelled(span, "described here")
                .at_labelled(&ignore.span, "ignored here")
                .hint("take one of them out");
            found.push((&profile.name, finding));
        }
    }
}

/// Finds entries of `ignore` whose last day has passed.
fn ignored_until_its_last_day<'a>(workspace: &'a Workspace, day: Date, found: &mut Vec<About<'a>>) {
    for ignore in workspace.ignore.iter().filter(|ignore| expired(ignore, day)) {
        let message =
            format!("\"{}\" is no longer ignored: its last day has passed", ignore.profile);
        let finding = Finding::new(Code::IgnoreExpired, message)
            .at(&ignore.span)
            .hint("take the entry out, or give it a later day");
        found.push((&ignore.profile, finding));
    }
}

/// Finds profiles that are ignored twice.
fn ignored_once<'a>(workspace: &'a Workspace, _: Date, found: &mut Vec<About<'a>>) {
    let mut first: BTreeMap<&str, &Span> = BTreeMap::new();
    for ignore in &workspace.ignore {
        let Some(before) = first.insert(&ignore.profile, &ignore.span) else { continue };
        let message = format!("{} is ignored twice", in_quotes(&ignore.profile));
        let finding = Finding::new(Code::NoEffect, message)
            .at_labelled(&ignore.span, "again here")
            .at_labelled(before, "first here")
            .hint("keep one of the entries");
        found.push((&ignore.profile, finding));
    }
}

fn expired(ignore: &Ignore, day: Date) -> bool {
    ignore.until.is_some_and(|until| until < day)
}
