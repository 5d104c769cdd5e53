//! `guards` and `exceptions` of `permctl.yaml`: which plans are refused, and where a refusal is lifted.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::desired::config::Reading;
use crate::desired::fields::{Keys, list, required, text, wrong_kind};
use crate::finding::{Code, Finding, Span};
use crate::text::listed;
use crate::yaml::{Content, Node};

/// What can refuse a plan.
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
pub enum Rule {
    /// Too many profiles would change.
    MaxChanged,
    /// A protected profile would change.
    Protected,
    /// Too many profiles, or people, would get more access.
    MaxBroadened,
    /// Nobody would be left who administers.
    LockOut,
}

impl Rule {
    const ALL: [(&'static str, Self); 4] = [
        ("maxChanged", Self::MaxChanged),
        ("protected", Self::Protected),
        ("maxBroadened", Self::MaxBroadened),
        ("lockOut", Self::LockOut),
    ];

    /// Returns the word for it in files and flags.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, rule)| *rule == self).map_or("", |(word, _)| word)
    }
}

/// Which plans are refused. The lock-out rule always holds.
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
    /// The most people that have these profiles.
    pub broadened_holders: Option<usize>,
}

/// A place where a rule does not refuse for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Which rule.
    pub rule: Rule,
    /// In which workspace.
    pub workspace: String,
    /// Why.
    pub reason: String,
    /// The last day, UTC.
    pub until: Date,
    /// Where the files say so.
    pub span: Span,
}

impl Reading<'_> {
    pub(super) fn guards(&mut self, node: &Node) -> Guards {
        let mut guards = Guards::default();
        let known = &["maxChanged", "protected", "maxBroadened"];
        if !(Keys { what: "`guards`", known, later: &[] }).check(node, self.findings) {
            return guards;
        }
        if let Some(node) = node.get("maxChanged") {
            self.max_changed(node, &mut guards);
        }
        if let Some(node) = node.get("protected") {
            let items = list("`protected`", node, self.findings).unwrap_or_default();
            for item in items {
                guards.protected.extend(text("a protected name", item, self.findings));
            }
        }
        if let Some(node) = node.get("maxBroadened") {
            let keys = Keys { what: "`maxBroadened`", known: &["profiles", "holders"], later: &[] };
            if keys.check(node, self.findings) {
                let profiles = node.get("profiles");
                guards.broadened_profiles =
                    profiles.and_then(|node| self.number("`profiles`", node));
                let holders = node.get("holders");
                guards.broadened_holders = holders.and_then(|node| self.number("`holders`", node));
            }
        }
        guards
    }

    /// Reads `30%`, `10` or `{share: 30%, profiles: 10}`.
    fn max_changed(&mut self, node: &Node, guards: &mut Guards) {
        if let Content::Map(_) = &node.content {
            let keys = Keys { what: "`maxChanged`", known: &["share", "profiles"], later: &[] };
            if keys.check(node, self.findings) {
                guards.changed_share = node.get("share").and_then(|node| self.percent(node));
                let profiles = node.get("profiles");
                guards.changed = profiles.and_then(|node| self.number("`profiles`", node));
            }
        } else if node.as_text().is_some_and(|text| text.ends_with('%')) {
            guards.changed_share = self.percent(node);
        } else {
            guards.changed = self.number("`maxChanged`", node);
        }
    }

    fn percent(&mut self, node: &Node) -> Option<u8> {
        let percent = node
            .as_text()
            .and_then(|text| text.strip_suffix('%'))
            .and_then(|text| text.trim().parse::<u8>().ok())
            .filter(|percent| *percent <= 100);
        if percent.is_none() {
            self.findings.push(
                Finding::new(Code::ImpossibleValue, "a share is from 0% to 100%")
                    .at(&node.span)
                    .hint("write for example `30%`"),
            );
        }
        percent
    }

    fn number(&mut self, what: &str, node: &Node) -> Option<usize> {
        let number = node.as_text().and_then(|text| text.parse().ok());
        if number.is_none() {
            self.findings.push(
                wrong_kind(what, "a whole number, 0 or more", node).hint("write for example `5`"),
            );
        }
        number
    }

    pub(super) fn exceptions(&mut self, node: &Node) -> Vec<Exception> {
        let mut exceptions = Vec::new();
        for item in list("`exceptions`", node, self.findings).unwrap_or_default() {
            let what = "an exception";
            let known = &["rule", "workspace", "reason", "until"];
            if !(Keys { what, known, later: &[] }).check(item, self.findings) {
                continue;
            }
            let rule = required(what, "rule", item, self.findings).and_then(|it| self.rule(it));
            let mut read = |key| {
                required(what, key, item, self.findings)
                    .and_then(|node| text(&format!("`{key}`"), node, self.findings))
            };
            let (workspace, reason) = (read("workspace"), read("reason"));
            let until = required(what, "until", item, self.findings);
            let until = until.and_then(|node| self.date(node));
            if let (Some(rule), Some(workspace), Some(reason), Some(until)) =
                (rule, workspace, reason, until)
            {
                let span = item.span.clone();
                exceptions.push(Exception { rule, workspace, reason, until, span });
            }
        }
        exceptions
    }

    fn rule(&mut self, node: &Node) -> Option<Rule> {
        let word = text("`rule`", node, self.findings)?;
        let found = Rule::ALL.iter().find(|(known, _)| *known == word);
        if found.is_none() {
            let words = Rule::ALL.iter().map(|(word, _)| *word);
            self.findings.push(
                Finding::new(
                    Code::ImpossibleValue,
                    format!("there is no guard `{}`", node.span.quotable(&word)),
                )
                .at(&node.span)
                .suggest(
                    &word,
                    words.clone(),
                    format!("the guards are {}", listed(words)),
                ),
            );
        }
        found.map(|(_, rule)| *rule)
    }
}

/// Checks exceptions against the workspaces that there are and against the day.
pub(super) fn check(
    exceptions: &[Exception],
    workspaces: &[&str],
    day: Date,
    findings: &mut Vec<Finding>,
) {
    for exception in exceptions {
        let name = &exception.workspace;
        if !workspaces.contains(&name.as_str()) {
            findings.push(
                Finding::new(Code::UnknownWorkspace, format!("there is no workspace `{name}`"))
                    .at(&exception.span)
                    .suggest(name, workspaces, "an exception is for one workspace of this file"),
            );
        } else if exception.until < day {
            findings.push(
                Finding::new(
                    Code::ExceptionExpired,
                    format!(
                        "the exception from `{}` has ended: its last day has passed",
                        exception.rule.word()
                    ),
                )
                .at(&exception.span)
                .hint("take it out, or give it a later day"),
            );
        }
    }
}
