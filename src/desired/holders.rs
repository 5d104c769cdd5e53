//! `holders:` of a profile: the complete list of the users who have it.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::fields::{list, name};
use crate::desired::lists::{Lists, UnknownList};
use crate::finding::{Code, Finding, Span, is_full};
use crate::model::roster::fold;
use crate::yaml::Node;

/// The users who should have a profile; all others lose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolderList {
    /// Their e-mail addresses, each with its place.
    pub users: Vec<(String, Span)>,
    /// Where the list stands.
    pub span: Span,
}

/// Reads the list; `None` where it is not one, which has a finding then.
pub fn read(node: &Node, lists: &Lists, findings: &mut Vec<Finding>) -> Option<HolderList> {
    let items = list("`holders`", node, findings)?;
    let mut named: Vec<(String, Span)> = Vec::new();
    let mut of_lists = BTreeSet::new();
    let mut is_whole = true;
    for item in items {
        if is_full(findings) {
            return None;
        }
        let Some(user) = name("a holder", item, findings) else {
            is_whole = false;
            continue;
        };
        match lists.members(&user, item, findings) {
            None => named.push((user, item.span.clone())),
            Some(Ok(of_list)) => {
                named.extend_from_slice(of_list);
                of_lists.extend(of_list.iter().map(|(user, _)| user.clone()));
            }
            Some(Err(UnknownList)) => is_whole = false,
        }
    }
    let mut users = Vec::new();
    let mut first: BTreeMap<String, &Span> = BTreeMap::new();
    for (user, span) in &named {
        let user = user.clone();
        if !user.contains('@') || user.trim() != user || user.contains(char::is_whitespace) {
            findings.push(
                Finding::new(
                    Code::ImpossibleValue,
                    format!("`{user}` in `holders` is not an e-mail address"),
                )
                .at(span)
                .hint("write the user's e-mail address"),
            );
            continue;
        }
        let again = first.get(&fold(&user)).copied();
        if again.is_some() && of_lists.contains(&user) {
            // Two lists may have one user; that is no mistake of this file.
            continue;
        }
        if let Some(before) = first.insert(fold(&user), span) {
            findings.push(
                Finding::new(Code::DuplicateHolder, format!("`{user}` is listed twice"))
                    .at_labelled(span, "again here")
                    .at_labelled(before, "first here")
                    .hint("addresses are the same in any case; take one of the lines out"),
            );
            continue;
        }
        users.push((user, span.clone()));
    }
    // Every wrong line has its finding; a list without it would take the profile from that user.
    (is_whole && users.len() == named.len()).then(|| HolderList { users, span: node.span.clone() })
}

/// The finding for `holders` at a vendor whose users permctl does not manage.
pub fn unsupported(span: &Span, vendor: &str) -> Finding {
    Finding::new(
        Code::HoldersUnsupported,
        format!("permctl can't manage the holders of {vendor} profiles"),
    )
    .at(span)
    .hint("take `holders` out; assign the profile in the vendor's own settings")
}
