//! Reading from a snapshot instead of the API: the same values, no credentials, no calls.

#![expect(clippy::disallowed_methods, reason = "what is taken from a snapshot is as of now")]

use std::collections::BTreeMap;

use tokio::time::Instant;

use crate::desired::{self, Locator};
use crate::error::{Exit, Stop};
use crate::live::snapshot::{self, Snapshot, WorkspaceSnapshot};
use crate::live::{ReadAt, WorkspaceRead};
use crate::model::Reads;
use crate::model::names::{Index, Names};

/// Takes these workspaces of a tenant out of a snapshot.
///
/// # Errors
/// When the snapshot does not have them, or has others under their names.
pub fn workspaces<'d>(
    tenant: &desired::Tenant,
    workspaces: &[&'d desired::Workspace],
    snapshot: &Snapshot,
) -> Result<Vec<WorkspaceRead<'d>>, Stop> {
    let stop = |problem: String| {
        Stop::new(Exit::Files, format!("the snapshot {problem}"))
            .hint("take a new one with the configuration that you plan with")
    };
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
    let index = |names| {
        let directories = snapshot::directories(names, tenant.provider.capabilities());
        directories.into_iter().map(Index::new).collect::<Vec<_>>()
    };
    let shared = index(&shared.names);
    let read = |desired: &&'d desired::Workspace| {
        let workspace = find(tenant, desired, snapshot).map_err(stop)?;
        let directories = index(&workspace.names);
        let live = workspace.live();
        // The requests that reading the same from the API takes.
        let capabilities = tenant.provider.capabilities();
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
            names: Names::new(shared.iter().chain(&directories).cloned()),
            directories,
        })
    };
    workspaces.iter().map(read).collect()
}

/// Finds a workspace in a snapshot; the error says why it can't be used.
fn find<'s>(
    tenant: &desired::Tenant,
    desired: &desired::Workspace,
    snapshot: &'s Snapshot,
) -> Result<&'s WorkspaceSnapshot, String> {
    let name = &desired.name;
    let Some(workspace) = snapshot.workspaces.get(name) else {
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
