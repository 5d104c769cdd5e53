//! The shape of a saved plan: what permctl never writes is refused before anything is read. Pure.
//!
//! Each profile, bundle and user stands there once, under its name. Whether the files ask for it and
//! what is live is compared later, with a fresh plan.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::catalogue::Catalogue;
use crate::model::roster::fold;
use crate::model::{Action, Change, Settings, Transition, Value, difference, direction};
use crate::plan::{Binding, Plan, Planned, WorkspacePlan, lean};

/// Gives values the types that their settings have, and changes the directions that they have: the
/// digest covers what a change does and not what the file calls it.
pub fn complete(workspace: &mut WorkspacePlan, tenants: &BTreeMap<String, Binding>) {
    let Some(Ok(provider)) = tenants.get(&workspace.tenant).map(Binding::provider) else { return };
    let catalogue = provider.catalogue();
    for planned in workspace.changes.iter_mut().chain(&mut workspace.accepted.changes) {
        for transition in &mut planned.change.transitions {
            catalogue.retype(&mut transition.before);
            catalogue.retype(&mut transition.after);
        }
        judge(catalogue, planned);
    }
    lean::requests(workspace, provider);
    for planned in &mut workspace.users {
        let Action::Assign { grants } = &mut planned.change.action else { continue };
        grants.values_mut().for_each(|granted| catalogue.retype(granted));
    }
}

/// Judges a change again from its transitions.
fn judge(catalogue: &Catalogue, planned: &mut Planned) {
    direction::of_all(catalogue, &mut planned.change.transitions);
    planned.direction = planned.change.transitions.iter().map(|it| it.direction).collect();
}

/// Checks the shape of a plan.
///
/// # Errors
/// When permctl never writes such a plan; says what is wrong.
pub fn check(plan: &Plan) -> Result<(), String> {
    let mut names = BTreeSet::new();
    let mut located = BTreeSet::new();
    for workspace in &plan.workspaces {
        let name = &workspace.workspace;
        refuse(name.is_empty() || workspace.tenant.is_empty(), || {
            "it has a workspace without a name or tenant".to_owned()
        })?;
        refuse(workspace.id.0.is_empty(), || format!("it has workspace {name} without an id"))?;
        refuse(!names.insert(name), || format!("it has workspace {name} twice"))?;
        let Some(binding) = plan.tenants.get(&workspace.tenant) else {
            return Err(format!("it does not say what tenant {} is", workspace.tenant));
        };
        let place = (&binding.provider, &binding.endpoint, &workspace.id);
        refuse(!located.insert(place), || {
            format!("it has the vendor's workspace of {name} twice")
        })?;
        let provider = binding.provider()?;
        users(workspace)?;
        let catalogue = provider.catalogue();
        // Another version may know other settings; nothing of its plans is applied.
        let ours = catalogue.fingerprint() == binding.catalogue;
        let is_other = !ours && !binding.settings.is_empty();
        refuse(is_other && plan.permctl == env!("CARGO_PKG_VERSION"), || {
            format!("the `settings` of tenant {} do not fit its catalogue", workspace.tenant)
        })?;
        profiles(workspace, catalogue, ours)?;
    }
    Ok(())
}

fn refuse(is_broken: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if is_broken { Err(what()) } else { Ok(()) }
}

/// Checks that each user stands there once, and with something to do.
fn users(workspace: &WorkspacePlan) -> Result<(), String> {
    let name = &workspace.workspace;
    let mut users = BTreeSet::new();
    for Planned { change, .. } in &workspace.users {
        let user = &change.name;
        refuse(user.is_empty(), || {
            format!("it gives profiles of {name} to a user without a name")
        })?;
        refuse(!users.insert(fold(user)), || {
            format!("it gives profiles of {name} to {user} twice")
        })?;
        refuse(change.had() == change.will_have(), || {
            format!("it changes no profile of {user} in {name}")
        })?;
        refuse(!change.gained().eq(change.grants().keys()), || {
            format!("it does not say what {user} would get in {name}")
        })?;
    }
    Ok(())
}

/// Checks that each profile stands there once: a create that stands there twice would be sent twice.
fn profiles(
    workspace: &WorkspacePlan,
    catalogue: &'static Catalogue,
    ours: bool,
) -> Result<(), String> {
    let name = &workspace.workspace;
    let changes = || workspace.changes.iter().map(|planned| &planned.change);
    let (mut ids, mut created) = (BTreeSet::new(), BTreeSet::new());
    for change in changes() {
        let Change { name: profile, transitions, .. } = change;
        refuse(profile.is_empty(), || format!("it changes a profile without a name in {name}"))?;
        let of = &format!("{name}/{profile}");
        let is_first = match change.updates() {
            None => created.insert(profile),
            Some((id, _)) => ids.insert(id),
        };
        refuse(!is_first, || format!("it changes {of} twice"))?;
        refuse(transitions.is_empty(), || format!("its change of {of} changes nothing"))?;
        let mut bundles = BTreeSet::new();
        for Transition { bundle, .. } in transitions {
            refuse(!bundles.insert(bundle), || format!("it changes `{bundle}` of {of} twice"))?;
        }
        named(change, catalogue, of)?;
        for transition in transitions.iter().filter(|_| ours) {
            fits(transition, change, catalogue, of)?;
        }
    }
    Ok(())
}

/// Checks that a create gives its name, without which no later run could find the profile, and that
/// an update has an id. The name of a live profile may be empty.
fn named(change: &Change, catalogue: &Catalogue, of: &str) -> Result<(), String> {
    let path = catalogue.name();
    let named = Settings::from_iter([(path.clone(), Value::text(&*change.name))]);
    let gives_name = |it: &Transition| it.bundle == *path && it.after == named;
    match change.updates() {
        None => refuse(!change.transitions.iter().any(gives_name), || {
            format!("it does not create {of} under that name")
        }),
        Some((id, _)) => refuse(id.0.is_empty(), || format!("it changes {of} without an id")),
    }
}

/// Checks that a transition is of its bundle alone, and does something: what it has beside that would
/// not be shown.
fn fits(
    transition: &Transition,
    change: &Change,
    catalogue: &Catalogue,
    of: &str,
) -> Result<(), String> {
    let Transition { bundle: path, before, after, .. } = transition;
    let Some(bundle) = catalogue.bundle_over(path, &[before, after]) else {
        return Err(format!("it changes `{path}` of {of}, which is no setting"));
    };
    let mut settings = before.keys().chain(after.keys());
    if let Some(foreign) = settings.find(|path| !bundle.members.contains(path)) {
        return Err(format!("it changes `{foreign}` of {of} as a part of `{path}`"));
    }
    let Some((_, live_name)) = change.updates() else {
        return refuse(!before.is_empty(), || {
            format!("it creates {of} from a `{path}` that it has already")
        });
    };
    refuse(difference::is_at(catalogue, &bundle, before, after), || {
        format!("its change of `{path}` of {of} changes nothing")
    })?;
    let side = |name: &str| Settings::from_iter([(path.clone(), Value::text(name))]);
    let renames = || {
        catalogue.identity().renames && *before == side(live_name) && *after == side(&change.name)
    };
    refuse(path == catalogue.name() && !renames(), || {
        format!("it does not rename {of} from what it says is live")
    })
}
