//! Values whose last day has passed: what they were, and what is there in their place.

use std::collections::BTreeMap;

use crate::desired::bundles::complete;
use crate::desired::terms::Until;
use crate::desired::values::{Leaf, Values};
use crate::desired::{Expired, FileValue, Stated, StatedBundles, StatedValue};
use crate::finding::{Code, Finding};
use crate::model::catalogue::{Bundle, Catalogue};
use crate::model::{OriginKind, PathMap, SettingPath};

/// Returns the bundles with values that have expired, as they were, and puts into the values what stands in their
/// place: what a base states, else the narrowest value.
pub fn bundles(
    values: &mut Values,
    inherited: &Stated,
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) -> Vec<Expired> {
    level_alone(values, catalogue, findings);
    if values.expired.is_empty() {
        return Vec::new();
    }
    let mut of_bundle: BTreeMap<SettingPath, Vec<(SettingPath, Until)>> = BTreeMap::new();
    for (path, all) in &values.expired {
        let bundle = catalogue.bundle_path(path).expect("a leaf is of a bundle").clone();
        let untils = all.iter().map(|(_, until)| (path.clone(), until.clone()));
        of_bundle.entry(bundle).or_default().extend(untils);
    }
    let mut all = Vec::new();
    for (bundle, expired) in &mut of_bundle {
        expired.sort_by(|a, b| (b.1.day, &a.0).cmp(&(a.1.day, &b.0)));
        let mut days: Vec<&Until> = expired.iter().map(|(_, until)| until).collect();
        days.dedup_by_key(|until| until.day);
        for until in days {
            let before = on(values, bundle, until, inherited, catalogue);
            let members = before.iter().find(|it| it.path == bundle).map(|it| it.members.to_vec());
            let (bundle, until) = (bundle.clone(), until.clone());
            all.extend(members.map(|members| Expired { bundle, members, until }));
        }
    }
    for (bundle, expired) in &of_bundle {
        in_their_place(values, bundle, expired, inherited, catalogue);
    }
    all
}

/// Completes a bundle as it was on a day.
fn on(
    values: &Values,
    bundle: &SettingPath,
    until: &Until,
    inherited: &Stated,
    catalogue: &Catalogue,
) -> StatedBundles {
    let is_of = |path: &SettingPath| catalogue.bundle_path(path) == Some(bundle);
    let now = values.set.iter().filter(|(path, _)| is_of(path));
    let mut set: PathMap<Leaf> = now.map(|(path, leaf)| (path.clone(), leaf.clone())).collect();
    for (path, all) in values.expired.iter().filter(|(path, _)| is_of(path)) {
        // Of those that still held on that day, the last in this order held first.
        let held = all.iter().rfind(|(_, it)| it.day >= until.day);
        set.extend(held.map(|(leaf, _)| (path.clone(), leaf.clone())));
    }
    // What only changed the set of a base had the rest of the base's bundle.
    let below = inherited.bundles.iter().find(|it| it.path == bundle);
    let is_without_level = below.is_some_and(|it| !set.contains_key(&it.members[0].0));
    for (path, StatedValue { value, span, .. }) in below.iter().flat_map(|it| it.members) {
        if is_without_level && !set.contains_key(path) {
            set.insert(path.clone(), Leaf::named(value.clone(), span, span));
        }
    }
    let mut before = Values {
        set,
        expired: PathMap::default(),
        unread: values.unread.clone(),
        whole_maps: Vec::new(),
    };
    complete(&mut before, catalogue, &mut Vec::new())
}

/// Puts into a bundle what is there once values of it have expired.
fn in_their_place(
    values: &mut Values,
    bundle: &SettingPath,
    expired: &[(SettingPath, Until)],
    inherited: &Stated,
    catalogue: &Catalogue,
) {
    let is_of = |path: &SettingPath| catalogue.bundle_path(path) == Some(bundle);
    let is_left = values.set.keys().any(is_of);
    if !is_left {
        let is_inherited = inherited.bundles.iter().any(|it| it.path == bundle);
        let found = catalogue.bundle_over(bundle, &[]).filter(|_| !is_inherited);
        let floor = found.and_then(|found| catalogue.floor(&found).map(|it| it.into_owned()));
        let Some((path, until)) = expired.first() else { return };
        let key = values.expired[path][0].0.key.clone();
        for (path, value) in floor.into_iter().flatten() {
            let leaf = Leaf::named(FileValue::Value(value), &key, &until.span);
            values.set.insert(path, Leaf { kind: OriginKind::Expired, ..leaf });
        }
        return;
    }
    for (path, until) in expired.iter().filter(|(path, _)| *path != *bundle) {
        let row = catalogue.row(path).expect("a leaf has a row");
        // What an entry of a map becomes depends on what is live.
        if !values.set.contains_key(path) && !row.is_entry() {
            let key = values.expired[path][0].0.key.clone();
            let leaf = Leaf::named(FileValue::Value(row.empty()), &key, &until.span);
            values.set.insert(path.clone(), Leaf { kind: OriginKind::Expired, ..leaf });
        }
    }
}

/// Finds a level that expires while settings that belong to it do not: without it they mean nothing.
fn level_alone(values: &mut Values, catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    let several = |bundle: &&Bundle| bundle.members.len() > 1;
    for bundle in catalogue.bundles().iter().filter(several) {
        let lead = bundle.lead();
        let ends = values.expired.get(lead).and_then(|all| all.first()).map(|(_, it)| it.clone());
        let ends = ends.filter(|_| !values.set.contains_key(lead)).or_else(|| {
            let terms = values.set.get(lead)?.terms.as_ref()?;
            terms.alone.then(|| terms.until.first().cloned())?
        });
        let Some(until) = ends else { continue };
        let stays = |path: &&SettingPath| {
            values.set.get(*path).is_some_and(|leaf| {
                let until_too = leaf.terms.iter().flat_map(|terms| &terms.until);
                *path != lead && !until_too.clone().any(|it| it.day <= until.day)
            })
        };
        let Some(stays) = bundle.members.iter().find(stays).cloned() else { continue };
        let message = format!("`{lead}` expires on {}, and `{stays}` stays without it", until.day);
        let (path, leaf) = (&bundle.path, lead.leaf());
        let hint = format!(
            "write the long form around both: `{path}: {{value: {{{leaf}: ...}}, until: ...}}`; or add `then:` to `{leaf}`"
        );
        let finding = Finding::new(Code::BundleWithoutLevel, message).at(&until.span).hint(hint);
        findings.push(finding);
        values.unread.insert(lead.clone());
    }
}
