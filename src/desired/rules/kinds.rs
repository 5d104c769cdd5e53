//! Reading what each kind of rule asks for.

use std::fmt::Display;

use super::read::{RulesAround, one_of};
use super::{Ceiling, Expect, NamedGrant, Tested, Who, grants};
use crate::desired::FileValue;
use crate::desired::address::Address;
use crate::desired::config::provider_named;
use crate::desired::fields::{self, list, text};
use crate::desired::keys::{ApartFields, CeilingFields, ExpectFields, Optional, WhoFields};
use crate::desired::values::{self, Given};
use crate::finding::{Code, Finding};
use crate::model::catalogue::{Access, Kind, Row};
use crate::model::{SettingPath, Value};
use crate::provider::Provider;
use crate::yaml::Node;

/// Reads addresses of profiles.
pub(in crate::desired) fn addresses(
    key: impl Display,
    node: &Node,
    may_be_empty: bool,
    around: &RulesAround<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Vec<Address>> {
    let items = list(&key, node, findings)?;
    // Of a restriction, an empty list allows no profile.
    if items.is_empty() && !may_be_empty {
        let message = format!("{key} is empty, so it is about no profile");
        let finding = Finding::new(Code::ImpossibleValue, message).at(&node.span);
        findings.push(finding.hint("name the profiles: `[WORKSPACE/PROFILE]`"));
    }
    let mut address = |item: &Node| {
        let text = text("an address of profiles", item, findings)?;
        match Address::parse(&text) {
            Ok(address) => {
                around.find(&address, &item.span, findings);
                Some(address)
            }
            Err(problem) => {
                let message = format!("`{}` is no address: {problem}", item.span.quotable(&text));
                let hint = "write WORKSPACE or WORKSPACE/PROFILE; `*` stands for anything";
                let finding = Finding::new(Code::ImpossibleValue, message).at(&item.span);
                findings.push(finding.hint(hint));
                None
            }
        }
    };
    Some(items.iter().filter_map(&mut address).collect())
}

/// Reads what a document of this kind asks for.
pub(super) fn ceiling(
    keys: &CeilingFields<'_>,
    around: &RulesAround<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Ceiling> {
    let profiles = keys.profiles.take(findings);
    let profiles =
        profiles.and_then(|node| addresses(keys.profiles.quoted(), node, false, around, findings));
    let unlisted =
        keys.unlisted.node().map(|node| one_of("`unlisted`", &["any", "floor"], node, findings));
    let said = keys.provider.take(findings);
    let said = said.and_then(|node| provider_named(node, around.catalogue, findings))?;
    // That of a tenant knows the settings that the tenant adds.
    let of_tenant = around.providers(Some(said.id())).into_iter().next();
    let provider = of_tenant.unwrap_or(said);
    let settings = keys.settings.take(findings)?;
    let read = values::read(None, Some(settings), provider.catalogue(), around.lists, findings);
    if let Some((map, span)) = read.whole_maps.first() {
        let message = format!("a ceiling can't have `{map}` as a list");
        let hint = "name each entry with the most that it may be";
        findings.push(Finding::new(Code::WrongKind, message).at(span).hint(hint));
    }
    let is_read = read.unread.is_empty() && read.whole_maps.is_empty();
    let (mut most, mut all) = (Vec::new(), is_read);
    for (path, leaf) in &read.set {
        match limit(provider, path, leaf, findings) {
            Some(limit) => most.push((path.clone(), limit, leaf.key.clone())),
            None => all = false,
        }
    }
    most.sort_by(|(a, ..), (b, ..)| a.cmp(b));
    let is_whole = match unlisted {
        None => false,
        Some(unlisted) => unlisted? == "floor",
    };
    let profiles = profiles.filter(|_| all)?;
    Some(Ceiling { provider, profiles, most, is_whole })
}

/// Returns the most that a setting may be, where it can be compared.
fn limit(
    provider: &dyn Provider,
    path: &SettingPath,
    leaf: &values::Leaf,
    findings: &mut Vec<Finding>,
) -> Option<Value> {
    let mut wrong = |message: String, hint: &str| {
        findings.push(Finding::new(Code::ImpossibleValue, message).at(&leaf.span).hint(hint));
    };
    if leaf.terms.as_ref().is_some_and(|terms| !terms.until.is_empty()) {
        wrong("a ceiling has no last days".to_owned(), "an exception has a last day");
        return None;
    }
    let catalogue = provider.catalogue();
    let row: &Row = catalogue.row(path)?;
    if catalogue.access(path) == Access::Neutral {
        let message = format!("`{path}` gives no access, so it has no ceiling");
        wrong(message, "take it out");
        return None;
    }
    match (&leaf.value, &row.kind) {
        (Given::Whole(FileValue::Value(value)), Kind::Flag | Kind::Level(_)) => Some(value.clone()),
        (Given::Whole(value), Kind::Set) if !value.asks(row) => Some(row.empty()),
        _ => {
            let message = format!("a ceiling of `{path}` can only be `[]`");
            wrong(message, "write `[]`, or take it out");
            None
        }
    }
}

/// Reads what a document of this kind asks for.
pub(super) fn expect(
    keys: &ExpectFields<'_>,
    (node, is_right): (&Node, bool),
    around: &RulesAround<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Expect> {
    let mut grants = |key: Optional<'_>| {
        let node = key.node()?;
        Some(grants::read_all(key.quoted(), node, around, findings))
    };
    let (can, cannot) = (grants(keys.can), grants(keys.cannot));
    let of = match (keys.profiles.node(), keys.person.node()) {
        (Some(node), None) => {
            addresses(keys.profiles.quoted(), node, false, around, findings).map(Tested::Profiles)
        }
        (None, Some(node)) => person(node, findings).map(Tested::Person),
        (Some(_), Some(person)) => {
            let message = "a test is of `profiles` or of a `person`, not both";
            let hint = "make two tests of it";
            findings.push(Finding::new(Code::ImpossibleValue, message).at(&person.span).hint(hint));
            None
        }
        (None, None) if !is_right => None,
        (None, None) => {
            let message = "a test has `profiles` or a `person`";
            let hint = "add `profiles: [WORKSPACE/PROFILE]`, or `person: E-MAIL`";
            findings.push(Finding::new(Code::MissingKey, message).at(&node.span).hint(hint));
            None
        }
    };
    if can.is_none() && cannot.is_none() {
        // A key that is misspelt is probably one of them.
        if !is_right {
            return None;
        }
        let message = "a test has `can`, `cannot` or both";
        let hint = "add `cannot: [SETTING]`";
        findings.push(Finding::new(Code::MissingKey, message).at(&node.span).hint(hint));
        return None;
    }
    Some(Expect { of: of?, can: can.unwrap_or_default(), cannot: cannot.unwrap_or_default() })
}

fn person(node: &Node, findings: &mut Vec<Finding>) -> Option<String> {
    let text = text("`person`", node, findings)?;
    if !text.contains('@') {
        let message = format!("`{}` is no e-mail address", node.span.quotable(&text));
        let hint = "write for example `ada@acme.example`";
        findings.push(Finding::new(Code::ImpossibleValue, message).at(&node.span).hint(hint));
        return None;
    }
    Some(text.to_lowercase())
}

/// Reads what a document of this kind asks for.
pub(super) fn apart(
    keys: &ApartFields<'_>,
    around: &RulesAround<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Vec<Vec<NamedGrant>>> {
    let node = keys.settings.take(findings)?;
    let items = list(keys.settings.quoted(), node, findings)?;
    let duty = |item: &Node| match item.as_list() {
        Some(_) => grants::read_all("a list of settings", item, around, findings),
        None => grants::read(item, around, findings).into_iter().collect(),
    };
    let duties: Vec<Vec<NamedGrant>> = items.iter().map(duty).collect();
    if items.len() < 2 {
        let message = "a separation has two settings or more";
        let hint = "name what is kept apart: `settings: [permissions.exportCRM, deleteCalls]`";
        findings.push(Finding::new(Code::MissingKey, message).at(&node.span).hint(hint));
        return None;
    }
    duties.iter().all(|duty| !duty.is_empty()).then_some(duties)
}

/// Reads what a document of this kind asks for.
pub(super) fn who(
    keys: &WhoFields<'_>,
    (node, is_right): (&Node, bool),
    around: &RulesAround<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Who> {
    let settings = keys.settings.take(findings)?;
    let settings = grants::read_all(keys.settings.quoted(), settings, around, findings);
    let profiles = keys.profiles.node();
    let profiles =
        profiles.map(|node| addresses(keys.profiles.quoted(), node, true, around, findings));
    let people = keys
        .people
        .node()
        .map(|node| fields::number(keys.people.quoted(), "write for example `5`", node, findings));
    if profiles.is_none() && people.is_none() {
        if !is_right {
            return None;
        }
        let message = "a restriction has `profiles`, `people` or both";
        let hint = "add `profiles: [WORKSPACE/PROFILE]`, or `people: 5`";
        findings.push(Finding::new(Code::MissingKey, message).at(&node.span).hint(hint));
        return None;
    }
    let profiles = match profiles {
        None => None,
        Some(profiles) => Some(profiles?),
    };
    let people = match people {
        None => None,
        Some(people) => Some(people?),
    };
    (!settings.is_empty()).then_some(Who { settings, profiles, people })
}
