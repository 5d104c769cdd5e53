//! The simulated Pulse CRM: its credentials, its state and what is open about it; the routes are in
//! [`routes`].
//!
//! It follows the vendor's reference pages and guides, and knows nothing of permctl's own Pulse
//! provider. It does no I/O; [`super::server`] does. The routes that change more than one account
//! are here as traps: they do what they say and leave a mark in `damage`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::members::{Document, text};
use super::{Reading, Readings, Received, Reply, Vendor};

mod answers;
mod by_hand;
mod memberships;
mod roles;
mod routes;
mod session;
mod traps;

/// The API key that the simulator accepts.
pub const API_KEY: &str = "apiKey-sandbox00000000";
/// The secret that belongs to [`API_KEY`].
pub const API_SECRET: &str = "sandbox-api-secret";
/// The e-mail address with which a person logs in.
pub const EMAIL: &str = "admin@acme.example";
/// The password that belongs to [`EMAIL`].
pub const PASSWORD: &str = "sandbox-password";

/// What the simulator takes, by the keys under which a configuration gives it.
pub const CREDENTIALS: &[(&str, &str)] = &[("apiKey", API_KEY), ("apiSecret", API_SECRET)];

/// The role that belongs to the vendor, in its own spelling.
const SUPER_ADMIN: &str = "SuperAdmin";

/// What the reference pages and guides leave open.
static READINGS: &[Reading] = &[
    Reading {
        name: "role-permissions",
        help: "what `flatPermissionsList` does to permissions that it leaves out",
        values: &["replace", "merge"],
    },
    Reading {
        name: "empty-permissions",
        help: "what an empty `flatPermissionsList` does",
        values: &["clears", "ignored", "refused"],
    },
    Reading {
        name: "user-roles",
        help: "what `flatRolesList` does to roles that it leaves out",
        values: &["replace", "merge"],
    },
    Reading {
        name: "empty-user-roles",
        help: "what an empty `flatRolesList` does",
        values: &["clears", "ignored", "refused"],
    },
    Reading {
        name: "role-users",
        help: "what `users` of a role holds",
        values: &["e-mails", "objects", "opaque"],
    },
    Reading {
        name: "users-answer",
        help: "whether `GET /users` says which roles a user has, and by which name",
        values: &["with-roles", "with-flat-list", "plain"],
    },
    Reading {
        name: "user-permissions",
        help: "whether `GET /users` says which permissions a user has beside those of the roles",
        values: &["absent", "listed"],
    },
    Reading {
        name: "permissions-answer",
        help: "what `GET /permissions` lists",
        values: &["objects", "names"],
    },
    Reading {
        name: "create-status",
        help: "the status of a successful create",
        values: &["200", "201"],
    },
    Reading {
        name: "duplicate-role",
        help: "the status of a create of a role that exists",
        values: &["409", "400", "500"],
    },
    Reading {
        name: "role-case",
        help: "whether names that differ only in case are two roles",
        values: &["exact", "any-case"],
    },
    Reading {
        name: "other-accounts",
        help: "whether `GET /roles` also lists roles of other accounts",
        values: &["hidden", "listed"],
    },
    Reading {
        name: "patch-super-admin",
        help: "what a change of the SuperAdmin role does",
        values: &["refused", "accepted"],
    },
    Reading {
        name: "account-header",
        help: "what a request without `x-account-id` gets",
        values: &["required", "optional"],
    },
    Reading {
        name: "error-shape",
        help: "which of the three documented bodies an error has",
        values: &["newer", "older", "sister-site"],
    },
    Reading {
        name: "token-life",
        help: "how long a session's token is good for",
        values: &["days", "two-requests"],
    },
    Reading {
        name: "expires-at",
        help: "how a session says when it ends",
        values: &["text", "milliseconds", "absent"],
    },
    Reading {
        name: "ignored-setting",
        help: "a dotted path that every write accepts and none stores",
        values: &[],
    },
];

/// The system with all accounts that the login can see.
#[derive(Debug)]
pub struct Pulse {
    state: State,
    readings: Readings,
    /// Sessions by token.
    sessions: BTreeMap<String, Session>,
    /// How many sessions began.
    logins: u64,
}

/// Everything that the system has, as it is saved.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct State {
    /// The first one is the API key's own.
    accounts: Vec<Account>,
    /// Permissions of the whole system. An account may name others: they get a made-up entry.
    permissions: Vec<Permission>,
    /// Role objects just as the API returns them, but without `users`. One that has `users` is
    /// served with those, whatever they are.
    roles: Vec<Document>,
    users: Vec<User>,
    /// Requests that no reconciler may ever send, each as `METHOD /path`.
    damage: Vec<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
struct Account {
    id: String,
    name: String,
    /// The names that roles of this account may have.
    permissions: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Permission {
    permission: String,
    description: String,
    category: String,
}

/// A person in one account.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct User {
    email: String,
    name: String,
    /// The first account when it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<String>,
    /// Names of roles.
    roles: Vec<String>,
    /// Permissions beside those of the roles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    permissions: Vec<String>,
}

#[derive(Debug, Clone)]
struct Session {
    /// The only account that it is good for; `None` for a person's, who sees all.
    account: Option<String>,
    /// How many requests it served.
    requests: u64,
}

/// Makes the system that a sandbox starts with, from `seed.json`.
///
/// The account comes from a template, as the vendor says that most do: `agent` and `user` are in it.
/// The other roles show what accounts grow, and the account did not buy every permission of the
/// system. A second account of the same company is there for the readings about it.
pub fn fresh() -> Box<dyn Vendor> {
    Box::new(Pulse::new(super::seed(include_str!("seed.json"))))
}

impl Pulse {
    fn new(state: State) -> Self {
        let (sessions, logins) = (BTreeMap::new(), 0);
        Self { state, readings: Readings::new(READINGS), sessions, logins }
    }

    /// Finds the role of an account, or one without an account, by its place.
    fn place(&self, account: &str, role: &str) -> Option<usize> {
        let any_case = self.readings.is("role-case", "any-case");
        let is_meant = |document: &Document| {
            let name = text(document, "role");
            name == role || any_case && name.to_lowercase() == role.to_lowercase()
        };
        let of = |owner: Option<&str>| {
            self.state.roles.iter().position(|it| owner_of(it) == owner && is_meant(it))
        };
        of(Some(account)).or_else(|| of(None))
    }

    /// Tells whether a user belongs to an account.
    fn belongs(&self, user: &User, account: &str) -> bool {
        match &user.account_id {
            Some(own) => own == account,
            None => self.state.accounts.first().is_some_and(|first| first.id == account),
        }
    }
}

/// Returns the account of a role; `None` for one that the whole system shares.
fn owner_of(role: &Document) -> Option<&str> {
    role.get("accountId").and_then(Json::as_str)
}

fn is_super_admin(role: &str) -> bool {
    role.eq_ignore_ascii_case(SUPER_ADMIN)
}

impl Vendor for Pulse {
    fn methods(&self) -> &'static str {
        "GET, HEAD, POST, PATCH"
    }

    fn readings(&mut self) -> &mut Readings {
        &mut self.readings
    }

    fn answer(&mut self, request: &Received) -> Reply {
        match self.route(request) {
            Ok((status, body)) => Reply { status, headers: Vec::new(), body },
            Err(refusal) => self.error(refusal.status, &refusal.message),
        }
    }

    fn is_write(&self, request: &Received) -> bool {
        // A login changes nothing that anybody owns.
        request.method != "GET" && request.path != routes::LOGIN
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
        self.by_hand(workspace, profile, setting, value)
    }

    fn error(&self, status: u16, message: &str) -> Reply {
        answers::error(&self.readings, status, message)
    }
}

#[cfg(test)]
mod tests;
