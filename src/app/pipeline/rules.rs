//! The rules of the company over a plan, or over what is live: which ones hold, who has what, what comes of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::pipeline::{Scope, context};
use crate::desired::approvals::Approval;
use crate::desired::guards::Guard;
use crate::desired::rules::Rule;
use crate::live::{ReadAt, Session, holders};
use crate::model::ProfileId;
use crate::plan::Plan;
use crate::plan::file::fingerprint;
use crate::plan::gate::{Gate, GateKind, GateOutcome};
use crate::plan::rules::{self, HoldersOf, Moment, ProfileFacts};

impl<'a> Scope<'a> {
    /// Lists the rules that hold: those of the files, and those before a branch, which it can't lift itself.
    pub fn rules(&self) -> Vec<&'a Rule> {
        let own = &self.desired.rules;
        let before = self.before.into_iter().flat_map(|before| &before.desired.rules);
        let is_new = |it: &&Rule| own.iter().all(|own| own.document != it.document);
        own.iter().chain(before.filter(is_new)).collect()
    }

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
        look_up(&rules, session, plan, facts, moment).await;
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
async fn look_up(
    asked: &[&Rule],
    session: &Session,
    plan: &mut Plan,
    facts: &mut [ProfileFacts],
    moment: Moment,
) {
    let mut wanted: BTreeMap<_, Vec<ProfileId>> = BTreeMap::new();
    for HoldersOf { tenant, workspace, id, profile } in rules::lookups(asked, facts, moment) {
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

/// Lists what was refused of a saved plan and is not judged again: by rules about people, since the workspaces beside its
/// changes are not read again; and by the files before a branch, which are not there any more. What is left of the plan has
/// to be able to cause it.
pub fn said_before(scope: Scope<'_>, plan: &Plan) -> Vec<Gate> {
    let rules = scope.rules();
    let still_holds = |gate: &Gate| rules.iter().any(|it| it.name == gate.gate && it.refuses);
    let of_branch = plan.since.is_some();
    let is_left = |gate: &Gate| {
        let has_work =
            |name: &String| plan.workspaces.iter().any(|it| it.workspace == *name && it.has_work());
        let gives = plan.users().any(|(_, planned)| planned.change.gained().next().is_some());
        let broadens = gives || plan.changes().any(|(_, it)| it.direction.may_broaden());
        match (gate.kind, &gate.workspace, &gate.profile) {
            // What a person can do is lost as well.
            (GateKind::Expect, ..) => true,
            (_, Some(workspace), Some(profile)) => plan.has(workspace, profile),
            (GateKind::Guard, Some(workspace), None) => has_work(workspace),
            (GateKind::Guard, None, _) if gate.gate != Guard::MaxBroadened.word() => true,
            _ => broadens,
        }
    };
    let is_kept = |gate: &&Gate| {
        let of_people = gate.is_of_rule() && gate.workspace.is_none() && still_holds(gate);
        (of_people || of_branch) && is_left(gate)
    };
    plan.refused().filter(is_kept).filter(|_| !plan.is_empty()).cloned().collect()
}

/// Says that the rules about people are others than the saved plan was judged by, where they matter to it: they are judged
/// whole only when it is made.
pub fn other_rules(scope: Scope<'_>, plan: &Plan, facts: &[ProfileFacts]) -> Option<Gate> {
    let matters =
        facts.iter().any(|it| it.concerns_people() && plan.has(&it.workspace, &it.profile))
            || plan.users().next().is_some();
    let is_other = plan.judged_by != rules_about_people(scope);
    (is_other && matters).then(|| Gate {
        gate: "rules about people".to_owned(),
        kind: GateKind::Who,
        outcome: GateOutcome::Refuses,
        workspace: None,
        profile: None,
        message: "they are others than the plan was judged by".to_owned(),
        people: None,
        approvers: None,
        places: Vec::new(),
        reason: None,
        owner: None,
        hint: "make a new plan and review it".to_owned(),
    })
}

/// Returns the fingerprint of the rules about people; `None` where there are none.
pub fn rules_about_people(scope: Scope<'_>) -> Option<String> {
    let of_people = scope.desired.rules.iter().filter(|rule| rule.of_people().next().is_some());
    let documents: Vec<&str> = of_people.map(|rule| rule.document.as_str()).collect();
    (!documents.is_empty()).then(|| fingerprint(&documents))
}
