//! A change against what is live at this moment: still to be done, done already, or moved. Pure.
//!
//! Only the bundles of the change count, and who has which name. What the files ask for is decided
//! in the plan and stays the same during a run.

use crate::model::catalogue::{Bundle, Catalogue};
use crate::model::{
    Action, Change, Document, LiveProfile, LiveWorkspace, ProfileId, SettingPath, Settings,
    Transition, Value, difference, document,
};
use crate::plan::{Mismatch, Planned, diff, grants};
use crate::provider::Provider;

/// Why nothing is to be sent for a reviewed change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// Live is already as it should be.
    AlreadyApplied,
    /// Live is at neither side of the change.
    Stale(Vec<Mismatch>),
    /// The files no longer ask for it, or its new name is taken; says which.
    Dropped(String),
}

/// Compares a change with what is live; `Ok` when it is still to be done.
///
/// # Errors
/// When nothing is to be sent for it.
pub fn confirm(
    catalogue: &Catalogue,
    live: &LiveWorkspace,
    change: &Change,
) -> Result<(), Settled> {
    match &change.action {
        Action::Assign { .. } => user(catalogue, live, change),
        Action::Create => match live.profiles.iter().find(|it| it.name == change.name) {
            Some(profile) => begun(catalogue, change, profile),
            None => Ok(()),
        },
        Action::Update { id, live_name } => {
            let profile = target(catalogue, live, id, live_name)?;
            let settings = document::settings(catalogue, &profile.document);
            applied(catalogue, change, &settings)?;
            named(catalogue, change, profile)?;
            name_is_free(catalogue, live, change, profile)?;
            unmoved(catalogue, change, &settings)
        }
    }
}

/// Finds the live profile that an update is of; without it the update is stale.
pub(super) fn target<'l>(
    catalogue: &Catalogue,
    live: &'l LiveWorkspace,
    id: &ProfileId,
    live_name: &str,
) -> Result<&'l LiveProfile, Settled> {
    let gone = || {
        Settled::Stale(vec![Mismatch {
            setting: catalogue.name().clone(),
            planned: Some(Value::text(live_name)),
            live: None,
        }])
    };
    live.profiles.iter().find(|live| live.id == *id).ok_or_else(gone)
}

/// Ends a change whose bundles are all at `after`.
pub(super) fn applied(
    catalogue: &Catalogue,
    change: &Change,
    settings: &Settings,
) -> Result<(), Settled> {
    match diff::side(catalogue, change, settings, |it| &it.after).is_empty() {
        true => Err(Settled::AlreadyApplied),
        false => Ok(()),
    }
}

/// Ends an update of a profile that has another name than the plan saw; a rename may be done.
pub(super) fn named(
    catalogue: &Catalogue,
    change: &Change,
    profile: &LiveProfile,
) -> Result<(), Settled> {
    let Action::Update { live_name, .. } = &change.action else { return Ok(()) };
    let renamed = || change.renames(catalogue) && profile.name == change.name;
    if profile.name == *live_name || renamed() {
        return Ok(());
    }
    Err(Settled::Stale(vec![Mismatch {
        setting: catalogue.name().clone(),
        planned: Some(Value::text(live_name)),
        live: Some(Value::text(&profile.name)),
    }]))
}

/// Ends an update with a bundle that is at neither side of it.
pub(super) fn unmoved(
    catalogue: &Catalogue,
    change: &Change,
    settings: &Settings,
) -> Result<(), Settled> {
    let moved: Vec<Mismatch> = change
        .transitions
        .iter()
        .filter(|it| !diff::is_at_after(catalogue, it, settings))
        .flat_map(|it| diff::at(catalogue, &it.bundle, &it.before, settings))
        .collect();
    if moved.is_empty() { Ok(()) } else { Err(Settled::Stale(moved)) }
}

/// Ends a create whose name a live profile has, unless a run died between the request that makes the
/// profile and the one that fills it.
pub(super) fn begun(
    catalogue: &Catalogue,
    change: &Change,
    profile: &LiveProfile,
) -> Result<(), Settled> {
    let settings = document::settings(catalogue, &profile.document);
    applied(catalogue, change, &settings)?;
    match is_begun(catalogue, change, &settings) {
        true => Ok(()),
        false => Err(Settled::Stale(diff::side(catalogue, change, &settings, |it| &it.after))),
    }
}

/// Ends a rename to a name that another live profile still has: an earlier change of the plan was to
/// rename that one, and did not.
fn name_is_free(
    catalogue: &Catalogue,
    live: &LiveWorkspace,
    change: &Change,
    profile: &LiveProfile,
) -> Result<(), Settled> {
    if !change.renames(catalogue) {
        return Ok(());
    }
    let mut others = live.profiles.iter().filter(|other| other.id != profile.id);
    match others.find(|other| other.name == change.name) {
        Some(bearer) => {
            Err(Settled::Dropped(format!("its new name is still that of profile {}", bearer.id)))
        }
        None => Ok(()),
    }
}

/// Tells whether a profile is as its creation leaves it, or already filled in part. Anything else in
/// it was set by another person or program.
fn is_begun(catalogue: &Catalogue, change: &Change, settings: &Settings) -> bool {
    let is_begun = |bundle: &Bundle| {
        let now = catalogue.effective(bundle, settings);
        let on_create =
            |path: &SettingPath| Some((path.clone(), catalogue.row(path)?.on_create.clone()?));
        let fresh: Settings = bundle.members.iter().filter_map(on_create).collect();
        let asked = change.transitions.iter().find(|it| it.bundle == bundle.path);
        asked.is_some_and(|asked| difference::is_at(catalogue, bundle, &asked.after, &now))
            || difference::is_at(catalogue, bundle, &fresh, &now)
    };
    let known = |transition: &Transition| catalogue.bundle_over(&transition.bundle, &[]).is_some();
    let states = change.transitions.iter().map(|transition| &transition.after).chain([settings]);
    catalogue.identity().two_step_create
        && change.transitions.iter().all(known)
        && catalogue.bundles_over(states).iter().all(is_begun)
}

/// Compares the change of a user with the profiles that the user has now.
fn user(catalogue: &Catalogue, live: &LiveWorkspace, change: &Change) -> Result<(), Settled> {
    let Some(person) = live.roster.find(&change.name) else {
        return Err(Settled::Dropped("the vendor has no such user any more".to_owned()));
    };
    if diff::profiles(change, &person.profiles).is_empty() {
        return Err(Settled::AlreadyApplied);
    }
    if let Some(why) = &person.read_only {
        return Err(Settled::Dropped(why.clone()));
    }
    let is_live = |profile: &String| live.profiles.iter().any(|live| live.name == *profile);
    let missing = change.gained().filter(|profile| !is_live(profile));
    let missing: Vec<String> = missing.map(|profile| format!("\"{profile}\"")).collect();
    if !missing.is_empty() {
        return Err(Settled::Dropped(format!("there is no {}", missing.join(", "))));
    }
    let moved = grants::moved(catalogue, live, change);
    if moved.is_empty() { Ok(()) } else { Err(Settled::Stale(moved)) }
}

/// Lists what changed outside the change since it was reviewed; that is kept. The reviewed preview
/// says what was there, and decides nothing.
pub fn moved_elsewhere(
    provider: &dyn Provider,
    catalogue: &Catalogue,
    planned: &Planned,
    now: &Document,
) -> Vec<Mismatch> {
    let last = planned.preview.last().map(|call| call.body.json());
    let Some(then) = last.filter(|_| planned.change.action != Action::Create) else {
        return Vec::new();
    };
    let Some(then) = provider.document_of_update(&then) else { return Vec::new() };
    let then = document::settings(catalogue, &then);
    let now = document::settings(catalogue, now);
    let touched = |path: &SettingPath| {
        planned.change.transitions.iter().any(|transition| transition.bundle == *path)
    };
    catalogue
        .bundles_over([&then, &now])
        .iter()
        // A vendor that has the name in the path has none in the body.
        .filter(|bundle| !touched(&bundle.path) && catalogue.understands(bundle, &then))
        .flat_map(|bundle| {
            diff::bundle(catalogue, bundle, &catalogue.effective(bundle, &then), &now)
        })
        .collect()
}
