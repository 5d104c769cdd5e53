//! The table of one workspace: the provider's, with a row for every entry that occurs.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::desired;
use crate::model::catalogue::Catalogue;
use crate::model::{Change, LiveProfile, LiveWorkspace, SettingPath, document};
use crate::provider::Dialect;

/// Makes the table in which files, live and reviewed changes of a workspace can be compared.
///
/// Entries that occur nowhere have no row: the vendor decides which there are.
pub fn table<'c>(
    desired: &'c desired::Workspace,
    live: &'c LiveWorkspace,
    dialect: &dyn Dialect,
    reviewed: impl IntoIterator<Item = &'c Change>,
) -> Cow<'static, Catalogue> {
    let described = desired.profiles.iter().flat_map(|profile| &profile.bundles);
    let described = described.flat_map(|bundle| bundle.members.iter().map(|(path, _)| path));
    build(dialect.catalogue(), &live.profiles, described.chain(named(reviewed)))
}

/// Makes the table that changes can be judged in by themselves.
pub fn table_of<'c>(
    catalogue: &'static Catalogue,
    changes: impl IntoIterator<Item = &'c Change>,
) -> Cow<'static, Catalogue> {
    build(catalogue, [], named(changes))
}

/// Makes the table in which one profile can be judged, as it is live or after a change.
pub fn table_of_one(
    catalogue: &'static Catalogue,
    profile: &LiveProfile,
    change: Option<&Change>,
) -> Cow<'static, Catalogue> {
    build(catalogue, [profile], named(change))
}

fn build<'p>(
    catalogue: &'static Catalogue,
    live: impl IntoIterator<Item = &'p LiveProfile>,
    named: impl Iterator<Item = &'p SettingPath>,
) -> Cow<'static, Catalogue> {
    if catalogue.maps().is_empty() {
        return Cow::Borrowed(catalogue);
    }
    let documents = live.into_iter().map(|profile| &profile.document);
    let mut entries: BTreeSet<SettingPath> =
        documents.flat_map(|document| document::entries(catalogue, document)).collect();
    entries.extend(named.filter(|path| catalogue.map_of(path).is_some()).cloned());
    Cow::Owned(catalogue.with_entries(&entries))
}

fn named<'c>(
    changes: impl IntoIterator<Item = &'c Change>,
) -> impl Iterator<Item = &'c SettingPath> {
    let transitions = changes.into_iter().flat_map(|change| &change.transitions);
    transitions.flat_map(|transition| transition.before.keys().chain(transition.after.keys()))
}
