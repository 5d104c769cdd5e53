//! `permctl apply`

use std::collections::BTreeMap;
use std::io::{BufRead as _, IsTerminal as _};
use std::time::Duration;

use futures_util::future::join_all;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::app::read::{Held, Planned};
use crate::app::select::Selection;
use crate::app::session::{Connected, Session};
use crate::app::{App, Loaded, plan as planning, read, session, show};
use crate::apply::{Applied, Job, Outcome, Pace, Status, WorkspaceOutcome, execute};
use crate::cli;
use crate::desired;
use crate::error::{Exit, Stop};
use crate::plan::{Binding, NotRead, Plan, WorkspacePlan};
use crate::report;

/// Does a saved plan, or plans, shows, asks and does.
pub async fn run(app: &mut App, arguments: &cli::Apply) -> anyhow::Result<Exit> {
    let loaded = app.load()?;
    let (planned, others) = match &arguments.plan {
        Some(path) => {
            let plan = show::read(path)?;
            let planned = reviewed(app, &loaded, plan).await?;
            (planned, Exit::Done)
        }
        None => {
            let selection = Selection::new(&arguments.addresses, &loaded.desired)?;
            let planned = read::plan(app, &loaded, &selection, None, true).await?;
            app.talk_report(&report::plan::text(&planned.plan))?;
            let others = planning::ending(&planned.plan);
            (planned, others)
        }
    };
    let Planned { plan, mut held, session } = planned;
    if let Some(approved) = &arguments.approved
        && *approved != plan.digest
    {
        return Err(Stop::new(
            Exit::Stale,
            format!("the plan has the digest {}, and {approved} was approved", plan.digest),
        )
        .hint("nothing was sent; review this plan, or apply the approved one")
        .into());
    }
    let session = session.expect("an apply reads from the API");
    if plan.is_empty() {
        // Without a saved plan, the plan that was just shown has said so already.
        let said = if arguments.plan.is_some() { "The plan has nothing to do.\n" } else { "" };
        app.report(&Applied { plan: plan.digest, ..Applied::default() }, |_| said.to_owned())?;
        return Ok(others);
    }
    if arguments.plan.is_none() && !arguments.auto_approve {
        ask(app)?;
    }
    let bar = progress(plan.changes().count());
    let bar_ref = &bar;
    let jobs = session.tenants.values().map(|connected| {
        let workspaces: Vec<(&WorkspacePlan, Option<Held>)> = plan
            .workspaces
            .iter()
            .filter(|workspace| workspace.tenant == connected.config.name)
            .filter(|workspace| !workspace.changes.is_empty())
            .map(|workspace| (workspace, held.remove(&workspace.workspace)))
            .collect();
        tenant(&loaded, connected, workspaces, whole(&plan, connected), bar_ref)
    });
    // The jobs are made first: each takes what was held for it.
    let jobs: Vec<_> = jobs.collect();
    let mut workspaces: Vec<WorkspaceOutcome> =
        join_all(jobs).await.into_iter().flatten().collect();
    bar.finish_and_clear();
    workspaces.sort_by(|a, b| a.workspace.cmp(&b.workspace));
    let applied = Applied { plan: plan.digest, workspaces };
    app.report(&applied, report::applied::text)?;
    Ok(applied.exit(others))
}

impl App {
    /// Shows the plan that is about to be asked about: on stdout for people, aside for machines.
    fn talk_report(&self, text: &str) -> anyhow::Result<()> {
        match self.globals.format {
            cli::Format::Text => self.result(text),
            cli::Format::Json => {
                self.talk(text);
                Ok(())
            }
        }
    }
}

/// Asks whether to go on; only the whole word counts.
fn ask(app: &App) -> anyhow::Result<()> {
    if !std::io::stdin().is_terminal() {
        return Err(Stop::new(Exit::Usage, "nobody is there to approve the plan; nothing was sent")
            .hint("save the plan with `permctl plan --out FILE`, review it and `permctl apply FILE`; or pass --auto-approve")
            .into());
    }
    app.talk("\nApply this plan? Only `yes` is taken as yes: ");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    if answer.trim() == "yes" {
        return Ok(());
    }
    Err(Stop::new(Exit::Interrupted, "not approved; nothing was sent").into())
}

/// A bar on stderr, when that is a terminal.
fn progress(changes: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(changes as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg}") {
        bar.set_style(style.progress_chars("=> "));
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Makes a saved plan ready: it must fit the files and tenants that are here.
async fn reviewed(app: &mut App, loaded: &Loaded, plan: Plan) -> anyhow::Result<Planned> {
    let stale = |message: String| {
        Stop::new(Exit::Stale, message)
            .hint("nothing was sent; make a new plan with these files and review it")
    };
    if let Some(not_read) = plan.not_read.first() {
        app.talk(&format!(
            "the plan does not cover workspace {}: it could not be read when the plan was made\n",
            not_read.workspace
        ));
    }
    let mut used: Vec<&desired::Tenant> = Vec::new();
    for (name, Binding { provider, endpoint, catalogue }) in &plan.tenants {
        let Some(tenant) = loaded.desired.tenants.iter().find(|tenant| tenant.name == *name) else {
            return Err(stale(format!(
                "the plan is for tenant {name}, which the files do not have"
            ))
            .into());
        };
        let now = tenant.endpoint.to_string();
        if tenant.provider.id() != provider || now != *endpoint {
            return Err(stale(format!(
                "the plan is for tenant {name} at {endpoint}, and the files say {now}"
            ))
            .into());
        }
        if tenant.provider.catalogue().fingerprint() != *catalogue {
            return Err(stale(format!(
                "the plan was made by permctl {}, which knows other settings of {}",
                plan.permctl,
                tenant.provider.title()
            ))
            .into());
        }
        let touched = plan.changes().any(|(workspace, _)| workspace.tenant == *name);
        if touched {
            used.push(tenant);
        }
    }
    for (workspace, _) in plan.changes() {
        let known =
            loaded.desired.workspaces.iter().find(|known| known.name == workspace.workspace);
        if known.is_none_or(|known| known.tenant != workspace.tenant) {
            return Err(stale(format!(
                "the plan is for workspace {} of tenant {}, which the files do not have",
                workspace.workspace, workspace.tenant
            ))
            .into());
        }
    }
    let session = session::open(app, loaded, used).await?;
    let held = reread(app, loaded, &plan, &session).await?;
    Ok(Planned { plan, held, session: Some(session) })
}

/// Reads the workspaces of a saved plan anew; each must be the one that was planned.
async fn reread(
    app: &App,
    loaded: &Loaded,
    plan: &Plan,
    session: &Session,
) -> anyhow::Result<BTreeMap<String, Held>> {
    let touched = |name: &str| {
        plan.workspaces
            .iter()
            .any(|workspace| workspace.workspace == name && !workspace.changes.is_empty())
    };
    let reads = session.tenants.values().map(|connected| {
        let mut workspaces = read::selected(loaded, &Selection::default(), &connected.config.name);
        workspaces.retain(|workspace| touched(&workspace.name));
        read::tenant(connected, workspaces, read::Wanted::Used, |read| {
            (read.desired.name.clone(), Held { fresh: read.fresh, names: read.names })
        })
    });
    let mut held = BTreeMap::new();
    for read in join_all(reads).await {
        if let Some(first) = read.not_read.first() {
            app.talk(&report::plan::not_read(&read.not_read));
            let exit = if first.files { Exit::Files } else { Exit::Api };
            return Err(Stop::new(exit, "nothing was sent: not everything could be read").into());
        }
        held.extend(read.workspaces);
    }
    for workspace in &plan.workspaces {
        if let Some(now) = held.get(&workspace.workspace)
            && now.fresh.live.id != workspace.id
        {
            return Err(Stop::new(
                Exit::Stale,
                format!(
                    "workspace {} was {} when it was planned and is {} now",
                    workspace.workspace, workspace.id, now.fresh.live.id
                ),
            )
            .hint("nothing was sent; make a new plan and review it")
            .into());
        }
    }
    Ok(held)
}

/// Tells whether everything of a tenant that the plan is about could be read.
fn whole(plan: &Plan, connected: &Connected) -> bool {
    let failed = |not_read: &NotRead| !not_read.files && not_read.tenant == connected.config.name;
    !plan.not_read.iter().any(failed)
}

/// Does the changes of one tenant, workspace by workspace, until it refuses us.
#[expect(clippy::disallowed_methods, reason = "this is the one place that builds a writer")]
async fn tenant(
    loaded: &Loaded,
    connected: &Connected,
    workspaces: Vec<(&WorkspacePlan, Option<Held>)>,
    whole: bool,
    bar: &ProgressBar,
) -> Vec<WorkspaceOutcome> {
    let pace = Pace::default();
    let mut outcomes = Vec::new();
    let mut stop = (!whole).then_some("another workspace of this tenant could not be read");
    for (workspace, held) in workspaces {
        if let Some(why) = stop {
            outcomes.push(not_tried(workspace, why));
            continue;
        }
        let known =
            loaded.desired.workspaces.iter().find(|known| known.name == workspace.workspace);
        let desired = known.expect("a plan is of workspaces of the files");
        let Held { fresh, names } = held.expect("every workspace with changes was held");
        let progress = |profile: &str| {
            bar.set_message(crate::report::safe::visible(profile));
            bar.inc(1);
        };
        let job = Job {
            provider: connected.provider,
            reader: connected.http.reader(connected.provider),
            writer: connected.http.writer(connected.provider),
            desired,
            names: &names,
            day: loaded.day,
            workspace: &workspace.id,
            changes: &workspace.changes,
            fresh: Some(fresh),
            pace: &pace,
            progress: &progress,
        };
        let (outcome, refused) = execute(job).await;
        stop = refused.then_some("the vendor refused an earlier write of this tenant");
        outcomes.push(outcome);
    }
    outcomes
}

fn not_tried(workspace: &WorkspacePlan, why: &str) -> WorkspaceOutcome {
    WorkspaceOutcome {
        workspace: workspace.workspace.clone(),
        tenant: workspace.tenant.clone(),
        profiles: workspace
            .changes
            .iter()
            .map(|planned| Outcome {
                profile: planned.change.profile.clone(),
                action: planned.change.existence.word().to_owned(),
                status: Status::NotTried { why: why.to_owned() },
                kept: Vec::new(),
            })
            .collect(),
    }
}
