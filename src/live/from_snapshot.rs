//! Reading from a snapshot instead of the API: the same values, no credentials, no calls.

#![expect(clippy::disallowed_methods, reason = "what is taken from a snapshot is as of now")]

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::time::Instant;

use crate::desired::{self, Locator};
use crate::error::{Exit, Stop};
use crate::live::snapshot::{self, OpenSnapshot, WorkspaceSnapshot};
use crate::live::{ReadAt, WorkspaceRead};
use crate::model::names::{Index, Names};
use crate::model::{Entry, Reads};

/// A tenant as a snapshot has it.
pub struct TenantInSnapshot<'s> {
    tenant: &'s desired::Tenant,
    snapshot: &'s OpenSnapshot,
    /// The directories of the whole tenant.
    shared: Vec<Arc<Index>>,
}

impl<'s> TenantInSnapshot<'s> {
    /// Finds a tenant in a snapshot.
    ///
    /// # Errors
    /// When the snapshot does not have it, or has another one under its name.
    pub fn find(tenant: &'s desired::Tenant, snapshot: &'s OpenSnapshot) -> Result<Self, Stop> {
        let endpoint = tenant.endpoint.to_string();
        let Some(shared) = snapshot.tenants.get(&tenant.name) else {
            return Err(stop(format!("has no tenant {}", tenant.name)));
        };
        if shared.endpoint != endpoint || shared.provider != tenant.provider.id() {
            return Err(stop(format!(
                "of tenant {} is of {}, not of {endpoint}",
                tenant.name, shared.endpoint
            )));
        }
        let shared = indexes(tenant, &shared.names);
        Ok(Self { tenant, snapshot, shared })
    }

    /// Takes a workspace out of the snapshot.
    ///
    /// # Errors
    /// When the snapshot does not have it, or has another one under its name.
    pub fn workspace<'d>(
        &self,
        desired: &'d desired::Workspace,
    ) -> Result<WorkspaceRead<'d>, Stop> {
        let workspace = find(self.tenant, desired, self.snapshot).map_err(stop)?;
        let directories = indexes(self.tenant, &workspace.names);
        let live = workspace.live();
        // The requests that reading the same from the API takes.
        let capabilities = self.tenant.provider.capabilities();
        let singly = if capabilities.reads_one_by_one { live.profiles.len() } else { 0 };
        let users = usize::from(desired.gives_profiles());
        let taken = Reads { profiles: capabilities.requests_per_list + singly, users };
        Ok(WorkspaceRead {
            desired,
            fresh: ReadAt {
                live,
                read_at: Instant::now(),
                singly: BTreeMap::new(),
                users_at: None,
                reads: taken,
            },
            names: Names::new(self.shared.iter().chain(&directories).cloned()),
            directories,
        })
    }
}

fn stop(problem: String) -> Stop {
    Stop::new(Exit::Files, format!("the snapshot {problem}"))
        .hint("take a new one with the configuration that you plan with")
}

fn indexes(tenant: &desired::Tenant, names: &BTreeMap<String, Vec<Entry>>) -> Vec<Arc<Index>> {
    let directories = snapshot::directories(names, tenant.provider.capabilities());
    directories.into_iter().map(Index::new).collect()
}

/// Finds a workspace in a snapshot; the error says why it can't be used.
fn find(
    tenant: &desired::Tenant,
    desired: &desired::Workspace,
    snapshot: &OpenSnapshot,
) -> Result<WorkspaceSnapshot, String> {
    let name = &desired.name;
    let found = snapshot.workspace(name).map_err(|error| format!("can't be used: {error}"))?;
    let Some(workspace) = found else {
        return Err(format!("has no workspace {name}"));
    };
    if workspace.tenant != tenant.name {
        let of = &workspace.tenant;
        return Err(format!("of workspace {name} is of tenant {of}, not of {}", tenant.name));
    }
    if let Some(flaw) = workspace.flaw(tenant.provider) {
        return Err(format!("of workspace {name} {flaw}"));
    }
    let same = match &desired.locator {
        Locator::Id(id) => workspace.id == *id,
        Locator::Only => true,
        Locator::Name(name) => workspace.vendor_name.as_ref() == Some(name),
    };
    match same {
        true => Ok(workspace),
        false => Err(format!("of workspace {name} is of another one, {}", workspace.id)),
    }
}
