//! From files and live to a plan, with what is told beside it.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{FutureExt as _, join, join_all};
use tokio::sync::mpsc;

use crate::app::pipeline::aside::{self, Draft, Told};
use crate::app::pipeline::rules::{
    facts_again, gates as of_rules, other_rules, rules_about_people, said_before,
};
use crate::app::pipeline::today::today;
use crate::app::pipeline::{Scope, Work};
use crate::desired;
use crate::error::Stop;
use crate::live::{ReadAt, ReadScope, Selected, Session, Source, TenantRead, WorkspaceRead};
use crate::plan::assemble::{PlanParts, assemble};
use crate::plan::checks::own;
use crate::plan::gate::{Gate, GateOutcome};
use crate::plan::holders::{HolderScope, Whose};
use crate::plan::rules::Moment;
use crate::plan::{self, Binding, Context, Plan, allowed, approvals, file, guard, rules};

/// How a plan is made.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// Whether an apply follows.
    pub hold: bool,
    /// Whose holders to look up.
    pub holders: HolderScope,
    /// What gates are asked about.
    pub moment: Moment,
}

impl Scope<'_> {
    fn draft(&self, tenant: &desired::Tenant, read: WorkspaceRead<'_>, how: How) -> Draft {
        let WorkspaceRead { desired, fresh, names, .. } = read;
        let mut plan = self.plan_one(tenant, desired, &fresh.live, &names);
        self.keep_since(&mut plan, tenant, (&fresh.live, &names), desired);
        let allowed = allowed::silence(self.desired, desired, &mut plan);
        plan.take_holders(&fresh.live.holders);
        let lookups = how.holders.lookups(&plan, &fresh.live);
        let reads = fresh.reads;
        let (live, provider) = (&fresh.live, tenant.provider);
        let facts =
            rules::facts(&self.rules(), &plan, Context { desired, live, provider }, self.day);
        let unknown = facts.iter().filter(|it| it.holders.is_none() && it.concerns_people());
        // Gates are asked again by then, and look up the holders that they count.
        let again = self.holders().lookups(&plan, live).len() + unknown.count();
        let apply = match plan::cost::of_applying(&plan, reads, tenant.provider) {
            0 => 0,
            requests => requests + again,
        };
        let unnamed = match how.holders.whose {
            Whose::None => BTreeSet::new(),
            Whose::Auto | Whose::All => plan.unnamed(tenant.provider.catalogue(), &names),
        };
        let live = fresh.live.profiles.iter().map(|profile| profile.name.clone()).collect();
        let own = own::live(tenant, &fresh.live);
        let held = (how.hold && plan.has_work()).then_some(fresh);
        Draft { plan, reads, apply, held, lookups, unnamed, live, own, allowed, facts }
    }
}

/// Reads what is selected and plans it.
///
/// # Errors
/// When a snapshot does not have what is selected, or the selection names a profile that is nowhere.
pub async fn plan(scope: Scope<'_>, source: &Source, how: How) -> anyhow::Result<Work> {
    let selected = scope.selected();
    let mut parts = PlanParts {
        day: scope.day,
        selection: scope.selection.texts(),
        from_snapshot: source.session().is_none(),
        snapshot_taken: source.taken(),
        since: scope.before.map(|before| before.base.clone()),
        valid_through: scope.valid_through(),
        ..PlanParts::default()
    };
    let mut held = BTreeMap::new();
    let (mut live, mut own, mut allowed) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let mut facts = Vec::new();
    for (tenant, told) in drafts(scope, source, &selected, how).await? {
        parts.tenants.insert(tenant.name.clone(), Binding::of(tenant));
        let mut cost = told.cost(tenant);
        // Tenants of one host count together, so all of them have read by now.
        let connected = source.session().map(|session| &session.tenants[&tenant.name]);
        cost.today = connected.and_then(|connected| connected.http.day()).map(today);
        parts.cost.push(cost);
        let cut = told.cut();
        parts.not_read.extend(told.not_read);
        parts.holders_not_counted += cut;
        parts.holders_budget += if cut == 0 { 0 } else { told.budget };
        for draft in told.drafts {
            live.extend(draft.live);
            own.extend(draft.own);
            allowed.extend(draft.allowed);
            facts.extend(draft.facts);
            held.extend(draft.held.map(|kept| (draft.plan.workspace.clone(), kept)));
            parts.workspaces.push(draft.plan);
        }
    }
    if parts.not_read.is_empty() {
        scope.selection.unmatched()?;
        if parts.selection.is_empty() {
            parts.findings = guard::unprotected(scope.desired, &live);
            let findings = parts.workspaces.iter().flat_map(|it| &it.findings);
            let unused = allowed::unused(scope.desired, &allowed, findings);
            parts.findings.extend(unused);
            let not_live = own::not_live(scope.desired, &own, &parts.workspaces);
            parts.findings.extend(not_live);
        }
    }
    let mut plan = assemble(parts);
    // An answer comes at any time; a report has one order.
    facts.sort_by(|a, b| (&a.workspace, &a.id, &a.profile).cmp(&(&b.workspace, &b.id, &b.profile)));
    if how.moment == Moment::Plan {
        plan.gates = guards(scope, &plan);
    }
    let of_rules = of_rules(scope, source.session(), &mut plan, &mut facts, how.moment).await;
    plan.gates.extend(of_rules);
    if how.moment == Moment::Plan {
        let approvals = approvals::gates(&scope.approvals(), &plan, scope.desired);
        plan.gates.extend(approvals);
        plan.judged_by = rules_about_people(scope);
        plan.digest = file::digest(&plan);
    }
    Ok(Work { plan, facts, held, rest: BTreeMap::new(), unread: Vec::new() })
}

/// Reads and plans the selected workspaces of each tenant, and asks meanwhile for what is told beside the
/// plans.
async fn drafts<'d>(
    scope: Scope<'_>,
    source: &Source,
    selected: &[Selected<'d>],
    how: How,
) -> Result<Vec<(&'d desired::Tenant, Told)>, Stop> {
    let (mut tell, mut telling) = (BTreeMap::new(), Vec::new());
    for (tenant, workspaces) in selected {
        let (send, drafts) = mpsc::unbounded_channel();
        tell.insert(tenant.name.as_str(), send);
        telling.push(match source.session() {
            Some(session) => {
                let (name, connected) = (&tenant.name, &session.tenants[&tenant.name]);
                let before = session.calls_before(name);
                aside::tell(connected, before, workspaces, drafts).left_future()
            }
            None => aside::of_snapshot(drafts).right_future(),
        });
    }
    let reading = async {
        // The senders go when all is read, which ends the channels.
        let tell = tell;
        let turn = |tenant: &desired::Tenant, read: WorkspaceRead<'_>| {
            let draft = scope.draft(tenant, read, how);
            tell[tenant.name.as_str()].send(draft).expect("drafts are taken until the senders go");
        };
        source.read(selected, ReadScope::Used, turn).await
    };
    let (told, reads) = join(join_all(telling), reading).await;
    let tenants = selected.iter().map(|(tenant, _)| *tenant);
    let together = |((tenant, read), mut told): ((_, TenantRead<()>), Told)| {
        // Two workspaces that are one at the vendor are told apart only when all is read.
        let kept: BTreeSet<&str> = read.workspaces.iter().map(|it| it.workspace.as_str()).collect();
        told.drafts.retain(|draft| kept.contains(draft.plan.workspace.as_str()));
        told.not_read.extend(read.not_read);
        (tenant, told)
    };
    Ok(tenants.zip(reads?).zip(told).map(together).collect())
}

/// Asks the guards again about what is left of a plan, and looks up the holders that they count. A
/// workspace whose holders can't be had joins those that were not read.
pub async fn guard_again(scope: Scope<'_>, session: &Session, work: &mut Work) {
    let Work { plan, held, facts, .. } = work;
    for workspace in plan.workspaces.iter_mut().filter(|it| it.has_work()) {
        let Some(ReadAt { live, .. }) = held.get(&workspace.workspace) else { continue };
        let lookups = scope.holders().lookups(workspace, live);
        let connected = &session.tenants[&workspace.tenant];
        if let Err(not_counted) = aside::look_up(connected, workspace, &lookups).await {
            plan.not_read.push(not_counted);
        }
    }
    // Of a saved plan nothing beside its changes is read again.
    let is_saved = facts.is_empty();
    let said = if is_saved { said_before(scope, plan) } else { Vec::new() };
    plan.gates = guards(scope, plan);
    facts_again(scope, plan, held, facts);
    let of_rules = of_rules(scope, Some(session), plan, facts, Moment::Plan).await;
    plan.gates.extend(of_rules);
    let is_said = |it: &Gate| plan.refused().any(|gate| gate.says_what(it));
    let said: Vec<Gate> = said.into_iter().filter(|it| !is_said(it)).collect();
    plan.gates.extend(said);
    if is_saved {
        plan.gates.extend(other_rules(scope, plan, facts));
    }
}

/// Lists what guards say: those of the files, and those of the files before a branch, which it can't lift itself.
fn guards(scope: Scope<'_>, plan: &Plan) -> Vec<Gate> {
    let mut all = guard::gates(plan, scope.desired, scope.day);
    if let Some(before) = scope.before {
        let more = guard::gates(plan, &before.desired, scope.day);
        let is_strict = |it: &Gate| it.refuses() || it.outcome == GateOutcome::RefusesApply;
        let is_new = |it: &Gate| {
            is_strict(it) && !all.iter().any(|other| is_strict(other) && other.says_what(it))
        };
        let more: Vec<Gate> = more.into_iter().filter(is_new).collect();
        all.extend(more);
    }
    all
}
