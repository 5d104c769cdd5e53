//! Lists of people, folders and other things that have names: `list:NAME` stands for all members of one.

use std::cell::Cell;

use jiff::civil::Date;

use crate::desired::members::Member;
use crate::finding::{Code, Finding, Span};
use crate::text::listed;
use crate::yaml::Node;

/// What a name of a list begins with where it is used.
pub const LIST: &str = "list:";

/// There is no list of a name, or it can't be read; that has a finding.
#[derive(Debug)]
pub struct UnknownList;

/// A list of `permctl.yaml`.
#[derive(Debug)]
pub struct NamedList {
    name: String,
    span: Span,
    members: Vec<Member>,
    is_used: Cell<bool>,
}

impl NamedList {
    /// Makes a list.
    pub fn new(name: String, span: Span, members: Vec<Member>) -> Self {
        Self { name, span, members, is_used: Cell::new(false) }
    }
}

/// The lists of `permctl.yaml`.
#[derive(Debug, Default)]
pub struct Lists {
    /// Those that could be read.
    pub known: Vec<NamedList>,
    /// The names of those that could not; each has its finding.
    pub unread: Vec<String>,
    /// Whether a mistake hides which lists there are.
    pub is_partial: bool,
    /// Today, UTC: a member whose last day has passed is none.
    pub today: Date,
}

impl Lists {
    /// Returns the members that an item stands for; `None` where it names no list. A list that is not there is
    /// a finding, and stands for nothing.
    fn members(
        &self,
        item: &str,
        node: &Node,
        findings: &mut Vec<Finding>,
    ) -> Option<Result<&[Member], UnknownList>> {
        let name = item.strip_prefix(LIST)?.trim();
        if let Some(list) = self.known.iter().find(|list| list.name == name) {
            list.is_used.set(true);
            return Some(Ok(&list.members));
        }
        if self.is_partial || self.unread.iter().any(|unread| unread == name) {
            return Some(Err(UnknownList));
        }
        let names: Vec<&str> = self.known.iter().map(|list| list.name.as_str()).collect();
        let message = format!("there is no list `{}`", node.span.quotable(name));
        let hint = match names.as_slice() {
            [] => "permctl.yaml has no `lists`; write `lists: {name: [one, two]}` there".to_owned(),
            names => format!("the lists of permctl.yaml are {}", listed(names)),
        };
        let finding = Finding::new(Code::UnknownList, message).at(&node.span);
        findings.push(finding.suggest(name, &names, hint));
        Some(Err(UnknownList))
    }

    /// Returns the members that an item stands for: itself, or those of the list that it names.
    pub fn meant(
        &self,
        item: Member,
        node: &Node,
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<Member>, UnknownList> {
        match self.members(&item.name, node, findings) {
            None => Ok(vec![item]),
            Some(of_list) => Ok(of_list?.iter().map(|member| item.standing_for(member)).collect()),
        }
    }

    /// Warns of lists that no file uses.
    pub fn unused(&self, findings: &mut Vec<Finding>) {
        for list in self.known.iter().filter(|list| !list.is_used.get()) {
            let message = format!("no file uses the list `{}`", list.name);
            let hint = format!(
                "write `{LIST}{}` where people or folders are listed, or take it out",
                list.name
            );
            findings.push(Finding::new(Code::NoEffect, message).at(&list.span).hint(hint));
        }
    }
}
