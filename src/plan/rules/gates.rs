//! From what rules come to, to gates.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::Broken;
use super::facts::ProfileFacts;
use super::people::{self, BrokenByPerson, OfPeople, When, judgement};
use crate::desired::rules::{Rule, RuleAsks, RuleException, Who};
use crate::desired::{Desired, Workspace};
use crate::finding::{Span, Spot};
use crate::model::{Holders, ProfileId, WorkspaceId};
use crate::plan::Plan;
use crate::plan::gate::{Gate, GateKind, GateOutcome};
use crate::text::{counted, some_of};

/// What gates are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// What a plan comes to: what it makes worse is refused.
    Plan,
    /// What is live.
    Live,
}

/// How many profiles a message names.
const MOST_NAMED: usize = 5;

/// Lists what rules say of a plan, or of what is live, ordered by rule.
#[must_use = "a refused plan must not be applied"]
pub fn gates(
    rules: &[&Rule],
    plan: &Plan,
    facts: &[ProfileFacts],
    (desired, day): (&Desired, Date),
    moment: Moment,
) -> Vec<Gate> {
    let read: BTreeSet<&str> = plan.workspaces.iter().map(|it| it.workspace.as_str()).collect();
    let all = desired.workspaces.iter().map(|it| it.name.as_str());
    let unread = all.filter(|name| !read.contains(name)).collect();
    let asked = Asked { rules, facts, desired, day, moment, unread, changed: changed(plan) };
    let mut all: Vec<(usize, Gate)> = facts.iter().flat_map(|it| asked.of_profile(it)).collect();
    all.extend(asked.of_people());
    all.sort_by(|(a, first), (b, second)| (a, first.address()).cmp(&(b, second.address())));
    all.into_iter().map(|(_, gate)| gate).collect()
}

/// Lists the profiles whose holders have to be looked up: those that matter to a rule which the plan moves, and of what is
/// live all that matter.
pub fn lookups(rules: &[&Rule], facts: &[ProfileFacts], moment: Moment) -> Vec<HoldersOf> {
    let moved = rules.iter().enumerate();
    let moved = moved
        .filter(|(at, rule)| moment == Moment::Live || facts.iter().any(|it| it.moves(*at, rule)));
    let moved: Vec<usize> = moved.map(|(at, _)| at).collect();
    let matters =
        |it: &&ProfileFacts| it.holders.is_none() && moved.iter().any(|at| it.concerns(*at));
    let of = |it: &ProfileFacts| {
        let (tenant, workspace) = (it.tenant.clone(), it.workspace.clone());
        Some(HoldersOf { tenant, workspace, id: it.workspace_id.clone(), profile: it.id.clone()? })
    };
    facts.iter().filter(matters).filter_map(of).collect()
}

/// A profile whose holders are to be looked up.
pub struct HoldersOf {
    /// The tenant.
    pub tenant: String,
    /// The workspace.
    pub workspace: String,
    /// The vendor's id of the workspace.
    pub id: WorkspaceId,
    /// The profile.
    pub profile: ProfileId,
}

/// Lists the profiles that a plan changes, each with its workspace.
fn changed(plan: &Plan) -> BTreeSet<(&str, &str)> {
    let changes = plan.changes();
    changes.map(|(it, planned)| (it.workspace.as_str(), planned.change.name.as_str())).collect()
}

struct Asked<'a> {
    rules: &'a [&'a Rule],
    facts: &'a [ProfileFacts],
    desired: &'a Desired,
    day: Date,
    moment: Moment,
    /// The workspaces that were not read.
    unread: Vec<&'a str>,
    changed: BTreeSet<(&'a str, &'a str)>,
}

impl Asked<'_> {
    fn is_changed(&self, facts: &ProfileFacts) -> bool {
        self.moment == Moment::Plan
            && self.changed.contains(&(facts.workspace.as_str(), facts.profile.as_str()))
    }

    /// Returns what is looked at.
    fn side(&self) -> When {
        match self.moment {
            Moment::Plan => When::After,
            Moment::Live => When::Before,
        }
    }

    /// Returns what a broken rule comes to.
    fn outcome(&self, rule: &Rule, is_worse: bool) -> GateOutcome {
        match (self.moment, rule.refuses, is_worse) {
            (Moment::Plan, true, true) => GateOutcome::Refuses,
            (Moment::Plan, false, true) | (Moment::Live, false, _) => GateOutcome::WouldRefuse,
            (Moment::Plan, _, false) | (Moment::Live, true, _) => GateOutcome::Stands,
        }
    }

    fn of_profile(&self, facts: &ProfileFacts) -> Vec<(usize, Gate)> {
        let is_changed = self.is_changed(facts);
        let Some(judged) = judgement(facts, self.side(), is_changed) else { return Vec::new() };
        let Some(workspace) = self.desired.workspace(&facts.workspace) else { return Vec::new() };
        let before = facts.before.as_ref().map_or(&[][..], |before| &before.broken);
        let catalogue = workspace.provider.catalogue();
        // What stands live of profiles without a file is told by drift.
        let is_told =
            |is_worse: bool| is_worse || self.moment == Moment::Live || facts.is_described;
        let mut gates = Vec::new();
        for broken in &judged.broken {
            let rule = self.rules[broken.rule];
            let is_worse = is_changed && broken.is_worse(before, catalogue);
            let exception = facts.exception(rule, workspace, self.day);
            if !is_told(is_worse) || exception.is_some() && !is_worse {
                continue;
            }
            let places = [Spot::of(&broken.line, Some("the rule".to_owned()))];
            let line = self.line(workspace, facts, broken);
            let line = line.map(|span| Spot::of(&span, Some("the profile".to_owned())));
            let gate = Gate {
                workspace: Some(facts.workspace.clone()),
                profile: Some(facts.profile.clone()),
                places: places.into_iter().chain(line).collect(),
                ..self.gate(rule, self.outcome(rule, is_worse), broken.message.clone())
            };
            gates.push((broken.rule, lifted(gate, exception)));
        }
        // Rules about people do not count it.
        let excepted = judged.excepted.iter().filter(|_| is_changed || self.moment == Moment::Live);
        for at in excepted {
            let rule = self.rules[*at];
            let gate = Gate {
                workspace: Some(facts.workspace.clone()),
                profile: Some(facts.profile.clone()),
                places: vec![Spot::of(&rule.span, Some("the rule".to_owned()))],
                ..self.gate(rule, GateOutcome::Lifted, "is not counted".to_owned())
            };
            let exception = facts.exception(rule, workspace, self.day);
            gates.push((*at, lifted(gate, exception)));
        }
        gates
    }

    /// Finds the line of a file that asks for what is broken, or that describes the profile.
    fn line(&self, workspace: &Workspace, facts: &ProfileFacts, broken: &Broken) -> Option<Span> {
        let profile = workspace.profiles.iter().find(|it| it.name == facts.profile)?;
        let setting = broken.settings.first().map(|(path, _)| path);
        Some(profile.line_of(setting).clone())
    }

    /// Makes a gate of a rule, without what it is about.
    fn gate(&self, rule: &Rule, outcome: GateOutcome, message: String) -> Gate {
        let hint = match (outcome, self.moment) {
            (GateOutcome::Refuses, _) => {
                "take it out of the change, or add an exception to the rule, with a reason and a last day"
            }
            (_, Moment::Plan) => "change the files so that the rule holds",
            (_, Moment::Live) => "change what is live so that the rule holds, or add an exception",
        };
        Gate {
            gate: rule.name.clone(),
            kind: kind(rule),
            outcome,
            workspace: None,
            profile: None,
            message,
            people: None,
            approvers: None,
            places: Vec::new(),
            reason: Some(rule.reason.clone()),
            owner: Some(rule.owner.clone()),
            hint: hint.to_owned(),
        }
    }

    fn of_people(&self) -> Vec<(usize, Gate)> {
        let is_changed = |facts: &ProfileFacts| self.is_changed(facts);
        let is_partial = !self.unread.is_empty();
        let now = people::judge(self.rules, self.facts, self.side(), &is_changed, is_partial);
        let before = match self.moment {
            Moment::Plan => {
                people::judge(self.rules, self.facts, When::Before, &is_changed, is_partial)
            }
            Moment::Live => OfPeople::default(),
        };
        let mut gates = Vec::new();
        let mut groups: BTreeMap<(usize, &str, bool), Vec<&BrokenByPerson>> = BTreeMap::new();
        for broken in &now.broken {
            let was = before.all.contains(&(broken.what, broken.person.clone()));
            let is_worse = self.moment == Moment::Plan && !was;
            // What one profile gives is told of the profile.
            if broken.is_in_one && !is_worse {
                continue;
            }
            let group = (broken.what.0, broken.message.as_str(), is_worse);
            groups.entry(group).or_default().push(broken);
        }
        for ((at, message, is_worse), people) in groups {
            let rule = self.rules[at];
            let outcome = self.outcome(rule, is_worse);
            let mut gate = self.rule_gate(rule, outcome, message.to_owned());
            let through = people.first().into_iter().flat_map(|broken| &broken.through);
            let lines = through.filter_map(|(workspace, profile)| {
                let described = &self.desired.workspace(workspace)?.profiles;
                described.iter().find(|it| it.name == *profile).map(|it| &it.span)
            });
            let line = |span| Spot::of(span, Some("the profile".to_owned()));
            gate.places.extend(lines.map(line));
            // A test of a person names the person.
            let names: Vec<String> = people.iter().map(|broken| broken.person.clone()).collect();
            let is_apart = matches!(rule.asks, RuleAsks::Apart(_));
            gate.people = is_apart.then(|| Holders::new(names.len(), names));
            gates.push((at, gate));
        }
        for (at, people) in &now.counts {
            let (at, rule) = (*at, self.rules[*at]);
            let RuleAsks::Who(Who { people: Some(most), settings, .. }) = &rule.asks else {
                continue;
            };
            if people.len() <= *most {
                continue;
            }
            let had = before.counts.get(&at).map_or(0, BTreeSet::len);
            let is_worse = self.moment == Moment::Plan && people.len() > had;
            let settings: Vec<&str> = settings.iter().map(|it| it.text.as_str()).collect();
            let settings = settings.join("` or `");
            let have = if people.len() == 1 {
                "1 person has"
            } else {
                &format!("{} people have", people.len())
            };
            let message = format!("{have} `{settings}`; {most} may");
            gates.push((at, self.rule_gate(rule, self.outcome(rule, is_worse), message)));
        }
        gates.extend(self.unknown(&now));
        gates
    }

    /// Says of which rules it is not known whether people keep them: where holders are not known, or a workspace was not
    /// read. A rule that the plan does not move is not asked.
    fn unknown(&self, now: &OfPeople) -> Vec<(usize, Gate)> {
        let mut gates = Vec::new();
        for (at, rule) in self.rules.iter().enumerate() {
            let is_moved = match self.moment {
                Moment::Plan => self.facts.iter().any(|it| self.is_left(it) && it.moves(at, rule)),
                Moment::Live => rule.of_people().next().is_some(),
            };
            if !is_moved {
                continue;
            }
            if let Some(profiles) = now.unknown.get(&at) {
                let names: Vec<&String> = profiles.iter().collect();
                let message = format!(
                    "it is not known who has {}: {}",
                    counted(names.len(), "profile"),
                    some_of(&names, MOST_NAMED)
                );
                let outcome = match self.moment {
                    Moment::Plan => self.outcome(rule, true),
                    Moment::Live => GateOutcome::NotJudged,
                };
                let hint = "take the snapshot with `--holders`, or plan with the API; both need a key that can read users";
                let gate = self.rule_gate(rule, outcome, message);
                gates.push((at, Gate { hint: hint.to_owned(), ..gate }));
            }
            if !self.unread.is_empty() {
                let message = format!(
                    "what people have in {} does not count: not read: {}",
                    counted(self.unread.len(), "workspace"),
                    some_of(&self.unread, MOST_NAMED)
                );
                let hint = "`permctl drift` of all workspaces judges it whole";
                let gate = self.rule_gate(rule, GateOutcome::NotJudged, message);
                gates.push((at, Gate { hint: hint.to_owned(), ..gate }));
            }
        }
        gates
    }

    /// Tells whether the plan still changes a profile, or who has it.
    fn is_left(&self, facts: &ProfileFacts) -> bool {
        self.is_changed(facts) || !(facts.gains.is_empty() && facts.loses.is_empty())
    }

    fn rule_gate(&self, rule: &Rule, outcome: GateOutcome, message: String) -> Gate {
        let places = vec![Spot::of(&rule.span, Some("the rule".to_owned()))];
        Gate { places, ..self.gate(rule, outcome, message) }
    }
}

/// Lifts a gate where the rule has an exception.
fn lifted(gate: Gate, exception: Option<&RuleException>) -> Gate {
    let Some(exception) = exception else { return gate };
    let mut places = gate.places;
    places.push(Spot::of(&exception.span, Some("the exception".to_owned())));
    let hint = format!("lifted through {}: {}", exception.until, exception.reason);
    Gate { outcome: GateOutcome::Lifted, places, hint, ..gate }
}

pub(super) fn kind(rule: &Rule) -> GateKind {
    match rule.asks {
        RuleAsks::Ceiling(_) => GateKind::Ceiling,
        RuleAsks::Expect(_) => GateKind::Expect,
        RuleAsks::Apart(_) => GateKind::Apart,
        RuleAsks::Who(_) => GateKind::Who,
    }
}
