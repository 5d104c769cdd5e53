//! Pulse CRM: facts and read routes. A workspace is an account and a profile is a role of it.
//!
//! The write routes are in [`calls`], the only place that uses them.

use crate::model::WorkspaceId;
use crate::model::request::{ReadEffect, Request, Route};
use crate::provider::{Capabilities, Expiry, Form, Grant, Provider, Scheme, Users, Workspaces};

pub mod calls;
pub mod catalogue;
mod errors;
mod people;
mod read;
mod risk;
mod rules;

/// Lists the roles of an account with their permissions and users, in one answer.
pub static ROLES: Route<ReadEffect> = Route::new("GET", "/roles");

/// Lists the permissions that an account may use, in one answer.
pub static PERMISSIONS: Route<ReadEffect> = Route::new("GET", "/permissions");

/// Lists the users of an account, in one answer.
pub static USERS: Route<ReadEffect> = Route::new("GET", "/users");

/// A session with an API key, which the vendor recommends for automation.
static KEY_LOGIN: Grant =
    Grant { fields: &[("apiKey", "apiKey"), ("apiSecret", "apiSecret")], ..LOGIN };

/// A session with what a person signs in with.
static PERSON_LOGIN: Grant = Grant {
    fields: &[("email", "email"), ("password", "password")],
    identifiers: &["email"],
    ..LOGIN
};

/// What the two have in common. A session lives about eight days and says until when.
const LOGIN: Grant = Grant {
    route: Route::new("POST", "/auth/login"),
    form: Form::Json,
    fixed: &[],
    fields: &[],
    identifiers: &[],
    host: None,
    token: "token",
    expiry: Expiry::Time("expiresAt"),
    rotates: None,
};

/// Pulse's API.
#[derive(Debug, Clone, Copy)]
pub struct Pulse;

static CAPABILITIES: Capabilities = Capabilities {
    schemes: &[Scheme::Grant(&KEY_LOGIN), Scheme::Grant(&PERSON_LOGIN)],
    // No page says where the API is, so the operator has to allow the host.
    hosts: &[],
    rate: None,
    daily: None,
    workspaces: Workspaces::ById,
    create: true,
    update: true,
    requests_per_list: 2,
    reads_one_by_one: false,
    reads_by_id: false,
    own_settings: &[],
    names: &[],
};

/// Says which account a request is for; one build of the reference requires it, the other takes it.
fn for_account<Effect>(request: Request<Effect>, account: &WorkspaceId) -> Request<Effect> {
    request.header("x-account-id", account.0.clone())
}

impl Provider for Pulse {
    fn id(&self) -> &'static str {
        "pulse"
    }

    fn title(&self) -> &'static str {
        "Pulse CRM"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn paths(&self) -> &'static [&'static str] {
        &["/roles", "/permissions", "/users", "/auth", "/auth/login"]
    }

    fn check_workspace_id(&self, id: &str) -> Result<(), String> {
        let fits = id.len() == 16 && id.bytes().all(|it| it.is_ascii_digit());
        fits.then_some(()).ok_or_else(|| "the id of an account has 16 digits".to_owned())
    }

    fn users(&self) -> Option<&dyn Users> {
        Some(self)
    }
}
