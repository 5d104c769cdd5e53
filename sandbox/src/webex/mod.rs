//! The simulated Webex Contact Center: its credentials, open questions and state; the routes are in
//! [`routes`].
//!
//! It follows the vendor's public description and what others saw on live tenants, and knows nothing
//! of permctl's own Webex provider. It does no I/O and has no clock; [`super::server`] serves it.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::members::{Document, text};
use super::readings::TEXTS;
use super::{Reading, Readings, Received, Reply, Vendor};

mod document;
mod errors;
mod ids;
mod lists;
mod names;
mod routes;
mod tokens;
mod update;

/// The only organization.
pub const ORGANIZATION: &str = "6f0d4a52-3c1e-4b7a-9d58-81c2e7a94f10";

/// The access token that the simulator accepts from the start.
pub const TOKEN: &str = "sandbox-webex-token";
/// The client id that belongs to [`REFRESH_TOKEN`].
pub const CLIENT_ID: &str = "sandbox-client";
/// The secret that belongs to [`CLIENT_ID`].
pub const CLIENT_SECRET: &str = "sandbox-client-secret";
/// The refresh token that the simulator accepts from the start.
pub const REFRESH_TOKEN: &str = "sandbox-refresh-token";

/// What the simulator takes, by the keys under which a configuration gives it.
pub const CREDENTIALS: &[(&str, &str)] = &[("token", TOKEN)];

/// What Cisco's description and the reports from live tenants leave open.
static READINGS: &[Reading] = &[
    TEXTS,
    Reading {
        name: "omitted-permissions",
        help: "what a write does to permissions that its list leaves out",
        values: &["dropped", "none"],
    },
    Reading {
        name: "foreign-permissions",
        help: "entries of permissions that the organization is not licensed for",
        values: &["kept", "dropped", "refused"],
    },
    Reading {
        name: "toggle-access",
        help: "EDIT or VIEW for a permission that is a switch, ENABLED or DISABLED for one that is not",
        values: &["accepted", "refused"],
    },
    Reading {
        name: "switch-none",
        help: "NONE for a permission that is a switch",
        values: &["accepted", "refused"],
    },
    Reading {
        name: "stale-version",
        help: "an update made from an older version than the stored one",
        values: &["accepted", "refused"],
    },
    Reading {
        name: "first-version",
        help: "the version of a new profile",
        values: &["0", "1", "absent"],
    },
    Reading {
        name: "duplicate-name",
        help: "a name that the organization has already, on create and on rename",
        values: &["refused", "accepted"],
    },
    Reading {
        name: "name-comparison",
        help: "when two names are the same",
        values: &["byte", "any-case"],
    },
    Reading {
        name: "changed-profile-type",
        help: "another profile type in an update",
        values: &["refused", "ignored"],
    },
    Reading {
        name: "specific-without-collections",
        help: "the resource access level SPECIFIC beside no resource collections",
        values: &["refused", "accepted"],
    },
    Reading {
        name: "nested-collections",
        help: "what a resource collection inside a written profile has to hold beside its id: its name, as \
               published, nothing, or all of it",
        values: &["name", "id", "whole"],
    },
    Reading {
        name: "arrays",
        help: "the order of array members after a write",
        values: &["reordered", "kept"],
    },
    Reading {
        name: "unknown-members",
        help: "members of a body that are unknown; stored ones stay where they are not taken",
        values: &["kept", "dropped"],
    },
    Reading {
        name: "extra-members",
        help: "whether documents carry `links: []`, which no write may carry",
        values: &["absent", "links"],
    },
    Reading {
        name: "next-link",
        help: "whether the link to the next page leads to the version that was asked",
        values: &["other-version", "same-version"],
    },
    Reading {
        name: "page-size",
        help: "the largest page; 100 where nothing is chosen",
        values: &[],
    },
    Reading {
        name: "refresh-token",
        help: "whether a refresh token changes when it is used",
        values: &["kept", "rotated"],
    },
    Reading {
        name: "token-lifetime",
        help: "seconds that a new access token is said to last; 14 days where nothing is chosen",
        values: &[],
    },
    Reading {
        name: "token-requests",
        help: "after how many requests an access token has expired; never where nothing is chosen",
        values: &[],
    },
    Reading {
        name: "ignored-setting",
        help: "a dotted path that every write accepts and none stores",
        values: &[],
    },
];

/// What one client application sees of Webex Contact Center.
#[derive(Debug)]
pub struct Webex {
    state: State,
    readings: Readings,
    /// How many answers were given; tracking ids come from it.
    answers: Cell<u64>,
    /// For how many requests each access token was used. No data of a customer, so not saved.
    uses: BTreeMap<String, u64>,
}

/// Everything that there is, as it is saved.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct State {
    /// Organizations by their id.
    organizations: BTreeMap<String, Organization>,
    /// Access tokens that are valid.
    access_tokens: BTreeSet<String>,
    refresh_token: String,
    /// How many ids and times were handed out.
    sequence: u64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            organizations: BTreeMap::new(),
            access_tokens: BTreeSet::from([TOKEN.to_owned()]),
            refresh_token: REFRESH_TOKEN.to_owned(),
            sequence: 0,
        }
    }
}

/// One customer.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Organization {
    /// The names of permissions that it is licensed for; where there are none, for all.
    permissions: Vec<String>,
    /// Profiles, in the vendor's shape; of each resource collection only the id. A state written by
    /// hand may spell `permissions` as a map and `resourceCollections` as a list of names or ids.
    profiles: Vec<Document>,
    /// Resource collections, in the vendor's shape.
    collections: Vec<Document>,
    /// What refers to profiles.
    referrers: Vec<Referrer>,
}

/// Something that refers to a profile: a user who has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Referrer {
    #[serde(default = "Referrer::user")]
    entity: String,
    id: String,
    name: String,
    user_profile_id: String,
}

impl Referrer {
    fn user() -> String {
        "user".to_owned()
    }
}

impl State {
    /// Returns the next unused id.
    fn next_id(&mut self) -> String {
        self.sequence += 1;
        ids::identifier(self.sequence)
    }

    /// Returns a time in milliseconds that is later than all before.
    fn next_time(&mut self) -> u64 {
        self.sequence += 1;
        ids::time(self.sequence)
    }
}

/// Makes the organization that a sandbox starts with, from `seed.json`.
///
/// It has what live tenants hold: six profiles that the vendor shipped and that can't be changed, two
/// of the customer's own, entries in no useful order, permissions without a license.
pub fn fresh() -> Box<dyn Vendor> {
    Box::new(Webex::new(super::seed(include_str!("seed.json"))))
}

impl Webex {
    fn new(state: State) -> Self {
        let (readings, uses) = (Readings::new(READINGS), BTreeMap::new());
        Self { state, readings, answers: Cell::default(), uses }
    }
}

impl Vendor for Webex {
    fn readings(&mut self) -> &mut Readings {
        &mut self.readings
    }

    fn answer(&mut self, request: &Received) -> Reply {
        match self.route(request) {
            Ok((status, body)) => self.reply(status, body),
            Err(refusal) => self.refuse(&refusal),
        }
    }

    fn is_write(&self, request: &Received) -> bool {
        // All of the simulated reads are GETs; asking for a token changes no data of the customer.
        request.method != "GET" && !tokens::is_route(request)
    }

    fn save(&self) -> Json {
        serde_json::to_value(&self.state).expect("the state is text, numbers, lists and objects")
    }

    fn load(&mut self, state: Json) -> Result<(), String> {
        let mut state: State = serde_json::from_value(state).map_err(|error| error.to_string())?;
        for organization in state.organizations.values_mut() {
            let mut sequence = state.sequence;
            organization.spell_out(&mut || {
                sequence += 1;
                ids::identifier(sequence)
            })?;
            state.sequence = sequence;
        }
        self.state = state;
        Ok(())
    }

    fn edit(
        &mut self,
        workspace: &str,
        profile: &str,
        setting: &str,
        value: Json,
    ) -> Result<(), String> {
        let id = self.state.next_id();
        let organization = self.state.organizations.get_mut(workspace);
        let organization = organization.ok_or_else(|| format!("no organization {workspace:?}"))?;
        let found = organization
            .profiles
            .iter_mut()
            .find(|document| [text(document, "name"), text(document, "id")].contains(&profile));
        let found =
            found.ok_or_else(|| format!("no profile {profile:?} in organization {workspace:?}"))?;
        document::set(found, setting, value, &id)?;
        organization.spell_out(&mut || id.clone())
    }

    fn error(&self, status: u16, message: &str) -> Reply {
        self.refuse(&errors::Refusal::new(status, message))
    }
}

#[cfg(test)]
mod tests;
