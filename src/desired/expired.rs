//! Values whose last day has passed: what they were, and which values stand in their place.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::desired::bundles::complete;
use crate::desired::terms::{Terms, Until};
use crate::desired::values::{Leaf, Values};
use crate::desired::{Expired, FileValue, Stated, StatedBundles, set_changes};
use crate::finding::{Code, Finding};
use crate::model::catalogue::Catalogue;
use crate::model::{OriginKind, PathMap, SettingPath};

/// What became of the values of a document whose last day has passed.
pub struct Passed {
    /// Bundles as they were on these days, the latest first.
    pub expired: Vec<Expired>,
    /// Bundles that have their narrowest value since nothing is left of them.
    pub lapsed: Vec<SettingPath>,
}

/// Returns the bundles with values that have expired, as they were, and puts into the values what stands in their
/// place: what a base states, else the narrowest value.
pub fn bundles(
    values: &mut Values,
    inherited: &Stated,
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) -> Passed {
    let mut passed = Passed { expired: Vec::new(), lapsed: Vec::new() };
    // Most documents say nothing of days.
    let is_timed = !values.expired.is_empty() || !inherited.expired.is_empty();
    if !is_timed && values.set.values().all(|leaf| leaf.terms.is_none()) {
        return passed;
    }
    level_alone(values, catalogue, findings);
    if !is_timed {
        return passed;
    }
    let bundle_of =
        |path: &SettingPath| catalogue.bundle_path(path).expect("a leaf is of a bundle").clone();
    let mut days: BTreeMap<SettingPath, Vec<Until>> = BTreeMap::new();
    for (path, all) in &values.expired {
        let untils = all.iter().map(|(_, until)| until.clone());
        days.entry(bundle_of(path)).or_default().extend(untils);
    }
    let own: Vec<SettingPath> = days.keys().cloned().collect();
    // A change of a base's set also ends where the base's own values do.
    let before =
        values.expired.iter().flat_map(|(path, all)| all.iter().map(move |it| (path, &it.0)));
    let changes = values.set.iter().chain(before).filter(|(_, leaf)| leaf.is_change());
    let changed: BTreeSet<SettingPath> = changes.map(|(path, _)| bundle_of(path)).collect();
    for of_base in inherited.expired.iter().filter(|it| changed.contains(&it.bundle)) {
        days.entry(of_base.bundle.clone()).or_default().push(of_base.until.clone());
    }
    for (bundle, days) in &mut days {
        days.sort_by(|a, b| b.day.cmp(&a.day).then_with(|| a.span.begin().cmp(&b.span.begin())));
        days.dedup_by_key(|until| until.day);
        for until in days {
            let before = on(values, bundle, until.day, inherited, catalogue);
            let members = before.iter().find(|it| it.path == bundle).map(|it| it.members.to_vec());
            let (bundle, until) = (bundle.clone(), until.clone());
            passed.expired.extend(members.map(|members| Expired { bundle, members, until }));
        }
    }
    for bundle in own {
        if in_their_place(values, &bundle, inherited, catalogue) {
            passed.lapsed.push(bundle);
        }
    }
    passed
}

/// Completes a bundle as it was on a day.
fn on(
    values: &Values,
    bundle: &SettingPath,
    day: Date,
    inherited: &Stated,
    catalogue: &Catalogue,
) -> StatedBundles {
    let is_of = |path: &SettingPath| catalogue.bundle_path(path) == Some(bundle);
    // A value of `then` did not hold before its day.
    let is_then = |path: &SettingPath, leaf: &Leaf| {
        leaf.kind == OriginKind::Expired && !values.expired.contains_key(path)
    };
    let now = values.set.iter().filter(|(path, leaf)| is_of(path) && !is_then(path, leaf));
    let mut set: PathMap<Leaf> = now.map(|(path, leaf)| (path.clone(), leaf.clone())).collect();
    for (path, all) in values.expired.iter().filter(|(path, _)| is_of(path)) {
        // Of those that still held on that day, the last in this order held first.
        let held = all.iter().rfind(|(_, it)| it.day >= day);
        set.extend(held.map(|(leaf, _)| (path.clone(), leaf.clone())));
    }
    let mut before = Values {
        set,
        expired: PathMap::default(),
        unread: values.unread.clone(),
        whole_maps: Vec::new(),
    };
    set_changes::resolve(&mut before, &base_on(inherited, bundle, day), catalogue, &mut Vec::new());
    complete(&mut before, catalogue, &mut Vec::new())
}

/// Returns what the bases stated of a bundle on a day.
fn base_on(inherited: &Stated, bundle: &SettingPath, day: Date) -> Stated {
    let mut passed = inherited.expired.iter().filter(|it| it.bundle == *bundle);
    let then = passed.rfind(|it| it.until.day >= day).map(|it| it.members.clone());
    let now =
        || inherited.bundles.iter().find(|it| it.path == bundle).map(|it| it.members.to_vec());
    let members = then.or_else(now).map(|members| (bundle.clone(), members));
    Stated { bundles: StatedBundles::new(members), ..Stated::default() }
}

/// Puts into a bundle the values that stand in the place of expired ones. Tells whether these are its narrowest, since
/// nothing else states it.
fn in_their_place(
    values: &mut Values,
    bundle: &SettingPath,
    inherited: &Stated,
    catalogue: &Catalogue,
) -> bool {
    let is_of = |path: &SettingPath| catalogue.bundle_path(path) == Some(bundle);
    let mut expired: Vec<SettingPath> =
        values.expired.keys().filter(|path| is_of(path)).cloned().collect();
    expired.sort();
    let lapsed = |values: &Values, path: &SettingPath, value| {
        let (leaf, until) = &values.expired[path][0];
        let key = &leaf.key;
        let terms = leaf.terms.clone().map(|terms| Box::new(Terms { until: Vec::new(), ..*terms }));
        let lapsed = Leaf::named(FileValue::Value(value), key, &until.span);
        Leaf { kind: OriginKind::Expired, terms, ..lapsed }
    };
    if !values.set.keys().any(is_of) {
        let is_inherited = inherited.bundles.iter().any(|it| it.path == bundle);
        let found = catalogue.bundle_over(bundle, &[]).filter(|_| !is_inherited);
        let floor = found.and_then(|found| catalogue.floor(&found).map(|it| it.into_owned()));
        for (path, value) in floor.into_iter().flatten() {
            let of = if expired.contains(&path) { &path } else { &expired[0] };
            let leaf = lapsed(values, of, value);
            values.set.insert(path, leaf);
        }
        return !is_inherited;
    }
    for path in expired.iter().filter(|path| *path != bundle) {
        let row = catalogue.row(path).expect("a leaf has a row");
        // What an entry of a map becomes depends on what is live.
        if !values.set.contains_key(path) && !row.is_entry() {
            let leaf = lapsed(values, path, row.empty());
            values.set.insert(path.clone(), leaf);
        }
    }
    false
}

/// Finds a level that expires while settings that belong to it do not: without it they mean nothing.
fn level_alone(values: &mut Values, catalogue: &Catalogue, findings: &mut Vec<Finding>) {
    for bundle in catalogue.bundles() {
        let lead = bundle.lead();
        let passed = values.expired.get(lead).and_then(|all| all.first());
        let passed = passed.filter(|_| !values.set.contains_key(lead)).map(|(_, it)| it.clone());
        let ends = passed.or_else(|| {
            let terms = values.set.get(lead)?.terms.as_ref()?;
            terms.alone.then(|| terms.until.first().cloned())?
        });
        let Some(until) = ends else { continue };
        let stays = |(path, leaf): &(&SettingPath, &Leaf)| {
            let mut until_too = leaf.terms.iter().flat_map(|terms| &terms.until);
            *path != lead
                && catalogue.bundle_path(path) == Some(&bundle.path)
                && !until_too.any(|it| it.day <= until.day)
        };
        let stays = values.set.iter().filter(stays).map(|(path, _)| path).min().cloned();
        let Some(stays) = stays else { continue };
        let message = format!("`{lead}` expires on {}, and `{stays}` stays without it", until.day);
        let (path, leaf) = (&bundle.path, lead.leaf());
        let then = format!("add `then:` to `{leaf}`, the level after that day");
        let hint = match path == lead {
            true => then,
            false => format!(
                "write the long form around both: `{path}: {{value: {{{leaf}: ...}}, until: ...}}`; or {then}"
            ),
        };
        let finding = Finding::new(Code::BundleWithoutLevel, message).at(&until.span).hint(hint);
        findings.push(finding);
        values.unread.insert(lead.clone());
    }
}
