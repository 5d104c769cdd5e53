//! Counting people, each once.

use std::collections::BTreeSet;

use crate::model::Holders;

/// The people who have some profiles.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct People<'p> {
    /// Those whose names the vendor says.
    named: BTreeSet<&'p str>,
    /// How many there are beside them, each counted once a profile.
    others: usize,
    /// How many profiles' holders were not counted.
    pub uncounted: usize,
    /// How many others have the same already, through another profile.
    pub elsewhere: usize,
    /// How many profiles have no holders yet, since the plan makes them.
    pub new: usize,
}

impl<'p> People<'p> {
    /// Adds those who have one more profile.
    pub fn add(&mut self, holders: Option<&'p Holders>, is_new: bool) {
        match holders {
            _ if is_new => self.new += 1,
            None => self.uncounted += 1,
            Some(holders) => {
                self.named.extend(holders.known().map(String::as_str));
                // A vendor may say any number.
                let others = holders.count.saturating_sub(holders.known().count());
                self.others = self.others.saturating_add(others);
            }
        }
    }

    /// Adds those who gain one more setting of a profile that was added.
    pub fn add_more(&mut self, holders: Option<&'p Holders>) {
        self.named.extend(holders.into_iter().flat_map(Holders::known).map(String::as_str));
    }

    /// Adds a user.
    pub fn add_user(&mut self, user: &'p str) {
        self.named.insert(user);
    }

    /// Returns how many they are.
    pub fn count(&self) -> usize {
        self.named.len().saturating_add(self.others)
    }

    /// Returns the first of them, by name.
    pub fn first(&self) -> Option<&'p str> {
        self.named.first().copied()
    }
}

/// Says in brackets of how many profiles there is no number: those that are new, and those that were not counted.
pub(super) fn beside(new: usize, uncounted: usize) -> String {
    let parts = [(new, "new"), (uncounted, "not counted")].into_iter();
    let parts = parts.filter(|(number, _)| *number > 0);
    let parts: Vec<String> = parts.map(|(number, word)| format!("{number} {word}")).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}
