//! Completes the bundles of which a profile names a member, by the catalogue.
//!
//! A file that names one member of a bundle decides all of it; what it leaves out takes its neutral
//! value here, so that no later stage has to know.

use crate::desired::bases::Inherited;
use crate::desired::expired::Passed;
use crate::desired::stated::TermsOf;
use crate::desired::values::{Leaf, Values};
use crate::desired::{
    FileValue, Stated, StatedBundle, StatedBundles, StatedMember, StatedValue, broader, expired,
    set_changes,
};
use crate::finding::{Code, Finding};
use crate::model::catalogue::{Bundle, Catalogue, Kind};
use crate::model::{OriginKind, PathMap, SettingPath, Value};
use crate::text::listed;

/// Returns what a document inherits, with its own values over it.
pub fn over(
    mut values: Values,
    inherited: Inherited,
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) -> Stated {
    let Inherited { merged: inherited, bases } = inherited;
    let Passed { expired, lapsed } = expired::bundles(&mut values, &inherited, catalogue, findings);
    set_changes::resolve(&mut values, &inherited, catalogue, findings);
    let terms = terms(&values, catalogue);
    let own = complete(&mut values, catalogue, findings);
    let below = inherited.bundles.iter().map(|bundle| (bundle.path.clone(), bundle));
    let below: PathMap<StatedBundle<'_>> = below.collect();
    for bundle in own.iter() {
        if let Some(below) = below.get(bundle.path) {
            drops(&bundle, below, catalogue, findings);
        }
    }
    let whole_maps = values.whole_maps;
    let own = Stated { bundles: own, whole_maps, terms, expired, lapsed, ..Stated::default() };
    let stated = inherited.overridden_by(own, catalogue);
    broader::check(&stated, &bases, catalogue, findings);
    stated
}

/// Lists what stands beside the values, by setting.
fn terms(values: &Values, catalogue: &Catalogue) -> Vec<TermsOf> {
    let of = |(path, leaf): (&SettingPath, &Leaf)| {
        let terms = (**leaf.terms.as_ref()?).clone();
        let bundle = catalogue.bundle_path(path)?.clone();
        Some(TermsOf { bundle, setting: path.clone(), terms })
    };
    let mut all: Vec<TermsOf> = values.set.iter().filter_map(of).collect();
    all.sort_by(|a, b| a.setting.cmp(&b.setting));
    all
}

/// Warns where naming a part of a bundle drops what a base states of the rest.
fn drops(
    own: &StatedBundle<'_>,
    below: &StatedBundle<'_>,
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) {
    let named = |path: &SettingPath| {
        let is_named = |(own, value): &StatedMember| own == path && value.kind == OriginKind::Named;
        own.members.iter().any(is_named)
    };
    let says = |(path, value): &&StatedMember| {
        let row = catalogue.row(path).expect("a bundle's members have rows");
        value.kind == OriginKind::Named && value.value.asks(row) && !named(path)
    };
    let dropped: Vec<&StatedMember> = below.members.iter().filter(says).collect();
    let Some((_, first)) = dropped.first() else { return };
    let names = listed(dropped.iter().map(|(path, _)| path.to_string()));
    let place = own.members.iter().find(|(_, value)| value.kind == OriginKind::Named);
    let Some((_, place)) = place else { return };
    let message = format!(
        "this names a part of `{}` and decides all of it: {names} of the base is lost",
        own.path
    );
    findings.push(
        Finding::new(Code::BundleDrops, message)
            .at_labelled(&place.span, "named here")
            .at_labelled(&first.span, "dropped here")
            .hint("name them here too: as they are where they should stay, `[]` or `false` where they should go"),
    );
}

/// Returns the bundles that these values decide, whole, in catalogue order; takes the values. A bundle
/// without its level is left out, with a finding.
pub fn complete(
    values: &mut Values,
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) -> StatedBundles {
    let Values { set, unread, .. } = values;
    let named = set.keys().chain(unread.iter());
    let entries = named.filter(|path| catalogue.map_of(path).is_some()).cloned().collect();
    let bundles = catalogue.bundles_with(&entries);
    // A member that could not be read has its finding; the rest of its bundle would only look incomplete.
    let read = |bundle: &&Bundle| !bundle.members.iter().any(|path| unread.contains(path));
    let whole =
        |bundle: &Bundle| Some((bundle.path.clone(), whole(bundle, catalogue, set, findings)?));
    StatedBundles::new(bundles.iter().filter(read).filter_map(whole))
}

/// Completes a bundle of which at least one member is named; returns its members in catalogue order.
fn whole(
    bundle: &Bundle,
    catalogue: &Catalogue,
    values: &mut PathMap<Leaf>,
    findings: &mut Vec<Finding>,
) -> Option<Vec<StatedMember>> {
    // Most bundles are one setting.
    if let [only] = bundle.members.as_slice() {
        let (value, span, kind) = values.remove(only)?.whole();
        return Some(vec![(only.clone(), StatedValue { value, span, kind })]);
    }
    let first_key = bundle
        .members
        .iter()
        .filter_map(|path| values.get(path))
        .map(|value| &value.key)
        .min_by(|a, b| a.begin().cmp(&b.begin()))?
        .clone();
    let row_of = |path: &SettingPath| catalogue.row(path).expect("a bundle's members have rows");
    if !values.contains_key(bundle.lead()) {
        let row = row_of(bundle.lead());
        let levels = match &row.kind {
            Kind::Level(levels) => format!(": {}", listed(*levels)),
            _ => String::new(),
        };
        findings.push(
            Finding::new(
                Code::BundleWithoutLevel,
                format!(
                    "the settings of `{}` belong together, and `{}` is missing",
                    bundle.path,
                    bundle.lead()
                ),
            )
            .at(&first_key)
            .hint(format!("add `{}`{levels}", row.path.leaf())),
        );
        return None;
    }
    let mut members = Vec::with_capacity(bundle.members.len());
    for path in &bundle.members {
        let member = match values.remove(path) {
            Some(leaf) => {
                let (value, span, kind) = leaf.whole();
                StatedValue { value, span, kind }
            }
            None => StatedValue {
                value: FileValue::Value(row_of(path).empty()),
                span: first_key.clone(),
                kind: OriginKind::BundleRest,
            },
        };
        members.push((path.clone(), member));
    }
    inert(bundle, catalogue, &members, findings);
    Some(members)
}

/// Finds members that are set although their bundle's level leaves them without effect.
fn inert(
    bundle: &Bundle,
    catalogue: &Catalogue,
    members: &[StatedMember],
    findings: &mut Vec<Finding>,
) {
    for (path, member) in members {
        let row = catalogue.row(path).expect("a bundle's members have rows");
        let Some((decider, level)) = &row.inert_when else { continue };
        let level_of = members.iter().find(|(path, _)| path == decider);
        let Some((_, StatedValue { value: FileValue::Value(Value::Level(actual)), .. })) = level_of
        else {
            continue;
        };
        if actual == level && member.value.asks(row) {
            findings.push(
                Finding::new(
                    Code::InertSetting,
                    format!("`{path}` has no effect while `{decider}` is `{level}`"),
                )
                .at(&member.span)
                .hint(format!("take it out, or choose another level for `{}`", bundle.path)),
            );
        }
    }
}
