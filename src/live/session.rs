//! The tenants that a run speaks to.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::desired;
use crate::live::early::EarlyAnswers;
use crate::live::{Selected, tenant};
use crate::provider::Provider;
use crate::provider::http;

/// The tenants that a run speaks to, by name.
pub struct Session {
    /// By name.
    pub tenants: BTreeMap<String, Arc<Connected>>,
    /// The requests that were made before the profile files were read, by tenant.
    early: Mutex<BTreeMap<String, EarlyAnswers>>,
    /// Whatever has to live as long: a sandbox in this process.
    _held: Vec<Box<dyn Any>>,
}

impl Session {
    /// Takes the tenants, and whatever has to live as long as the session.
    pub fn new(tenants: BTreeMap<String, Arc<Connected>>, held: Vec<Box<dyn Any>>) -> Self {
        Self { tenants, early: Mutex::default(), _held: held }
    }

    /// Asks for what is read first of these, before the profile files are read.
    pub fn ask_early(&mut self, selected: &[Selected<'_>]) {
        let asked = selected.iter().take(self.tenants_at_once()).map(|(config, workspaces)| {
            let connected = &self.tenants[&config.name];
            (config.name.clone(), EarlyAnswers::ask(connected, workspaces, tenant::HELD_AT_ONCE))
        });
        self.early = Mutex::new(asked.collect());
    }

    /// Takes the answers to the requests that a tenant had before the profile files were read.
    pub(super) fn early(&self, tenant: &str) -> Option<EarlyAnswers> {
        self.early.lock().unwrap_or_else(PoisonError::into_inner).remove(tenant)
    }

    /// Returns how many calls a tenant had made when the reading began.
    pub fn calls_before(&self, tenant: &str) -> usize {
        let early = self.early.lock().unwrap_or_else(PoisonError::into_inner);
        early.get(tenant).map_or_else(|| self.tenants[tenant].http.calls(), |early| early.calls)
    }

    /// Returns how many tenants are asked at once: each has a connection at least.
    pub fn tenants_at_once(&self) -> usize {
        let any = self.tenants.values().next();
        any.map_or(1, |connected| connected.http.connections().most())
    }
}

/// One tenant, ready to be asked.
pub struct Connected {
    /// The API.
    pub provider: &'static dyn Provider,
    /// The way there.
    pub http: http::TenantClient,
    /// What the files say of it.
    pub config: desired::Tenant,
}

impl Connected {
    /// Returns the reader of what is only told about a plan; an apply does without it.
    pub fn aside(&self) -> http::Reader<'_> {
        self.http.aside(self.provider)
    }

    /// Returns the tenant's reader.
    pub fn reader(&self) -> http::Reader<'_> {
        self.http.reader(self.provider)
    }
}
