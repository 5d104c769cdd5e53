//! The rules of the company over profiles and people: what the files say, what a plan comes to, what is live. Pure.
//!
//! A profile is judged by itself (`profile`); people over all their profiles (`people`), as soon as it is known which
//! profile has what (`facts`). What comes of it are gates, or findings in the files.

use crate::finding::Span;
use crate::model::catalogue::Catalogue;
use crate::model::{SettingPath, Value, direction};

mod facts;
pub mod files;
mod gates;
mod matcher;
mod people;
mod profile;

pub use facts::{ProfileFacts, facts};
pub use gates::{HoldersOf, Moment, gates, lookups};
pub use matcher::Matcher;

/// A rule that a profile breaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// Which rule, by its position.
    pub rule: usize,
    /// What of it: a setting, or two that are kept apart.
    pub key: String,
    /// The settings of the profile that break it, with their values.
    pub settings: Vec<(SettingPath, Value)>,
    /// What is wrong, after the profile's address.
    pub message: String,
    /// The line of the rule.
    pub line: Span,
}

impl Broken {
    /// Tells whether it is worse than what was broken before.
    fn is_worse(&self, before: &[Self], catalogue: &Catalogue) -> bool {
        let same = before.iter().find(|was| was.rule == self.rule && was.key == self.key);
        let Some(same) = same else { return true };
        self.settings.iter().any(|(path, is)| {
            let was = same.settings.iter().find(|(of, _)| of == path).map(|(_, was)| was);
            was.is_none_or(|was| direction::of_setting(catalogue, path, was, is).may_broaden())
        })
    }
}
