//! Rules over the files alone: what they decide, and what they leave open.

use std::collections::BTreeSet;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::facts::ProfileFacts;
use super::gates::kind;
use super::people::{self, When};
use super::profile::{JudgedProfile, judge};
use crate::desired::rules::{Rule, RuleAsks, Who};
use crate::desired::{Desired, Profile, Unlisted, Workspace};
use crate::finding::{Code, Finding, Severity};
use crate::model::roster::fold;
use crate::model::{Settings, WorkspaceId};
use crate::plan::gate::GateKind;
use crate::plan::grants::granted;
use crate::text::in_quotes;

/// What a rule comes to over the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RuleOutcome {
    /// The files keep it.
    Holds,
    /// They break it, and a plan of them is refused.
    Broken,
    /// They break it, and its `enforce` says `warn`.
    Warns,
    /// They do not break it, and leave open whether live does.
    Open,
}

/// A rule over the files.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TestedRule {
    /// Its name.
    pub rule: String,
    /// Its kind.
    pub kind: GateKind,
    /// What it comes to.
    pub outcome: RuleOutcome,
    /// What the files leave open: `emea/Sales: callsAccess`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// The profiles for which an exception lifts it.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub lifted: BTreeSet<String>,
    /// What they break.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// Checks the files by their rules.
pub fn check(desired: &Desired, day: Date) -> Vec<TestedRule> {
    let rules: Vec<&Rule> = desired.rules.iter().collect();
    let mut tested: Vec<TestedRule> = rules.iter().map(|rule| untested(rule)).collect();
    if rules.is_empty() {
        return tested;
    }
    let mut all = Vec::new();
    for workspace in &desired.workspaces {
        for profile in &workspace.profiles {
            let facts = facts(&rules, workspace, profile, day);
            let judged = facts.after.as_ref().expect("the files say what it comes to");
            for broken in &judged.broken {
                let rule = rules[broken.rule];
                if rule.exception(workspace, &profile.name, day).is_some() {
                    tested[broken.rule].lifted.insert(facts.address());
                    continue;
                }
                let setting = broken.settings.first().map(|(path, _)| path);
                let message = format!("{} {}", in_quotes(&profile.name), broken.message);
                let finding = finding(rule, message)
                    .about(facts.address())
                    .at_labelled(profile.line_of(setting), "the profile")
                    .at_labelled(&broken.line, "the rule");
                tested[broken.rule].findings.push(finding);
            }
            for rule in &judged.excepted {
                tested[*rule].lifted.insert(facts.address());
            }
            for (rule, open) in &judged.open {
                tested[*rule].open.push(format!("{}: {open}", facts.address()));
            }
            all.push(facts);
        }
    }
    of_people(&rules, &all, &mut tested);
    for (rule, tested) in rules.iter().zip(&mut tested) {
        tested.outcome = match (tested.findings.is_empty(), rule.refuses, tested.open.is_empty()) {
            (false, true, _) => RuleOutcome::Broken,
            (false, false, _) => RuleOutcome::Warns,
            (true, _, false) => RuleOutcome::Open,
            (true, _, true) => RuleOutcome::Holds,
        };
    }
    tested
}

/// Finds addresses of rules that name a profile which no file describes: a rule with a typing error in it holds for
/// none.
pub fn unused(desired: &Desired) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in &desired.rules {
        let provider = match &rule.asks {
            RuleAsks::Ceiling(ceiling) => Some(ceiling.provider.id()),
            RuleAsks::Expect(_) | RuleAsks::Apart(_) | RuleAsks::Who(_) => None,
        };
        let is_of = |workspace: &&Workspace| {
            provider.is_none_or(|provider| provider == workspace.provider.id())
        };
        for exception in &rule.exceptions {
            let Some(name) = &exception.profile else { continue };
            let described = desired.workspace(&exception.workspace).map(|it| &it.profiles);
            if described.is_some_and(|profiles| profiles.iter().all(|it| it.name != *name)) {
                let message = format!("no file describes {}", in_quotes(name));
                let hint = "correct the name, or take the exception out; it still holds for a live profile of that name";
                findings.push(Finding::new(Code::NoEffect, message).at(&exception.span).hint(hint));
            }
        }
        for address in rule.profiles() {
            let mut workspaces = desired.workspaces.iter().filter(is_of);
            let is_used = workspaces.any(|workspace| {
                let mut profiles = workspace.profiles.iter();
                profiles.any(|profile| address.has(workspace, &profile.name))
            });
            let is_vendors = desired.workspaces.iter().any(|it| is_of(&it) && address.covers(it));
            if !is_used && (address.parts().1.is_some() || !is_vendors) {
                let text = in_quotes(address.text());
                let message = format!(
                    "the rule {} names {text}, and no file describes such a profile",
                    in_quotes(&rule.name)
                );
                let hint = "correct the name, or take it out; it still holds for a live profile of that name";
                findings.push(Finding::new(Code::NoEffect, message).at(&rule.span).hint(hint));
            }
        }
    }
    findings
}

fn untested(rule: &Rule) -> TestedRule {
    TestedRule {
        rule: rule.name.clone(),
        kind: kind(rule),
        outcome: RuleOutcome::Holds,
        open: Vec::new(),
        lifted: BTreeSet::new(),
        findings: Vec::new(),
    }
}

fn finding(rule: &Rule, message: String) -> Finding {
    let Rule { name, reason, owner, refuses, .. } = rule;
    let name = in_quotes(name);
    let mut finding = Finding::new(Code::RuleBroken, format!("{message}; rule {name}"))
        .hint(format!("{reason}; {owner} may add an exception to the rule"));
    if !refuses {
        finding.severity = Severity::Warning;
    }
    finding
}

/// Judges a profile by what its files state.
fn facts(rules: &[&Rule], workspace: &Workspace, profile: &Profile, day: Date) -> ProfileFacts {
    let stated = profile.bundles.members().iter();
    let settings: Settings =
        stated.map(|(path, stated)| (path.clone(), stated.value.as_written())).collect();
    let known: BTreeSet<_> = settings.keys().cloned().collect();
    let is_partial = profile.unlisted.0 == Unlisted::Keep && profile.retired.is_none();
    let granted = granted(workspace.provider.catalogue(), &settings);
    let name = &profile.name;
    let names = &[name.as_str()][..];
    let known = is_partial.then_some(&known);
    let after = judge(rules, &JudgedProfile { workspace, names, granted: &granted, known, day });
    let users = |holders: &crate::desired::holders::HolderList| {
        holders.users.iter().map(|holder| fold(&holder.name)).collect()
    };
    ProfileFacts {
        tenant: workspace.tenant.clone(),
        workspace: workspace.name.clone(),
        workspace_id: WorkspaceId::only(),
        profile: name.clone(),
        former: None,
        id: None,
        is_described: true,
        before: None,
        after: Some(after),
        holders: profile.holders.as_ref().map(users),
        gains: BTreeSet::new(),
        loses: BTreeSet::new(),
    }
}

fn of_people(rules: &[&Rule], facts: &[ProfileFacts], tested: &mut [TestedRule]) {
    let found = people::judge(rules, facts, When::After, &|_| true, false);
    let mut groups: std::collections::BTreeMap<(usize, &str), usize> = Default::default();
    for broken in found.broken.iter().filter(|broken| !broken.is_in_one) {
        *groups.entry((broken.what.0, &broken.message)).or_default() += 1;
    }
    for ((at, message), people) in groups {
        let rule = rules[at];
        let message = match rule.asks {
            RuleAsks::Apart(_) if people == 1 => format!("{message}: 1 person"),
            RuleAsks::Apart(_) => format!("{message}: {people} people"),
            _ => message.to_owned(),
        };
        tested[at].findings.push(finding(rule, message).at_labelled(&rule.span, "the rule"));
    }
    for (at, people) in &found.counts {
        let rule = rules[*at];
        if let RuleAsks::Who(Who { people: Some(most), .. }) = rule.asks
            && people.len() > most
        {
            let message = format!("{} people have it; {most} may", people.len());
            tested[*at].findings.push(finding(rule, message).at_labelled(&rule.span, "the rule"));
        }
    }
    for (at, profiles) in &found.unknown {
        tested[*at].open.extend(profiles.iter().map(|it| format!("{it}: who has it")));
    }
}
