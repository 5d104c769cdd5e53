//! The names of ids that a plan shows and no file uses: read where a reader of the plan wants them.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::future::join;
use tokio::sync::OnceCell;

use crate::live::{Connected, read};
use crate::model::WorkspaceId;
use crate::model::catalogue::ReferenceKind;
use crate::model::names::{Index, Names};
use crate::provider::ListScope;

/// The names of one tenant; those that all workspaces share are read once.
pub struct NamesAside<'c> {
    connected: &'c Connected,
    shared: OnceCell<Vec<Arc<Index>>>,
}

impl<'c> NamesAside<'c> {
    /// Makes one; nothing is read yet.
    pub fn new(connected: &'c Connected) -> Self {
        Self { connected, shared: OnceCell::new() }
    }

    /// Reads the names of these kinds. Names that can't be had are left out: the plan is right without
    /// them.
    pub async fn read(&self, kinds: &BTreeSet<ReferenceKind>, workspace: &WorkspaceId) -> Names {
        let capabilities = self.connected.provider.capabilities();
        let listed = |scope| capabilities.names.iter().filter(move |(_, listed)| *listed == scope);
        let shared = async {
            match listed(ListScope::Tenant).any(|(kind, _)| kinds.contains(kind)) {
                true => self.shared(workspace).await.clone(),
                false => Vec::new(),
            }
        };
        let own = self.directories(ListScope::Workspace, kinds, workspace);
        let (shared, own) = join(shared, own).await;
        Names::new(shared.into_iter().chain(own))
    }

    async fn shared(&self, workspace: &WorkspaceId) -> &Vec<Arc<Index>> {
        let kinds = self.connected.provider.capabilities().names;
        let kinds = kinds.iter().map(|(kind, _)| *kind).collect();
        let read = async || self.directories(ListScope::Tenant, &kinds, workspace).await;
        self.shared.get_or_init(read).await
    }

    async fn directories(
        &self,
        scope: ListScope,
        kinds: &BTreeSet<ReferenceKind>,
        workspace: &WorkspaceId,
    ) -> Vec<Arc<Index>> {
        let reader = self.connected.aside();
        let read = read::directories(self.connected.provider, &reader, scope, kinds, workspace);
        read.await.unwrap_or_default().into_iter().map(Index::new).collect()
    }
}
