//! One tenant of `permctl.yaml`: its provider, endpoint, credentials by reference, limits.

use std::time::Duration;

use url::Url;

use crate::desired::config::{Reading, unlisted};
use crate::desired::fields::{Keys, required, text, wrong_kind};
use crate::desired::{CredentialSources, Endpoint, Limits, SecretSource, Tenant, Unlisted};
use crate::finding::{Code, Finding, Span};
use crate::provider::{Provider, Rate, SYSTEMS, Scheme, auth, find};
use crate::text::listed;
use crate::yaml::Node;

impl SecretSource {
    /// Reads `${env:NAME}` or `${file:PATH}`. A default as a shell knows it (`${env:NAME:-default}`)
    /// would be the secret itself.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (kind, place) = text.strip_prefix("${")?.strip_suffix('}')?.split_once(':')?;
        let of_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
        match kind {
            _ if place.is_empty() || place.contains(":-") => None,
            "env" if place.chars().all(of_name) => Some(Self::Environment(place.to_owned())),
            "file" => Some(Self::File(place.to_owned())),
            _ => None,
        }
    }
}

impl Reading<'_> {
    pub(super) fn tenant(&mut self, name: &str, span: &Span, node: &Node) {
        self.name(name, span);
        let what = format!("tenant `{}`", span.quotable(name));
        let keys = Keys {
            what: &what,
            known: &[
                "provider",
                "endpoint",
                "tokenEndpoint",
                "credentials",
                "limits",
                "unlisted",
                "workspaces",
            ],
            later: &["settings"],
        };
        if !keys.check(node, self.findings) {
            return;
        }
        let Some(provider) = self.provider(&what, node) else { return };
        let endpoint = self.endpoint(&what, node, provider);
        let token_endpoint = self.token_endpoint(node, provider);
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
            self.config.tenants.push(Tenant {
                name,
                provider,
                endpoint,
                credentials,
                token_endpoint,
                limits,
            });
        }
    }

    fn provider(&mut self, what: &str, node: &Node) -> Option<&'static dyn Provider> {
        let value = required(what, "provider", node, self.findings)?;
        let id = text("`provider`", value, self.findings)?;
        let system = find(&id);
        if system.is_none() {
            let known: Vec<&str> = SYSTEMS.iter().map(|system| system.provider.id()).collect();
            self.findings.push(
                Finding::new(
                    Code::ImpossibleValue,
                    format!("there is no provider `{}`", value.span.quotable(&id)),
                )
                .at(&value.span)
                .suggest(
                    &id,
                    &known,
                    format!("the providers are {}", listed(&known)),
                ),
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
        self.url(&written, value, provider.capabilities().hosts).map(Endpoint::Url)
    }

    /// Reads where tokens are asked for; most providers have no such place of their own.
    fn token_endpoint(&mut self, node: &Node, provider: &'static dyn Provider) -> Option<Url> {
        let value = node.get("tokenEndpoint")?;
        let written = text("`tokenEndpoint`", value, self.findings)?;
        let grants = provider.capabilities().schemes.iter().filter_map(|scheme| match scheme {
            Scheme::Grant(grant) => grant.host,
            _ => None,
        });
        let hosts: Vec<&str> = grants.map(|host| host.trim_start_matches("https://")).collect();
        if hosts.is_empty() {
            self.findings.push(
                Finding::new(
                    Code::UnknownKey,
                    format!("{} asks for no tokens elsewhere", provider.title()),
                )
                .at(&value.span)
                .hint("take `tokenEndpoint` out"),
            );
            return None;
        }
        self.url(&written, value, &hosts)
    }

    /// Reads a URL that credentials may be sent to.
    fn url(&mut self, written: &str, value: &Node, hosts: &[&str]) -> Option<Url> {
        let refused = |message: String, hint: String| {
            Finding::new(Code::EndpointRefused, message).at(&value.span).hint(hint)
        };
        let url = match Url::parse(written) {
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
        if let Err((message, hint)) = auth::permitted(&url, hosts, self.allowed) {
            let mut finding = refused(message, hint);
            if auth::could_hold_secret(&url) {
                finding.spots.clear();
                finding = finding.at_masked(&value.span);
            }
            self.findings.push(finding);
            return None;
        }
        Some(url)
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
        let source = match node.as_text().and_then(SecretSource::read) {
            Some(source) => source,
            None => {
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
            rate: published.rate.filter(|_| !simulated),
            per_day: published.daily.map(|daily| daily.calls),
            share: 0.8,
        };
        let Some(node) = node else { return limits };
        let keys = Keys {
            what: "`limits`",
            known: &["perSecond", "perMinute", "perDay", "share"],
            later: &[],
        };
        if !keys.check(node, self.findings) {
            return limits;
        }
        for (key, per) in [("perSecond", 1), ("perMinute", 60)] {
            let count = node.get(key).and_then(|node| self.count(&format!("`{key}`"), node));
            if let Some(calls) = count {
                limits.rate = Some(Rate { calls, per: Duration::from_secs(per) });
            }
        }
        if let (Some(_), Some(second)) = (node.get("perSecond"), node.get("perMinute")) {
            self.findings.push(
                Finding::new(Code::ImpossibleValue, "`limits` have two rates")
                    .at(&second.span)
                    .hint("keep one of `perSecond` and `perMinute`"),
            );
        }
        if let Some(count) = node.get("perDay").and_then(|node| self.count("`perDay`", node)) {
            limits.per_day = Some(count);
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
}
