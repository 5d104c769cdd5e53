//! Which approvals a plan needs, and which it has. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::desired::Desired;
use crate::desired::approvals::Approval;
use crate::desired::rules::NamedGrant;
use crate::finding::Spot;
use crate::model::Direction;
use crate::plan::Plan;
use crate::plan::gate::{Approvers, Gate, GateKind, GateOutcome};
use crate::plan::review::{Aspect, Difference, People, Review, Side};
use crate::plan::rules::Matcher;
use crate::text::first_of;

/// How many changes a gate names.
const MOST_NAMED: usize = 3;

/// What an approval asks of a change, one after the other.
type Test<'a> = (String, Box<dyn Fn(&Difference<'a>) -> bool + 'a>);

/// Says of each approval whether a plan needs it, and why.
pub fn gates(approvals: &[&Approval], plan: &Plan, desired: &Desired) -> Vec<Gate> {
    if approvals.is_empty() {
        return Vec::new();
    }
    let review = Review::of(plan, Side::Plan);
    let looser = looser(plan);
    let gate = |approval: &&Approval| {
        let found = needs(approval, &review.differences, &looser, (plan, desired));
        let (outcome, message) = match found {
            Ok(why) => (GateOutcome::NeedsApproval, why),
            Err(why) => (GateOutcome::NotNeeded, why),
        };
        let owners = approval.owners.join(", ");
        let approve = if approval.count == 1 { "has to approve" } else { "have to approve" };
        let hint =
            format!("{} of the owners {approve}; the author is none of them", approval.count);
        Gate {
            gate: approval.name.clone(),
            kind: GateKind::Approval,
            outcome,
            workspace: None,
            profile: None,
            message,
            people: None,
            approvers: Some(Approvers { owners: approval.owners.clone(), count: approval.count }),
            places: vec![Spot::of(&approval.span, None)],
            reason: None,
            owner: Some(owners),
            hint,
        }
    };
    approvals.iter().map(gate).collect()
}

/// Lists what a branch loosens beside settings: it counts as broader, as critical, and as being about every setting.
fn looser(plan: &Plan) -> Vec<String> {
    let since = plan.since.iter();
    let rules = since.clone().flat_map(|since| since.rules.iter().cloned());
    let dropped = since.flat_map(|since| since.dropped.keys().cloned());
    let released = plan.workspaces.iter().flat_map(|workspace| {
        workspace.released.iter().map(|it| format!("{}/{}", workspace.workspace, it.profile))
    });
    let dropped = dropped.chain(released).map(|it| format!("{it} is no longer managed"));
    rules.chain(dropped).collect()
}

/// Says why an approval is needed, or else which of its tests no change passes.
fn needs<'a>(
    approval: &'a Approval,
    differences: &[Difference<'a>],
    looser: &[String],
    (plan, desired): (&'a Plan, &'a Desired),
) -> Result<String, String> {
    let mut left: Vec<&Difference<'a>> = differences.iter().collect();
    // A rule that went away has no setting and no people.
    let loose: &[String] = if approval.broader == Some(false) { &[] } else { looser };
    if left.is_empty() && loose.is_empty() {
        return Err("nothing changes".to_owned());
    }
    for (why_not, test) in tests(approval, plan, desired) {
        left.retain(|difference| test(difference));
        if left.is_empty() && loose.is_empty() {
            return Err(why_not);
        }
    }
    if let Some(least) = approval.people {
        let mut people = People::default();
        for difference in &left {
            people.add(difference.holders, difference.is_new);
            difference.user().into_iter().for_each(|user| people.add_user(user));
        }
        if people.count() < least && people.uncounted == 0 && loose.is_empty() {
            return Err(format!("it is about {} people, and {least} need it", people.count()));
        }
    }
    let mut named = BTreeMap::new();
    for difference in &left {
        let address = format!("{}/{}", difference.workspace, difference.profile);
        let what = match difference.aspect {
            Aspect::Setting(setting) => format!("{address} {setting}"),
            Aspect::Holder(_) => format!("who has {address}"),
            Aspect::Missing | Aspect::Unmanaged => address,
        };
        named.insert((std::cmp::Reverse(difference.tier()), what), ());
    }
    let named = named.into_keys().map(|(_, what)| what).chain(loose.iter().cloned());
    let named: Vec<String> = named.collect();
    Ok(first_of(named.into_iter(), MOST_NAMED))
}

/// Lists the tests of an approval, each with what is so where no change passes it.
fn tests<'a>(approval: &'a Approval, plan: &'a Plan, desired: &'a Desired) -> Vec<Test<'a>> {
    let mut tests: Vec<Test<'a>> = Vec::new();
    if let Some(broader) = approval.broader {
        let why_not = if broader { "nothing gets broader" } else { "nothing gets narrower" };
        tests.push((
            why_not.to_owned(),
            Box::new(move |it| match broader {
                true => it.direction.may_broaden(),
                false => it.direction == Direction::Narrows,
            }),
        ));
    }
    if let Some(tier) = approval.tier {
        let why_not = format!("nothing {} is given", tier.word());
        tests.push((why_not, Box::new(move |it| it.tier() >= Some(tier))));
    }
    if let Some(profiles) = &approval.profiles {
        let names: Vec<&str> = profiles.iter().map(|address| address.text()).collect();
        let why_not = format!("nothing changes in {}", names.join(", "));
        let is_of = move |it: &Difference<'a>| {
            let workspace = desired.workspace(it.workspace);
            // A workspace that is named no more may be any.
            let all_names = known_names(plan, it);
            workspace.is_none_or(|found| {
                profiles.iter().any(|at| all_names.iter().any(|name| at.has(found, name)))
            })
        };
        tests.push((why_not, Box::new(is_of)));
    }
    if let Some(settings) = &approval.settings {
        let names: Vec<&str> = settings.iter().map(|grant| grant.text.as_str()).collect();
        let why_not = format!("no change of {}", names.join(", "));
        tests.push((
            why_not,
            Box::new(move |it| settings.iter().any(|grant| is_of(grant, it, plan, desired))),
        ));
    }
    tests
}

/// Lists the names of a profile: the one in the files, and the one that it has live.
fn known_names<'p>(plan: &'p Plan, it: &Difference<'p>) -> Vec<&'p str> {
    let changes = plan
        .changes()
        .filter(|(of, planned)| of.workspace == it.workspace && planned.change.name == it.profile);
    let live = changes.filter_map(|(_, planned)| planned.change.updates());
    live.map(|(_, name)| name.as_str()).chain([it.profile]).collect()
}

/// Tells whether a change is about a setting, before or after it.
fn is_of(grant: &NamedGrant, it: &Difference<'_>, plan: &Plan, desired: &Desired) -> bool {
    let Some(workspace) = desired.workspace(it.workspace) else { return true };
    let matcher = Matcher::new(grant, workspace.provider);
    match it.aspect {
        Aspect::Setting(path) => {
            [it.before, it.after].into_iter().flatten().any(|value| matcher.has(path, value))
        }
        // What a profile gives, its new holders get.
        Aspect::Holder(user) => {
            let users = plan.users().filter(|(found, _)| found.workspace == it.workspace);
            let of_user = users.map(|(_, planned)| planned).filter(|it| it.change.name == user);
            let grants = of_user.flat_map(|planned| {
                let given = planned.change.grants().get(it.profile);
                given.into_iter().chain(planned.takes.get(it.profile)).flatten()
            });
            grants.into_iter().any(|(path, value)| matcher.has(path, value))
        }
        Aspect::Missing | Aspect::Unmanaged => false,
    }
}

/// An approval, with who gave it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct ApprovalState {
    /// The approval.
    pub approval: String,
    /// Whether the plan needs it.
    pub needed: bool,
    /// Why, or why not.
    pub reason: String,
    /// How many owners have to approve.
    pub count: usize,
    /// The owners who approved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub approved_by: Vec<String>,
    /// The owners who can.
    pub owners: Vec<String>,
    /// Whether it is there, or not needed.
    pub passed: bool,
}

/// Holds approvals against who approved; names of the host are the same in any case.
pub fn check(gates: &[Gate], approved: &BTreeSet<String>, author: &str) -> Vec<ApprovalState> {
    let fold = |name: &str| name.trim_start_matches('@').to_lowercase();
    let (author, approved) = (fold(author), approved.iter().map(|name| fold(name)));
    let approved: BTreeSet<String> = approved.filter(|name| *name != author).collect();
    let state = |gate: &Gate| {
        let Approvers { owners, count } = gate.approvers.clone()?;
        // An owner counts once, however often and in whatever case the name stands there.
        let of_owner = |owner: &String| (fold(owner), owner.clone());
        let approved_by: BTreeMap<String, String> =
            owners.iter().map(of_owner).filter(|(name, _)| approved.contains(name)).collect();
        let needed = gate.outcome == GateOutcome::NeedsApproval;
        Some(ApprovalState {
            approval: gate.gate.clone(),
            needed,
            reason: gate.message.clone(),
            count,
            passed: !needed || approved_by.len() >= count,
            approved_by: approved_by.into_values().collect(),
            owners,
        })
    };
    gates.iter().filter_map(state).collect()
}
