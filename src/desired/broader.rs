//! The rule about bases: what is broader than a base gives a reason.

use std::rc::Rc;

use crate::desired::{FileValue, Stated, StatedBundle, StatedMember};
use crate::finding::{Code, Finding, Span};
use crate::model::catalogue::Catalogue;
use crate::model::direction::direction;
use crate::model::{OriginKind, Settings, Value};

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
        let has_reason =
            stated.terms.iter().any(|it| it.bundle == *bundle.path && it.terms.reason.is_some());
        if has_reason {
            continue;
        }
        for base in bases {
            let Some((before, place)) = below(base, &bundle, catalogue) else { continue };
            let after = settings(bundle.members);
            let found = catalogue.bundle_over(bundle.path, &[&before, &after]);
            let found = found.expect("a stated bundle is in the catalogue");
            if !direction(catalogue, &found, &before, &after).may_broaden() {
                continue;
            }
            let named = |(_, value): &&StatedMember| value.kind != OriginKind::BundleRest;
            let member = bundle.members.iter().find(named).unwrap_or(&bundle.members[0]);
            findings.push(
                Finding::new(
                    Code::ReasonMissing,
                    format!("`{}` is broader than a base states, and has no reason", bundle.path),
                )
                .at_labelled(&member.1.span, "broader here")
                .at_labelled(&place, "the base")
                .hint("write `{value: ..., reason: \"...\"}`, or leave it as in the base"),
            );
            break;
        }
    }
}

/// Returns what a base states of a bundle, and where. A map that it gives as a list states what is not in it too.
fn below(
    base: &Stated,
    bundle: &StatedBundle<'_>,
    catalogue: &Catalogue,
) -> Option<(Settings, Span)> {
    if let Some(found) = base.bundles.iter().find(|it| it.path == bundle.path) {
        let (_, first) = found.members.first()?;
        return Some((settings(found.members), first.span.clone()));
    }
    let listed = base.whole_maps.iter().find(|(map, _)| bundle.path.starts_with(map));
    let (_, span) = listed?;
    let row = catalogue.row(bundle.path)?;
    Some((Settings::from_iter([(bundle.path.clone(), row.empty())]), span.clone()))
}

/// Returns the values of members. Names are compared as they are written.
fn settings(members: &[StatedMember]) -> Settings {
    let value = |value: &FileValue| match value {
        FileValue::Value(value) => value.clone(),
        FileValue::References(_, names) => Value::set(names.iter().map(|(name, _)| name)),
    };
    members.iter().map(|(path, stated)| (path.clone(), value(&stated.value))).collect()
}
