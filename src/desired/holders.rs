//! `holders:` of a profile: the complete list of the users who have it.

use std::collections::BTreeMap;

use crate::desired::fields::list;
use crate::desired::lists::{Lists, UnknownList};
use crate::desired::members::Member;
use crate::finding::{Code, Finding, Span, is_full};
use crate::model::roster::fold;
use crate::yaml::Node;

/// The users who should have a profile; all others lose it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolderList {
    /// The lines of those who have it, by their e-mail addresses.
    pub users: Vec<Member>,
    /// Those whose last day has passed.
    pub expired: Vec<Member>,
    /// Where the list stands.
    pub span: Span,
}

impl HolderList {
    /// Returns the line of a user who had the profile, where the last day has passed.
    pub fn expired_of(&self, user: &str) -> Option<&Member> {
        let mut expired = self.expired.iter();
        expired.find(|member| fold(&member.name) == fold(user))
    }
}

/// A line of `holders`, or a member of a list that a line stands for.
struct Named {
    member: Member,
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
        let Some(member) = Member::holder(item, lists.today, findings) else {
            is_whole = false;
            continue;
        };
        let own = member.span.clone();
        match lists.meant(member, item, findings) {
            Ok(meant) => named.extend(meant.into_iter().map(|member| {
                let is_of_list = member.span != own;
                Named { member, is_of_list }
            })),
            Err(UnknownList) => is_whole = false,
        }
    }
    let wrong = findings.len();
    let all = once(named, findings);
    is_whole &= findings.len() == wrong;
    let (expired, users) = all.into_iter().partition(|member| member.is_over(lists.today));
    is_whole.then(|| HolderList { users, expired, span: node.span.clone() })
}

/// Returns each user once. A user of two lists, or of a list and a line, is no mistake; two lines are.
///
/// Of several last days of one user, in several lists, the latest counts; none at all is later than each.
fn once(named: Vec<Named>, findings: &mut Vec<Finding>) -> Vec<Member> {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut users: Vec<Named> = Vec::new();
    for named in named {
        let Named { member: Member { name: user, span, until, .. }, is_of_list } = &named;
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
        let Some(before) = first.get(&fold(user)).map(|at| &mut users[*at]) else {
            first.insert(fold(user), users.len());
            users.push(named);
            continue;
        };
        if !is_of_list && !before.is_of_list {
            findings.push(
                Finding::new(Code::DuplicateHolder, format!("`{user}` is listed twice"))
                    .at_labelled(span, "again here")
                    .at_labelled(&before.member.span, "first here")
                    .hint("addresses are the same in any case; take one of the lines out"),
            );
            continue;
        }
        let is_later = match (&before.member.until, until) {
            (None, _) => false,
            (Some(_), None) => true,
            (Some(before), Some(until)) => until.day > before.day,
        };
        // A line stays the one that a second line repeats.
        let is_of_list = before.is_of_list && *is_of_list;
        match is_later {
            true => *before = Named { is_of_list, ..named },
            false => before.is_of_list = is_of_list,
        }
    }
    users.into_iter().map(|named| named.member).collect()
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
