//! `holders:` of a profile: the complete list of the users who have it.

use std::collections::BTreeMap;

use crate::desired::fields::{list, name};
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
pub fn read(node: &Node, findings: &mut Vec<Finding>) -> Option<HolderList> {
    let items = list("`holders`", node, findings)?;
    let mut users = Vec::new();
    let mut first: BTreeMap<String, &Span> = BTreeMap::new();
    for item in items {
        if is_full(findings) {
            break;
        }
        let Some(user) = name("a holder", item, findings) else { continue };
        if !user.contains('@') || user.trim() != user || user.contains(char::is_whitespace) {
            findings.push(
                Finding::new(
                    Code::ImpossibleValue,
                    format!("`{user}` in `holders` is not an e-mail address"),
                )
                .at(&item.span)
                .hint("write the user's e-mail address"),
            );
            continue;
        }
        if let Some(before) = first.insert(fold(&user), &item.span) {
            findings.push(
                Finding::new(Code::DuplicateHolder, format!("`{user}` is listed twice"))
                    .at_labelled(&item.span, "again here")
                    .at_labelled(before, "first here")
                    .hint("addresses are the same in any case; take one of the lines out"),
            );
            continue;
        }
        users.push((user, item.span.clone()));
    }
    // Every wrong line has its finding; a list without it would take the profile from that user.
    (users.len() == items.len()).then(|| HolderList { users, span: node.span.clone() })
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
