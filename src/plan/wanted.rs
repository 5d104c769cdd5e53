//! What a profile asks of each bundle: named, the floor of what is not listed, or nothing.

use crate::catalogue::{Bundle, Catalogue};
use crate::desired::{Profile, Unlisted};
use crate::finding::Span;
use crate::plan::Why;
use crate::plan::bind::{Asking, Bound};
use crate::profile::{SettingPath, Settings, Value};

/// What one profile asks of one bundle.
#[derive(Debug)]
pub struct Wanted<'a> {
    /// The bundle.
    pub bundle: &'a Bundle,
    /// Its members that mean something, as they should be.
    pub after: Settings,
    /// Who asks.
    pub asked_by: Vec<Asking>,
    /// Where the first asking place is.
    pub span: Span,
}

/// Returns a setting path's one-segment form for the profile's own name.
pub fn name_path() -> SettingPath {
    SettingPath::new(["name"])
}

/// Lists what a profile asks for, in catalogue order.
///
/// `current` is what is live, `None` for a new profile. A bundle that is not in the list is not
/// watched.
pub fn wanted<'a>(
    profile: &Profile,
    bound: &[Bound],
    catalogue: &'a Catalogue,
    current: Option<&Settings>,
) -> Vec<Wanted<'a>> {
    let name = name_path();
    let named = |bundle: &'a Bundle| {
        if bundle.path == name {
            let asked =
                Asking { setting: name.clone(), span: profile.span.clone(), why: Why::Named };
            return Some(Wanted {
                bundle,
                after: Settings::from_iter([(name.clone(), Value::text(&profile.name))]),
                asked_by: vec![asked],
                span: profile.span.clone(),
            });
        }
        let bound = bound.iter().find(|bound| bound.path == bundle.path)?;
        Some(Wanted {
            bundle,
            after: bound.values.clone(),
            asked_by: bound.asked_by.clone(),
            span: bound.span.clone(),
        })
    };
    let floor = |bundle: &'a Bundle, why: Why, span: &Span| {
        let after = catalogue.floor(bundle)?.clone();
        let asked_by = vec![Asking { setting: bundle.path.clone(), span: span.clone(), why }];
        Some(Wanted { bundle, after, asked_by, span: span.clone() })
    };
    let unlisted = |bundle: &'a Bundle| match current {
        // What is made can't be deleted, so it starts narrow in all that nobody asked for.
        None => floor(bundle, Why::NewProfile, &profile.span),
        Some(current) => {
            let (unlisted, span) = &profile.unlisted;
            // A value that the catalogue does not know may be a narrow one of tomorrow; it is kept,
            // with a warning, rather than silently revoked.
            (*unlisted == Unlisted::Deny && catalogue.understands(bundle, current))
                .then(|| floor(bundle, Why::UnlistedDeny, span))
                .flatten()
        }
    };
    catalogue
        .bundles()
        .iter()
        .filter_map(|bundle| named(bundle).or_else(|| unlisted(bundle)))
        .collect()
}
