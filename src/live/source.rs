//! Where live state comes from: the vendors' APIs, or a snapshot of them. It is asked once, here.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt as _};

use crate::desired;
use crate::error::Stop;
use crate::live::from_snapshot::TenantInSnapshot;
use crate::live::snapshot::OpenSnapshot;
use crate::live::tenant::{ReadScope, TenantRead, WorkspaceRead};
use crate::live::{Session, tenant};
use crate::model::NotRead;
use crate::provider::Workspaces;

/// Where live state comes from.
pub enum Source {
    /// The vendors' APIs.
    Api(Session),
    /// A snapshot; it needs no credentials and no calls.
    Snapshot(OpenSnapshot),
}

/// A tenant, and the workspaces of it that are to be read.
pub type Selected<'d> = (&'d desired::Tenant, Vec<&'d desired::Workspace>);

impl Source {
    /// Returns the session; `None` for a snapshot.
    pub fn session(&self) -> Option<&Session> {
        match self {
            Self::Api(session) => Some(session),
            Self::Snapshot(_) => None,
        }
    }

    /// Returns when the snapshot was taken, where it says so.
    pub fn taken(&self) -> Option<String> {
        match self {
            Self::Api(_) => None,
            Self::Snapshot(snapshot) => snapshot.taken.clone(),
        }
    }

    /// Reads these workspaces, tenants side by side, and turns each into something smaller as it
    /// arrives. Of two that are one at the vendor, neither is kept.
    ///
    /// # Errors
    /// When a snapshot does not have them; an API that fails is in [`TenantRead::not_read`].
    pub async fn read<'d, T>(
        &self,
        selected: &[Selected<'d>],
        scope: ReadScope,
        turn: impl Fn(&desired::Tenant, WorkspaceRead<'d>) -> T,
    ) -> Result<Vec<TenantRead<T>>, Stop> {
        let mut reads = match self {
            Self::Snapshot(snapshot) => {
                let read = |(tenant, workspaces): &Selected<'d>| {
                    let found = TenantInSnapshot::find(tenant, snapshot)?;
                    // One after the other, so that one is in memory at a time.
                    let reads = workspaces.iter().map(|workspace| found.workspace(workspace));
                    TenantRead::of_snapshot(tenant, reads, &turn)
                };
                selected.iter().map(read).collect::<Result<Vec<_>, Stop>>()?
            }
            Self::Api(session) => {
                let turn = &turn;
                let at_once = session.tenants_at_once();
                let reads = selected.iter().map(|(config, workspaces)| async move {
                    let connected = &session.tenants[&config.name];
                    let turn = |read: WorkspaceRead<'d>| turn(&connected.config, read);
                    let early = session.early(&config.name);
                    let workspaces = workspaces.clone();
                    let read = tenant::read(connected, workspaces, scope, early, turn).await;
                    connected.http.hang_up();
                    read
                });
                stream::iter(reads).buffered(at_once).collect().await
            }
        };
        for read in &mut reads {
            // Workspaces arrive in any order.
            read.workspaces.sort_by(|a, b| a.workspace.cmp(&b.workspace));
        }
        refuse_shared(selected, &mut reads);
        Ok(reads)
    }
}

/// Takes out the workspaces that are one at the vendor: side by side they would undo each other's
/// changes, and each guard would see a half.
fn refuse_shared<T>(selected: &[Selected<'_>], reads: &mut [TenantRead<T>]) {
    let mut by_place: BTreeMap<_, Vec<&desired::Workspace>> = BTreeMap::new();
    for ((tenant, workspaces), read) in selected.iter().zip(&*reads) {
        for turned in &read.workspaces {
            // The only workspace of one tenant's credentials is another than that of other credentials.
            let is_only = tenant.provider.capabilities().workspaces == Workspaces::Only;
            let only = is_only.then(|| tenant.name.clone());
            let endpoint = tenant.endpoint.to_string().trim_end_matches('/').to_owned();
            let place = (tenant.provider.id(), endpoint, turned.id.folded(), only);
            let desired = workspaces.iter().find(|it| it.name == turned.workspace);
            by_place.entry(place).or_default().extend(desired.copied());
        }
    }
    for group in by_place.into_values().filter(|group| group.len() > 1) {
        let others = group.iter().skip(1).chain(&group[..1]);
        for (workspace, other) in group.iter().zip(others) {
            let of_tenant = match workspace.tenant == other.tenant {
                true => String::new(),
                false => format!(" of tenant {}", other.tenant),
            };
            let not_read = NotRead {
                tenant: workspace.tenant.clone(),
                workspace: workspace.name.clone(),
                error: format!(
                    "{}: it is the same workspace at the vendor as `{}`{of_tenant}",
                    workspace.span.place(),
                    other.name
                ),
                hint: "keep one of them, with the profiles of both".to_owned(),
                files: true,
            };
            let Some(read) = reads.iter_mut().find(|it| it.tenant == workspace.tenant) else {
                continue;
            };
            read.workspaces.retain(|it| it.workspace != workspace.name);
            read.not_read.push(not_read);
        }
    }
}
