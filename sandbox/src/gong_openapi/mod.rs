//! The simulated second dialect of Gong: its credentials and its state; routes are in [`routes`].
//!
//! It follows an OpenAPI document that describes Gong's permission profiles with paths and names of
//! its own, which no recorded traffic uses. It knows nothing of permctl's own provider for it, nor
//! of the other simulated Gong, and does no I/O.

use std::cell::Cell;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};

use super::members::{self, Document};
use super::readings::TEXTS;
use super::{Reading, Readings, Received, Reply, Vendor};

mod document;
mod ids;
mod routes;
mod update;

/// The access key that the simulator accepts.
pub const ACCESS_KEY: &str = "dialect-key";
/// The secret that belongs to [`ACCESS_KEY`].
pub const ACCESS_KEY_SECRET: &str = "dialect-secret";
/// The OAuth token that the simulator accepts.
pub const TOKEN: &str = "dialect-token";

/// What the simulator takes, by the keys under which a configuration gives it.
pub const CREDENTIALS: &[(&str, &str)] =
    &[("accessKey", ACCESS_KEY), ("accessKeySecret", ACCESS_KEY_SECRET)];

/// `ACCESS_KEY:ACCESS_KEY_SECRET` as HTTP Basic sends it; a test keeps the three together.
const BASIC: &str = "ZGlhbGVjdC1rZXk6ZGlhbGVjdC1zZWNyZXQ=";

/// What the document leaves open: it says what an answer may hold, and little of what a request does.
static READINGS: &[Reading] = &[
    TEXTS,
    Reading {
        name: "put",
        help: "what an update does to the members left out of its body",
        values: &["merge", "replace"],
    },
    Reading {
        name: "put-permissions",
        help: "what an update does to the switches left out of the `permissions` that it gives",
        values: &["merge", "replace"],
    },
    Reading {
        name: "duplicate-name",
        help: "a name that the workspace has already, on create and on rename",
        values: &["refused", "accepted"],
    },
    Reading {
        name: "name-case",
        help: "whether names that differ only in case are two names",
        values: &["sensitive", "insensitive"],
    },
    Reading {
        name: "unknown-permissions",
        help: "switches of a body that are unknown and the profile does not have yet",
        values: &["kept", "refused", "dropped"],
    },
    Reading {
        name: "other-members",
        help: "members of a body that its schema does not have, such as `userCount`",
        values: &["ignored", "refused"],
    },
    Reading {
        name: "unset-permissions",
        help: "what stands for switches that were never set: `false`, or nothing at all",
        values: &["false", "absent"],
    },
    Reading {
        name: "null",
        help: "what `null` does in a body; the schemas know no `null`",
        values: &["refused", "ignored", "clears"],
    },
    Reading {
        name: "user-count",
        help: "whether profiles come with the number of their users; no member is mandatory",
        values: &["given", "absent"],
    },
    Reading {
        name: "ignored-setting",
        help: "a dotted path that every write accepts and none stores",
        values: &[],
    },
];

/// A Gong company.
#[derive(Debug)]
pub struct GongOpenapi {
    state: State,
    readings: Readings,
    /// How many answers were given; request ids come from it.
    answers: Cell<u64>,
}

/// Everything that the company has, as it is saved.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    /// Names by id. No route gives the names; people see them in Gong's pages.
    workspaces: BTreeMap<String, String>,
    /// User objects just as the API returns them.
    users: Vec<Document>,
    /// Documents by workspace id, verbatim.
    profiles: BTreeMap<String, Vec<Document>>,
    /// User ids by profile id.
    holders: BTreeMap<String, Vec<String>>,
    /// How many ids were handed out.
    sequence: u64,
}

/// Makes the company that a sandbox starts with, from `seed.json`.
///
/// Its profiles have what a client has to live with: a name that ends in a space, switches that are
/// missing, switches and members newer than the document.
pub fn fresh() -> Box<dyn Vendor> {
    Box::new(GongOpenapi::new(super::seed(include_str!("seed.json"))))
}

impl GongOpenapi {
    fn new(state: State) -> Self {
        Self { state, readings: Readings::new(READINGS), answers: Cell::default() }
    }
}

impl Vendor for GongOpenapi {
    fn readings(&mut self) -> &mut Readings {
        &mut self.readings
    }

    fn base_path(&self) -> &'static str {
        "/v2"
    }

    fn answer(&mut self, request: &Received) -> Reply {
        match self.route(request) {
            Ok((status, members)) => self.reply(status, members),
            Err(refusal) => self.error(refusal.status, &refusal.message),
        }
    }

    fn save(&self) -> Json {
        serde_json::to_value(&self.state).expect("the state is text, numbers, lists and objects")
    }

    fn load(&mut self, state: Json) -> Result<(), String> {
        self.state = serde_json::from_value(state).map_err(|error| error.to_string())?;
        Ok(())
    }

    /// Sets a value; the setting `holders` takes user ids and counts them, as assigning people does.
    fn edit(
        &mut self,
        workspace: &str,
        profile: &str,
        setting: &str,
        value: Json,
    ) -> Result<(), String> {
        let State { workspaces, profiles, holders, .. } = &mut self.state;
        let mut found =
            workspaces.iter().filter(|(id, name)| *id == workspace || *name == workspace);
        let (id, _) = found.next().ok_or_else(|| format!("no workspace {workspace:?}"))?;
        let is_meant = |document: &&mut Document| {
            [document.get("name"), document.get("profileId")]
                .into_iter()
                .any(|member| member.and_then(Json::as_str) == Some(profile))
        };
        let document = profiles.get_mut(id).into_iter().flatten().find(is_meant);
        let document =
            document.ok_or_else(|| format!("no profile {profile:?} in workspace {workspace:?}"))?;
        if setting != "holders" {
            let path: Vec<&str> = setting.split('.').collect();
            return members::set(document, &path, value, document::rank);
        }
        let users: Vec<String> =
            serde_json::from_value(value).map_err(|error| error.to_string())?;
        members::put(document, "userCount", json!(users.len()), document::rank);
        holders.insert(members::text(document, "profileId").to_owned(), users);
        Ok(())
    }

    fn error(&self, status: u16, message: &str) -> Reply {
        self.reply(status, Map::from_iter([("errors".to_owned(), json!([message]))]))
    }
}

#[cfg(test)]
mod tests;
