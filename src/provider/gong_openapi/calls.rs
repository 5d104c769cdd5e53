//! From a change to requests, for the second dialect. Pure: the plan's preview and apply call the
//! same function.
//!
//! It makes the only write requests that exist for this dialect and sends none. What to change is
//! the plan's decision; here it is only put into the vendor's words.

use serde_json::Value as Json;

use crate::model::catalogue::Catalogue;
use crate::model::request::{Request, Route, WriteEffect};
use crate::model::{Change, Document, ProfileId, WorkspaceId, document};
use crate::provider;
use crate::provider::gong_openapi::GongOpenapi;

/// Creates a profile in a workspace.
pub static CREATE: Route<WriteEffect> = Route::new("POST", "/permission-profiles");

/// Updates a profile.
pub static UPDATE: Route<WriteEffect> = Route::new("PUT", "/permission-profiles/{profileId}");

/// The members of an update. The rest of a profile is the server's, and no body has it.
const UPDATABLE: [&str; 3] = ["name", "description", "permissions"];

impl provider::Write for GongOpenapi {
    /// Turns a change into its one request.
    ///
    /// A create states every setting of the change. An update states everything that an update can say,
    /// from the document just read: the body is not the document, and whether members left out are kept
    /// is written nowhere. Unknown switches go back as they came.
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
                let mut whole =
                    document.expect("an update is made from the document just read").clone();
                document::edit(catalogue, &mut whole, &after);
                let request = UPDATE.request().segment("profileId", id.0.clone());
                (request, update(catalogue, whole))
            }
        };
        vec![request.body(Json::Object(body))]
    }

    fn created(&self, answer: &Json) -> Option<ProfileId> {
        answer.pointer("/permissionProfile/profileId")?.as_str().map(|id| ProfileId(id.to_owned()))
    }
}

/// Makes the body of an update from a whole document.
///
/// A `null` where the schema wants a text or a switch is left out: it reads as nothing, and the
/// schema would not take it back.
fn update(catalogue: &Catalogue, mut body: Document) -> Document {
    document::remove_nulls(catalogue, &mut body);
    body.retain(|member, _| UPDATABLE.contains(&member.as_str()));
    body
}
