//! From files and live to a plan: reads workspaces side by side and plans each as it arrives, so
//! that a live document is dropped unless a change needs it.

#![expect(clippy::disallowed_methods, reason = "how old a read is, is a matter of the clock")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{Either, FutureExt as _, join_all, select, try_join3};
use futures_util::stream::{self, StreamExt};
use tokio::time::Instant;

use crate::app::select::Selection;
use crate::app::session::{Connected, Session};
use crate::app::{App, Loaded, session};
use crate::apply::Fresh;
use crate::catalogue::ReferenceKind;
use crate::desired::{self, Locator};
use crate::error::{Exit, Stop};
use crate::finding::closest;
use crate::live::names::{Index, Names};
use crate::live::snapshot::{self, Snapshot};
use crate::live::{self, Directory, LiveWorkspace, VendorWorkspace};
use crate::plan::whole::{Parts, gather};
use crate::plan::{self, Binding, Cost, NotRead, Plan, WorkspacePlan};
use crate::profile::WorkspaceId;
use crate::provider::Scope;
use crate::provider::errors::ApiError;

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
        Wanted::All => all.clone(),
        Wanted::Used => workspace.names_used(),
    };
    let shared: BTreeSet<ReferenceKind> =
        workspaces.iter().flat_map(|workspace| kinds(workspace)).collect();
    let by_name = workspaces.iter().any(|workspace| matches!(workspace.locator, Locator::Name(_)));
    let mut calls = 0;
    let listing =
        async { if by_name { provider.workspaces(&reader).await } else { Ok(Vec::new()) } };
    // Lists of a whole tenant have no workspace; readers of such kinds ignore this one.
    let nowhere = WorkspaceId(String::new());
    // They are asked for beside the first workspaces, since pages come one after the other.
    let names = async {
        let read = live::read::directories(provider, &reader, Scope::Tenant, &shared, &nowhere);
        let directories = read.await?;
        let calls = directories.iter().map(|directory| directory.calls).sum::<usize>();
        Ok((calls, directories.into_iter().map(Index::new).collect::<Vec<_>>()))
    };
    let names = names.shared();
    let failed = |workspace: &desired::Workspace, error: ApiError| NotRead {
        tenant: config.name.clone(),
        workspace: workspace.name.clone(),
        error: error.to_string(),
        hint: error.hint(),
        files: false,
    };
    let listed = match first(listing, names.clone()).await {
        Ok(read) => read,
        Err(error) => {
            let not_read =
                workspaces.iter().map(|workspace| failed(workspace, error.clone())).collect();
            return TenantRead { workspaces: Vec::new(), not_read, directories: Vec::new(), calls };
        }
    };
    calls += usize::from(by_name);
    let mut not_read = Vec::new();
    let mut located = Vec::new();
    for workspace in workspaces {
        match locate(workspace, &listed) {
            Ok((id, vendor_name)) => located.push((workspace, id, vendor_name)),
            Err((error, hint)) => not_read.push(NotRead {
                tenant: config.name.clone(),
                workspace: workspace.name.clone(),
                error,
                hint,
                files: true,
            }),
        }
    }
    let reads = stream::iter(located).map(|(workspace, id, vendor_name)| {
        let kinds = kinds(workspace);
        let (reader, shared) = (&reader, names.clone());
        async move {
            let answers = async { Ok((provider.profiles(reader, &id).await?, Instant::now())) };
            let names = live::read::directories(provider, reader, Scope::Workspace, &kinds, &id);
            let read = async {
                let ((answers, read_at), own, shared) = try_join3(answers, names, shared).await?;
                // Documents are large, so they are made only now that nothing has to wait.
                let live = live::read::understand(provider, &answers, &id, vendor_name)?;
                Ok((workspace, Fresh { live, read_at }, own, shared.1))
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
                calls += 1 + own.iter().map(|directory| directory.calls).sum::<usize>();
                let own: Vec<Arc<Index>> = own.into_iter().map(Index::new).collect();
                let names = Names::new(directories.iter().chain(&own).cloned());
                turned.push(turn(WorkspaceRead { desired, fresh, names, directories: own }));
            }
        }
    }
    drop(reads);
    let directories = match names.await {
        Ok((pages, directories)) => {
            calls += pages;
            directories
        }
        // Then no workspace could be read, and each has said so.
        Err(_) => Vec::new(),
    };
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
        Locator::Name(name) => match live::read::find(listed, name) {
            live::read::Found::One(found) => Ok((found.id.clone(), Some(found.name.clone()))),
            live::read::Found::Several => Err((
                format!("{place}: the vendor has several workspaces named \"{name}\""),
                "give the one that is meant by `id:`, in quotes".to_owned(),
            )),
            live::read::Found::None => {
                let known = listed.iter().map(|listed| listed.name.as_str());
                Err((
                    format!("{place}: the vendor has no workspace named \"{name}\""),
                    match closest(name, known.clone()) {
                        Some(near) => format!("did you mean \"{near}\"?"),
                        None => format!(
                            "it has {}",
                            known.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
                        ),
                    },
                ))
            }
        },
    }
}

/// What a plan was made from, kept for an apply that follows it.
pub struct Held {
    /// What is live, and when it was read.
    pub fresh: Fresh,
    /// What names stand for.
    pub names: Names,
}

/// A plan, and what an apply of it may use.
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// By workspace; only workspaces with changes, and only when asked for.
    pub held: BTreeMap<String, Held>,
    /// The connection; `None` from a snapshot.
    pub session: Option<Session>,
}

/// Reads what is selected and plans it.
pub async fn plan(
    app: &mut App,
    loaded: &Loaded,
    selection: &Selection,
    snapshot: Option<&Path>,
    hold: bool,
) -> anyhow::Result<Planned> {
    announce(app, selection);
    let mut parts = Parts { day: loaded.day, selection: selection.texts(), ..Parts::default() };
    let used = used_tenants(loaded, selection);
    for tenant in &used {
        parts.tenants.insert(
            tenant.name.clone(),
            Binding {
                provider: tenant.provider.id().to_owned(),
                endpoint: tenant.endpoint.to_string(),
                catalogue: tenant.provider.catalogue().fingerprint(),
            },
        );
    }
    let mut held = BTreeMap::new();
    let turn = |tenant: &desired::Tenant, read: WorkspaceRead<'_>| {
        let WorkspaceRead { desired, fresh, names, .. } = read;
        let plan = plan_one(tenant, loaded, selection, desired, &fresh.live, &names);
        let keep = hold && !plan.changes.is_empty();
        (plan, keep.then_some(Held { fresh, names }))
    };
    let mut gathered: Vec<(WorkspacePlan, Option<Held>)> = Vec::new();
    let session = match snapshot {
        Some(path) => {
            let snapshot = read_snapshot(path)?;
            for tenant in &used {
                for read in from_snapshot(tenant, loaded, selection, &snapshot)? {
                    gathered.push(turn(tenant, read));
                }
                parts.cost.push(cost(tenant, 0));
            }
            None
        }
        None => {
            let session = session::open(app, loaded, used.iter().copied()).await?;
            let reads = session.tenants.values().map(|connected| {
                let workspaces = selected(loaded, selection, &connected.config.name);
                tenant(connected, workspaces, Wanted::Used, |read| turn(&connected.config, read))
            });
            for (connected, read) in session.tenants.values().zip(join_all(reads).await) {
                parts.cost.push(cost(&connected.config, read.calls));
                parts.not_read.extend(read.not_read);
                gathered.extend(read.workspaces);
            }
            Some(session)
        }
    };
    for (plan, kept) in gathered {
        if let Some(kept) = kept {
            held.insert(plan.workspace.clone(), kept);
        }
        parts.workspaces.push(plan);
    }
    if parts.not_read.is_empty() {
        selection.unmatched()?;
    }
    Ok(Planned { plan: gather(parts), held, session })
}

/// Plans what is selected of one workspace from what was read.
pub fn plan_one(
    tenant: &desired::Tenant,
    loaded: &Loaded,
    selection: &Selection,
    desired: &desired::Workspace,
    live: &LiveWorkspace,
    names: &Names,
) -> WorkspacePlan {
    let described = desired.profiles.iter().map(|profile| profile.name.as_str());
    let profiles = described.chain(live.profiles.iter().map(|profile| profile.name.as_str()));
    selection.note(&tenant.name, &desired.name, profiles);
    let dialect = tenant.provider;
    let input = plan::Input { desired, live, names, dialect, day: loaded.day };
    plan::part(&input, &|profile| selection.profile(&tenant.name, &desired.name, profile))
}

/// Says on stderr what a command is limited to.
pub fn announce(app: &App, selection: &Selection) {
    let texts = selection.texts();
    if !texts.is_empty() {
        app.talk(&format!("selected: {}\n", crate::report::safe::visible(&texts.join(", "))));
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

fn cost(tenant: &desired::Tenant, read: usize) -> Cost {
    Cost { tenant: tenant.name.clone(), read, apply: 0, per_day: tenant.limits.per_day }
}

/// Reads a snapshot from its file.
#[expect(clippy::disallowed_methods, reason = "a snapshot is a file of the user's")]
pub fn read_snapshot(path: &Path) -> anyhow::Result<Snapshot> {
    let stop = |problem: String| {
        Stop::new(Exit::Files, format!("could not use the snapshot {}: {problem}", path.display()))
            .hint("`permctl snapshot --out FILE` writes one")
    };
    let text = std::fs::read_to_string(path).map_err(|error| stop(error.to_string()))?;
    Ok(snapshot::read(&text).map_err(|error| stop(error.to_string()))?)
}

/// Takes the selected workspaces of a tenant out of a snapshot.
pub fn from_snapshot<'a>(
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
    let index =
        |names| snapshot::directories(names).into_iter().map(Index::new).collect::<Vec<_>>();
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
        reads.push(WorkspaceRead {
            desired,
            fresh: Fresh { live: workspace.live(), read_at: Instant::now() },
            names: Names::new(shared.iter().chain(&directories).cloned()),
            directories,
        });
    }
    Ok(reads)
}

/// Returns the directories behind indexes.
pub fn plain(indexes: &[Arc<Index>]) -> Vec<Directory> {
    indexes.iter().map(|index| index.directory().clone()).collect()
}
