//! Something that people can do.

use crate::model::catalogue::Tier;
use crate::text::first_of;

/// How many things are named.
const MOST_THINGS: usize = 3;

/// How a name is written in a report: in quotes where it needs them, or as code.
pub type Quote = fn(&str) -> String;

/// Something that people can do, and how bad it can be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ability {
    /// How bad it can be.
    pub tier: Tier,
    /// The words after "can".
    pub can: String,
    /// The names after them: of the members that a set gets, or of a setting that has no other words.
    pub things: Vec<String>,
}

impl Ability {
    /// Writes the words after "can", with the names.
    pub fn words(&self, quote: Quote) -> String {
        let Self { can, things, .. } = self;
        let named = things.iter().map(|name| quote(name));
        match things.is_empty() {
            true => can.clone(),
            false => format!("{can} {}", first_of(named, MOST_THINGS)),
        }
    }
}
