//! Reads one value of a setting's kind.

use jiff::civil::Date;

use crate::desired::FileValue;
use crate::desired::fields::{Quoted, comment, flag, list, text, word};
use crate::desired::lists::Lists;
use crate::desired::members::Member;
use crate::desired::terms::{Terms, Until};
use crate::finding::{Code, Finding, is_full};
use crate::model::catalogue::{Kind, Row, Wire};
use crate::model::{SettingPath, Value};
use crate::text::listed;
use crate::yaml::{Content, Node};

/// A value, as it is today.
pub struct ReadValue {
    /// The value.
    pub value: FileValue,
    /// What stands beside members of it.
    pub terms: Option<Terms>,
    /// The set as it was on each last day of a member that has passed, the latest first.
    pub expired: Vec<(FileValue, Until)>,
}

impl From<FileValue> for ReadValue {
    fn from(value: FileValue) -> Self {
        Self { value, terms: None, expired: Vec::new() }
    }
}

/// Reads a value of a row's kind.
pub fn value(
    row: &Row,
    path: &SettingPath,
    node: &Node,
    lists: &Lists,
    findings: &mut Vec<Finding>,
) -> Option<ReadValue> {
    let what = &Quoted(path);
    if matches!(node.content, Content::Null) {
        findings.push(
            Finding::new(Code::WrongKind, format!("{what} has no value"))
                .at(&node.span)
                .hint("write a value, or take the line out"),
        );
        return None;
    }
    let value = |value| ReadValue::from(FileValue::Value(value));
    match &row.kind {
        Kind::Flag => flag(what, node, findings).map(|on| value(Value::Flag(on))),
        Kind::Text => text(what, node, findings).map(|text| value(Value::Text(text))),
        Kind::Level(levels) => {
            let level = word(what, levels, node, findings)?;
            if let Some(known) = levels.iter().find(|known| **known == level) {
                return Some(value(Value::Level(known)));
            }
            let finding = Finding::new(Code::ImpossibleValue, format!("{what} can't be `{level}`"));
            let finding = finding.at(&node.span);
            findings.push(match comment(&level) {
                Some(hint) => finding.hint(hint),
                None => {
                    finding.suggest(&level, *levels, format!("its values are {}", listed(*levels)))
                }
            });
            None
        }
        Kind::Set => set(row, what, node, lists, findings),
    }
}

fn set(
    row: &Row,
    what: &Quoted<&SettingPath>,
    node: &Node,
    lists: &Lists,
    findings: &mut Vec<Finding>,
) -> Option<ReadValue> {
    let members = members(row, what, node, lists, findings)?;
    let today = lists.today;
    let mut terms = Terms::default();
    for member in members.iter().filter(|member| !member.is_over(today)) {
        terms.until.extend(member.until.clone());
    }
    let on = |day: Date| set_of(row, members.iter().filter(|member| !member.is_over(day)));
    let passed = Member::passed(members.iter(), today).into_iter();
    let expired = passed.map(|until| (on(until.day), until)).collect();
    let terms = (!terms.until.is_empty()).then_some(terms);
    Some(ReadValue { value: on(today), terms, expired })
}

/// Makes the value of a set.
pub fn set_of<'a>(row: &Row, members: impl Iterator<Item = &'a Member>) -> FileValue {
    match row.references {
        Some(kind) => {
            let named = members.map(|member| (member.name.clone(), member.span.clone()));
            FileValue::References(kind, named.collect())
        }
        None => FileValue::Value(Value::set(members.map(|member| &member.name))),
    }
}

/// Reads the members of a set, also those whose last day has passed; `None` where one of them is wrong, since
/// the set without it would be another set.
pub fn members(
    row: &Row,
    what: &Quoted<&SettingPath>,
    node: &Node,
    lists: &Lists,
    findings: &mut Vec<Finding>,
) -> Option<Vec<Member>> {
    let items = list(what, node, findings)?;
    let mut members = Vec::new();
    let mut is_whole = true;
    for item in items {
        if is_full(findings) {
            return None;
        }
        let named = format_args!("a member of {what}");
        let Some(itself) = Member::read(named, item, lists.today, findings) else {
            is_whole = false;
            continue;
        };
        let own = itself.span.clone();
        let Ok(stands_for) = lists.meant(itself, item, findings) else {
            is_whole = false;
            continue;
        };
        for member in stands_for {
            match impossible(row, what, &member.name) {
                None => members.push(member),
                Some((message, hint)) => {
                    is_whole = false;
                    let span = &member.span;
                    let mut finding = Finding::new(Code::ImpossibleValue, message).at(span);
                    if *span != own {
                        finding = finding.at_labelled(&item.span, "its list is used here");
                    }
                    findings.push(finding.hint(hint));
                }
            }
        }
    }
    is_whole.then_some(members)
}

/// Says why a member of a set can't be one, and what to write.
fn impossible(row: &Row, what: &Quoted<&SettingPath>, member: &str) -> Option<(String, String)> {
    let message = || format!("{what} can't have `{member}`");
    let is_number = member.parse::<i32>().is_ok_and(|number| number.to_string() == member);
    if row.wire == Wire::Numbers && !is_number {
        return Some((message(), "write a whole number: the vendor's id".to_owned()));
    }
    let kind = row.references.filter(|kind| !kind.could_be(member))?;
    Some((message(), format!("write {}", kind.expected())))
}
