//! The simulated dialect's permission profile: its members, their order and its switches.
//!
//! Nothing here knows about requests or readings; see [`super::update`] for those.

use serde_json::{Map, Value as Json};

/// A profile as JSON, in the vendor's member order.
pub type Document = Map<String, Json>;

/// The object that holds the switches.
pub const PERMISSIONS: &str = "permissions";

/// All members of a profile, in the order of the vendor's schema.
const MEMBERS: [&str; 6] =
    ["profileId", "name", "description", "workspaceId", PERMISSIONS, "userCount"];

/// What a create or an update may say; the rest is the server's.
pub const WRITABLE: [&str; 3] = ["name", "description", PERMISSIONS];

/// The switches, in the order of the vendor's schema.
pub const SWITCHES: [&str; 8] = [
    "viewOwnCalls",
    "viewTeamCalls",
    "viewAllCalls",
    "downloadRecordings",
    "shareExternally",
    "createScorecards",
    "manageUsers",
    "manageSettings",
];

/// Returns a member's text, empty when it has none.
pub fn text<'a>(object: &'a Map<String, Json>, member: &str) -> &'a str {
    object.get(member).and_then(Json::as_str).unwrap_or_default()
}

/// Returns what stands at a path.
pub fn get<'a>(document: &'a Document, path: &[&str]) -> Option<&'a Json> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(document.get(*first)?, |value, member| value.get(member))
}

/// Sets a value at a path, making objects on the way.
pub fn set(document: &mut Document, path: &[&str], value: Json) -> Result<(), String> {
    match path {
        [] => Err("a setting needs a name".to_owned()),
        [member] => {
            put(document, member, value);
            Ok(())
        }
        [member, rest @ ..] => {
            if document.get(*member).is_none_or(Json::is_null) {
                put(document, member, Document::new().into());
            }
            match document.get_mut(*member) {
                Some(Json::Object(inner)) => set(inner, rest, value),
                _ => Err(format!("{member} holds no settings of its own")),
            }
        }
    }
}

/// Takes out what stands at a path.
pub fn remove(document: &mut Document, path: &[&str]) {
    match path {
        [] => {}
        [member] => {
            document.shift_remove(*member);
        }
        [member, rest @ ..] => {
            if let Some(Json::Object(inner)) = document.get_mut(*member) {
                remove(inner, rest);
            }
        }
    }
}

/// Replaces a member where it stands; a new one goes where the vendor would list it.
pub fn put(object: &mut Map<String, Json>, member: &str, value: Json) {
    if let Some(present) = object.get_mut(member) {
        *present = value;
        return;
    }
    let behind = |other: &String| rank(other) > rank(member);
    let place = object.keys().position(behind).unwrap_or(object.len());
    object.shift_insert(place, member.to_owned(), value);
}

/// Returns a member's place in the vendor's order; unknown members come last.
fn rank(member: &str) -> usize {
    MEMBERS.iter().chain(&SWITCHES).position(|known| *known == member).unwrap_or(usize::MAX)
}
