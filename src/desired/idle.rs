//! What the files have without any effect: it is named, since each was written for something.
//!
//! Warnings only; they are shown of files without errors.

use std::collections::BTreeMap;

use crate::desired::guards::{Exception, Guard, Guards};
use crate::desired::{Endpoint, Tenant, Workspace};
use crate::finding::{Code, Finding, Span};
use crate::provider::Scheme;
use crate::text::{counted, listed};
use crate::yaml::{Content, Node};

/// Keys of the configuration that say nothing while they are empty.
const SAY_NOTHING_EMPTY: [&str; 12] = [
    "exceptions",
    "groups",
    "guards",
    "ignore",
    "limits",
    "lists",
    "maxBroadened",
    "maxChanged",
    "protected",
    "settings",
    "tenants",
    "workspaces",
];

/// Finds keys of the configuration with nothing in them.
pub fn empty_keys(root: &Node, findings: &mut Vec<Finding>) {
    let mut nodes = vec![root];
    while let Some(node) = nodes.pop() {
        for entry in node.as_map().unwrap_or_default() {
            let is_empty = match &entry.value.content {
                Content::List(items) => items.is_empty(),
                Content::Map(entries) => entries.is_empty(),
                Content::Null | Content::Scalar(_) => false,
            };
            if is_empty && SAY_NOTHING_EMPTY.contains(&entry.key.as_str()) {
                let message = format!("`{}` is empty and has no effect", entry.key);
                let hint = match entry.key.as_str() {
                    "tenants" => "name the vendor accounts below it",
                    "workspaces" => {
                        "name the workspaces of the tenant below it; without one, nothing is read"
                    }
                    _ => "write what it is for, or take it out",
                };
                findings.push(Finding::new(Code::NoEffect, message).at(&entry.key_span).hint(hint));
            }
            nodes.push(&entry.value);
        }
    }
}

/// Finds credentials and token endpoints that no request uses.
pub fn unused_credentials(
    tenant: &Tenant,
    token_endpoint: Option<&Span>,
    findings: &mut Vec<Finding>,
) {
    let Tenant { name, endpoint, credentials, .. } = tenant;
    let first = credentials.as_ref().and_then(|it| it.sources.first());
    let mut idle = |what: &str, why: &str, span: &Span| {
        let message = format!("{what} of tenant {name} has no effect {why}");
        let hint = "take it out, or choose another endpoint";
        findings.push(Finding::new(Code::NoEffect, message).at(span).hint(hint));
    };
    let simulated = *endpoint == Endpoint::Sandbox;
    if let (true, Some((_, _, span))) = (simulated, first) {
        idle("`credentials`", "beside `endpoint: sandbox`", span);
    }
    let asks = credentials.as_ref().is_some_and(|it| matches!(it.scheme, Scheme::Grant(_)));
    match token_endpoint {
        Some(span) if simulated => idle("`tokenEndpoint`", "beside `endpoint: sandbox`", span),
        Some(span) if !asks => {
            idle("`tokenEndpoint`", "with credentials that are sent as they are", span)
        }
        _ => {}
    }
}

/// Finds exceptions from guards that refuse nothing, and those that another one has made already.
pub fn exceptions(exceptions: &[Exception], guards: &Guards, findings: &mut Vec<Finding>) {
    let mut first: BTreeMap<(Guard, &str), &Span> = BTreeMap::new();
    for exception in exceptions {
        let Exception { guard, workspace, span, .. } = exception;
        let limits = match guard {
            Guard::MaxChanged => guards.changed_share.is_some() || guards.changed.is_some(),
            Guard::Protected => !guards.protected.is_empty(),
            Guard::MaxBroadened => {
                guards.broadened_profiles.is_some() || guards.broadened_holders.is_some()
            }
            Guard::LockOut => true,
        };
        let word = guard.word();
        if !limits {
            let message =
                format!("the exception from `{word}` has no effect: `guards` has no limit for it");
            let hint = "take it out, or set the guard";
            findings.push(Finding::new(Code::NoEffect, message).at(span).hint(hint));
        } else if let Some(before) = first.insert((*guard, workspace), span) {
            let message = format!("two exceptions from `{word}` are for `{workspace}`");
            findings.push(
                Finding::new(Code::NoEffect, message)
                    .at_labelled(span, "again here")
                    .at_labelled(before, "first here")
                    .hint("keep one of them"),
            );
        }
    }
}

/// Finds workspaces of which no file describes a profile.
pub fn without_profiles(workspaces: &[Workspace], findings: &mut Vec<Finding>) {
    let empty: Vec<&Workspace> = workspaces.iter().filter(|it| it.profiles.is_empty()).collect();
    let Some(first) = empty.first() else { return };
    let names = listed(empty.iter().take(MOST_NAMES).map(|workspace| &workspace.name));
    let message = match empty.len() {
        1 => format!("no file describes a profile of workspace {names}"),
        count => {
            let rest = if count > MOST_NAMES { ", ..." } else { "" };
            format!("no file describes a profile of {}: {names}{rest}", counted(count, "workspace"))
        }
    };
    let hint = format!(
        "its files lie in `profiles/{name}/`; `permctl import {name}` writes them from what is live",
        name = first.name
    );
    findings.push(Finding::new(Code::WorkspaceWithoutFiles, message).at(&first.span).hint(hint));
}

/// The most workspaces that a warning names.
const MOST_NAMES: usize = 12;

/// Says that a file describes no profile.
pub fn empty_file(span: &Span) -> Finding {
    Finding::new(
        Code::NoProfiles,
        "this file describes no profile: it is empty, or has comments only",
    )
    .at(span)
    .hint("write `profile: NAME`, or remove the file")
}
