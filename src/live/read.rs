//! Reading live state: one workspace whole, and only the names that are needed.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;

use crate::model::catalogue::ReferenceKind;
use crate::model::roster::Roster;
use crate::model::{
    Directory, LiveProfile, LiveWorkspace, Parsed, Reads, VendorWorkspace, WorkspaceId,
};
use crate::provider::http::{Answer, ApiError, Reader};
use crate::provider::{ListScope, Provider};

/// Counts the requests that gave these answers; the pages that list what is then read singly are no
/// answers, and taken for one.
pub fn taken(provider: &dyn Provider, profiles: &[Answer], users: &[Answer]) -> Reads {
    let capabilities = provider.capabilities();
    let lists = if capabilities.reads_one_by_one { capabilities.requests_per_list } else { 0 };
    Reads { profiles: profiles.len() + lists, users: users.len() }
}

/// Parses one workspace's profiles, ordered by name and id.
///
/// # Errors
/// When any part of the answers makes no sense; a partial read is never returned.
pub fn parse(
    provider: &dyn Provider,
    answers: &[Answer],
    id: &WorkspaceId,
    vendor_name: Option<String>,
) -> Result<LiveWorkspace, ApiError> {
    let Parsed { mut profiles, vocabulary } = provider.parse(answers)?;
    profiles.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let (elsewhere, profiles) =
        profiles.into_iter().partition(|profile| provider.foreign_to(id, profile).is_some());
    let (id, roster) = (id.clone(), Roster::NotRead);
    Ok(LiveWorkspace { id, vendor_name, profiles, elsewhere, vocabulary, roster })
}

/// Fetches what the roster of a workspace needs beside its profiles; nothing for a vendor whose
/// profiles can't be given to people here.
///
/// # Errors
/// When it could not be read whole.
pub async fn users(
    provider: &dyn Provider,
    reader: &Reader<'_>,
    id: &WorkspaceId,
) -> Result<Vec<Answer>, ApiError> {
    match provider.users() {
        Some(memberships) => memberships.users(reader, id).await,
        None => Ok(Vec::new()),
    }
}

/// Parses who has which profiles.
///
/// # Errors
/// When an answer makes no sense.
pub fn roster(
    provider: &dyn Provider,
    answers: &[Answer],
    id: &WorkspaceId,
    profiles: &[LiveProfile],
) -> Result<Roster, ApiError> {
    match provider.users() {
        Some(memberships) => memberships.roster(id, answers, profiles),
        None => Ok(Roster::NotRead),
    }
}

/// Reads the directories of these kinds that are listed per `scope`, side by side.
///
/// # Errors
/// When one of them could not be read whole.
pub async fn directories(
    provider: &dyn Provider,
    reader: &Reader<'_>,
    scope: ListScope,
    kinds: &BTreeSet<ReferenceKind>,
    id: &WorkspaceId,
) -> Result<Vec<Directory>, ApiError> {
    let wanted = provider
        .capabilities()
        .names
        .iter()
        .filter(|(kind, listed)| *listed == scope && kinds.contains(kind))
        .map(|(kind, _)| provider.directory(reader, *kind, id));
    try_join_all(wanted).await
}

/// Where to find a workspace among those that the vendor lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameMatch<'a> {
    /// Here.
    One(&'a VendorWorkspace),
    /// Nowhere.
    None,
    /// In several places: the vendor has two of the name.
    Several,
}

/// Finds a workspace by its name at the vendor, byte for byte.
pub fn find<'a>(listed: &'a [VendorWorkspace], name: &str) -> NameMatch<'a> {
    let mut matches = listed.iter().filter(|workspace| workspace.name == name);
    match (matches.next(), matches.next()) {
        (None, _) => NameMatch::None,
        (Some(one), None) => NameMatch::One(one),
        _ => NameMatch::Several,
    }
}
