//! One process of permctl, without its command line: it connects, reads, plans and applies as
//! `app` does, from the same parts. A killed process is a future that is dropped.

use std::sync::Arc;

use permctl::apply::{Applied, Fresh, Job, Pace, Status, WorkspaceOutcome, execute};
use permctl::desired::{self, Desired, Files, Locator, ProfileFile};
use permctl::error::Exit;
use permctl::finding::{Finding, Source};
use permctl::live;
use permctl::model::names::Names;
use permctl::model::{LiveWorkspace, WorkspaceId};
use permctl::plan::saved::{Reviewed, intersect};
use permctl::plan::whole::{Parts, gather};
use permctl::plan::{self, Binding, Context, Plan, WorkspacePlan, file};
use permctl::provider::http::{ApiError, Connection, Credentials, Limit, Run, Tenant, Transport};
use permctl::provider::{Provider, System, Workspaces};
use permctl::secret::{Redactor, Secret};
use tokio::time::Instant;
use url::Url;

use crate::vendors::VendorFacts;

/// The day of all simulated runs.
pub fn day() -> jiff::civil::Date {
    jiff::civil::date(2026, 7, 1)
}

/// A file of the user: the workspace's folder and the text.
#[derive(Debug, Clone)]
pub struct Text {
    /// The workspace's name.
    pub folder: &'static str,
    /// What the file says.
    pub text: String,
}

/// Reads files as `app` does.
pub fn load(system: &System, facts: &'static VendorFacts, texts: &[Text]) -> Desired {
    let mut config = format!(
        "version: 1\ntenants:\n  acme:\n    provider: {}\n    endpoint: sandbox\n    workspaces:\n",
        system.provider.id()
    );
    for (name, id) in &facts.workspaces {
        let id = match system.provider.capabilities().workspaces {
            Workspaces::Only => String::new(),
            Workspaces::ById | Workspaces::ByIdOrName => format!("id: \"{id}\""),
        };
        config.push_str(&format!("      {name}: {{{id}}}\n"));
    }
    let profiles = texts.iter().enumerate().map(|(number, Text { folder, text })| ProfileFile {
        folder: Some((*folder).to_owned()),
        source: Source::new(format!("{number}"), text.clone()),
    });
    desired::load(&Files {
        config: Source::new("permctl.yaml".to_owned(), config),
        profiles: profiles.collect(),
        allowed_hosts: Vec::new(),
        day: day(),
    })
}

/// A process that has read its files and can reach its tenant.
pub struct Process<'a> {
    tenant: Tenant,
    provider: &'static dyn Provider,
    desired: &'a Desired,
    run: Arc<Run>,
}

/// What a workspace was read as.
type Read<'a> = (&'a desired::Workspace, Fresh);

impl<'a> Process<'a> {
    /// Starts one; nothing is sent yet.
    pub fn start(system: &System, desired: &'a Desired, endpoint: &str, run: Arc<Run>) -> Self {
        let base = Url::parse(endpoint).expect("the sandbox has an address");
        let given = system.sandbox_credentials;
        let keys: Vec<&str> = given.iter().map(|(key, _)| *key).collect();
        let schemes = system.provider.capabilities().schemes;
        let scheme = schemes.iter().find(|scheme| scheme.keys() == keys).expect("a scheme");
        let secrets: Vec<Secret> = given.iter().map(|(_, value)| Secret::new(*value)).collect();
        let tenant = Tenant::connect(Connection {
            name: "acme".to_owned(),
            credentials: Credentials::new(*scheme, &secrets, &base),
            base,
            limiter: None,
            redactor: Redactor::default(),
            transport: Transport::default(),
            run: Arc::clone(&run),
        });
        let tenant = tenant.expect("loopback needs nothing of the machine");
        Self { tenant, provider: system.provider, desired, run }
    }

    async fn read(&self, wanted: impl Fn(&str) -> bool) -> Result<Vec<Read<'a>>, ApiError> {
        let reader = self.tenant.reader(self.provider);
        let mut reads = Vec::new();
        for workspace in self.desired.workspaces.iter().filter(|it| wanted(&it.name)) {
            let id = &match &workspace.locator {
                Locator::Id(id) => id.clone(),
                Locator::Only => WorkspaceId::only(),
                Locator::Name(_) => unreachable!("they are given by id"),
            };
            let answers = self.provider.profiles(&reader, id).await?;
            let reads_taken = live::read::taken(self.provider, &answers, &[]);
            let read_at = Instant::now();
            let live = live::read::understand(self.provider, &answers, id, None)?;
            reads.push((workspace, Fresh { live, read_at, reads: reads_taken }));
        }
        Ok(reads)
    }

    /// Reads everything that is live.
    pub async fn live(&self) -> Result<Vec<LiveWorkspace>, ApiError> {
        Ok(self.read(|_| true).await?.into_iter().map(|(_, fresh)| fresh.live).collect())
    }

    /// Makes a plan and saves it, as a reviewer would get it.
    pub async fn plan(&self) -> Result<Plan, ApiError> {
        let mut parts = Parts { day: day(), ..Parts::default() };
        parts.tenants.insert(
            "acme".to_owned(),
            Binding {
                provider: self.provider.id().to_owned(),
                endpoint: "sandbox".to_owned(),
                catalogue: self.provider.catalogue().fingerprint(),
            },
        );
        for (desired, fresh) in self.read(|_| true).await? {
            parts.workspaces.push(self.planned(desired, &fresh.live));
        }
        let saved = file::write(&gather(parts));
        Ok(file::read(&saved).expect("a plan that was written can be read"))
    }

    /// Applies a saved plan: what a fresh one still has of it.
    #[expect(clippy::disallowed_methods, reason = "a simulated process writes as `app/apply` does")]
    pub async fn apply(&self, plan: &Plan) -> (Exit, Applied) {
        let mut applied = Applied::of(plan);
        let others = if plan.findings().any(Finding::is_error) { Exit::Files } else { Exit::Done };
        if plan.is_empty() {
            return (others, applied);
        }
        let touched = |workspace: &&WorkspacePlan| !workspace.changes.is_empty();
        let is_touched = |name: &str| {
            plan.workspaces.iter().filter(touched).any(|workspace| workspace.workspace == name)
        };
        let Ok(reads) = self.read(is_touched).await else { return (Exit::Api, applied) };
        let mut reads = reads.into_iter();
        let pace = Pace::default();
        let mut stop: Option<String> = None;
        for workspace in plan.workspaces.iter().filter(touched) {
            let (desired, fresh) = reads.next().expect("all that is touched was read");
            let context = Context { desired, live: &fresh.live, provider: self.provider };
            let planned = self.planned(desired, &fresh.live);
            let Reviewed { plan: left, rest } = intersect(context, planned, workspace);
            if let Some(why) = &stop {
                applied.workspaces.push(WorkspaceOutcome::not_tried(&left, &rest, why));
                continue;
            }
            // A plan that locks everybody out goes on as if an exception allowed it.
            let administrators = &left.administrators;
            let has = |it: &plan::Administrator| it.after && it.left.or(it.holders) != Some(0);
            let lifted = !administrators.is_empty() && !administrators.iter().any(has);
            let (outcome, halt) = execute(Job {
                provider: self.provider,
                reader: self.tenant.reader(self.provider),
                writer: self.tenant.writer(self.provider),
                desired,
                workspace: &WorkspaceId(workspace.id.0.clone()),
                changes: &left.changes,
                memberships: &left.memberships,
                rest: &rest,
                administrators,
                lifted,
                fresh: Some(fresh),
                pace: &pace,
                journal: &(),
                progress: &|_| {},
                closed: &|| self.run.closed(),
            })
            .await;
            stop = halt;
            applied.workspaces.push(outcome);
        }
        let left = applied.statuses().any(|status| matches!(status, Status::NotTried { .. }));
        applied.interrupted = left && self.run.closed() == Some(Limit::Interrupted);
        (applied.exit(others), applied)
    }
}

impl Process<'_> {
    /// Plans a workspace from a read of it.
    fn planned(&self, desired: &desired::Workspace, live: &LiveWorkspace) -> WorkspacePlan {
        let (provider, names, day) = (self.provider, &Names::default(), day());
        let catalogue = provider.catalogue();
        let bundles = &*plan::bundles(catalogue, desired, live);
        plan::workspace(&plan::Input { desired, live, names, provider, catalogue, bundles, day })
    }
}
