//! From a change to requests, for Gong. Pure: the plan's preview and apply call the same function.
//!
//! It makes the only write requests that exist for Gong and sends none. What to change is the
//! plan's decision; here it is only put into Gong's words.

use serde_json::Value as Json;

use crate::model::catalogue::Catalogue;
use crate::model::request::{Request, Route, WriteEffect};
use crate::model::{Change, Document, ProfileId, WorkspaceId, document};
use crate::provider;
use crate::provider::gong::Gong;

/// Creates a profile in a workspace.
pub static CREATE: Route<WriteEffect> = Route::new("POST", "/v2/permission-profile");

/// Updates a profile.
pub static UPDATE: Route<WriteEffect> = Route::new("PUT", "/v2/permission-profile");

impl provider::Write for Gong {
    /// Turns a change into its one request.
    ///
    /// A create states every setting of the change, also those that a new profile would get anyway:
    /// Gong's text calls the library level mandatory, and a narrow value that is said needs no faith in
    /// a default. An update sends the whole document just read with the change in it: one recorded PUT
    /// merged, but only for name and description, so nothing may depend on merging. What was read as `null`
    /// is left out: answers have it, and the schema does not.
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
            None => (
                CREATE.request().query("workspaceId", workspace.0.clone()),
                document::build(catalogue, &after),
            ),
            Some((id, _)) => {
                let read = document.expect("an update is made from the document just read");
                let mut body = read.clone();
                document::edit(catalogue, &mut body, &after);
                document::remove_nulls(catalogue, &mut body);
                (UPDATE.request().query("profileId", id.0.clone()), body)
            }
        };
        vec![request.body(Json::Object(without_inert(catalogue, body)))]
    }

    fn created(&self, answer: &Json) -> Option<ProfileId> {
        answer.pointer("/profile/id")?.as_str().map(|id| ProfileId(id.to_owned()))
    }
}

/// Leaves out members that mean nothing beside the level of their bundle.
///
/// Gong documents that the library's other members, if set, need a level other than `none`, and yet
/// answers with them beside `none`. Sending such an answer back might count as setting them. Where an
/// answer has no level, the members go back as they came.
fn without_inert(catalogue: &Catalogue, mut body: Document) -> Document {
    for row in catalogue.rows() {
        let Some((decider, level)) = &row.inert_when else { continue };
        if document::said(&body, decider).is_some_and(|said| said == *level) {
            document::remove(&mut body, &row.path);
        }
    }
    body
}
