//! The simulated Gong's routes: what each method and path answers.
//!
//! It changes the state on accepted writes only, and knows nothing of HTTP beyond [`Received`].

use serde_json::{Map, Value as Json, json};

use super::document::References;
use super::update::{Update, named_ids};
use super::{BASIC, Gong, TOKEN, Workspace, ids};
use crate::members::{Document, text};
use crate::{Received, Reply};

/// How many users one answer holds; the vendor does not let clients choose.
const PAGE: usize = 100;

const WORKSPACES: &str = "/v2/workspaces";
const PROFILES: &str = "/v2/all-permission-profiles";
const PROFILE: &str = "/v2/permission-profile";
const HOLDERS: &str = "/v2/permission-profile/users";
const USERS: &str = "/v2/users";
const FOLDERS: &str = "/v2/library/folders";
const PATHS: [&str; 6] = [WORKSPACES, PROFILES, PROFILE, HOLDERS, USERS, FOLDERS];

/// A status other than 200 and what the error body says.
pub(super) struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// The only entry of `errors`.
    pub message: String,
}

impl Refusal {
    fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// What Gong says about ids that it does not know and parameters that are missing.
    fn bad_request() -> Self {
        Self::new(400, "Bad request")
    }
}

/// The members of an answer beside `requestId`.
type Answer = Result<Document, Refusal>;

fn members<const N: usize>(members: [(&str, Json); N]) -> Document {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

impl Gong {
    /// Puts an answer in the envelope; every one has an id, in the body and in a header.
    pub(super) fn reply(&self, status: u16, members: Document) -> Reply {
        self.answers.set(self.answers.get() + 1);
        let request_id = format!("sandbox{:08}", self.answers.get());
        let mut body = Map::from_iter([("requestId".to_owned(), json!(request_id))]);
        body.extend(members);
        Reply { status, headers: vec![("x-traceid".to_owned(), request_id)], body: body.into() }
    }

    /// Answers one request.
    pub(super) fn route(&mut self, request: &Received) -> Answer {
        if !is_authorized(request) {
            // As published: these two have no 401, and the others no 403.
            let status = match request.path.as_str() {
                WORKSPACES | USERS => 403,
                _ => 401,
            };
            return Err(Refusal::new(status, "the credentials of this request are not valid"));
        }
        if request.malformed {
            return Err(Refusal::new(400, "Json parse error"));
        }
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", WORKSPACES) => Ok(members([("workspaces", json!(self.state.workspaces))])),
            ("GET", PROFILES) => self.list(request),
            ("GET", PROFILE) => self.read(request),
            ("PUT", PROFILE) => self.update(request),
            ("POST", PROFILE) => self.create(request),
            ("GET", HOLDERS) => self.holders(request),
            ("GET", USERS) => self.users(request),
            ("GET", FOLDERS) => self.folders(request),
            (_, path) if PATHS.contains(&path) => {
                Err(Refusal::new(405, format!("{} is not supported here", request.method)))
            }
            (_, path) => Err(Refusal::new(404, format!("there is nothing at {path}"))),
        }
    }

    fn list(&self, request: &Received) -> Answer {
        let workspace = self.workspace(request)?;
        let mut profiles = self.state.profiles.get(&workspace.id).cloned().unwrap_or_default();
        profiles.sort_by_key(|document| text(document, "name").to_lowercase());
        Ok(members([("profiles", json!(profiles))]))
    }

    fn read(&self, request: &Received) -> Answer {
        let (workspace, index) = self.locate(request)?;
        Ok(members([("profile", json!(self.state.profiles[&workspace][index]))]))
    }

    fn create(&mut self, request: &Received) -> Answer {
        let workspace = self.workspace(request)?.id.clone();
        let body = object(request)?;
        let (sequence, id) = self.next_id();
        let references = self.references(&workspace, None);
        let document = Update { readings: &self.readings, stored: None, id: &id, references }
            .apply(body)
            .map_err(|reason| Refusal::new(400, reason))?;
        self.refuse_duplicate(&workspace, &document)?;
        self.state.sequence = sequence;
        self.state.profiles.entry(workspace).or_default().push(document.clone());
        Ok(members([("profile", document.into())]))
    }

    fn update(&mut self, request: &Received) -> Answer {
        let (workspace, index) = self.locate(request)?;
        let body = object(request)?;
        let stored = &self.state.profiles[&workspace][index];
        let id = text(stored, "id").to_owned();
        if body.get("id").is_some_and(|given| !given.is_null() && given != id.as_str()) {
            return Err(Refusal::new(400, "the id in the body is not the id in the query"));
        }
        let references = self.references(&workspace, Some(stored));
        let document =
            Update { readings: &self.readings, stored: Some(stored), id: &id, references }
                .apply(body)
                .map_err(|reason| Refusal::new(400, reason))?;
        // Namesakes that exist already can still be changed.
        if text(stored, "name") != text(&document, "name") {
            // An update has no 422, as published.
            self.refuse_duplicate(&workspace, &document)
                .map_err(|refusal| Refusal { status: 400, ..refusal })?;
        }
        if let Some(stored) =
            self.state.profiles.get_mut(&workspace).and_then(|profiles| profiles.get_mut(index))
        {
            stored.clone_from(&document);
        }
        Ok(members([("profile", document.into())]))
    }

    fn holders(&self, request: &Received) -> Answer {
        let (workspace, index) = self.locate(request)?;
        let id = text(&self.state.profiles[&workspace][index], "id");
        let holders = self.state.holders.get(id).into_iter().flatten();
        let users = holders.map(|id| {
            let user = self.state.users.iter().find(|user| text(user, "id") == id);
            json!({
                "id": id,
                "fullName": user.map(|it| format!("{} {}", text(it, "firstName"), text(it, "lastName"))),
                "emailAddress": user.and_then(|it| it.get("emailAddress")),
            })
        });
        Ok(members([("users", users.collect())]))
    }

    fn users(&self, request: &Received) -> Answer {
        let start = match request.parameter("cursor") {
            None => 0,
            Some(cursor) => cursor_start(cursor).ok_or_else(Refusal::bad_request)?,
        };
        let total = self.state.users.len();
        let page: Vec<_> = self.state.users.iter().skip(start).take(PAGE).collect();
        let mut records = members([
            ("totalRecords", json!(total)),
            ("currentPageSize", json!(page.len())),
            ("currentPageNumber", json!(start / PAGE)),
        ]);
        if start + page.len() < total {
            records.insert("cursor".to_owned(), json!(cursor(start + PAGE)));
        }
        Ok(members([("records", records.into()), ("users", json!(page))]))
    }

    fn folders(&self, request: &Received) -> Answer {
        // The one list whose workspace may be left out; it then covers the company.
        let only = match request.parameter("workspaceId") {
            Some(_) => Some(self.workspace(request)?.id.as_str()),
            None => None,
        };
        let folders = self.state.folders.iter().filter(|folder| {
            !folder.archived && only.is_none_or(|workspace| folder.workspace_id == workspace)
        });
        let folders: Vec<Json> = folders
            .map(|folder| {
                json!({
                    "id": folder.id,
                    "name": folder.name,
                    "parentFolderId": folder.parent_folder_id,
                    "createdBy": null,
                    "updated": "2026-01-15T09:00:00Z",
                })
            })
            .collect();
        if folders.is_empty() && self.readings.is("no-folders", "404") {
            return Err(Refusal::new(404, "No folders found for the specified period"));
        }
        Ok(members([("folders", folders.into())]))
    }

    fn workspace(&self, request: &Received) -> Result<&Workspace, Refusal> {
        let id = request.parameter("workspaceId").ok_or_else(Refusal::bad_request)?;
        self.state.workspaces.iter().find(|it| it.id == id).ok_or_else(Refusal::bad_request)
    }

    /// Finds the workspace id and the index of the profile that the query names.
    fn locate(&self, request: &Received) -> Result<(String, usize), Refusal> {
        let id = request.parameter("profileId").ok_or_else(Refusal::bad_request)?;
        self.state
            .profiles
            .iter()
            .find_map(|(workspace, profiles)| {
                let index = profiles.iter().position(|document| text(document, "id") == id)?;
                Some((workspace.clone(), index))
            })
            .ok_or_else(Refusal::bad_request)
    }

    fn refuse_duplicate(&self, workspace: &str, document: &Document) -> Result<(), Refusal> {
        let (id, name) = (text(document, "id"), text(document, "name"));
        let mut others = self.state.profiles.get(workspace).into_iter().flatten();
        let taken = others.any(|other| text(other, "id") != id && text(other, "name") == name);
        if taken && self.readings.is("duplicate-name", "refused") {
            let message = format!("this workspace already has a permission profile named {name:?}");
            return Err(Refusal::new(422, message));
        }
        Ok(())
    }

    fn references(&self, workspace: &str, stored: Option<&Document>) -> References {
        let folders = self.state.folders.iter().filter(|folder| folder.workspace_id == workspace);
        References {
            users: self.state.users.iter().map(|user| text(user, "id").to_owned()).collect(),
            folders: folders.map(|folder| folder.id.clone()).collect(),
            stored: stored.into_iter().flat_map(named_ids).map(str::to_owned).collect(),
        }
    }

    /// Returns the next unused profile id and the sequence number after it.
    fn next_id(&self) -> (u64, String) {
        let mut sequence = self.state.sequence;
        loop {
            sequence += 1;
            let id = ids::profile_id(sequence);
            let mut documents = self.state.profiles.values().flatten();
            if !documents.any(|document| text(document, "id") == id) {
                return (sequence, id);
            }
        }
    }
}

fn is_authorized(request: &Received) -> bool {
    let Some((scheme, value)) = request.authorization.as_deref().and_then(|it| it.split_once(' '))
    else {
        return false;
    };
    (scheme.eq_ignore_ascii_case("basic") && value == BASIC)
        || (scheme.eq_ignore_ascii_case("bearer") && value == TOKEN)
}

fn object(request: &Received) -> Result<&Document, Refusal> {
    let body = request.body.as_ref().and_then(Json::as_object);
    body.ok_or_else(|| Refusal::new(400, "Json parse error"))
}

/// Makes a cursor; its characters break a client that forgets to encode the query.
fn cursor(start: usize) -> String {
    format!("users+{start}==")
}

fn cursor_start(cursor: &str) -> Option<usize> {
    cursor.strip_prefix("users+")?.strip_suffix("==")?.parse().ok()
}
