//! Reading from a snapshot instead of the API: the same values, no credentials, no calls.

#![expect(clippy::disallowed_methods, reason = "what is taken from a snapshot is as of now")]

use std::path::Path;

use tokio::time::Instant;

use crate::app::read::{WorkspaceRead, selected};
use crate::app::select::Selection;
use crate::app::{Loaded, files};
use crate::apply::Fresh;
use crate::desired::{self, Locator};
use crate::error::{Exit, Stop};
use crate::live::snapshot::{self, Snapshot};
use crate::model::Reads;
use crate::model::names::{Index, Names};

/// Reads a snapshot from its file.
pub fn open(path: &Path) -> anyhow::Result<Snapshot> {
    let stop = |problem: String| {
        Stop::new(Exit::Files, format!("could not use the snapshot {}: {problem}", path.display()))
            .hint("`permctl snapshot --out FILE` writes one")
    };
    let text = files::saved(path).map_err(|error| stop(error.to_string()))?;
    Ok(snapshot::read(&text).map_err(|error| stop(error.to_string()))?)
}

/// Takes the selected workspaces of a tenant out of a snapshot.
pub fn workspaces<'a>(
    tenant: &desired::Tenant,
    loaded: &'a Loaded,
    selection: &Selection,
    snapshot: &Snapshot,
) -> anyhow::Result<Vec<WorkspaceRead<'a>>> {
    let stop = |problem: String| {
        Stop::new(Exit::Files, format!("the snapshot {problem}"))
            .hint("take a new one with the configuration that you plan with")
    };
    let endpoint = tenant.endpoint.to_string();
    let Some(shared) = snapshot.tenants.get(&tenant.name) else {
        return Err(stop(format!("has no tenant {}", tenant.name)).into());
    };
    if shared.endpoint != endpoint || shared.provider != tenant.provider.id() {
        return Err(stop(format!(
            "of tenant {} is of {}, not of {endpoint}",
            tenant.name, shared.endpoint
        ))
        .into());
    }
    let index = |names| {
        let directories = snapshot::directories(names, tenant.provider.capabilities());
        directories.into_iter().map(Index::new).collect::<Vec<_>>()
    };
    let shared = index(&shared.names);
    let mut reads = Vec::new();
    for desired in selected(loaded, selection, &tenant.name) {
        let Some(workspace) = snapshot.workspaces.get(&desired.name) else {
            return Err(stop(format!("has no workspace {}", desired.name)).into());
        };
        if workspace.tenant != tenant.name {
            return Err(stop(format!(
                "of workspace {} is of tenant {}, not of {}",
                desired.name, workspace.tenant, tenant.name
            ))
            .into());
        }
        if let Some(flaw) = workspace.flaw(tenant.provider) {
            return Err(stop(format!("of workspace {} {flaw}", desired.name)).into());
        }
        let same = match &desired.locator {
            Locator::Id(id) => workspace.id == *id,
            Locator::Only => true,
            Locator::Name(name) => workspace.vendor_name.as_ref() == Some(name),
        };
        if !same {
            return Err(stop(format!(
                "of workspace {} is of another one, {}",
                desired.name, workspace.id
            ))
            .into());
        }
        let directories = index(&workspace.names);
        let live = workspace.live();
        // What it would take to read the same from the API.
        let capabilities = tenant.provider.capabilities();
        let singly = if capabilities.reads_one_by_one { live.profiles.len() } else { 0 };
        let users = usize::from(desired.gives_profiles());
        let taken = Reads { profiles: capabilities.requests_per_list + singly, users };
        reads.push(WorkspaceRead {
            desired,
            fresh: Fresh { live, read_at: Instant::now(), reads: taken },
            names: Names::new(shared.iter().chain(&directories).cloned()),
            directories,
        });
    }
    Ok(reads)
}
