//! The tenants that a run speaks to.

use std::any::Any;
use std::collections::BTreeMap;

use crate::desired;
use crate::provider::Provider;
use crate::provider::http;

/// The tenants that a run speaks to, by name.
pub struct Session {
    /// By name.
    pub tenants: BTreeMap<String, Connected>,
    /// Whatever has to live as long: a sandbox in this process.
    pub held: Vec<Box<dyn Any>>,
}

impl Session {
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
