//! What rules have to know of each profile: what it breaks and has, before a plan and after it, and who has it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::profile::{JudgedProfile, Judgement, judge};
use crate::desired::Workspace;
use crate::desired::rules::{Rule, RuleException};
use crate::model::roster::fold;
use crate::model::{Holders, LiveProfile, ProfileId, Settings, WorkspaceId, document};
use crate::plan::grants::{granted, on_create};
use crate::plan::{Context, Planned, WorkspacePlan};

/// A profile, as rules need it.
#[derive(Debug, Clone)]
pub struct ProfileFacts {
    /// The tenant.
    pub tenant: String,
    /// The workspace.
    pub workspace: String,
    /// The vendor's id of the workspace.
    pub workspace_id: WorkspaceId,
    /// Its name in the files, or live.
    pub profile: String,
    /// Its live name, where the plan gives it another one.
    pub former: Option<String>,
    /// The vendor's id; `None` where it is not there yet.
    pub id: Option<ProfileId>,
    /// Whether a file describes it.
    pub is_described: bool,
    /// What it comes to as it is live; `None` where it is not there yet.
    pub before: Option<Judgement>,
    /// What it comes to after the plan; `None` where the plan does not change it.
    pub after: Option<Judgement>,
    /// Who has it live, by address in lower case; `None` where that is not known.
    pub holders: Option<BTreeSet<String>>,
    /// Who gets it by the plan.
    pub gains: BTreeSet<String>,
    /// Who loses it by the plan.
    pub loses: BTreeSet<String>,
}

/// Lists the profiles of a workspace, after what is left of its plan.
pub fn facts(
    rules: &[&Rule],
    plan: &WorkspacePlan,
    context: Context<'_>,
    day: Date,
) -> Vec<ProfileFacts> {
    if rules.is_empty() {
        return Vec::new();
    }
    let Context { desired, live, provider } = context;
    let changed: BTreeMap<&ProfileId, &Planned> = plan
        .changes
        .iter()
        .filter_map(|planned| Some((planned.change.updates()?.0, planned)))
        .collect();
    let described: BTreeSet<&str> = desired.profiles.iter().map(|it| it.name.as_str()).collect();
    let is_ignored = |live: &LiveProfile| plan.ignored.iter().any(|it| it.id == live.id);
    let mut all = Vec::new();
    for live_profile in &live.profiles {
        let planned = changed.get(&live_profile.id).copied();
        let name = planned.map_or(&live_profile.name, |planned| &planned.change.name);
        let catalogue = provider.catalogue();
        let settings = document::settings(catalogue, &live_profile.document);
        let mut names = vec![name.as_str(), live_profile.name.as_str()];
        names.dedup();
        let judged = |settings: &Settings| {
            let judged = judged(rules, (context, day), &names, settings);
            // Nothing is said of an ignored profile, and people can do what it gives.
            match is_ignored(live_profile) {
                true => Judgement { broken: Vec::new(), ..judged },
                false => judged,
            }
        };
        let after = planned.map(|planned| {
            let mut settings = settings.clone();
            settings.extend(planned.change.written(catalogue, Some(&live_profile.document)));
            judged(&settings)
        });
        let of_document = || provider.holders_in(live_profile);
        let counted = planned.and_then(|planned| planned.holders.clone());
        let holders = counted.or_else(of_document);
        let holders = holders.or_else(|| live.holders.get(&live_profile.id).cloned());
        all.push(ProfileFacts {
            former: (live_profile.name != *name).then(|| live_profile.name.clone()),
            id: Some(live_profile.id.clone()),
            is_described: described.contains(name.as_str()),
            before: Some(judged(&settings)),
            after,
            holders: holders.and_then(|holders| named(&holders)),
            ..of(plan, name)
        });
    }
    for planned in plan.changes.iter().filter(|planned| planned.change.creates()) {
        let catalogue = provider.catalogue();
        let mut settings = on_create(catalogue);
        settings.extend(planned.change.written(catalogue, None));
        let name = &planned.change.name;
        all.push(ProfileFacts {
            after: Some(judged(rules, (context, day), &[name.as_str()], &settings)),
            holders: Some(BTreeSet::new()),
            is_described: true,
            ..of(plan, name)
        });
    }
    all
}

fn judged(
    rules: &[&Rule],
    (context, day): (Context<'_>, Date),
    names: &[&str],
    settings: &Settings,
) -> Judgement {
    let granted = granted(context.provider.catalogue(), settings);
    let looked =
        JudgedProfile { workspace: context.desired, names, granted: &granted, known: None, day };
    judge(rules, &looked)
}

/// Makes facts of which only the names are known, and who gets the profile or loses it.
fn of(plan: &WorkspacePlan, name: &str) -> ProfileFacts {
    let users = || plan.users.iter().map(|planned| &planned.change);
    let gains = users().filter(|it| it.gained().any(|gained| gained == name));
    let loses = users().filter(|it| it.lost().any(|lost| lost == name));
    ProfileFacts {
        tenant: plan.tenant.clone(),
        workspace: plan.workspace.clone(),
        workspace_id: plan.id.clone(),
        profile: name.to_owned(),
        former: None,
        id: None,
        is_described: false,
        before: None,
        after: None,
        holders: None,
        gains: gains.map(|change| fold(&change.name)).collect(),
        loses: loses.map(|change| fold(&change.name)).collect(),
    }
}

/// Lists people by address in lower case; `None` where not all of them are named.
pub(super) fn named(holders: &Holders) -> Option<BTreeSet<String>> {
    let names: BTreeSet<String> = holders.known().map(|name| fold(name)).collect();
    (holders.known().count() == holders.count).then_some(names)
}

impl ProfileFacts {
    /// Returns its address.
    pub fn address(&self) -> String {
        format!("{}/{}", self.workspace, self.profile)
    }

    /// Finds the exception by which a rule does not count it: by all of its names.
    pub fn exception<'r>(
        &self,
        rule: &'r Rule,
        workspace: &Workspace,
        day: Date,
    ) -> Option<&'r RuleException> {
        let former = self.former.iter();
        let is_excepted = |name: &String| rule.exception(workspace, name, day).is_some();
        let found = rule.exception(workspace, &self.profile, day);
        found.filter(|_| former.into_iter().all(is_excepted))
    }

    /// Takes over who has it.
    pub fn set_holders(&mut self, holders: &Holders) {
        self.holders = named(holders);
    }

    /// Tells whether it has, or gets, a setting of which it matters which person has it.
    pub fn concerns_people(&self) -> bool {
        [&self.before, &self.after].into_iter().flatten().any(|it| !it.has.is_empty())
    }

    /// Tells whether it has, or gets, a setting of a rule about people.
    pub fn concerns(&self, rule: usize) -> bool {
        let has = |it: &Judgement| it.has.range((rule, 0)..(rule + 1, 0)).next().is_some();
        [&self.before, &self.after].into_iter().flatten().any(has)
    }

    /// Tells whether the plan lets people have more of a rule, or less of what a person can do by it.
    pub fn moves(&self, at: usize, rule: &Rule) -> bool {
        let none = BTreeSet::new();
        let had = self.before.as_ref().map_or(&none, |before| &before.has);
        let has = self.after.as_ref().map_or(had, |after| &after.has);
        let of_rule = |of: &(usize, usize)| of.0 == at;
        let is_can = |of: &(usize, usize)| rule.is_of_can(of.1);
        let gets = has.difference(had).any(|it| of_rule(it) && !is_can(it));
        let loses = had.difference(has).any(|it| of_rule(it) && is_can(it));
        let given = !self.gains.is_empty() && has.iter().any(|it| of_rule(it) && !is_can(it));
        let taken = !self.loses.is_empty() && had.iter().any(|it| of_rule(it) && is_can(it));
        gets || loses || given || taken
    }
}
