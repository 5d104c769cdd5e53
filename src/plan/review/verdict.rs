//! Who gets what, in one line.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Direction;
use crate::model::catalogue::Tier;
use crate::plan::Plan;
use crate::plan::gate::GateOutcome;
use crate::plan::review::people::beside;
use crate::plan::review::{Aspect, Difference, People, Side};
use crate::text::counted;

/// How much of a plan's digest is shown: enough to see that two reports are of one plan.
const DIGEST: usize = 8;

/// Who gets what, in one line.
#[derive(Debug, PartialEq, Eq)]
pub struct Verdict {
    side: Side,
    /// How many people get or may get more access.
    pub people: usize,
    /// How many profiles they have, or get.
    pub broader: usize,
    /// Of these, how many have no holders yet, since the plan makes them.
    pub new: usize,
    /// Of these, those whose holders were not counted.
    pub uncounted: usize,
    /// How many profiles give something critical that they did not give.
    pub critical: usize,
    /// How many profiles give less, of anything.
    pub narrower: usize,
    /// How many profiles differ in nothing that gives access.
    pub neutral: usize,
    /// How many profiles are decided by the files no more, in all or in part.
    pub released: usize,
    /// How many profiles give by hand what the files allow from now on, and how many of them something critical.
    pub accepted: (usize, usize),
    /// How many rules of `permctl.yaml` a branch makes less strict.
    pub loosened: usize,
    /// How many profiles are not planned, since something is wrong with them.
    pub blocked: usize,
    /// How many gates refuse a plan; of drift, how many rules live breaks.
    pub refused: usize,
    /// The beginning of the plan's digest.
    pub plan: String,
}

/// Counts the profiles that the files decide no more, in all or in part; those of whole workspaces too.
fn released(plan: &Plan) -> usize {
    let all = plan.workspaces.iter().flat_map(|workspace| {
        workspace.released.iter().map(|it| (&workspace.workspace, &it.profile))
    });
    let dropped = plan.since.iter().flat_map(|since| since.dropped.values());
    all.collect::<BTreeSet<_>>().len() + dropped.sum::<usize>()
}

/// Counts the gates that refuse a plan, or the rules that live breaks, each once.
fn refused(plan: &Plan, side: Side) -> usize {
    let meant = match side {
        Side::Drift => GateOutcome::Stands,
        Side::Plan | Side::Accepted => GateOutcome::Refuses,
    };
    let gates = plan.gates.iter().filter(|gate| gate.outcome == meant);
    gates.map(|gate| (gate.kind, &gate.gate)).collect::<BTreeSet<_>>().len()
}

/// What one profile comes to.
#[derive(Default)]
struct Sum {
    broadens: bool,
    narrows: bool,
    critical: bool,
}

impl Verdict {
    /// Sums up what differs.
    pub(super) fn of(plan: &Plan, differences: &[Difference<'_>], side: Side) -> Self {
        let mut profiles: BTreeMap<(&str, &str), Sum> = BTreeMap::new();
        let mut people = People::default();
        let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
        let (mut accepted, mut critical) = (BTreeSet::new(), BTreeSet::new());
        let of_access = |it: &&Difference<'_>| {
            matches!(it.aspect, Aspect::Setting(_) | Aspect::Holder(_)) || !it.abilities.is_empty()
        };
        for it in differences.iter().filter(of_access) {
            if it.side == Side::Accepted {
                accepted.insert((it.workspace, it.profile));
                if it.tier() == Some(Tier::Critical) {
                    critical.insert((it.workspace, it.profile));
                }
                continue;
            }
            let sum = profiles.entry((it.workspace, it.profile)).or_default();
            sum.broadens |= it.direction.may_broaden();
            sum.narrows |= matches!(it.direction, Direction::Narrows | Direction::Mixed);
            sum.critical |= it.tier() == Some(Tier::Critical);
            match it.user() {
                _ if !it.direction.may_broaden() => {}
                Some(user) => people.add_user(user),
                None if seen.insert((it.workspace, it.profile)) => {
                    people.add(it.holders, it.is_new);
                }
                None => people.add_more(it.holders),
            }
        }
        let count = |is: fn(&Sum) -> bool| profiles.values().filter(|sum| is(sum)).count();
        let digest = plan.digest.split(':').next_back().unwrap_or_default();
        Self {
            side,
            people: people.count(),
            broader: count(|sum| sum.broadens),
            new: people.new,
            uncounted: people.uncounted,
            critical: count(|sum| sum.critical),
            narrower: count(|sum| sum.narrows),
            accepted: (accepted.len(), critical.len()),
            blocked: plan.workspaces.iter().map(|it| it.blocked.len()).sum(),
            neutral: count(|sum| !sum.narrows && !sum.broadens),
            refused: refused(plan, side),
            released: released(plan),
            loosened: plan.since.as_ref().map_or(0, |since| since.rules.len()),
            plan: digest.chars().take(DIGEST).collect(),
        }
    }

    /// Writes it: `More access for 473 people in 2 profiles, 1 critical · less in 1 · plan 7f3a91c2`.
    pub fn text(&self) -> String {
        let Self { side, people, broader, new, uncounted, critical, .. } = self;
        let Self { narrower, neutral, released, accepted, loosened, blocked, plan, .. } = self;
        let more = match side {
            Side::Plan | Side::Accepted => "more access",
            Side::Drift => "live gives more access",
        };
        let mut parts = Vec::new();
        if *broader > 0 {
            let whom = match people {
                0 => String::new(),
                1 => " for 1 person".to_owned(),
                people => format!(" for {people} people"),
            };
            let beside = beside(*new, *uncounted);
            let critical = match critical {
                0 => String::new(),
                critical => format!(", {critical} critical"),
            };
            parts.push(format!(
                "{more}{whom} in {}{beside}{critical}",
                counted(*broader, "profile")
            ));
        }
        match (parts.is_empty(), narrower, side) {
            (_, 0, _) => {}
            (false, narrower, _) => parts.push(format!("less in {narrower}")),
            (true, narrower, Side::Plan | Side::Accepted) => {
                parts.push(format!("less access in {}", counted(*narrower, "profile")));
            }
            (true, narrower, Side::Drift) => {
                parts.push(format!("live gives less access in {}", counted(*narrower, "profile")));
            }
        }
        if let (1.., critical) = *accepted {
            let profiles = counted(accepted.0, "profile");
            let critical = match critical {
                0 => String::new(),
                critical => format!(", {critical} critical"),
            };
            parts.push(format!("the files allow what {profiles} got by hand{critical}"));
        }
        if *released > 0 {
            let profiles = counted(*released, "profile");
            parts.push(match parts.is_empty() {
                true => format!("{profiles} no longer managed"),
                false => format!("{released} no longer managed"),
            });
        }
        if *loosened > 0 {
            parts.push(format!("{} loosened", counted(*loosened, "rule")));
        }
        if *blocked > 0 {
            parts.push(format!("{} blocked", counted(*blocked, "profile")));
        }
        match (parts.is_empty(), neutral) {
            (true, 0) if self.refused > 0 => {}
            (true, 0) => return String::new(),
            (true, _) => parts.push("no change of access".to_owned()),
            (false, 0) => {}
            (false, neutral) => parts.push(format!("no change of access in {neutral}")),
        }
        match (self.refused, side) {
            (0, _) => {}
            (refused, Side::Drift) => {
                parts.insert(0, format!("{} broken live", counted(refused, "rule")));
            }
            (refused, _) => parts.insert(0, format!("refused by {}", counted(refused, "gate"))),
        }
        if *side == Side::Plan {
            parts.push(format!("plan {plan}"));
        }
        let verdict = parts.join(" · ");
        let mut letters = verdict.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect()
    }
}
