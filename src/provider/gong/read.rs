//! Reading Gong: workspaces, profiles, users and folders, each whole or not at all.
//!
//! Every list but the users' comes in one answer; users come in pages joined by a cursor.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::model::catalogue::ReferenceKind;
use crate::model::{Directory, Entry, Holders, LiveProfile, Parsed, VendorWorkspace, WorkspaceId};
use crate::provider::gong::catalogue::{FOLDER, catalogue};
use crate::provider::gong::{self as routes, Gong};
use crate::provider::http::{Answer, ApiError, Reader};
use crate::provider::{self, Fetch, lists};

/// More pages than any company has users for; a server that never ends its pages stops here.
const MOST_PAGES: usize = 10_000;

impl provider::Read for Gong {
    fn workspaces<'a>(&self, reader: &'a Reader<'a>) -> Fetch<'a, Vec<VendorWorkspace>> {
        Box::pin(async move {
            let answer = reader.send(routes::WORKSPACES.request()).await?;
            let json = answer.json()?;
            let workspace = |item: &Json| {
                let id = WorkspaceId(answer.text(item, "id")?);
                Ok(VendorWorkspace { id, name: answer.text(item, "name")? })
            };
            answer.list(&json, "workspaces")?.iter().map(workspace).collect()
        })
    }

    fn profiles<'a>(
        &self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
    ) -> Fetch<'a, Vec<Answer>> {
        let request = routes::PROFILES.request().query("workspaceId", &workspace.0);
        Box::pin(async move { Ok(vec![reader.send(request).await?]) })
    }

    fn parse(&self, answers: &[Answer]) -> Result<Parsed, ApiError> {
        let profiles = lists::profiles(answers, "profiles", catalogue().identity())?;
        Ok(Parsed { profiles, ..Parsed::default() })
    }

    fn holders<'a>(
        &self,
        reader: &'a Reader<'a>,
        _: &'a WorkspaceId,
        profile: &'a LiveProfile,
    ) -> Fetch<'a, Holders> {
        let request = routes::HOLDERS.request().query("profileId", &profile.id.0);
        Box::pin(async move {
            let answer = reader.send(request).await?;
            // Members other than the id are null for some users.
            lists::holders(&answer, "users", &["emailAddress", "fullName", "id"])
        })
    }

    fn directory<'a>(
        &self,
        reader: &'a Reader<'a>,
        kind: ReferenceKind,
        workspace: &'a WorkspaceId,
    ) -> Fetch<'a, Directory> {
        Box::pin(async move {
            let mut entries = match kind == FOLDER {
                true => folders(reader, workspace).await?,
                false => users(reader).await?,
            };
            entries.sort_by(|a, b| a.id.cmp(&b.id));
            entries.dedup_by(|a, b| a.id == b.id);
            Ok(Directory { kind, entries })
        })
    }
}

async fn users(reader: &Reader<'_>) -> Result<Vec<Entry>, ApiError> {
    let mut entries = Vec::new();
    let mut cursor: Option<String> = None;
    let mut followed = BTreeSet::new();
    for page in 1..=MOST_PAGES {
        let mut request = routes::USERS.request();
        if let Some(cursor) = &cursor {
            request = request.query("cursor", cursor);
        }
        let answer = reader.send(request).await?;
        let json = answer.json()?;
        for item in answer.list(&json, "users")? {
            let aliases = item.get("emailAliases").and_then(Json::as_array);
            entries.push(Entry {
                id: answer.text(item, "id")?,
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
        let records = json.get("records");
        match next_page(&answer, records)? {
            None => return complete(&answer, records, entries),
            Some(_) if page == MOST_PAGES => return Err(answer.invalid("pages without end")),
            // A ring of pages would cost the whole company its calls of the day.
            Some(next) if !followed.insert(next.to_owned()) => {
                return Err(answer.invalid("the same cursor twice"));
            }
            Some(next) => cursor = Some(next.to_owned()),
        }
    }
    unreachable!("the last page returns")
}

/// Returns the cursor of the next page; one that can't be followed is not the end of the list.
fn next_page<'a>(answer: &Answer, records: Option<&'a Json>) -> Result<Option<&'a str>, ApiError> {
    match records.and_then(|records| records.get("cursor")) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(cursor)) => Ok(Some(cursor.as_str()).filter(|it| !it.is_empty())),
        Some(_) => Err(answer.invalid("a `cursor` that is not a text")),
    }
}

/// A list that stops early would make people look gone, so its own count is checked. A user who
/// comes twice, because the pages moved in between, hides one who did not come.
fn complete(
    answer: &Answer,
    records: Option<&Json>,
    entries: Vec<Entry>,
) -> Result<Vec<Entry>, ApiError> {
    let total = records.and_then(|records| records.get("totalRecords")).and_then(Json::as_u64);
    let users = entries.iter().map(|entry| &entry.id).collect::<BTreeSet<_>>().len();
    match total {
        Some(total) if (users as u64) < total => {
            Err(answer.invalid(format!("{users} of {total} users and no further page")))
        }
        _ => Ok(entries),
    }
}

/// Only public folders are listed by the vendor; a private or archived one can be given by id.
async fn folders(reader: &Reader<'_>, workspace: &WorkspaceId) -> Result<Vec<Entry>, ApiError> {
    let request = routes::FOLDERS.request().query("workspaceId", &workspace.0);
    let answer = reader.send(request).await?;
    let json = answer.json()?;
    let mut known: BTreeMap<String, (String, Option<String>)> = BTreeMap::new();
    for item in answer.list(&json, "folders")? {
        let parent = item.get("parentFolderId").and_then(Json::as_str).map(str::to_owned);
        known.insert(answer.text(item, "id")?, (answer.text(item, "name")?, parent));
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
