//! The rule about bases: what is broader than a base gives a reason.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::desired::{FileValue, Stated, StatedBundle, StatedMember, StatedValue};
use crate::finding::{Code, Finding, Span};
use crate::model::catalogue::Catalogue;
use crate::model::direction::direction;
use crate::model::{OriginKind, SettingPath, Settings, Value};

/// Finds settings that are broader than one of the bases states, or may be, and have no reason.
pub fn check(
    stated: &Stated,
    bases: &[Rc<Stated>],
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) {
    let mut said: HashSet<&SettingPath> = HashSet::new();
    for base in bases {
        let of_base = base.bundles.iter().map(|bundle| (bundle.path, bundle.members));
        let of_base: HashMap<&SettingPath, &[StatedMember]> = of_base.collect();
        for bundle in stated.bundles.iter() {
            let below = below(base, of_base.get(bundle.path).copied(), &bundle, catalogue);
            // Most of what a profile inherits stays as it is.
            let Some(below) = below.filter(|below| !is_inherited(&bundle, below)) else { continue };
            for (path, place) in broader(&bundle, &below, catalogue) {
                let mut terms = stated.terms.iter().filter(|it| it.setting == *path);
                if !terms.any(|it| it.terms.reason.is_some()) && said.insert(path) {
                    findings.push(without_reason(path, &bundle, &place));
                }
            }
        }
    }
}

/// Tells whether a bundle is that of the base, line by line.
fn is_inherited(bundle: &StatedBundle<'_>, below: &[StatedMember]) -> bool {
    let is_same = |(own, of_base): (&StatedMember, &StatedMember)| {
        own.1.span.begin() == of_base.1.span.begin()
    };
    bundle.members.len() == below.len() && bundle.members.iter().zip(below).all(is_same)
}

fn without_reason(path: &SettingPath, bundle: &StatedBundle<'_>, place: &Span) -> Finding {
    let own = bundle.members.iter().find(|(at, _)| at == path);
    let (_, own) = own.expect("it is a member of the bundle");
    let message = format!("`{path}` is broader than a base states, and has no reason");
    Finding::new(Code::ReasonMissing, message)
        .at_labelled(&own.span, "broader here")
        .at_labelled(place, "the base")
        .hint(hint(path, own))
}

/// Says how a reason is given.
fn hint(path: &SettingPath, own: &StatedValue) -> String {
    let leaf = path.leaf();
    let set = match own.value {
        FileValue::References(..) | FileValue::Value(Value::Set(_)) => {
            format!(", or `{leaf}: {{add: [...], reason: \"...\"}}`")
        }
        FileValue::Value(_) => String::new(),
    };
    format!("write `{leaf}: {{value: ..., reason: \"...\"}}`{set}, or leave it as in the base")
}

/// Lists the members of a bundle by which it is broader than what a base states, or may be.
fn broader<'a>(
    bundle: &StatedBundle<'a>,
    before: &[StatedMember],
    catalogue: &Catalogue,
) -> Vec<(&'a SettingPath, Span)> {
    let (was, is) = (settings(before), settings(bundle.members));
    let found = catalogue.bundle_over(bundle.path, &[&was, &is]);
    let found = found.expect("a stated bundle is in the catalogue");
    if !direction(catalogue, &found, &was, &is).may_broaden() {
        return Vec::new();
    }
    let named = |(_, value): &&StatedMember| value.kind != OriginKind::BundleRest;
    let other: Vec<&StatedMember> = bundle
        .members
        .iter()
        .filter(|(path, _)| catalogue.value(path, &was) != catalogue.value(path, &is))
        .collect();
    // By itself, beside what the base states of the rest.
    let by_itself = |(path, _): &&&StatedMember| {
        let mut with_it = was.clone();
        with_it.extend(is.get(path).map(|value| (path.clone(), value.clone())));
        direction(catalogue, &found, &was, &with_it).may_broaden()
    };
    // What a document does not name follows from what it names.
    let own: Vec<&StatedMember> = other.iter().copied().filter(named).collect();
    let mut broader: Vec<&StatedMember> = own.iter().filter(by_itself).copied().collect();
    if broader.is_empty() {
        broader.extend(own.first().or(other.first()).copied());
    }
    let place = |path: &SettingPath| {
        let same = before.iter().find(|(at, _)| at == path);
        same.or(before.first()).map(|(_, value)| value.span.clone())
    };
    broader.into_iter().filter_map(|(path, _)| Some((path, place(path)?))).collect()
}

/// Returns what a base states of a bundle. A map that it gives as a list states what is not in it too; what is only
/// left since lines have expired is stated by nothing.
fn below<'a>(
    base: &Stated,
    of_base: Option<&'a [StatedMember]>,
    bundle: &StatedBundle<'_>,
    catalogue: &Catalogue,
) -> Option<Cow<'a, [StatedMember]>> {
    if let Some(members) = of_base {
        return (!base.lapsed.contains(bundle.path)).then_some(Cow::Borrowed(members));
    }
    let listed = base.whole_maps.iter().find(|(map, _)| bundle.path.starts_with(map));
    let (_, span) = listed?;
    let value = FileValue::Value(catalogue.row(bundle.path)?.empty());
    let stated = StatedValue { value, span: span.clone(), kind: OriginKind::NotInList };
    Some(Cow::Owned(vec![(bundle.path.clone(), stated)]))
}

/// Returns the values of members. Names are compared as they are written.
fn settings(members: &[StatedMember]) -> Settings {
    members.iter().map(|(path, stated)| (path.clone(), stated.value.as_written())).collect()
}
