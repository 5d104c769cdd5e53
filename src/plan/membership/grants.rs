//! What a profile grants whoever gets it: recorded when it is reviewed and compared when it is given.
//!
//! Access only: what it is called and described as may change. Pure.

use crate::model::catalogue::{Access, Catalogue};
use crate::model::{LiveProfile, LiveWorkspace, SettingPath, Settings, Value, document};
use crate::plan::{Claim, Input, Moved, Resolved};

use super::Membership;

/// Lists what a described profile will grant, after what the plan changes of it.
pub fn planned(input: &Input<'_>, resolved: &Resolved<'_>) -> Settings {
    let catalogue = input.catalogue;
    let mut settings = match (&resolved.current, resolved.claim) {
        (Some(current), Claim::Live(_)) => current.clone(),
        _ => on_create(catalogue),
    };
    for wanted in &resolved.wanted {
        let met = resolved.current.as_ref().is_some_and(|now| wanted.is_met(catalogue, now));
        if !met {
            settings.extend(wanted.after.iter().map(|(path, value)| (path.clone(), value.clone())));
        }
    }
    granted(catalogue, &settings)
}

/// Lists what the profiles that a user gets grant otherwise than was reviewed.
pub fn moved(catalogue: &Catalogue, live: &LiveWorkspace, membership: &Membership) -> Vec<Moved> {
    let nothing = Settings::new();
    let mut moved = Vec::new();
    for profile in membership.gained() {
        let planned = membership.grants.get(profile).unwrap_or(&nothing);
        for live in live.profiles.iter().filter(|live| live.name == *profile) {
            moved.extend(differences(profile, planned, &of_live(catalogue, live)));
        }
    }
    moved
}

fn of_live(catalogue: &Catalogue, live: &LiveProfile) -> Settings {
    granted(catalogue, &document::settings(catalogue, &live.document))
}

/// Returns what the vendor gives a new profile by itself.
fn on_create(catalogue: &Catalogue) -> Settings {
    let rows = catalogue.rows().iter().filter(|row| !row.is_entry());
    rows.filter_map(|row| Some((row.path.clone(), row.on_create.clone()?))).collect()
}

/// Leaves out what says nothing about access, what means nothing beside the rest, and what is at its
/// floor: an entry that a workspace has no more is as one that is off.
fn granted(catalogue: &Catalogue, settings: &Settings) -> Settings {
    let bundles = catalogue.bundles_over([settings]);
    let effective = bundles.iter().flat_map(|bundle| catalogue.effective(bundle, settings));
    effective
        .filter(|(path, value)| {
            catalogue.row(path).is_some_and(|row| {
                row.access != Access::Neutral
                    && row.floor.as_ref() != Some(value)
                    && !row.equals_floor(value)
            })
        })
        .collect()
}

fn differences(profile: &str, planned: &Settings, live: &Settings) -> Vec<Moved> {
    let moved = |path: &SettingPath, planned: Option<&Value>, live: Option<&Value>| {
        let segments = std::iter::once(profile).chain(path.segments().iter().map(String::as_str));
        (planned != live).then(|| Moved {
            setting: SettingPath::new(segments),
            planned: planned.cloned(),
            live: live.cloned(),
        })
    };
    let reviewed =
        planned.iter().filter_map(|(path, value)| moved(path, Some(value), live.get(path)));
    let added = live.iter().filter(|(path, _)| !planned.contains_key(*path));
    reviewed.chain(added.filter_map(|(path, value)| moved(path, None, Some(value)))).collect()
}
