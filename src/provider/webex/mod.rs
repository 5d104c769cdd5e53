//! Webex Contact Center: facts and read routes. A profile is a user profile of version 3 of the API, a
//! workspace an organization.
//!
//! The write routes are in [`calls`], the only place that uses them. Cisco can also delete profiles and
//! write several in one request; neither route is here.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

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
mod risk;
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
    identifiers: &["clientId"],
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
    reads_by_id: true,
    own_settings: &[""],
    names: &[(catalogue::COLLECTION, ListScope::Workspace)],
};

/// Tells whether a text is a UUID, with hyphens or without.
fn is_uuid(text: &str) -> bool {
    let parts: Vec<usize> = text.split('-').map(str::len).collect();
    let fits = matches!(parts.as_slice(), [8, 4, 4, 4, 12] | [32]);
    fits && text.bytes().all(|it| it.is_ascii_hexdigit() || it == b'-')
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

    fn paths(&self) -> &'static [&'static str] {
        &["/organization", "/v1"]
    }

    fn check_workspace_id(&self, id: &str) -> Result<(), String> {
        if is_uuid(id) {
            return Ok(());
        }
        let decoded = STANDARD_NO_PAD.decode(id.trim_end_matches('=')).ok();
        let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        let inner = text.as_deref().and_then(|text| text.rsplit('/').next());
        Err(match inner.filter(|inner| is_uuid(inner)) {
            Some(inner) => format!("this is the id of other Webex APIs; here it is \"{inner}\""),
            None => {
                "the id of an organization is a UUID; Control Hub shows it under Account".to_owned()
            }
        })
    }
}
