//! How credentials are sent and tokens asked for, as data.

use crate::model::request::{Auth, Route};

/// How a provider's credentials are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    /// `Authorization: Basic`, from these two keys under `credentials`.
    Basic(&'static str, &'static str),
    /// `Authorization: Bearer`, from this key under `credentials`.
    Bearer(&'static str),
    /// `Authorization: Bearer`, with a token that another request gives.
    Grant(&'static Grant),
}

impl Scheme {
    /// Returns the keys that a file gives under `credentials`.
    pub fn keys(self) -> Vec<&'static str> {
        match self {
            Self::Basic(user, password) => vec![user, password],
            Self::Bearer(token) => vec![token],
            Self::Grant(grant) => grant.fields.iter().map(|(_, key)| *key).collect(),
        }
    }

    /// Tells whether the value of a key only says who signs in: an e-mail address, an id. It is no
    /// secret, and reports show it where it stands for a person.
    pub fn identifies(self, key: &str) -> bool {
        match self {
            Self::Basic(..) | Self::Bearer(_) => false,
            Self::Grant(grant) => grant.identifies(key),
        }
    }
}

/// How a token is asked for, as data.
#[derive(Debug, PartialEq, Eq)]
pub struct Grant {
    /// The route that gives tokens; neither its body nor its answer is ever shown.
    pub route: Route<Auth>,
    /// How the body is written.
    pub form: Form,
    /// Members of the body that are always the same.
    pub fixed: &'static [(&'static str, &'static str)],
    /// Members of the body and the keys under `credentials` that they come from.
    pub fields: &'static [(&'static str, &'static str)],
    /// The keys under `credentials` whose values are no secrets: they only say who signs in.
    pub identifiers: &'static [&'static str],
    /// The host that gives tokens, when it is not the tenant's endpoint; a file may name another
    /// one as `tokenEndpoint`.
    pub host: Option<&'static str>,
    /// The member of the answer that holds the token.
    pub token: &'static str,
    /// How the answer says how long the token lives.
    pub expiry: Expiry,
    /// The member of the answer that may hold something new to ask with, and the field it replaces.
    pub rotates: Option<(&'static str, &'static str)>,
}

impl Grant {
    /// Tells whether the value of a key only says who signs in.
    pub fn identifies(&self, key: &str) -> bool {
        self.identifiers.contains(&key)
    }
}

/// How the body of a token request is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As a JSON object.
    Json,
    /// As an HTML form.
    Urlencoded,
}

/// How an answer says how long a token lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// In this member, as seconds from now.
    Seconds(&'static str),
    /// In this member, as a point in time (RFC 3339).
    Time(&'static str),
}
