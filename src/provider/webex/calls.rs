//! From a change to requests, for Webex. Pure: the plan's preview and apply call the same function.
//!
//! It makes the only write requests that exist for Webex and sends none: one for a profile. What to
//! change is the plan's decision; here it is only put into Webex's words.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::model::catalogue::Catalogue;
use crate::model::request::{Request, Route, WriteEffect};
use crate::model::{Change, Document, ProfileId, WorkspaceId, document};
use crate::provider;
use crate::provider::webex::Webex;

/// Creates a profile in an organization.
pub static CREATE: Route<WriteEffect> =
    Route::new("POST", "/organization/{organization}/v3/user-profile");

/// Replaces a profile.
pub static UPDATE: Route<WriteEffect> =
    Route::new("PUT", "/organization/{organization}/v3/user-profile/{id}");

/// Members that live records may carry and a write may not.
const LINKS: [&str; 2] = ["links", "_links"];

impl provider::Write for Webex {
    /// Turns a change into its one request.
    ///
    /// The vendor asks for all permissions under `SPECIFIC`, and does not say what becomes of one that is
    /// left out. A change has its bundle whole, so each permission of the organization is in it.
    ///
    /// What was read as `null` is left out of an update, since the schema has no `null`.
    ///
    /// An update replaces the whole profile, so it sends the document just read with the change in it,
    /// `version` and the ids of entries included: an entry that stays and comes without its own id is an
    /// internal error at the vendor, and so is one that is new and has an id. A new profile has none.
    ///
    /// # Panics
    ///
    /// When an update comes without a document; every caller reads before it writes.
    fn requests(
        &self,
        catalogue: &Catalogue,
        workspace: &WorkspaceId,
        change: &Change,
        document: Option<&Document>,
    ) -> Vec<Request<WriteEffect>> {
        let after = change.written(catalogue, document);
        let (request, body) = match change.updates() {
            None => (CREATE.request(), document::build(catalogue, &after)),
            Some((id, _)) => {
                let read = document.expect("an update is made from the document just read");
                let mut body = read.clone();
                body.retain(|member, _| !LINKS.contains(&member.as_str()));
                document::edit(catalogue, &mut body, &after);
                document::remove_nulls(catalogue, &mut body);
                (UPDATE.request().segment("id", &id.0), body)
            }
        };
        vec![request.segment("organization", &workspace.0).body(Json::Object(body))]
    }

    fn created(&self, answer: &Json) -> Option<ProfileId> {
        answer.pointer("/id")?.as_str().map(|id| ProfileId(id.to_owned()))
    }

    /// A collection in a profile has to have a name by the vendor's schema; one that stays goes back whole.
    fn name_references(&self, body: &mut Json, names: &BTreeMap<String, String>) {
        let collections = body.get_mut("resourceCollections").and_then(Json::as_array_mut);
        for collection in collections.into_iter().flatten().filter_map(Json::as_object_mut) {
            let name = collection.get("id").and_then(Json::as_str).and_then(|id| names.get(id));
            if let Some(name) = name.filter(|_| !collection.contains_key("name")) {
                collection.insert("name".to_owned(), Json::from(name.as_str()));
            }
        }
    }
}
