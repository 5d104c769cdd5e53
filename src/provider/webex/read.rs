//! Reading Webex: profiles, resource collections and who has a profile, each whole or not at all.
//!
//! Lists of profiles come without their arrays, so they give the ids only and every profile is
//! fetched on its own. Pages are counted from what the first one says: `links.next` leads to an
//! older version of the API, which answers in another shape.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::Value as Json;

use crate::model::catalogue::ReferenceKind;
use crate::model::request::{ReadEffect, Request};
use crate::model::{
    Directory, Document, Entry, Holders, LiveProfile, Parsed, ProfileId, WorkspaceId,
};
use crate::provider::http::{Answer, ApiError, Reader};
use crate::provider::pages::{MOST_PAGES, Page, Total, read_pages};
use crate::provider::webex::catalogue::catalogue;
use crate::provider::webex::{self as routes, Webex};
use crate::provider::{self, Fetch, lists};

/// The size of the pages that are asked for; the vendor takes less where that is more than its own most.
const PAGE_SIZE: &str = "100";

/// The number of the first page.
const FIRST_PAGE: &str = "0";

/// How many profiles are fetched side by side. The pace of the tenant is kept apart from this.
const AT_ONCE: usize = 16;

impl provider::Read for Webex {
    fn profiles<'a>(
        &self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
    ) -> Fetch<'a, Vec<Answer>> {
        Box::pin(profiles(reader, workspace))
    }

    fn parse(&self, answers: &[Answer]) -> Result<Parsed, ApiError> {
        let mut parsed = Parsed::default();
        for answer in answers {
            let json = answer.json()?;
            let id = ProfileId(answer.text(&json, "id")?);
            let name = lists::name(&json, catalogue().identity());
            // The routes of versions 1 and 2 still answer, in a shape without any permission: written
            // back, it would take all of them away.
            let old = json.get("userProfileAppModules").is_some();
            if old || json.get("permissionAccessLevel").is_none() {
                return Err(
                    answer.invalid(format!("profile {id} in the shape of an older version"))
                );
            }
            if let Some(what) = of_another(answer, &json, &id) {
                return Err(answer.invalid(format!("profile {id} {what}")));
            }
            if parsed.profiles.iter().any(|profile| profile.id == id) {
                return Err(answer.invalid(format!("profile {id} twice")));
            }
            let Json::Object(document) = json else {
                unreachable!("a value with members is an object")
            };
            parsed.profiles.push(LiveProfile { id, name, document });
        }
        Ok(parsed)
    }

    fn profile<'a>(
        &self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
        id: &'a ProfileId,
    ) -> Fetch<'a, Option<Answer>> {
        Box::pin(async move {
            match profile(reader, workspace, &id.0).await {
                Err(error) if error.refusal() == Some(404) => Ok(None),
                answer => answer.map(Some),
            }
        })
    }

    fn holders<'a>(
        &self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
        profile: &'a ProfileId,
    ) -> Fetch<'a, Holders> {
        // References come one kind of thing at a time, so users are asked for by name.
        let request = || {
            let request = routes::REFERENCES.request().segment("organization", &workspace.0);
            request.segment("id", &profile.0).query("type", "user")
        };
        Box::pin(async move {
            let users = pages(reader, request).await?;
            let name = |(id, user): &(String, Json)| {
                user.get("name").and_then(Json::as_str).map_or_else(|| id.clone(), str::to_owned)
            };
            let mut names: Vec<String> = users.iter().map(name).collect();
            names.sort();
            Ok(Holders::new(users.len(), names))
        })
    }

    /// There are names of resource collections only.
    fn directory<'a>(
        &self,
        reader: &'a Reader<'a>,
        kind: ReferenceKind,
        workspace: &'a WorkspaceId,
    ) -> Fetch<'a, Directory> {
        let request = || {
            let request = routes::COLLECTIONS.request().segment("organization", &workspace.0);
            request.query("attributes", "id,name")
        };
        Box::pin(async move {
            let collections = pages(reader, request).await?.into_iter().map(|(id, item)| Entry {
                id,
                // One without a name can't be named in a file; the id still works.
                name: item.get("name").and_then(Json::as_str).unwrap_or_default().to_owned(),
                aliases: Vec::new(),
                active: true,
            });
            let mut entries: Vec<Entry> = collections.collect();
            entries.sort_by(|a, b| a.id.cmp(&b.id));
            Ok(Directory { kind, entries })
        })
    }
}

/// Fetches all profiles of one organization: one answer each.
///
/// A profile that is gone between the list and its turn is looked for in a second list. One that is
/// in that list too and can't be fetched is an error: it would be unknown whether it is there.
async fn profiles(reader: &Reader<'_>, workspace: &WorkspaceId) -> Result<Vec<Answer>, ApiError> {
    let mut fetched: BTreeMap<String, Answer> = BTreeMap::new();
    let listed = list(reader, workspace).await?;
    match fetch(reader, workspace, &listed, &mut fetched).await {
        Err(error) if error.refusal() == Some(404) => {}
        outcome => return outcome.map(|()| fetched.into_values().collect()),
    }
    let listed = list(reader, workspace).await?;
    fetch(reader, workspace, &listed, &mut fetched).await?;
    fetched.retain(|id, _| listed.contains(id));
    Ok(fetched.into_values().collect())
}

/// Lists the ids of all profiles.
async fn list(reader: &Reader<'_>, workspace: &WorkspaceId) -> Result<Vec<String>, ApiError> {
    let request = || {
        let request = routes::PROFILES.request().segment("organization", &workspace.0);
        request.query("attributes", "id")
    };
    Ok(pages(reader, request).await?.into_iter().map(|(id, _)| id).collect())
}

/// Fetches those profiles that are not fetched yet, side by side.
async fn fetch(
    reader: &Reader<'_>,
    workspace: &WorkspaceId,
    ids: &[String],
    fetched: &mut BTreeMap<String, Answer>,
) -> Result<(), ApiError> {
    let missing = ids.iter().filter(|id| !fetched.contains_key(*id)).cloned();
    let missing: Vec<String> = missing.collect();
    let mut answers = stream::iter(missing)
        .map(|id| async move {
            let answer = profile(reader, workspace, &id).await?;
            Ok::<_, ApiError>((id, answer))
        })
        .buffer_unordered(AT_ONCE);
    // The others are worth keeping when one is gone, so they are waited for.
    let mut failed = None;
    while let Some(answer) = answers.next().await {
        match answer {
            Ok((id, answer)) => drop(fetched.insert(id, answer)),
            Err(error) if error.refusal() == Some(404) => failed = Some(error),
            Err(error) => return Err(error),
        }
    }
    failed.map_or(Ok(()), Err)
}

async fn profile(
    reader: &Reader<'_>,
    workspace: &WorkspaceId,
    id: &str,
) -> Result<Answer, ApiError> {
    let request = routes::PROFILE.request().segment("organization", &workspace.0);
    reader.send(request.segment("id", id)).await
}

/// Says what makes an answer another profile than was asked for.
fn of_another(answer: &Answer, json: &Json, id: &ProfileId) -> Option<String> {
    let asked = answer.segments();
    if asked.last() != Some(&id.0) {
        return Some(format!("where {} was asked for", asked.last().map_or("", String::as_str)));
    }
    // The published pattern leaves the hyphens of a UUID open.
    let plain = |id: &str| id.replace('-', "").to_ascii_lowercase();
    let organization = json.get("organizationId").and_then(Json::as_str);
    if let (Some(of), Some(asked)) = (organization, asked.get(1))
        && plain(of) != plain(asked)
    {
        return Some(format!("of another organization, {of}"));
    }
    None
}

/// Says what makes a profile one that can't be compared: grants in a form that would read as none and
/// would be erased by the next write.
pub(super) fn flaw(document: &Document) -> Option<String> {
    if document.get("systemDefault").is_some_and(|it| !it.is_boolean() && !it.is_null()) {
        return Some("it has a `systemDefault` that is not true or false".to_owned());
    }
    let specific = document.get("permissionAccessLevel") == Some(&Json::from("SPECIFIC"));
    let entries = match document.get("permissions") {
        Some(Json::Array(entries)) => entries,
        None | Some(Json::Null) if !specific => return None,
        _ => return Some("it comes without the list `permissions`".to_owned()),
    };
    let mut seen = BTreeSet::new();
    for entry in entries {
        match entry.get("name").and_then(Json::as_str) {
            None => return Some("it comes with a permission that has no name".to_owned()),
            Some(name) if !seen.insert(name) => {
                return Some(format!("it comes with the permission `{name}` twice"));
            }
            Some(_) => {}
        }
    }
    None
}

/// Reads every page of a list: its items by id.
///
/// The vendor documents no order, so an item may come twice while another one slips between two
/// pages; the list's own count tells.
async fn pages(
    reader: &Reader<'_>,
    request: impl Fn() -> Request<ReadEffect>,
) -> Result<Vec<(String, Json)>, ApiError> {
    let request = |page: Option<&str>| {
        request().query("page", page.unwrap_or(FIRST_PAGE)).query("pageSize", PAGE_SIZE)
    };
    let parse = |answer: &Answer, json: &Json, page: Option<&str>| {
        let count = |member: &str| {
            let count = json.pointer(&format!("/meta/{member}")).and_then(Json::as_u64);
            count.ok_or_else(|| answer.invalid(format!("a page without the number `{member}`")))
        };
        let item = |item: &Json| Ok((answer.text(item, "id")?, item.clone()));
        let items = answer.list(json, "data")?.iter().map(item).collect::<Result<_, _>>()?;
        let (pages, records) = (count("totalPages")?, count("totalRecords")?);
        if pages > MOST_PAGES {
            return Err(answer.invalid(format!("{pages} pages")));
        }
        let page: u64 =
            page.unwrap_or(FIRST_PAGE).parse().expect("a number that stood here before");
        let next = Some(page + 1).filter(|next| *next < pages);
        Ok(Page { items, next: next.map(|it| it.to_string()), total: Total::Exactly(records) })
    };
    read_pages(reader, "entries", request, parse).await
}
