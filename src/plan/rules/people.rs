//! People over all their profiles, judged by the rules: in all workspaces and of all vendors, as far as they were read.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::ProfileFacts;
use super::profile::Judgement;
use crate::desired::rules::{Expect, NamedGrant, Rule, RuleAsks, Tested, Who};

/// What is looked at: what is live, or what a plan leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// As it is live.
    Before,
    /// As the plan leaves it.
    After,
}

/// A rule that a person breaks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BrokenByPerson {
    /// Which rule, and what of it.
    pub what: WhatOfRule,
    /// What is wrong; the same for all who break it in the same way.
    pub message: String,
    /// Whether one profile alone gives all of it, which is told of the profile too.
    pub is_in_one: bool,
    /// Through which profiles, each with its workspace.
    pub through: Vec<(String, String)>,
    /// Who, by address in lower case.
    pub person: String,
}

/// A rule by its position, and which of its settings, or two of its duties.
pub type WhatOfRule = (usize, usize, usize);

/// What rules about people come to.
#[derive(Debug, Default)]
pub struct OfPeople {
    /// Who breaks what.
    pub broken: BTreeSet<BrokenByPerson>,
    /// Who breaks what, also through one profile alone.
    pub all: BTreeSet<(WhatOfRule, String)>,
    /// How many people have what a rule counts, by rule.
    pub counts: BTreeMap<usize, BTreeSet<String>>,
    /// The profiles whose holders matter to a rule and are not known, by rule.
    pub unknown: BTreeMap<usize, BTreeSet<String>>,
}

impl OfPeople {
    fn add(
        &mut self,
        what: WhatOfRule,
        person: &str,
        through: &[&ProfileFacts],
        message: String,
        is_in_one: bool,
    ) {
        self.all.insert((what, person.to_owned()));
        let person = person.to_owned();
        let through = through.iter().map(|it| (it.workspace.clone(), it.profile.clone()));
        let through = through.collect();
        self.broken.insert(BrokenByPerson { what, message, is_in_one, through, person });
    }
}

/// The profiles through which a person has each setting of a rule.
type Through<'a> = BTreeMap<usize, BTreeMap<&'a str, Vec<&'a ProfileFacts>>>;

/// Judges people. `is_changed` tells whether the plan still changes a profile, `is_partial` whether there are workspaces
/// that were not read.
pub fn judge(
    rules: &[&Rule],
    facts: &[ProfileFacts],
    side: When,
    is_changed: &dyn Fn(&ProfileFacts) -> bool,
    is_partial: bool,
) -> OfPeople {
    let mut of_people = OfPeople::default();
    for (at, rule) in rules.iter().enumerate() {
        let grants: Vec<&NamedGrant> = rule.of_people().collect();
        if grants.is_empty() {
            continue;
        }
        let through = through(at, facts, side, is_changed, &mut of_people);
        match &rule.asks {
            RuleAsks::Apart(duties) => {
                apart(at, duties, &through, &mut of_people);
            }
            RuleAsks::Who(Who { people: Some(_), .. }) => {
                let people = through.values().flat_map(BTreeMap::keys);
                of_people.counts.insert(at, people.map(|it| (*it).to_owned()).collect());
            }
            RuleAsks::Expect(Expect { of: Tested::Person(person), can, .. }) => {
                expect(at, &grants, (person, can.len(), is_partial), &through, &mut of_people);
            }
            RuleAsks::Ceiling(_) | RuleAsks::Expect(_) | RuleAsks::Who(_) => {}
        }
    }
    of_people
}

/// Returns what a profile comes to on a side.
pub fn judgement(facts: &ProfileFacts, side: When, is_changed: bool) -> Option<&Judgement> {
    match side {
        When::After if is_changed => facts.after.as_ref(),
        When::Before | When::After => facts.before.as_ref(),
    }
}

/// Finds through which profile each person has each setting of a rule.
fn through<'a>(
    at: usize,
    facts: &'a [ProfileFacts],
    side: When,
    is_changed: &dyn Fn(&ProfileFacts) -> bool,
    of_people: &mut OfPeople,
) -> Through<'a> {
    let mut through = Through::new();
    for profile in facts {
        let Some(judgement) = judgement(profile, side, is_changed(profile)) else { continue };
        let has: Vec<usize> =
            judgement.has.range((at, 0)..(at + 1, 0)).map(|(_, nth)| *nth).collect();
        if has.is_empty() {
            continue;
        }
        let Some(holders) = &profile.holders else {
            of_people.unknown.entry(at).or_default().insert(profile.address());
            continue;
        };
        let holders =
            holders.iter().filter(|it| side == When::Before || !profile.loses.contains(*it));
        let gains = profile.gains.iter().filter(|_| side == When::After);
        for person in holders.chain(gains) {
            for nth in &has {
                through.entry(*nth).or_default().entry(person).or_default().push(profile);
            }
        }
    }
    through
}

/// Finds people who have two settings that are kept apart, through two profiles. What one profile has is its own fault.
fn apart(at: usize, duties: &[Vec<NamedGrant>], through: &Through<'_>, of_people: &mut OfPeople) {
    // Of each duty: who has it, through which profiles and by which settings.
    let mut nth = 0;
    let mut of_duties = Vec::new();
    for duty in duties {
        let mut people: BTreeMap<&str, Vec<(&ProfileFacts, &NamedGrant)>> = BTreeMap::new();
        for grant in duty {
            for (person, profiles) in through.get(&nth).into_iter().flatten() {
                let profiles = profiles.iter().map(|profile| (*profile, grant));
                people.entry(person).or_default().extend(profiles);
            }
            nth += 1;
        }
        of_duties.push(people);
    }
    for (one, people) in of_duties.iter().enumerate() {
        for (other, others) in of_duties.iter().enumerate().skip(one + 1) {
            for (person, first) in people {
                let Some(second) = others.get(person) else { continue };
                let pairs =
                    || first.iter().flat_map(|one| second.iter().map(move |two| (*one, *two)));
                let in_one = pairs().find(|((one, _), (two, _))| std::ptr::eq(*one, *two));
                let is_in_one = in_one.is_some();
                let ((profile, grant), (profile_2, grant_2)) =
                    in_one.unwrap_or((first[0], second[0]));
                let message = format!(
                    "`{}` through {} and `{}` through {}",
                    grant.text,
                    profile.address(),
                    grant_2.text,
                    profile_2.address()
                );
                let through = [profile, profile_2];
                of_people.add((at, one, other), person, &through, message, is_in_one);
            }
        }
    }
}

/// Finds what a person lacks, or has too much.
fn expect(
    at: usize,
    grants: &[&NamedGrant],
    (person, can, is_partial): (&str, usize, bool),
    through: &Through<'_>,
    of_people: &mut OfPeople,
) {
    let is_open = is_partial || of_people.unknown.contains_key(&at);
    for (nth, grant) in grants.iter().enumerate() {
        let found = through.get(&nth).and_then(|people| people.get(person));
        let message = match found {
            None if nth < can && !is_open => format!("{person} does not have `{}`", grant.text),
            Some(profiles) if nth >= can => {
                format!("{person} has `{}` through {}", grant.text, profiles[0].address())
            }
            _ => continue,
        };
        let through = found.map_or(&[][..], |profiles| &profiles[..1]);
        of_people.add((at, nth, 0), person, through, message, false);
    }
}
