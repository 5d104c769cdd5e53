//! A made-up help desk, for tests: its ids are numbers, a token reaches one workspace, its list is one
//! page, and its API creates nothing. No released program has it.

use crate::model::request::{ReadEffect, Route};
use crate::provider::{Capabilities, Provider, Scheme, Workspaces};

mod calls;
mod catalogue;
mod errors;
mod read;
mod rules;

/// Lists the roles, whole and in one answer.
static ROLES: Route<ReadEffect> = Route::new("GET", "/api/roles");

/// Lists who has a role, in one answer.
static AGENTS: Route<ReadEffect> = Route::new("GET", "/api/roles/{id}/agents");

/// The help desk's API.
#[derive(Debug, Clone, Copy)]
pub struct Helpdesk;

static CAPABILITIES: Capabilities = Capabilities {
    schemes: &[Scheme::Bearer("token")],
    hosts: &["helpdesk.example"],
    rate: None,
    daily: None,
    workspaces: Workspaces::Only,
    create: false,
    update: true,
    requests_per_list: 1,
    reads_one_by_one: false,
    reads_by_id: false,
    own_settings: &[""],
    names: &[],
};

impl Provider for Helpdesk {
    fn id(&self) -> &'static str {
        "helpdesk"
    }

    fn title(&self) -> &'static str {
        "Help desk (made up)"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }
}
