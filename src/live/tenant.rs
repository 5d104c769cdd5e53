//! Reading some workspaces of one tenant: side by side, each handed on as it arrives, so that a live
//! document is dropped as soon as no stage needs it.

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{Either, FutureExt as _, select, try_join3};
use futures_util::stream::{self, StreamExt};
use tokio::sync::OnceCell;

use crate::desired::{self, Locator};
use crate::error::Stop;
use crate::live::early::{Awaited, EarlyAnswers};
use crate::live::locate::{lists, locate, not_read, unlisted};
use crate::live::{self, Connected, ReadAt};
use crate::model::catalogue::ReferenceKind;
use crate::model::names::{Index, Names};
use crate::model::{NotRead, VendorWorkspace, WorkspaceId};
use crate::provider::http::{Answer, ApiError, Reader};
use crate::provider::{ListScope, Workspaces};

/// How many workspaces of a tenant are held in memory at once: enough to hide latency, few enough to
/// stay small over thousands of workspaces.
pub(super) const HELD_AT_ONCE: usize = 16;

/// Which names to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadScope {
    /// Those of kinds that files use.
    Used,
    /// All that the vendor lists.
    All,
    /// All that the vendor lists, and who has which profiles.
    AllAndRoster,
}

/// One workspace as it was read.
pub struct WorkspaceRead<'a> {
    /// What the files say of it.
    pub desired: &'a desired::Workspace,
    /// What is live, and when it was read.
    pub fresh: ReadAt,
    /// What names stand for.
    pub names: Names,
    /// The directories of this workspace alone.
    pub directories: Vec<Arc<Index>>,
}

/// A workspace that was read, and what became of the read.
pub struct Turned<T> {
    /// Its name in the files.
    pub workspace: String,
    /// The vendor's id.
    pub id: WorkspaceId,
    /// What it was turned into.
    pub value: T,
}

/// The reads of one tenant.
pub struct TenantRead<T> {
    /// The tenant's name in the files.
    pub tenant: String,
    /// What each workspace was turned into, by name.
    pub workspaces: Vec<Turned<T>>,
    /// Those that could not be read.
    pub not_read: Vec<NotRead>,
    /// The directories of the whole tenant.
    pub directories: Vec<Arc<Index>>,
    /// Calls made, repeats not counted.
    pub calls: usize,
}

impl<T> TenantRead<T> {
    /// Turns the workspaces of a snapshot.
    pub(super) fn of_snapshot<'d>(
        tenant: &desired::Tenant,
        reads: impl Iterator<Item = Result<WorkspaceRead<'d>, Stop>>,
        turn: impl Fn(&desired::Tenant, WorkspaceRead<'d>) -> T,
    ) -> Result<Self, Stop> {
        let workspaces = reads.map(|read| Ok(turned(read?, |read| turn(tenant, read))));
        Ok(Self {
            tenant: tenant.name.clone(),
            workspaces: workspaces.collect::<Result<_, Stop>>()?,
            not_read: Vec::new(),
            directories: Vec::new(),
            calls: 0,
        })
    }
}

fn turned<'d, T>(read: WorkspaceRead<'d>, turn: impl Fn(WorkspaceRead<'d>) -> T) -> Turned<T> {
    let (workspace, id) = (read.desired.name.clone(), read.fresh.live.id.clone());
    Turned { workspace, id, value: turn(read) }
}

/// Reads these workspaces of one tenant and turns each into something smaller.
pub async fn read<'d, T>(
    connected: &Connected,
    workspaces: Vec<&'d desired::Workspace>,
    scope: ReadScope,
    mut early: Option<EarlyAnswers>,
    turn: impl Fn(WorkspaceRead<'d>) -> T,
) -> TenantRead<T> {
    let tenant =
        TenantReader { connected, reader: connected.reader(), scope, listed: OnceCell::new() };
    let before = early.as_ref().map_or_else(|| connected.http.calls(), |early| early.calls);
    let mut all = TenantRead {
        tenant: connected.config.name.clone(),
        workspaces: Vec::new(),
        not_read: Vec::new(),
        directories: Vec::new(),
        calls: 0,
    };
    // Names are asked for beside the first workspaces, since pages come one after the other.
    let kinds = workspaces.iter().flat_map(|workspace| tenant.kinds(workspace)).collect();
    let names = tenant.shared_names(kinds).shared();
    match first(tenant.list(&workspaces, early.as_mut()), names.clone()).await {
        Err(error) => {
            let not_read =
                workspaces.iter().map(|workspace| not_read(connected, workspace, &error));
            all.not_read.extend(not_read);
        }
        Ok(listed) => {
            let located = tenant.locate(workspaces, &listed, &mut all.not_read);
            let reads = stream::iter(located).map(|located| {
                let (workspace, names) = (located.workspace, names.clone());
                let fetched = early.as_mut().and_then(|early| early.profiles(&workspace.name));
                let read = tenant.workspace(located, names, fetched);
                read.map(move |read| read.map_err(|error| (workspace, error)))
            });
            let mut reads = pin!(reads.buffer_unordered(HELD_AT_ONCE));
            while let Some(read) = reads.next().await {
                match read {
                    Ok(read) => all.workspaces.push(turned(read, &turn)),
                    Err((workspace, error)) => {
                        all.not_read.push(tenant.failed(workspace, &error).await);
                    }
                }
                // Several may have come at once; what is asked for because of this one leaves first.
                tokio::task::yield_now().await;
            }
            // Where the directory failed, every workspace has reported it.
            all.directories = names.clone().await.unwrap_or_default();
        }
    }
    all.calls = connected.http.calls() - before;
    all
}

/// One tenant while it is read.
struct TenantReader<'c> {
    connected: &'c Connected,
    reader: Reader<'c>,
    scope: ReadScope,
    /// The workspaces that the vendor lists, once a failure has asked for them.
    listed: OnceCell<Option<Vec<VendorWorkspace>>>,
}

/// A workspace that was found at the vendor.
struct Located<'d> {
    workspace: &'d desired::Workspace,
    id: WorkspaceId,
    vendor_name: Option<String>,
}

impl TenantReader<'_> {
    /// Lists the tenant's workspaces, if one of these is found by its name.
    async fn list(
        &self,
        workspaces: &[&desired::Workspace],
        early: Option<&mut EarlyAnswers>,
    ) -> Result<Vec<VendorWorkspace>, ApiError> {
        if let Some(early) = early
            && let Some(listed) = early.listed().await
        {
            return listed;
        }
        match lists(workspaces) {
            true => self.connected.provider.workspaces(&self.reader).await,
            false => Ok(Vec::new()),
        }
    }

    /// Says why a workspace could not be read. An id that the vendor does not list is a mistake of the
    /// files, which its own answer does not say.
    async fn failed(&self, workspace: &desired::Workspace, error: &ApiError) -> NotRead {
        let not_read = not_read(self.connected, workspace, error);
        let (Locator::Id(id), Some(400 | 404)) = (&workspace.locator, error.refusal()) else {
            return not_read;
        };
        if self.connected.provider.capabilities().workspaces != Workspaces::ByIdOrName {
            return not_read;
        }
        // One list serves all workspaces that fail like this.
        let listed = self
            .listed
            .get_or_init(|| async { self.connected.provider.workspaces(&self.reader).await.ok() });
        match listed.await {
            Some(listed) if listed.iter().all(|listed| listed.id.folded() != id.folded()) => {
                unlisted(workspace, id, listed, not_read)
            }
            _ => not_read,
        }
    }

    /// Reads the directories that all workspaces share.
    async fn shared_names(
        &self,
        kinds: BTreeSet<ReferenceKind>,
    ) -> Result<Vec<Arc<Index>>, ApiError> {
        // Lists of a whole tenant have no workspace; readers of such kinds ignore this one.
        let nowhere = WorkspaceId(String::new());
        self.directories(ListScope::Tenant, &kinds, &nowhere).await
    }

    async fn directories(
        &self,
        scope: ListScope,
        kinds: &BTreeSet<ReferenceKind>,
        id: &WorkspaceId,
    ) -> Result<Vec<Arc<Index>>, ApiError> {
        let provider = self.connected.provider;
        let read = live::read::directories(provider, &self.reader, scope, kinds, id).await?;
        Ok(read.into_iter().map(Index::new).collect())
    }

    /// Lists the kinds of names that a workspace needs.
    fn kinds(&self, workspace: &desired::Workspace) -> BTreeSet<ReferenceKind> {
        let all = self.connected.provider.capabilities().names;
        match self.scope {
            ReadScope::Used => workspace.names_used(),
            ReadScope::All | ReadScope::AllAndRoster => all.iter().map(|(kind, _)| *kind).collect(),
        }
    }

    /// Finds workspaces at the vendor; notes those that are not there.
    fn locate<'d>(
        &self,
        workspaces: Vec<&'d desired::Workspace>,
        listed: &[VendorWorkspace],
        not_read: &mut Vec<NotRead>,
    ) -> Vec<Located<'d>> {
        let mut located = Vec::new();
        for workspace in workspaces {
            match locate(workspace, listed) {
                Ok((id, vendor_name)) => located.push(Located { workspace, id, vendor_name }),
                Err((error, hint)) => not_read.push(NotRead {
                    tenant: self.connected.config.name.clone(),
                    workspace: workspace.name.clone(),
                    error,
                    hint,
                    files: true,
                }),
            }
        }
        located
    }

    /// Reads one workspace whole.
    async fn workspace<'d>(
        &self,
        located: Located<'d>,
        shared: impl Future<Output = Result<Vec<Arc<Index>>, ApiError>>,
        early: Option<Awaited<Vec<Answer>>>,
    ) -> Result<WorkspaceRead<'d>, ApiError> {
        let (provider, reader) = (self.connected.provider, &self.reader);
        let Located { workspace: desired, id, vendor_name } = located;
        let kinds = self.kinds(desired);
        let own = self.directories(ListScope::Workspace, &kinds, &id);
        let with_roster = self.scope == ReadScope::AllAndRoster || desired.gives_profiles();
        let profiles = async {
            let early = match early {
                // A new request replaces an early one that ended without an answer.
                Some(early) => early.await.ok(),
                None => None,
            };
            match early {
                Some(profiles) => profiles,
                None => provider.profiles(reader, &id).await,
            }
        };
        let fetched = live::read::with_users_of(provider, reader, &id, profiles, with_roster);
        let (fetched, own, shared) = try_join3(fetched, own, shared).await?;
        // Documents are large, so they are made only now that no other list is waited for.
        let fresh = fetched.parse(provider, &id, vendor_name)?;
        let names = Names::new(shared.iter().chain(&own).cloned());
        Ok(WorkspaceRead { desired, fresh, names, directories: own })
    }
}

/// Waits for the first of two, and sees to it that the second makes headway until then.
async fn first<T, U>(first: impl Future<Output = T>, second: impl Future<Output = U>) -> T {
    let (first, second) = (pin!(first), pin!(second));
    match select(first, second).await {
        Either::Left((first, _)) => first,
        Either::Right((_, first)) => first.await,
    }
}
