//! What the environment says of connections: proxies, a certificate, allowed hosts. A variable that is
//! empty counts as unset, and one that can't be used is an error that names it; its value, which may
//! hold a password, is never shown.

#![expect(clippy::disallowed_methods, reason = "this is where such variables are read")]

use std::path::PathBuf;

use jiff::civil::Date;
use url::{Host, Url};

use crate::cli::Globals;
use crate::error::{Exit, Stop};
use crate::finding::{Code, Finding};

/// The variables of a proxy for all requests, as they are looked for.
const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];

/// Those of a proxy for requests without TLS, of which there are none.
const PLAIN_PROXIES: [&str; 2] = ["HTTP_PROXY", "http_proxy"];

/// Those of hosts that need no proxy.
const NO_PROXIES: [&str; 2] = ["NO_PROXY", "no_proxy"];

const CA_FILE: &str = "PERMCTL_CA_FILE";

/// What shells and CI systems call the width of the terminal.
const COLUMNS: &str = "COLUMNS";

/// The variables of permctl itself; the last two are for its own tests.
const KNOWN: [&str; 4] = ["PERMCTL_ALLOW_HOSTS", CA_FILE, "PERMCTL_TEST_PACE", TEST_DAY];

/// Not for users: the day that a run takes for today. A release does not look at it.
const TEST_DAY: &str = "PERMCTL_TEST_DAY";

/// Returns the value of a variable that is set to more than blanks.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// Returns the day that a test gives for today.
pub fn day_of_test() -> Option<Date> {
    let given = cfg!(debug_assertions).then(|| variable(TEST_DAY)).flatten();
    given.and_then(|day| day.parse().ok())
}

/// Returns the width that a person wants lines to fit where stdout is no terminal.
pub fn columns() -> Option<usize> {
    variable(COLUMNS)?.parse().ok().filter(|columns| *columns > 0)
}

/// Returns the file of certificates: that of the flag, else that of the variable.
pub fn ca_file(globals: &Globals) -> Option<PathBuf> {
    globals.ca_file.clone().or_else(|| variable(CA_FILE).map(PathBuf::from))
}

/// Returns the hosts that the operator allows, without the blanks around them.
///
/// # Errors
/// When one of them is no host, so that it would allow none.
pub fn allowed_hosts(globals: &Globals) -> Result<Vec<String>, Stop> {
    let mut hosts = Vec::new();
    for host in globals.allow_host.iter().map(|host| host.trim()).filter(|host| !host.is_empty()) {
        if Host::parse(host).is_err() || host.contains(['*', ':']) && !host.starts_with('[') {
            let message = format!(
                "`{host}` of `--allow-host` or PERMCTL_ALLOW_HOSTS is not the name of a host"
            );
            return Err(Stop::new(Exit::Usage, message).hint(
                "write the host alone, without `https://`, port and path: `api.acme.example`",
            ));
        }
        hosts.push(host.to_owned());
    }
    Ok(hosts)
}

/// Finds variables that look like ones of permctl and are none.
pub fn unknown() -> Vec<Finding> {
    let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    let unknown = names.filter(|name| name.starts_with("PERMCTL_") && !KNOWN.contains(&&**name));
    let mut unknown: Vec<String> = unknown.collect();
    unknown.sort();
    let finding = |name: String| {
        Finding::new(Code::NoEffect, format!("the environment variable {name} has no effect"))
            .suggest(&name, KNOWN, "permctl reads no variable of that name")
    };
    unknown.into_iter().map(finding).collect()
}

/// Checks the proxies of the environment; returns what has no effect in them.
///
/// # Errors
/// When one can't be used: requests would go past it.
pub fn check_proxies() -> Result<Vec<String>, Stop> {
    for name in PROXIES.iter().chain(&PLAIN_PROXIES) {
        let Some(value) = variable(name) else { continue };
        if !is_proxy(&value) {
            let message =
                format!("the environment variable {name} does not name a proxy that can be used");
            return Err(Stop::new(Exit::Usage, message)
                .hint("write `http://HOST:PORT`, signs of a password as in a URL (`%40` for `@`), or unset it"));
        }
    }
    let mut idle = Vec::new();
    let set = |names: &[&'static str]| names.iter().copied().find(|name| variable(name).is_some());
    let (proxy, plain) = (set(&PROXIES), set(&PLAIN_PROXIES));
    if let (None, Some(plain)) = (proxy, plain) {
        idle.push(format!("{plain} has no effect, since requests go over TLS; set HTTPS_PROXY"));
    }
    for name in NO_PROXIES {
        let Some(value) = variable(name).filter(|_| proxy.is_some()) else { continue };
        for entry in value.split(',').map(str::trim) {
            if entry.contains("://") || (entry.contains('*') && entry != "*") {
                idle.push(format!(
                    "`{entry}` of {name} has no effect; write a host, or a domain as `.acme.example`"
                ));
            }
        }
    }
    Ok(idle)
}

/// Tells whether a value names a proxy as it is read: a URL of `http` or `https`, or a host and port.
fn is_proxy(value: &str) -> bool {
    let url = match value.contains("://") {
        true => value.to_owned(),
        false => format!("http://{value}"),
    };
    let odd = |it: char| !it.is_ascii_graphic() || "\"<>\\^`{|}".contains(it);
    !value.contains(odd)
        && Url::parse(&url)
            .is_ok_and(|url| url.has_host() && matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::is_proxy;

    #[test]
    fn a_proxy_that_the_client_would_pass_over_is_none() {
        for good in ["http://u:p@127.0.0.1:1", "proxy.acme.example:3128", "https://p", "[::1]:1"] {
            assert!(is_proxy(good), "{good}");
        }
        for bad in
            ["http://u:p w@127.0.0.1:1", "::::", "http://", "socks5://p:1", "http://p:x", "ä"]
        {
            assert!(!is_proxy(bad), "{bad}");
        }
    }
}
