//! One profile file: its documents and their keys. What settings mean is [`super::resolve`]'s.

use std::sync::Arc;

use crate::desired::fields::{self, Keys, flag, list, not_yet, required, text};
use crate::desired::resolve::{self, Resolved};
use crate::desired::{Profile, Unlisted, Wanted, WantedBundle, Workspace, config, holders};
use crate::finding::{Code, Finding, Source, Span};
use crate::model::{ProfileId, Settings, Value};
use crate::provider::Provider;
use crate::yaml::{self, Node};

/// The keys of a profile.
const KNOWN: &[&str] =
    &["profile", "description", "settings", "id", "formerly", "new", "unlisted", "holders"];

/// Keys of a profile that a later version reads.
const LATER: &[&str] = &["extends", "retired", "until", "then", "reason"];

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
        node.as_map().and_then(|entries| entries.iter().find(|entry| entry.key == "base"))
    {
        findings.push(not_yet("base", &base.key_span));
        return None;
    }
    let what = "a profile";
    if !(Keys { what, known: KNOWN, later: LATER }).check(node, findings) {
        return None;
    }
    let name_node = required(what, "profile", node, findings)?;
    let name = text("`profile`", name_node, findings)?;
    if name.is_empty() {
        findings.push(
            Finding::new(Code::ImpossibleValue, "a profile's name can't be empty")
                .at(&name_node.span)
                .hint("write the name that people see in the vendor's settings"),
        );
        return None;
    }
    let pin = node.get("id").and_then(|node| {
        fields::id("`id`", node, findings).map(|id| (ProfileId(id), node.span.clone()))
    });
    let formerly = node.get("formerly").map(|node| former_names(node, &name, findings));
    let is_new = node.get("new").and_then(|node| flag("`new`", node, findings)) == Some(true);
    // Without a place of its own, `unlisted` is asked for by the profile itself: that is the line
    // that somebody who wonders about a floor should look at.
    let unlisted = config::unlisted(node.get("unlisted"), Some(outer.0), findings)
        .unwrap_or_else(|| (outer.0, name_node.span.clone()));
    let holders = holders(node, workspace.provider, findings);
    let Resolved { bundles, whole_maps } =
        resolve::bundles(node, workspace.provider.catalogue(), findings);
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
    node: &Node,
    provider: &dyn Provider,
    findings: &mut Vec<Finding>,
) -> Option<holders::Holders> {
    let entries = node.as_map().into_iter().flatten();
    let entry = entries.into_iter().find(|entry| entry.key == "holders")?;
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
