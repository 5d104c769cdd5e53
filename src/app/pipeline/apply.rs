//! From what is to be done to writes.

use std::collections::BTreeSet;
use std::sync::atomic::AtomicBool;

use futures_util::stream::{self, StreamExt as _};

use crate::app::pipeline::{Work, workspace};
use crate::apply::journal::Journal;
use crate::apply::{Applied, Job, Pace, Status, WorkspaceOutcome, execute};
use crate::desired::Desired;
use crate::live::{Connected, ReadAt, Session};
use crate::plan::WorkspacePlan;
use crate::plan::saved::Rest;
use crate::provider::http::Limit;

/// What holds for all writes of a run.
#[derive(Clone, Copy)]
pub struct Writing<'a> {
    /// Where it is noted what is sent.
    pub journal: &'a dyn Journal,
    /// How long things may take.
    pub pace: &'a Pace,
    /// Is told of each profile and user as it is done.
    pub progress: &'a (dyn Fn(&str) + Sync),
    /// Whether no other run wrote since the first read, so that it may be written from.
    pub undisturbed: bool,
    /// The workspaces in which every administrator may be locked out.
    pub lifted: &'a BTreeSet<String>,
    /// Says why the whole run is to end, if so.
    pub closed: &'a (dyn Fn() -> Option<Limit> + Sync),
}

/// Does what is to be done, tenants side by side. Each tenant's workspaces come one after the other,
/// until it refuses us.
pub async fn apply(
    desired: &Desired,
    session: &Session,
    work: Work,
    writing: Writing<'_>,
) -> Applied {
    let Work { plan, mut held, rest, unread, facts: _ } = work;
    let mut applied = Applied::of(&plan);
    let nothing = Rest::default();
    let jobs = session.tenants.values().map(|connected| {
        let own = plan.workspaces.iter().filter(|it| it.tenant == connected.config.name);
        let todo = own.filter_map(|plan| {
            let rest = rest.get(&plan.workspace).unwrap_or(&nothing);
            let fresh = held.remove(&plan.workspace)?;
            (plan.has_work() || !rest.is_empty()).then_some(Todo { plan, rest, fresh })
        });
        let todo: Vec<Todo<'_>> = todo.collect();
        let failed = plan.not_read.iter().any(|it| !it.files && it.tenant == connected.config.name);
        tenant(desired, connected, todo, !failed, writing)
    });
    let jobs: Vec<_> = jobs.collect();
    let done = stream::iter(jobs).buffered(session.tenants_at_once()).collect::<Vec<_>>().await;
    applied.workspaces = done.into_iter().flatten().collect();
    let unread = unread.iter().filter(|it| it.has_work());
    let unread = unread.map(|it| WorkspaceOutcome::skipped(it, &nothing, "it could not be read"));
    applied.workspaces.extend(unread);
    applied.workspaces.sort_by(|a, b| a.workspace.cmp(&b.workspace));
    applied.workspaces.iter_mut().for_each(|outcome| outcome.add_notes(desired));
    let left = applied.statuses().any(|status| matches!(status, Status::Skipped { .. }));
    applied.interrupted = left && (writing.closed)() == Some(Limit::Interrupted);
    applied
}

/// One workspace that is to be written to.
struct Todo<'a> {
    plan: &'a WorkspacePlan,
    rest: &'a Rest,
    fresh: ReadAt,
}

/// Does the changes of one tenant. `whole` says that everything of it could be read.
#[expect(clippy::disallowed_methods, reason = "this is the one place that builds a writer")]
async fn tenant(
    desired: &Desired,
    connected: &Connected,
    workspaces: Vec<Todo<'_>>,
    whole: bool,
    writing: Writing<'_>,
) -> Vec<WorkspaceOutcome> {
    let mut outcomes = Vec::new();
    let accepted = AtomicBool::new(false);
    let unread = "another workspace of this tenant could not be read";
    let mut stop = (!whole).then(|| unread.to_owned());
    for Todo { plan, rest, fresh } in workspaces {
        if let Some(why) = &stop {
            outcomes.push(WorkspaceOutcome::skipped(plan, rest, why));
            continue;
        }
        let (outcome, halt) = execute(Job {
            provider: connected.provider,
            reader: connected.reader(),
            writer: connected.http.writer(connected.provider),
            desired: workspace(desired, &plan.workspace),
            workspace: &plan.id,
            changes: &plan.changes,
            users: &plan.users,
            rest,
            labels: &plan.labels,
            administrators: &plan.administrators,
            lifted: writing.lifted.contains(&plan.workspace),
            accepted: &accepted,
            fresh: writing.undisturbed.then_some(fresh),
            pace: writing.pace,
            journal: writing.journal,
            progress: writing.progress,
            closed: &|| connected.http.closed(),
        })
        .await;
        stop = halt;
        outcomes.push(outcome);
    }
    outcomes
}
