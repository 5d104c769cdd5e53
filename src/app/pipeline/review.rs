//! A saved plan at the time of its apply: what a fresh plan of the same workspaces still has of it.

use std::collections::BTreeMap;

use crate::app::pipeline::{Scope, Work, context};
use crate::desired::{self, Desired};
use crate::error::{Exit, Stop};
use crate::live::{ReadScope, Source, WorkspaceRead};
use crate::model::LiveWorkspace;
use crate::plan::saved::{self, Reviewed, intersect};
use crate::plan::{Plan, WorkspacePlan};

/// Reads again what a saved plan changes, and keeps what a fresh plan still has of it. Guards are not
/// asked.
///
/// A workspace that can't be read now joins those that the plan does not cover: nothing is applied to
/// its tenant.
///
/// # Errors
/// When a workspace is another one at the vendor than it was, or is not found.
pub async fn review(scope: Scope<'_>, source: &Source, saved: Plan) -> Result<Work, Stop> {
    let touched = |name: &str| {
        saved.workspaces.iter().any(|workspace| workspace.workspace == name && workspace.has_work())
    };
    let mut selected = scope.selected();
    for (_, workspaces) in &mut selected {
        workspaces.retain(|workspace| touched(&workspace.name));
    }
    selected.retain(|(_, workspaces)| !workspaces.is_empty());
    let turn = |tenant: &desired::Tenant, read: WorkspaceRead<'_>| {
        let WorkspaceRead { desired, fresh, names, .. } = read;
        (scope.plan_one(tenant, desired, &fresh.live, &names), fresh)
    };
    let (mut fresh, mut not_read) = (BTreeMap::new(), Vec::new());
    for read in source.read(&selected, ReadScope::Used, turn).await? {
        fresh.extend(read.workspaces.into_iter().map(|it| (it.workspace, it.value)));
        not_read.extend(read.not_read);
    }
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
        same_workspace(&workspace, &read.live)?;
        let context = context(scope.desired, &workspace, &read.live);
        let Reviewed { plan, rest: left } = intersect(context, plan, &workspace);
        workspaces.push(plan);
        rest.insert(name.clone(), left);
        held.insert(name, read);
    }
    let mut plan = Plan { workspaces, ..saved };
    plan.not_read.extend(not_read);
    Ok(Work { plan, facts: Vec::new(), held, rest, unread })
}

fn same_workspace(planned: &WorkspacePlan, live: &LiveWorkspace) -> Result<(), Stop> {
    if live.id == planned.id {
        return Ok(());
    }
    let WorkspacePlan { workspace, id, .. } = planned;
    let message =
        format!("workspace {workspace} was {id} when it was planned and is {} now", live.id);
    Err(Stop::new(Exit::Stale, message).hint("nothing was sent; make a new plan and review it"))
}

/// Finds the tenants that a saved plan changes something of.
///
/// # Errors
/// When the plan is bound to another tenant, endpoint, catalogue or workspace than the files have.
pub fn bound<'d>(plan: &Plan, desired: &'d Desired) -> Result<Vec<&'d desired::Tenant>, Stop> {
    saved::bound(plan, desired).map_err(|message| {
        Stop::new(Exit::Stale, message)
            .hint("nothing was sent; make a new plan with these files and review it")
    })
}
