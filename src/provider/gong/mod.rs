//! Gong, as Gong publishes its API (version 2): facts, read routes, and the contract's functions
//! handed on to the file of each.
//!
//! Nothing is decided here. The write routes are in [`calls`], the only place that uses them.

use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::model::catalogue::{Catalogue, ReferenceKind};
use crate::model::{
    Change, Directory, Document, Holders, LiveProfile, Settings, Understood, VendorWorkspace,
    WorkspaceId,
};

use super::errors::ApiError;
use super::http::{Answer, Reader};
use super::{Capabilities, Dialect, Provider, Rate, Refusal, Scheme, Scope, VendorWords};
use crate::model::request::{Read, Request, Route, Write};

pub mod answers;
pub mod calls;
pub mod catalogue;
pub mod read;
pub mod rules;
mod switches;

/// Lists the workspaces, in one answer.
pub static WORKSPACES: Route<Read> = Route::new("GET", "/v2/workspaces");

/// Lists the profiles of one workspace, whole and in one answer.
pub static PROFILES: Route<Read> = Route::new("GET", "/v2/all-permission-profiles");

/// Lists the users of the company, page by page.
pub static USERS: Route<Read> = Route::new("GET", "/v2/users");

/// Lists who has a profile, in one answer.
pub static HOLDERS: Route<Read> = Route::new("GET", "/v2/permission-profile/users");

/// Lists the public library folders of one workspace, in one answer.
pub static FOLDERS: Route<Read> = Route::new("GET", "/v2/library/folders");

/// Gong's API, version 2.
#[derive(Debug, Clone, Copy)]
pub struct Gong;

static CAPABILITIES: Capabilities = Capabilities {
    schemes: &[Scheme::Basic("accessKey", "accessKeySecret"), Scheme::Bearer("token")],
    // Access keys and OAuth tokens both belong to a host of the customer's own below this name.
    hosts: &["api.gong.io"],
    // Both limits are the company's, shared by all its keys and apps.
    rate: Some(Rate { calls: 3, per: Duration::from_secs(1) }),
    per_day: Some(10_000),
    workspaces_have_names: true,
    lists: 1,
    profiles_singly: false,
    names: &[(catalogue::USER, Scope::Tenant), (catalogue::FOLDER, Scope::Workspace)],
};

impl Dialect for Gong {
    fn catalogue(&self) -> &'static Catalogue {
        catalogue::catalogue()
    }

    fn rules(&self, settings: &Settings) -> Vec<Refusal> {
        rules::rules(settings)
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

impl Provider for Gong {
    fn id(&self) -> &'static str {
        "gong"
    }

    fn title(&self) -> &'static str {
        "Gong"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn words(&self, body: &[u8]) -> VendorWords {
        answers::words(body)
    }

    fn workspaces<'a>(
        &'a self,
        reader: &'a Reader<'a>,
    ) -> BoxFuture<'a, Result<Vec<VendorWorkspace>, ApiError>> {
        Box::pin(read::workspaces(reader))
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

    fn directory<'a>(
        &'a self,
        reader: &'a Reader<'a>,
        kind: ReferenceKind,
        workspace: &'a WorkspaceId,
    ) -> BoxFuture<'a, Result<Directory, ApiError>> {
        Box::pin(read::directory(reader, kind, workspace))
    }
}
