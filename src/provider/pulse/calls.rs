//! From a change to requests, for Pulse. Pure: the plan's preview and apply call the same function.
//!
//! It makes the only write requests that exist for Pulse and sends none. `PUT /roles/{role}`, which
//! rewrites every account of a type, and `PUT /permissions`, which rewrites what an account may use,
//! have no route anywhere.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::model::catalogue::Catalogue;
use crate::model::request::{Request, Route, WriteEffect};
use crate::model::{Change, Document, WorkspaceId, document};
use crate::provider;
use crate::provider::pulse::catalogue::PERMISSIONS;
use crate::provider::pulse::{Pulse, for_account};

/// Creates a role without permissions. A guide heads this `POST /roles`; the reference page has the
/// name in the path, and no body.
pub static CREATE: Route<WriteEffect> = Route::new("POST", "/roles/{role}");

/// Sets the permissions of a role.
pub static UPDATE: Route<WriteEffect> = Route::new("PATCH", "/roles/{role}");

/// Sets the roles of a user.
pub static ASSIGN: Route<WriteEffect> = Route::new("PATCH", "/users/{email}/roles");

/// The member of a body that lists permissions; answers call it [`PERMISSIONS`].
const FLAT_PERMISSIONS: &str = "flatPermissionsList";

/// The member of a body that lists the roles of a user.
const FLAT_ROLES: &str = "flatRolesList";

impl provider::Write for Pulse {
    /// Turns a change into requests: one that makes the role, if need be, and one with its whole list.
    ///
    /// Whether the list replaces what is there or adds to it is documented nowhere. It is always whole,
    /// so that it is right if it replaces, and reading back shows if it does not.
    fn requests(
        &self,
        catalogue: &Catalogue,
        workspace: &WorkspaceId,
        change: &Change,
        read: Option<&Document>,
    ) -> Vec<Request<WriteEffect>> {
        let after = change.written(catalogue, read);
        let mut body = read.cloned().unwrap_or_default();
        document::edit(catalogue, &mut body, &after);
        let permissions = body.shift_remove(PERMISSIONS).unwrap_or_else(|| json!([]));
        let is_empty = permissions.as_array().is_some_and(Vec::is_empty);
        let request = |route: &'static Route<WriteEffect>, role: &str| {
            for_account(route.request(), workspace).segment("role", role)
        };
        let (role, create) = match change.updates() {
            None => (&change.name, read.is_none()),
            Some((_, live_name)) => (live_name, false),
        };
        let mut requests = Vec::new();
        if create {
            requests.push(request(&CREATE, role));
        }
        // A new role has no permissions, and what an empty list does is documented nowhere.
        if !(create && is_empty) {
            requests.push(request(&UPDATE, role).body(json!({FLAT_PERMISSIONS: permissions})));
        }
        requests
    }

    /// Returns what the body of an update says about the role.
    fn document_of_update(&self, body: &Json) -> Option<Document> {
        let permissions = body.get(FLAT_PERMISSIONS)?;
        Some(Document::from_iter([(PERMISSIONS.to_owned(), permissions.clone())]))
    }
}

/// Makes the request after which a user has exactly these roles.
pub fn assign(
    workspace: &WorkspaceId,
    user: &str,
    roles: &BTreeSet<String>,
) -> Request<WriteEffect> {
    for_account(ASSIGN.request(), workspace).segment("email", user).body(json!({FLAT_ROLES: roles}))
}
