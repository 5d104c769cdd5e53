//! `guards` and `exceptions` of `permctl.yaml`: the limits of a plan, and where they are lifted.

use std::collections::BTreeMap;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desired::fields::{day, list, number, percent, reason, text, word};
use crate::desired::folders::Folders;
use crate::desired::keys::{
    ExceptionFields, GuardsFields, MaxBroadenedFields, MaxChangedFields, Optional,
};
use crate::finding::{Code, Finding, Span};
use crate::text::listed;
use crate::yaml::{Content, Node};

/// A guard: what can refuse a plan.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "camelCase")]
#[value(rename_all = "camelCase")]
pub enum Guard {
    /// Too many profiles would change.
    MaxChanged,
    /// A protected profile would change.
    Protected,
    /// Too many profiles, or people, would get more access.
    MaxBroadened,
    /// A workspace would have no administrator left.
    LockOut,
}

impl Guard {
    const ALL: [(&'static str, Self); 4] = [
        ("maxChanged", Self::MaxChanged),
        ("protected", Self::Protected),
        ("maxBroadened", Self::MaxBroadened),
        ("lockOut", Self::LockOut),
    ];

    /// Returns the word for it in files and flags.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, guard)| *guard == self).map_or("", |(word, _)| word)
    }
}

/// Limits that can refuse a plan. The lock-out guard always holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guards {
    /// The most percent of a workspace's described live profiles that may change.
    pub changed_share: Option<u8>,
    /// The most profiles that may change in a whole plan.
    pub changed: Option<usize>,
    /// Names of profiles that no plan may change.
    pub protected: Vec<String>,
    /// The most profiles of a plan that may get broader, or whose direction is mixed or unclear.
    pub broadened_profiles: Option<usize>,
    /// The most people that may have these profiles.
    pub broadened_holders: Option<usize>,
    /// Where the files set each.
    pub spans: BTreeMap<Guard, Span>,
}

/// A place where a guard does not refuse for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Which guard.
    pub guard: Guard,
    /// In which workspace.
    pub workspace: String,
    /// Why.
    pub reason: String,
    /// The last day, UTC.
    pub until: Date,
    /// Where the files say so.
    pub span: Span,
}

/// Reads `guards`.
pub(super) fn read(node: &Node, findings: &mut Vec<Finding>) -> Guards {
    let mut guards = Guards::default();
    let Some(keys) = GuardsFields::read("`guards`", node, findings) else { return guards };
    let lines = [
        (Guard::MaxChanged, keys.max_changed),
        (Guard::Protected, keys.protected),
        (Guard::MaxBroadened, keys.max_broadened),
    ];
    let line = |(guard, key): (Guard, Optional<'_>)| Some((guard, key.entry?.key_span.clone()));
    guards.spans = lines.into_iter().filter_map(line).collect();
    if let Some(node) = keys.max_changed.node() {
        max_changed(&keys.max_changed.quoted().to_string(), node, &mut guards, findings);
    }
    if let Some(node) = keys.protected.node() {
        for item in list(keys.protected.quoted(), node, findings).unwrap_or_default() {
            guards.protected.extend(text("a protected name", item, findings));
        }
    }
    if let Some(node) = keys.max_broadened.node()
        && let Some(keys) =
            MaxBroadenedFields::read(&keys.max_broadened.quoted().to_string(), node, findings)
    {
        guards.broadened_profiles = number_of(keys.profiles, findings);
        guards.broadened_holders = number_of(keys.holders, findings);
    }
    guards
}

/// Reads `30%`, `10` or `{share: 30%, profiles: 10}`.
fn max_changed(what: &str, node: &Node, guards: &mut Guards, findings: &mut Vec<Finding>) {
    if let Content::Map(_) = &node.content {
        if let Some(keys) = MaxChangedFields::read(what, node, findings) {
            guards.changed_share = keys.share.node().and_then(|node| share(node, findings));
            guards.changed = number_of(keys.profiles, findings);
        }
    } else if node.as_text().is_some_and(|text| text.ends_with('%')) {
        guards.changed_share = share(node, findings);
    } else {
        let hint = "write `30%` for a share of each workspace, or a whole number of profiles";
        guards.changed = number(what, hint, node, findings);
    }
}

fn share(node: &Node, findings: &mut Vec<Finding>) -> Option<u8> {
    let share = percent(node, 0);
    if share.is_none() {
        findings.push(
            Finding::new(Code::ImpossibleValue, "a share is from 0% to 100%")
                .at(&node.span)
                .hint("write for example `30%`"),
        );
    }
    share
}

fn number_of(key: Optional<'_>, findings: &mut Vec<Finding>) -> Option<usize> {
    number(key.quoted(), "write for example `5`", key.node()?, findings)
}

/// Reads `exceptions`; one that is not complete is left out, with a finding.
pub(super) fn exceptions(node: &Node, findings: &mut Vec<Finding>) -> Vec<Exception> {
    let items = list("`exceptions`", node, findings).unwrap_or_default();
    items.iter().filter_map(|item| exception(item, findings)).collect()
}

fn exception(node: &Node, findings: &mut Vec<Finding>) -> Option<Exception> {
    let keys = ExceptionFields::read("an exception", node, findings)?;
    let guard = keys.rule.take(findings).and_then(|node| guard(node, findings));
    let workspace = keys.workspace.text(findings);
    let reason = keys.reason.take(findings).and_then(|node| reason(node, findings));
    let until = keys.until.take(findings);
    let until = until.and_then(|node| day(keys.until.quoted(), node, findings));
    Some(Exception {
        guard: guard?,
        workspace: workspace?,
        reason: reason?,
        until: until?,
        span: node.span.clone(),
    })
}

fn guard(node: &Node, findings: &mut Vec<Finding>) -> Option<Guard> {
    let words = Guard::ALL.map(|(word, _)| word);
    let word = word("`rule`", &words, node, findings)?;
    let found = Guard::ALL.iter().find(|(known, _)| *known == word);
    if found.is_none() {
        let message = format!("there is no guard `{}`", node.span.quotable(&word));
        findings.push(Finding::new(Code::ImpossibleValue, message).at(&node.span).suggest(
            &word,
            words,
            format!("the guards are {}", listed(words)),
        ));
    }
    found.map(|(_, guard)| *guard)
}

/// Checks exceptions against the workspaces that there are and against the day.
pub(super) fn check(
    exceptions: &[Exception],
    folders: &Folders,
    day: Date,
    findings: &mut Vec<Finding>,
) {
    for exception in exceptions {
        if !folders.has_workspace(&exception.workspace, &exception.span, findings) {
            continue;
        }
        if exception.until < day {
            findings.push(
                Finding::new(
                    Code::ExceptionExpired,
                    format!(
                        "the exception from `{}` has expired: its last day has passed",
                        exception.guard.word()
                    ),
                )
                .at(&exception.span)
                .hint("take it out, or give it a later day"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Guard;
    use crate::desired::keys::{EXCEPTION, Shape};

    #[test]
    fn the_table_of_keys_has_every_guard() {
        let key = EXCEPTION.keys.iter().find(|key| key.name == "rule").expect("it has the key");
        let Shape::Word(words) = key.shape else { panic!("a guard is a word") };
        assert_eq!(words, Guard::ALL.map(|(word, _)| word));
    }
}
