//! One process of permctl, without its command line: it connects, and lets the pipeline of the program
//! read, plan and apply. A killed process is a future that is dropped.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use permctl::app::pipeline::{self, How, Scope, Work, Writing, ending};
use permctl::app::selection::Selection;
use permctl::apply::journal::Journal;
use permctl::apply::{Applied, Pace};
use permctl::desired::{self, Desired, Files, ProfileFile};
use permctl::error::Exit;
use permctl::finding;
use permctl::live::{Connected, ReadScope, Session, Source, WorkspaceRead};
use permctl::model::{LiveWorkspace, NotRead};
use permctl::plan::rules::Moment;
use permctl::plan::{Administrator, Plan, WorkspacePlan, file};
use permctl::provider::http::{Connection, Limiter, Run, TenantClient, Transport};
use permctl::provider::{System, Workspaces};
use permctl::secret::Redactor;
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
        source: finding::SourceText::new(format!("{number}"), text.clone()),
    });
    desired::load(&Files {
        config: finding::SourceText::new("permctl.yaml".to_owned(), config),
        profiles: profiles.collect(),
        rules: Vec::new(),
        allowed_hosts: Vec::new(),
        day: day(),
    })
}

/// A process that has read its files and can reach its tenant.
pub struct Process<'a> {
    source: Source,
    desired: &'a Desired,
    everything: Selection,
    run: Arc<Run>,
}

impl<'a> Process<'a> {
    /// Starts one; nothing is sent yet.
    pub fn start(system: &System, desired: &'a Desired, endpoint: &str, run: Arc<Run>) -> Self {
        let base = Url::parse(endpoint).expect("the sandbox has an address");
        let http = TenantClient::connect(Connection {
            name: "acme".to_owned(),
            credentials: system.credentials(&base),
            base,
            limiter: Limiter::new(None, 1.0),
            redactor: Redactor::default(),
            transport: Transport::default(),
            run: Arc::clone(&run),
            day: None,
        });
        let config = desired.tenants[0].clone();
        let connected = Connected { provider: system.provider, http, config };
        let tenants = BTreeMap::from([("acme".to_owned(), Arc::new(connected))]);
        let source = Source::Api(Session::new(tenants, Vec::new()));
        Self { source, desired, everything: Selection::default(), run }
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            desired: self.desired,
            day: day(),
            selection: &self.everything,
            names_unwatched: false,
            before: None,
        }
    }

    /// Reads everything that is live.
    pub async fn live(&self) -> Result<Vec<LiveWorkspace>, NotRead> {
        let scope = self.scope();
        let turn = |_: &desired::Tenant, read: WorkspaceRead<'_>| read.fresh.live;
        let reads = self.source.read(&scope.selected(), ReadScope::Used, turn).await;
        let mut all = Vec::new();
        for read in reads.expect("an API is asked") {
            if let Some(not_read) = read.not_read.into_iter().next() {
                return Err(not_read);
            }
            all.extend(read.workspaces.into_iter().map(|it| it.value));
        }
        Ok(all)
    }

    /// Makes a plan and saves it, as a reviewer would get it.
    pub async fn plan(&self) -> Result<Plan, NotRead> {
        let scope = self.scope();
        let how = How { hold: false, holders: scope.holders(), moment: Moment::Plan };
        let work = pipeline::plan(scope, &self.source, how).await.expect("all is selected");
        if let Some(not_read) = work.plan.not_read.first().cloned() {
            return Err(not_read);
        }
        let saved = file::write(&work.plan);
        Ok(file::read(&saved).expect("a plan that was written can be read"))
    }

    /// Applies a saved plan: what a fresh one still has of it. Guards are not asked.
    pub async fn apply(&self, plan: &Plan, journal: &dyn Journal) -> (Exit, Applied) {
        if plan.is_empty() {
            return (ending(plan), Applied::of(plan));
        }
        let scope = self.scope();
        let review = pipeline::review(scope, &self.source, plan.clone()).await;
        let mut work: Work = review.expect("the files and the workspaces stay what they are");
        // A plan that locks everybody out goes on as if an exception allowed it.
        let locked_out = |plan: &&WorkspacePlan| {
            let has = |it: &Administrator| it.after && it.left.or(it.holders) != Some(0);
            !plan.administrators.is_empty() && !plan.administrators.iter().any(has)
        };
        let lifted = work.plan.workspaces.iter().filter(locked_out);
        let lifted: BTreeSet<String> = lifted.map(|plan| plan.workspace.clone()).collect();
        work.plan.gates.clear();
        let others = ending(&work.plan);
        let run = &self.run;
        let writing = Writing {
            journal,
            pace: &Pace::default(),
            progress: &|_| {},
            undisturbed: true,
            lifted: &lifted,
            closed: &|| run.closed(),
        };
        let session = self.source.session().expect("an API is asked");
        let applied = pipeline::apply(self.desired, session, work, writing).await;
        (applied.exit(others), applied)
    }
}
