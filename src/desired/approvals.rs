//! `approvals` and `freeze` of `permctl.yaml`: who has to approve which changes, and when nothing is applied.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::desired::address::Address;
use crate::desired::fields::{day, list, number, reason, text};
use crate::desired::keys::{ApprovalFields, FreezeFields};
use crate::desired::rules::{NamedGrant, RulesAround, addresses, grants, one_of};
use crate::finding::{Code, Finding, Span};
use crate::model::catalogue::Tier;
use crate::yaml::Node;

/// What needs approval. A change needs it where all of this is so.
#[derive(Debug)]
pub struct Approval {
    /// Its name.
    pub name: String,
    /// Where the files say so.
    pub span: Span,
    /// Whether it lets people do more (`true`) or less; `None` for either.
    pub broader: Option<bool>,
    /// How bad it can be, at least.
    pub tier: Option<Tier>,
    /// Of which profiles; `None` for all.
    pub profiles: Option<Vec<Address>>,
    /// Of which settings; `None` for all.
    pub settings: Option<Vec<NamedGrant>>,
    /// For how many people, at least.
    pub people: Option<usize>,
    /// Who can approve, by name at the host.
    pub owners: Vec<String>,
    /// How many of them have to.
    pub count: usize,
}

/// Days on which nothing is applied but what narrows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// The first day, UTC.
    pub from: Date,
    /// The last day, UTC.
    pub to: Date,
    /// Why.
    pub reason: String,
    /// Where the files say so.
    pub span: Span,
}

impl Freeze {
    /// Tells whether it holds on a day.
    pub fn holds(&self, today: Date) -> bool {
        (self.from..=self.to).contains(&today)
    }
}

impl Approval {
    /// Returns all that it says, by which a branch that changes it is noticed.
    pub fn said(&self) -> String {
        let Self { name, span: _, broader, tier, profiles, settings, people, owners, count } = self;
        let profiles = profiles.as_ref().map(|it| it.iter().map(Address::text).collect::<Vec<_>>());
        let settings =
            settings.as_ref().map(|it| it.iter().map(|it| it.text.as_str()).collect::<Vec<_>>());
        format!(
            "{name} {broader:?} {tier:?} {profiles:?} {settings:?} {people:?} {owners:?} {count}"
        )
    }
}

/// Reads `approvals`; one that is not complete is left out, with a finding.
pub(super) fn read(
    node: &Node,
    around: &RulesAround<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Approval> {
    let items = list("`approvals`", node, findings).unwrap_or_default();
    items.iter().filter_map(|item| approval(item, around, findings)).collect()
}

fn approval(
    node: &Node,
    around: &RulesAround<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Approval> {
    let keys = ApprovalFields::read("an approval", node, findings)?;
    let before = findings.len();
    let name = keys.name.text(findings);
    let broader = keys.direction.node().and_then(|node| {
        one_of("`direction`", &["broader", "narrower"], node, findings).map(|it| it == "broader")
    });
    let tiers = [Tier::Critical, Tier::Sensitive, Tier::Ordinary];
    let tier = keys.tier.node().and_then(|node| {
        let word = one_of("`tier`", &["critical", "sensitive", "ordinary"], node, findings)?;
        tiers.into_iter().find(|tier| tier.word() == word)
    });
    let profiles = keys.profiles.node();
    let profiles =
        profiles.and_then(|node| addresses(keys.profiles.quoted(), node, false, around, findings));
    let settings = keys.settings.node();
    let settings =
        settings.map(|node| grants::read_all(keys.settings.quoted(), node, around, findings));
    let people = keys.people.node();
    let hint = "write for example `5`";
    let people = people.and_then(|node| number(keys.people.quoted(), hint, node, findings));
    let owners = keys.owners.take(findings);
    let owners = owners.and_then(|node| list(keys.owners.quoted(), node, findings));
    let owners: Vec<String> = owners
        .unwrap_or_default()
        .iter()
        .filter_map(|item| text("an owner", item, findings))
        .map(|owner| owner.trim_start_matches('@').to_owned())
        .collect();
    let distinct: BTreeSet<String> = owners.iter().map(|owner| owner.to_lowercase()).collect();
    let count = keys.count.node();
    let count = count.and_then(|node| number(keys.count.quoted(), hint, node, findings));
    let count = count.unwrap_or(1);
    if findings.len() == before && (count == 0 || distinct.len() < count) {
        let message = match count {
            0 => "an approval by 0 people is none".to_owned(),
            count => format!("{count} have to approve, and `owners` has {}", distinct.len()),
        };
        let hint = "name as many owners as have to approve, or more: the author is none of them";
        findings.push(Finding::new(Code::ImpossibleValue, message).at(&node.span).hint(hint));
    }
    let span = node.span.clone();
    let name = name.filter(|_| findings.len() == before)?;
    Some(Approval { name, span, broader, tier, profiles, settings, people, owners, count })
}

/// Reads `freeze`.
pub(super) fn freeze(node: &Node, findings: &mut Vec<Finding>) -> Option<Freeze> {
    let keys = FreezeFields::read("`freeze`", node, findings)?;
    let from = keys.from.take(findings);
    let from = from.and_then(|node| day(keys.from.quoted(), node, findings));
    let to = keys.to.take(findings).and_then(|node| day(keys.to.quoted(), node, findings));
    let why = keys.reason.take(findings).and_then(|node| reason(node, findings));
    let (from, to) = (from?, to?);
    if to < from {
        let message = "`freeze` ends before it begins";
        let finding = Finding::new(Code::ImpossibleValue, message).at(&node.span);
        findings.push(finding.hint("`from` is the first day, `to` the last one"));
        return None;
    }
    Some(Freeze { from, to, reason: why?, span: node.span.clone() })
}
