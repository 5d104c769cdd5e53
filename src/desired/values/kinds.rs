//! Reads one value of a setting's kind.

use crate::desired::FileValue;
use crate::desired::fields::{Quoted, flag, id, list, text, word};
use crate::desired::lists::{Lists, UnknownList};
use crate::finding::{Code, Finding, is_full};
use crate::model::catalogue::{Kind, Row, Wire};
use crate::model::{SettingPath, Value};
use crate::text::listed;
use crate::yaml::{Content, Node};

/// Reads a value of a row's kind.
pub fn value(
    row: &Row,
    path: &SettingPath,
    node: &Node,
    lists: &Lists,
    findings: &mut Vec<Finding>,
) -> Option<FileValue> {
    let what = &Quoted(path);
    if matches!(node.content, Content::Null) {
        findings.push(
            Finding::new(Code::WrongKind, format!("{what} has no value"))
                .at(&node.span)
                .hint("write a value, or take the line out"),
        );
        return None;
    }
    match &row.kind {
        Kind::Flag => flag(what, node, findings).map(|on| FileValue::Value(Value::Flag(on))),
        Kind::Text => text(what, node, findings).map(|text| FileValue::Value(Value::Text(text))),
        Kind::Level(levels) => {
            let level = word(what, levels, node, findings)?;
            if let Some(known) = levels.iter().find(|known| **known == level) {
                return Some(FileValue::Value(Value::Level(known)));
            }
            findings.push(
                Finding::new(Code::ImpossibleValue, format!("{what} can't be `{level}`"))
                    .at(&node.span)
                    .suggest(&level, *levels, format!("its values are {}", listed(*levels))),
            );
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
) -> Option<FileValue> {
    let items = list(what, node, findings)?;
    let mut members = Vec::new();
    let mut is_whole = true;
    for item in items {
        if is_full(findings) {
            return None;
        }
        let Some(text) = id(format_args!("a member of {what}"), item, findings) else {
            is_whole = false;
            continue;
        };
        let itself = [(text, item.span.clone())];
        let stands_for = match lists.members(&itself[0].0, item, findings) {
            None => &itself[..],
            Some(Ok(of_list)) => of_list,
            Some(Err(UnknownList)) => {
                is_whole = false;
                continue;
            }
        };
        for (member, span) in stands_for {
            match impossible(row, what, member) {
                None => members.push((member.clone(), span.clone())),
                Some((message, hint)) => {
                    is_whole = false;
                    let mut finding = Finding::new(Code::ImpossibleValue, message).at(span);
                    if *span != item.span {
                        finding = finding.at_labelled(&item.span, "its list is used here");
                    }
                    findings.push(finding.hint(hint));
                }
            }
        }
    }
    // Every wrong member has its finding; a set without it would be another set.
    is_whole.then(|| match row.references {
        Some(kind) => FileValue::References(kind, members.into()),
        None => FileValue::Value(Value::set(members.into_iter().map(|(member, _)| member))),
    })
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
