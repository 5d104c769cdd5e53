//! Gong's permission profiles in a second dialect, as an OpenAPI document of a third party has them:
//! facts and read routes.
//!
//! The write routes are in [`calls`], the only place that uses them.

use std::time::Duration;

use crate::model::request::{ReadEffect, Route};
use crate::provider::gong::DAILY;
use crate::provider::{Capabilities, Provider, Rate, Scheme, Workspaces};

pub mod calls;
pub mod catalogue;
mod errors;
mod read;
mod risk;
mod rules;

/// Lists the profiles of one workspace, whole and in one answer.
pub static PROFILES: Route<ReadEffect> =
    Route::new("GET", "/workspaces/{workspaceId}/permission-profiles");

/// Lists who has a profile, in one answer.
pub static HOLDERS: Route<ReadEffect> = Route::new("GET", "/permission-profiles/{profileId}/users");

/// Reads one profile.
pub static PROFILE: Route<ReadEffect> = Route::new("GET", "/permission-profiles/{profileId}");

/// The second dialect. The endpoint ends in `/v2`.
#[derive(Debug, Clone, Copy)]
pub struct GongOpenapi;

static CAPABILITIES: Capabilities = Capabilities {
    schemes: &[Scheme::Basic("accessKey", "accessKeySecret"), Scheme::Bearer("token")],
    hosts: &["api.gong.io"],
    // The document has 429 and no numbers; both limits are those that Gong publishes for a company.
    rate: Some(Rate { calls: 3, per: Duration::from_secs(1) }),
    daily: Some(DAILY),
    workspaces: Workspaces::ById,
    create: true,
    update: true,
    requests_per_list: 1,
    reads_one_by_one: false,
    reads_by_id: true,
    own_settings: &["permissions."],
    names: &[],
};

impl Provider for GongOpenapi {
    fn id(&self) -> &'static str {
        "gong-openapi"
    }

    fn title(&self) -> &'static str {
        "Gong (OpenAPI dialect)"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn paths(&self) -> &'static [&'static str] {
        &["/workspaces", "/permission-profiles"]
    }
}
