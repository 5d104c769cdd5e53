//! Reads one value of a setting's kind.

use crate::desired::FileValue;
use crate::desired::fields::{Quoted, flag, id, list, not_yet, text, word};
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
        Kind::Set => set(row, what, node, findings),
    }
}

fn set(
    row: &Row,
    what: &Quoted<&SettingPath>,
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Option<FileValue> {
    let items = list(what, node, findings)?;
    let mut members = Vec::new();
    for item in items {
        if is_full(findings) {
            break;
        }
        let member = id(format_args!("a member of {what}"), item, findings);
        let Some(member) = member else { continue };
        if member.starts_with("list:") {
            findings.push(not_yet(&member, &item.span));
            continue;
        }
        if row.wire == Wire::Numbers
            && member.parse::<i32>().map(|it| it.to_string()) != Ok(member.clone())
        {
            findings.push(
                Finding::new(Code::ImpossibleValue, format!("{what} can't have `{member}`"))
                    .at(&item.span)
                    .hint("write a whole number: the vendor's id"),
            );
            continue;
        }
        if let Some(kind) = row.references
            && !kind.could_be(&member)
        {
            findings.push(
                Finding::new(Code::ImpossibleValue, format!("{what} can't have `{member}`"))
                    .at(&item.span)
                    .hint(format!("write {}", kind.expected())),
            );
            continue;
        }
        members.push((member, item.span.clone()));
    }
    // Every wrong member has its finding; a set without it would be another set.
    (members.len() == items.len()).then(|| match row.references {
        Some(kind) => FileValue::References(kind, members.into()),
        None => FileValue::Value(Value::set(members.into_iter().map(|(member, _)| member))),
    })
}
