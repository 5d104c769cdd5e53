//! Webex Contact Center: facts and read routes. A profile is a user profile of version 3 of the API, a
//! workspace an organization.
//!
//! The write routes are in [`calls`], the only place that uses them. Cisco can also delete profiles and
//! write several in one request; neither route is here.

use std::time::Duration;

use crate::model::request::{Auth, ReadEffect, Route};
use crate::provider::{
    Capabilities, Expiry, Form, Grant, ListScope, Provider, Rate, Scheme, Workspaces,
};

pub mod calls;
pub mod catalogue;
mod errors;
mod permissions;
mod read;
mod resources;
mod rules;

/// Lists the profiles of an organization, page by page and without their arrays.
pub static PROFILES: Route<ReadEffect> =
    Route::new("GET", "/organization/{organization}/v3/user-profile");

/// Returns one profile, whole. The same path without `v3` answers too, in the shape of old.
pub static PROFILE: Route<ReadEffect> =
    Route::new("GET", "/organization/{organization}/v3/user-profile/{id}");

/// Lists what refers to a profile, page by page; the only route of these without a version.
pub static REFERENCES: Route<ReadEffect> =
    Route::new("GET", "/organization/{organization}/user-profile/{id}/incoming-references");

/// Lists the resource collections of an organization, page by page.
pub static COLLECTIONS: Route<ReadEffect> =
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
    // The data centers that Cisco's own samples, pages and JavaScript SDK (in1, read 2026-08) name. Names below cisco.com in general are
    // not hosts of this API, so each is listed.
    hosts: &[
        "api.wxcc-us1.cisco.com",
        "api.wxcc-eu1.cisco.com",
        "api.wxcc-eu2.cisco.com",
        "api.wxcc-anz1.cisco.com",
        "api.wxcc-ca1.cisco.com",
        "api.wxcc-jp1.cisco.com",
        "api.wxcc-sg1.cisco.com",
        "api.wxcc-in1.cisco.com",
    ],
    // For one client id; an older copy of the page says 50.
    rate: Some(Rate { calls: 300, per: Duration::from_secs(60) }),
    daily: None,
    workspaces: Workspaces::ById,
    create: true,
    update: true,
    requests_per_list: 1,
    reads_one_by_one: true,
    names: &[(catalogue::COLLECTION, ListScope::Workspace)],
};

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
}
