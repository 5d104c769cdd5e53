//! What a create or an update makes of a stored profile, under every reading of the rules.
//!
//! It computes the new document and stores nothing.

use serde_json::{Value as Json, json};

use super::document::{PERMISSIONS, SWITCHES, WRITABLE, rank};
use crate::Readings;
use crate::members::{Document, put, remove, restore, text};

/// One create or update.
pub struct Update<'a> {
    /// Which readings hold.
    pub readings: &'a Readings,
    /// The document before; none for a create.
    pub stored: Option<&'a Document>,
    /// The id that the document has or gets.
    pub id: &'a str,
    /// The workspace that it is in.
    pub workspace: &'a str,
}

impl Update<'_> {
    /// Returns the document afterwards, or what is wrong with the body.
    pub fn apply(&self, body: &Document) -> Result<Document, String> {
        let body = self.understood(body)?;
        let mut result = match self.stored {
            Some(stored) => stored.clone(),
            None => self.fresh(),
        };
        if self.stored.is_some() && self.readings.is("put", "replace") {
            let untouched = self.fresh();
            for member in WRITABLE {
                restore(&mut result, &untouched, &[member], rank);
            }
        }
        for (member, value) in &body {
            match value {
                Json::Object(switches) => self.set_switches(&mut result, switches),
                Json::Null => restore(&mut result, &self.fresh(), &[member], rank),
                value => put(&mut result, member, value.clone(), rank),
            }
        }
        if text(&result, "name").is_empty() {
            return Err("name is required".to_owned());
        }
        self.readings.store_description(&body, &mut result);
        self.forget_ignored(&mut result);
        Ok(result)
    }

    /// Returns what of a body counts; whatever is left fits the schema, but for a `null` that clears.
    fn understood(&self, body: &Document) -> Result<Document, String> {
        let mut understood = Document::new();
        for (member, value) in body {
            let fits = match member.as_str() {
                "name" | "description" => value.is_string(),
                PERMISSIONS => value.is_object(),
                _ if self.readings.is("other-members", "refused") => {
                    return Err(format!("{member} is not a member of this request"));
                }
                _ => continue,
            };
            match value {
                Json::Null if self.readings.is("null", "ignored") => continue,
                Json::Null if self.readings.is("null", "clears") => {}
                _ if fits => {}
                _ => return Err(format!("{member} can't be {value}")),
            }
            let value = match value {
                Json::Object(switches) => self.understood_switches(switches)?.into(),
                value => value.clone(),
            };
            understood.insert(member.clone(), value);
        }
        Ok(understood)
    }

    fn understood_switches(&self, switches: &Document) -> Result<Document, String> {
        let mut understood = Document::new();
        for (switch, value) in switches {
            let stored = self.stored.and_then(|stored| stored.get(PERMISSIONS)?.get(switch));
            let known = SWITCHES.contains(&switch.as_str());
            // What was served can be sent back, whatever it is.
            if stored != Some(value) {
                match value {
                    Json::Null if self.readings.is("null", "ignored") => continue,
                    Json::Null if self.readings.is("null", "clears") => {}
                    _ if known && !value.is_boolean() => {
                        return Err(format!("{PERMISSIONS}.{switch} can't be {value}"));
                    }
                    _ => {}
                }
                if !known && stored.is_none() {
                    if self.readings.is("unknown-permissions", "refused") {
                        return Err(format!("{PERMISSIONS}.{switch} is not a known permission"));
                    }
                    if self.readings.is("unknown-permissions", "dropped") {
                        continue;
                    }
                }
            }
            understood.insert(switch.clone(), value.clone());
        }
        Ok(understood)
    }

    fn set_switches(&self, result: &mut Document, given: &Document) {
        let merges = self.stored.is_some() && self.readings.is("put-permissions", "merge");
        // Of the stored document, since the members left out have been reset by now.
        let stored = self.stored.and_then(|stored| stored.get(PERMISSIONS)?.as_object());
        let mut switches = match stored {
            Some(stored) if merges => stored.clone(),
            _ => self.unset_switches(),
        };
        for (switch, value) in given {
            // A cleared switch is one that was never set.
            match (value, self.unset_switches().get(switch)) {
                (Json::Null, Some(unset)) => put(&mut switches, switch, unset.clone(), rank),
                (Json::Null, None) => remove(&mut switches, &[switch]),
                (value, _) => put(&mut switches, switch, value.clone(), rank),
            }
        }
        put(result, PERMISSIONS, switches.into(), rank);
    }

    /// Returns the profile that a request makes which sets nothing; the name is missing.
    fn fresh(&self) -> Document {
        let mut document = Document::new();
        put(&mut document, "profileId", json!(self.id), rank);
        put(&mut document, "workspaceId", json!(self.workspace), rank);
        put(&mut document, PERMISSIONS, self.unset_switches().into(), rank);
        put(&mut document, "userCount", json!(0), rank);
        document
    }

    fn unset_switches(&self) -> Document {
        if self.readings.is("unset-permissions", "absent") {
            return Document::new();
        }
        SWITCHES.iter().map(|&switch| (switch.to_owned(), json!(false))).collect()
    }

    fn forget_ignored(&self, result: &mut Document) {
        let Some(setting) = self.readings.text("ignored-setting") else { return };
        let path: Vec<&str> = setting.split('.').collect();
        match self.stored {
            Some(stored) => restore(result, stored, &path, rank),
            // A profile can't be made without its name, so on a create that one is taken.
            None if path == ["name"] => {}
            None => restore(result, &self.fresh(), &path, rank),
        }
    }
}
