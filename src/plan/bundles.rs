//! The bundles of one workspace: the catalogue's, with the entries of maps that occur in it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::desired;
use crate::model::catalogue::{Bundle, Catalogue};
use crate::model::{LiveWorkspace, SettingPath, document};

/// Makes the bundles in which files and live of a workspace are compared.
///
/// An entry that occurs nowhere is in none: the vendor decides which entries there are.
pub fn bundles(
    catalogue: &'static Catalogue,
    desired: &desired::Workspace,
    live: &LiveWorkspace,
) -> Cow<'static, [Bundle]> {
    if catalogue.maps().is_empty() {
        return Cow::Borrowed(catalogue.bundles());
    }
    let documents = live.profiles.iter().map(|profile| &profile.document);
    let mut entries: BTreeSet<SettingPath> =
        documents.flat_map(|document| document::entries(catalogue, document)).collect();
    let named = desired.profiles.iter().flat_map(|profile| profile.bundles.members());
    let named = named.map(|(path, _)| path);
    entries.extend(named.filter(|path| catalogue.map_of(path).is_some()).cloned());
    catalogue.bundles_with(&entries)
}
