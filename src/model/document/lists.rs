//! Lists in documents: sets of ids and maps by name, in each form in which a vendor carries them.

use serde_json::Value as Json;

use super::MemberAt;
use crate::model::catalogue::Wire;
use crate::model::{Document, Value};

/// Returns the id that one member of a set stands for.
pub(super) fn id(wire: Wire, member: &Json) -> Option<String> {
    match (wire, member) {
        (Wire::Numbers, Json::Number(number)) => Some(number.to_string()),
        (Wire::Numbers, _) => None,
        (Wire::Objects(id), Json::Object(object)) => match object.get(id) {
            Some(Json::String(text)) => Some(text.clone()),
            Some(Json::Number(number)) => Some(number.to_string()),
            _ => None,
        },
        (Wire::Objects(_), _) => None,
        (_, member) => member.as_str().map(str::to_owned),
    }
}

/// Spells a new member of a set.
pub(super) fn spell_id(wire: Wire, id: String) -> Json {
    match wire {
        // The files are checked for ids that are no numbers; text keeps what slipped through whole.
        Wire::Numbers => id.parse::<serde_json::Number>().map_or(Json::String(id), Json::Number),
        Wire::Objects(member) => {
            Json::Object(Document::from_iter([(member.to_owned(), Json::String(id))]))
        }
        _ => Json::String(id),
    }
}

/// Returns the name of one member of a list that is a map.
pub(super) fn name(wire: Wire, member: &Json) -> Option<&str> {
    match wire {
        Wire::Entry { name, .. } => member.get(name)?.as_str(),
        Wire::Listed => member.as_str(),
        _ => None,
    }
}

/// Finds an entry in the list that its map is; an error is the value that it reads as already.
///
/// An entry that comes twice is opaque: which of the two counts is unknown.
pub(super) fn entry<'d>(
    wire: Wire,
    entry: &str,
    found: MemberAt<'d>,
) -> Result<MemberAt<'d>, Value> {
    let members = match found {
        MemberAt::Member(Json::Array(members)) => members,
        MemberAt::Member(other) => return Err(Value::opaque(other.clone())),
        // Without the list there are no entries.
        MemberAt::Absent | MemberAt::Null => return Ok(MemberAt::Absent),
        MemberAt::Blocked(other) => return Ok(MemberAt::Blocked(other)),
    };
    let mut named = members.iter().filter(|member| name(wire, member) == Some(entry));
    match (wire, named.next(), named.next()) {
        (Wire::Listed, found, _) => Err(Value::Flag(found.is_some())),
        (_, None, _) => Ok(MemberAt::Absent),
        (Wire::Entry { value, .. }, Some(one), None) => Ok(match one.get(value) {
            None => MemberAt::Absent,
            Some(Json::Null) => MemberAt::Null,
            Some(json) => MemberAt::Member(json),
        }),
        (_, Some(first), second) => {
            let all = [first].into_iter().chain(second).chain(named);
            Err(Value::opaque(all.cloned().collect()))
        }
    }
}

/// Returns a list of texts with or without one of them; new ones go to the end.
pub(super) fn listed(entry: &str, on: bool, found: MemberAt<'_>) -> Json {
    let mut members = list(found);
    members.retain(|member| on || member.as_str() != Some(entry));
    if on && !members.iter().any(|member| member.as_str() == Some(entry)) {
        members.push(Json::from(entry));
    }
    Json::Array(members)
}

/// Returns a list of objects in which the one of a name has a value; a new one goes to the end.
pub(super) fn with_entry(
    (name, entry): (&str, &str),
    (member, value): (&str, Json),
    found: MemberAt<'_>,
) -> Json {
    let mut members = list(found);
    let named = |object: &&mut Json| object.get(name).and_then(Json::as_str) == Some(entry);
    match members.iter_mut().find(named).and_then(Json::as_object_mut) {
        Some(object) => {
            object.insert(member.to_owned(), value);
        }
        None => members.push(Json::Object(Document::from_iter([
            (name.to_owned(), Json::from(entry)),
            (member.to_owned(), value),
        ]))),
    }
    Json::Array(members)
}

fn list(found: MemberAt<'_>) -> Vec<Json> {
    match found {
        MemberAt::Member(Json::Array(members)) => members.clone(),
        _ => Vec::new(),
    }
}
