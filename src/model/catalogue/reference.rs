//! What the ids of a set point to: the vendor's users, folders, collections.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

/// The facts about one kind of thing that ids point to.
pub struct Reference {
    /// The word for one of them, as messages use it.
    pub noun: &'static str,
    /// The word for several; also what a snapshot calls their list.
    pub plural: &'static str,
    /// What a file may write for one of them, as messages use it: `an e-mail address or an id`.
    pub expected: &'static str,
    /// Tells an id from a name.
    pub is_id: fn(&str) -> bool,
    /// Tells whether a text has the shape of such a name or id at all.
    pub could_be: fn(&str) -> bool,
    /// Whether names are the same in any case.
    pub any_case: bool,
    /// Whether the vendor lists all of them, so that an id that is not listed stands for nothing.
    pub lists_all: bool,
    /// Whether a write carries the name beside the id, so that the list is read also where files give ids.
    pub written_with_name: bool,
    /// What to do about one that is not in use any more and that a file still names; `None` where it
    /// makes no difference.
    pub deactivated: Option<&'static str>,
}

/// One kind of thing that ids point to. A provider defines its kinds; the plural tells them apart.
#[derive(Clone, Copy)]
pub struct ReferenceKind(pub &'static Reference);

impl ReferenceKind {
    /// Returns the word for one of them, as messages use it.
    pub fn noun(self) -> &'static str {
        self.0.noun
    }

    /// Returns the word for several.
    pub fn plural(self) -> &'static str {
        self.0.plural
    }

    /// Tells whether a reference is an id already rather than a name.
    pub fn is_id(self, reference: &str) -> bool {
        (self.0.is_id)(reference)
    }

    /// Tells whether a text has the shape of such a name or id at all.
    pub fn could_be(self, reference: &str) -> bool {
        (self.0.could_be)(reference)
    }

    /// Returns what a file may write for one of them, as messages use it.
    pub fn expected(self) -> &'static str {
        self.0.expected
    }

    /// Tells whether an id that is not listed stands for nothing.
    pub fn lists_all(self) -> bool {
        self.0.lists_all
    }

    /// Tells whether a write carries the name beside the id.
    pub fn is_written_with_name(self) -> bool {
        self.0.written_with_name
    }

    /// Returns what to do about one that is not in use any more, where that makes a difference.
    pub fn deactivated(self) -> Option<&'static str> {
        self.0.deactivated
    }

    /// Writes a name in the form in which names are compared.
    pub fn fold(self, name: &str) -> String {
        if self.0.any_case { name.to_lowercase() } else { name.to_owned() }
    }
}

impl PartialEq for ReferenceKind {
    fn eq(&self, other: &Self) -> bool {
        self.plural() == other.plural()
    }
}

impl Eq for ReferenceKind {}

impl PartialOrd for ReferenceKind {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ReferenceKind {
    fn cmp(&self, other: &Self) -> Ordering {
        self.plural().cmp(other.plural())
    }
}

impl Hash for ReferenceKind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.plural().hash(state);
    }
}

impl fmt::Debug for ReferenceKind {
    /// Without the functions, whose addresses differ from build to build.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.plural())
    }
}
