//! Pulse CRM: facts, read routes, and the contract's functions handed on to the file of each.
//!
//! A workspace is an account and a profile is a role of it. Nothing is decided here. The write
//! routes are in [`calls`], the only place that uses them.

use futures_util::future::BoxFuture;
use serde_json::Value as Json;

use crate::model::catalogue::Catalogue;
use crate::model::{Change, Document, Holders, LiveProfile, Settings, Understood, WorkspaceId};

use super::errors::ApiError;
use super::http::{Answer, Reader};
use super::memberships::Memberships;
use super::{Capabilities, Dialect, Expiry, Form, Grant, Provider, Refusal, Scheme, VendorWords};
use crate::model::request::{Read, Request, Route, Write};

pub mod answers;
pub mod calls;
pub mod catalogue;
mod people;
pub mod read;
pub mod rules;

/// Lists the roles of an account with their permissions and users, in one answer.
pub static ROLES: Route<Read> = Route::new("GET", "/roles");

/// Lists the permissions that an account may use, in one answer.
pub static PERMISSIONS: Route<Read> = Route::new("GET", "/permissions");

/// Lists the users of an account, in one answer.
pub static USERS: Route<Read> = Route::new("GET", "/users");

/// A session with an API key, which the vendor recommends for automation.
static KEY_LOGIN: Grant =
    Grant { fields: &[("apiKey", "apiKey"), ("apiSecret", "apiSecret")], ..LOGIN };

/// A session with what a person signs in with.
static PERSON_LOGIN: Grant =
    Grant { fields: &[("email", "email"), ("password", "password")], ..LOGIN };

/// What the two have in common. A session lives about eight days and says until when.
const LOGIN: Grant = Grant {
    route: Route::new("POST", "/auth/login"),
    form: Form::Json,
    fixed: &[],
    fields: &[],
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
    // No page says where the API is, so whoever runs permctl has to allow the host.
    hosts: &[],
    rate: None,
    per_day: None,
    workspaces_have_names: false,
    lists: 2,
    profiles_singly: false,
    names: &[],
};

/// Says which account a request is for; one build of the reference requires it, the other takes it.
fn for_account<Effect>(request: Request<Effect>, account: &WorkspaceId) -> Request<Effect> {
    request.header("x-account-id", account.0.clone())
}

impl Dialect for Pulse {
    fn catalogue(&self) -> &'static Catalogue {
        catalogue::catalogue()
    }

    fn rules(&self, settings: &Settings) -> Vec<Refusal> {
        rules::rules(settings)
    }

    fn vendors_own(&self, _: &WorkspaceId, profile: &LiveProfile) -> Option<&'static str> {
        read::vendors_own(profile)
    }

    fn elsewhere(&self, workspace: &WorkspaceId, profile: &LiveProfile) -> Option<&'static str> {
        read::elsewhere(workspace, profile)
    }

    fn calls(
        &self,
        workspace: &WorkspaceId,
        change: &Change,
        document: Option<&Document>,
    ) -> Vec<Request<Write>> {
        calls::calls(workspace, change, document)
    }

    fn stated(&self, body: &Json) -> Option<Document> {
        calls::stated(body)
    }

    fn holders_in(&self, profile: &LiveProfile) -> Option<Holders> {
        read::holders(profile)
    }

    fn memberships(&self) -> Option<&dyn Memberships> {
        Some(self)
    }
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

    fn words(&self, body: &[u8]) -> VendorWords {
        answers::words(body)
    }

    fn profiles<'a>(
        &'a self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
    ) -> BoxFuture<'a, Result<Vec<Answer>, ApiError>> {
        Box::pin(read::profiles(reader, workspace))
    }

    fn understand(&self, answers: &[Answer]) -> Result<Understood, ApiError> {
        read::understand(answers)
    }

    fn holders<'a>(
        &'a self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
        profile: &'a LiveProfile,
    ) -> BoxFuture<'a, Result<Holders, ApiError>> {
        Box::pin(read::look_up_holders(reader, workspace, profile))
    }
}
