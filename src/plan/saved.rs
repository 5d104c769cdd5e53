//! A saved plan at the time of its apply: what a fresh plan of the same workspace still has of it. Pure.
//!
//! Of the saved plan only this is used: which profiles and users it changes, and each bundle's two
//! sides. All that is shown, counted, guarded and sent comes from the fresh plan, so what a file says
//! beyond that decides nothing, and a change that the fresh plan lacks is not done.

use crate::desired::{Desired, Tenant};
use crate::model::Change;
use crate::plan::confirm::Settled;
use crate::plan::{Binding, Context, Mismatch, Plan, Planned, WorkspacePlan, administrators};

mod both;

use both::Both;

/// What is left of one workspace of a saved plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    /// What the fresh plan still has of it, in the order of the saved plan.
    pub plan: WorkspacePlan,
    /// What is not to be sent.
    pub rest: Rest,
}

/// The reviewed changes for which nothing is to be sent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rest {
    /// Those of profiles that the plan has no more, in the order of the saved plan.
    pub changes: Vec<Left>,
    /// Those of users that the plan has no more, in the order of the saved plan.
    pub users: Vec<Left>,
    /// Those that the plan still has and that moved: guards judge what the plan comes to as a whole.
    pub stale: Vec<(Change, Vec<Mismatch>)>,
}

/// A reviewed change that the plan has no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// Its place among the changes of profiles, or among those of users, of the saved plan.
    pub at: usize,
    /// What was reviewed.
    pub planned: Planned,
    /// Why nothing is to be sent.
    pub why: Settled,
}

impl Rest {
    /// Tells whether all that was reviewed is in the plan.
    pub fn is_empty(&self) -> bool {
        let Self { changes, users, stale: _ } = self;
        changes.is_empty() && users.is_empty()
    }

    /// Says why nothing is to be sent for a change of the plan, if so.
    pub fn settled(&self, change: &Change) -> Option<Settled> {
        let stale = self.stale.iter().find(|(stale, _)| stale == change);
        stale.map(|(_, moved)| Settled::Stale(moved.clone()))
    }
}

/// Puts the reviewed changes that a plan has no more among the others, each at its place.
pub fn at_their_places<'l, T>(
    mut others: Vec<T>,
    left: &'l [Left],
    make: impl Fn(&'l Left) -> T,
) -> Vec<T> {
    for it in left {
        others.insert(it.at.min(others.len()), make(it));
    }
    others
}

/// Finds the tenants that a saved plan changes something of.
///
/// # Errors
/// When the plan is bound to another tenant, endpoint, catalogue or workspace than the files have;
/// says which.
pub fn bound<'d>(plan: &Plan, desired: &'d Desired) -> Result<Vec<&'d Tenant>, String> {
    let mut used = Vec::new();
    for (name, Binding { provider, endpoint, catalogue, settings, .. }) in &plan.tenants {
        let tenant = desired
            .tenant(name)
            .ok_or_else(|| format!("the plan is for tenant {name}, which the files do not have"))?;
        let now = tenant.endpoint.to_string();
        if tenant.provider.id() != provider || now != *endpoint {
            return Err(format!(
                "the plan is for tenant {name} at {endpoint}, and the files say {now}"
            ));
        }
        if tenant.settings != *settings {
            return Err(format!(
                "the files add other `settings` to tenant {name} than the plan was made with"
            ));
        }
        if tenant.provider.catalogue().fingerprint() != *catalogue {
            return Err(format!(
                "the plan was made by permctl {}, which knows other settings of {}",
                plan.permctl,
                tenant.provider.title()
            ));
        }
        if plan.workspaces.iter().any(|it| it.tenant == *name && it.has_work()) {
            used.push(tenant);
        }
    }
    for WorkspacePlan { workspace, tenant, .. } in plan.workspaces.iter().filter(|it| it.has_work())
    {
        if !desired.workspaces.iter().any(|it| it.name == *workspace && it.tenant == *tenant) {
            return Err(format!(
                "the plan is for workspace {workspace} of tenant {tenant}, which the files do not have"
            ));
        }
    }
    Ok(used)
}

/// Keeps of a fresh plan what a saved one has as well, change by change and bundle by bundle.
pub fn intersect(context: Context<'_>, fresh: WorkspacePlan, saved: &WorkspacePlan) -> Reviewed {
    let Context { desired, live, provider } = context;
    let catalogue = provider.catalogue();
    let both = Both { desired, live, catalogue, fresh: &fresh };
    let (kept, left_changes) = sort(&saved.changes, |it| both.change(it));
    let (users, left_users) = sort(&saved.users, |it| both.user(it));
    let stale = kept.iter().filter_map(|it| Some((it.planned.change.clone(), it.moved.clone()?)));
    let stale = stale.collect();
    let changes = kept.into_iter().map(|it| it.planned).collect();
    let updates = |plan: &WorkspacePlan| {
        let of = |it: &&Planned| it.change.updates().is_some();
        plan.changes.iter().filter(of).count() + plan.handed_over().len()
    };
    let described = fresh.unchanged + updates(&fresh);
    let mut plan = WorkspacePlan { changes, users, ..fresh };
    // A plan may be of a part of the workspace. What the file leaves out can make the part smaller,
    // and what it makes up is not in the fresh plan.
    plan.unchanged = described.saturating_sub(updates(&plan)).min(saved.unchanged);
    plan.unmanaged.retain(|it| saved.unmanaged.iter().any(|other| other.id == it.id));
    plan.blocked.retain(|name| saved.blocked.contains(name));
    plan.findings.retain(|it| {
        saved.findings.iter().any(|other| (other.code, &other.address) == (it.code, &it.address))
    });
    plan.administrators = administrators(provider, live, &plan.changes, &plan.users, &[]);
    Reviewed { plan, rest: Rest { changes: left_changes, users: left_users, stale } }
}

/// Takes reviewed changes apart into those that the fresh plan has as well and the rest.
fn sort<K>(
    saved: &[Planned],
    look: impl Fn(&Planned) -> Result<K, Settled>,
) -> (Vec<K>, Vec<Left>) {
    let (mut kept, mut left) = (Vec::new(), Vec::new());
    for (at, planned) in saved.iter().enumerate() {
        match look(planned) {
            Ok(still) => kept.push(still),
            Err(why) => left.push(Left { at, planned: planned.clone(), why }),
        }
    }
    (kept, left)
}
