//! From files and live to a plan, with the holders that it needs.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::pipeline::today::today;
use crate::app::pipeline::{Scope, Work};
use crate::desired;
use crate::live::locate::failed;
use crate::live::{
    Connected, ReadAt, ReadScope, Session, Source, TenantRead, Turned, WorkspaceRead, holders,
};
use crate::model::{NotRead, Reads};
use crate::plan::assemble::{PlanParts, assemble};
use crate::plan::holders::{HolderScope, Lookup, limit};
use crate::plan::{self, Binding, Cost, WorkspacePlan, guard};

/// How a plan is made.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// Whether an apply follows.
    pub hold: bool,
    /// Whose holders to look up.
    pub holders: HolderScope,
}

/// One workspace on its way into a plan.
struct Draft {
    plan: WorkspacePlan,
    /// How many requests reading it took.
    reads: Reads,
    /// How many requests applying its plan takes.
    apply: usize,
    held: Option<ReadAt>,
    lookups: Vec<Lookup>,
    /// The names of its live profiles.
    live: Vec<String>,
}

impl Scope<'_> {
    fn draft(&self, tenant: &desired::Tenant, read: WorkspaceRead<'_>, how: How) -> Draft {
        let WorkspaceRead { desired, fresh, names, .. } = read;
        let plan = self.plan_one(tenant, desired, &fresh.live, &names);
        let lookups = how.holders.lookups(&plan, &fresh.live);
        let reads = fresh.reads;
        // Guards are asked again by then, and look up the holders that they count.
        let again = self.holders().lookups(&plan, &fresh.live).len();
        let apply = match plan::cost::of_applying(&plan, reads, tenant.provider) {
            0 => 0,
            requests => requests + again,
        };
        let live = fresh.live.profiles.iter().map(|profile| profile.name.clone()).collect();
        let held = (how.hold && plan.has_work()).then_some(fresh);
        Draft { plan, reads, apply, held, lookups, live }
    }
}

/// Reads what is selected and plans it.
///
/// # Errors
/// When a snapshot does not have what is selected, or the selection names a profile that is nowhere.
pub async fn plan(scope: Scope<'_>, source: &Source, how: How) -> anyhow::Result<Work> {
    let selected = scope.selected();
    let turn = |tenant: &desired::Tenant, read: WorkspaceRead<'_>| scope.draft(tenant, read, how);
    let mut reads = source.read(&selected, ReadScope::Used, turn).await?;
    let drafts = reads.iter_mut().flat_map(|read| &mut read.workspaces);
    let from_snapshot = source.session().is_none();
    // A snapshot does not tell more about holders than its documents, whatever is asked for.
    let cut = match from_snapshot {
        false => limit(drafts.map(|draft| &mut draft.value.lookups)),
        true => drafts.map(|draft| draft.value.lookups.len()).sum(),
    };
    let mut parts = PlanParts {
        day: scope.day,
        selection: scope.selection.texts(),
        from_snapshot,
        holders_not_counted: cut,
        ..PlanParts::default()
    };
    let mut held = BTreeMap::new();
    let mut live = BTreeSet::new();
    for ((tenant, _), read) in selected.iter().zip(reads) {
        parts.tenants.insert(tenant.name.clone(), binding(tenant));
        let (drafts, read) = count(source, tenant, read).await;
        parts.cost.push(read.cost(tenant, &drafts));
        parts.not_read.extend(read.not_read);
        for draft in drafts {
            live.extend(draft.live);
            held.extend(draft.held.map(|kept| (draft.plan.workspace.clone(), kept)));
            parts.workspaces.push(draft.plan);
        }
    }
    // Tenants of one host count together, so all of them have read by now.
    for cost in &mut parts.cost {
        let connected = source.session().map(|session| &session.tenants[&cost.tenant]);
        cost.today = connected.and_then(|connected| connected.http.day()).map(today);
    }
    if parts.not_read.is_empty() {
        scope.selection.unmatched()?;
        if parts.selection.is_empty() {
            parts.findings = guard::unprotected(scope.desired, &live);
        }
    }
    let mut plan = assemble(parts);
    plan.refused = guard::refused(&plan, scope.desired, scope.day);
    Ok(Work { plan, held, rest: BTreeMap::new(), unread: Vec::new() })
}

fn binding(tenant: &desired::Tenant) -> Binding {
    Binding {
        provider: tenant.provider.id().to_owned(),
        endpoint: tenant.endpoint.to_string(),
        catalogue: tenant.provider.catalogue().fingerprint(),
    }
}

/// What reading a tenant and its holders took.
struct Taken {
    not_read: Vec<NotRead>,
    /// Calls made.
    calls: usize,
    /// Of these, the calls for workspaces, names and sign-ins, which an apply makes as well.
    shared: usize,
}

impl Taken {
    fn cost(&self, tenant: &desired::Tenant, drafts: &[Draft]) -> Cost {
        let apply = match drafts.iter().map(|draft| draft.apply).sum() {
            0 => 0,
            work => work + self.shared,
        };
        let (name, per_day) = (tenant.name.clone(), tenant.limits.per_day);
        Cost { tenant: name, read: self.calls, apply, per_day, today: None }
    }
}

/// Looks up the holders of what was read of a tenant. A workspace whose holders can't be had counts as
/// not read: a plan that shows no holders where they are unknown would be worse than none.
async fn count(
    source: &Source,
    tenant: &desired::Tenant,
    read: TenantRead<Draft>,
) -> (Vec<Draft>, Taken) {
    let TenantRead { workspaces, mut not_read, calls, .. } = read;
    let Some(session) = source.session() else {
        let drafts = workspaces.into_iter().map(|it| it.value).collect();
        return (drafts, Taken { not_read, calls, shared: 0 });
    };
    let connected = &session.tenants[&tenant.name];
    let before = connected.http.calls();
    let mut drafts = Vec::new();
    for Turned { value: mut draft, .. } in workspaces {
        match look_up(connected, &mut draft.plan, &draft.lookups).await {
            Ok(()) => drafts.push(draft),
            Err(not_counted) => not_read.push(not_counted),
        }
    }
    let own: usize = drafts.iter().map(|draft| draft.reads.all()).sum();
    let shared = calls.saturating_sub(own);
    (drafts, Taken { not_read, calls: calls + connected.http.calls() - before, shared })
}

/// Looks holders up and writes them into a plan.
async fn look_up(
    connected: &Connected,
    plan: &mut WorkspacePlan,
    lookups: &[Lookup],
) -> Result<(), NotRead> {
    let profiles = lookups.iter().map(|lookup| &lookup.profile);
    let found = holders::look_up(connected, &plan.id, profiles).await;
    let found = found.map_err(|error| {
        let not_read = failed(&plan.tenant, &plan.workspace, &error);
        let hint = match error.is_about_credentials() {
            true => format!("{}; without it, plan with `--holders none`", not_read.hint),
            false => not_read.hint,
        };
        NotRead { error: format!("who has which profile: {}", not_read.error), hint, ..not_read }
    })?;
    found.iter().for_each(|(id, holders)| plan.set_holders(id, holders));
    Ok(())
}

/// Asks the guards again about what is left of a plan, and looks up the holders that they count. A
/// workspace whose holders can't be had joins those that were not read.
pub async fn guard_again(scope: Scope<'_>, session: &Session, work: &mut Work) {
    let Work { plan, held, .. } = work;
    for workspace in plan.workspaces.iter_mut().filter(|it| it.has_work()) {
        let Some(ReadAt { live, .. }) = held.get(&workspace.workspace) else { continue };
        let lookups = scope.holders().lookups(workspace, live);
        let connected = &session.tenants[&workspace.tenant];
        if let Err(not_counted) = look_up(connected, workspace, &lookups).await {
            plan.not_read.push(not_counted);
        }
    }
    plan.refused = guard::refused(plan, scope.desired, scope.day);
}
