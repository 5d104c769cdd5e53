//! The settings that a profile grants its holders: recorded when it is reviewed and compared when it is given.
//!
//! Access only: what it is called and described as may change. Pure.

use crate::model::catalogue::{Access, Catalogue, Tier};
use crate::model::{Change, LiveProfile, LiveWorkspace, SettingPath, Settings, document};
use crate::plan::{Input, Match, Mismatch, ResolvedProfile, diff};

/// Lists what a described profile will grant, after what the plan changes of it.
pub fn planned(input: &Input<'_>, resolved: &ResolvedProfile<'_>) -> Settings {
    let catalogue = input.catalogue;
    let mut settings = match (&resolved.current, resolved.matched) {
        (Some(current), Match::Live(_)) => current.clone(),
        _ => on_create(catalogue),
    };
    for wanted in &resolved.wanted {
        if !wanted.is_met {
            settings.extend(wanted.after.iter().map(|(path, value)| (path.clone(), value.clone())));
        }
    }
    granted(catalogue, &settings)
}

/// Lists what the profiles that a user gets grant otherwise than was reviewed.
pub fn moved(catalogue: &Catalogue, live: &LiveWorkspace, change: &Change) -> Vec<Mismatch> {
    let nothing = Settings::default();
    let mut moved = Vec::new();
    for profile in change.gained() {
        let planned = change.grants().get(profile).unwrap_or(&nothing);
        for live in live.profiles.iter().filter(|live| live.name == *profile) {
            let differences = diff::granted(planned, &of_live(catalogue, live));
            moved.extend(differences.into_iter().map(|it| of_profile(profile, it)));
        }
    }
    moved
}

/// Lists what a live profile grants that is critical.
pub fn critical(catalogue: &Catalogue, live: &LiveProfile) -> Settings {
    let mut granted = of_live(catalogue, live);
    granted.retain(|path, value| {
        catalogue.row(path).is_some_and(|row| {
            catalogue.risk(path).tier_of(path, &row.kind, value) == Tier::Critical
        })
    });
    granted
}

fn of_live(catalogue: &Catalogue, live: &LiveProfile) -> Settings {
    granted(catalogue, &document::settings(catalogue, &live.document))
}

/// Returns what the vendor gives a new profile by itself.
pub(super) fn on_create(catalogue: &Catalogue) -> Settings {
    let rows = catalogue.rows().iter().filter(|row| !row.is_entry());
    rows.filter_map(|row| Some((row.path.clone(), row.on_create.clone()?))).collect()
}

/// Leaves out what says nothing about access, what means nothing beside the rest, and what is at its
/// floor: an entry that a workspace has no more is as one that is off.
pub(super) fn granted(catalogue: &Catalogue, settings: &Settings) -> Settings {
    let bundles = catalogue.bundles_over([settings]);
    let effective = bundles.iter().flat_map(|bundle| catalogue.effective(bundle, settings));
    effective
        .filter(|(path, value)| {
            catalogue
                .row(path)
                .is_some_and(|row| row.access != Access::Neutral && !row.at_floor(value))
        })
        .collect()
}

/// Puts the profile before the setting.
fn of_profile(profile: &str, moved: Mismatch) -> Mismatch {
    let segments = moved.setting.segments().iter().map(String::as_str);
    let setting = SettingPath::new(std::iter::once(profile).chain(segments));
    Mismatch { setting, ..moved }
}
