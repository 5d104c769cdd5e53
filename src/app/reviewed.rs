//! A saved plan, made ready for `apply`: what a fresh plan of the same workspaces still has of it.

use std::collections::BTreeMap;

use futures_util::future::join_all;

use crate::app::planning::{self, Planned};
use crate::app::select::Selection;
use crate::app::session::{self, Session};
use crate::app::{App, Loaded, read};
use crate::apply::Fresh;
use crate::error::{Exit, Stop};
use crate::plan::saved::{self, Rest, intersect};
use crate::plan::{NotRead, Plan, WorkspacePlan};
use crate::report;
use crate::text::visible;

/// What is left of a saved plan.
pub struct Reviewed {
    /// What is still to be done.
    pub planned: Planned,
    /// What was reviewed beside, by workspace.
    pub rest: BTreeMap<String, Rest>,
    /// Workspaces with work that could not be read, as the saved plan has them.
    pub unread: Vec<WorkspacePlan>,
}

/// Makes a saved plan ready. Guards are not asked.
///
/// A workspace that can't be read now joins those that the plan does not cover: nothing is applied to
/// its tenant.
pub async fn reviewed(app: &mut App, loaded: &Loaded, saved: Plan) -> anyhow::Result<Reviewed> {
    if let Some(not_read) = saved.not_read.first() {
        app.talk(&format!(
            "the plan does not cover workspace {}: it could not be read when the plan was made\n",
            visible(&not_read.workspace)
        ));
    }
    let used = saved::bound(&saved, &loaded.desired).map_err(|message| {
        Stop::new(Exit::Stale, message)
            .hint("nothing was sent; make a new plan with these files and review it")
    })?;
    let session = session::open(app, loaded, used).await?;
    let (mut fresh, not_read) = plan_again(app, loaded, &saved, &session).await?;
    let (mut held, mut rest, mut unread) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
    let mut workspaces = Vec::with_capacity(saved.workspaces.len());
    for mut workspace in saved.workspaces {
        let name = workspace.workspace.clone();
        let Some((plan, read)) = fresh.remove(&name) else {
            if workspace.has_work() {
                unread.push(workspace.clone());
            }
            workspace.changes.clear();
            workspace.users.clear();
            workspaces.push(workspace);
            continue;
        };
        if read.live.id != workspace.id {
            return Err(Stop::new(
                Exit::Stale,
                format!(
                    "workspace {name} was {} when it was planned and is {} now",
                    workspace.id, read.live.id
                ),
            )
            .hint("nothing was sent; make a new plan and review it")
            .into());
        }
        let context = loaded.context(&workspace, &read.live);
        let reviewed = intersect(context, plan, &workspace);
        workspaces.push(reviewed.plan);
        rest.insert(name.clone(), reviewed.rest);
        held.insert(name, read);
    }
    let mut plan = Plan { workspaces, ..saved };
    plan.not_read.extend(not_read);
    Ok(Reviewed { planned: Planned { plan, held, session: Some(session) }, rest, unread })
}

/// Reads and plans the workspaces that a saved plan changes something of. Returns also those that an
/// API did not give.
async fn plan_again(
    app: &App,
    loaded: &Loaded,
    saved: &Plan,
    session: &Session,
) -> anyhow::Result<(BTreeMap<String, (WorkspacePlan, Fresh)>, Vec<NotRead>)> {
    let all = Selection::default();
    let is_touched = |name: &str| {
        saved.workspaces.iter().any(|workspace| workspace.workspace == name && workspace.has_work())
    };
    let reads = session.tenants.values().map(|connected| {
        let mut workspaces = read::selected(loaded, &all, &connected.config.name);
        workspaces.retain(|workspace| is_touched(&workspace.name));
        read::tenant(connected, workspaces, read::Wanted::Used, |read| {
            let read::WorkspaceRead { desired, fresh, names, .. } = read;
            let tenant = &connected.config;
            let plan = planning::plan_one(tenant, loaded, &all, desired, &fresh.live, &names);
            (desired.name.clone(), (plan, fresh))
        })
    });
    let (mut plans, mut not_read) = (BTreeMap::new(), Vec::new());
    for read in join_all(reads).await {
        plans.extend(read.workspaces);
        not_read.extend(read.not_read);
    }
    app.talk(&report::plan::not_read(&not_read));
    if not_read.iter().any(|not_read| not_read.files) {
        let message = "nothing was sent: not everything could be found";
        return Err(Stop::new(Exit::Files, message).into());
    }
    Ok((plans, not_read))
}
