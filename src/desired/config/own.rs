//! `settings` of a tenant: settings of the vendor that this version does not know yet.

use crate::desired::fields::{list, text, word, wrong_kind};
use crate::desired::keys::OwnSettingFields;
use crate::finding::{Code, Finding};
use crate::model::catalogue::{Access, OwnKind, OwnSetting, OwnSettings};
use crate::provider::Provider;
use crate::text::listed;
use crate::yaml::{MapEntry, Node};

const KINDS: [(&str, OwnKind); 2] = [("flag", OwnKind::Flag), ("level", OwnKind::Level)];

const ACCESSES: [(&str, Access); 3] =
    [("grants", Access::Grants), ("restricts", Access::Restricts), ("neutral", Access::Neutral)];

/// Reads the settings that a tenant adds to its vendor's.
pub(super) fn read(
    node: Option<&Node>,
    provider: &dyn Provider,
    findings: &mut Vec<Finding>,
) -> OwnSettings {
    let mut own = OwnSettings::new();
    let Some(node) = node else { return own };
    let begins = provider.capabilities().own_settings;
    if begins.is_empty() {
        let message = format!(
            "a {} profile has no settings beside those that permctl knows",
            provider.title()
        );
        let finding = Finding::new(Code::UnknownKey, message).at(&node.span);
        findings.push(finding.hint("take `settings` out of the tenant"));
        return own;
    }
    let Some(entries) = node.as_map() else {
        let hint = "write `settings: {newSetting: {kind: flag, access: grants}}`; values of settings stand in profile files";
        findings.push(wrong_kind("`settings` of a tenant", "a mapping", node, hint));
        return own;
    };
    for MapEntry { key, key_span, value } in entries {
        let name = key_span.quotable(key);
        let outside = || {
            let begins: Vec<String> = begins.iter().map(|begin| format!("{begin}{name}")).collect();
            format!("its name must begin like {}", listed(begins))
        };
        let is_outside = !begins.iter().any(|begin| key.starts_with(begin));
        let why = provider.catalogue().no_room(key).or_else(|| is_outside.then(outside));
        if let Some(why) = why {
            let message = format!("setting `{name}` can't be added: {why}");
            let finding = Finding::new(Code::DuplicateName, message).at(key_span);
            findings.push(
                finding.hint("take it out of `permctl.yaml`; its value stands in profile files"),
            );
            continue;
        }
        own.extend(setting(name, value, findings).map(|setting| (key.clone(), setting)));
    }
    own
}

fn setting(name: &str, node: &Node, findings: &mut Vec<Finding>) -> Option<OwnSetting> {
    let what = format!("setting `{name}`");
    let keys = OwnSettingFields::read(&what, node, findings)?;
    let kind = keys.kind.take(findings);
    let kind = kind.and_then(|node| one_of(keys.kind.quoted(), &KINDS, node, findings));
    let access = keys.access.take(findings);
    let access = access.and_then(|node| one_of(keys.access.quoted(), &ACCESSES, node, findings));
    let (kind, access) = (kind?, access?);
    let levels = match (kind, keys.levels.node()) {
        (OwnKind::Flag, None) => Vec::new(),
        (OwnKind::Flag, Some(node)) => {
            let message = format!("{what} is a flag, and has no levels");
            let finding = Finding::new(Code::UnknownKey, message).at(&node.span);
            findings.push(finding.hint("take `levels` out, or write `kind: level`"));
            return None;
        }
        (OwnKind::Level, None) => {
            let message = format!("{what} has no `levels`");
            let finding = Finding::new(Code::MissingKey, message).at(&node.span);
            findings.push(finding.hint("add `levels: [none, own, all]`, narrowest first"));
            return None;
        }
        (OwnKind::Level, Some(node)) => levels(&what, node, findings)?,
    };
    Some(OwnSetting { kind, access, levels })
}

fn one_of<T: Copy>(
    what: impl std::fmt::Display + Copy,
    known: &[(&str, T)],
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Option<T> {
    let words: Vec<&str> = known.iter().map(|(word, _)| *word).collect();
    let said = word(what, &words, node, findings)?;
    let found = known.iter().find(|(word, _)| *word == said);
    if found.is_none() {
        let message = format!("{what} can't be `{}`", node.span.quotable(&said));
        let otherwise = format!("its values are {}", listed(&words));
        let finding = Finding::new(Code::ImpossibleValue, message).at(&node.span);
        findings.push(finding.suggest(&said, &words, otherwise));
    }
    found.map(|(_, value)| *value)
}

/// Reads levels, each once and two at least.
fn levels(what: &str, node: &Node, findings: &mut Vec<Finding>) -> Option<Vec<String>> {
    let mut levels: Vec<String> = Vec::new();
    for item in list(format_args!("`levels` of {what}"), node, findings)? {
        let level = text(format_args!("a level of {what}"), item, findings)?;
        if level.is_empty() || levels.contains(&level) {
            let message = format!("{what} has the level `{level}` twice, or empty");
            let finding = Finding::new(Code::ImpossibleValue, message).at(&item.span);
            findings.push(finding.hint("write each level once, narrowest first"));
            return None;
        }
        levels.push(level);
    }
    if levels.len() < 2 {
        let message = format!("{what} has fewer than two levels");
        let finding = Finding::new(Code::ImpossibleValue, message).at(&node.span);
        findings.push(finding.hint("write all levels, narrowest first"));
        return None;
    }
    Some(levels)
}
