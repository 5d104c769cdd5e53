//! `permctl.yaml`: tenants, their workspaces, credentials by reference, limits.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use url::Url;

use crate::desired::fields::{self, Keys, list, required, text, wrong_kind};
use crate::desired::{
    CredentialSources, Endpoint, Ignore, Limits, Locator, SecretSource, Tenant, Unlisted,
};
use crate::finding::{Code, Finding, Source, Span, closest};
use crate::profile::WorkspaceId;
use crate::provider::{Provider, SYSTEMS, auth, find};
use crate::yaml::{self, Content, Node};

/// What `permctl.yaml` says.
#[derive(Default)]
pub struct Config {
    /// The tenants, ordered by name.
    pub tenants: Vec<Tenant>,
    /// The workspaces of all tenants, in the order of the file.
    pub workspaces: Vec<WorkspaceConfig>,
    /// Names of groups: folders that a later version reads.
    pub later: Vec<String>,
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
        known: &["version", "tenants"],
        later: &["groups", "lists", "guards", "exceptions"],
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
struct Reading<'a> {
    allowed: &'a [String],
    names: BTreeMap<String, Span>,
    config: Config,
    findings: &'a mut Vec<Finding>,
}

impl Reading<'_> {
    /// Takes a name of a tenant or workspace: well-formed, and not taken.
    fn name(&mut self, name: &str, span: &Span) {
        let good = name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !good || name == "bases" {
            self.findings.push(
                Finding::new(Code::BadName, format!("`{name}` can't be a name here")).at(span).hint(
                    "names of tenants and workspaces have a-z, 0-9 and `-`, begin with a letter or digit, and are not `bases`",
                ),
            );
        }
        if let Some(first) = self.names.insert(name.to_owned(), span.clone()) {
            self.findings.push(
                Finding::new(Code::DuplicateName, format!("`{name}` is named twice"))
                    .at_labelled(span, "again here")
                    .at_labelled(&first, "first here")
                    .hint("names are unique over tenants and workspaces; rename one of them"),
            );
        }
    }

    fn tenant(&mut self, name: &str, span: &Span, node: &Node) {
        self.name(name, span);
        let what = format!("tenant `{name}`");
        let keys = Keys {
            what: &what,
            known: &["provider", "endpoint", "credentials", "limits", "unlisted", "workspaces"],
            later: &["settings"],
        };
        if !keys.check(node, self.findings) {
            return;
        }
        let Some(provider) = self.provider(&what, node) else { return };
        let endpoint = self.endpoint(&what, node, provider);
        let credentials = self.credentials(&what, node, provider, endpoint.as_ref());
        let limits = self.limits(node.get("limits"), provider, endpoint.as_ref());
        let unlisted = unlisted(node.get("unlisted"), None, self.findings)
            .unwrap_or_else(|| (Unlisted::Keep, span.clone()));
        if let Some(workspaces) = required(&what, "workspaces", node, self.findings) {
            match workspaces.as_map() {
                Some(entries) => {
                    for entry in entries {
                        self.workspace(
                            name,
                            provider,
                            &unlisted,
                            (&entry.key, &entry.key_span),
                            &entry.value,
                        );
                    }
                }
                None => self.findings.push(wrong_kind("`workspaces`", "a mapping", workspaces)),
            }
        }
        if let Some(endpoint) = endpoint {
            let name = name.to_owned();
            self.config.tenants.push(Tenant { name, provider, endpoint, credentials, limits });
        }
    }

    fn provider(&mut self, what: &str, node: &Node) -> Option<&'static dyn Provider> {
        let value = required(what, "provider", node, self.findings)?;
        let id = text("`provider`", value, self.findings)?;
        let system = find(&id);
        if system.is_none() {
            let known: Vec<&str> = SYSTEMS.iter().map(|system| system.provider.id()).collect();
            self.findings.push(
                Finding::new(Code::ImpossibleValue, format!("there is no provider `{id}`"))
                    .at(&value.span)
                    .hint(match closest(&id, known.iter().copied()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("the providers are {}", fields::listed(&known)),
                    }),
            );
        }
        system.map(|system| system.provider)
    }

    fn endpoint(
        &mut self,
        what: &str,
        node: &Node,
        provider: &'static dyn Provider,
    ) -> Option<Endpoint> {
        let value = required(what, "endpoint", node, self.findings)?;
        let written = text("`endpoint`", value, self.findings)?;
        if written == "sandbox" {
            return Some(Endpoint::Sandbox);
        }
        let refused = |message: String, hint: String| {
            Finding::new(Code::EndpointRefused, message).at(&value.span).hint(hint)
        };
        let url = match Url::parse(&written) {
            Ok(url) if url.has_host() && matches!(url.scheme(), "http" | "https") => url,
            _ => {
                self.findings.push(refused(
                    "the endpoint is not a URL".to_owned(),
                    "write `https://` and the host that the vendor gave you, or `sandbox`"
                        .to_owned(),
                ));
                return None;
            }
        };
        if let Err((message, hint)) = auth::permitted(&url, provider.capabilities(), self.allowed) {
            self.findings.push(refused(message, hint));
            return None;
        }
        Some(Endpoint::Url(url))
    }

    fn credentials(
        &mut self,
        what: &str,
        node: &Node,
        provider: &'static dyn Provider,
        endpoint: Option<&Endpoint>,
    ) -> Option<CredentialSources> {
        let schemes = provider.capabilities().schemes;
        let choices: Vec<String> =
            schemes.iter().map(|scheme| format!("{{{}}}", scheme.keys().join(", "))).collect();
        let hint = format!("{} takes {}", provider.title(), choices.join(" or "));
        let Some(value) = node.get("credentials") else {
            // The simulator knows its own keys; every other endpoint needs to be told.
            if endpoint != Some(&Endpoint::Sandbox) {
                self.findings.push(
                    Finding::new(Code::MissingKey, format!("{what} has no `credentials`"))
                        .at(&node.span)
                        .hint(hint),
                );
            }
            return None;
        };
        let known: Vec<&str> = schemes.iter().flat_map(|scheme| scheme.keys()).collect();
        if !(Keys { what: "`credentials`", known: &known, later: &[] }).check(value, self.findings)
        {
            return None;
        }
        let given = |key: &&str| value.get(key).is_some();
        let Some(scheme) = schemes.iter().find(|scheme| {
            scheme.keys().iter().all(given)
                && known.iter().filter(|key| given(key)).count() == scheme.keys().len()
        }) else {
            self.findings.push(
                Finding::new(Code::MissingKey, "`credentials` are not one complete set")
                    .at(&value.span)
                    .hint(hint),
            );
            return None;
        };
        let mut sources = Vec::new();
        for key in scheme.keys() {
            let source = value.get(key).and_then(|node| self.secret(key, node))?;
            sources.push(source);
        }
        Some(CredentialSources { scheme: *scheme, sources })
    }

    fn secret(
        &mut self,
        key: &'static str,
        node: &Node,
    ) -> Option<(&'static str, SecretSource, Span)> {
        let inner = node
            .as_text()
            .and_then(|text| text.strip_prefix("${"))
            .and_then(|text| text.strip_suffix('}'));
        let source = match inner.and_then(|inner| inner.split_once(':')) {
            Some(("env", name)) if !name.is_empty() => SecretSource::Environment(name.to_owned()),
            Some(("file", path)) if !path.is_empty() => SecretSource::File(path.to_owned()),
            _ => {
                self.findings.push(
                    Finding::new(Code::ImpossibleValue, format!("`{key}` must name where the secret is"))
                        .at_masked(&node.span)
                        .hint("write `${env:NAME}` for an environment variable or `${file:PATH}` for a file; a secret that stood here should be replaced at the vendor"),
                );
                return None;
            }
        };
        Some((key, source, node.span.clone()))
    }

    fn limits(
        &mut self,
        node: Option<&Node>,
        provider: &'static dyn Provider,
        endpoint: Option<&Endpoint>,
    ) -> Limits {
        let published = provider.capabilities();
        let simulated = endpoint == Some(&Endpoint::Sandbox);
        let mut limits = Limits {
            per_second: (!simulated).then_some(published.per_second),
            per_day: published.per_day,
            share: 0.8,
        };
        let Some(node) = node else { return limits };
        let keys = Keys { what: "`limits`", known: &["perSecond", "perDay", "share"], later: &[] };
        if !keys.check(node, self.findings) {
            return limits;
        }
        if let Some(count) = node.get("perSecond").and_then(|node| self.count("`perSecond`", node))
        {
            limits.per_second = Some(count);
        }
        if let Some(count) = node.get("perDay").and_then(|node| self.count("`perDay`", node)) {
            limits.per_day = count;
        }
        if let Some(node) = node.get("share") {
            let percent = node
                .as_text()
                .and_then(|text| text.strip_suffix('%'))
                .and_then(|text| text.trim().parse::<u8>().ok())
                .filter(|percent| (1..=100).contains(percent));
            match percent {
                Some(percent) => limits.share = f64::from(percent) / 100.0,
                None => self.findings.push(
                    Finding::new(Code::ImpossibleValue, "`share` must be from 1% to 100%")
                        .at(&node.span)
                        .hint("write for example `share: 80%`"),
                ),
            }
        }
        limits
    }

    fn count(&mut self, what: &str, node: &Node) -> Option<u32> {
        let count = node.as_text().and_then(|text| text.parse().ok()).filter(|count| *count > 0);
        if count.is_none() {
            self.findings.push(
                Finding::new(
                    Code::ImpossibleValue,
                    format!("{what} must be a whole number of calls, 1 or more"),
                )
                .at(&node.span)
                .hint("write for example `3`"),
            );
        }
        count
    }

    fn workspace(
        &mut self,
        tenant: &str,
        provider: &'static dyn Provider,
        outer: &(Unlisted, Span),
        (name, span): (&str, &Span),
        node: &Node,
    ) {
        self.name(name, span);
        let what = format!("workspace `{name}`");
        let keys = Keys { what: &what, known: &["name", "id", "ignore", "unlisted"], later: &[] };
        if !keys.check(node, self.findings) {
            return;
        }
        let locator = match (node.get("name"), node.get("id")) {
            (Some(value), None) if provider.capabilities().workspaces_have_names => {
                text("`name`", value, self.findings).map(Locator::Name)
            }
            (None, Some(value)) => {
                fields::id("`id`", value, self.findings).map(|id| Locator::Id(WorkspaceId(id)))
            }
            _ => {
                self.findings.push(
                    Finding::new(Code::MissingKey, format!("{what} needs one of `name` and `id`"))
                        .at(span)
                        .hint(if provider.capabilities().workspaces_have_names {
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

    fn date(&mut self, node: &Node) -> Option<Date> {
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
