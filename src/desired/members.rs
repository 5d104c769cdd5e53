//! A member of a list, which may have a last day: `{value: ada@acme.example, until: DAY, reason: TEXT}`.

use std::fmt::Display;

use jiff::civil::Date;

use crate::desired::fields;
use crate::desired::keys::{HolderFields, MEMBER, MemberFields};
use crate::desired::terms::{self, Terms, Until};
use crate::finding::{Code, Finding, Span};
use crate::yaml::{Content, MapEntry, Node};

/// A member of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// What it is: a name, an id, an e-mail address.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// Its last day.
    pub until: Option<Until>,
    /// Why it is a member.
    pub reason: Option<String>,
}

impl Member {
    /// Reads a member of a set or a list, in the short form or the long one. `what` names it in messages.
    pub fn read(
        what: impl Display,
        node: &Node,
        today: Date,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let Content::Map(_) = node.content else {
            return Self::plain(fields::id(what, node, findings)?, node);
        };
        let title = what.to_string();
        if let Some([MapEntry { key, value, .. }]) = node.as_map()
            && key == "list"
            && let Some(list) = value.as_text()
        {
            let message = format!("{what} has a blank behind the colon of `list:`");
            let hint = format!("write `list:{}`, without a blank", value.span.quotable(list));
            findings.push(Finding::new(Code::WrongKind, message).at(&node.span).hint(hint));
            return None;
        }
        if let Some([MapEntry { key, key_span, .. }]) = node.as_map()
            && !MEMBER.names().any(|known| known == key)
        {
            let key = key_span.quotable(key);
            let message = format!("{what} is `{key}` with a value");
            let hint = format!("write `{key}` alone, without a value");
            findings.push(Finding::new(Code::WrongKind, message).at(&node.span).hint(hint));
            return None;
        }
        let keys = MemberFields::read(&title, node, findings)?;
        let value = keys.value.take(findings)?;
        let name = fields::id(&title, value, findings)?;
        let reason = keys.reason.node();
        Self::with_terms(name, value, keys.until.node(), reason, today, findings)
    }

    /// Reads a line of `holders`.
    pub fn holder(node: &Node, today: Date, findings: &mut Vec<Finding>) -> Option<Self> {
        let Content::Map(_) = node.content else {
            return Self::plain(fields::name("a holder", node, findings)?, node);
        };
        let keys = HolderFields::read("a holder", node, findings)?;
        let user = keys.user.take(findings)?;
        let name = fields::name("a holder", user, findings)?;
        let reason = keys.reason.node();
        Self::with_terms(name, user, keys.until.node(), reason, today, findings)
    }

    fn plain(name: String, node: &Node) -> Option<Self> {
        Some(Self { name, span: node.span.clone(), until: None, reason: None })
    }

    fn with_terms(
        name: String,
        value: &Node,
        until: Option<&Node>,
        reason: Option<&Node>,
        today: Date,
        findings: &mut Vec<Finding>,
    ) -> Option<Self> {
        let what = format!("`{}`", value.span.quotable(&name));
        let has_reason = reason.is_some();
        let reason = reason.and_then(|node| fields::reason(node, findings));
        let until = terms::until(&what, until, findings).ok()?;
        if let Some(until) = &until {
            terms::check(&what, until, has_reason, today, findings);
        }
        Some(Self { name, span: value.span.clone(), until, reason })
    }

    /// Returns a member of a list that this one stands for: the earlier of the two last days counts.
    pub fn standing_for(&self, member: &Self) -> Self {
        let days = [&self.until, &member.until].into_iter().flatten();
        let until = days.min_by_key(|until| until.day).cloned();
        let reason = self.reason.clone().or_else(|| member.reason.clone());
        Self { until, reason, ..member.clone() }
    }

    /// Tells whether its last day has passed.
    pub fn is_over(&self, today: Date) -> bool {
        self.until.as_ref().is_some_and(|until| until.is_over(today))
    }

    /// Lists the last days of members that have passed, the latest first, each day once.
    pub fn passed<'a>(members: impl Iterator<Item = &'a Self>, today: Date) -> Vec<Until> {
        let over = members.filter(|member| member.is_over(today));
        let mut days: Vec<Until> = over.filter_map(|member| member.until.clone()).collect();
        days.sort_by_key(|until| std::cmp::Reverse(until.day));
        days.dedup_by_key(|until| until.day);
        days
    }

    /// Returns what is said beside it, while its last day has not passed.
    pub fn terms(&self) -> Terms {
        Terms {
            reason: self.reason.clone(),
            until: self.until.iter().cloned().collect(),
            ..Terms::default()
        }
    }
}
