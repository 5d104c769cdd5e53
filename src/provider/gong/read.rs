//! Reading Gong: workspaces, profiles, users and folders, each whole or not at all.
//!
//! Every list but the users' comes in one answer; users come in pages joined by a cursor.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::catalogue::ReferenceKind;
use crate::live::{Directory, Entry, LiveProfile, VendorWorkspace};
use crate::profile::{ProfileId, WorkspaceId};
use crate::provider::errors::ApiError;
use crate::provider::gong as routes;
use crate::provider::http::Reader;

/// More pages than any company has users for; a server that never ends its pages stops here.
const MOST_PAGES: usize = 10_000;

/// Lists the company's workspaces.
pub async fn workspaces(reader: &Reader<'_>) -> Result<Vec<VendorWorkspace>, ApiError> {
    let path = routes::WORKSPACES.path;
    let answer = reader.send(routes::WORKSPACES.request()).await?;
    list(reader, path, &answer, "workspaces")?
        .iter()
        .map(|item| {
            Ok(VendorWorkspace {
                id: WorkspaceId(text(reader, path, item, "id")?),
                name: text(reader, path, item, "name")?,
            })
        })
        .collect()
}

/// Reads all profiles of one workspace, ordered by name and id.
pub async fn profiles(
    reader: &Reader<'_>,
    workspace: &WorkspaceId,
) -> Result<Vec<LiveProfile>, ApiError> {
    let path = routes::PROFILES.path;
    let request = routes::PROFILES.request().query("workspaceId", &workspace.0);
    let mut answer = reader.send(request).await?;
    list(reader, path, &answer, "profiles")?;
    let Some(Json::Array(items)) = answer.get_mut("profiles").map(Json::take) else {
        unreachable!("`list` has just seen the array")
    };
    let mut profiles = Vec::with_capacity(items.len());
    let mut seen = BTreeSet::new();
    for item in items {
        let id = ProfileId(text(reader, path, &item, "id")?);
        let name = text(reader, path, &item, "name")?;
        if !seen.insert(id.clone()) {
            return Err(reader.nonsense(path, format!("profile {id} twice in one list")));
        }
        let Json::Object(document) = item else {
            unreachable!("a value with members is an object")
        };
        profiles.push(LiveProfile { id, name, document });
    }
    profiles.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    Ok(profiles)
}

/// Reads everything that names of a kind can stand for.
pub async fn directory(
    reader: &Reader<'_>,
    kind: ReferenceKind,
    workspace: &WorkspaceId,
) -> Result<Directory, ApiError> {
    let (mut entries, calls) = match kind {
        ReferenceKind::User => users(reader).await?,
        ReferenceKind::Folder => (folders(reader, workspace).await?, 1),
    };
    entries.sort_by(|a, b| a.id.cmp(&b.id));
    entries.dedup_by(|a, b| a.id == b.id);
    Ok(Directory { kind, entries, calls })
}

/// Returns the users and the number of pages.
async fn users(reader: &Reader<'_>) -> Result<(Vec<Entry>, usize), ApiError> {
    let path = routes::USERS.path;
    let mut entries = Vec::new();
    let mut cursor: Option<String> = None;
    for page in 1..=MOST_PAGES {
        let mut request = routes::USERS.request();
        if let Some(cursor) = &cursor {
            request = request.query("cursor", cursor);
        }
        let answer = reader.send(request).await?;
        for item in list(reader, path, &answer, "users")? {
            let aliases = item.get("emailAliases").and_then(Json::as_array);
            entries.push(Entry {
                id: text(reader, path, item, "id")?,
                // A user without an address can't be named in a file; the id still works.
                name: item.get("emailAddress").and_then(Json::as_str).unwrap_or("").to_owned(),
                aliases: aliases
                    .into_iter()
                    .flatten()
                    .filter_map(|alias| alias.as_str().map(str::to_owned))
                    .collect(),
                // Only an outright `false` is a deactivated user: many members are null live.
                active: item.get("active") != Some(&Json::Bool(false)),
            });
        }
        let records = answer.get("records");
        let next = records.and_then(|records| records.get("cursor")).and_then(Json::as_str);
        match next.filter(|next| !next.is_empty()) {
            None => return Ok((complete(reader, path, records, entries)?, page)),
            Some(next) if cursor.as_deref() == Some(next) => {
                return Err(reader.nonsense(path, "the same cursor twice"));
            }
            Some(next) => cursor = Some(next.to_owned()),
        }
    }
    Err(reader.nonsense(path, "pages without end"))
}

/// A list that stops early would make people look gone, so its own count is checked.
fn complete(
    reader: &Reader<'_>,
    path: &'static str,
    records: Option<&Json>,
    entries: Vec<Entry>,
) -> Result<Vec<Entry>, ApiError> {
    let total = records.and_then(|records| records.get("totalRecords")).and_then(Json::as_u64);
    match total {
        Some(total) if (entries.len() as u64) < total => Err(reader
            .nonsense(path, format!("{} of {total} users and no further page", entries.len()))),
        _ => Ok(entries),
    }
}

/// Only public folders are listed by the vendor; a private or archived one can be given by id.
async fn folders(reader: &Reader<'_>, workspace: &WorkspaceId) -> Result<Vec<Entry>, ApiError> {
    let path = routes::FOLDERS.path;
    let request = routes::FOLDERS.request().query("workspaceId", &workspace.0);
    let answer = reader.send(request).await?;
    let mut known: BTreeMap<String, (String, Option<String>)> = BTreeMap::new();
    for item in list(reader, path, &answer, "folders")? {
        let parent = item.get("parentFolderId").and_then(Json::as_str).map(str::to_owned);
        known.insert(text(reader, path, item, "id")?, (text(reader, path, item, "name")?, parent));
    }
    Ok(known
        .iter()
        .map(|(id, (name, _))| {
            let path = path_of(id, &known);
            let aliases = if path == *name { Vec::new() } else { vec![name.clone()] };
            Entry { id: id.clone(), name: path, aliases, active: true }
        })
        .collect())
}

/// Writes a folder's path from its root; a parent that is not listed, or a ring, ends it.
fn path_of(id: &str, known: &BTreeMap<String, (String, Option<String>)>) -> String {
    let mut names = Vec::new();
    let mut seen = BTreeSet::new();
    let mut at = Some(id);
    while let Some((id, (name, parent))) = at.and_then(|id| known.get_key_value(id)) {
        if !seen.insert(id) {
            break;
        }
        names.push(name.as_str());
        at = parent.as_deref();
    }
    names.reverse();
    names.join("/")
}

fn list<'a>(
    reader: &Reader<'_>,
    path: &'static str,
    answer: &'a Json,
    member: &str,
) -> Result<&'a Vec<Json>, ApiError> {
    answer
        .get(member)
        .and_then(Json::as_array)
        .ok_or_else(|| reader.nonsense(path, format!("an answer without the list `{member}`")))
}

fn text(
    reader: &Reader<'_>,
    path: &'static str,
    item: &Json,
    member: &str,
) -> Result<String, ApiError> {
    item.get(member)
        .and_then(Json::as_str)
        .map(str::to_owned)
        .ok_or_else(|| reader.nonsense(path, format!("an item without a text `{member}`")))
}
