//! What a profile asks of each bundle: named, the floor of what is not listed, or nothing.

use std::borrow::Cow;

use crate::catalogue::{Bundle, Catalogue};
use crate::desired::{Profile, Unlisted};
use crate::finding::Span;
use crate::plan::bind::{Asking, Bound};
use crate::plan::{Asked, Why};
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
    asking: Vec<Asking>,
    why: Why,
    /// Where the first asking place is.
    pub span: &'a Span,
}

impl Wanted<'_> {
    /// Lists the places that ask.
    pub fn asked_by(&self) -> Vec<Asked> {
        if self.asking.is_empty() {
            let setting = self.bundle.path.clone();
            return vec![Asked { setting, place: self.span.place(), why: self.why }];
        }
        self.asking.iter().map(Asking::asked).collect()
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
        if let Some(Bound { values, asked_by, span, .. }) =
            bound.next_if(|bound| bound.path == bundle.path)
        {
            let after = Cow::Owned(values);
            asked.push(Wanted { bundle, after, asking: asked_by, why: Why::Named, span });
        } else if bundle.path == name {
            let after = Settings::from_iter([(name.clone(), Value::text(&profile.name))]);
            let (after, span) = (Cow::Owned(after), &profile.span);
            asked.push(Wanted { bundle, after, asking: Vec::new(), why: Why::Named, span });
        } else if let Some((why, span)) = unlisted(profile, bundle, catalogue, current)
            && let Some(floor) = catalogue.floor(bundle)
        {
            let after = Cow::Borrowed(floor);
            asked.push(Wanted { bundle, after, asking: Vec::new(), why, span });
        }
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
) -> Option<(Why, &'a Span)> {
    match current {
        // What is made can't be deleted, so it starts narrow in all that nobody asked for.
        None => Some((Why::NewProfile, &profile.span)),
        Some(current) => {
            let (unlisted, span) = &profile.unlisted;
            // A value that the catalogue does not know may be a narrow one of tomorrow; it is kept,
            // with a warning, rather than silently revoked.
            (*unlisted == Unlisted::Deny && catalogue.understands(bundle, current))
                .then_some((Why::UnlistedDeny, span))
        }
    }
}
