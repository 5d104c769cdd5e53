//! The short form of live data of Webex: of each profile, only what differs from a small one.
//!
//! Permissions are a map and resource collections a list of names. The vendor's members, in wire
//! order, are the tests' own list: neither the program's catalogue nor the simulator's is asked.

use serde_json::{Map, Value as Json, json};

/// The organization.
pub const ORGANIZATION: &str = "6f0d4a52-3c1e-4b7a-9d58-81c2e7a94f10";

/// Resource collections; two have one name.
pub const COLLECTIONS: [(&str, &str); 5] = [
    ("c0000000-0000-4000-8000-000000000001", "North"),
    ("c0000000-0000-4000-8000-000000000002", "South"),
    ("c0000000-0000-4000-8000-000000000003", "Nights"),
    ("c0000000-0000-4000-8000-000000000004", "Twice"),
    ("c0000000-0000-4000-8000-000000000005", "Twice"),
];

pub type Document = Map<String, Json>;

/// Returns the small profile that a short form is taken against.
pub fn small(position: usize) -> Document {
    let small = json!({
        "organizationId": ORGANIZATION,
        "id": format!("a0000000-0000-4000-8000-{:012}", position + 1),
        "version": 1,
        "name": null,
        "description": null,
        "profileType": "SUPERVISOR",
        "active": true,
        "permissionAccessLevel": "SPECIFIC",
        "resourceAccessLevel": "ALL",
        "permissions": [],
        "editableFolderIds": [],
        "viewableFolderIds": [],
        "nonViewableFolderIds": [],
        "systemDefault": false,
        "resourceCollections": [],
        "createdTime": 1_700_000_000_000_u64,
        "lastUpdatedTime": 1_700_000_000_000_u64,
    });
    small.as_object().expect("the literal is an object").clone()
}

/// Makes the simulator's state of a short form: a list of profiles.
pub fn state(live: &Json) -> Json {
    let profiles = live.as_array().into_iter().flatten().enumerate().map(|(position, short)| {
        let mut document = small(position);
        document.extend(short.as_object().expect("a profile is an object").clone());
        document.retain(|_, value| !value.is_null());
        Json::Object(document)
    });
    let profiles: Vec<Json> = profiles.collect();
    let collections = COLLECTIONS.map(|(id, name)| {
        let queues =
            json!({"name": "queue", "accessLevel": "SPECIFIC", "ids": [format!("q-{id}")]});
        json!({"id": id, "name": name, "resources": [queues], "resourceCount": 1})
    });
    json!({"sequence": 1000, "organizations": {
        ORGANIZATION: {"profiles": profiles, "collections": collections},
    }})
}
