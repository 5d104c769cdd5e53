//! Reading Gong: workspaces, profiles, users and folders, each whole or not at all.
//!
//! Every list but the users' comes in one answer; users come in pages joined by a cursor.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::model::catalogue::ReferenceKind;
use crate::model::{Directory, Entry, Holders, Parsed, ProfileId, VendorWorkspace, WorkspaceId};
use crate::provider::gong::catalogue::{FOLDER, catalogue};
use crate::provider::gong::{self as routes, Gong};
use crate::provider::http::{Answer, ApiError, Reader};
use crate::provider::pages::{Page, Total, read_pages};
use crate::provider::{self, Fetch, lists};

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
        let members = ("profiles", "profile");
        let profiles = lists::profiles(answers, members, catalogue().identity(), Answer::text)?;
        Ok(Parsed { profiles, ..Parsed::default() })
    }

    /// An id that is not there is a bad request.
    fn profile<'a>(
        &self,
        reader: &'a Reader<'a>,
        _: &'a WorkspaceId,
        id: &'a ProfileId,
    ) -> Fetch<'a, Option<Answer>> {
        let request = routes::PROFILE.request().query("profileId", &id.0);
        Box::pin(async move { lists::unless_gone(reader.send(request).await, &[400, 404]) })
    }

    fn holders<'a>(
        &self,
        reader: &'a Reader<'a>,
        _: &'a WorkspaceId,
        profile: &'a ProfileId,
    ) -> Fetch<'a, Holders> {
        let request = routes::HOLDERS.request().query("profileId", &profile.0);
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
            Ok(Directory { kind, entries })
        })
    }
}

async fn users(reader: &Reader<'_>) -> Result<Vec<Entry>, ApiError> {
    let request = |cursor: Option<&str>| {
        let request = routes::USERS.request();
        match cursor {
            Some(cursor) => request.query("cursor", cursor),
            None => request,
        }
    };
    let users = read_pages(reader, "users", request, |answer, json, _| {
        let records = json.get("records");
        let total = records.and_then(|records| records.get("totalRecords")).and_then(Json::as_u64);
        Ok(Page {
            items: answer
                .list(json, "users")?
                .iter()
                .map(|item| user(answer, item))
                .collect::<Result<_, _>>()?,
            next: next_page(answer, records)?,
            total: total.map_or(Total::Unknown, Total::AtLeast),
        })
    });
    Ok(users.await?.into_iter().map(|(_, user)| user).collect())
}

fn user(answer: &Answer, item: &Json) -> Result<(String, Entry), ApiError> {
    let id = answer.text(item, "id")?;
    let aliases = item.get("emailAliases").and_then(Json::as_array).into_iter().flatten();
    let entry = Entry {
        id: id.clone(),
        // A user without an address can't be named in a file; the id still works.
        name: item.get("emailAddress").and_then(Json::as_str).unwrap_or("").to_owned(),
        aliases: aliases.filter_map(|alias| alias.as_str().map(str::to_owned)).collect(),
        // Only an outright `false` is a deactivated user: many members are null live.
        active: item.get("active") != Some(&Json::Bool(false)),
    };
    Ok((id, entry))
}

/// Returns the cursor of the next page; one that can't be followed is not the end of the list.
fn next_page(answer: &Answer, records: Option<&Json>) -> Result<Option<String>, ApiError> {
    match records.and_then(|records| records.get("cursor")) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(cursor)) => Ok(Some(cursor.clone()).filter(|it| !it.is_empty())),
        Some(_) => Err(answer.invalid("a `cursor` that is not a text")),
    }
}

/// Only public folders are listed by the vendor; a private or archived one can be given by id.
///
/// Gong publishes 404 for "no folders found" on this route, so a 404 is an empty list here and nowhere
/// else.
async fn folders(reader: &Reader<'_>, workspace: &WorkspaceId) -> Result<Vec<Entry>, ApiError> {
    let request = routes::FOLDERS.request().query("workspaceId", &workspace.0);
    let answer = match reader.send(request).await {
        Err(error) if error.refusal() == Some(404) => return Ok(Vec::new()),
        answer => answer?,
    };
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
