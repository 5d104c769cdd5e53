//! The rules of the company over a plan, or over what is live: which ones hold, who has what, what comes of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::pipeline::{Scope, context};
use crate::desired::approvals::Approval;
use crate::desired::rules::Rule;
use crate::live::{ReadAt, Session, holders};
use crate::model::ProfileId;
use crate::plan::Plan;
use crate::plan::gate::Gate;
use crate::plan::rules::{self, Moment, ProfileFacts};

impl<'a> Scope<'a> {
    /// Lists the rules that hold: those of the files, and those before a branch, which it can't lift itself.
    pub fn rules(&self) -> Vec<&'a Rule> {
        let own = &self.desired.rules;
        let before = self.before.into_iter().flat_map(|before| &before.desired.rules);
        let is_new = |it: &&Rule| own.iter().all(|own| own.document != it.document);
        own.iter().chain(before.filter(is_new)).collect()
    }
}

impl<'a> Scope<'a> {
    /// Lists what needs approval: by the files, and by those before a branch, which it can't lift itself.
    pub fn approvals(&self) -> Vec<&'a Approval> {
        let own = &self.desired.approvals;
        let before = self.before.into_iter().flat_map(|before| &before.desired.approvals);
        let is_new = |it: &&Approval| own.iter().all(|own| own.said() != it.said());
        own.iter().chain(before.filter(is_new)).collect()
    }
}

/// Asks the rules about what is live and what the plan makes of it; looks up who has what where a rule needs it.
pub async fn gates(
    scope: Scope<'_>,
    session: Option<&Session>,
    plan: &mut Plan,
    facts: &mut [ProfileFacts],
    moment: Moment,
) -> Vec<Gate> {
    let rules = scope.rules();
    if rules.is_empty() {
        return Vec::new();
    }
    take_holders(plan, facts);
    if let Some(session) = session {
        look_up(session, plan, facts, moment).await;
    }
    rules::gates(&rules, plan, facts, (scope.desired, scope.day), moment)
}

/// Takes over the holders that the plan was told of.
fn take_holders(plan: &Plan, facts: &mut [ProfileFacts]) {
    let changed = plan.changes().filter_map(|(workspace, planned)| {
        let (id, _) = planned.change.updates()?;
        Some(((&workspace.workspace, id), planned.holders.as_ref()?))
    });
    let unmanaged = plan.workspaces.iter().flat_map(|workspace| {
        let profiles = workspace.unmanaged.iter();
        profiles.filter_map(|it| Some(((&workspace.workspace, &it.id), it.holders.as_ref()?)))
    });
    let known: BTreeMap<_, _> = changed.chain(unmanaged).collect();
    for profile in facts.iter_mut().filter(|it| it.holders.is_none()) {
        let id = profile.id.as_ref();
        if let Some(holders) = id.and_then(|id| known.get(&(&profile.workspace, id))) {
            profile.set_holders(holders);
        }
    }
}

/// Looks up who has the profiles that rules about people need to know of. Those that can't be had stay unknown, and the
/// rule says so.
async fn look_up(session: &Session, plan: &mut Plan, facts: &mut [ProfileFacts], moment: Moment) {
    let mut wanted: BTreeMap<_, Vec<ProfileId>> = BTreeMap::new();
    for (tenant, id, workspace, profile) in rules::lookups(facts, moment) {
        wanted.entry((tenant, id, workspace)).or_default().push(profile);
    }
    for ((tenant, id, workspace), profiles) in wanted {
        let Some(connected) = session.tenants.get(&tenant) else { continue };
        let before = connected.http.calls();
        let found = holders::look_up(connected, &id, &profiles).await.unwrap_or_default();
        let calls = connected.http.calls() - before;
        plan.cost.iter_mut().filter(|it| it.tenant == tenant).for_each(|it| it.read += calls);
        for (profile, holders) in found {
            let is_it = |it: &&mut ProfileFacts| {
                it.workspace == workspace && it.id.as_ref() == Some(&profile)
            };
            facts.iter_mut().filter(is_it).for_each(|it| it.set_holders(&holders));
        }
    }
}

/// Gathers again what rules need to know of the workspaces that an apply holds, after what is left of its plan.
pub fn facts_again(
    scope: Scope<'_>,
    plan: &Plan,
    held: &BTreeMap<String, ReadAt>,
    facts: &mut Vec<ProfileFacts>,
) {
    let rules = scope.rules();
    let again: BTreeSet<&String> = held.keys().collect();
    facts.retain(|it| !again.contains(&it.workspace));
    for workspace in &plan.workspaces {
        let Some(ReadAt { live, .. }) = held.get(&workspace.workspace) else { continue };
        let context = context(scope.desired, workspace, live);
        facts.extend(rules::facts(&rules, workspace, context, scope.day));
    }
}

/// Lists what rules about people said of a saved plan, of those that still hold: the workspaces beside its changes are not
/// read again.
pub fn said_before(scope: Scope<'_>, plan: &Plan) -> Vec<Gate> {
    let rules = scope.rules();
    let holds = |gate: &Gate| {
        let named = |rule: &&Rule| rule.name == gate.gate && rule.refuses;
        rules.iter().any(named) && gate.workspace.is_none()
    };
    let of_rules = plan.refused().filter(|gate| gate.is_of_rule() && holds(gate));
    of_rules.filter(|_| !plan.is_empty()).cloned().collect()
}
