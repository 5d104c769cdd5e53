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
    let transitions = reviewed.into_iter().flat_map(|change| &change.transitions);
    let reviewed =
        transitions.flat_map(|transition| transition.before.keys().chain(transition.after.keys()));
    let named = described.chain(reviewed).filter(|path| catalogue.map_of(path).is_some());
    entries.extend(named.cloned());
    Cow::Owned(catalogue.with_entries(&entries))
}
