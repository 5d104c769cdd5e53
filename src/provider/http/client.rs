//! The HTTP client of one tenant: whom it trusts, how it connects, how long a request may take.
//!
//! There is no way to leave TLS verification out, and no redirect is followed: both would send
//! credentials to another host.

use std::sync::Arc;
use std::time::Duration;

use url::Url;

use crate::provider::http::auth::is_loopback;
use crate::provider::http::connections::Connections;

/// How long a request may take, its answer included, unless a flag says otherwise.
pub const LONGEST_REQUEST: Duration = Duration::from_secs(60);

/// How long making a connection may take.
const LONGEST_CONNECT: Duration = Duration::from_secs(10);

/// What the operator of the process decided about all connections.
#[derive(Debug, Clone)]
pub struct Transport {
    /// Authorities that are trusted beside those of the machine.
    pub authorities: Vec<Authority>,
    /// How long a request may take, from connecting to the last byte of its answer.
    pub request_timeout: Duration,
    /// Those of all tenants together.
    pub connections: Arc<Connections>,
    /// The share of its own pauses that is waited for before a repeat; what a vendor asks for is
    /// waited for whole.
    pub pauses: f64,
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            authorities: Vec::new(),
            request_timeout: LONGEST_REQUEST,
            connections: Arc::default(),
            pauses: 1.0,
        }
    }
}

/// The certificate of a private authority.
#[derive(Debug, Clone)]
pub struct Authority(reqwest::Certificate);

impl Authority {
    /// Reads all certificates of a PEM text.
    ///
    /// # Errors
    /// A fragment that says what is wrong with it.
    pub fn read(pem: &[u8]) -> Result<Vec<Self>, String> {
        match reqwest::Certificate::from_pem_bundle(pem) {
            Ok(found) if found.is_empty() => Err("it holds no certificate".to_owned()),
            Ok(found) => Ok(found.into_iter().map(Self).collect()),
            Err(_) => Err("it is not a certificate in PEM form".to_owned()),
        }
    }
}

/// Makes a client for an endpoint and for who gives its tokens; sends nothing.
pub(super) fn client(
    base: &Url,
    tokens: Option<&Url>,
    transport: &Transport,
) -> reqwest::Result<reqwest::Client> {
    let Transport { authorities, request_timeout, connections, pauses: _ } = transport;
    let loopback = is_loopback(base);
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("permctl/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .https_only(!loopback)
        .pool_max_idle_per_host(connections.idle())
        .connect_timeout(LONGEST_CONNECT.min(*request_timeout))
        .timeout(*request_timeout);
    if loopback {
        // A proxy of the environment would get requests for this machine too.
        builder = builder.no_proxy();
    }
    if [Some(base), tokens].into_iter().flatten().all(|host| host.scheme() == "http") {
        // Nothing will be encrypted, so the certificates of the machine, whose reading takes longer
        // than all of a small plan, stay unread.
        builder = builder.tls_certs_only([]);
    } else if !authorities.is_empty() {
        builder = builder.tls_certs_merge(authorities.iter().map(|Authority(it)| it.clone()));
    }
    builder.build()
}
