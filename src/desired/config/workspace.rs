//! One workspace of a tenant: how it is found at the vendor, what it ignores.

use super::{Reading, WorkspaceConfig};
use crate::desired::fields::{self, day, list};
use crate::desired::keys::{IgnoreFields, Optional, WorkspaceFields};
use crate::desired::{Ignore, Locator, Unlisted, unlisted};
use crate::finding::{Code, Finding, Span};
use crate::model::WorkspaceId;
use crate::provider::{Provider, Workspaces};
use crate::yaml::{MapEntry, Node};

/// Reads one workspace; one without a name or id at the vendor is a finding and `None`.
pub fn read(
    tenant: &str,
    provider: &'static dyn Provider,
    outer: Unlisted,
    entry: &MapEntry,
    reading: &mut Reading<'_>,
) -> Option<WorkspaceConfig> {
    let workspace = known(tenant, provider, outer, entry, reading);
    if workspace.is_none() {
        reading.unread.push(entry.key.clone());
    }
    workspace
}

fn known(
    tenant: &str,
    provider: &'static dyn Provider,
    outer: Unlisted,
    entry: &MapEntry,
    reading: &mut Reading<'_>,
) -> Option<WorkspaceConfig> {
    let (name, span) = (&entry.key, &entry.key_span);
    reading.names.push((name.clone(), span.clone()));
    let findings = &mut *reading.findings;
    let what = format!("workspace `{}`", span.quotable(name));
    let workspaces = provider.capabilities().workspaces;
    let keys = match workspaces {
        Workspaces::Only => {
            WorkspaceFields::read_but(&["name", "id"], &what, &entry.value, findings)
        }
        Workspaces::ById | Workspaces::ByIdOrName => {
            WorkspaceFields::read(&what, &entry.value, findings)
        }
    }?;
    let locator = locator(&what, span, provider, &keys, findings);
    let unlisted = keys.unlisted.node().and_then(|node| unlisted::read(node, findings));
    let unlisted = match unlisted {
        Some(said) => said.within(outer, findings).0,
        None => outer,
    };
    let ignore = ignore(keys.ignore, findings);
    Some(WorkspaceConfig {
        name: name.clone(),
        tenant: tenant.to_owned(),
        provider,
        locator: locator?,
        span: span.clone(),
        ignore,
        unlisted,
    })
}

fn locator(
    what: &str,
    span: &Span,
    provider: &dyn Provider,
    keys: &WorkspaceFields<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Locator> {
    let workspaces = provider.capabilities().workspaces;
    match (keys.name.node(), keys.id.node()) {
        _ if workspaces == Workspaces::Only => Some(Locator::Only),
        (Some(value), None) if workspaces == Workspaces::ByIdOrName => {
            fields::name(keys.name.quoted(), value, findings).map(Locator::Name)
        }
        (None, Some(value)) => {
            let id = fields::id(keys.id.quoted(), value, findings)?;
            if let Err(hint) = provider.check_workspace_id(&id) {
                let message = format!("`{}` can't be the id of {what}", value.span.quotable(&id));
                findings
                    .push(Finding::new(Code::ImpossibleValue, message).at(&value.span).hint(hint));
                return None;
            }
            Some(Locator::Id(WorkspaceId(id)))
        }
        (Some(_), Some(_)) => {
            let message = format!("{what} has both `name` and `id`");
            let finding = Finding::new(Code::ImpossibleValue, message).at(span);
            findings.push(finding.hint("keep one of them"));
            None
        }
        _ => {
            let hint = if workspaces == Workspaces::ByIdOrName {
                "write the name that the vendor shows, or its id in quotes"
            } else {
                "write the vendor's `id`, in quotes; this vendor does not list names"
            };
            findings.push(
                Finding::new(Code::MissingKey, format!("{what} needs one of `name` and `id`"))
                    .at(span)
                    .hint(hint),
            );
            None
        }
    }
}

fn ignore(key: Optional<'_>, findings: &mut Vec<Finding>) -> Vec<Ignore> {
    let items = key.node().and_then(|node| list(key.quoted(), node, findings)).unwrap_or_default();
    items.iter().filter_map(|item| ignored(item, findings)).collect()
}

fn ignored(node: &Node, findings: &mut Vec<Finding>) -> Option<Ignore> {
    let keys = IgnoreFields::read("an `ignore` entry", node, findings)?;
    let profile = keys.profile.take(findings).and_then(|node| {
        fields::text(keys.profile.quoted(), node, findings).zip(Some(node.span.clone()))
    });
    let reason = keys.reason.take(findings).and_then(|node| fields::reason(node, findings));
    let until = keys.until.node().and_then(|node| day(keys.until.quoted(), node, findings));
    let (profile, span) = profile?;
    Some(Ignore { profile, reason: reason?, until, span })
}
