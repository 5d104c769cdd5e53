//! Gong's permission profiles in a second dialect, as an OpenAPI document of a third party has them:
//! facts, read routes, and the contract's functions handed on to the file of each.
//!
//! Nothing is decided here. The write routes are in [`calls`], the only place that uses them.

use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::Value as Json;

use crate::model::catalogue::Catalogue;
use crate::model::{Change, Document, Holders, LiveProfile, Settings, Understood, WorkspaceId};

use super::errors::ApiError;
use super::http::{Answer, Reader};
use super::{Capabilities, Dialect, Provider, Rate, Refusal, Scheme, VendorWords};
use crate::model::request::{Read, Request, Route, Write};

pub mod answers;
pub mod calls;
pub mod catalogue;
pub mod read;
pub mod rules;

/// Lists the profiles of one workspace, whole and in one answer.
pub static PROFILES: Route<Read> =
    Route::new("GET", "/workspaces/{workspaceId}/permission-profiles");

/// Lists who has a profile, in one answer.
pub static HOLDERS: Route<Read> = Route::new("GET", "/permission-profiles/{profileId}/users");

/// The second dialect. The endpoint ends in `/v2`.
#[derive(Debug, Clone, Copy)]
pub struct GongOpenapi;

static CAPABILITIES: Capabilities = Capabilities {
    schemes: &[Scheme::Basic("accessKey", "accessKeySecret"), Scheme::Bearer("token")],
    hosts: &["api.gong.io"],
    // The document has 429 and no numbers; both limits are those that Gong publishes for a company.
    rate: Some(Rate { calls: 3, per: Duration::from_secs(1) }),
    per_day: Some(10_000),
    workspaces_have_names: false,
    lists: 1,
    profiles_singly: false,
    names: &[],
};

impl Dialect for GongOpenapi {
    fn catalogue(&self) -> &'static Catalogue {
        catalogue::catalogue()
    }

    fn rules(&self, settings: &Settings) -> Vec<Refusal> {
        rules::rules(settings)
    }

    fn vendors_own(&self, workspace: &WorkspaceId, profile: &LiveProfile) -> Option<&'static str> {
        // A write names the profile only, so one that is listed by mistake must not be written.
        let within = profile.document.get("workspaceId").and_then(Json::as_str);
        within.filter(|within| *within != workspace.0).map(|_| "it belongs to another workspace")
    }

    fn holders_in(&self, profile: &LiveProfile) -> Option<Holders> {
        read::holders_in(&profile.document)
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
        _: &'a WorkspaceId,
        profile: &'a LiveProfile,
    ) -> BoxFuture<'a, Result<Holders, ApiError>> {
        Box::pin(read::holders(reader, profile))
    }
}
