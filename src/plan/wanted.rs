//! What a profile asks of each bundle: named, the floor of what is not listed, or nothing.

use std::borrow::Cow;

use crate::catalogue::{Bundle, Catalogue};
use crate::desired::{Profile, Unlisted, WantedBundle};
use crate::finding::Span;
use crate::finding::Why;
use crate::plan::Asked;
use crate::plan::bind::Bound;
use crate::profile::{SettingPath, Settings, Value};

/// What one profile asks of one bundle.
///
/// Most bundles are as they should be, so the places are written out only when somebody asks.
#[derive(Debug)]
pub struct Wanted<'a> {
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
    Lines(&'a WantedBundle),
    /// One place for the whole bundle.
    Place(&'a Span, Why),
}

impl Wanted<'_> {
    /// Lists the places that ask.
    pub fn asked_by(&self) -> Vec<Asked> {
        let asked = |setting: &SettingPath, span: &Span, why| Asked {
            setting: setting.clone(),
            place: span.place(),
            why,
        };
        match self.asking {
            Asking::Place(span, why) => vec![asked(&self.bundle.path, span, why)],
            Asking::Lines(WantedBundle { members, .. }) => members
                .iter()
                .filter(|(path, _)| self.after.contains_key(path))
                .map(|(path, member)| asked(path, &member.span, member.why))
                .collect(),
        }
    }

    /// Returns the first place that asks.
    pub fn span(&self) -> &Span {
        match self.asking {
            Asking::Place(span, _) => span,
            Asking::Lines(WantedBundle { members, .. }) => {
                &members.first().expect("a bundle has members").1.span
            }
        }
    }
}

/// Returns the path of the profile's own name.
pub fn name_path() -> SettingPath {
    SettingPath::new(["name"])
}

/// Lists what a profile asks for, in catalogue order.
///
/// `current` is what is live, `None` for a new profile. A bundle that is not in the list is not
/// watched.
pub fn wanted<'a>(
    profile: &'a Profile,
    bound: Vec<Bound<'a>>,
    catalogue: &'a Catalogue,
    current: Option<&Settings>,
) -> Vec<Wanted<'a>> {
    let name = name_path();
    // Both are in catalogue order.
    let mut bound = bound.into_iter().peekable();
    let mut asked = Vec::with_capacity(catalogue.bundles().len());
    for bundle in catalogue.bundles() {
        let (after, asking) = if let Some(Bound { wanted, values }) =
            bound.next_if(|bound| bound.wanted.path == bundle.path)
        {
            (Cow::Owned(values), Asking::Lines(wanted))
        } else if bundle.path == name {
            let after = Settings::from_iter([(name.clone(), Value::text(&profile.name))]);
            (Cow::Owned(after), Asking::Place(&profile.span, Why::Named))
        } else if let Some(asking) = unlisted(profile, bundle, catalogue, current)
            && let Some(floor) = catalogue.floor(bundle)
        {
            (Cow::Borrowed(floor), asking)
        } else {
            continue;
        };
        asked.push(Wanted { bundle, after, asking });
    }
    debug_assert!(bound.next().is_none(), "what is bound is in catalogue order");
    asked
}

/// Says who asks for the floor of a bundle that the profile does not name, if anybody.
fn unlisted<'a>(
    profile: &'a Profile,
    bundle: &Bundle,
    catalogue: &Catalogue,
    current: Option<&Settings>,
) -> Option<Asking<'a>> {
    match current {
        // What is made can't be deleted, so it starts narrow in all that nobody asked for.
        None => Some(Asking::Place(&profile.span, Why::NewProfile)),
        Some(current) => {
            let (unlisted, span) = &profile.unlisted;
            // A value that the catalogue does not know may be a narrow one of tomorrow; it is kept,
            // with a warning, rather than silently revoked.
            (*unlisted == Unlisted::Deny && catalogue.understands(bundle, current))
                .then_some(Asking::Place(span, Why::UnlistedDeny))
        }
    }
}
