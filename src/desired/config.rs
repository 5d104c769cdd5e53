//! `permctl.yaml`: tenants, their workspaces, credentials by reference, limits.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::desired::fields::{self, Keys, list, required, text, wrong_kind};
use crate::desired::guards::{Exception, Guards};
use crate::desired::{Ignore, Locator, Tenant, Unlisted, masked};
use crate::finding::{Code, Finding, Source, Span};
use crate::model::WorkspaceId;
use crate::provider::{Provider, Workspaces};
use crate::yaml::{self, Content, Node};
use jiff::civil::Date;

/// What `permctl.yaml` says.
#[derive(Default)]
pub struct Config {
    /// The tenants, ordered by name.
    pub tenants: Vec<Tenant>,
    /// The workspaces of all tenants, in the order of the file.
    pub workspaces: Vec<WorkspaceConfig>,
    /// Names of groups: folders that a later version reads.
    pub later: Vec<String>,
    /// Which plans are refused.
    pub guards: Guards,
    /// Where they are not.
    pub exceptions: Vec<Exception>,
}

/// One workspace as `permctl.yaml` names it.
pub struct WorkspaceConfig {
    /// Its name.
    pub name: String,
    /// Its tenant's name.
    pub tenant: String,
    /// Its API.
    pub provider: &'static dyn Provider,
    /// How to find it.
    pub locator: Locator,
    /// Where it is named.
    pub span: Span,
    /// What to leave out of sight.
    pub ignore: Vec<Ignore>,
    /// What profiles without an `unlisted` of their own do.
    pub unlisted: (Unlisted, Span),
}

/// Reads the configuration.
pub fn read(source: &Arc<Source>, allowed: &[String], findings: &mut Vec<Finding>) -> Config {
    let source = &masked::source(source);
    let parsed = yaml::parse(source);
    let unread = parsed.findings.iter().any(Finding::is_error);
    findings.extend(parsed.findings);
    let Some(root) = parsed.documents.first() else {
        if !unread {
            findings.push(
                Finding::new(Code::MissingKey, "the configuration is empty")
                    .at(&Span::new(source, 0, 0))
                    .hint("it needs `version: 1` and `tenants:`"),
            );
        }
        return Config::default();
    };
    if let Some(second) = parsed.documents.get(1) {
        findings.push(
            Finding::new(Code::WrongKind, "the configuration has a second document")
                .at(&second.span)
                .hint("keep one document; take the line `---` out"),
        );
    }
    let what = "the configuration";
    let keys = Keys {
        what,
        known: &["version", "tenants", "guards", "exceptions"],
        later: &["groups", "lists"],
    };
    if !keys.check(root, findings) {
        return Config::default();
    }
    if let Some(version) = required(what, "version", root, findings)
        && version.as_text() != Some("1")
    {
        findings.push(
            Finding::new(Code::ImpossibleValue, "this version of permctl reads `version: 1` only")
                .at(&version.span)
                .hint("write `version: 1`"),
        );
    }
    let mut reading =
        Reading { allowed, names: BTreeMap::new(), config: Config::default(), findings };
    if let Some(groups) = root.get("groups").and_then(Node::as_map) {
        reading.config.later = groups.iter().map(|entry| entry.key.clone()).collect();
    }
    if let Some(node) = root.get("guards") {
        reading.config.guards = reading.guards(node);
    }
    if let Some(node) = root.get("exceptions") {
        reading.config.exceptions = reading.exceptions(node);
    }
    if let Some(tenants) = required(what, "tenants", root, reading.findings) {
        match tenants.as_map() {
            Some(entries) => {
                for entry in entries {
                    reading.tenant(&entry.key, &entry.key_span, &entry.value);
                }
            }
            None => reading.findings.push(wrong_kind("`tenants`", "a mapping", tenants)),
        }
    }
    let mut config = reading.config;
    config.tenants.sort_by(|a, b| a.name.cmp(&b.name));
    config
}

/// The reading of one configuration.
pub(super) struct Reading<'a> {
    pub(super) allowed: &'a [String],
    names: BTreeMap<String, Span>,
    pub(super) config: Config,
    pub(super) findings: &'a mut Vec<Finding>,
}

impl Reading<'_> {
    /// Takes a name of a tenant or workspace: well-formed, and not taken.
    pub(super) fn name(&mut self, name: &str, span: &Span) {
        let good = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let quotable = span.quotable(name);
        if !good || name == "bases" {
            self.findings.push(
                Finding::new(Code::BadName, format!("`{quotable}` can't be a name here")).at(span).hint(
                    "names of tenants and workspaces have a-z, 0-9 and `-`, begin with a letter or digit, and are not `bases`",
                ),
            );
        }
        if let Some(first) = self.names.insert(name.to_owned(), span.clone()) {
            self.findings.push(
                Finding::new(Code::DuplicateName, format!("`{quotable}` is named twice"))
                    .at_labelled(span, "again here")
                    .at_labelled(&first, "first here")
                    .hint("names are unique over tenants and workspaces; rename one of them"),
            );
        }
    }

    pub(super) fn workspace(
        &mut self,
        tenant: &str,
        provider: &'static dyn Provider,
        outer: &(Unlisted, Span),
        (name, span): (&str, &Span),
        node: &Node,
    ) {
        self.name(name, span);
        let what = format!("workspace `{}`", span.quotable(name));
        let workspaces = provider.capabilities().workspaces;
        let known: &[&str] = match workspaces {
            Workspaces::Only => &["ignore", "unlisted"],
            Workspaces::ById | Workspaces::ByIdOrName => &["name", "id", "ignore", "unlisted"],
        };
        let keys = Keys { what: &what, known, later: &[] };
        if !keys.check(node, self.findings) {
            return;
        }
        let locator = match (node.get("name"), node.get("id")) {
            _ if workspaces == Workspaces::Only => Some(Locator::Only),
            (Some(value), None) if workspaces == Workspaces::ByIdOrName => {
                text("`name`", value, self.findings).map(Locator::Name)
            }
            (None, Some(value)) => {
                fields::id("`id`", value, self.findings).map(|id| Locator::Id(WorkspaceId(id)))
            }
            _ => {
                self.findings.push(
                    Finding::new(Code::MissingKey, format!("{what} needs one of `name` and `id`"))
                        .at(span)
                        .hint(if workspaces == Workspaces::ByIdOrName {
                            "write the name that the vendor shows, or its id in quotes"
                        } else {
                            "write the vendor's `id`, in quotes; this vendor does not list names"
                        }),
                );
                None
            }
        };
        let unlisted = unlisted(node.get("unlisted"), Some(outer.0), self.findings)
            .unwrap_or_else(|| outer.clone());
        let ignore = node.get("ignore").map(|node| self.ignore(node)).unwrap_or_default();
        if let Some(locator) = locator {
            let same =
                |other: &&WorkspaceConfig| other.tenant == tenant && other.locator == locator;
            if let Some(other) = self.config.workspaces.iter().find(same) {
                self.findings.push(
                    Finding::new(
                        Code::DuplicateName,
                        format!("`{}` and `{name}` are one workspace at the vendor", other.name),
                    )
                    .at_labelled(span, "again here")
                    .at_labelled(&other.span, "first here")
                    .hint("keep one of them; two would undo each other's changes"),
                );
            }
            self.config.workspaces.push(WorkspaceConfig {
                name: name.to_owned(),
                tenant: tenant.to_owned(),
                provider,
                locator,
                span: span.clone(),
                ignore,
                unlisted,
            });
        }
    }

    fn ignore(&mut self, node: &Node) -> Vec<Ignore> {
        let mut entries = Vec::new();
        for item in list("`ignore`", node, self.findings).unwrap_or_default() {
            let what = "an `ignore` entry";
            let keys = Keys { what, known: &["profile", "reason", "until"], later: &[] };
            if !keys.check(item, self.findings) {
                continue;
            }
            let profile = required(what, "profile", item, self.findings)
                .and_then(|node| text("`profile`", node, self.findings).zip(Some(&node.span)));
            let reason = required(what, "reason", item, self.findings)
                .and_then(|node| text("`reason`", node, self.findings));
            let until = item.get("until").and_then(|node| self.date(node));
            if let (Some((profile, span)), Some(reason)) = (profile, reason) {
                entries.push(Ignore { profile, reason, until, span: span.clone() });
            }
        }
        entries
    }

    pub(super) fn date(&mut self, node: &Node) -> Option<Date> {
        let date = node.as_text().and_then(|text| text.parse().ok());
        if date.is_none() {
            self.findings.push(wrong_kind("`until`", "a day", node).hint("write it as 2027-03-31"));
        }
        date
    }
}

/// Reads `unlisted: keep`, `unlisted: deny` or `unlisted: {value: keep, reason: ...}`.
///
/// Going from deny to keep loosens what the outer place promised, so it needs a reason.
pub fn unlisted(
    node: Option<&Node>,
    outer: Option<Unlisted>,
    findings: &mut Vec<Finding>,
) -> Option<(Unlisted, Span)> {
    let node = node?;
    let (value, reason) = match &node.content {
        Content::Map(_) => {
            let keys = Keys { what: "`unlisted`", known: &["value", "reason"], later: &[] };
            keys.check(node, findings);
            (required("`unlisted`", "value", node, findings)?, node.get("reason"))
        }
        _ => (node, None),
    };
    let unlisted = match value.as_text() {
        Some("keep") => Unlisted::Keep,
        Some("deny") => Unlisted::Deny,
        _ => {
            findings.push(
                Finding::new(Code::ImpossibleValue, "`unlisted` must be `keep` or `deny`")
                    .at(&value.span)
                    .hint("`deny` takes grants that no file names to their narrowest value; `keep` leaves them as they are"),
            );
            return None;
        }
    };
    let reasoned =
        reason.is_some_and(|node| node.as_text().is_some_and(|text| !text.trim().is_empty()));
    if unlisted == Unlisted::Keep && outer == Some(Unlisted::Deny) && !reasoned {
        findings.push(
            Finding::new(
                Code::ReasonMissing,
                "`unlisted: keep` loosens `deny` and gives no reason",
            )
            .at(&value.span)
            .hint("write `unlisted: {value: keep, reason: \"...\"}`"),
        );
    }
    Some((unlisted, value.span.clone()))
}
