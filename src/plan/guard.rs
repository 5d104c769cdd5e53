//! Guards: what can refuse a whole plan. Pure; asked when a plan is made and again of what is left of
//! it before it is applied.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::desired::Desired;
use crate::desired::approvals::Freeze;
use crate::desired::guards::{Exception, Guard, Guards};
use crate::finding::{Code, Finding, Spot};
use crate::plan::gate::{Gate, GateKind, GateOutcome};
use crate::plan::{Administrator, Plan, Planned, WorkspacePlan};
use crate::text::{closest, counted as counted_words, quoted, some_of};

/// The fewest described live profiles of a workspace of which a share says anything.
const SHARE_FROM: usize = 5;

/// What guards are asked with.
#[derive(Clone, Copy)]
struct Evaluation<'a> {
    /// What the files say.
    desired: &'a Desired,
    /// Today, UTC.
    day: Date,
}

impl<'a> Evaluation<'a> {
    /// Finds the exception that lifts a guard in a workspace today.
    fn exception(&self, guard: Guard, workspace: &str) -> Option<&'a Exception> {
        self.desired.exceptions.iter().find(|exception| {
            exception.guard == guard
                && exception.workspace == workspace
                && exception.until >= self.day
        })
    }

    /// Tells whether an exception lifts a guard in a workspace today.
    fn lifts(&self, guard: Guard, workspace: &str) -> bool {
        self.exception(guard, workspace).is_some()
    }

    /// Makes a gate of what a guard says of a workspace, or of the whole plan.
    fn gate(&self, guard: Guard, workspace: Option<&str>, (message, hint): Why) -> Gate {
        let exception = workspace.and_then(|workspace| self.exception(guard, workspace));
        let line = self.desired.guards.spans.get(&guard).map(|span| Spot::of(span, None));
        let lifted = exception.map(|it| Spot::of(&it.span, Some("the exception".to_owned())));
        Gate {
            gate: guard.word().to_owned(),
            kind: GateKind::Guard,
            outcome: if exception.is_some() { GateOutcome::Lifted } else { GateOutcome::Refuses },
            workspace: workspace.map(str::to_owned),
            profile: None,
            message,
            people: None,
            approvers: None,
            places: line.into_iter().chain(lifted).collect(),
            reason: None,
            owner: None,
            hint: match exception {
                Some(it) => format!("lifted through {}: {}", it.until, it.reason),
                None => hint,
            },
        }
    }

    /// Lists the changes that a guard counts.
    fn counted<'p>(
        &self,
        guard: Guard,
        plan: &'p Plan,
    ) -> impl Iterator<Item = (&'p WorkspacePlan, &'p Planned)> {
        plan.changes().filter(move |(workspace, _)| !self.lifts(guard, &workspace.workspace))
    }

    /// Lists the names that a described profile had before.
    fn formerly(&self, workspace: &str, profile: &str) -> impl Iterator<Item = &String> {
        let workspace = self.desired.workspace(workspace);
        let profiles = workspace.into_iter().flat_map(|it| &it.profiles);
        let profiles = profiles.filter(move |it| it.name == profile);
        profiles.flat_map(|it| it.formerly.iter().map(|(name, _)| name))
    }
}

/// Lists what guards say of a plan, ordered by guard and workspace.
#[must_use = "a refused plan must not be applied"]
pub fn gates(plan: &Plan, desired: &Desired, day: Date) -> Vec<Gate> {
    let asked = &Evaluation { desired, day };
    let guards = &desired.guards;
    let mut all = Vec::new();
    for workspace in &plan.workspaces {
        let found = [
            (Guard::MaxChanged, share(workspace, guards)),
            (Guard::Protected, protected(workspace, asked)),
            (Guard::LockOut, lock_out(workspace)),
        ];
        for (guard, found) in found {
            let gate = |why| asked.gate(guard, Some(&workspace.workspace), why);
            all.extend(found.map(gate).map(|it| (guard, it)));
        }
    }
    let of_plan = |guard: Guard, why: Why| (guard, asked.gate(guard, None, why));
    all.extend(too_many(plan, asked).map(|why| of_plan(Guard::MaxChanged, why)));
    let broadened = broadened(plan, asked).into_iter();
    all.extend(broadened.map(|why| of_plan(Guard::MaxBroadened, why)));
    all.sort_by(|(a, first), (b, second)| (a, &first.workspace).cmp(&(b, &second.workspace)));
    let freeze = desired.freeze.as_ref().filter(|freeze| freeze.holds(day) && !plan.is_empty());
    all.into_iter().map(|(_, gate)| gate).chain(freeze.map(frozen)).collect()
}

/// Says that nothing is applied but what narrows.
fn frozen(freeze: &Freeze) -> Gate {
    let Freeze { from: _, to, reason, span } = freeze;
    Gate {
        gate: "freeze".to_owned(),
        kind: GateKind::Freeze,
        outcome: GateOutcome::RefusesApply,
        workspace: None,
        profile: None,
        message: format!("through {to} nothing is applied but what narrows"),
        people: None,
        approvers: None,
        places: vec![Spot::of(span, None)],
        reason: Some(reason.clone()),
        owner: None,
        hint: "`permctl apply --only narrows` does what takes access away; do the rest later"
            .to_owned(),
    }
}

/// Lists the workspaces in which an exception lifts a guard today.
pub fn lifted(plan: &Plan, desired: &Desired, day: Date, guard: Guard) -> BTreeSet<String> {
    let asked = Evaluation { desired, day };
    let names = plan.workspaces.iter().map(|workspace| &workspace.workspace);
    names.filter(|name| asked.lifts(guard, name)).cloned().collect()
}

/// Warns of the protected names that no file and no live profile has: a guard with a typing error in
/// it guards nothing.
pub fn unprotected(desired: &Desired, live: &BTreeSet<String>) -> Vec<Finding> {
    let described = desired.workspaces.iter().flat_map(|workspace| &workspace.profiles);
    let described = described.flat_map(|profile| {
        [&profile.name].into_iter().chain(profile.formerly.iter().map(|(name, _)| name))
    });
    let known: BTreeSet<&str> = described.chain(live).map(String::as_str).collect();
    let names = desired.guards.protected.iter().filter(|name| !known.contains(name.as_str()));
    let finding = |name: &String| {
        let message = format!(
            "`protected` names {}, and no live profile and no file has that name",
            quoted(name)
        );
        let hint = match closest(name, known.iter().copied()) {
            Some(near) => format!("did you mean {}?", quoted(near)),
            None => "names are compared byte for byte, blanks at the end too".to_owned(),
        };
        Finding::new(Code::UnknownProtected, message).hint(hint)
    };
    names.map(finding).collect()
}

/// A message and a hint.
type Why = (String, String);

fn share(workspace: &WorkspacePlan, guards: &Guards) -> Option<Why> {
    let most = usize::from(guards.changed_share?);
    let changed =
        workspace.changes.iter().filter(|planned| planned.change.updates().is_some()).count();
    let handed_over = workspace.handed_over().len();
    let described = workspace.unchanged.saturating_add(changed + handed_over);
    let changed = changed + handed_over;
    // Where few are described, all that are live count: taking files away makes nothing small.
    let all = match described < SHARE_FROM {
        true => described.saturating_add(workspace.unmanaged.len()),
        false => described,
    };
    (all >= SHARE_FROM && changed * 100 > all.saturating_mul(most)).then(|| {
        (
            format!("{changed} of {all} profiles would change; the limit is {most} %"),
            "apply it in parts (`permctl plan WORKSPACE/PROFILE`), or add an exception with a reason"
                .to_owned(),
        )
    })
}

fn too_many(plan: &Plan, asked: &Evaluation<'_>) -> Option<Why> {
    let most = asked.desired.guards.changed?;
    let handed_over = plan
        .workspaces
        .iter()
        .filter(|workspace| !asked.lifts(Guard::MaxChanged, &workspace.workspace));
    let handed_over: usize = handed_over.map(|workspace| workspace.handed_over().len()).sum();
    let changed = asked.counted(Guard::MaxChanged, plan).count() + handed_over;
    (changed > most).then(|| {
        (
            format!("{} would change; {most} may", counted_words(changed, "profile")),
            "apply it in parts (`permctl plan WORKSPACE`), or add an exception with a reason"
                .to_owned(),
        )
    })
}

fn protected(workspace: &WorkspacePlan, asked: &Evaluation<'_>) -> Option<Why> {
    let protected = |name: &str| asked.desired.guards.protected.iter().any(|it| it == name);
    let touched: Vec<String> = workspace
        .changes
        .iter()
        .map(|planned| &planned.change)
        .filter(|change| {
            let former = asked.formerly(&workspace.workspace, &change.name);
            let live = change.updates().map(|(_, live_name)| live_name);
            former.chain(live).chain([&change.name]).any(|name| protected(name))
        })
        .map(|change| change.name.clone())
        .chain(workspace.handed_over().into_iter().filter(|name| protected(name)))
        .collect();
    (!touched.is_empty()).then(|| {
        (
            format!("{} would change and is protected", some_of(&touched, 5)),
            "take the change out, or add an exception with a reason".to_owned(),
        )
    })
}

fn broadened(plan: &Plan, asked: &Evaluation<'_>) -> Vec<Why> {
    let counted = || {
        let changes = asked.counted(Guard::MaxBroadened, plan);
        changes.filter(|(_, planned)| planned.direction.may_broaden())
    };
    let refused = |message: String| {
        let hint = "review them apart (`permctl apply PLAN --only narrows` does the rest), or add an exception with a reason";
        (message, hint.to_owned())
    };
    let mut all = Vec::new();
    if let Some(most) = asked.desired.guards.broadened_profiles {
        // What the files decide no more may get broader by hand.
        let profiles = counted().count() + released(plan, asked);
        if profiles > most {
            let profiles = counted_words(profiles, "profile");
            all.push(refused(format!("{profiles} would or may get broader; {most} may")));
        }
    }
    if let Some(most) = asked.desired.guards.broadened_holders {
        // A new profile has no holders yet.
        let existing = || counted().filter(|(_, planned)| planned.change.updates().is_some());
        let known = existing().filter_map(|(_, planned)| planned.holders.as_ref());
        let given = plan.users().filter(|(workspace, planned)| {
            !asked.lifts(Guard::MaxBroadened, &workspace.workspace)
                && planned.change.gained().next().is_some()
        });
        let people = known.map(|holders| holders.count).sum::<usize>() + given.count();
        let unknown = existing().filter(|(_, planned)| planned.holders.is_none()).count();
        if people > most {
            all.push(refused(format!("{people} people would or may get more access; {most} may")));
        } else if unknown > 0 {
            all.push(refused(format!(
                "the holders of {unknown} profiles that would or may get broader are unknown, so the limit of {most} people can't be checked"
            )));
        }
    }
    all
}

/// Counts the profiles that the files decide no more, in all or in part, beside those that get broader anyway.
fn released(plan: &Plan, asked: &Evaluation<'_>) -> usize {
    let counted =
        |workspace: &&WorkspacePlan| !asked.lifts(Guard::MaxBroadened, &workspace.workspace);
    let of = |workspace: &WorkspacePlan| {
        let broader = workspace.changes.iter().filter(|it| it.direction.may_broaden());
        let broader: BTreeSet<&String> = broader.map(|planned| &planned.change.name).collect();
        let accepted = workspace.accepted.changes.iter().map(|it| &it.change.name);
        let released = workspace.released.iter().map(|it| &it.profile).chain(accepted);
        released.filter(|name| !broader.contains(name)).collect::<BTreeSet<_>>().len()
    };
    let dropped = plan.since.iter().flat_map(|since| since.dropped.values());
    plan.workspaces.iter().filter(counted).map(of).sum::<usize>() + dropped.sum::<usize>()
}

/// Refuses to take administration from the last profile that gives it to a person.
fn lock_out(workspace: &WorkspacePlan) -> Option<Why> {
    let taken = workspace.administrators.iter().any(Administrator::loses);
    // A profile whose holders are unknown may have some.
    let had = workspace.administrators.iter().any(|it| it.before && it.holders != Some(0));
    let has =
        workspace.administrators.iter().any(|it| it.after && it.left.or(it.holders) != Some(0));
    (taken && had && !has).then(|| {
        let names: Vec<String> = workspace
            .administrators
            .iter()
            .filter(|it| it.loses())
            .map(|it| it.profile.clone())
            .collect();
        (
            format!(
                "{} would lose administration, and no other administrator would be left",
                some_of(&names, 5)
            ),
            "give it to another profile with holders first, and apply that".to_owned(),
        )
    })
}
