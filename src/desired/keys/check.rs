//! Which keys a mapping has: each that does not fit is a finding, with the best guess at the right one.

use super::Object;
use crate::desired::fields::{as_nested, miswritten, wrong_kind};
use crate::finding::{Code, Finding, Span, is_full};
use crate::model::SettingPath;
use crate::model::catalogue::{Catalogue, Owner};
use crate::provider::SYSTEMS;
use crate::text::{closest, listed};
use crate::yaml::{Content, MapEntry, Node};

/// A mapping whose keys were looked at.
pub struct CheckedKeys {
    /// The required key that is missing and that the one unknown key stands for: one mistake is one finding.
    pub meant: Option<&'static str>,
}

/// Checks that a node is a mapping with these keys only; `None` where it is no mapping at all. `what` is the
/// mapping in messages.
pub fn check_keys(
    what: &str,
    known: &[&str],
    object: &'static Object,
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Option<CheckedKeys> {
    let Content::Map(entries) = &node.content else {
        let hint = match &node.content {
            Content::List(_) if object.is_document() => {
                "take the `- ` out: a file has its documents one below the other, with a line `---` between them"
                    .to_owned()
            }
            _ => how_to_write(known, object),
        };
        findings.push(wrong_kind(what, "a mapping", node, hint));
        return None;
    };
    let meant = meant(known, object, entries);
    let later = object.later;
    // Keys below one without a value may be meant to be in it; that one has a finding.
    let mut below_nothing = false;
    for entry in entries {
        if is_full(findings) {
            break;
        }
        let key = entry.key.as_str();
        if known.contains(&key) {
            below_nothing = entry.value.content == Content::Null;
        }
        if later.contains(&key) {
            findings.push(not_yet(key, &entry.key_span));
        } else if !known.contains(&key) && !below_nothing {
            let message = format!("{what} has no key `{}`", entry.key_span.quotable(key));
            let finding = Finding::new(Code::UnknownKey, message).at(&entry.key_span);
            let hint = miswritten(entry).or_else(|| nested(entry, known));
            let hint = hint.or_else(|| meant.map(|meant| format!("did you mean `{meant}`?")));
            findings.push(match hint.or_else(|| of_settings(key, object)) {
                Some(hint) => finding.hint(hint),
                None => finding.suggest(key, known, format!("the keys are {}", listed(known))),
            });
        }
    }
    Some(CheckedKeys { meant })
}

/// Says how a mapping is written: the keys that it must have, and all of them.
fn how_to_write(known: &[&str], object: &Object) -> String {
    let required = object.required().filter(|key| known.contains(key));
    let required: Vec<String> = required.map(|key| format!("{key}: ...")).collect();
    let keys = listed(known);
    match required.as_slice() {
        [] => format!("write `key: value` lines; the keys are {keys}"),
        required => {
            format!(
                "write `{{{}}}`, or a line for each key; the keys are {keys}",
                required.join(", ")
            )
        }
    }
}

/// Finds the required key that the one unknown key of a mapping stands for, where that is the missing one.
fn meant(known: &[&str], object: &Object, entries: &[MapEntry]) -> Option<&'static str> {
    let has = |key: &str| entries.iter().any(|entry| entry.key == key);
    let mut missing = object.required().filter(|key| known.contains(key) && !has(key));
    let mut unknown = entries.iter().filter(|entry| {
        let key = entry.key.as_str();
        !known.contains(&key) && !object.later.contains(&key)
    });
    let (missing, None) = (missing.next()?, missing.next()) else { return None };
    let (unknown, None) = (unknown.next()?, unknown.next()) else { return None };
    let is_only_key = entries.len() == 1 && !object.is_document();
    let is_near = closest(&unknown.key, [missing]).is_some();
    // `value:true`, which has a finding of its own.
    let is_joined = unknown.key.split(':').next() == Some(missing);
    let is_plain = miswritten(unknown).is_none() && (is_near || is_only_key);
    (is_joined || is_plain).then_some(missing)
}

/// Says where a setting belongs that stands beside `settings`.
fn of_settings(key: &str, object: &Object) -> Option<String> {
    let path = SettingPath::new([key]);
    let has = |catalogue: &Catalogue| {
        let is_leaf = catalogue.row(&path).is_some_and(|row| row.owner == Owner::Files);
        is_leaf || !catalogue.names_below(&path).is_empty()
    };
    let is_one = || SYSTEMS.iter().any(|system| has(system.provider.catalogue()));
    (object.is_document() && is_one()).then(|| {
        format!("it is a setting: write it below `settings:`, indented by two blanks: `{key}: ...`")
    })
}

/// Says that a part of the file language is not built yet.
pub fn not_yet(key: &str, span: &Span) -> Finding {
    Finding::new(Code::NotYet, format!("`{key}` is not supported by this version of permctl"))
        .at(span)
        .hint("take it out, or use a version of permctl that supports it")
}

/// Returns how a key that is written as a path (`limits.share`) is nested.
fn nested(entry: &MapEntry, known: &[&str]) -> Option<String> {
    let (outer, inner) = entry.key.split_once('.')?;
    known.contains(&outer).then(|| as_nested(outer, inner))
}
