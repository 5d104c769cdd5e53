//! The simulated Webex Contact Center's routes: what each method and path answers.
//!
//! It changes the state on accepted writes only, and knows nothing of HTTP beyond [`Received`].

use serde_json::{Value as Json, json};

use super::document::in_order;
use super::errors::Refusal;
use super::update::Update;
use super::{Organization, Webex, lists, tokens};
use crate::Received;
use crate::members::{Document, text};

const PROFILES: &str = "user-profile";
const COLLECTIONS: &str = "resource-collection";

type Answer = Result<(u16, Json), Refusal>;

impl Webex {
    /// Answers one request with a status and a body.
    pub(super) fn route(&mut self, request: &Received) -> Answer {
        if tokens::is_route(request) {
            return self.grant(request);
        }
        self.authorize(request)?;
        if request.malformed {
            return Err(Refusal::new(400, "the body is not JSON"));
        }
        let segments = request.segments();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let ["organization", organization, below @ ..] = segments.as_slice() else {
            return Err(Refusal::no_route(404, &request.path));
        };
        if !self.state.organizations.contains_key(*organization) {
            let message = "the token has no permission to interact with this organization";
            return Err(Refusal::new(403, message));
        }
        match (request.method.as_str(), below) {
            ("GET", ["v3", PROFILES]) => self.list(request, organization),
            ("POST", ["v3", PROFILES]) => self.create(request, organization),
            ("GET", ["v3", PROFILES, id]) => self.get(organization, id),
            ("PUT", ["v3", PROFILES, id]) => self.update(request, organization, id),
            ("GET", [PROFILES, id, "incoming-references"]) => {
                self.references(request, organization, id)
            }
            ("GET", ["v2", COLLECTIONS]) => self.collections(request, organization),
            ("GET", [COLLECTIONS, id]) => self.collection(organization, id),
            ("GET", [PROFILES] | ["v2", PROFILES]) => self.old_list(request, organization),
            ("GET", [PROFILES, id] | ["v2", PROFILES, id]) => {
                Ok((200, lists::old_shape(self.profile(organization, id)?)))
            }
            ("POST" | "PUT" | "DELETE", [PROFILES, ..] | ["v2", PROFILES, ..]) => {
                Err(Refusal::new(
                    400,
                    "v2 user profile is decommissioned for this organization. Please use the new \
                 version of API",
                ))
            }
            // The live system can delete and take several at once; nothing here may ask it to.
            ("DELETE", ["v3", PROFILES, _]) | ("POST", ["v3", PROFILES, "bulk"]) => {
                Err(Refusal::new(403, "this sandbox neither deletes nor takes writes in bulk"))
            }
            (_, [_] | ["v2" | "v3", _]) => Err(Refusal::no_route(405, &request.path)),
            _ => Err(Refusal::no_route(404, &request.path)),
        }
    }

    fn list(&self, request: &Received, id: &str) -> Answer {
        let organization = self.organization(id);
        let profiles = organization.profiles.iter();
        let items: Vec<Json> =
            profiles.map(|it| lists::without_arrays(self.shown(organization, it))).collect();
        self.page(request, id, &items)
    }

    fn get(&self, organization: &str, id: &str) -> Answer {
        let document = self.profile(organization, id)?;
        Ok((200, self.shown(self.organization(organization), document).into()))
    }

    fn create(&mut self, request: &Received, id: &str) -> Answer {
        let body = object(request)?;
        let mut sequence = self.state.sequence;
        let organization = self.organization(id);
        let readings = &self.readings;
        let mut update = Update { readings, organization, stored: None, sequence: &mut sequence };
        let mut document = update.apply(body)?;
        self.refuse_duplicate(organization, &document)?;
        self.state.sequence = sequence;
        let version = ["0", "1"].into_iter().find(|it| self.readings.is("first-version", it));
        if let Some(version) = version {
            document.insert("version".to_owned(), json!(version.parse::<u64>().unwrap_or(0)));
        }
        let time = self.state.next_time();
        for (member, value) in [
            ("organizationId", json!(id)),
            ("id", json!(self.state.next_id())),
            ("systemDefault", json!(false)),
            ("createdTime", json!(time)),
            ("lastUpdatedTime", json!(time)),
        ] {
            document.insert(member.to_owned(), value);
        }
        let document = in_order(document);
        self.organization_mut(id).profiles.push(document.clone());
        Ok((201, self.shown(self.organization(id), &document).into()))
    }

    fn update(&mut self, request: &Received, id: &str, profile: &str) -> Answer {
        let body = object(request)?;
        let stored = self.profile(id, profile)?;
        if stored.get("systemDefault") == Some(&Json::Bool(true)) {
            return Err(Refusal::new(400, "Cannot Update/Delete system generated Entities"));
        }
        let mut sequence = self.state.sequence;
        let organization = self.organization(id);
        let readings = &self.readings;
        let mut update =
            Update { readings, organization, stored: Some(stored), sequence: &mut sequence };
        let mut document = update.apply(body)?;
        // Namesakes that exist already can still be changed.
        if text(stored, "name") != text(&document, "name") {
            document.insert("id".to_owned(), stored["id"].clone());
            self.refuse_duplicate(organization, &document)?;
        }
        for member in super::document::SERVER_OWNED {
            document.extend(stored.get(member).map(|value| (member.to_owned(), value.clone())));
        }
        if let Some(version) = stored.get("version").and_then(Json::as_u64) {
            document.insert("version".to_owned(), json!(version + 1));
        }
        self.state.sequence = sequence;
        document.insert("lastUpdatedTime".to_owned(), json!(self.state.next_time()));
        let document = in_order(document);
        let profiles = &mut self.organization_mut(id).profiles;
        if let Some(place) = profiles.iter_mut().find(|it| text(it, "id") == profile) {
            place.clone_from(&document);
        }
        Ok((200, self.shown(self.organization(id), &document).into()))
    }

    fn references(&self, request: &Received, organization: &str, id: &str) -> Answer {
        self.profile(organization, id)?;
        let here = (organization, self.organization(organization));
        Ok((200, lists::references(request, &self.readings, here, id)?))
    }

    fn collections(&self, request: &Received, id: &str) -> Answer {
        let mut items = Vec::new();
        for collection in &self.organization(id).collections {
            let mut item = collection.clone();
            item.shift_remove("resources");
            items.push(item.into());
        }
        self.page(request, id, &items)
    }

    fn collection(&self, organization: &str, id: &str) -> Answer {
        let mut collections = self.organization(organization).collections.iter();
        let found = collections.find(|it| text(it, "id") == id).ok_or_else(not_found)?;
        Ok((200, found.clone().into()))
    }

    /// The two older lists, which still answer and look almost like the current one.
    fn old_list(&self, request: &Received, id: &str) -> Answer {
        let items: Vec<Json> =
            self.organization(id).profiles.iter().map(lists::old_shape).collect();
        if request.path.contains("/v2/") {
            self.page(request, id, &items)
        } else {
            Ok((200, items.into()))
        }
    }

    fn page(&self, request: &Received, id: &str, items: &[Json]) -> Answer {
        let (meta, mut data) = lists::page(request, &self.readings, id, items)?;
        lists::attributes(request, &mut data);
        Ok((200, json!({"meta": meta, "data": data})))
    }

    fn shown(&self, organization: &Organization, document: &Document) -> Document {
        organization.shown(document, self.readings.is("extra-members", "links"))
    }

    fn organization(&self, id: &str) -> &Organization {
        self.state.organizations.get(id).expect("the route has looked for it")
    }

    fn organization_mut(&mut self, id: &str) -> &mut Organization {
        self.state.organizations.get_mut(id).expect("the route has looked for it")
    }

    fn profile(&self, organization: &str, id: &str) -> Result<&Document, Refusal> {
        let mut profiles = self.organization(organization).profiles.iter();
        profiles.find(|it| text(it, "id") == id).ok_or_else(not_found)
    }

    fn refuse_duplicate(
        &self,
        organization: &Organization,
        document: &Document,
    ) -> Result<(), Refusal> {
        let any_case = self.readings.is("name-comparison", "any-case");
        let same = |a: &str, b: &str| {
            if any_case { a.to_lowercase() == b.to_lowercase() } else { a == b }
        };
        let taken = organization.profiles.iter().any(|other| {
            text(other, "id") != text(document, "id")
                && same(text(other, "name"), text(document, "name"))
        });
        if taken && self.readings.is("duplicate-name", "refused") {
            return Err(Refusal::new(409, "Similar entity is already present"));
        }
        Ok(())
    }
}

fn object(request: &Received) -> Result<&Document, Refusal> {
    let body = request.body.as_ref().and_then(Json::as_object);
    body.ok_or_else(|| Refusal::new(400, "the body has to be an object"))
}

fn not_found() -> Refusal {
    Refusal::new(404, "Resource not found or URI is invalid")
}
