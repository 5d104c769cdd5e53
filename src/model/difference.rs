//! The one comparison: two states of a bundle, setting by setting. Pure.
//!
//! Files, plan, drift, confirmation and verification all ask here. Only values with an effect differ: those
//! that a level beside them hides do not, nor does an absent entry of a map from an empty one.

use crate::model::catalogue::{Bundle, Catalogue, Owner};
use crate::model::{SettingPath, Settings, Value};

/// A setting that two states have differently, with the value of each; `None` for nothing.
pub type SettingDifference<'a> = (&'a SettingPath, Option<&'a Value>, Option<&'a Value>);

/// Lists the settings in which a bundle differs from one of its effective states.
pub fn between<'a>(
    catalogue: &'a Catalogue,
    bundle: &'a Bundle,
    planned: &'a Settings,
    live: &'a Settings,
) -> impl Iterator<Item = SettingDifference<'a>> {
    let member = |path| {
        (path, catalogue.value(path, planned), catalogue.effective_value(bundle, path, live))
    };
    let differ =
        |(path, planned, live): &SettingDifference<'a>| differs(catalogue, path, *planned, *live);
    bundle.members.iter().map(member).filter(differ)
}

/// Tells whether two values of a setting differ in effect.
pub fn differs(
    catalogue: &Catalogue,
    path: &SettingPath,
    planned: Option<&Value>,
    live: Option<&Value>,
) -> bool {
    !catalogue.same(path, planned, live) && !is_same_description(catalogue, path, planned, live)
}

/// Tells whether two descriptions differ in blanks and line ends only. Vendors trim and fold them as they
/// like, and a difference that no write takes away would come back in every plan.
fn is_same_description(
    catalogue: &Catalogue,
    path: &SettingPath,
    planned: Option<&Value>,
    live: Option<&Value>,
) -> bool {
    let (Some(Value::Text(planned)), Some(Value::Text(live))) = (planned, live) else {
        return false;
    };
    let row = catalogue.row(path).filter(|row| row.owner == Owner::Profile);
    row.is_some()
        && path != catalogue.name()
        && planned.split_whitespace().eq(live.split_whitespace())
}

/// Tells whether a bundle is in one of its effective states.
pub fn is_at(catalogue: &Catalogue, bundle: &Bundle, planned: &Settings, live: &Settings) -> bool {
    between(catalogue, bundle, planned, live).next().is_none()
}
