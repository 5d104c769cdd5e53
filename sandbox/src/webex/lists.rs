//! The simulated vendor's pages, and the shapes of its older versions.
//!
//! Nothing here changes anything.

use serde_json::{Value as Json, json};

use super::document::{COLLECTIONS, FOLDERS, PERMISSIONS};
use super::errors::Refusal;
use super::{Organization, Referrer};
use crate::members::{Document, text};
use crate::{Readings, Received};

/// The page that a client gets when it names no size, and the largest unless a reading says so.
const PAGE: usize = 100;

/// Cuts a page out of a list and describes it, the way all lists do.
pub fn page(
    request: &Received,
    readings: &Readings,
    organization: &str,
    items: &[Json],
) -> Result<(Json, Vec<Json>), Refusal> {
    for unsupported in ["filter", "search"] {
        if request.parameter(unsupported).is_some() {
            // A filter that is not applied would look like a complete answer. The lists publish no 400.
            return Err(Refusal::new(500, format!("{unsupported} is not simulated")));
        }
    }
    let number = |name: &str, usual: usize| match request.parameter(name) {
        None => Ok(usual),
        Some(text) => {
            text.parse().map_err(|_| Refusal::new(500, format!("{name} has to be a number")))
        }
    };
    let largest = readings.text("page-size").and_then(|text| text.parse().ok()).unwrap_or(PAGE);
    let size = number("pageSize", PAGE)?.clamp(1, largest.max(1));
    let (page, pages) = (number("page", 0)?, items.len().div_ceil(size));
    let asked = &request.path;
    // On the live system these links leave the version out, and with it lead to other documents.
    let linked = if readings.is("next-link", "other-version") {
        asked.replace("/v3/", "/").replace("/v2/", "/")
    } else {
        asked.clone()
    };
    let link = |page: usize| format!("{linked}?page={page}&pageSize={size}");
    let mut links = json!({"self": link(page), "first": link(0)});
    if page + 1 < pages {
        links["next"] = link(page + 1).into();
    }
    if page > 0 {
        links["prev"] = link(page - 1).into();
    }
    links["last"] = link(pages.saturating_sub(1)).into();
    let meta = json!({
        "orgid": organization,
        "page": page,
        "pageSize": size,
        "totalPages": pages,
        "totalRecords": items.len(),
        "links": links,
    });
    let items = items.iter().skip(page.saturating_mul(size)).take(size).cloned().collect();
    Ok((meta, items))
}

/// Leaves only the members that the request asks for.
pub fn attributes(request: &Received, items: &mut [Json]) {
    let Some(wanted) = request.parameter("attributes") else { return };
    let wanted: Vec<&str> = wanted.split(',').collect();
    for item in items.iter_mut().filter_map(Json::as_object_mut) {
        item.retain(|member, _| wanted.contains(&member.as_str()));
    }
}

/// Makes of a profile what lists have: nothing in its arrays.
pub fn without_arrays(mut document: Document) -> Json {
    for member in FOLDERS.into_iter().chain([PERMISSIONS, COLLECTIONS]) {
        document.insert(member.to_owned(), json!([]));
    }
    super::document::in_order(document).into()
}

/// Makes of a profile what the first two versions of the API answer.
pub fn old_shape(document: &Document) -> Json {
    let mut old = Document::new();
    for member in
        ["organizationId", "id", "version", "name", "description", "profileType", "active"]
    {
        old.extend(document.get(member).map(|value| (member.to_owned(), value.clone())));
    }
    let all = text(document, "resourceAccessLevel") == "ALL";
    for member in ["accessAllModules", "accessAllEntryPoints", "accessAllSites", "accessAllQueues"]
    {
        old.insert(member.to_owned(), all.into());
    }
    old.insert("userProfileAppModules".to_owned(), json!([]));
    old.insert("systemDefault".to_owned(), document["systemDefault"].clone());
    old.into()
}

/// Lists what refers to a profile: one kind of thing at a time, users first.
pub fn references(
    request: &Received,
    readings: &Readings,
    id: (&str, &Organization),
    profile: &str,
) -> Result<Json, Refusal> {
    let (id, organization) = id;
    let all = || organization.referrers.iter().filter(|it| it.user_profile_id == profile);
    let mut entities: Vec<&str> = all().map(|it| it.entity.as_str()).collect();
    entities.sort_unstable();
    entities.dedup();
    let current = request.parameter("type").or(entities.first().copied()).unwrap_or_default();
    let of_current: Vec<Json> = all().filter(|it| it.entity == current).map(reference).collect();
    let (mut meta, data) = page(request, readings, id, &of_current)?;
    meta["referencedEntities"] = json!(entities);
    meta["currentEntity"] = json!(current);
    Ok(json!({"description": "list of referenced entities", "meta": meta, "data": data}))
}

fn reference(referrer: &Referrer) -> Json {
    json!({
        "id": referrer.id,
        "name": referrer.name,
        "additionalAttributes": {},
        "createdDate": "2026-01-15T09:00:00.000+0000",
        "lastModifiedDate": "2026-01-15T09:00:00.000+0000",
        "version": 0,
    })
}
