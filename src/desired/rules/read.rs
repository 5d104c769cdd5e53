//! Reading the files of `rules/`.

use std::fmt::Display;
use std::sync::Arc;

use jiff::civil::Date;

use super::{Rule, RuleAsks, RuleException, kinds};
use crate::desired::address::Address;
use crate::desired::fields::{self, list, reason, text, word};
use crate::desired::folders::Folders;
use crate::desired::keys::{
    ApartFields, CeilingFields, ExpectFields, Optional, RULE_KINDS, Required, RuleExceptionFields,
    WhoFields,
};
use crate::desired::lists::Lists;
use crate::desired::{Tenant, Workspace};
use crate::finding::{Code, Finding, SourceText, Span};
use crate::provider::{Provider, SYSTEMS};
use crate::text::listed;
use crate::yaml::{self, Node, ParsedYaml};

/// What rules are read beside.
pub struct RulesAround<'a> {
    /// The tenants of the configuration.
    pub tenants: &'a [Tenant],
    /// Its workspaces.
    pub workspaces: &'a [Workspace],
    /// The names of its workspaces and groups.
    pub folders: &'a Folders,
    /// Its lists.
    pub lists: &'a Lists,
    /// The generation of the catalogue that the files were written for.
    pub catalogue: u32,
    /// Whether a mistake hides which settings a tenant adds.
    pub settings_unread: bool,
    /// Today, UTC.
    pub day: Date,
}

impl RulesAround<'_> {
    /// Finds an address of which there is no workspace.
    pub fn find(&self, address: &Address, span: &Span, findings: &mut Vec<Finding>) {
        let is_known = self.workspaces.iter().any(|workspace| address.covers(workspace));
        let (place, _) = address.parts();
        if is_known || self.folders.may_be_unread(place) {
            return;
        }
        let message = format!("`{}` is of no workspace", span.quotable(address.text()));
        let groups = self.folders.groups.iter().map(|(name, _)| name);
        let known: Vec<&String> = self.folders.workspaces.iter().chain(groups).collect();
        let otherwise = "write WORKSPACE or WORKSPACE/PROFILE; `*` stands for anything";
        let finding = Finding::new(Code::UnknownWorkspace, message).at(span);
        findings.push(finding.suggest(place, known, otherwise));
    }

    /// Lists the vendors of the tenants, or only this one, whether a tenant is of it or not.
    pub fn providers(&self, vendor: Option<&str>) -> Vec<&'static dyn Provider> {
        let is_meant = |id: &str| vendor.is_none_or(|vendor| vendor == id);
        let of_tenants = self.tenants.iter().map(|tenant| tenant.provider);
        let mut found: Vec<_> = of_tenants.filter(|it| is_meant(it.id())).collect();
        if let (true, Some(vendor)) = (found.is_empty(), vendor) {
            let system = SYSTEMS.iter().find(|system| system.provider.id() == vendor);
            found.extend(system.map(|system| system.provider));
        }
        found
    }
}

/// Reads a file; every mistake is among the findings.
pub fn read(
    source: &Arc<SourceText>,
    around: &RulesAround<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<Rule> {
    let ParsedYaml { documents, findings: found, is_cut } = yaml::parse(source);
    let is_right = !found.iter().any(Finding::is_error);
    findings.extend(found);
    if is_cut {
        return Vec::new();
    }
    if documents.is_empty() && is_right {
        let message = "this file has no rule: it is empty, or has comments only";
        let finding = Finding::new(Code::NoEffect, message).at(&Span::new(source, 0, 0));
        findings.push(finding.hint("write a rule, or remove the file"));
    }
    let begins: Vec<usize> = documents.iter().map(|node| node.span.begin().1 as usize).collect();
    let end = |at: usize| begins.get(at + 1).copied().unwrap_or(source.text.len());
    let text = |at: usize| source.text[begins[at]..end(at)].trim().to_owned();
    let documents = documents.iter().enumerate();
    documents.filter_map(|(at, node)| document(node, text(at), around, findings)).collect()
}

/// What all rules have beside what they ask for, unread.
struct Common<'a> {
    name: Required<'a>,
    enforce: Optional<'a>,
    owner: Required<'a>,
    reason: Required<'a>,
    exceptions: Optional<'a>,
}

/// Hands over the keys that all rules have.
macro_rules! common {
    ($keys:ident, $name:ident) => {
        Common {
            name: $keys.$name,
            enforce: $keys.enforce,
            owner: $keys.owner,
            reason: $keys.reason,
            exceptions: $keys.exceptions,
        }
    };
}

fn document(
    node: &Node,
    document: String,
    around: &RulesAround<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Rule> {
    let has = |kind: &&str| node.get(kind).is_some();
    let before = findings.len();
    let (common, asks) = match RULE_KINDS.into_iter().find(has) {
        Some("ceiling") => {
            let keys = CeilingFields::read("a ceiling", node, findings)?;
            (common!(keys, ceiling), kinds::ceiling(&keys, around, findings).map(RuleAsks::Ceiling))
        }
        Some("expect") => {
            let keys = ExpectFields::read("a test", node, findings)?;
            (
                common!(keys, expect),
                kinds::expect(&keys, (node, findings.len() == before), around, findings)
                    .map(RuleAsks::Expect),
            )
        }
        Some("apart") => {
            let keys = ApartFields::read("a separation", node, findings)?;
            (common!(keys, apart), kinds::apart(&keys, around, findings).map(RuleAsks::Apart))
        }
        Some(_) => {
            let keys = WhoFields::read("a restriction", node, findings)?;
            (
                common!(keys, who),
                kinds::who(&keys, (node, findings.len() == before), around, findings)
                    .map(RuleAsks::Who),
            )
        }
        None => {
            let message = "this document is no rule";
            let hint = format!("a rule begins with one of {}, and its name", listed(RULE_KINDS));
            findings.push(Finding::new(Code::MissingKey, message).at(&node.span).hint(hint));
            return None;
        }
    };
    rule(common, asks?, document, around, findings)
}

fn rule(
    common: Common<'_>,
    asks: RuleAsks,
    document: String,
    around: &RulesAround<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Rule> {
    let Common { name, enforce, owner, reason: why, exceptions } = common;
    let name_node = name.take(findings)?;
    let name = fields::name(name.quoted(), name_node, findings);
    let enforce =
        enforce.node().map(|node| one_of("`enforce`", &["refuse", "warn"], node, findings));
    let owner = owner.take(findings).and_then(|node| text("`owner`", node, findings));
    let why = why.take(findings).and_then(|node| reason(node, findings));
    let items = exceptions.node().map(|node| list("`exceptions`", node, findings));
    let items = items.flatten().unwrap_or_default();
    let exceptions = items.iter().filter_map(|item| exception(item, around, findings)).collect();
    let refuses = match enforce {
        None => true,
        Some(enforce) => enforce? == "refuse",
    };
    Some(Rule {
        name: name?,
        span: name_node.span.clone(),
        document,
        asks,
        refuses,
        owner: owner?,
        reason: why?,
        exceptions,
    })
}

/// Reads one of some words.
pub(in crate::desired) fn one_of(
    what: impl Display,
    words: &'static [&'static str],
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Option<&'static str> {
    let given = word(&what, words, node, findings)?;
    let found = words.iter().find(|word| **word == given).copied();
    if found.is_none() {
        let message = format!("{what} can't be `{}`", node.span.quotable(&given));
        let otherwise = format!("its values are {}", listed(words));
        let finding = Finding::new(Code::ImpossibleValue, message).at(&node.span);
        findings.push(finding.suggest(&given, words, otherwise));
    }
    found
}

fn exception(
    node: &Node,
    around: &RulesAround<'_>,
    findings: &mut Vec<Finding>,
) -> Option<RuleException> {
    let keys = RuleExceptionFields::read("an exception from a rule", node, findings)?;
    let workspace = keys.workspace.text(findings);
    let profile = keys.profile.node().map(|node| fields::name("`profile`", node, findings));
    let why = keys.reason.take(findings).and_then(|node| reason(node, findings));
    let until = keys.until.take(findings);
    let until = until.and_then(|node| fields::day(keys.until.quoted(), node, findings));
    let (workspace, until, span) = (workspace?, until?, node.span.clone());
    let profile = match profile {
        None => None,
        Some(profile) => Some(profile?),
    };
    around.folders.has_workspace(&workspace, &span, findings);
    if until < around.day {
        let message = "the exception from the rule has expired: its last day has passed";
        let hint = "take it out, or give it a later day";
        findings.push(Finding::new(Code::ExceptionExpired, message).at(&span).hint(hint));
    }
    Some(RuleException { workspace, profile, reason: why?, until, span })
}
