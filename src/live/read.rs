//! Reading live state: one workspace whole, and only the names that are needed.

#![expect(clippy::disallowed_methods, reason = "a read without an answer is as old as it is made")]

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::{try_join, try_join_all};
use tokio::time::Instant;

use crate::live::ReadAt;
use crate::model::catalogue::ReferenceKind;
use crate::model::roster::Roster;
use crate::model::{
    Directory, LiveProfile, LiveWorkspace, Parsed, ProfileId, Reads, VendorWorkspace, WorkspaceId,
};
use crate::provider::http::{Answer, ApiError, Reader};
use crate::provider::{ListScope, Provider};

/// The answers that show one workspace: its profiles, and its users where they were asked for.
pub struct Fetched {
    profiles: Vec<Answer>,
    users: Option<Vec<Answer>>,
}

/// Fetches one workspace, and its users where they are wanted; the two side by side.
///
/// # Errors
/// When it could not be read whole.
pub async fn workspace(
    provider: &dyn Provider,
    reader: &Reader<'_>,
    id: &WorkspaceId,
    with_users: bool,
) -> Result<Fetched, ApiError> {
    with_users_of(provider, reader, id, provider.profiles(reader, id), with_users).await
}

/// Fetches one workspace whose profiles are fetched already, or are under way.
///
/// # Errors
/// When it could not be read whole.
pub async fn with_users_of(
    provider: &dyn Provider,
    reader: &Reader<'_>,
    id: &WorkspaceId,
    profiles: impl Future<Output = Result<Vec<Answer>, ApiError>>,
    with_users: bool,
) -> Result<Fetched, ApiError> {
    let users = async {
        match with_users {
            true => users(provider, reader, id).await.map(Some),
            false => Ok(None),
        }
    };
    let (profiles, users) = try_join(profiles, users).await?;
    Ok(Fetched { profiles, users })
}

impl Fetched {
    /// Parses the answers.
    ///
    /// # Errors
    /// When any part of them makes no sense; a partial read is never returned.
    pub fn parse(
        &self,
        provider: &dyn Provider,
        id: &WorkspaceId,
        vendor_name: Option<String>,
    ) -> Result<ReadAt, ApiError> {
        let Self { profiles, users } = self;
        let mut live = parse(provider, profiles, id, vendor_name)?;
        if let Some(users) = users {
            live.roster = roster(provider, users, id, &live.profiles)?;
        }
        let users = users.as_deref().unwrap_or_default();
        let alone = |answer: &Answer| {
            let id = answer.segments().pop().map(ProfileId);
            id.map(|id| (id, answer.asked_at()))
        };
        let singly = match provider.capabilities().reads_one_by_one {
            true => profiles.iter().filter_map(alone).collect(),
            false => BTreeMap::new(),
        };
        let reads = taken(provider, profiles, users);
        // A workspace without a profile that is read by itself is as old as this moment.
        let read_at = oldest(profiles).unwrap_or_else(Instant::now);
        Ok(ReadAt { live, read_at, singly, users_at: oldest(users), reads })
    }
}

/// Returns when the oldest of these answers was asked for.
fn oldest(answers: &[Answer]) -> Option<Instant> {
    answers.iter().map(Answer::asked_at).min()
}

/// Counts the requests that gave these answers; the pages that list what is then read singly are no
/// answers, and taken for one.
fn taken(provider: &dyn Provider, profiles: &[Answer], users: &[Answer]) -> Reads {
    let capabilities = provider.capabilities();
    let lists = if capabilities.reads_one_by_one { capabilities.requests_per_list } else { 0 };
    Reads { profiles: profiles.len() + lists, users: users.len() }
}

/// Parses one workspace's profiles, ordered by name and id.
///
/// # Errors
/// When any part of the answers makes no sense; a partial read is never returned.
fn parse(
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
    let holders = BTreeMap::new();
    Ok(LiveWorkspace { id, vendor_name, profiles, elsewhere, vocabulary, roster, holders })
}

/// Fetches what the roster of a workspace needs beside its profiles; nothing for a vendor whose
/// profiles can't be given to people here.
///
/// # Errors
/// When it could not be read whole.
async fn users(
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
fn roster(
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
