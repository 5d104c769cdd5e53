//! Doubts: what keeps a profile from being planned until somebody answers, and what only warns.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::desired;
use crate::finding::{Code, Finding};
use crate::model::catalogue::{Catalogue, EntryNames, ReferenceKind};
use crate::model::{LiveProfile, SettingPath, Settings, Value, Why, document};
use crate::plan::beside::ignored;
use crate::plan::wanted::Wanted;
use crate::plan::{Claim, Input, Resolved, Unknown, diff};
use crate::text::{listed, some_of};

/// Refuses to newly write a level with ids whose meaning the vendor leaves open.
pub(super) fn refuse_ambiguous(
    address: &str,
    asked: &[Wanted<'_>],
    catalogue: &Catalogue,
    current: Option<&Settings>,
    findings: &mut Vec<Finding>,
) -> bool {
    let before = findings.len();
    for wanted in asked {
        let level = match wanted.after.get(wanted.bundle.lead()) {
            Some(Value::Level(level)) if wanted.bundle.ambiguous_levels.contains(level) => level,
            _ => continue,
        };
        let ids = wanted
            .after
            .iter()
            .find(|(_, value)| matches!(value, Value::Set(ids) if !ids.is_empty()));
        let already = current.is_some_and(|current| wanted.is_met(catalogue, current));
        if let Some((path, _)) = ids.filter(|_| !already) {
            let references = catalogue.row(path).and_then(|row| row.references);
            let plural = references.map_or("ids", ReferenceKind::plural);
            findings.push(
                Finding::new(
                    Code::AmbiguousLevel,
                    format!("`{}` can't newly be `{level}` together with a list of {plural}", wanted.bundle.path),
                )
                .about(address)
                .at(wanted.span())
                .hint("the vendor does not say what the two mean together; take the list out, or choose another level"),
            );
        }
    }
    findings.len() > before
}

/// Refuses to manage, by a pin, a live profile that the configuration leaves out of sight.
pub(super) fn refuse_ignored(
    input: &Input<'_>,
    profile: &desired::Profile,
    claim: Claim,
    address: &str,
    findings: &mut Vec<Finding>,
) -> bool {
    let (Claim::Live(at), Some((_, pin))) = (claim, &profile.pin) else { return false };
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
pub(super) fn refuse_twin(
    input: &Input<'_>,
    profile: &desired::Profile,
    address: &str,
    asked: &[Wanted<'_>],
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
                shared += 1;
            }
        }
        // Two profiles of few grants differ in few settings whatever they are for.
        !other && differing <= 2 && shared > differing
    };
    let Some((twin, why)) = twin(profile, unmanaged, alike) else { return false };
    findings.push(
        Finding::new(
            Code::Twin,
            format!(
                "\"{}\" would be created beside \"{}\" ({}), which no file names and which has {why}",
                profile.name, twin.name, twin.id
            ),
        )
        .about(address)
        .at(&profile.span)
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

/// Counts how far a bundle is from what is asked: each entry of a map by itself, all else as one.
fn distance(wanted: &Wanted<'_>, settings: &Settings, catalogue: &Catalogue) -> usize {
    let differing = diff::between(catalogue, wanted.bundle, &wanted.after, settings);
    let entries = differing.filter(|(path, ..)| catalogue.map_of(path).is_some());
    entries.count().max(1)
}

/// Warns where naming a part of a bundle drops what live has in the rest.
pub(super) fn warn_drops(
    address: &str,
    wanted: &Wanted<'_>,
    before: &Settings,
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) {
    let dropped: Vec<String> = wanted
        .asked_by()
        .iter()
        .filter(|asked| asked.why == Why::BundleRest)
        .filter(|asked| {
            let row = catalogue.row(&asked.setting);
            row.zip(before.get(&asked.setting)).is_some_and(|(row, value)| {
                *value != row.empty() && wanted.after.get(&asked.setting) != Some(value)
            })
        })
        .map(|asked| asked.setting.to_string())
        .collect();
    if !dropped.is_empty() {
        findings.push(
            Finding::new(
                Code::BundleDrops,
                format!(
                    "naming a part of `{}` decides all of it, which empties {}",
                    wanted.bundle.path,
                    listed(dropped)
                ),
            )
            .about(address)
            .at(wanted.span())
            .hint("name them too if they should stay"),
        );
    }
}

pub(super) fn warn_opaque(
    catalogue: &Catalogue,
    address: &str,
    resolved: &Resolved<'_>,
    current: &Settings,
    findings: &mut Vec<Finding>,
) {
    for (path, value) in current {
        let Value::Opaque(json) = value else { continue };
        let watched = catalogue.bundle_path(path).is_some_and(|bundle| {
            resolved.wanted.iter().any(|wanted| wanted.bundle.path == *bundle)
        });
        if !watched {
            findings.push(
                Finding::new(
                    Code::UnknownValue,
                    format!("`{path}` is {json} live, which this version does not know"),
                )
                .about(address)
                .at(&resolved.profile.span)
                .hint("it is left as it is; name the setting in the file to decide it"),
            );
        }
    }
}

pub(super) fn warn_unknown(unknown: &[Unknown], workspace: &str, findings: &mut Vec<Finding>) {
    for Unknown { setting, on_in } in unknown.iter().filter(|unknown| !unknown.on_in.is_empty()) {
        findings.push(
            Finding::new(
                Code::UnknownMemberOn,
                format!(
                    "`{setting}` is not known to this version and is on in {}",
                    some_of(on_in, 5)
                ),
            )
            .about(workspace)
            .hint("permctl leaves it as it is; review it in the vendor's settings"),
        );
    }
}

/// Warns of live entries whose names the vendor's documentation does not have. They are compared and
/// written like the others; one that a file names has its warning there.
pub(super) fn warn_undocumented(
    input: &Input<'_>,
    selected: &dyn Fn(&str) -> bool,
    findings: &mut Vec<Finding>,
) {
    let catalogue = input.catalogue;
    let bundles = input.desired.profiles.iter().flat_map(|profile| &profile.bundles);
    let named: BTreeSet<&SettingPath> =
        bundles.flat_map(|bundle| bundle.members.iter().map(|(path, _)| path)).collect();
    let mut on_in: BTreeMap<SettingPath, Vec<String>> = BTreeMap::new();
    let mut beside: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for live in input.live.profiles.iter().filter(|live| selected(&live.name)) {
        if ignored(input, live).is_some() || input.provider.built_in(&input.live.id, live).is_some()
        {
            continue;
        }
        for name in
            input.provider.unknown_names(&live.document).into_iter().collect::<BTreeSet<_>>()
        {
            beside.entry(name).or_default().push(live.name.clone());
        }
        for path in document::entries(catalogue, &live.document) {
            let documented = catalogue.map_of(&path).is_some_and(|map| {
                map.names != EntryNames::Documented || map.known(path.leaf()).is_some()
            });
            let row = catalogue.row(&path);
            let value = document::value(catalogue, &live.document, &path);
            let on =
                row.zip(value).is_some_and(|(row, it)| it != row.empty() && !row.equals_floor(&it));
            if on && !documented && !named.contains(&path) {
                on_in.entry(path).or_default().push(live.name.clone());
            }
        }
    }
    findings.extend(beside.into_iter().map(|(name, profiles)| {
        let profiles = some_of(&profiles, 5);
        Finding::new(Code::UnknownEntry, format!("{name} is not documented and is in {profiles}"))
            .about(&input.desired.name)
            .hint("permctl leaves it as it is; review it in the vendor's settings")
    }));
    findings.extend(on_in.into_iter().map(|(path, profiles)| {
        let profiles = some_of(&profiles, 5);
        Finding::new(
            Code::UnknownEntry,
            format!("`{path}` is no documented name, and is on in {profiles}"),
        )
        .about(&input.desired.name)
        .hint(
            "it is compared and written like the others; see in the vendor's settings what it does",
        )
    }));
}

/// Finds an unmanaged live profile that a new one is probably meant to be.
fn twin<'a>(
    profile: &desired::Profile,
    unmanaged: impl Iterator<Item = &'a LiveProfile>,
    alike: impl Fn(&LiveProfile) -> bool,
) -> Option<(&'a LiveProfile, &'static str)> {
    let mut twins = unmanaged.filter_map(|live| {
        if composed(&profile.name) == composed(&live.name) {
            // Two that look the same would make a riddle of the message.
            Some((live, "the same name, its accents stored in another way"))
        } else if nearly(&profile.name, &live.name) {
            Some((live, "nearly the same name"))
        } else if alike(live) {
            Some((live, "nearly the same settings"))
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
    // "Tier 1" and "Tier 2" are two things, and short names are near each other by accident.
    words(&a) != words(&b)
        && a.chars().count().min(b.chars().count()) >= 6
        && strsim::damerau_levenshtein(&a, &b) <= 2
}

#[cfg(test)]
mod tests {
    use super::nearly;

    #[test]
    fn names_that_differ_only_in_how_accents_are_stored_are_near_however_short() {
        assert!(nearly("Zo\u{e9}", "Zoe\u{301}"));
        assert!(nearly("\u{c5}", "A\u{30a}"));
        assert!(!nearly("Zoe", "Zo\u{e9}"));
    }
}
