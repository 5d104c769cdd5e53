//! `credentials` of a tenant: one complete set of the provider's keys, each by reference.

use crate::desired::keys::{Object, check::check_keys};
use crate::desired::{CredentialSources, SecretSource};
use crate::finding::{Code, Finding, Span};
use crate::provider::{Provider, SYSTEMS};
use crate::yaml::Node;

/// Which keys there are is up to the vendor.
static CREDENTIALS: Object = Object { title: "`credentials`", keys: &[], later: &[] };

/// What a shell puts between a name and a value in its place, which would be the secret itself.
const DEFAULTS: [&str; 4] = [":-", ":=", ":+", ":?"];

impl SecretSource {
    /// Reads `${env:NAME}` or `${file:PATH}`, without a default (`${env:NAME:-default}`).
    pub(in crate::desired) fn read(text: &str) -> Option<Self> {
        let (kind, place) = text.strip_prefix("${")?.strip_suffix('}')?.split_once(':')?;
        let of_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
        match kind {
            _ if place.is_empty() || DEFAULTS.iter().any(|sign| place.contains(sign)) => None,
            "env" if place.chars().all(of_name) => Some(Self::Environment(place.to_owned())),
            "file" => Some(Self::File(place.to_owned())),
            _ => None,
        }
    }
}

/// Finds the vendor whose credentials these are, where none of them is of this one.
fn of_another(node: &Node, known: &[&str]) -> Option<&'static dyn Provider> {
    let keys = node.as_map().filter(|keys| !keys.is_empty())?;
    let has = |provider: &&'static dyn Provider| {
        let mut schemes = provider.capabilities().schemes.iter();
        schemes.any(|scheme| keys.iter().all(|entry| scheme.keys().contains(&entry.key.as_str())))
    };
    if keys.iter().any(|entry| known.contains(&entry.key.as_str())) {
        return None;
    }
    SYSTEMS.iter().map(|system| system.provider).find(has)
}

/// Reads one complete set; anything else is a finding and `None`.
pub fn read(
    node: &Node,
    provider: &'static dyn Provider,
    findings: &mut Vec<Finding>,
) -> Option<CredentialSources> {
    let schemes = provider.capabilities().schemes;
    let known: Vec<&str> = schemes.iter().flat_map(|scheme| scheme.keys()).collect();
    if let Some(other) = of_another(node, &known) {
        let (own, other) = (provider.title(), other.title());
        let message = format!("`credentials` are those of {other}, and this tenant is of {own}");
        let finding = Finding::new(Code::MissingKey, message).at(&node.span);
        findings.push(finding.hint(choices(provider)));
        return None;
    }
    check_keys("`credentials`", &known, &CREDENTIALS, node, findings)?;
    let given = |key: &&str| node.get(key).is_some();
    let count = known.iter().filter(|key| given(key)).count();
    let complete = schemes.iter().find(|scheme| {
        let keys = scheme.keys();
        keys.iter().all(given) && count == keys.len()
    });
    let Some(scheme) = complete else {
        findings.push(
            Finding::new(Code::MissingKey, "`credentials` must have one complete set of keys")
                .at(&node.span)
                .hint(choices(provider)),
        );
        return None;
    };
    let mut sources = Vec::new();
    for key in scheme.keys() {
        sources.push(node.get(key).and_then(|node| secret(key, node, findings))?);
    }
    Some(CredentialSources { scheme: *scheme, sources })
}

/// Says that a tenant has no credentials.
pub fn missing(what: &str, tenant: &Node, provider: &'static dyn Provider) -> Finding {
    Finding::new(Code::MissingKey, format!("{what} has no `credentials`"))
        .at(&tenant.span)
        .hint(choices(provider))
}

/// Lists the sets of keys that a provider takes.
fn choices(provider: &'static dyn Provider) -> String {
    let schemes = provider.capabilities().schemes.iter();
    let choices: Vec<String> =
        schemes.map(|scheme| format!("{{{}}}", scheme.keys().join(", "))).collect();
    format!("{} takes {}", provider.title(), choices.join(" or "))
}

fn secret(
    key: &'static str,
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Option<(&'static str, SecretSource, Span)> {
    let source = node.as_text().and_then(SecretSource::read);
    if source.is_none() {
        findings.push(
            Finding::new(Code::ImpossibleValue, format!("`{key}` must be a reference to a secret"))
                .at_masked(&node.span)
                .hint("write `${env:NAME}` for an environment variable or `${file:PATH}` for a file; if a secret stood here, replace it at the vendor"),
        );
    }
    Some((key, source?, node.span.clone()))
}
