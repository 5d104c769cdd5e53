//! Saved plans: the format's version, the digest, reading back. Writing the file is `app`'s.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::model::catalogue::Catalogue;
use crate::model::roster::fold;
use crate::model::{Change, Existence, SettingPath, Settings, Transition, Value};
use crate::plan::membership::{Membership, PlannedMembership};
use crate::plan::{Plan, Planned, WorkspacePlan, access};
use crate::provider;

/// The version of the format that this version writes and reads.
pub const VERSION: u32 = 1;

/// Why a text is not a plan that can be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanFileError {
    /// It is not a plan at all.
    #[error("it is not a plan of permctl: {0}")]
    NotAPlan(String),
    /// It is a plan of another version.
    #[error("its format is version {0}, and this version of permctl reads version {VERSION}")]
    OtherVersion(u64),
    /// Its changes are not those that were written.
    #[error("its changes do not fit its digest: it was edited or damaged")]
    Damaged,
}

/// Writes a plan as the text of a file.
pub fn write(plan: &Plan) -> String {
    let mut text = serde_json::to_string_pretty(plan).expect("a plan has text keys only");
    text.push('\n');
    text
}

/// Reads a plan back.
///
/// # Errors
/// When the text is no plan, of another version, or damaged.
pub fn read(text: &str) -> Result<Plan, PlanFileError> {
    let not_a_plan = |error: serde_json::Error| PlanFileError::NotAPlan(error.to_string());
    #[derive(serde::Deserialize)]
    struct Version {
        plan_version: Option<u64>,
    }
    let version: Version = serde_json::from_str(text).map_err(not_a_plan)?;
    match version.plan_version {
        Some(version) if version == u64::from(VERSION) => {}
        Some(version) => return Err(PlanFileError::OtherVersion(version)),
        None => return Err(PlanFileError::NotAPlan("it has no `plan_version`".to_owned())),
    }
    let mut plan: Plan = serde_json::from_str(text).map_err(not_a_plan)?;
    if digest(&plan.workspaces) != plan.digest {
        return Err(PlanFileError::Damaged);
    }
    sound(&plan)?;
    judge(&mut plan)?;
    Ok(plan)
}

/// Compares every transition with the catalogue and judges every change anew: the digest covers what
/// a change does and not what it is called.
fn judge(plan: &mut Plan) -> Result<(), PlanFileError> {
    for workspace in &mut plan.workspaces {
        let binding = &plan.tenants[&workspace.tenant];
        let system = provider::find(&binding.provider);
        let catalogue =
            system.expect("a sound plan is of providers that are known").provider.catalogue();
        // Another version may know other settings; nothing of its plans is applied.
        let ours = catalogue.fingerprint() == binding.catalogue;
        for planned in &mut workspace.changes {
            for transition in &mut planned.change.transitions {
                catalogue.retype(&mut transition.before);
                catalogue.retype(&mut transition.after);
            }
            let Change { transitions, .. } = &planned.change;
            for transition in transitions.iter().filter(|_| ours) {
                fits(transition, &planned.change, &workspace.workspace, catalogue)?;
            }
            access::judge(catalogue, planned);
        }
        for PlannedMembership { membership, .. } in &mut workspace.memberships {
            membership.grants.values_mut().for_each(|granted| catalogue.retype(granted));
        }
    }
    Ok(())
}

/// Checks what a plan that permctl wrote has by itself, and a made-up one may not: everything once,
/// under its name, and bound to a tenant. A create that stands there twice would be sent twice, and
/// one without its name would make a profile that no later run could find.
fn sound(plan: &Plan) -> Result<(), PlanFileError> {
    let broken = |what: String| Err(PlanFileError::NotAPlan(what));
    let mut workspaces = BTreeSet::new();
    let mut located = BTreeSet::new();
    for workspace in &plan.workspaces {
        let name = &workspace.workspace;
        if name.is_empty() || workspace.tenant.is_empty() {
            return broken("it has a workspace without a name or tenant".to_owned());
        }
        if workspace.id.0.is_empty() {
            return broken(format!("it has workspace {name} without an id"));
        }
        if !workspaces.insert(name) {
            return broken(format!("it has workspace {name} twice"));
        }
        let Some(binding) = plan.tenants.get(&workspace.tenant) else {
            return broken(format!("it does not say what tenant {} is", workspace.tenant));
        };
        if !located.insert((&binding.provider, &binding.endpoint, &workspace.id)) {
            return broken(format!("it has the vendor's workspace of {name} twice"));
        }
        let Some(system) = provider::find(&binding.provider) else {
            return broken(format!("this version knows no provider `{}`", binding.provider));
        };
        let catalogue = system.provider.catalogue();
        members(workspace)?;
        let mut ids = BTreeSet::new();
        let mut created = BTreeSet::new();
        for Planned { change, .. } in &workspace.changes {
            if change.profile.is_empty() {
                return broken(format!("it changes a profile without a name in {name}"));
            }
            let once = match &change.existence {
                Existence::Create => created.insert(&change.profile),
                Existence::Update { id, .. } => ids.insert(id),
            };
            if !once {
                return broken(format!("it changes {name}/{} twice", change.profile));
            }
            complete(change, name, catalogue.name())?;
        }
    }
    Ok(())
}

/// Checks the memberships of a workspace: each user once, and something to do for each.
fn members(workspace: &WorkspacePlan) -> Result<(), PlanFileError> {
    let name = &workspace.workspace;
    let broken = |what: String| Err(PlanFileError::NotAPlan(what));
    let mut users = BTreeSet::new();
    for PlannedMembership { membership, .. } in &workspace.memberships {
        let Membership { user, before, after, grants, asked_by: _ } = membership;
        if user.is_empty() {
            return broken(format!("it gives profiles of {name} to a user without a name"));
        }
        if !users.insert(fold(user)) {
            return broken(format!("it gives profiles of {name} to {user} twice"));
        }
        if before == after {
            return broken(format!("it changes no profile of {user} in {name}"));
        }
        if !membership.gained().eq(grants.keys()) {
            return broken(format!("it does not say what {user} would get in {name}"));
        }
    }
    Ok(())
}

/// Checks one change by itself.
fn complete(change: &Change, workspace: &str, path: &SettingPath) -> Result<(), PlanFileError> {
    let address = format!("{workspace}/{}", change.profile);
    let broken = |what: String| Err(PlanFileError::NotAPlan(what));
    if change.transitions.is_empty() {
        return broken(format!("its change of {address} changes nothing"));
    }
    let mut bundles = BTreeSet::new();
    for transition in &change.transitions {
        if !bundles.insert(&transition.bundle) {
            return broken(format!("it changes `{}` of {address} twice", transition.bundle));
        }
    }
    match &change.existence {
        Existence::Create => {
            let named = Settings::from_iter([(path.clone(), Value::text(&*change.profile))]);
            let names =
                |transition: &Transition| transition.bundle == *path && transition.after == named;
            if !change.transitions.iter().any(names) {
                return broken(format!("it does not create {address} under that name"));
            }
        }
        // What is live may have an empty name, until a change gives it one.
        Existence::Update { id, live_name: _ } => {
            if id.0.is_empty() {
                return broken(format!("it changes {address} without an id"));
            }
        }
    }
    Ok(())
}

/// Checks that a transition is of its bundle alone, and does something: what it has beside that would
/// be written, and neither shown nor judged.
fn fits(
    transition: &Transition,
    change: &Change,
    workspace: &str,
    catalogue: &Catalogue,
) -> Result<(), PlanFileError> {
    let Transition { bundle: path, before, after, .. } = transition;
    let of = format!("{workspace}/{}", change.profile);
    let broken = |what: String| Err(PlanFileError::NotAPlan(what));
    let Some(bundle) = catalogue.bundle_over(path, &[before, after]) else {
        return broken(format!("it changes `{path}` of {of}, which is no setting"));
    };
    let mut named = before.keys().chain(after.keys());
    if let Some(foreign) = named.find(|path| !bundle.members.contains(path)) {
        return broken(format!("it changes `{foreign}` of {of} as a part of `{path}`"));
    }
    let Existence::Update { live_name, .. } = &change.existence else {
        return match before.is_empty() {
            true => Ok(()),
            false => broken(format!("it creates {of} from a `{path}` that it has already")),
        };
    };
    if catalogue.same(&bundle, before, after) {
        return broken(format!("its change of `{path}` of {of} changes nothing"));
    }
    let side = |name: &str| Settings::from_iter([(path.clone(), Value::text(name))]);
    let renames = || {
        catalogue.identity().renames
            && *before == side(live_name)
            && *after == side(&change.profile)
    };
    if path == catalogue.name() && !renames() {
        return broken(format!("it does not rename {of} from what it says is live"));
    }
    Ok(())
}

/// Computes the digest over the address, setting, before and after of every change, and over what
/// every profile that somebody gets grants.
pub fn digest(workspaces: &[WorkspacePlan]) -> String {
    let mut hasher = Sha256::new();
    for workspace in workspaces {
        for planned in &workspace.changes {
            let change = &planned.change;
            let (action, id, live_name) = match &change.existence {
                Existence::Create => ("create", "", ""),
                Existence::Update { id, live_name } => {
                    ("update", id.0.as_str(), live_name.as_str())
                }
            };
            // Each part is written as a JSON text, so that no name can look like a boundary.
            line(
                &mut hasher,
                &[&workspace.workspace, &workspace.id.0, &change.profile, action, id, live_name],
            );
            for transition in &change.transitions {
                let path = transition.bundle.to_string();
                line(
                    &mut hasher,
                    &[&path, &canonical(&transition.before), &canonical(&transition.after)],
                );
            }
        }
        for PlannedMembership { membership, .. } in &workspace.memberships {
            let Membership { user, before, after, grants, asked_by: _ } = membership;
            let list = |profiles: &BTreeSet<String>| {
                serde_json::to_string(profiles).expect("names can be written as JSON")
            };
            line(
                &mut hasher,
                &[
                    &workspace.workspace,
                    &workspace.id.0,
                    "holder",
                    user,
                    &list(before),
                    &list(after),
                ],
            );
            for (profile, granted) in grants {
                line(&mut hasher, &["grants", profile, &canonical(granted)]);
            }
        }
    }
    hasher.finalize().iter().fold("sha256:".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn line(hasher: &mut Sha256, parts: &[&str]) {
    for part in parts {
        hasher.update(serde_json::Value::from(*part).to_string());
        hasher.update(" ");
    }
    hasher.update("\n");
}

fn canonical(settings: &Settings) -> String {
    let sorted: std::collections::BTreeMap<_, _> = settings.iter().collect();
    serde_json::to_string(&sorted).expect("settings have text keys only")
}
