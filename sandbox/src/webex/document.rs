//! The simulated user profile: its members, their order, and what each may hold.
//!
//! Nothing here knows about requests or about what is stored; see [`super::update`] for that. The
//! members are those of the vendor's `UserProfileGranularAccessDTO`.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::Organization;
use super::names::{ACCESS, ACCESS_LEVELS, PROFILE_TYPES};
use crate::members::{Document, text};

/// The list of entries with a name and an access.
pub const PERMISSIONS: &str = "permissions";
/// The list of resource collections.
pub const COLLECTIONS: &str = "resourceCollections";
/// The lists of numbers.
pub const FOLDERS: [&str; 3] = ["editableFolderIds", "viewableFolderIds", "nonViewableFolderIds"];
/// What a body has to have.
pub const REQUIRED: [&str; 5] =
    ["name", "profileType", "active", "permissionAccessLevel", "resourceAccessLevel"];
/// What only the server decides.
pub const SERVER_OWNED: [&str; 6] =
    ["organizationId", "id", "version", "systemDefault", "createdTime", "lastUpdatedTime"];

const ORDER: [&str; 17] = [
    "organizationId",
    "id",
    "version",
    "name",
    "description",
    "profileType",
    "active",
    "permissionAccessLevel",
    "resourceAccessLevel",
    PERMISSIONS,
    "editableFolderIds",
    "viewableFolderIds",
    "nonViewableFolderIds",
    "systemDefault",
    "defaultResourceCollectionId",
    COLLECTIONS,
    "createdTime",
];

/// Returns a member's place in the vendor's order; unknown members come last.
pub fn rank(member: &str) -> usize {
    let last = "lastUpdatedTime";
    ORDER.iter().chain([&last]).position(|known| *known == member).unwrap_or(usize::MAX)
}

/// Tells whether the vendor's description has this member.
pub fn is_known(member: &str) -> bool {
    rank(member) != usize::MAX
}

/// Returns the objects in a list.
pub fn objects<'a>(document: &'a Document, member: &str) -> impl Iterator<Item = &'a Document> {
    document.get(member).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_object)
}

/// Says everything that is wrong with the values of a body.
pub fn problems(body: &Document) -> Vec<String> {
    let mut problems = Vec::new();
    for (member, value) in body {
        if value.is_null() {
            continue;
        }
        let problem = match member.as_str() {
            "name" => name_problem(value),
            "description" => too_long(value, 255),
            "profileType" => not_one_of(&PROFILE_TYPES, value),
            "permissionAccessLevel" | "resourceAccessLevel" => not_one_of(&ACCESS_LEVELS, value),
            "active" => (!value.is_boolean()).then(|| "has to be true or false".to_owned()),
            "defaultResourceCollectionId" => too_long(value, 255),
            PERMISSIONS => permissions_problem(value),
            COLLECTIONS => not_a_list(value, Json::is_object),
            folders if FOLDERS.contains(&folders) => {
                not_a_list(value, |id| id.as_i64().is_some_and(|id| i32::try_from(id).is_ok()))
            }
            _ => None,
        };
        problems.extend(problem.map(|problem| format!("{member} {problem}")));
    }
    problems
}

fn name_problem(value: &Json) -> Option<String> {
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || ",_-".contains(c) || is_space(c);
    match value.as_str() {
        Some(name) if !name.chars().all(is_allowed) => {
            Some(r#"must match "^[a-zA-Z0-9,_\-\s]*$""#.to_owned())
        }
        _ => too_long(value, 80),
    }
}

/// What `\s` is to a Java pattern: ASCII only.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}

fn too_long(value: &Json, most: usize) -> Option<String> {
    let fits = value.as_str().is_some_and(|text| text.encode_utf16().count() <= most);
    (!fits).then(|| format!("size must be between 0 and {most}"))
}

fn not_one_of(allowed: &[&str], value: &Json) -> Option<String> {
    let fits = value.as_str().is_some_and(|text| allowed.contains(&text));
    (!fits).then(|| format!("can't be {value}, only one of {}", allowed.join(", ")))
}

fn not_a_list(value: &Json, fits: impl Fn(&Json) -> bool) -> Option<String> {
    let Some(list) = value.as_array() else { return Some("has to be a list".to_owned()) };
    let different: BTreeSet<String> = list.iter().map(Json::to_string).collect();
    if different.len() < list.len() {
        return Some("has an element twice".to_owned());
    }
    list.iter().find(|element| !fits(element)).map(|element| format!("can't hold {element}"))
}

fn permissions_problem(value: &Json) -> Option<String> {
    let fits = |entry: &Json| {
        let access = entry.get("access").and_then(Json::as_str);
        entry.get("name").and_then(Json::as_str).is_some_and(|name| !name.is_empty())
            && access.is_some_and(|access| ACCESS.contains(&access))
    };
    if let Some(problem) = not_a_list(value, fits) {
        return Some(problem);
    }
    let mut names = BTreeSet::new();
    let entries = value.as_array().into_iter().flatten();
    let mut entries = entries.filter_map(|entry| entry.get("name").and_then(Json::as_str));
    entries.find(|name| !names.insert(*name)).map(|name| format!("has {name} twice"))
}

/// Puts the known members in the vendor's order, unknown ones behind them as they came.
pub fn in_order(document: Document) -> Document {
    let mut members: Vec<(String, Json)> = document.into_iter().collect();
    members.sort_by_key(|(member, _)| rank(member));
    members.into_iter().collect()
}

/// Sets what a dotted path leads to: a member, or the access of one permission.
///
/// `null` takes a permission out. `id` is for a permission that there was not yet.
pub fn set(document: &mut Document, path: &str, value: Json, id: &str) -> Result<(), String> {
    match path.split_once('.') {
        None => {
            document.insert(path.to_owned(), value);
            *document = in_order(std::mem::take(document));
            Ok(())
        }
        Some((PERMISSIONS, name)) => {
            if !document.get(PERMISSIONS).is_some_and(Json::is_array) {
                document.insert(PERMISSIONS.to_owned(), json!([]));
                *document = in_order(std::mem::take(document));
            }
            let Some(Json::Array(entries)) = document.get_mut(PERMISSIONS) else {
                unreachable!("a member that was no list has just become one")
            };
            let place = entries.iter().position(|entry| entry["name"] == name);
            match (place, value.is_null()) {
                (Some(place), true) => drop(entries.remove(place)),
                (Some(place), false) => entries[place]["access"] = value,
                (None, true) => {}
                (None, false) => entries.push(json!({"id": id, "name": name, "access": value})),
            }
            Ok(())
        }
        Some((member, _)) => Err(format!("{member} holds no settings of its own")),
    }
}

/// Returns what a dotted path leads to, for [`set`].
pub fn get(document: &Document, path: &str) -> Option<Json> {
    match path.split_once('.') {
        None => document.get(path).cloned(),
        Some((PERMISSIONS, name)) => objects(document, PERMISSIONS)
            .find(|entry| text(entry, "name") == name)
            .and_then(|entry| entry.get("access").cloned()),
        Some(_) => None,
    }
}

impl Organization {
    /// Turns the short spellings of a state written by hand into the vendor's.
    ///
    /// # Errors
    /// A resource collection that the organization does not have.
    pub(super) fn spell_out(&mut self, next_id: &mut dyn FnMut() -> String) -> Result<(), String> {
        let Self { profiles, collections, .. } = self;
        for document in profiles {
            if let Some(Json::Object(map)) = document.get(PERMISSIONS) {
                let entries = map
                    .iter()
                    .map(|(name, access)| json!({"id": next_id(), "name": name, "access": access}));
                let entries: Vec<Json> = entries.collect();
                document.insert(PERMISSIONS.to_owned(), entries.into());
            }
            let Some(Json::Array(list)) = document.get_mut(COLLECTIONS) else { continue };
            for element in list {
                let key = element.as_str().or_else(|| element["id"].as_str()).unwrap_or_default();
                let meant = collections
                    .iter()
                    .find(|collection| {
                        [text(collection, "id"), text(collection, "name")].contains(&key)
                    })
                    .ok_or_else(|| format!("no resource collection {key:?}"))?;
                *element = json!({"id": text(meant, "id")});
            }
        }
        Ok(())
    }

    /// Makes of a stored profile what a client gets: resource collections whole.
    pub(super) fn shown(&self, stored: &Document, with_links: bool) -> Document {
        let mut shown = stored.clone();
        if let Some(Json::Array(list)) = shown.get_mut(COLLECTIONS) {
            for element in list {
                let id = element["id"].as_str().unwrap_or_default();
                let whole = self.collections.iter().find(|it| text(it, "id") == id);
                if let Some(whole) = whole {
                    *element = Json::Object(whole.clone());
                }
            }
        }
        if with_links {
            shown.insert("links".to_owned(), json!([]));
        }
        shown
    }
}
