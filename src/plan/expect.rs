//! What a profile asks of each bundle: named, the floor of what is not listed, or nothing.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::desired::{Profile, Retired, StatedBundle, Unlisted};
use crate::finding::Span;
use crate::model::catalogue::{Bundle, Catalogue, Row};
use crate::model::{Origin, OriginKind, SettingPath, Settings, Value, difference, document};
use crate::plan::Input;
use crate::plan::bind::{self, Bound};

/// What one profile asks of one bundle.
///
/// Most bundles are as they should be, so the places are written out only when they are needed.
#[derive(Debug)]
pub struct DesiredBundle<'a> {
    /// The bundle.
    pub bundle: &'a Bundle,
    /// Its members that mean something, as they should be.
    pub after: After<'a>,
    asking: Asking<'a>,
    /// Whether the live profile is like that already.
    pub is_met: bool,
}

/// Members of a bundle with the values that they should have. Most bundles are one setting.
#[derive(Debug)]
pub enum After<'a> {
    /// The only member.
    One(&'a SettingPath, Cow<'a, Value>),
    /// Any number of them.
    Several(Cow<'a, Settings>),
}

impl After<'_> {
    /// Returns the value of a member.
    pub fn get(&self, path: &SettingPath) -> Option<&Value> {
        match self {
            Self::One(only, value) => (*only == path).then_some(value),
            Self::Several(settings) => settings.get(path),
        }
    }

    /// Lists the members, in catalogue order.
    pub fn iter(&self) -> impl Iterator<Item = (&SettingPath, &Value)> {
        let (one, several) = match self {
            Self::One(only, value) => (Some((*only, &**value)), None),
            Self::Several(settings) => (None, Some(settings.iter())),
        };
        one.into_iter().chain(several.into_iter().flatten())
    }

    /// Tells whether these are all of them.
    pub fn is(&self, settings: &Settings) -> bool {
        match self {
            Self::One(path, value) => {
                settings.len() == 1 && settings.get(*path) == Some(value.as_ref())
            }
            Self::Several(all) => **all == *settings,
        }
    }

    /// Returns all of them as settings.
    pub fn settings(&self) -> Cow<'_, Settings> {
        match self {
            Self::One(only, value) => {
                Cow::Owned(Settings::from_iter([((*only).clone(), (**value).clone())]))
            }
            Self::Several(settings) => Cow::Borrowed(settings),
        }
    }
}

/// Who asks.
#[derive(Debug)]
enum Asking<'a> {
    /// The lines that name it.
    Lines(StatedBundle<'a>),
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
                let all = self.after.iter().map(|(setting, _)| match named(setting) {
                    Some((_, member)) => asked(setting, &member.span, member.kind),
                    // An entry that the file does not name; others have it.
                    None => asked(setting, self.span(), OriginKind::BundleRest),
                });
                all.collect()
            }
        }
    }

    /// Tells whether it is asked for since the profile is retired.
    pub fn is_of_retirement(&self) -> bool {
        matches!(self.asking, Asking::Place(_, OriginKind::Retired))
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
    pub fn is_met_by(&self, catalogue: &Catalogue, settings: &Settings) -> bool {
        is_met(catalogue, self.bundle, &self.after, settings)
    }
}

fn is_met(catalogue: &Catalogue, bundle: &Bundle, after: &After<'_>, settings: &Settings) -> bool {
    match after {
        After::One(path, value) if bundle.members.len() == 1 => {
            let live = catalogue.value(path, settings);
            !difference::differs(catalogue, path, Some(value), live)
        }
        after => difference::is_at(catalogue, bundle, &after.settings(), settings),
    }
}

/// Lists what a profile asks for, in catalogue order.
///
/// `current` is what is live, `None` for a new profile. `switches` are the workspace's entries that are
/// switches, as [`switches`] lists them. A bundle that is not in the list is not
/// watched.
pub fn desired_bundles<'a>(
    input: &Input<'a>,
    profile: &'a Profile,
    bound: Vec<Bound<'a>>,
    current: Option<&Settings>,
    switches: &BTreeSet<SettingPath>,
) -> Vec<DesiredBundle<'a>> {
    let Input { catalogue, bundles, .. } = *input;
    let least = Least { catalogue, current, switches };
    let name = catalogue.name();
    // Both are in catalogue order.
    let mut bound = bound.into_iter().peekable();
    let mut asked = Vec::with_capacity(bundles.len());
    for bundle in bundles {
        let (after, asking) = if let Some(Bound { wanted, values }) =
            bound.next_if(|bound| *bound.wanted.path == bundle.path)
        {
            (complete(bundle, values, &least), Asking::Lines(wanted))
        } else if bundle.path == *name {
            let value = Cow::Owned(Value::text(&profile.name));
            (After::One(name, value), Asking::Place(&profile.span, OriginKind::Named))
        } else if let Some(asking) = unlisted(profile, bundle, catalogue, current)
            && let Some(floor) = catalogue.floor(bundle)
        {
            (After::Several(narrowest(floor, &least)), asking)
        } else {
            continue;
        };
        let is_met = current.is_some_and(|current| is_met(catalogue, bundle, &after, current));
        asked.push(DesiredBundle { bundle, after, asking, is_met });
    }
    debug_assert!(bound.next().is_none(), "what is bound is in catalogue order");
    asked
}

/// Finds the bundles of which live is what the files asked for before a day passed, each with that day.
pub fn as_before(
    input: &Input<'_>,
    profile: &Profile,
    current: &Settings,
    switches: &BTreeSet<SettingPath>,
) -> BTreeMap<SettingPath, Date> {
    let Input { catalogue, bundles, names, .. } = *input;
    let least = Least { catalogue, current: Some(current), switches };
    let mut as_before = BTreeMap::new();
    for expired in &profile.expired {
        let bundle = bundles.iter().find(|bundle| bundle.path == expired.bundle);
        let bound = bind::bind_expired(expired, names, current);
        let Some((bundle, bound)) = bundle.zip(bound) else { continue };
        let before = complete(bundle, bound.values, &least);
        // The latest day comes first.
        if is_met(catalogue, bundle, &before, current) {
            as_before.entry(bundle.path.clone()).or_insert(expired.until.day);
        }
    }
    as_before
}

/// Lists the entries that are switches somewhere in a workspace.
pub fn switches(input: &Input<'_>) -> BTreeSet<SettingPath> {
    let Input { catalogue, live, .. } = *input;
    let mut switches = BTreeSet::new();
    for profile in &live.profiles {
        for path in document::entries(catalogue, &profile.document) {
            let value = document::value(catalogue, &profile.document, &path);
            if catalogue.row(&path).zip(value).is_some_and(|(row, it)| row.is_of_switch(&it)) {
                switches.insert(path);
            }
        }
    }
    switches
}

/// What is written where no file says anything.
struct Least<'a> {
    catalogue: &'static Catalogue,
    current: Option<&'a Settings>,
    /// The entries that are switches somewhere in the workspace.
    switches: &'a BTreeSet<SettingPath>,
}

impl Least<'_> {
    /// Returns what is live where that grants nothing or takes access away; else the value that grants
    /// nothing. An entry that a live profile does not have is empty.
    fn of(&self, row: &Row, path: &SettingPath) -> Value {
        match self.current.map(|current| current.get(path)) {
            Some(None) => row.empty(),
            Some(Some(live)) if row.at_floor(live) || self.catalogue.is_restriction(path) => {
                live.clone()
            }
            _ => self.catalogue.nothing(row, path, self.switches.contains(path)),
        }
    }
}

/// Fills in the entries of a bundle that a file does not name, and leaves out what means nothing.
fn complete<'a>(bundle: &Bundle, values: After<'a>, least: &Least<'_>) -> After<'a> {
    if bundle.members.len() == 1 {
        return values;
    }
    let mut values = values.settings().into_owned();
    let Least { catalogue, current, .. } = *least;
    // An update writes the entries that the profile has or gets; a create states every one.
    let stated = |path: &SettingPath| {
        catalogue.map_of(path).is_some() && current.is_none_or(|live| live.contains_key(path))
    };
    for path in bundle.members.iter().filter(|path| stated(path)) {
        let row = catalogue.row(path).expect("a bundle's members have rows");
        let live = current.and_then(|current| current.get(path));
        match values.get(path) {
            None => drop(values.insert(path.clone(), least.of(row, path))),
            // Both grant nothing: what is live stays.
            Some(value) if live.is_some() && catalogue.same(path, Some(value), live) => {
                values.extend(live.map(|live| (path.clone(), live.clone())));
            }
            Some(_) => {}
        }
    }
    let named = Bundle {
        members: bundle.members.iter().filter(|path| values.contains_key(*path)).cloned().collect(),
        ..bundle.clone()
    };
    After::Several(Cow::Owned(catalogue.effective(&named, &values)))
}

/// Returns the floor of a bundle, in which what is live stays where it grants as little.
fn narrowest<'a>(floor: Cow<'a, Settings>, least: &Least<'_>) -> Cow<'a, Settings> {
    let entry =
        |path: &SettingPath| least.catalogue.row(path).filter(|row| !row.equal_to_floor.is_empty());
    if !floor.keys().any(|path| entry(path).is_some()) {
        return floor;
    }
    let stays = floor.iter().map(|(path, value)| {
        (path.clone(), entry(path).map_or_else(|| value.clone(), |row| least.of(row, path)))
    });
    Cow::Owned(stays.collect())
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
    if let (Some(Retired { span, .. }), Some(current)) = (&profile.retired, current) {
        let is_known = catalogue.understands(bundle, current);
        return is_known.then_some(Asking::Place(span, OriginKind::Retired));
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
