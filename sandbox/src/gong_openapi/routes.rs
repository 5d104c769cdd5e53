//! The simulated dialect's routes: what each method and path answers.
//!
//! It changes the state on accepted writes only, and knows nothing of HTTP beyond [`Received`].

use serde_json::{Map, Value as Json, json};

use super::update::Update;
use super::{BASIC, GongOpenapi, TOKEN, ids};
use crate::members::{Document, text};
use crate::{Received, Reply};

/// A status of failure and what the error body says.
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
}

/// The status of success and the members of the answer beside `requestId`.
type Answer = Result<(u16, Document), Refusal>;

fn answer(status: u16, member: &str, value: Json) -> Answer {
    Ok((status, Map::from_iter([(member.to_owned(), value)])))
}

impl GongOpenapi {
    /// Puts an answer in the envelope; every one has an id.
    pub(super) fn reply(&self, status: u16, members: Document) -> Reply {
        self.answers.set(self.answers.get() + 1);
        let request_id = format!("dialect{:08}", self.answers.get());
        let mut body = Map::from_iter([("requestId".to_owned(), json!(request_id))]);
        body.extend(members);
        Reply { status, headers: Vec::new(), body: body.into() }
    }

    /// Answers one request.
    pub(super) fn route(&mut self, request: &Received) -> Answer {
        if !is_authorized(request) {
            return Err(Refusal::new(401, "the credentials of this request are not valid"));
        }
        if request.malformed {
            return Err(Refusal::new(400, "the body is not JSON"));
        }
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match (request.method.as_str(), segments.as_slice()) {
            ("GET", ["workspaces", workspace, "permission-profiles"]) => self.list(workspace),
            ("POST", ["permission-profiles"]) => self.create(request),
            ("GET", ["permission-profiles", id]) => self.read(id),
            ("PUT", ["permission-profiles", id]) => self.update(id, request),
            ("GET", ["permission-profiles", id, "users"]) => self.users(id),
            (method, _) => Err(Refusal::new(404, format!("there is no {method} {}", request.path))),
        }
    }

    fn list(&self, workspace: &str) -> Answer {
        if !self.state.workspaces.contains_key(workspace) {
            return Err(Refusal::new(404, "Workspace not found"));
        }
        let profiles = self.state.profiles.get(workspace).into_iter().flatten();
        let profiles = profiles.map(|document| self.served(document));
        answer(200, "permissionProfiles", profiles.collect())
    }

    fn read(&self, id: &str) -> Answer {
        let (workspace, index) = self.locate(id)?;
        let document = self.served(&self.state.profiles[&workspace][index]);
        answer(200, "permissionProfile", document)
    }

    fn create(&mut self, request: &Received) -> Answer {
        // The document gives a create no 404.
        let workspace = request.parameter("workspaceId").unwrap_or_default().to_owned();
        if !self.state.workspaces.contains_key(&workspace) {
            return Err(Refusal::new(400, "workspaceId has to name a workspace"));
        }
        let (sequence, id) = self.next_id();
        let update =
            Update { readings: &self.readings, stored: None, id: &id, workspace: &workspace };
        let document = update.apply(object(request)?).map_err(bad_request)?;
        self.refuse_duplicate(&workspace, &document)?;
        self.state.sequence = sequence;
        let served = self.served(&document);
        self.state.profiles.entry(workspace).or_default().push(document);
        answer(201, "permissionProfile", served)
    }

    fn update(&mut self, id: &str, request: &Received) -> Answer {
        let (workspace, index) = self.locate(id)?;
        let stored = &self.state.profiles[&workspace][index];
        let update =
            Update { readings: &self.readings, stored: Some(stored), id, workspace: &workspace };
        let document = update.apply(object(request)?).map_err(bad_request)?;
        // Namesakes that exist already can still be changed.
        if text(stored, "name") != text(&document, "name") {
            self.refuse_duplicate(&workspace, &document)?;
        }
        let served = self.served(&document);
        if let Some(profiles) = self.state.profiles.get_mut(&workspace) {
            profiles[index] = document;
        }
        answer(200, "permissionProfile", served)
    }

    fn users(&self, id: &str) -> Answer {
        self.locate(id)?;
        let holders = self.state.holders.get(id).into_iter().flatten();
        let users = holders.map(|holder| {
            let user = self.state.users.iter().find(|user| text(user, "userId") == holder);
            user.map_or_else(|| json!({"userId": holder}), |user| json!(user))
        });
        answer(200, "users", users.collect())
    }

    fn served(&self, document: &Document) -> Json {
        let mut document = document.clone();
        if self.readings.is("user-count", "absent") {
            document.shift_remove("userCount");
        }
        document.into()
    }

    /// Finds the workspace id and the index of a profile.
    fn locate(&self, id: &str) -> Result<(String, usize), Refusal> {
        let mut workspaces = self.state.profiles.iter();
        workspaces
            .find_map(|(workspace, profiles)| {
                let index =
                    profiles.iter().position(|document| text(document, "profileId") == id)?;
                Some((workspace.clone(), index))
            })
            .ok_or_else(|| Refusal::new(404, "Permission profile not found"))
    }

    fn refuse_duplicate(&self, workspace: &str, document: &Document) -> Result<(), Refusal> {
        if self.readings.is("duplicate-name", "accepted") {
            return Ok(());
        }
        let sensitive = self.readings.is("name-case", "sensitive");
        let key = |document: &Document| {
            let name = text(document, "name");
            if sensitive { name.to_owned() } else { name.to_lowercase() }
        };
        let (id, name) = (text(document, "profileId"), key(document));
        let mut others = self.state.profiles.get(workspace).into_iter().flatten();
        if others.any(|other| text(other, "profileId") != id && key(other) == name) {
            // The document has no status of its own for this.
            let message =
                format!("the name {:?} is taken in this workspace", text(document, "name"));
            return Err(Refusal::new(400, message));
        }
        Ok(())
    }

    /// Returns the next unused profile id and the sequence number after it.
    fn next_id(&self) -> (u64, String) {
        let mut sequence = self.state.sequence;
        loop {
            sequence += 1;
            let id = ids::id(sequence);
            let mut documents = self.state.profiles.values().flatten();
            if !documents.any(|document| text(document, "profileId") == id) {
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
    body.ok_or_else(|| Refusal::new(400, "the body has to be an object"))
}

fn bad_request(reason: String) -> Refusal {
    Refusal::new(400, reason)
}
