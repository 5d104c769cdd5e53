//! Authentication: how credentials are put on a request, and where they may be sent.
//!
//! Resolving `${env:}` and `${file:}` is `app`'s business; here a credential is already a secret.

use std::net::IpAddr;

use url::{Host, Url};

use crate::provider::http::scheme::{Grant, Scheme};
use crate::secret::{Redactor, Secret};

/// Credentials, resolved.
#[derive(Debug, Clone)]
pub enum Credentials {
    /// A key and its secret.
    Basic(Secret, Secret),
    /// A token.
    Bearer(Secret),
    /// What a token is asked for with.
    Granted(Granted),
}

/// What is needed to ask for tokens.
#[derive(Debug, Clone)]
pub struct Granted {
    /// How to ask.
    pub grant: &'static Grant,
    /// The secrets of the grant's fields, in their order.
    pub secrets: Vec<Secret>,
    /// Where to ask.
    pub host: Url,
}

impl Granted {
    /// Returns the secret of a field, or the one that replaces it where the vendor gave one.
    pub(super) fn secret<'a>(
        &'a self,
        field: &str,
        rotated: Option<&'a Secret>,
    ) -> Option<&'a Secret> {
        let replaced = self.grant.rotates.is_some_and(|(_, replaced)| replaced == field);
        let at = self.grant.fields.iter().position(|(name, _)| *name == field)?;
        rotated.filter(|_| replaced).or_else(|| self.secrets.get(at))
    }
}

impl Credentials {
    /// Makes credentials from the secrets of a scheme's keys, in the scheme's order.
    ///
    /// `host` gives the tokens, where a scheme needs some.
    ///
    /// # Panics
    /// When there are not as many secrets as keys; the files are checked for that.
    pub fn new(scheme: Scheme, secrets: &[Secret], host: &Url) -> Self {
        match (scheme, secrets) {
            (Scheme::Basic(..), [user, password]) => Self::Basic(user.clone(), password.clone()),
            (Scheme::Bearer(_), [token]) => Self::Bearer(token.clone()),
            (Scheme::Grant(grant), secrets) if secrets.len() == grant.fields.len() => {
                Self::Granted(Granted { grant, secrets: secrets.to_vec(), host: host.clone() })
            }
            _ => panic!("{scheme:?} with {} secrets", secrets.len()),
        }
    }

    /// Returns who gives the tokens, where some are asked for.
    pub fn host(&self) -> Option<&Url> {
        match self {
            Self::Basic(..) | Self::Bearer(_) => None,
            Self::Granted(granted) => Some(&granted.host),
        }
    }

    /// Teaches a redactor every form of what is secret in them.
    pub fn teach(&self, redactor: &Redactor) {
        match self {
            Self::Basic(user, password) => redactor.learn_pair(user.expose(), password.expose()),
            Self::Bearer(token) => redactor.learn(token.expose()),
            Self::Granted(granted) => {
                let keys = granted.grant.fields.iter().map(|(_, key)| *key);
                let secrets = keys.zip(&granted.secrets);
                let secrets = secrets.filter(|(key, _)| !granted.grant.identifies(key));
                secrets.for_each(|(_, secret)| redactor.learn(secret.expose()));
            }
        }
    }
}

/// Tells whether a URL points to this machine.
pub fn is_loopback(endpoint: &Url) -> bool {
    match endpoint.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

/// Tells whether a URL has a part that secrets are put into; it must be neither stored nor shown.
pub fn could_hold_secret(endpoint: &Url) -> bool {
    !endpoint.username().is_empty()
        || endpoint.password().is_some()
        || endpoint.query().is_some()
        || endpoint.fragment().is_some()
}

/// Says why credentials may not be sent to an endpoint, or that they may; `hosts` are the vendor's.
///
/// They go to the provider's own hosts over TLS, to loopback, and to hosts that the operator of the
/// process allowed. A file can't allow a host: a pull request could then collect credentials.
///
/// # Errors
/// A fragment that says what is wrong, and a hint.
pub fn permitted(
    endpoint: &Url,
    hosts: &[&str],
    allowed_hosts: &[String],
) -> Result<(), (String, String)> {
    let host = endpoint.host_str().unwrap_or_default().to_ascii_lowercase();
    if !endpoint.username().is_empty() || endpoint.password().is_some() {
        return Err((
            "the endpoint holds a user name or password".to_owned(),
            "credentials belong under `credentials`, by `${env:NAME}` or `${file:PATH}`".to_owned(),
        ));
    }
    if could_hold_secret(endpoint) {
        return Err((
            "the endpoint has a query or a fragment".to_owned(),
            "write it up to the path only; credentials belong under `credentials`".to_owned(),
        ));
    }
    if is_loopback(endpoint) {
        return Ok(());
    }
    if endpoint.scheme() != "https" {
        return Err((
            format!("`{}` would send credentials without encryption", endpoint.scheme()),
            "write `https://`; `http://` is for this machine only".to_owned(),
        ));
    }
    let own = hosts.iter().any(|own| host == *own || host.ends_with(&format!(".{own}")));
    if own || allowed_hosts.iter().any(|allowed| allowed.eq_ignore_ascii_case(&host)) {
        return Ok(());
    }
    Err((
        format!("`{host}` is not a host of this provider"),
        format!(
            "credentials go to {} only; the operator of permctl may add a host with `--allow-host {host}` or PERMCTL_ALLOW_HOSTS={host}",
            match hosts {
                [] => "hosts that were allowed by name".to_owned(),
                hosts => format!("{} and names below it", hosts.join(", ")),
            }
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTS: &[&str] = &["api.vendor.example"];

    fn verdict(endpoint: &str, allowed: &[&str]) -> Result<(), String> {
        let url = Url::parse(endpoint).expect("a test writes valid URLs");
        let allowed: Vec<String> = allowed.iter().map(|host| (*host).to_owned()).collect();
        permitted(&url, HOSTS, &allowed).map_err(|(message, _)| message)
    }

    #[test]
    fn credentials_go_to_the_vendor_to_loopback_and_where_the_operator_said() {
        for fine in [
            "https://us-12345.api.vendor.example",
            "https://api.vendor.example",
            "http://127.0.0.1:8080",
            "http://[::1]:8080",
            "http://localhost",
        ] {
            assert_eq!(verdict(fine, &[]), Ok(()), "{fine}");
        }
        assert_eq!(verdict("https://mock.acme.example", &["mock.acme.example"]), Ok(()));
    }

    #[test]
    fn credentials_go_nowhere_else() {
        for refused in [
            "http://us-12345.api.vendor.example",
            "https://api.vendor.example.evil.example",
            "https://evilapi.vendor.example.example",
            "https://notapi.vendor.example",
            "https://mock.acme.example",
            "http://127.0.0.1.evil.example",
            "https://user:word@api.vendor.example",
            "https://api.vendor.example/?key=word",
            "https://api.vendor.example/#word",
            "http://127.0.0.1:8080/?word",
        ] {
            assert!(verdict(refused, &[]).is_err(), "{refused}");
        }
        assert!(verdict("http://mock.acme.example", &["mock.acme.example"]).is_err());
    }
}
