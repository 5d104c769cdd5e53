//! Webex Contact Center: facts, read routes, and the contract's functions handed on to the file of
//! each. A profile is a user profile of version 3 of the API, a workspace an organization.
//!
//! Nothing is decided here. The write routes are in [`calls`], the only place that uses them. Cisco
//! can also delete profiles and write several in one request; neither route is here.

use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::Value as Json;

use crate::model::catalogue::{Catalogue, ReferenceKind};
use crate::model::{
    Change, Directory, Document, Holders, LiveProfile, ProfileId, Settings, Understood, WorkspaceId,
};

use super::errors::ApiError;
use super::http::{Answer, Reader};
use super::{
    Capabilities, Dialect, Expiry, Form, Grant, Provider, Rate, Refusal, Scheme, Scope, VendorWords,
};
use crate::model::request::{Auth, Read, Request, Route, Write};

pub mod answers;
pub mod calls;
pub mod catalogue;
mod permissions;
pub mod read;
mod resources;
pub mod rules;

/// Lists the profiles of an organization, page by page and without their arrays.
pub static PROFILES: Route<Read> =
    Route::new("GET", "/organization/{organization}/v3/user-profile");

/// Returns one profile, whole. The same path without `v3` answers too, in the shape of old.
pub static PROFILE: Route<Read> =
    Route::new("GET", "/organization/{organization}/v3/user-profile/{id}");

/// Lists what refers to a profile, page by page; the only route of these without a version.
pub static REFERENCES: Route<Read> =
    Route::new("GET", "/organization/{organization}/user-profile/{id}/incoming-references");

/// Lists the resource collections of an organization, page by page.
pub static COLLECTIONS: Route<Read> =
    Route::new("GET", "/organization/{organization}/v2/resource-collection");

/// Asks for an access token with a refresh token; on a host that all Webex products share.
static GRANT: Grant = Grant {
    route: Route::<Auth>::new("POST", "/v1/access_token"),
    form: Form::Urlencoded,
    fixed: &[("grant_type", "refresh_token")],
    fields: &[
        ("client_id", "clientId"),
        ("client_secret", "clientSecret"),
        ("refresh_token", "refreshToken"),
    ],
    host: Some("https://webexapis.com"),
    token: "access_token",
    expiry: Expiry::Seconds("expires_in"),
    rotates: Some(("refresh_token", "refresh_token")),
};

/// Webex Contact Center's configuration API.
#[derive(Debug, Clone, Copy)]
pub struct Webex;

static CAPABILITIES: Capabilities = Capabilities {
    schemes: &[Scheme::Bearer("token"), Scheme::Grant(&GRANT)],
    // The data centers that Cisco's own samples and pages name. Names below cisco.com in general are
    // not hosts of this API, so each is listed.
    hosts: &[
        "api.wxcc-us1.cisco.com",
        "api.wxcc-eu1.cisco.com",
        "api.wxcc-eu2.cisco.com",
        "api.wxcc-anz1.cisco.com",
        "api.wxcc-ca1.cisco.com",
        "api.wxcc-jp1.cisco.com",
        "api.wxcc-sg1.cisco.com",
    ],
    // For one client id; an older copy of the page says 50.
    rate: Some(Rate { calls: 300, per: Duration::from_secs(60) }),
    per_day: None,
    workspaces_have_names: false,
    lists: 1,
    profiles_singly: true,
    names: &[(catalogue::COLLECTION, Scope::Workspace)],
};

impl Dialect for Webex {
    fn catalogue(&self) -> &'static Catalogue {
        catalogue::catalogue()
    }

    fn rules(&self, settings: &Settings) -> Vec<Refusal> {
        rules::rules(settings)
    }

    fn vendors_own(&self, _: &WorkspaceId, profile: &LiveProfile) -> Option<&'static str> {
        let own = profile.document.get("systemDefault") == Some(&Json::Bool(true));
        own.then_some("it came with Webex Contact Center, which lets nobody change it")
    }

    fn undocumented(&self, document: &Document) -> Vec<String> {
        resources::undocumented(document)
    }

    fn administers(&self, settings: &Settings) -> bool {
        rules::administers(settings)
    }

    fn calls(
        &self,
        workspace: &WorkspaceId,
        change: &Change,
        document: Option<&Document>,
    ) -> Vec<Request<Write>> {
        calls::calls(workspace, change, document)
    }
}

impl Provider for Webex {
    fn id(&self) -> &'static str {
        "webex"
    }

    fn title(&self) -> &'static str {
        "Webex Contact Center"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn words(&self, body: &[u8]) -> VendorWords {
        answers::words(body)
    }

    fn request_id_header(&self) -> Option<&'static str> {
        // A 429 has no body to hold it.
        Some("trackingid")
    }

    fn advice(&self, status: u16) -> Option<&'static str> {
        (status == 403).then_some(answers::FORBIDDEN)
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

    fn profile<'a>(
        &'a self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
        id: &'a ProfileId,
    ) -> BoxFuture<'a, Result<Option<Answer>, ApiError>> {
        Box::pin(read::one(reader, workspace, id))
    }

    fn holders<'a>(
        &'a self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
        profile: &'a LiveProfile,
    ) -> BoxFuture<'a, Result<Holders, ApiError>> {
        Box::pin(read::holders(reader, workspace, profile))
    }

    fn directory<'a>(
        &'a self,
        reader: &'a Reader<'a>,
        kind: ReferenceKind,
        workspace: &'a WorkspaceId,
    ) -> BoxFuture<'a, Result<Directory, ApiError>> {
        Box::pin(read::directory(reader, kind, workspace))
    }
}
