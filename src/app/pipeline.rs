//! The one place that plans and applies: from files and live to a plan, from a saved plan to what a
//! fresh one still has of it, from there to writes. Commands, the simulation and the benchmarks call
//! it.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use crate::app::selection::Selection;
use crate::app::since::Before;
use crate::desired::{self, Desired};
use crate::error::Exit;
use crate::finding::Finding;
use crate::live::{ReadAt, Selected};
use crate::model::LiveWorkspace;
use crate::model::names::Names;
use crate::plan::holders::{HolderScope, Whose};
use crate::plan::rules::ProfileFacts;
use crate::plan::saved::Rest;
use crate::plan::since::{Released, released};
use crate::plan::{self, Context, Plan, WorkspacePlan};

mod apply;
mod aside;
mod draft;
mod review;
mod rules;
mod today;

pub use apply::{Writing, apply};
pub use draft::{How, guard_again, plan};
pub use review::{bound, review};
pub use today::fits;

/// The files that a run is about.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// What the files say.
    pub desired: &'a Desired,
    /// Today, UTC.
    pub day: Date,
    /// The part of it.
    pub selection: &'a Selection,
    /// Whether a plan names each setting that is not watched.
    pub names_unwatched: bool,
    /// The files before the branch, where only what the branch changes is planned.
    pub before: Option<&'a Before>,
}

/// A plan, and what an apply of it may use.
pub struct Work {
    /// What is to be done.
    pub plan: Plan,
    /// What rules need to know of the profiles of all workspaces that were read.
    pub facts: Vec<ProfileFacts>,
    /// What it was made from, by workspace; only workspaces with changes.
    pub held: BTreeMap<String, ReadAt>,
    /// What was reviewed beside and is not to be sent, by workspace.
    pub rest: BTreeMap<String, Rest>,
    /// Workspaces of a saved plan that could not be read now, as the saved plan has them.
    pub unread: Vec<WorkspacePlan>,
}

impl Work {
    /// Tells whether there is nothing to do and nothing to say about what was reviewed.
    pub fn is_empty(&self) -> bool {
        self.plan.is_empty() && self.unread.is_empty() && self.rest.values().all(Rest::is_empty)
    }
}

impl<'a> Scope<'a> {
    /// Lists the tenants with a selected workspace, and the selected workspaces of each.
    pub fn selected(&self) -> Vec<Selected<'a>> {
        let mut by_tenant: HashMap<&str, Vec<&desired::Workspace>> = HashMap::new();
        for workspace in &self.desired.workspaces {
            if self.selection.workspace(workspace) && self.touches(&workspace.name) {
                by_tenant.entry(&workspace.tenant).or_default().push(workspace);
            }
        }
        let tenants = self.desired.tenants.iter();
        tenants.filter_map(|tenant| Some((tenant, by_tenant.remove(&*tenant.name)?))).collect()
    }

    /// Tells whether a workspace is one of those that the branch touches.
    fn touches(&self, workspace: &str) -> bool {
        self.before.is_none_or(|before| before.touched.contains(workspace))
    }

    /// Plans what the branch changes of a workspace: takes out what the files before it ask for as well.
    pub fn keep_since(
        &self,
        plan: &mut WorkspacePlan,
        tenant: &desired::Tenant,
        read: (&LiveWorkspace, &Names),
        after: &desired::Workspace,
    ) {
        let Some(before) = self.before else { return };
        let Some(was) = before.desired.workspace(&after.name) else { return };
        // Of another account or workspace of the vendor nothing compares.
        let is_same = was.locator.folded() == after.locator.folded()
            && before.desired.tenant(&was.tenant).is_some_and(|was| {
                was.provider.id() == tenant.provider.id()
                    && was.endpoint == tenant.endpoint
                    && was.token_endpoint == tenant.token_endpoint
                    && sources(was) == sources(tenant)
            });
        plan.released = match is_same {
            true => released(was, after),
            false => was.profiles.iter().map(|profile| Released::whole(profile)).collect(),
        };
        if before.include_drift || !is_same {
            return;
        }
        let scope = Scope { desired: &before.desired, before: None, ..*self };
        let (live, names) = read;
        let planned = scope.plan_one(tenant, was, live, names);
        let context = Context { desired: after, live, provider: tenant.provider };
        let file = |workspace: &desired::Workspace, name: &str| {
            let mut named = workspace.profiles.iter().filter(|it| it.name == name);
            named.next().map(|profile| profile.span.source().text.clone())
        };
        let unchanged = |name: &str| file(was, name) == file(after, name);
        plan.keep_since(&planned, context, &unchanged);
    }

    /// Returns the first of the last days of what is selected, of those that have not passed.
    pub fn valid_through(&self) -> Option<Date> {
        let selected = self.selected();
        let workspaces = selected.iter().flat_map(|(_, workspaces)| workspaces);
        let profiles = workspaces.flat_map(|workspace| {
            let is_selected = |name: &str| self.selection.profile(workspace, name);
            workspace.profiles.iter().filter(move |profile| is_selected(&profile.name))
        });
        profiles.filter_map(|profile| profile.holds_through()).min()
    }

    /// Plans what is selected of one workspace from a read of it.
    pub fn plan_one(
        &self,
        tenant: &desired::Tenant,
        desired: &desired::Workspace,
        live: &LiveWorkspace,
        names: &Names,
    ) -> WorkspacePlan {
        let described = desired.profiles.iter().map(|profile| profile.name.as_str());
        let profiles = described.chain(live.profiles.iter().map(|profile| profile.name.as_str()));
        self.selection.note(desired, profiles);
        let selected = |profile: &str| self.selection.profile(desired, profile);
        input(*self, tenant, desired, live, names, |input| plan::part(input, &selected))
    }

    /// Returns whose holders are needed when the user asks for none.
    pub fn holders(&self) -> HolderScope {
        let before = self.before.iter().map(|before| &before.desired);
        let mut all = before.chain([self.desired]);
        let guarded = all.any(|desired| desired.guards.broadened_holders.is_some());
        HolderScope { whose: Whose::None, unmanaged: false, guarded }
    }
}

/// Lists where the credentials of a tenant come from, without the lines that say so.
fn sources(tenant: &desired::Tenant) -> Vec<(&'static str, &desired::SecretSource)> {
    let sources = tenant.credentials.iter().flat_map(|it| &it.sources);
    sources.map(|(key, source, _)| (*key, source)).collect()
}

/// Hands over what a workspace is planned from.
pub fn input<T>(
    scope: Scope<'_>,
    tenant: &desired::Tenant,
    desired: &desired::Workspace,
    live: &LiveWorkspace,
    names: &Names,
    ask: impl FnOnce(&plan::Input<'_>) -> T,
) -> T {
    let provider = tenant.provider;
    let catalogue = provider.catalogue();
    let bundles = &*plan::bundles(catalogue, desired, live);
    let Scope { day, names_unwatched, .. } = scope;
    ask(&plan::Input { desired, live, names, provider, catalogue, bundles, day, names_unwatched })
}

/// Returns what a plan of a workspace is made from.
pub fn context<'a>(
    desired: &'a Desired,
    plan: &WorkspacePlan,
    live: &'a LiveWorkspace,
) -> Context<'a> {
    let tenant = desired.tenant(&plan.tenant);
    let provider = tenant.expect("a plan is of tenants of the files").provider;
    Context { desired: workspace(desired, &plan.workspace), live, provider }
}

fn workspace<'a>(desired: &'a Desired, name: &str) -> &'a desired::Workspace {
    let known = desired.workspace(name);
    known.expect("a plan is of workspaces of the files")
}

/// Says how a run ends that only looked: by findings, by workspaces that could not be read, by guards.
pub fn ending(plan: &Plan) -> Exit {
    let files = plan.findings().any(Finding::is_error)
        || plan.not_read.iter().any(|not_read| not_read.files);
    let api = plan.not_read.iter().any(|not_read| !not_read.files);
    match (files, api, plan.refused().next().is_none()) {
        (true, ..) => Exit::Files,
        (false, true, _) => Exit::Api,
        (false, false, false) => Exit::Guard,
        (false, false, true) => Exit::Done,
    }
}
