//! Lookalikes: a new profile that may be a live one by another name, and one that the configuration
//! leaves out of sight.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::desired;
use crate::finding::{Code, Finding, Span};
use crate::model::catalogue::Catalogue;
use crate::model::{LiveProfile, SettingPath, Settings, Value, document};
use crate::plan::expect::DesiredBundle;
use crate::plan::unmanaged::ignored;
use crate::plan::{Input, Match, diff};

/// So many grants in common can make two profiles alike; one is common to any two of little access.
const ENOUGH: usize = 2;

/// Refuses to manage, by a pin, a live profile that the configuration leaves out of sight.
pub(in crate::plan) fn refuse_ignored(
    input: &Input<'_>,
    profile: &desired::Profile,
    matched: Match,
    address: &str,
    findings: &mut Vec<Finding>,
) -> bool {
    let (Match::Live(at), Some((_, pin))) = (matched, &profile.pin) else { return false };
    let live = &input.live.profiles[at];
    let Some(ignore) = ignored(input, live) else { return false };
    findings.push(
        Finding::new(
            Code::IgnoredAndManaged,
            format!("\"{}\" is pinned here and ignored by the configuration", live.name),
        )
        .about(address)
        .at_labelled(pin, "pinned here")
        .at_labelled(&ignore.span, "ignored here")
        .hint("take one of them out"),
    );
    true
}

/// Asks about a new profile that looks like an unmanaged live one: it can't be deleted afterwards.
pub(in crate::plan) fn refuse_twin(
    input: &Input<'_>,
    profile: &desired::Profile,
    address: &str,
    asked: &[DesiredBundle<'_>],
    managed: &[usize],
    findings: &mut Vec<Finding>,
) -> bool {
    let catalogue = input.catalogue;
    let unmanaged = input.live.profiles.iter().enumerate().filter_map(|(at, live)| {
        let hidden = managed.contains(&at)
            || ignored(input, live).is_some()
            || input.provider.built_in(&input.live.id, live).is_some();
        (!hidden).then_some(live)
    });
    let alike = |live: &LiveProfile| {
        let settings = document::settings(catalogue, &live.document);
        // What can't be changed tells two profiles apart for good.
        let fixed = |(path, value): (&SettingPath, &Value)| {
            catalogue.row(path).is_some_and(|row| row.immutable)
                && catalogue.value(path, &settings) != Some(value)
        };
        let other = asked.iter().flat_map(|wanted| wanted.after.iter()).any(fixed);
        let (mut differing, mut shared) = (0, 0);
        for wanted in asked {
            let Some(floor) = catalogue.floor(wanted.bundle) else { continue };
            if !wanted.is_met(catalogue, &settings) {
                differing += distance(wanted, &settings, catalogue);
            } else if *floor != *wanted.after {
                shared += grants(wanted, catalogue);
            }
        }
        // Two profiles of few grants differ in few settings whatever they are for.
        !other && differing <= 2 && shared >= ENOUGH && shared > differing
    };
    let Some((twin, why, place)) = twin(profile, unmanaged, alike) else { return false };
    findings.push(
        Finding::new(
            Code::Twin,
            format!(
                "\"{}\" would be created beside \"{}\" ({}), which no file names and which has {why}",
                profile.name, twin.name, twin.id
            ),
        )
        .about(address)
        .at(place)
        .hint(format!(
            "a typing error: correct the name; {}really new: add `new: true` (what is created can't be deleted)",
            if catalogue.identity().renames {
                format!("a rename: add `formerly: [\"{}\"]`; ", twin.name)
            } else {
                String::new()
            }
        )),
    );
    true
}

/// Counts what a bundle grants: each entry of a map by itself, all else as one.
fn grants(wanted: &DesiredBundle<'_>, catalogue: &Catalogue) -> usize {
    let entries = wanted.after.iter().filter(|(path, value)| {
        let row = catalogue.row(path).filter(|_| catalogue.map_of(path).is_some());
        row.is_some_and(|row| !row.at_floor(value))
    });
    entries.count().max(1)
}

/// Counts how far a bundle is from what is asked: each entry of a map by itself, all else as one.
fn distance(wanted: &DesiredBundle<'_>, settings: &Settings, catalogue: &Catalogue) -> usize {
    let differing = diff::between(catalogue, wanted.bundle, &wanted.after, settings);
    let entries = differing.filter(|(path, ..)| catalogue.map_of(path).is_some());
    entries.count().max(1)
}

/// Finds an unmanaged live profile that a new one is probably meant to be.
///
/// With it come why, and the place of the name that is like its own.
fn twin<'a, 'p>(
    profile: &'p desired::Profile,
    unmanaged: impl Iterator<Item = &'a LiveProfile>,
    alike: impl Fn(&LiveProfile) -> bool,
) -> Option<(&'a LiveProfile, &'static str, &'p Span)> {
    // The plan has matched former names that are the same byte for byte.
    let formerly = |live: &LiveProfile| {
        let mut names = profile.formerly.iter();
        names.find(|(name, _)| nearly(name, &live.name)).map(|(_, place)| place)
    };
    let mut twins = unmanaged.filter_map(|live| {
        if composed(&profile.name) == composed(&live.name) {
            // Two that look the same would make a riddle of the message.
            Some((live, "the same name, its accents stored in another way", &profile.span))
        } else if nearly(&profile.name, &live.name) {
            Some((live, "nearly the same name", &profile.span))
        } else if let Some(place) = formerly(live) {
            Some((live, "nearly the name that `formerly` has here", place))
        } else if alike(live) {
            Some((live, "nearly the same settings", &profile.span))
        } else {
            None
        }
    });
    twins.next()
}

/// Writes each accent in the one way; a keyboard may give one character or two that look the same.
fn composed(name: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(name)
}

/// The longest name that is compared letter by letter with others.
const LONGEST_COMPARED: usize = 300;

/// Tells whether two names look like one name typed twice.
fn nearly(a: &str, b: &str) -> bool {
    let plain = |name: &str| {
        composed(name)
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<String>()
    };
    let (a, b) = (plain(a), plain(b));
    if a == b {
        return true;
    }
    let words = |name: &str| name.chars().filter(|c| !c.is_numeric()).collect::<String>();
    let (length, other) = (a.chars().count(), b.chars().count());
    // "Tier 1" and "Tier 2" are two things, and short names are near each other by accident. The distance
    // of long names takes a time that grows with the square of their length.
    words(&a) != words(&b)
        && length.min(other) >= 6
        && length.max(other) <= LONGEST_COMPARED
        && length.abs_diff(other) <= 2
        && strsim::damerau_levenshtein(&a, &b) <= 2
}
