//! What a profile asks of each bundle: named, the floor of what is not listed, or nothing.

use std::borrow::Cow;

use crate::desired::{Profile, StatedBundle, Unlisted};
use crate::finding::Span;
use crate::model::catalogue::{Bundle, Catalogue, Row};
use crate::model::{Origin, OriginKind, SettingPath, Settings, Value};
use crate::plan::bind::Bound;
use crate::plan::{Input, diff};

/// What one profile asks of one bundle.
///
/// Most bundles are as they should be, so the places are written out only when they are needed.
#[derive(Debug)]
pub struct DesiredBundle<'a> {
    /// The bundle.
    pub bundle: &'a Bundle,
    /// Its members that mean something, as they should be.
    pub after: Cow<'a, Settings>,
    asking: Asking<'a>,
}

/// Who asks.
#[derive(Debug)]
enum Asking<'a> {
    /// The lines that name it.
    Lines(&'a StatedBundle),
    /// One place for the whole bundle.
    Place(&'a Span, OriginKind),
}

impl DesiredBundle<'_> {
    /// Lists the places that ask.
    pub fn origins(&self) -> Vec<Origin> {
        let asked = |setting: &SettingPath, span: &Span, kind| {
            Origin::new(setting.clone(), span.place(), kind)
        };
        match self.asking {
            Asking::Place(span, why) => vec![asked(&self.bundle.path, span, why)],
            Asking::Lines(StatedBundle { members, .. }) => {
                let named = |setting| members.iter().find(|(path, _)| path == setting);
                let all = self.after.keys().map(|setting| match named(setting) {
                    Some((_, member)) => asked(setting, &member.span, member.kind),
                    // An entry that the file does not name; others have it.
                    None => asked(setting, self.span(), OriginKind::BundleRest),
                });
                all.collect()
            }
        }
    }

    /// Returns the first place that asks.
    pub fn span(&self) -> &Span {
        match self.asking {
            Asking::Place(span, _) => span,
            Asking::Lines(StatedBundle { members, .. }) => {
                &members.first().expect("a bundle has members").1.span
            }
        }
    }

    /// Returns the place that asks for one member.
    pub fn span_of(&self, setting: &SettingPath) -> &Span {
        match self.asking {
            Asking::Lines(StatedBundle { members, .. }) => {
                let member = members.iter().find(|(path, _)| path == setting);
                member.map_or(self.span(), |(_, member)| &member.span)
            }
            Asking::Place(span, _) => span,
        }
    }

    /// Tells whether a profile with these settings is as it is asked to be.
    pub fn is_met(&self, catalogue: &Catalogue, settings: &Settings) -> bool {
        diff::is_at(catalogue, self.bundle, &self.after, settings)
    }
}

/// Lists what a profile asks for, in catalogue order.
///
/// `current` is what is live, `None` for a new profile. A bundle that is not in the list is not
/// watched.
pub fn desired_bundles<'a>(
    input: &Input<'a>,
    profile: &'a Profile,
    bound: Vec<Bound<'a>>,
    current: Option<&Settings>,
) -> Vec<DesiredBundle<'a>> {
    let Input { catalogue, bundles, .. } = *input;
    let name = catalogue.name();
    // Both are in catalogue order.
    let mut bound = bound.into_iter().peekable();
    let mut asked = Vec::with_capacity(bundles.len());
    for bundle in bundles {
        let (after, asking) = if let Some(Bound { wanted, values }) =
            bound.next_if(|bound| bound.wanted.path == bundle.path)
        {
            (Cow::Owned(complete(bundle, values, catalogue, current)), Asking::Lines(wanted))
        } else if bundle.path == *name {
            let after = Settings::from_iter([(name.clone(), Value::text(&profile.name))]);
            (Cow::Owned(after), Asking::Place(&profile.span, OriginKind::Named))
        } else if let Some(asking) = unlisted(profile, bundle, catalogue, current)
            && let Some(floor) = catalogue.floor(bundle)
        {
            (narrowest(floor, catalogue, current), asking)
        } else {
            continue;
        };
        asked.push(DesiredBundle { bundle, after, asking });
    }
    debug_assert!(bound.next().is_none(), "what is bound is in catalogue order");
    asked
}

/// Fills in the entries of a bundle that a file does not name, and leaves out what means nothing.
fn complete(
    bundle: &Bundle,
    mut values: Settings,
    catalogue: &Catalogue,
    current: Option<&Settings>,
) -> Settings {
    if bundle.members.len() == 1 {
        return values;
    }
    // An update writes the entries that the profile has or gets; a create states every one.
    let stated = |path: &SettingPath| {
        catalogue.map_of(path).is_some() && current.is_none_or(|live| live.contains_key(path))
    };
    for path in bundle.members.iter().filter(|path| stated(path)) {
        if !values.contains_key(path) {
            let row = catalogue.row(path).expect("a bundle's members have rows");
            values.insert(path.clone(), least(row, path, row.empty(), current));
        }
    }
    let named = Bundle {
        members: bundle.members.iter().filter(|path| values.contains_key(*path)).cloned().collect(),
        ..bundle.clone()
    };
    catalogue.effective(&named, &values)
}

/// Returns the floor of a bundle, in which what grants as little stays.
fn narrowest<'a>(
    floor: Cow<'a, Settings>,
    catalogue: &Catalogue,
    current: Option<&Settings>,
) -> Cow<'a, Settings> {
    let idles =
        |path: &SettingPath| catalogue.row(path).filter(|row| !row.equal_to_floor.is_empty());
    if !floor.keys().any(|path| idles(path).is_some()) {
        return floor;
    }
    let stays = floor.iter().map(|(path, value)| {
        let value = value.clone();
        (path.clone(), idles(path).map_or(value.clone(), |row| least(row, path, value, current)))
    });
    Cow::Owned(stays.collect())
}

/// Returns what is live where that grants as little as `narrow` does.
fn least(row: &Row, path: &SettingPath, narrow: Value, current: Option<&Settings>) -> Value {
    let live = current.and_then(|current| current.get(path));
    live.filter(|live| row.equals_floor(live)).cloned().unwrap_or(narrow)
}

/// Returns the place that asks for the floor of a bundle that the profile does not name.
fn unlisted<'a>(
    profile: &'a Profile,
    bundle: &Bundle,
    catalogue: &Catalogue,
    current: Option<&Settings>,
) -> Option<Asking<'a>> {
    // A list states the whole map, also of what it leaves out.
    let listed = profile.whole_maps.iter().find(|(map, _)| bundle.path.starts_with(map));
    if let Some((_, span)) = listed {
        return Some(Asking::Place(span, OriginKind::NotInList));
    }
    match current {
        // A created profile can't be deleted, so it starts narrow in all that no file names.
        None => Some(Asking::Place(&profile.span, OriginKind::NewProfile)),
        Some(current) => {
            let (unlisted, span) = &profile.unlisted;
            // A value that the catalogue does not know may be a narrow one of tomorrow; it is kept,
            // with a warning, rather than silently revoked.
            (*unlisted == Unlisted::Deny && catalogue.understands(bundle, current))
                .then_some(Asking::Place(span, OriginKind::UnlistedDeny))
        }
    }
}
