//! `holders:` of a profile: the complete list of the users who have it.

use std::collections::BTreeMap;

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

/// A line of `holders`, or a member of a list that a line stands for.
struct Named {
    user: String,
    span: Span,
    is_of_list: bool,
}

/// Reads the list; `None` where it is not one, which has a finding then.
pub fn read(node: &Node, lists: &Lists, findings: &mut Vec<Finding>) -> Option<HolderList> {
    let items = list("`holders`", node, findings)?;
    let mut named = Vec::new();
    // Every wrong line has its finding; a list without it would take the profile from that user.
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
            None => named.push(Named { user, span: item.span.clone(), is_of_list: false }),
            Some(Ok(members)) => named.extend(members.iter().cloned().map(|(user, span)| Named {
                user,
                span,
                is_of_list: true,
            })),
            Some(Err(UnknownList)) => is_whole = false,
        }
    }
    let wrong = findings.len();
    let users = once(named, findings);
    is_whole &= findings.len() == wrong;
    is_whole.then(|| HolderList { users, span: node.span.clone() })
}

/// Returns each user once. A user of two lists, or of a list and a line, is no mistake; two lines are.
fn once(named: Vec<Named>, findings: &mut Vec<Finding>) -> Vec<(String, Span)> {
    let mut first: BTreeMap<String, Named> = BTreeMap::new();
    let mut users = Vec::new();
    for named in named {
        let Named { user, span, is_of_list } = &named;
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
        match first.get(&fold(user)) {
            None => {
                users.push((user.clone(), span.clone()));
                first.insert(fold(user), named);
            }
            // The line stays as the one that a second line repeats.
            Some(before) if before.is_of_list => _ = first.insert(fold(user), named),
            Some(_) if *is_of_list => {}
            Some(before) => findings.push(
                Finding::new(Code::DuplicateHolder, format!("`{user}` is listed twice"))
                    .at_labelled(span, "again here")
                    .at_labelled(&before.span, "first here")
                    .hint("addresses are the same in any case; take one of the lines out"),
            ),
        }
    }
    users
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
