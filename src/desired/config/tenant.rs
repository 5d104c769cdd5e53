//! One tenant: its provider and endpoint, and what stands below it.

use url::Url;

use super::{Reading, WorkspaceConfig, credentials, limits, own, risk, workspace};
use crate::desired::fields::{Quoted, text, word, wrong_kind};
use crate::desired::keys::{Optional, Required, TenantFields};
use crate::desired::{Endpoint, Tenant, Unlisted, idle, unlisted};
use crate::finding::{Code, Finding};
use crate::model::catalogue::{OwnSettings, OwnTiers};
use crate::provider::tailored::tailored;
use crate::provider::{Provider, SYSTEMS, Scheme, find, http::auth};
use crate::text::listed;
use crate::yaml::{MapEntry, Node};

/// Reads one tenant and its workspaces. A tenant without a provider or endpoint is a finding and
/// left out.
pub fn read(entry: &MapEntry, reading: &mut Reading<'_>) -> (Option<Tenant>, Vec<WorkspaceConfig>) {
    let (name, span, node) = (&entry.key, &entry.key_span, &entry.value);
    reading.names.push((name.clone(), span.clone()));
    let what = format!("tenant `{}`", span.quotable(name));
    let Some(keys) = TenantFields::read(&what, node, reading.findings) else {
        reading.is_partial = true;
        return (None, Vec::new());
    };
    let workspaces = keys.workspaces.take(reading.findings);
    if let Some(node) = workspaces.filter(|node| node.as_map().is_none()) {
        let hint = "write `name: {id: \"...\"}` for each workspace";
        reading.findings.push(wrong_kind(keys.workspaces.quoted(), "a mapping", node, hint));
    }
    let workspaces = workspaces.and_then(Node::as_map);
    reading.is_partial |= workspaces.is_none();
    let workspaces = workspaces.unwrap_or_default();
    let catalogue = reading.catalogue;
    let Some(provider) = provider(keys.provider, catalogue, reading.findings) else {
        reading.unread.extend(workspaces.iter().map(|entry| entry.key.clone()));
        return (None, Vec::new());
    };
    let before = reading.findings.len();
    let settings = own::read(keys.settings.node(), provider, reading.findings);
    reading.settings_unread |= reading.findings.len() > before;
    let provider = tailored(provider, catalogue, &settings, &OwnTiers::new());
    let tiers = risk::read(keys.risk.node(), provider.catalogue(), reading.findings);
    let provider = tailored(provider, catalogue, &settings, &tiers);
    let endpoint = endpoint(keys.endpoint, provider, reading);
    let simulated = endpoint == Some(Endpoint::Sandbox);
    let token_endpoint = token_endpoint(keys.token_endpoint, provider, reading);
    let credentials = match keys.credentials.node() {
        Some(node) => credentials::read(node, provider, reading.findings),
        None => {
            // The sandbox has credentials of its own.
            if !simulated {
                reading.findings.push(credentials::missing(&what, node, provider));
            }
            None
        }
    };
    let limits = limits::read(keys.limits.node(), provider, simulated, reading.findings);
    let unlisted = keys.unlisted.node().and_then(|node| unlisted::read(node, reading.findings));
    let unlisted = unlisted.map_or(Unlisted::Keep, |said| said.unlisted);
    let workspaces = workspaces
        .iter()
        .filter_map(|entry| workspace::read(name, provider, unlisted, entry, reading))
        .collect();
    let tenant = endpoint.map(|endpoint| Tenant {
        name: name.clone(),
        provider,
        settings,
        tiers,
        endpoint,
        credentials,
        token_endpoint,
        limits,
    });
    if let Some(tenant) = &tenant {
        let span = keys.token_endpoint.node().map(|node| &node.span);
        idle::unused_credentials(tenant, span, reading.findings);
    }
    (tenant, workspaces)
}

fn provider(
    key: Required<'_>,
    catalogue: u32,
    findings: &mut Vec<Finding>,
) -> Option<&'static dyn Provider> {
    provider_named(key.take(findings)?, catalogue, findings)
}

/// Reads the id of a provider, as a generation of the catalogue knows it.
pub fn provider_named(
    value: &Node,
    catalogue: u32,
    findings: &mut Vec<Finding>,
) -> Option<&'static dyn Provider> {
    let known: Vec<&str> = SYSTEMS.iter().map(|system| system.provider.id()).collect();
    let id = word(Quoted("provider"), &known, value, findings)?;
    let system = find(&id);
    if system.is_none() {
        let message = format!("there is no provider `{}`", value.span.quotable(&id));
        let otherwise = format!("the providers are {}", listed(&known));
        findings.push(
            Finding::new(Code::ImpossibleValue, message)
                .at(&value.span)
                .suggest(&id, &known, otherwise),
        );
    }
    system.map(|system| tailored(system.provider, catalogue, &OwnSettings::new(), &OwnTiers::new()))
}

fn endpoint(
    key: Required<'_>,
    provider: &'static dyn Provider,
    reading: &mut Reading<'_>,
) -> Option<Endpoint> {
    let value = key.take(reading.findings)?;
    let written = text(key.quoted(), value, reading.findings)?;
    if written == "sandbox" {
        return Some(Endpoint::Sandbox);
    }
    let url = url(&written, value, provider.capabilities().hosts, reading)?;
    let path = url.path().trim_end_matches('/');
    if let Some(own) = provider.paths().iter().find(|own| path.ends_with(**own)) {
        let message = format!("`endpoint` ends in `{own}`, which permctl puts there itself");
        let hint = format!("write it without `{own}`");
        let finding = Finding::new(Code::ImpossibleValue, message).at(&value.span).hint(hint);
        reading.findings.push(finding);
        return None;
    }
    Some(Endpoint::Url(url))
}

/// Reads the URL that gives tokens; most providers have none of their own.
fn token_endpoint(
    key: Optional<'_>,
    provider: &'static dyn Provider,
    reading: &mut Reading<'_>,
) -> Option<Url> {
    let value = key.node()?;
    let written = text(key.quoted(), value, reading.findings)?;
    let grants = provider.capabilities().schemes.iter().filter_map(|scheme| match scheme {
        Scheme::Grant(grant) => grant.host,
        _ => None,
    });
    let hosts: Vec<&str> = grants.map(|host| host.trim_start_matches("https://")).collect();
    if hosts.is_empty() {
        reading.findings.push(
            Finding::new(
                Code::UnknownKey,
                format!("{} has no token endpoint of its own", provider.title()),
            )
            .at(&value.span)
            .hint(format!("take {} out", key.quoted())),
        );
        return None;
    }
    url(&written, value, &hosts, reading)
}

/// Reads a URL that credentials may be sent to.
fn url(written: &str, value: &Node, hosts: &[&str], reading: &mut Reading<'_>) -> Option<Url> {
    let refused = |message: String, hint: String| {
        Finding::new(Code::EndpointRefused, message).at(&value.span).hint(hint)
    };
    let url = match Url::parse(written) {
        Ok(url) if url.has_host() && matches!(url.scheme(), "http" | "https") => url,
        _ => {
            reading.findings.push(refused(
                "the endpoint is not a URL".to_owned(),
                "write `https://` and the host that the vendor gave you, or `sandbox`".to_owned(),
            ));
            return None;
        }
    };
    if let Err((message, hint)) = auth::permitted(&url, hosts, reading.allowed) {
        let mut finding = refused(message, hint);
        if auth::could_hold_secret(&url) {
            finding.spots.clear();
            finding = finding.at_masked(&value.span);
        }
        reading.findings.push(finding);
        return None;
    }
    Some(url)
}
