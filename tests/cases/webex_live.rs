//! The short form of live data of Webex: of each profile, only what differs from a small one.
//!
//! Permissions are a map and resource collections a list of names. The vendor's members, in wire
//! order, are the tests' own list: neither the program's catalogue nor the simulator's is asked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

/// The organization.
pub const ORGANIZATION: &str = "6f0d4a52-3c1e-4b7a-9d58-81c2e7a94f10";

/// Resource collections; two have one name.
const COLLECTIONS: [(&str, &str); 5] = [
    ("c0000000-0000-4000-8000-000000000001", "North"),
    ("c0000000-0000-4000-8000-000000000002", "South"),
    ("c0000000-0000-4000-8000-000000000003", "Nights"),
    ("c0000000-0000-4000-8000-000000000004", "Twice"),
    ("c0000000-0000-4000-8000-000000000005", "Twice"),
];

type Document = Map<String, Json>;

/// Returns the small profile that a short form is taken against.
fn small(position: usize) -> Document {
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

/// Writes a state in the short form, without times.
pub fn compact(state: &Json) -> String {
    let profiles = state["organizations"][ORGANIZATION]["profiles"].as_array();
    let profiles = profiles.expect("a list of profiles").iter().enumerate();
    let short = profiles.map(|(position, profile)| {
        let small = small(position);
        let mut short = Document::new();
        for (member, value) in profile.as_object().expect("a profile is an object") {
            let value = match member.as_str() {
                "createdTime" | "lastUpdatedTime" => continue,
                "permissions" => permissions(value),
                "resourceCollections" => value.as_array().into_iter().flatten().map(name).collect(),
                _ => value.clone(),
            };
            if value != json!({}) && small.get(member) != Some(&value) {
                short.insert(member.clone(), value);
            }
        }
        Json::Object(short)
    });
    let text = serde_json::to_string_pretty(&short.collect::<Vec<_>>()).expect("JSON");
    format!("{text}\n")
}

fn permissions(entries: &Json) -> Json {
    let entries = entries.as_array().into_iter().flatten();
    let mut ids = BTreeSet::new();
    let mut map = BTreeMap::new();
    for entry in entries {
        let [id, name] = ["id", "name"].map(|member| entry[member].as_str().expect("a text"));
        assert!(ids.insert(id), "two entries have the id {id}");
        assert!(map.insert(name, &entry["access"]).is_none(), "{name} is there twice");
    }
    json!(map)
}

fn name(collection: &Json) -> Json {
    let mut all = COLLECTIONS.iter();
    let found = all.find(|(id, _)| collection["id"] == *id).expect("a known collection");
    json!(found.1)
}
