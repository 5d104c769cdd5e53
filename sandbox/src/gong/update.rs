//! What a create or an update makes of a stored Gong profile, under every reading of the rules.
//!
//! It computes the new document and stores nothing.

use serde_json::Value as Json;

use super::document::{
    FOLDERS, Kind, LEADS, LEVEL, LIBRARY, LIBRARY_SWITCHES, References, check, defaults, kind, rank,
};
use crate::Readings;
use crate::members::{Document, get, put, restore};

/// One create or update.
pub struct Update<'a> {
    /// Which readings hold.
    pub readings: &'a Readings,
    /// The document before; none for a create.
    pub stored: Option<&'a Document>,
    /// The id that the document has or gets.
    pub id: &'a str,
    /// Which ids it may name.
    pub references: References,
}

impl Update<'_> {
    /// Returns the document afterwards, or what is wrong with the body.
    pub fn apply(&self, body: &Document) -> Result<Document, String> {
        self.check(&[], body)?;
        let base = match self.stored {
            Some(stored) if self.readings.is("put", "merge") => stored.clone(),
            _ => defaults(self.id),
        };
        let mut result = base.clone();
        self.merge(&[], &mut result, body);
        self.library_under_none(&base, &mut result, body)?;
        if result.get("name").and_then(Json::as_str).is_none_or(str::is_empty) {
            return Err("name is required".to_owned());
        }
        self.readings.store_description(body, &mut result);
        self.forget_ignored(&mut result);
        Ok(result)
    }

    fn check(&self, path: &[&str], body: &Document) -> Result<(), String> {
        for (member, value) in body {
            let here = [path, &[member.as_str()]].concat();
            let known = kind(&here).is_some();
            if value.is_null() && known && self.readings.is("null", "refused") {
                return Err(format!("{} must not be null", here.join(".")));
            }
            match kind(&here) {
                Some(Kind::Object) => {
                    check(&here, Kind::Object, value, &self.references)?;
                    if let Some(inner) = value.as_object() {
                        self.check(&here, inner)?;
                    }
                }
                // What was served can be sent back, whatever stands there.
                Some(_) if self.stored.and_then(|stored| get(stored, &here)) == Some(value) => {}
                Some(kind) => check(&here, kind, value, &self.references)?,
                None if self.is_stored(&here) => {}
                None if self.readings.is("unknown-members", "refused") => {
                    return Err(format!("{} is not a known member", here.join(".")));
                }
                None => {}
            }
        }
        Ok(())
    }

    fn is_stored(&self, path: &[&str]) -> bool {
        self.stored.is_some_and(|stored| get(stored, path).is_some())
    }

    /// Whether the request replaces a stored document, so that `null` is a value like others.
    fn replaces(&self) -> bool {
        self.stored.is_some() && self.readings.is("put", "replace")
    }

    fn merge(&self, path: &[&str], target: &mut Document, body: &Document) {
        for (member, value) in body {
            let here = [path, &[member.as_str()]].concat();
            let kind = kind(&here);
            if kind == Some(Kind::Identifier) {
                continue;
            }
            let dropped = self.readings.is("unknown-members", "dropped");
            if kind.is_none() && dropped && !self.is_stored(&here) {
                continue;
            }
            let value = match (value, kind) {
                (Json::Null, _) if !self.replaces() && self.readings.is("null", "ignored") => {
                    continue;
                }
                (Json::Null, Some(Kind::Object | Kind::Level | Kind::LibraryLevel)) => {
                    get(&defaults(self.id), &here).cloned().unwrap_or_default()
                }
                (Json::Array(ids), Some(Kind::Users | Kind::Folders)) if ids.is_empty() => {
                    if self.readings.is("empty-list", "ignored") {
                        continue;
                    }
                    Json::Null
                }
                (Json::Object(inner), _) => {
                    self.merge_object(&here, target, member, inner);
                    continue;
                }
                (value, _) => value.clone(),
            };
            put(target, member, value, rank);
        }
    }

    fn merge_object(&self, here: &[&str], target: &mut Document, member: &str, inner: &Document) {
        if !target.get(member).is_some_and(Json::is_object) {
            // An object that the tenant did not have yet begins with what a fresh profile has.
            let start = get(&defaults(self.id), here).cloned();
            put(target, member, start.unwrap_or_else(|| Document::new().into()), rank);
        }
        if let Some(Json::Object(object)) = target.get_mut(member) {
            if kind(here).is_none() && (self.replaces() || !self.is_stored(here)) {
                // Unknown members have no rules about `null` or empty lists either.
                object.clone_from(inner);
            } else {
                self.merge(here, object, inner);
            }
        }
    }

    fn library_under_none(
        &self,
        base: &Document,
        result: &mut Document,
        body: &Document,
    ) -> Result<(), String> {
        let level = get(result, &[LIBRARY, LEVEL]).and_then(Json::as_str);
        if level.is_some_and(|level| level != "none") {
            return Ok(());
        }
        for member in LIBRARY_SWITCHES.into_iter().chain([FOLDERS]) {
            let path = [LIBRARY, member];
            if get(body, &path).is_none_or(Json::is_null) {
                continue;
            }
            if self.readings.is("under-library-none", "refused") {
                return Err(format!("{LIBRARY}.{member} can't be set while the level is none"));
            }
            if self.readings.is("under-library-none", "ignored") {
                restore(result, base, &path, rank);
            }
        }
        Ok(())
    }

    fn forget_ignored(&self, result: &mut Document) {
        let Some(setting) = self.readings.text("ignored-setting") else { return };
        let path: Vec<&str> = setting.split('.').collect();
        match self.stored {
            Some(stored) => restore(result, stored, &path, rank),
            // A profile can't be made without its name, so on a create that one is taken.
            None if path == ["name"] => {}
            None => restore(result, &defaults(self.id), &path, rank),
        }
    }
}

/// Collects the ids that a document names anywhere.
pub fn named_ids(document: &Document) -> impl Iterator<Item = &str> {
    let mut ids = Vec::new();
    let mut open = vec![document];
    while let Some(object) = open.pop() {
        for (member, value) in object {
            match value {
                Json::Object(inner) => open.push(inner),
                Json::Array(list) if member == LEADS || member == FOLDERS => {
                    ids.extend(list.iter().filter_map(Json::as_str));
                }
                _ => {}
            }
        }
    }
    ids.into_iter()
}
