//! Gong, as Gong publishes its API (version 2): facts and read routes.
//!
//! The write routes are in [`calls`], the only place that uses them.

use std::time::Duration;

use crate::model::request::{ReadEffect, Route};
use crate::provider::{Capabilities, Daily, ListScope, Provider, Rate, Scheme, Workspaces};

pub mod calls;
pub mod catalogue;
mod errors;
mod read;
mod risk;
mod rules;
mod switches;

pub use errors::{FORBIDDEN, HOST};

/// Reads one profile.
pub static PROFILE: Route<ReadEffect> = Route::new("GET", "/v2/permission-profile");

/// Lists the workspaces, in one answer.
pub static WORKSPACES: Route<ReadEffect> = Route::new("GET", "/v2/workspaces");

/// Lists the profiles of one workspace, whole and in one answer.
pub static PROFILES: Route<ReadEffect> = Route::new("GET", "/v2/all-permission-profiles");

/// Lists the users of the company, page by page.
pub static USERS: Route<ReadEffect> = Route::new("GET", "/v2/users");

/// Lists who has a profile, in one answer.
pub static HOLDERS: Route<ReadEffect> = Route::new("GET", "/v2/permission-profile/users");

/// Lists the public library folders of one workspace, in one answer.
pub static FOLDERS: Route<ReadEffect> = Route::new("GET", "/v2/library/folders");

/// Gong's API, version 2.
#[derive(Debug, Clone, Copy)]
pub struct Gong;

/// What Gong publishes for a company: all its keys and apps share it, and no route says how much of it
/// is used.
pub const DAILY: Daily =
    Daily { calls: 10_000, note: "for the whole company, today's use is not published" };

static CAPABILITIES: Capabilities = Capabilities {
    schemes: &[Scheme::Basic("accessKey", "accessKeySecret"), Scheme::Bearer("token")],
    // Access keys and OAuth tokens both belong to a host of the customer's own below this name.
    hosts: &["api.gong.io"],
    // Both limits are the company's, shared by all its keys and apps.
    rate: Some(Rate { calls: 3, per: Duration::from_secs(1) }),
    daily: Some(DAILY),
    workspaces: Workspaces::ByIdOrName,
    create: true,
    update: true,
    requests_per_list: 1,
    reads_one_by_one: false,
    reads_by_id: true,
    own_settings: &[""],
    names: &[(catalogue::USER, ListScope::Tenant), (catalogue::FOLDER, ListScope::Workspace)],
};

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

    fn paths(&self) -> &'static [&'static str] {
        &["/v2"]
    }

    fn check_workspace_id(&self, id: &str) -> Result<(), String> {
        let digits = !id.is_empty() && id.bytes().all(|it| it.is_ascii_digit());
        digits.then_some(()).ok_or_else(|| "ids of workspaces have digits only".to_owned())
    }
}
