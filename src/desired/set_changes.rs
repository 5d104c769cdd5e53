//! A set that is given against that of a base: `{add: [...], remove: [...]}`.

use jiff::civil::Date;

use crate::desired::fields::Quoted;
use crate::desired::keys::{SET_CHANGE, SetFields};
use crate::desired::lists::Lists;
use crate::desired::members::Member;
use crate::desired::terms::{self, Mistaken, Terms, Until};
use crate::desired::values::kinds::{members, set_of};
use crate::desired::values::{Given, Leaf, Values};
use crate::desired::{FileValue, Stated, StatedMember, StatedValue, TermsOf, fields};
use crate::finding::{Code, Finding, Span};
use crate::model::catalogue::{Catalogue, Kind, Row};
use crate::model::{SettingPath, Value};
use crate::text::listed;
use crate::yaml::Node;

/// What differs from the set of a base.
#[derive(Debug, Clone)]
pub struct SetChange {
    add: Vec<Member>,
    remove: Vec<Member>,
}

/// Tells whether a set is given against that of a base.
pub fn is_given(row: &Row, node: &Node) -> bool {
    let mut entries = node.as_map().unwrap_or_default().iter();
    row.kind == Kind::Set && entries.any(|entry| SET_CHANGE.contains(&entry.key.as_str()))
}

/// Reads what differs, its last day and why.
///
/// # Errors
/// When a part of it can't be read; the findings say why.
pub fn read(
    row: &Row,
    path: &SettingPath,
    node: &Node,
    lists: &Lists,
    findings: &mut Vec<Finding>,
) -> Result<(SetChange, Option<Until>, Option<String>), Mistaken> {
    let what = Quoted(path);
    let title = what.to_string();
    let keys = SetFields::read(&title, node, findings).ok_or(Mistaken)?;
    let mut side = |node: Option<&Node>| match node {
        None => Ok(Vec::new()),
        Some(node) => members(row, &Quoted(path), node, lists, findings).ok_or(Mistaken),
    };
    let (add, remove) = (side(keys.add.node()), side(keys.remove.node()));
    let reason = keys.reason.node().and_then(|node| fields::reason(node, findings));
    let until = terms::until(what, keys.until.node(), findings)?;
    if let Some(until) = &until {
        terms::check(what, until, keys.reason.entry.is_some(), lists.today, findings);
    }
    Ok((SetChange { add: add?, remove: remove? }, until, reason))
}

impl SetChange {
    /// Returns the change as it is on a day.
    pub fn on(&self, day: Date) -> Self {
        let members =
            |all: &[Member]| all.iter().filter(|member| !member.is_over(day)).cloned().collect();
        Self { add: members(&self.add), remove: members(&self.remove) }
    }

    /// Lists the last days of its members that have passed, the latest first.
    pub fn passed(&self, today: Date) -> Vec<Until> {
        Member::passed(self.add.iter().chain(&self.remove), today)
    }

    /// Returns the last days of its members that have not passed.
    pub fn terms(&self, today: Date) -> Terms {
        let members = self.add.iter().chain(&self.remove).filter(|member| !member.is_over(today));
        let reasons = self.add.iter().map(|member| member.reason.clone());
        let all: Option<Vec<String>> = reasons.collect();
        Terms {
            // Each member that is added has one.
            reason: all.and_then(|all| all.into_iter().next()),
            until: members.filter_map(|member| member.until.clone()).collect(),
            ..Terms::default()
        }
    }
}

/// Makes whole sets of those that are given against a base. Where a document gives a bundle by such changes
/// only, the rest of the bundle is the base's.
pub fn resolve(
    values: &mut Values,
    inherited: &Stated,
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) {
    let changed = values.set.iter().filter(|(_, leaf)| leaf.is_change());
    let mut changed: Vec<SettingPath> = changed.map(|(path, _)| path.clone()).collect();
    // Each is looked at by itself; the order decides the order of findings.
    changed.sort();
    for path in changed {
        let bundle = catalogue.bundle_path(&path).expect("a leaf is of a bundle");
        let mut stated = inherited.bundles.iter();
        let below = stated.find(|it| it.path == bundle).map(|it| it.members.to_vec());
        let row = catalogue.row(&path).expect("a leaf has a row");
        let set = below.as_ref().and_then(|members| members.iter().find(|(at, _)| *at == path));
        let Some((_, set)) = set else {
            let leaf = values.set.remove(&path);
            findings.extend(leaf.map(|leaf| nothing_below(&path, bundle, &leaf.key)));
            values.unread.insert(path);
            continue;
        };
        let Some(leaf) = values.set.get_mut(&path) else { continue };
        let Given::Against(change) = &leaf.value else { continue };
        let whole = applied(row, &path, change, set, findings);
        leaf.value = Given::Whole(whole);
        let of_set = inherited.terms.iter().find(|it| it.setting == path);
        if let Some(TermsOf { terms, .. }) = of_set {
            leaf.terms.get_or_insert_default().until.extend(terms.until.iter().cloned());
        }
        let key = leaf.key.clone();
        fill(values, below.iter().flatten().filter(|(at, _)| *at != path), &inherited.terms, &key);
    }
}

/// Adds what a base states of the rest of a bundle, where the document does not name it.
fn fill<'a>(
    values: &mut Values,
    rest: impl Iterator<Item = &'a StatedMember>,
    terms: &[TermsOf],
    key: &Span,
) {
    for (path, StatedValue { value, span, kind }) in rest {
        if values.set.contains_key(path) || values.unread.contains(path) {
            continue;
        }
        let of_member = terms.iter().find(|it| it.setting == *path);
        let terms = of_member.map(|it| Box::new(it.terms.clone()));
        let leaf = Leaf { kind: *kind, terms, ..Leaf::named(value.clone(), key, span) };
        values.set.insert(path.clone(), leaf);
    }
}

fn nothing_below(path: &SettingPath, bundle: &SettingPath, key: &Span) -> Finding {
    let message = format!("no base states `{bundle}`, so `{path}` has no set to change");
    Finding::new(Code::MissingKey, message)
        .at(key)
        .hint("write the whole set as a list, or extend a base that states it")
}

/// Returns the set of a base with the changes in it.
fn applied(
    row: &Row,
    path: &SettingPath,
    change: &SetChange,
    set: &StatedValue,
    findings: &mut Vec<Finding>,
) -> FileValue {
    let base: Vec<(String, Span)> = match &set.value {
        FileValue::References(_, names) => names.to_vec(),
        FileValue::Value(Value::Set(names)) => {
            names.iter().map(|name| (name.clone(), set.span.clone())).collect()
        }
        FileValue::Value(_) => Vec::new(),
    };
    let has = |name: &str| base.iter().any(|(known, _)| known == name);
    for (members, word, is_wrong) in
        [(&change.add, "already has", true), (&change.remove, "does not have", false)]
    {
        for member in members.iter().filter(|member| has(&member.name) == is_wrong) {
            let message = format!("`{path}` of the base {word} `{}`", member.name);
            let code = if is_wrong { Code::NoEffect } else { Code::ImpossibleValue };
            let hint = match is_wrong {
                true => "take it out".to_owned(),
                false => format!("its members are {}", listed(base.iter().map(|(name, _)| name))),
            };
            findings.push(
                Finding::new(code, message)
                    .at(&member.span)
                    .at_labelled(&set.span, "the set of the base")
                    .hint(hint),
            );
        }
    }
    let is_removed = |name: &str| change.remove.iter().any(|member| member.name == name);
    let plain = |name: String, span: Span| Member { name, span, until: None, reason: None };
    let kept = base.iter().filter(|(name, _)| !is_removed(name));
    let kept = kept.map(|(name, span)| plain(name.clone(), span.clone()));
    let added = change.add.iter().filter(|member| !has(&member.name)).cloned();
    set_of(row, kept.chain(added).collect::<Vec<_>>().iter())
}
