//! `settings` of a tenant: settings of the vendor that this version does not know yet.

use serde::de::value::Error as ValueError;
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::desired::fields::{list, text, word, wrong_kind};
use crate::desired::keys::{OWN_SETTING, OwnSettingFields, Required};
use crate::finding::{Code, Finding, Span};
use crate::model::SettingPath;
use crate::model::catalogue::{OwnKind, OwnSetting, OwnSettings, Owner};
use crate::provider::Provider;
use crate::provider::tailored::sends;
use crate::text::listed;
use crate::yaml::{MapEntry, Node};

/// Reads the settings that a tenant adds to its vendor's.
pub(super) fn read(
    node: Option<&Node>,
    provider: &dyn Provider,
    findings: &mut Vec<Finding>,
) -> OwnSettings {
    let mut own = OwnSettings::new();
    let Some(node) = node else { return own };
    if provider.capabilities().own_settings.is_empty() {
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
    let mut accepted: Vec<(SettingPath, &Span)> = Vec::new();
    for MapEntry { key, key_span, value } in entries {
        let before = findings.len();
        let name = key_span.quotable(key);
        if let Some((why, hint)) = refused(key, name, provider) {
            let message = format!("setting `{name}` can't be added: {why}");
            findings.push(Finding::new(Code::OwnSetting, message).at(key_span).hint(hint));
        } else if let Some(hint) = nested(name, value) {
            let message = format!("setting `{name}` is written as a group of settings");
            findings.push(Finding::new(Code::OwnSetting, message).at(key_span).hint(hint));
        }
        let path = SettingPath::new(key.split('.'));
        let within = |(other, _): &&(SettingPath, &Span)| {
            path.starts_with(other) || other.starts_with(&path)
        };
        if let Some((other, span)) = accepted.iter().find(within) {
            let message = format!("settings `{name}` and `{other}` are a part of each other");
            let finding = Finding::new(Code::OwnSetting, message).at_labelled(key_span, "here");
            findings.push(
                finding
                    .at_labelled(span, "and here")
                    .hint("a group of settings is no setting itself: take the shorter name out"),
            );
        }
        accepted.push((path, key_span));
        if findings.len() == before {
            own.extend(setting(name, value, findings).map(|setting| (key.clone(), setting)));
        }
    }
    own
}

/// Says why a vendor can't have a setting of this name, and what to do, if so.
fn refused(key: &str, name: &str, provider: &dyn Provider) -> Option<(String, String)> {
    let catalogue = provider.catalogue();
    let path = SettingPath::new(key.split('.'));
    if catalogue.row(&path).is_some_and(|row| row.owner == Owner::Server) {
        return Some(("the vendor decides it".to_owned(), "take it out".to_owned()));
    }
    if let Some(why) = catalogue.no_room(key) {
        let hint = match catalogue.row(&path) {
            Some(_) => "take it out here; its value stands in profile files",
            None => "take it out; write the vendor's name, with dots where its API nests",
        };
        return Some((why, hint.to_owned()));
    }
    if sends(provider, key) {
        return None;
    }
    let begins = provider.capabilities().own_settings;
    let begins: Vec<String> = begins.iter().map(|begin| format!("{begin}{name}")).collect();
    let why = format!("permctl writes no member of that place to {}", provider.title());
    Some((why, format!("write {}", listed(begins))))
}

/// Says how a setting is named that is nested, as in profile files.
fn nested(name: &str, node: &Node) -> Option<String> {
    let entries = node.as_map()?;
    let is_key = |entry: &MapEntry| OWN_SETTING.names().any(|known| known == entry.key);
    let inner = entries.iter().find(|entry| !is_key(entry) && entry.value.as_map().is_some())?;
    let leaf = inner.key_span.quotable(&inner.key);
    Some(format!("write each by its whole name: `{name}.{leaf}: {{kind: flag, access: grants}}`"))
}

fn setting(name: &str, node: &Node, findings: &mut Vec<Finding>) -> Option<OwnSetting> {
    let what = format!("setting `{name}`");
    let keys = OwnSettingFields::read(&what, node, findings)?;
    let (kind, access) = (one_of(keys.kind, findings), one_of(keys.access, findings));
    let (kind, access) = (kind?, access?);
    let levels = match (kind, keys.levels.node()) {
        (OwnKind::Level, None) => {
            let message = format!("{what} has no `levels`");
            let finding = Finding::new(Code::MissingKey, message).at(&node.span);
            findings
                .push(finding.hint("add `levels: [none, own, all]`, from the least to the most"));
            return None;
        }
        (_, Some(node)) => levels(&what, node, findings)?,
        (OwnKind::Flag, None) => Vec::new(),
    };
    let own = OwnSetting { kind, access, levels };
    if let Some(flaw) = own.flaw() {
        let message = format!("{what} can't be added: {flaw}");
        let at = keys.levels.node().unwrap_or(node);
        let finding = Finding::new(Code::OwnSetting, message).at(&at.span);
        findings.push(finding.hint("write each level once, from the least to the most"));
        return None;
    }
    Some(own)
}

/// Reads one of the words of a key as what it stands for.
pub(super) fn one_of<T: DeserializeOwned>(
    key: Required<'_>,
    findings: &mut Vec<Finding>,
) -> Option<T> {
    let (node, words) = (key.take(findings)?, key.words());
    let said = word(key.quoted(), words, node, findings)?;
    let found = T::deserialize(IntoDeserializer::<ValueError>::into_deserializer(said.as_str()));
    if found.is_err() {
        let message = format!("{} can't be `{}`", key.quoted(), node.span.quotable(&said));
        let otherwise = format!("its values are {}", listed(words));
        let finding = Finding::new(Code::ImpossibleValue, message).at(&node.span);
        findings.push(finding.suggest(&said, words, otherwise));
    }
    found.ok()
}

/// Reads levels.
fn levels(what: &str, node: &Node, findings: &mut Vec<Finding>) -> Option<Vec<String>> {
    let items = list(format_args!("`levels` of {what}"), node, findings)?;
    let level = |item| text(format_args!("a level of {what}"), item, findings);
    items.iter().map(level).collect()
}
