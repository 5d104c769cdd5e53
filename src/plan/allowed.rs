//! Warnings of plans that documents take as they are.

use std::collections::HashMap;

use crate::desired::allowed::Allowed;
use crate::desired::{Desired, Workspace};
use crate::finding::{Code, Finding, Span};
use crate::plan::WorkspacePlan;
use crate::plan::bind::still_named;

/// Takes the warnings of a plan of a workspace out that documents allow: those about their profile, and those whose
/// first place is in them. Returns the places of the lines that were of use, or whose profile is not planned.
pub fn silence(all: &Desired, workspace: &Workspace, plan: &mut WorkspacePlan) -> Vec<Span> {
    let mut used = silence_findings(all, workspace, &mut plan.findings);
    if !plan.blocked.is_empty() {
        let lines = all.allowed.iter();
        let blocked = lines.filter(|it| plan.blocked.iter().any(|name| is_of(it, workspace, name)));
        used.extend(blocked.map(|it| it.span.clone()));
    }
    used
}

/// Takes the warnings out that documents allow; returns the places of the lines that were of use.
pub fn silence_findings(
    all: &Desired,
    workspace: &Workspace,
    findings: &mut Vec<Finding>,
) -> Vec<Span> {
    let mut by_code: HashMap<Code, Vec<&Allowed>> = HashMap::new();
    for allowed in all.allowed.iter().filter(|it| it.is_of_profile()) {
        by_code.entry(allowed.code).or_default().push(allowed);
    }
    let mut used = Vec::new();
    findings.retain_mut(|finding| {
        let Some(lines) = by_code.get(&finding.code).filter(|_| !finding.is_error()) else {
            return true;
        };
        if finding.code == Code::UserDeactivated {
            return one_by_one(finding, lines, &mut used);
        }
        let address = finding.address.as_deref().and_then(|address| address.split_once('/'));
        let silences = |it: &&&Allowed| {
            finding.spots.first().is_some_and(|spot| it.has(spot))
                || address.is_some_and(|(_, name)| is_of(it, workspace, name))
        };
        let silent = lines.iter().find(silences);
        used.extend(silent.map(|it| it.span.clone()));
        silent.is_none()
    });
    used
}

/// Takes the places out of a warning that their documents allow; tells whether some are left.
fn one_by_one(finding: &mut Finding, lines: &[&Allowed], used: &mut Vec<Span>) -> bool {
    let before = finding.spots.len();
    finding.spots.retain(|spot| {
        let silent = lines.iter().find(|it| it.has(spot));
        used.extend(silent.map(|it| it.span.clone()));
        silent.is_none()
    });
    if finding.spots.len() < before {
        let names = finding.spots.iter().filter_map(|spot| spot.label.as_deref());
        finding.message = still_named(names);
    }
    !finding.spots.is_empty()
}

/// Tells whether a line is of the document that describes a profile of a workspace.
fn is_of(allowed: &Allowed, workspace: &Workspace, name: &str) -> bool {
    let from = workspace.profiles.partition_point(|profile| profile.name.as_str() < name);
    let mut named = workspace.profiles[from..].iter().take_while(|it| it.name == name);
    named.any(|profile| profile.span == allowed.document)
}

/// Names the lines of `allow` that neither the files nor the plans of all workspaces have a use for.
pub fn unused<'f>(
    all: &Desired,
    used: &[Span],
    findings: impl Iterator<Item = &'f Finding> + Clone,
) -> Vec<Finding> {
    let is_unused = |it: &&Allowed| it.is_for_plans() && !used.contains(&it.span);
    let unused = all.allowed.iter().filter(is_unused);
    unused.map(|it| it.unused(findings.clone())).collect()
}
