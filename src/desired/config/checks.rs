//! Checks over several places of `permctl.yaml`: names, and workspaces that are one at the vendor.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use super::WorkspaceConfig;
use crate::desired::Locator;
use crate::finding::{Code, Finding, Span};

/// Checks that each name of a tenant, workspace or group is well-formed and used once.
pub fn names(names: &[(String, Span)], findings: &mut Vec<Finding>) {
    let mut last: BTreeMap<&str, &Span> = BTreeMap::new();
    for (name, span) in names {
        let quotable = span.quotable(name);
        if !is_well_formed(name) {
            findings.push(
                Finding::new(Code::BadName, format!("`{quotable}` can't be a name here")).at(span).hint(
                    "names of tenants, workspaces and groups have a-z, 0-9 and `-`, begin with a letter or digit, and are not `bases`",
                ),
            );
        }
        if let Some(before) = last.insert(name, span) {
            findings.push(
                Finding::new(Code::DuplicateName, format!("`{quotable}` is named twice"))
                    .at_labelled(span, "again here")
                    .at_labelled(before, "first here")
                    .hint(
                        "names are unique over tenants, workspaces and groups; rename one of them",
                    ),
            );
        }
    }
}

/// Tells whether a name of the user's own has the form that it must have.
pub fn is_well_formed(name: &str) -> bool {
    let of_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    name.bytes().next().is_some_and(of_name)
        && name.bytes().all(|byte| of_name(byte) || byte == b'-')
        && name != "bases"
}

/// Finds workspaces of one tenant that are the same workspace at the vendor.
pub fn one_at_the_vendor(workspaces: &[WorkspaceConfig], findings: &mut Vec<Finding>) {
    let mut first: HashMap<(&str, Locator), &WorkspaceConfig> = HashMap::new();
    for workspace in workspaces {
        let other = match first.entry((&workspace.tenant, workspace.locator.folded())) {
            Entry::Occupied(other) => *other.get(),
            Entry::Vacant(place) => {
                place.insert(workspace);
                continue;
            }
        };
        findings.push(
            Finding::new(
                Code::DuplicateName,
                format!(
                    "`{}` and `{}` are the same workspace at the vendor",
                    other.name, workspace.name
                ),
            )
            .at_labelled(&workspace.span, "again here")
            .at_labelled(&other.span, "first here")
            .hint("keep one of them; each would undo the other's changes"),
        );
    }
}
