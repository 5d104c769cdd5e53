//! The rule about bases: what is broader than a base gives a reason.

use std::borrow::Cow;
use std::rc::Rc;

use crate::desired::{FileValue, Stated, StatedBundle, StatedMember, StatedValue};
use crate::finding::{Code, Finding, Span};
use crate::model::catalogue::Catalogue;
use crate::model::direction::direction;
use crate::model::{OriginKind, SettingPath, Settings, Value};

/// Finds bundles that are broader than one of the bases states, or may be, and have no reason.
pub fn check(
    stated: &Stated,
    bases: &[Rc<Stated>],
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) {
    if bases.is_empty() {
        return;
    }
    for bundle in stated.bundles.iter() {
        let mut said: Vec<&SettingPath> = Vec::new();
        for base in bases {
            let Some(before) = below(base, &bundle, catalogue) else { continue };
            for (path, place) in broader(&bundle, &before, catalogue) {
                let has_reason =
                    stated.terms.iter().any(|it| it.setting == *path && it.terms.reason.is_some());
                if has_reason || said.contains(&path) {
                    continue;
                }
                said.push(path);
                let own = bundle.members.iter().find(|(at, _)| at == path);
                let (_, own) = own.expect("it is a member of the bundle");
                findings.push(
                    Finding::new(
                        Code::ReasonMissing,
                        format!("`{path}` is broader than a base states, and has no reason"),
                    )
                    .at_labelled(&own.span, "broader here")
                    .at_labelled(&place, "the base")
                    .hint(hint(path, own)),
                );
            }
        }
    }
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
    base: &'a Stated,
    bundle: &StatedBundle<'_>,
    catalogue: &Catalogue,
) -> Option<Cow<'a, [StatedMember]>> {
    if let Some(found) = base.bundles.iter().find(|it| it.path == bundle.path) {
        return (!base.lapsed.contains(bundle.path)).then_some(Cow::Borrowed(found.members));
    }
    let listed = base.whole_maps.iter().find(|(map, _)| bundle.path.starts_with(map));
    let (_, span) = listed?;
    let value = FileValue::Value(catalogue.row(bundle.path)?.empty());
    let stated = StatedValue { value, span: span.clone(), kind: OriginKind::NotInList };
    Some(Cow::Owned(vec![(bundle.path.clone(), stated)]))
}

/// Returns the values of members. Names are compared as they are written.
fn settings(members: &[StatedMember]) -> Settings {
    let value = |value: &FileValue| match value {
        FileValue::Value(value) => value.clone(),
        FileValue::References(_, names) => Value::set(names.iter().map(|(name, _)| name)),
    };
    members.iter().map(|(path, stated)| (path.clone(), value(&stated.value))).collect()
}
