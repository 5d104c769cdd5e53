//! From a change to requests, for the help desk: one `PUT` of the whole role.

use serde_json::Value as Json;

use crate::model::catalogue::Catalogue;
use crate::model::request::{Request, Route, WriteEffect};
use crate::model::{Change, Document, WorkspaceId, document};
use crate::provider;
use crate::provider::helpdesk::Helpdesk;

static UPDATE: Route<WriteEffect> = Route::new("PUT", "/api/roles/{id}");

impl provider::Write for Helpdesk {
    /// A create has no request: the capabilities say that there is none.
    fn requests(
        &self,
        catalogue: &Catalogue,
        _: &WorkspaceId,
        change: &Change,
        document: Option<&Document>,
    ) -> Vec<Request<WriteEffect>> {
        let (Some((id, _)), Some(read)) = (change.updates(), document) else {
            return Vec::new();
        };
        let mut body = read.clone();
        document::edit(catalogue, &mut body, &change.written(catalogue, document));
        vec![UPDATE.request().segment("id", &id.0).body(Json::Object(body))]
    }
}
