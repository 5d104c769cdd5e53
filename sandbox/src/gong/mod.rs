//! The simulated Gong: its credentials and its state; the routes are in [`routes`].
//!
//! It follows the vendor's public description and recorded answers, and knows nothing of permctl's
//! own Gong provider. It does no I/O; [`super::server`] does.

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
pub const ACCESS_KEY: &str = "sandbox-key";
/// The secret that belongs to [`ACCESS_KEY`].
pub const ACCESS_KEY_SECRET: &str = "sandbox-secret";

/// What the simulator takes, by the keys under which a configuration gives it.
pub const CREDENTIALS: &[(&str, &str)] =
    &[("accessKey", ACCESS_KEY), ("accessKeySecret", ACCESS_KEY_SECRET)];
/// The OAuth token that the simulator accepts.
pub const TOKEN: &str = "sandbox-token";

/// `ACCESS_KEY:ACCESS_KEY_SECRET` as HTTP Basic sends it; a test keeps the three together.
const BASIC: &str = "c2FuZGJveC1rZXk6c2FuZGJveC1zZWNyZXQ=";

/// What Gong's documentation and the recorded answers leave open.
static READINGS: &[Reading] = &[
    TEXTS,
    Reading {
        name: "put",
        help: "what an update does to members left out",
        values: &["merge", "replace"],
    },
    Reading {
        name: "empty-list",
        help: "what `[]` does in a list of ids; a cleared list is stored as `null`, as live tenants show",
        values: &["clears", "ignored"],
    },
    Reading {
        name: "null",
        help: "what `null` does in a create or a merging update; a replacing update stores it, unless it is \
               refused: the published schema has no `null`",
        values: &["ignored", "clears", "refused"],
    },
    Reading {
        name: "duplicate-name",
        help: "a name that the workspace has already, on create and on rename",
        values: &["refused", "accepted"],
    },
    Reading {
        name: "under-library-none",
        help: "library members sent beside the level `none`",
        values: &["refused", "ignored", "stored"],
    },
    Reading {
        name: "no-folders",
        help: "the answer where a workspace has no public folders: 404 as published, or an empty list",
        values: &["404", "empty"],
    },
    Reading {
        name: "unknown-members",
        help: "unknown members of a body",
        values: &["kept", "refused", "dropped"],
    },
    Reading {
        name: "ignored-setting",
        help: "a dotted path that every write accepts and none stores",
        values: &[],
    },
];

/// A Gong company.
#[derive(Debug)]
pub struct Gong {
    state: State,
    readings: Readings,
    /// How many answers were given; request ids come from it.
    answers: Cell<u64>,
}

/// Everything that the company has, as it is saved.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    workspaces: Vec<Workspace>,
    /// User objects just as the API returns them.
    users: Vec<Document>,
    folders: Vec<Folder>,
    /// Documents by workspace id, verbatim.
    profiles: BTreeMap<String, Vec<Document>>,
    /// User ids by profile id.
    holders: BTreeMap<String, Vec<String>>,
    /// How many ids were handed out.
    sequence: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Workspace {
    id: String,
    name: String,
    #[serde(default)]
    description: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Folder {
    id: String,
    name: String,
    #[serde(default)]
    parent_folder_id: Option<String>,
    workspace_id: String,
    #[serde(default)]
    archived: bool,
}

/// Makes the company that a sandbox starts with, from `seed.json`.
///
/// It has what live tenants hold: the shipped profiles, a name that ends in a space, leads beside the
/// level `none`, members newer than the public description. Users fill more than one page, and some
/// that files name are beyond the first.
pub fn fresh() -> Box<dyn Vendor> {
    Box::new(Gong::new(super::seed(include_str!("seed.json"))))
}

impl Gong {
    fn new(state: State) -> Self {
        Self { state, readings: Readings::new(READINGS), answers: Cell::default() }
    }
}

impl Vendor for Gong {
    fn readings(&mut self) -> &mut Readings {
        &mut self.readings
    }

    fn answer(&mut self, request: &Received) -> Reply {
        match self.route(request) {
            Ok(members) => self.reply(200, members),
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

    fn edit(
        &mut self,
        workspace: &str,
        profile: &str,
        setting: &str,
        value: Json,
    ) -> Result<(), String> {
        let found =
            self.state.workspaces.iter().find(|it| it.id == workspace || it.name == workspace);
        let id = &found.ok_or_else(|| format!("no workspace {workspace:?}"))?.id;
        let is_meant = |document: &&mut Document| {
            [document.get("name"), document.get("id")]
                .into_iter()
                .any(|member| member.and_then(Json::as_str) == Some(profile))
        };
        let document = self.state.profiles.get_mut(id).into_iter().flatten().find(is_meant);
        let document =
            document.ok_or_else(|| format!("no profile {profile:?} in workspace {workspace:?}"))?;
        let path: Vec<&str> = setting.split('.').collect();
        members::set(document, &path, value, document::rank)
    }

    fn error(&self, status: u16, message: &str) -> Reply {
        self.reply(status, Map::from_iter([("errors".to_owned(), json!([message]))]))
    }
}

#[cfg(test)]
mod tests;
