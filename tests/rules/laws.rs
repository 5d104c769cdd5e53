//! Laws of rules: ceilings over any change, people against counting by hand.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use permctl::desired::Desired;
use permctl::desired::rules::Rule;
use permctl::model::document::build;
use permctl::model::names::Names;
use permctl::model::{
    Holders, LiveProfile, LiveWorkspace, ProfileId, SettingPath, Value, WorkspaceId,
};
use permctl::plan::assemble::{PlanParts, assemble};
use permctl::plan::gate::GateOutcome;
use permctl::plan::rules::files::check;
use permctl::plan::rules::{Moment, ProfileFacts, facts, gates};
use permctl::plan::{Context, Input, Plan, WorkspacePlan, bundles, workspace};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use super::{TERMS, load};

/// Settings with their values, narrowest first.
struct Chain {
    provider: &'static str,
    workspace: &'static str,
    /// What stands before the value in a file, and after it.
    around: (&'static str, &'static str),
    values: &'static [&'static str],
}

const SWITCH: &[&str] = &["false", "true"];

/// A few settings of each vendor.
const CHAINS: [Chain; 9] = [
    Chain { provider: "gong", workspace: "emea", around: ("deleteCalls: ", ""), values: SWITCH },
    Chain { provider: "gong", workspace: "emea", around: ("library: ", ""), values: SWITCH },
    Chain {
        provider: "gong",
        workspace: "emea",
        around: ("callsAccess: {permissionLevel: ", "}"),
        values: &["none", "own", "report-to-them", "managers-team", "all"],
    },
    Chain {
        provider: "gong",
        workspace: "emea",
        around: ("dealsAccess: {permissionLevel: ", "}"),
        values: &["none", "own", "report-to-them", "managers-team", "all"],
    },
    Chain {
        provider: "gong-openapi",
        workspace: "revenue",
        around: ("permissions: {viewAllCalls: ", "}"),
        values: SWITCH,
    },
    Chain {
        provider: "webex",
        workspace: "contact",
        around: ("permissionAccessLevel: SPECIFIC, permissions: {queue: ", "}"),
        values: &["NONE", "VIEW", "EDIT"],
    },
    Chain { provider: "webex", workspace: "contact", around: ("active: ", ""), values: SWITCH },
    Chain {
        provider: "pulse",
        workspace: "crm",
        around: ("permissions: {exportCRM: ", "}"),
        values: SWITCH,
    },
    Chain {
        provider: "pulse",
        workspace: "crm",
        around: ("permissions: {readSupport: ", "}"),
        values: SWITCH,
    },
];

/// Writes one setting at a value.
fn settings(chain: &Chain, at: usize) -> String {
    format!("{{{}{}{}}}", chain.around.0, chain.values[at], chain.around.1)
}

proptest! {
    #[test]
    fn what_stays_inside_a_ceiling_keeps_it_and_one_step_outside_breaks_it(
        nth in 0..CHAINS.len(),
        most in any::<proptest::sample::Index>(),
        is in any::<proptest::sample::Index>(),
    ) {
        let chain = &CHAINS[nth];
        let (most, is) = (most.index(chain.values.len()), is.index(chain.values.len()));
        let Chain { provider, workspace, .. } = chain;
        let rule = format!(
            "ceiling: c\nprovider: {provider}\nprofiles: [{workspace}]\nsettings: {}{TERMS}",
            settings(chain, most)
        );
        let broken = |at: usize| {
            let profile = format!("profile: A\nsettings: {}\n", settings(chain, at));
            let desired = load(&rule, &[(*workspace, profile)]);
            check(&desired, date(2026, 11, 28))[0].findings.len()
        };
        prop_assert_eq!(broken(is), usize::from(is > most), "{} of {}", chain.values[is], rule);
        if most + 1 < chain.values.len() {
            prop_assert_eq!(broken(most + 1), 1, "one step above {}", rule);
        }
    }
}

const PEOPLE: [&str; 4] =
    ["ada@acme.example", "bob@acme.example", "Cy@acme.example", "DEE@acme.example"];

/// Two duties, each had by any of its settings; of Gong, the dialect and Pulse.
const DUTIES: [&[(&str, &str)]; 3] = [
    &[("emea", "deleteCalls"), ("revenue", "manageUsers"), ("crm", "writeApiKeys")],
    &[("emea", "downloadCallMedia"), ("revenue", "downloadRecordings")],
    &[("emea", "library"), ("crm", "exportCRM")],
];

const PAIRS: [(usize, usize); 3] = [(0, 1), (0, 2), (1, 2)];

const APART: &str = "apart: a\nsettings:
- [deleteCalls, gong-openapi:permissions.manageUsers, permissions.writeApiKeys]
- [downloadCallMedia, gong-openapi:permissions.downloadRecordings]
- [library, pulse:permissions.exportCRM]";

/// A profile of a workspace: which of its settings it has, and who has it.
#[derive(Debug, Clone)]
struct Made {
    workspace: &'static str,
    has: BTreeSet<&'static str>,
    people: BTreeSet<&'static str>,
}

fn made() -> impl Strategy<Value = Made> {
    let workspace = select(vec!["emea", "revenue", "crm"]);
    let people = btree_set(select(PEOPLE.to_vec()), 0..=2);
    (workspace, vec(any::<bool>(), 3), people).prop_map(|(workspace, bits, people)| {
        let of_duty = |duty: &&[(&str, &'static str)]| {
            let mut settings = duty.iter().filter(|(of, _)| *of == workspace);
            settings.next().map(|(_, setting)| *setting)
        };
        let has = DUTIES.iter().zip(bits).filter(|(_, bit)| *bit);
        let has = has.filter_map(|(duty, _)| of_duty(duty)).collect();
        Made { workspace, has, people }
    })
}

impl Made {
    fn duties(&self) -> BTreeSet<usize> {
        let has = |duty: &[(&str, &str)]| {
            duty.iter().any(|(of, setting)| *of == self.workspace && self.has.contains(setting))
        };
        (0..DUTIES.len()).filter(|at| has(DUTIES[*at])).collect()
    }

    /// Makes the live profile.
    fn live(&self, at: usize) -> LiveProfile {
        let (id, name) = (format!("100{at}"), format!("P{at}"));
        let desired = load("", &[]);
        let provider = desired.workspace(self.workspace).expect("it is configured").provider;
        let above = if self.workspace == "emea" { None } else { Some("permissions") };
        let path = |it: &&str| SettingPath::new(above.into_iter().chain([*it]));
        let on = self.has.iter().map(|it| (path(it), Value::Flag(true))).collect();
        let mut document = build(provider.catalogue(), &on);
        document.insert("id".to_owned(), json!(id));
        document.insert("name".to_owned(), json!(name));
        if self.workspace == "crm" {
            document.insert("role".to_owned(), json!(name));
            document.insert("users".to_owned(), json!(self.people));
        }
        LiveProfile { id: ProfileId(id), name, document }
    }
}

/// Makes a workspace of those of its profiles.
fn live(name: &str, all: &[Made]) -> LiveWorkspace {
    let of = || all.iter().enumerate().filter(|(_, made)| made.workspace == name);
    let holders = of().map(|(at, made)| {
        let names: Vec<String> = made.people.iter().map(|it| (*it).to_owned()).collect();
        (ProfileId(format!("100{at}")), Holders::new(names.len(), names))
    });
    LiveWorkspace {
        id: WorkspaceId("1".to_owned()),
        vendor_name: None,
        profiles: of().map(|(at, made)| made.live(at)).collect(),
        elsewhere: Vec::new(),
        vocabulary: BTreeMap::default(),
        roster: permctl::model::roster::Roster::default(),
        holders: holders.collect(),
    }
}

fn planned(desired: &Desired, name: &str, live: &LiveWorkspace) -> WorkspacePlan {
    let desired = desired.workspace(name).expect("it is configured");
    let provider = desired.provider;
    let catalogue = provider.catalogue();
    workspace(&Input {
        desired,
        live,
        names: &Names::default(),
        provider,
        catalogue,
        bundles: &bundles(catalogue, desired, live),
        day: date(2026, 11, 28),
        names_unwatched: false,
    })
}

/// Plans the three workspaces, and gathers what rules need to know of them.
fn account(desired: &Desired, rules: &[&Rule], all: &[Made]) -> (Plan, Vec<ProfileFacts>) {
    let (mut of_rules, mut plans) = (Vec::new(), Vec::new());
    for name in ["emea", "revenue", "crm"] {
        let live = live(name, all);
        let plan = planned(desired, name, &live);
        let workspace = desired.workspace(name).expect("it is configured");
        let context = Context { desired: workspace, live: &live, provider: workspace.provider };
        of_rules.extend(facts(rules, &plan, context, date(2026, 11, 28)));
        plans.push(plan);
    }
    (assemble(PlanParts { workspaces: plans, ..PlanParts::default() }), of_rules)
}

proptest! {
    #[test]
    fn people_are_kept_apart_as_counting_by_hand_says(all in vec(made(), 1..7)) {
        let desired = load(&format!("{APART}{TERMS}"), &[]);
        let rules: Vec<_> = desired.rules.iter().collect();
        let mistake = desired.findings.iter().find(|it| it.is_error());
        prop_assert_eq!((rules.len(), mistake), (1, None));
        let (plan, of_rules) = account(&desired, &rules, &all);
        let mut said = gates(&rules, &plan, &of_rules, (&desired, date(2026, 11, 28)), Moment::Live);
        // Two workspaces of the configuration are none of this account.
        said.retain(|gate| gate.outcome != GateOutcome::NotJudged);
        prop_assert!(said.iter().all(|gate| gate.outcome == GateOutcome::Stands));
        // By hand: who has two duties that no profile of theirs has together; and which profiles have two.
        let mut by_hand: BTreeSet<String> = BTreeSet::new();
        for person in PEOPLE {
            let own: Vec<&Made> = all.iter().filter(|it| it.people.contains(person)).collect();
            for (one, other) in PAIRS {
                let has = |duty| own.iter().any(|made| made.duties().contains(&duty));
                let together = own.iter().any(|made| made.duties().is_superset(&[one, other].into()));
                by_hand.extend((has(one) && has(other) && !together).then(|| person.to_lowercase()));
            }
        }
        let people = said.iter().filter_map(|gate| gate.people.as_ref());
        let people: BTreeSet<String> = people.flat_map(|it| it.names.clone()).collect();
        prop_assert_eq!(&people, &by_hand, "{:#?}", said);
        let profiles = said.iter().filter_map(|gate| gate.profile.clone());
        let two = all.iter().enumerate().filter(|(_, made)| made.duties().len() > 1);
        let two: BTreeSet<String> = two.map(|(at, _)| format!("P{at}")).collect();
        prop_assert_eq!(profiles.collect::<BTreeSet<_>>(), two);
    }

    #[test]
    fn a_plan_is_refused_for_what_it_makes_worse_and_for_nothing_else(
        before in vec(any::<bool>(), 3),
        after in vec(any::<bool>(), 3),
        others in vec(made(), 0..3),
        people in btree_set(select(PEOPLE.to_vec()), 0..=2),
    ) {
        const SETTINGS: [&str; 3] = ["deleteCalls", "downloadCallMedia", "library"];
        let has = |bits: &[bool]| -> BTreeSet<&'static str> {
            SETTINGS.iter().zip(bits).filter(|(_, bit)| **bit).map(|(it, _)| *it).collect()
        };
        let states: Vec<String> =
            SETTINGS.iter().zip(&after).map(|(setting, on)| format!("{setting}: {on}")).collect();
        let file = format!("profile: P0\nsettings: {{{}}}\n", states.join(", "));
        let desired = load(&format!("{APART}{TERMS}"), &[("emea", file)]);
        let rules: Vec<_> = desired.rules.iter().collect();
        let first = Made { workspace: "emea", has: has(&before), people };
        let all: Vec<Made> = std::iter::once(first.clone()).chain(others).collect();
        let (plan, of_rules) = account(&desired, &rules, &all);
        let said = gates(&rules, &plan, &of_rules, (&desired, date(2026, 11, 28)), Moment::Plan);
        let refused = said.iter().any(permctl::plan::gate::Gate::refuses);
        // By hand: pairs of duties that the profile, or one of its people, has after and not before.
        let pairs = |made: &Made| -> BTreeSet<(String, usize, usize)> {
            let now: Vec<&Made> = std::iter::once(made).chain(&all[1..]).collect();
            let mut pairs = BTreeSet::new();
            for (one, other) in PAIRS {
                if made.duties().is_superset(&[one, other].into()) {
                    pairs.insert(("P0".to_owned(), one, other));
                }
                for person in PEOPLE {
                    let has = |duty| {
                        now.iter().any(|it| it.people.contains(person) && it.duties().contains(&duty))
                    };
                    if has(one) && has(other) {
                        pairs.insert((person.to_owned(), one, other));
                    }
                }
            }
            pairs
        };
        let later = Made { has: has(&after), ..first.clone() };
        let is_worse = pairs(&later).difference(&pairs(&first)).next().is_some();
        prop_assert_eq!(refused, is_worse, "{:#?}", said);
    }
}
