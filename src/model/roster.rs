//! The roster of a workspace: its users, and which profiles each of them has. A noun; it is made by
//! providers whose vendor says so, and judged by the planner.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// Who has which profiles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Roster {
    /// No command needs it, or the vendor has none.
    #[default]
    NotRead,
    /// What the vendor gives can't be understood as people; says what it is.
    Unreadable(String),
    /// The users, by their address in lower case.
    People(BTreeMap<String, User>),
}

/// One user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// The e-mail address as the vendor spells it.
    pub user: String,
    /// The names of all profiles that the user has.
    pub profiles: BTreeSet<String>,
    /// What the user may do that none of their profiles gives.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub direct: BTreeSet<String>,
    /// Why nothing may be given to this user or taken away, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<String>,
}

impl Roster {
    /// Makes a roster of users.
    pub fn of(people: impl IntoIterator<Item = User>) -> Self {
        Self::People(people.into_iter().map(|person| (fold(&person.user), person)).collect())
    }

    /// Tells whether it was not read.
    pub fn was_not_read(&self) -> bool {
        *self == Self::NotRead
    }

    /// Finds a user by e-mail address.
    pub fn find(&self, user: &str) -> Option<&User> {
        match self {
            Self::People(people) => people.get(&fold(user)),
            Self::NotRead | Self::Unreadable(_) => None,
        }
    }

    /// Lists the users.
    pub fn people(&self) -> impl Iterator<Item = &User> {
        match self {
            Self::People(people) => Some(people.values()),
            Self::NotRead | Self::Unreadable(_) => None,
        }
        .into_iter()
        .flatten()
    }

    /// Lists the users who have a profile.
    pub fn holders<'a>(&'a self, profile: &'a str) -> impl Iterator<Item = &'a User> {
        self.people().filter(move |person| person.profiles.contains(profile))
    }
}

/// E-mail addresses are the same in any case.
pub fn fold(user: &str) -> String {
    user.to_lowercase()
}
