//! The table of one workspace: the provider's, with a row for every entry that occurs.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::catalogue::Catalogue;
use crate::desired;
use crate::live::LiveWorkspace;
use crate::plan::Change;
use crate::profile::SettingPath;
use crate::provider::{Dialect, document};

/// Makes the table in which files, live and reviewed changes of a workspace can be compared.
///
/// Entries that occur nowhere have no row: the vendor decides which there are.
pub fn table<'c>(
    desired: &desired::Workspace,
    live: &LiveWorkspace,
    dialect: &dyn Dialect,
    reviewed: impl IntoIterator<Item = &'c Change>,
) -> Cow<'static, Catalogue> {
    let catalogue = dialect.catalogue();
    if catalogue.maps().is_empty() {
        return Cow::Borrowed(catalogue);
    }
    let mut entries: BTreeSet<SettingPath> = BTreeSet::new();
    for profile in &live.profiles {
        entries.extend(document::entries(catalogue, &profile.document));
    }
    let described = desired.profiles.iter().flat_map(|profile| &profile.bundles);
    let described = described.flat_map(|bundle| bundle.members.iter().map(|(path, _)| path));
    let is_entry = |path: &&SettingPath| catalogue.map_of(path).is_some();
    entries.extend(described.filter(is_entry).cloned());
    entries.extend(named(reviewed).filter(is_entry).cloned());
    Cow::Owned(catalogue.with_entries(&entries))
}

/// Makes the table that changes can be judged in by themselves.
pub fn table_of<'c>(
    catalogue: &'static Catalogue,
    changes: impl IntoIterator<Item = &'c Change>,
) -> Cow<'static, Catalogue> {
    if catalogue.maps().is_empty() {
        return Cow::Borrowed(catalogue);
    }
    let named = named(changes).filter(|path| catalogue.map_of(path).is_some()).cloned();
    Cow::Owned(catalogue.with_entries(&named.collect()))
}

fn named<'c>(
    changes: impl IntoIterator<Item = &'c Change>,
) -> impl Iterator<Item = &'c SettingPath> {
    let transitions = changes.into_iter().flat_map(|change| &change.transitions);
    transitions.flat_map(|transition| transition.before.keys().chain(transition.after.keys()))
}
