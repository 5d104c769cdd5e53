//! From files and live to a plan, for every command that compares.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use futures_util::future::join_all;

use crate::app::read::{self, Wanted, WorkspaceRead, announce, selected, used_tenants};
use crate::app::select::Selection;
use crate::app::session::{self, Session};
use crate::app::{App, Loaded, from_snapshot, holders};
use crate::apply::Fresh;
use crate::desired;
use crate::error::Exit;
use crate::finding::Finding;
use crate::model::names::Names;
use crate::model::{LiveProfile, LiveWorkspace, Reads, WorkspaceId};
use crate::plan::whole::{Parts, gather};
use crate::plan::{self, Binding, Cost, NotRead, Plan, WorkspacePlan, guard};
use crate::text::quoted;

/// A plan, and what an apply of it may use.
pub struct Planned {
    /// The plan.
    pub plan: Plan,
    /// By workspace; only workspaces with changes, and only when asked for.
    pub held: BTreeMap<String, Fresh>,
    /// The connection; `None` from a snapshot.
    pub session: Option<Session>,
}

/// What a plan is made from, and what is kept.
#[derive(Debug, Clone, Copy)]
pub struct How<'a> {
    /// A snapshot to read instead of the API.
    pub snapshot: Option<&'a Path>,
    /// Whether an apply follows.
    pub hold: bool,
    /// Whose holders to look up.
    pub holders: holders::Wanted,
}

/// What one workspace became.
struct Turned {
    plan: WorkspacePlan,
    /// What reading it took.
    reads: Reads,
    /// What applying its plan takes.
    apply: usize,
    held: Option<Fresh>,
    /// The profiles whose holders are still to be looked up, and whether they have to be known.
    unheld: Vec<(LiveProfile, bool)>,
}

/// Reads what is selected and plans it.
pub async fn plan(
    app: &mut App,
    loaded: &Loaded,
    selection: &Selection,
    how: How<'_>,
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
    let guarded = app.holders(loaded);
    let seen: RefCell<BTreeSet<String>> = RefCell::default();
    let turn = |tenant: &desired::Tenant, read: WorkspaceRead<'_>| {
        let WorkspaceRead { desired, fresh, names, .. } = read;
        seen.borrow_mut().extend(fresh.live.profiles.iter().map(|profile| profile.name.clone()));
        let plan = plan_one(tenant, loaded, selection, desired, &fresh.live, &names);
        let unheld = how.holders.unheld(&plan, &fresh.live);
        let reads = fresh.reads;
        // Guards are asked again by then, and look up whom they count.
        let lookups = guarded.unheld(&plan, &fresh.live).len();
        let apply = match plan::cost::of_applying(&plan, reads, tenant.provider) {
            0 => 0,
            requests => requests + lookups,
        };
        let keep = how.hold && plan.has_work();
        Turned { plan, reads, apply, held: keep.then_some(fresh), unheld }
    };
    let mut gathered: Vec<Turned> = Vec::new();
    let session = match how.snapshot {
        Some(path) => {
            let snapshot = from_snapshot::open(path)?;
            for tenant in &used {
                let reads = from_snapshot::workspaces(tenant, loaded, selection, &snapshot)?;
                let turned: Vec<Turned> =
                    reads.into_iter().map(|read| turn(tenant, read)).collect();
                parts.cost.push(cost(tenant, 0, &turned, 0));
                gathered.extend(turned);
            }
            None
        }
        None => {
            let session = session::open(app, loaded, used.iter().copied()).await?;
            let reads = session.tenants.values().map(|connected| {
                let workspaces = selected(loaded, selection, &connected.config.name);
                read::tenant(connected, workspaces, Wanted::Used, |read| {
                    turn(&connected.config, read)
                })
            });
            let mut reads = join_all(reads).await;
            for read in &mut reads {
                // Workspaces arrive in any order.
                read.workspaces.sort_by(|a, b| a.plan.workspace.cmp(&b.plan.workspace));
            }
            let unheld = reads.iter_mut().flat_map(|read| &mut read.workspaces);
            let cut = holders::limit(unheld.map(|turned| &mut turned.unheld));
            if cut > 0 {
                app.talk(&format!(
                    "who has {cut} more profiles was not looked up; `--holders all` does\n"
                ));
            }
            for (connected, mut read) in session.tenants.values().zip(reads) {
                let before = connected.http.calls();
                let mut whole = Vec::new();
                for mut turned in read.workspaces {
                    let Turned { plan, unheld, .. } = &mut turned;
                    match holders::look_up(connected, plan, unheld).await {
                        Ok(()) => whole.push(turned),
                        Err(error) => {
                            let tenant = &connected.config.name;
                            read.not_read.push(read::failed(tenant, &plan.workspace, &error));
                        }
                    }
                }
                // Finding workspaces, names and a sign-in: an apply needs them as well.
                let workspaces: usize = whole.iter().map(|turned| turned.reads.all()).sum();
                let beside = read.calls.saturating_sub(workspaces);
                let calls = read.calls + connected.http.calls() - before;
                parts.cost.push(cost(&connected.config, calls, &whole, beside));
                gathered.extend(whole);
                parts.not_read.extend(read.not_read);
            }
            Some(session)
        }
    };
    if let Some(session) = &session {
        session.talk(app);
    }
    let not_read = twice(&parts.tenants, &gathered);
    gathered.retain(|it| not_read.iter().all(|other| other.workspace != it.plan.workspace));
    parts.not_read.extend(not_read);
    for Turned { plan, held: kept, .. } in gathered {
        if let Some(kept) = kept {
            held.insert(plan.workspace.clone(), kept);
        }
        parts.workspaces.push(plan);
    }
    if parts.not_read.is_empty() {
        selection.unmatched()?;
    }
    if parts.not_read.is_empty() && selection.texts().is_empty() {
        unprotected(app, loaded, &seen.into_inner());
    }
    let mut plan = gather(parts);
    plan.refused = guard::refused(&plan, &loaded.desired, loaded.day);
    Ok(Planned { plan, held, session })
}

/// Warns of protected names that nothing has.
fn unprotected(app: &App, loaded: &Loaded, live: &BTreeSet<String>) {
    for (name, near) in guard::unprotected(&loaded.desired, live) {
        let hint = match near {
            Some(near) => format!("did you mean {}?", quoted(near)),
            None => "names are compared byte for byte, blanks at the end too".to_owned(),
        };
        app.talk(&format!(
            "warning: `protected` names {}, and no live profile and no file has that name; {hint}\n",
            quoted(name)
        ));
    }
}

/// Lists the workspaces of several tenants that are one at the vendor: side by side they would undo
/// each other's changes, and each guard would see a half.
fn twice(tenants: &BTreeMap<String, Binding>, gathered: &[Turned]) -> Vec<NotRead> {
    let one = read::sharing(gathered, |Turned { plan, .. }| {
        let Binding { provider, endpoint, .. } = &tenants[&plan.tenant];
        // The only workspace of one tenant's credentials is another than that of other credentials.
        let only = (plan.id == WorkspaceId::only()).then_some(&plan.tenant);
        (provider, endpoint, &plan.id, only)
    });
    let not_read =
        one.into_iter().map(|(Turned { plan, .. }, Turned { plan: other, .. })| NotRead {
            tenant: plan.tenant.clone(),
            workspace: plan.workspace.clone(),
            error: format!(
                "it is the same workspace at the vendor as `{}` of tenant {}",
                other.workspace, other.tenant
            ),
            hint: read::KEEP_ONE.to_owned(),
            files: true,
        });
    not_read.collect()
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
    let provider = tenant.provider;
    let catalogue = provider.catalogue();
    let bundles = &*plan::bundles(catalogue, desired, live);
    let input = plan::Input { desired, live, names, provider, catalogue, bundles, day: loaded.day };
    plan::part(&input, &|profile| selection.profile(&tenant.name, &desired.name, profile))
}

/// Sums up what a tenant costs; an apply that has work there needs also what is beside its workspaces.
fn cost(tenant: &desired::Tenant, read: usize, turned: &[Turned], beside: usize) -> Cost {
    let apply = match turned.iter().map(|turned| turned.apply).sum() {
        0 => 0,
        work => work + beside,
    };
    Cost { tenant: tenant.name.clone(), read, apply, per_day: tenant.limits.per_day }
}

/// Says how a run ends that only looked: by findings, by what could not be read, by guards.
pub fn ending(plan: &Plan) -> Exit {
    let files = plan.findings().any(Finding::is_error)
        || plan.not_read.iter().any(|not_read| not_read.files);
    let api = plan.not_read.iter().any(|not_read| !not_read.files);
    match (files, api, plan.refused.is_empty()) {
        (true, ..) => Exit::Files,
        (false, true, _) => Exit::Api,
        (false, false, false) => Exit::Guard,
        (false, false, true) => Exit::Done,
    }
}
