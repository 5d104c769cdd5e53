//! Reading what is selected of one tenant: workspaces side by side, each handed on as it arrives, so
//! that a live document is dropped unless somebody needs it.

#![expect(clippy::disallowed_methods, reason = "how old a read is, is a matter of the clock")]

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{Either, FutureExt as _, select, try_join4};
use futures_util::stream::{self, StreamExt};
use tokio::time::Instant;

use crate::app::select::Selection;
use crate::app::session::Connected;
use crate::app::{App, Loaded};
use crate::apply::Fresh;
use crate::desired::{self, Locator};
use crate::live;
use crate::model::catalogue::ReferenceKind;
use crate::model::names::{Index, Names};
use crate::model::{Directory, VendorWorkspace, WorkspaceId};
use crate::plan::NotRead;
use crate::provider::Scope;
use crate::provider::http::ApiError;
use crate::text::{did_you_mean_name, some_of, visible};

/// How many workspaces of a tenant are held at once: enough to hide latency, few enough to stay
/// small over thousands of workspaces.
const AT_ONCE: usize = 16;

/// Which names to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
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
    pub fresh: Fresh,
    /// What names stand for.
    pub names: Names,
    /// The directories of this workspace alone.
    pub directories: Vec<Arc<Index>>,
}

/// What reading one tenant gave.
pub struct TenantRead<T> {
    /// What each workspace was turned into.
    pub workspaces: Vec<T>,
    /// Those that could not be read.
    pub not_read: Vec<NotRead>,
    /// The directories of the whole tenant.
    pub directories: Vec<Arc<Index>>,
    /// Calls made, repeats not counted.
    pub calls: usize,
}

/// Says that an API did not give what a workspace needs.
pub fn failed(tenant: &str, workspace: &str, error: &ApiError) -> NotRead {
    NotRead {
        tenant: tenant.to_owned(),
        workspace: workspace.to_owned(),
        error: error.to_string(),
        hint: error.hint(),
        files: false,
    }
}

/// Reads the selected workspaces of one tenant and turns each into something smaller.
pub async fn tenant<'a, T>(
    connected: &Connected,
    workspaces: Vec<&'a desired::Workspace>,
    wanted: Wanted,
    turn: impl Fn(WorkspaceRead<'a>) -> T,
) -> TenantRead<T> {
    let Connected { provider, http, config } = connected;
    let (provider, reader) = (*provider, http.reader(*provider));
    let all: BTreeSet<ReferenceKind> =
        provider.capabilities().names.iter().map(|(kind, _)| *kind).collect();
    let kinds = |workspace: &desired::Workspace| match wanted {
        Wanted::All | Wanted::AllAndRoster => all.clone(),
        Wanted::Used => workspace.names_used(),
    };
    let shared: BTreeSet<ReferenceKind> =
        workspaces.iter().flat_map(|workspace| kinds(workspace)).collect();
    let by_name = workspaces.iter().any(|workspace| matches!(workspace.locator, Locator::Name(_)));
    let before = http.calls();
    let listing =
        async { if by_name { provider.workspaces(&reader).await } else { Ok(Vec::new()) } };
    // Lists of a whole tenant have no workspace; readers of such kinds ignore this one.
    let nowhere = WorkspaceId(String::new());
    // They are asked for beside the first workspaces, since pages come one after the other.
    let names = async {
        let read = live::read::directories(provider, &reader, Scope::Tenant, &shared, &nowhere);
        Ok(read.await?.into_iter().map(Index::new).collect::<Vec<_>>())
    };
    let names = names.shared();
    let failed =
        |workspace: &desired::Workspace, error| failed(&config.name, &workspace.name, &error);
    let listed = match first(listing, names.clone()).await {
        Ok(read) => read,
        Err(error) => {
            let not_read =
                workspaces.iter().map(|workspace| failed(workspace, error.clone())).collect();
            let calls = http.calls() - before;
            return TenantRead { workspaces: Vec::new(), not_read, directories: Vec::new(), calls };
        }
    };
    let mut not_read = Vec::new();
    let mut located = Vec::new();
    let wrong = |workspace: &desired::Workspace, (error, hint)| NotRead {
        tenant: config.name.clone(),
        workspace: workspace.name.clone(),
        error,
        hint,
        files: true,
    };
    for workspace in workspaces {
        match locate(workspace, &listed) {
            Ok((id, vendor_name)) => located.push((workspace, id, vendor_name)),
            Err(why) => not_read.push(wrong(workspace, why)),
        }
    }
    not_read.extend(twice(&located).into_iter().map(|(workspace, why)| wrong(workspace, why)));
    located.retain(|(it, ..)| not_read.iter().all(|not_read| not_read.workspace != it.name));
    let reads = stream::iter(located).map(|(workspace, id, vendor_name)| {
        let kinds = kinds(workspace);
        let (reader, shared) = (&reader, names.clone());
        async move {
            let answers = async { Ok((provider.profiles(reader, &id).await?, Instant::now())) };
            let names = live::read::directories(provider, reader, Scope::Workspace, &kinds, &id);
            let with_roster = wanted == Wanted::AllAndRoster || workspace.gives_profiles();
            let users = async {
                if with_roster {
                    live::read::users(provider, reader, &id).await
                } else {
                    Ok(Vec::new())
                }
            };
            let read = async {
                let ((answers, read_at), own, shared, users) =
                    try_join4(answers, names, shared, users).await?;
                // Documents are large, so they are made only now that nothing has to wait.
                let mut live = live::read::understand(provider, &answers, &id, vendor_name)?;
                if with_roster {
                    live.roster = live::read::roster(provider, &users, &id, &live.profiles)?;
                }
                let reads = live::read::taken(provider, &answers, &users);
                Ok((workspace, Fresh { live, read_at, reads }, own, shared))
            };
            read.await.map_err(|error| (workspace, error))
        }
    });
    let mut reads = reads.buffer_unordered(AT_ONCE);
    let mut turned = Vec::new();
    while let Some(read) = reads.next().await {
        match read {
            Err((workspace, error)) => not_read.push(failed(workspace, error)),
            Ok((desired, fresh, own, directories)) => {
                let own: Vec<Arc<Index>> = own.into_iter().map(Index::new).collect();
                let names = Names::new(directories.iter().chain(&own).cloned());
                turned.push(turn(WorkspaceRead { desired, fresh, names, directories: own }));
            }
        }
    }
    drop(reads);
    // Without the names no workspace could be read, and each has said so.
    let directories = names.await.unwrap_or_default();
    let calls = http.calls() - before;
    TenantRead { workspaces: turned, not_read, directories, calls }
}

/// Waits for the first of two, and sees to it that the second makes headway until then.
async fn first<T, U>(first: impl Future<Output = T>, second: impl Future<Output = U>) -> T {
    let (first, second) = (pin!(first), pin!(second));
    match select(first, second).await {
        Either::Left((first, _)) => first,
        Either::Right((_, first)) => first.await,
    }
}

/// Lists the workspaces that turn out to be one at the vendor, each with a message and a hint: two
/// would undo each other's changes.
fn twice<'a>(
    located: &[(&'a desired::Workspace, WorkspaceId, Option<String>)],
) -> Vec<(&'a desired::Workspace, (String, String))> {
    let one = sharing(located, |(_, id, _)| id);
    let wrong = one.into_iter().map(|((workspace, ..), (other, ..))| {
        let (place, other) = (workspace.span.place(), &other.name);
        let message = format!("{place}: it is the same workspace at the vendor as `{other}`");
        (*workspace, (message, KEEP_ONE.to_owned()))
    });
    wrong.collect()
}

/// What to do about two workspaces that are one at the vendor.
pub const KEEP_ONE: &str = "keep one of them, with the profiles of both";

/// Lists those that share their key with others, each with one of these.
pub fn sharing<'t, T, K: Ord>(all: &'t [T], key: impl Fn(&'t T) -> K) -> Vec<(&'t T, &'t T)> {
    let mut by_key: BTreeMap<K, Vec<&'t T>> = BTreeMap::new();
    for one in all {
        by_key.entry(key(one)).or_default().push(one);
    }
    let several = by_key.into_values().filter(|group| group.len() > 1);
    let pairs = several.flat_map(|group| {
        let others: Vec<&T> = group.iter().skip(1).chain(&group[..1]).copied().collect();
        group.into_iter().zip(others)
    });
    pairs.collect()
}

/// Finds a workspace at the vendor; the error is a message and a hint.
fn locate(
    workspace: &desired::Workspace,
    listed: &[VendorWorkspace],
) -> Result<(WorkspaceId, Option<String>), (String, String)> {
    let place = workspace.span.place();
    match &workspace.locator {
        Locator::Id(id) => {
            let name = listed.iter().find(|listed| listed.id == *id);
            Ok((id.clone(), name.map(|listed| listed.name.clone())))
        }
        Locator::Only => Ok((WorkspaceId::only(), None)),
        Locator::Name(name) => match live::read::find(listed, name) {
            live::read::Found::One(found) => Ok((found.id.clone(), Some(found.name.clone()))),
            live::read::Found::Several => Err((
                format!("{place}: the vendor has several workspaces named \"{name}\""),
                "give the one that is meant by `id:`, in quotes".to_owned(),
            )),
            live::read::Found::None => {
                let known: Vec<&str> = listed.iter().map(|listed| listed.name.as_str()).collect();
                Err((
                    format!("{place}: the vendor has no workspace named \"{name}\""),
                    did_you_mean_name(name, &known)
                        .unwrap_or_else(|| format!("it has {}", some_of(&known, usize::MAX))),
                ))
            }
        },
    }
}

/// Says on stderr what a command is limited to.
pub fn announce(app: &App, selection: &Selection) {
    let texts = selection.texts();
    if !texts.is_empty() {
        app.talk(&format!("selected: {}\n", visible(&texts.join(", "))));
    }
}

/// Lists the tenants with a selected workspace.
pub fn used_tenants<'a>(loaded: &'a Loaded, selection: &Selection) -> Vec<&'a desired::Tenant> {
    loaded
        .desired
        .tenants
        .iter()
        .filter(|tenant| !selected(loaded, selection, &tenant.name).is_empty())
        .collect()
}

/// Lists the selected workspaces of a tenant.
pub fn selected<'a>(
    loaded: &'a Loaded,
    selection: &Selection,
    tenant: &str,
) -> Vec<&'a desired::Workspace> {
    loaded
        .desired
        .workspaces
        .iter()
        .filter(|workspace| workspace.tenant == tenant)
        .filter(|workspace| selection.workspace(tenant, &workspace.name))
        .collect()
}

/// Returns the directories behind indexes.
pub fn plain(indexes: &[Arc<Index>]) -> Vec<Directory> {
    indexes.iter().map(|index| index.directory().clone()).collect()
}
