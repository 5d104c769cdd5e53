//! A vendor's document as all simulators keep it: reading, setting and taking out members.
//!
//! What a member may hold, and what a request does to it, is each simulator's own.

use serde_json::{Map, Value as Json};

/// An object as JSON, in its vendor's order of members.
pub type Document = Map<String, Json>;

/// A member's place in a vendor's order; unknown members come last.
pub type Rank = fn(&str) -> usize;

/// Returns a member's text; one that is missing or no text is empty.
pub fn text<'a>(object: &'a Document, member: &str) -> &'a str {
    object.get(member).and_then(Json::as_str).unwrap_or_default()
}

/// Returns what stands at a path.
pub fn get<'a>(document: &'a Document, path: &[&str]) -> Option<&'a Json> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(document.get(*first)?, |value, member| value.get(member))
}

/// Sets a value at a path, making objects on the way.
///
/// # Errors
/// A path that is empty, or that leads through something other than objects.
pub fn set(document: &mut Document, path: &[&str], value: Json, rank: Rank) -> Result<(), String> {
    match path {
        [] => Err("a setting needs a name".to_owned()),
        [member] => {
            put(document, member, value, rank);
            Ok(())
        }
        [member, rest @ ..] => {
            if document.get(*member).is_none_or(Json::is_null) {
                put(document, member, Document::new().into(), rank);
            }
            match document.get_mut(*member) {
                Some(Json::Object(inner)) => set(inner, rest, value, rank),
                _ => Err(format!("{member} holds no settings of its own")),
            }
        }
    }
}

/// Replaces a member where it stands; a new one goes where the vendor would list it.
pub fn put(object: &mut Document, member: &str, value: Json, rank: Rank) {
    if let Some(present) = object.get_mut(member) {
        *present = value;
        return;
    }
    let behind = |other: &String| rank(other) > rank(member);
    let place = object.keys().position(behind).unwrap_or(object.len());
    object.shift_insert(place, member.to_owned(), value);
}

/// Takes out what stands at a path.
pub fn remove(document: &mut Document, path: &[&str]) {
    match path {
        [] => {}
        [member] => drop(document.shift_remove(*member)),
        [member, rest @ ..] => {
            if let Some(Json::Object(inner)) = document.get_mut(*member) {
                remove(inner, rest);
            }
        }
    }
}

/// Makes a path read as it does in another document, absent members included.
pub fn restore(document: &mut Document, original: &Document, path: &[&str], rank: Rank) {
    match get(original, path) {
        // A path that leads through something other than objects has nothing to restore.
        Some(value) => drop(set(document, path, value.clone(), rank)),
        None => remove(document, path),
    }
}
