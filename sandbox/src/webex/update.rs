//! What a create or an update makes of a stored profile, under every reading of the rules.
//!
//! It computes the new document and stores nothing.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::document::{
    COLLECTIONS, PERMISSIONS, REQUIRED, SERVER_OWNED, get, in_order, is_known, objects, problems,
    set,
};
use super::errors::Refusal;
use super::names::{SPECIFIC_ONLY, is_switch};
use super::{Organization, ids};
use crate::Readings;
use crate::members::{Document, text};

/// The member that the service names in its own errors; sending it is like sending nothing.
const WRONG_KEY: &str = "userProfilePermissions";

/// One create or update.
pub struct Update<'a> {
    /// Which readings hold.
    pub readings: &'a Readings,
    /// Where the profile is or will be.
    pub organization: &'a Organization,
    /// The document before; none for a create.
    pub stored: Option<&'a Document>,
    /// The last number that an id was made from.
    pub sequence: &'a mut u64,
}

impl Update<'_> {
    /// Returns the document afterwards, without what only the server decides.
    pub fn apply(&mut self, body: &Document) -> Result<Document, Refusal> {
        self.check(body)?;
        let mut result = Document::new();
        let dropped = self.readings.is("unknown-members", "dropped");
        for (member, value) in body {
            let server_owned = SERVER_OWNED.contains(&member.as_str()) || member == WRONG_KEY;
            if server_owned || (!is_known(member) && dropped) || value.is_null() {
                continue;
            }
            result.insert(member.clone(), value.clone());
        }
        if let Some(stored) = self.stored {
            // The type was checked already; under the other reading it just stays.
            result.insert("profileType".to_owned(), stored["profileType"].clone());
            let unknown = stored.iter().filter(|(member, _)| !is_known(member) && dropped);
            result.extend(unknown.map(|(member, value)| (member.clone(), value.clone())));
        }
        let mut permissions = self.permissions(body)?;
        let mut collections: Vec<Json> = objects(body, COLLECTIONS)
            .map(|collection| json!({"id": text(collection, "id")}))
            .collect();
        if self.readings.is("arrays", "reordered") {
            permissions.sort_by_key(|entry| entry["id"].to_string());
            collections.sort_by_key(|entry| std::cmp::Reverse(entry["id"].to_string()));
        }
        result.insert(PERMISSIONS.to_owned(), permissions.into());
        result.insert(COLLECTIONS.to_owned(), collections.into());
        self.readings.store_description(body, &mut result);
        self.forget_ignored(&mut result);
        Ok(in_order(result))
    }

    fn check(&self, body: &Document) -> Result<(), Refusal> {
        let missing = REQUIRED.iter().filter(|member| body.get(**member).is_none_or(Json::is_null));
        let missing: Vec<String> = missing.map(|member| format!("{member} is required")).collect();
        if !missing.is_empty() {
            return Err(Refusal::invalid(missing));
        }
        let mut wrong = problems(body);
        let extra = ["links", "_links"].into_iter().filter(|member| body.contains_key(*member));
        wrong.extend(extra.map(|member| format!("{member} is not recognized")));
        if !wrong.is_empty() {
            return Err(Refusal::invalid(wrong));
        }
        let given = body.get("id").and_then(Json::as_str);
        match self.stored {
            None if given.is_some() => {
                return Err(Refusal::new(400, "id should not be specified for a new resource"));
            }
            Some(stored) if given != Some(text(stored, "id")) => {
                return Err(Refusal::new(400, "id in the body has to be the id in the path"));
            }
            _ => {}
        }
        self.check_type(body)?;
        self.check_version(body)?;
        self.check_collections(body)
    }

    fn check_type(&self, body: &Document) -> Result<(), Refusal> {
        let profile_type = text(body, "profileType");
        if let Some(stored) = self.stored
            && text(stored, "profileType") != profile_type
            && self.readings.is("changed-profile-type", "refused")
        {
            return Err(Refusal::new(400, "profileType cannot be changed"));
        }
        let specific = text(body, "permissionAccessLevel") == "SPECIFIC";
        if SPECIFIC_ONLY.contains(&profile_type) && !specific {
            let message = format!("permissionAccessLevel has to be SPECIFIC for {profile_type}");
            return Err(Refusal::new(400, message));
        }
        if specific && objects(body, PERMISSIONS).next().is_none() {
            return Err(Refusal::new(400, format!("{WRONG_KEY} is required for SPECIFIC")));
        }
        Ok(())
    }

    fn check_version(&self, body: &Document) -> Result<(), Refusal> {
        let stored = self.stored.and_then(|stored| stored.get("version"));
        match (body.get("version"), stored) {
            (Some(given), Some(stored))
                if given != stored && self.readings.is("stale-version", "refused") =>
            {
                Err(Refusal::new(412, format!("version {given} is not the current one, {stored}")))
            }
            _ => Ok(()),
        }
    }

    fn check_collections(&self, body: &Document) -> Result<(), Refusal> {
        let find = |id: &str| self.organization.collections.iter().find(|it| text(it, "id") == id);
        for collection in objects(body, COLLECTIONS) {
            let Some(stored) = find(text(collection, "id")) else {
                let message =
                    format!("{COLLECTIONS} names {}, which is not there", json!(collection));
                return Err(Refusal::new(400, message));
            };
            let name = "name".to_owned();
            let missing = if self.readings.is("nested-collections", "id") {
                None
            } else if self.readings.is("nested-collections", "name") {
                Some(&name).filter(|_| text(collection, "name").is_empty())
            } else {
                stored.keys().find(|member| !collection.contains_key(*member))
            };
            if let Some(member) = missing {
                let message = format!("{COLLECTIONS}[].{member} is required");
                return Err(Refusal::new(400, message));
            }
        }
        let default = text(body, "defaultResourceCollectionId");
        if !default.is_empty() && find(default).is_none() {
            return Err(Refusal::new(400, "defaultResourceCollectionId is not there"));
        }
        if text(body, "resourceAccessLevel") == "SPECIFIC"
            && objects(body, COLLECTIONS).next().is_none()
            && self.readings.is("specific-without-collections", "refused")
        {
            return Err(Refusal::new(400, format!("{COLLECTIONS} is required for SPECIFIC")));
        }
        Ok(())
    }

    fn permissions(&mut self, body: &Document) -> Result<Vec<Json>, Refusal> {
        let stored = self.stored.into_iter().flat_map(|stored| objects(stored, PERMISSIONS));
        let mut stored: BTreeMap<&str, &Document> =
            stored.map(|entry| (text(entry, "name"), entry)).collect();
        let mut entries = Vec::new();
        for entry in objects(body, PERMISSIONS) {
            let (name, access) = (text(entry, "name"), text(entry, "access"));
            let kept = stored.remove(name);
            // What was served can be sent back, whatever it is.
            if kept.is_none_or(|kept| text(kept, "access") != access) {
                self.check_access(name, access)?;
            }
            let licensed = &self.organization.permissions;
            if kept.is_none() && !licensed.is_empty() && !licensed.iter().any(|it| it == name) {
                if self.readings.is("foreign-permissions", "refused") {
                    let message = format!("the organization is not licensed for {name}");
                    return Err(Refusal::new(400, message));
                }
                if self.readings.is("foreign-permissions", "dropped") {
                    continue;
                }
            }
            let id = entry.get("id").and_then(Json::as_str);
            let id = match (kept, id) {
                (Some(kept), Some(id)) if text(kept, "id") == id => id.to_owned(),
                (None, None) => self.next_id(),
                _ => return Err(Refusal::broken_ids()),
            };
            let mut stored = entry.clone();
            stored.insert("id".to_owned(), id.into());
            entries.push(Json::Object(stored));
        }
        if self.readings.is("omitted-permissions", "none") {
            for entry in stored.into_values() {
                let mut entry = entry.clone();
                entry.insert("access".to_owned(), "NONE".into());
                entries.push(entry.into());
            }
        }
        Ok(entries)
    }

    fn check_access(&self, name: &str, access: &str) -> Result<(), Refusal> {
        let fits = match access {
            "ENABLED" | "DISABLED" => is_switch(name),
            "EDIT" | "VIEW" => !is_switch(name),
            _ => true,
        };
        let none =
            access == "NONE" && is_switch(name) && self.readings.is("switch-none", "refused");
        if none || (!fits && self.readings.is("toggle-access", "refused")) {
            return Err(Refusal::new(400, format!("the access of {name} can't be {access}")));
        }
        Ok(())
    }

    fn forget_ignored(&mut self, result: &mut Document) {
        let Some(setting) = self.readings.text("ignored-setting") else { return };
        let before = self.stored.and_then(|stored| get(stored, setting));
        match before {
            Some(before) => {
                let id = self.next_id();
                // What could be read can be set.
                let _ = set(result, setting, before, &id);
            }
            // A profile can't be made without what is required, so on a create that is taken.
            None if REQUIRED.contains(&setting) && self.stored.is_none() => {}
            None if setting.contains('.') => drop(set(result, setting, Json::Null, "")),
            None => drop(result.shift_remove(setting)),
        }
    }

    fn next_id(&mut self) -> String {
        *self.sequence += 1;
        ids::identifier(*self.sequence)
    }
}
