//! Readings: what is not settled outside a vendor, as switches of its simulator.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value as Json;

use crate::members::Document;

/// One open question about a vendor.
#[derive(Debug)]
pub struct Reading {
    /// Its name: `put`.
    pub name: &'static str,
    /// The question.
    pub help: &'static str,
    /// The answers, the likeliest first. Empty where any text is one and none is the likeliest.
    pub values: &'static [&'static str],
}

/// What a vendor stores of a description.
pub const TEXTS: Reading = Reading {
    name: "texts",
    help: "what is stored of a description: all of it, without blanks at both ends, with CR LF for line ends, or with one blank for each stretch of blanks and line ends",
    values: &["kept", "trimmed", "line-ends", "folded"],
};

/// Which answers a simulator follows.
#[derive(Clone)]
pub struct Readings {
    table: &'static [Reading],
    chosen: BTreeMap<&'static str, String>,
}

impl Readings {
    /// Begins with the likeliest answers.
    pub fn new(table: &'static [Reading]) -> Self {
        Self { table, chosen: BTreeMap::new() }
    }

    /// Returns the questions.
    pub fn table(&self) -> &'static [Reading] {
        self.table
    }

    /// Chooses an answer; the error is a message with what there is to choose.
    pub fn choose(&mut self, name: &str, value: &str) -> Result<(), String> {
        let Some(reading) = self.table.iter().find(|reading| reading.name == name) else {
            let names: Vec<&str> = self.table.iter().map(|reading| reading.name).collect();
            return Err(format!("there is no reading `{name}`; there are {}", names.join(", ")));
        };
        if !reading.values.is_empty() && !reading.values.contains(&value) {
            return Err(format!("`{name}` is one of {}", reading.values.join(", ")));
        }
        self.chosen.insert(reading.name, value.to_owned());
        Ok(())
    }

    /// Tells whether this is the answer to a question of the table.
    pub fn is(&self, name: &str, value: &str) -> bool {
        let reading = self.table.iter().find(|reading| reading.name == name);
        let reading = reading.expect("a simulator asks for its own readings");
        debug_assert!(reading.values.contains(&value), "{name} can't be {value}");
        match self.chosen.get(name) {
            Some(chosen) => chosen == value,
            None => reading.values.first() == Some(&value),
        }
    }

    /// Returns a description as it is stored, by the reading [`TEXTS`].
    pub fn stored(&self, text: &str) -> String {
        if self.is("texts", "trimmed") {
            text.trim().to_owned()
        } else if self.is("texts", "line-ends") {
            text.replace("\r\n", "\n").replace('\n', "\r\n")
        } else if self.is("texts", "folded") {
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        } else {
            text.to_owned()
        }
    }

    /// Stores what a body says in its description, by the reading [`TEXTS`].
    pub fn store_description(&self, body: &Document, result: &mut Document) {
        if let (Some(Json::String(given)), Some(stored)) =
            (body.get("description"), result.get_mut("description"))
            && stored == given
        {
            *stored = self.stored(given).into();
        }
    }

    /// Returns the text that was chosen, if one was.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.chosen.get(name).map(String::as_str)
    }
}

impl fmt::Debug for Readings {
    /// Shows what differs from the likeliest.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(&self.chosen).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Reading, Readings};

    static TABLE: &[Reading] = &[
        Reading { name: "put", help: "", values: &["merge", "replace"] },
        Reading { name: "ignored", help: "", values: &[] },
    ];

    #[test]
    fn the_likeliest_answer_holds_until_another_is_chosen() {
        let mut readings = Readings::new(TABLE);
        assert!(readings.is("put", "merge") && readings.text("ignored").is_none());
        readings.choose("put", "replace").unwrap();
        readings.choose("ignored", "a.b").unwrap();
        assert!(readings.is("put", "replace") && !readings.is("put", "merge"));
        assert_eq!(readings.text("ignored"), Some("a.b"));
    }

    #[test]
    fn what_there_is_to_choose_is_said() {
        let mut readings = Readings::new(TABLE);
        assert_eq!(
            readings.choose("putt", "merge"),
            Err("there is no reading `putt`; there are put, ignored".to_owned())
        );
        assert_eq!(
            readings.choose("put", "both"),
            Err("`put` is one of merge, replace".to_owned())
        );
    }
}
