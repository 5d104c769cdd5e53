//! One profile file: its documents and their keys. What settings mean is [`super::resolve`]'s.

use std::sync::Arc;

use crate::desired::fields::{self, flag, list, not_yet, text};
use crate::desired::keys::{BASE, Optional, ProfileFields};
use crate::desired::resolve::{self, Resolved};
use crate::desired::{Profile, Unlisted, Wanted, WantedBundle, Workspace, holders, unlisted};
use crate::finding::{Code, Finding, Source, Span};
use crate::model::{ProfileId, Settings, Value};
use crate::provider::Provider;
use crate::yaml::{self, Node};

/// Reads a file's documents into a workspace.
pub fn read(
    source: &Arc<Source>,
    workspace: &mut Workspace,
    outer: &(Unlisted, Span),
    findings: &mut Vec<Finding>,
) {
    let parsed = yaml::parse(source);
    findings.extend(parsed.findings);
    for document in &parsed.documents {
        if let Some(profile) = profile(document, workspace, outer, findings) {
            workspace.profiles.push(profile);
        }
    }
}

fn profile(
    node: &Node,
    workspace: &Workspace,
    outer: &(Unlisted, Span),
    findings: &mut Vec<Finding>,
) -> Option<Profile> {
    if let Some(base) =
        node.as_map().and_then(|entries| entries.iter().find(|entry| entry.key == BASE))
    {
        findings.push(not_yet(BASE, &base.key_span));
        return None;
    }
    let keys = ProfileFields::read("a profile", node, findings)?;
    let name_node = keys.profile.take(findings)?;
    let name = text("`profile`", name_node, findings)?;
    if name.is_empty() {
        findings.push(
            Finding::new(Code::ImpossibleValue, "a profile's name can't be empty")
                .at(&name_node.span)
                .hint("write the name that people see in the vendor's settings"),
        );
        return None;
    }
    let pin = keys.id.node().and_then(|node| {
        fields::id("`id`", node, findings).map(|id| (ProfileId(id), node.span.clone()))
    });
    let formerly = keys.formerly.node().map(|node| former_names(node, &name, findings));
    let is_new = keys.new.node().and_then(|node| flag("`new`", node, findings)) == Some(true);
    // Without a place of its own, `unlisted` is asked for by the profile itself: that is the line
    // that somebody who wonders about a floor should look at.
    let unlisted = keys.unlisted.node().and_then(|node| unlisted::read(node, findings));
    let unlisted = match unlisted {
        Some(said) => said.within(outer.0, findings),
        None => (outer.0, name_node.span.clone()),
    };
    let holders = holders(keys.holders, workspace.provider, findings);
    let Resolved { bundles, whole_maps } =
        resolve::bundles(&keys, workspace.provider.catalogue(), findings);
    refuse(workspace.provider, &name, &name_node.span, &bundles, findings);
    Some(Profile {
        name,
        span: name_node.span.clone(),
        pin,
        formerly: formerly.unwrap_or_default(),
        is_new,
        holders,
        unlisted,
        bundles,
        whole_maps,
    })
}

/// Reads who has the profile, where the vendor lets that be said.
fn holders(
    key: Optional<'_>,
    provider: &dyn Provider,
    findings: &mut Vec<Finding>,
) -> Option<holders::Holders> {
    let entry = key.entry?;
    if provider.memberships().is_none() {
        findings.push(holders::unsupported(&entry.key_span, provider.title()));
        return None;
    }
    holders::read(&entry.value, findings)
}

/// Finds what the vendor would refuse, as far as the file alone says it.
fn refuse(
    provider: &dyn Provider,
    name: &str,
    span: &Span,
    bundles: &[WantedBundle],
    findings: &mut Vec<Finding>,
) {
    let name_path = provider.catalogue().name().clone();
    let members = || bundles.iter().flat_map(|bundle| &bundle.members);
    let mut settings = Settings::from_iter([(name_path, Value::text(name))]);
    settings.extend(members().map(|(path, member)| {
        let value = match &member.wanted {
            Wanted::Value(value) => value.clone(),
            Wanted::References(_, names) => Value::set(names.iter().map(|(name, _)| name)),
        };
        (path.clone(), value)
    }));
    for refusal in provider.check(&settings) {
        let place = members().find(|(path, _)| *path == refusal.setting);
        findings.push(
            Finding::new(Code::VendorRefuses, refusal.message)
                .at(place.map_or(span, |(_, member)| &member.span))
                .hint(refusal.hint),
        );
    }
}

fn former_names(node: &Node, name: &str, findings: &mut Vec<Finding>) -> Vec<(String, Span)> {
    let mut names = Vec::new();
    for item in list("`formerly`", node, findings).unwrap_or_default() {
        let Some(former) = text("a former name", item, findings) else { continue };
        if former == name {
            findings.push(
                Finding::new(
                    Code::ImpossibleValue,
                    "a profile can't have been renamed from its own name",
                )
                .at(&item.span)
                .hint("`formerly` lists names that the profile had before"),
            );
            continue;
        }
        names.push((former, item.span.clone()));
    }
    names
}
