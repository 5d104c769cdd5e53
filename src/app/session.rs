//! Opening what a run reads from: tenants connected, sandboxes started, a snapshot read.

#![expect(clippy::disallowed_methods, reason = "certificates come from a file")]

use std::any::Any;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use jiff::civil::Date;
use permctl_sandbox::{self as sandbox, Sandbox};
use url::Url;

use crate::app::files::SavedFile;
use crate::app::pipeline::Scope;
use crate::app::selection::Selection;
use crate::app::state::calls::CallsFile;
use crate::app::{App, Loaded, credentials, environment, files, pace, system};
use crate::cli::Globals;
use crate::desired::{self, Desired, Endpoint};
use crate::error::{Exit, Stop};
use crate::finding::{self, Finding};
use crate::live::snapshot::OpenSnapshot;
use crate::live::{Connected, Selected, Session, Source};
use crate::provider::http::{
    Authority, Calls, Connection, Connections, Credentials, Day, Limiter, TenantClient, Transport,
};
use crate::provider::{Scheme, auth, find};

/// Where the sandbox keeps its state between runs, below the configuration.
pub const SANDBOX_STATE: &str = ".permctl/sandbox";

/// The APIs that were asked while the files were read; `None` where none were.
pub type Early = Option<anyhow::Result<Session>>;

/// Opens what a run reads from: a snapshot, or the APIs of all that is selected.
pub async fn source(
    app: &App,
    loaded: &Loaded,
    scope: Scope<'_>,
    live: Option<&Path>,
    early: Early,
) -> anyhow::Result<Source> {
    Ok(match (live, early) {
        (Some(path), _) => Source::Snapshot(snapshot(path)?),
        (None, Some(early)) => Source::Api(shown(app, loaded, early)?),
        (None, None) => {
            let tenants = scope.selected().into_iter().map(|(tenant, _)| tenant);
            Source::Api(open(app, loaded, tenants).await?)
        }
    })
}

/// Connects to the tenants that are selected and asks for what is read first of each, before the profile files
/// are read; `None` where a tenant has a simulator on this machine, which is near enough.
///
/// A tenant that may get a new refresh token is not asked: a run that ends for a mistake would lose it.
pub async fn early(
    app: &App,
    configured: &Desired,
    root: &Path,
    day: Date,
    selection: &Selection,
) -> Early {
    let selected =
        Scope { desired: configured, day, selection, names_unwatched: false, before: None }
            .selected();
    if selected.is_empty() || selected.iter().any(|(it, _)| it.endpoint == Endpoint::Sandbox) {
        return None;
    }
    let tenants = selected.iter().map(|(tenant, _)| *tenant);
    let session = connect(app, root, tenants).await;
    let keeps_tokens = |(tenant, _): &Selected<'_>| {
        let scheme = tenant.credentials.as_ref().map(|credentials| credentials.scheme);
        !matches!(scheme, Some(Scheme::Grant(grant)) if grant.rotates.is_some())
    };
    let selected: Vec<Selected<'_>> = selected.into_iter().filter(keeps_tokens).collect();
    Some(session.map(|mut session| {
        session.ask_early(&selected);
        session
    }))
}

/// Connects to these tenants. Nothing is sent yet.
pub async fn open<'a>(
    app: &App,
    loaded: &Loaded,
    tenants: impl IntoIterator<Item = &'a desired::Tenant>,
) -> anyhow::Result<Session> {
    shown(app, loaded, connect(app, &loaded.root, tenants).await)
}

/// Credentials that are not there, as findings.
#[derive(Debug, thiserror::Error)]
#[error("credentials are missing")]
struct Missing(Vec<Finding>);

/// Shows which credentials are missing, where that is why there is no session.
fn shown(app: &App, loaded: &Loaded, session: anyhow::Result<Session>) -> anyhow::Result<Session> {
    session.map_err(|error| match error.downcast::<Missing>() {
        Ok(Missing(findings)) => match app.refuse(&findings, &loaded.root) {
            Ok(stop) => stop.into(),
            Err(error) => error,
        },
        Err(error) => error,
    })
}

/// Opens a snapshot.
pub fn snapshot(path: &Path) -> Result<OpenSnapshot, Stop> {
    let stop = |problem: String| {
        Stop::new(Exit::Files, format!("could not use the snapshot {}: {problem}", path.display()))
            .hint("`permctl snapshot --out FILE` writes one")
    };
    let opened = match files::saved_file(path).map_err(|error| stop(error.to_string()))? {
        SavedFile::File(file) => OpenSnapshot::open(file),
        SavedFile::Text(text) => OpenSnapshot::open(Cursor::new(text)),
    };
    opened.map_err(|error| stop(error.to_string()))
}

async fn connect<'a>(
    app: &App,
    root: &Path,
    tenants: impl IntoIterator<Item = &'a desired::Tenant>,
) -> anyhow::Result<Session> {
    let tenants: Vec<&desired::Tenant> = tenants.into_iter().collect();
    let connections = Connections::new(tenants.len(), system::most_open_files());
    let transport = transport(&app.globals, connections)?;
    check_ways(app, &tenants)?;
    let mut sandboxes = BTreeMap::new();
    let mut connected = BTreeMap::new();
    let mut counted: BTreeMap<String, Arc<dyn Calls>> = BTreeMap::new();
    let mut missing = Vec::new();
    for config in tenants {
        let provider = config.provider;
        let (base, credentials) = match &config.endpoint {
            Endpoint::Url(url) => {
                let sources = config.credentials.as_ref().expect("checked with the files");
                let secrets = credentials::resolve(sources, &config.name, root, &mut missing);
                let Some(secrets) = secrets else { continue };
                let host = token_host(sources.scheme, config, url);
                (url.clone(), Credentials::new(sources.scheme, &secrets, &host))
            }
            Endpoint::Sandbox => {
                if !sandboxes.contains_key(provider.id()) {
                    sandboxes.insert(provider.id(), simulate(app, config, root).await?);
                }
                let system = find(provider.id()).expect("the provider is in the registry");
                let base = Url::parse(sandboxes[provider.id()].endpoint())
                    .context("the sandbox has no address")?;
                let credentials = system.credentials(&base);
                (base, credentials)
            }
        };
        credentials.teach(&app.redactor);
        let limiter = Limiter::new(config.limits.rate, f64::from(config.limits.share) / 100.0);
        let limits = config.limits.per_day.zip(config.limits.our_calls_a_day());
        let day = limits.map(|(per_day, most)| {
            let key = counted_as(config);
            let calls = counted
                .entry(key.clone())
                .or_insert_with(|| Arc::new(CallsFile::open(app, root, key)));
            Day { per_day, most, calls: Arc::clone(calls) }
        });
        let (name, redactor) = (config.name.clone(), app.redactor.clone());
        let (transport, run) = (transport.clone(), Arc::clone(&app.run));
        let http = TenantClient::connect(Connection {
            name,
            base,
            credentials,
            limiter,
            day,
            redactor,
            transport,
            run,
        });
        let tenant = Connected { provider, http, config: config.clone() };
        connected.insert(config.name.clone(), Arc::new(tenant));
    }
    if !missing.is_empty() {
        finding::sort(&mut missing);
        return Err(Missing(missing).into());
    }
    let held = sandboxes.into_values().map(|it: Sandbox| Box::new(it) as Box<dyn Any>).collect();
    Ok(Session::new(connected, held))
}

/// Names what a tenant's calls of a day count for: all tenants of one host, or a simulator.
fn counted_as(config: &desired::Tenant) -> String {
    match &config.endpoint {
        Endpoint::Url(url) => url.origin().ascii_serialization(),
        Endpoint::Sandbox => format!("sandbox/{}", config.provider.id()),
    }
}

/// Checks the proxies where requests leave this machine.
fn check_ways(app: &App, tenants: &[&desired::Tenant]) -> Result<(), Stop> {
    let leaves = |tenant: &&desired::Tenant| match &tenant.endpoint {
        Endpoint::Url(url) => !auth::is_loopback(url),
        Endpoint::Sandbox => false,
    };
    if tenants.iter().any(leaves) {
        for idle in environment::check_proxies()? {
            app.note(&format!("{idle}\n"));
        }
    }
    Ok(())
}

/// Reads what the flags say of all connections.
fn transport(globals: &Globals, connections: Connections) -> Result<Transport, Stop> {
    let (pauses, connections) = (pace::share(), Arc::new(connections));
    let mut transport = Transport { pauses, connections, ..Transport::default() };
    if let Some(time) = globals.request_timeout {
        transport.request_timeout = time;
    }
    if let Some(path) = &globals.ca_file {
        let read = std::fs::read(path).map_err(|error| error.to_string());
        transport.authorities = read.and_then(|pem| Authority::read(&pem)).map_err(|what| {
            let path = path.display();
            Stop::new(
                Exit::Usage,
                format!("could not use {path} of `--ca-file` or PERMCTL_CA_FILE: {what}"),
            )
            .hint("it is to hold certificates in PEM form: `-----BEGIN CERTIFICATE-----`")
        })?;
    }
    Ok(transport)
}

/// Returns where a scheme's tokens are asked for.
fn token_host(scheme: Scheme, config: &desired::Tenant, endpoint: &Url) -> Url {
    let vendors = match scheme {
        Scheme::Grant(grant) => grant.host,
        Scheme::Basic(..) | Scheme::Bearer(_) => None,
    };
    let vendors = vendors.map(|host| Url::parse(host).expect("providers name real hosts"));
    config.token_endpoint.clone().or(vendors).unwrap_or_else(|| endpoint.clone())
}

/// Starts the simulator of a tenant's provider, with the state of its last run.
async fn simulate(app: &App, config: &desired::Tenant, root: &Path) -> anyhow::Result<Sandbox> {
    let (tenant, provider, title) = (&config.name, config.provider.id(), config.provider.title());
    app.note(&format!(
        "{tenant}: the built-in {title} simulator, over HTTP on this machine; state in {SANDBOX_STATE}/{provider}.json\n"
    ));
    let system = find(provider).expect("the provider is in the registry");
    let state_file = Some(root.join(SANDBOX_STATE).join(format!("{provider}.json")));
    let options = sandbox::Options { state_file, ..sandbox::Options::default() };
    sandbox::start((system.sandbox)(), options).await.map_err(|error| {
        Stop::new(Exit::Internal, format!("could not start the sandbox: {error}"))
            .hint("`permctl sandbox --reset` starts again from a fresh tenant")
            .into()
    })
}
