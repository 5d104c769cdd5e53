//! The short form of live data: of each profile, only what a profile without any access lacks.
//!
//! The vendor's members, in wire order, are the tests' own list: neither the program's catalogue nor
//! the simulator's table is asked.

use serde_json::{Map, Value as Json, json};

use super::members::TOP_LEVEL;

/// The two workspaces, by the vendor's names.
pub const WORKSPACES: [(&str, &str, u64); 2] = [
    ("EMEA Sales", "1100000000000000001", 4_100_000_000_000_000_001),
    ("AMER Sales", "1200000000000000001", 4_200_000_000_000_000_001),
];

/// Users: id, name, whether active. Ada has the alias ada.byron.
const USERS: [(&str, &str, bool); 4] = [
    ("2000000000000000001", "ada.lovelace", true),
    ("2000000000000000002", "grace.hopper", true),
    ("2000000000000000003", "alan.turing", true),
    ("2000000000000000004", "edsger.dijkstra", false),
];

/// Folders: workspace, id, name, parent. There are two Best in EMEA and one in AMER.
const FOLDERS: [(usize, &str, &str, Option<&str>); 7] = [
    (0, "3000000000000000001", "Onboarding", None),
    (0, "3000000000000000002", "Customer Calls", None),
    (0, "3000000000000000003", "Best", Some("3000000000000000001")),
    (0, "3000000000000000004", "Best", Some("3000000000000000002")),
    (0, "3000000000000000005", "Competitors", Some("3000000000000000002")),
    (1, "3000000000000000011", "Onboarding", None),
    (1, "3000000000000000012", "Best", Some("3000000000000000011")),
];

/// In the short form, lists dotted paths of members that the document does not have.
pub const WITHOUT: &str = "without";

pub type Document = Map<String, Json>;

/// Returns the profile without any access that a short form is taken against.
pub fn narrow(workspace: usize, position: usize) -> Document {
    let scope = || json!({"permissionLevel": "none", "teamLeadIds": null});
    let id = WORKSPACES[workspace].2 + position as u64;
    let head = json!({
        "id": id.to_string(),
        "name": null,
        "description": null,
        "callsAccess": scope(),
        "libraryFolderAccess": {
            "permissionLevel": "none",
            "libraryFolderIds": null,
            "managePublicFolder": false,
            "manageStreams": false,
            "manageFolderCalls": false,
            "shareFoldersAndStreams": false,
        },
        "dealsAccess": scope(),
        "forecastPermissions": {
            "forecastAccess": scope(),
            "forecastEditSubmissions": scope(),
            "forecastEditTargets": scope(),
        },
        "coachingAccess": scope(),
        "insightsAccess": scope(),
        "usageAccess": scope(),
        "emailsAccess": scope(),
    });
    let Json::Object(mut document) = head else { unreachable!("the literal is an object") };
    // The first eleven members are those above; all others are switches.
    document.extend(TOP_LEVEL[11..].iter().map(|switch| ((*switch).to_owned(), json!(false))));
    assert_eq!(document.len(), 55, "the vendor's profile has 55 members");
    document
}

/// Makes a simulator's state of a case's `live.json`: profiles by workspace name.
pub fn state(live: &Json) -> Json {
    let users: Vec<Json> = USERS
        .iter()
        .map(|(id, name, active)| {
            let address = |name: &str| format!("{name}@acme.example");
            let aliases: &[&str] = if *name == "ada.lovelace" { &["ada.byron"] } else { &[] };
            let aliases: Vec<String> = aliases.iter().map(|name| address(name)).collect();
            json!({"id": id, "emailAddress": address(name), "active": active, "emailAliases": aliases})
        })
        .collect();
    let folders = FOLDERS.map(|(workspace, id, name, parent)| {
        json!({"id": id, "name": name, "parentFolderId": parent, "workspaceId": WORKSPACES[workspace].1})
    });
    let known = |name: &String| WORKSPACES.iter().any(|workspace| workspace.0 == name);
    let named = live.as_object().expect("live.json has profiles by workspace");
    assert!(named.keys().all(known), "live.json names an unknown workspace");
    let profiles: Document = WORKSPACES
        .iter()
        .enumerate()
        .map(|(at, (name, id, _))| {
            let short = named.get(*name).and_then(Json::as_array).into_iter().flatten();
            let profiles = short.enumerate().map(|(position, short)| {
                let mut document = narrow(at, position);
                expand(&mut document, short.as_object().expect("a profile is an object"));
                Json::Object(document)
            });
            ((*id).to_owned(), profiles.collect())
        })
        .collect();
    let workspaces = WORKSPACES.map(|(name, id, _)| json!({"id": id, "name": name}));
    json!({"workspaces": workspaces, "users": users, "folders": folders, "profiles": profiles})
}

fn expand(document: &mut Document, short: &Document) {
    for (member, value) in short {
        match (document.get_mut(member), value) {
            (None, Json::Array(paths)) if member == WITHOUT => {
                for path in paths {
                    remove(document, path.as_str().expect("a path is a text"));
                }
            }
            (Some(Json::Object(inner)), Json::Object(short)) => expand(inner, short),
            _ => {
                document.insert(member.clone(), value.clone());
            }
        }
    }
}

fn remove(document: &mut Document, path: &str) {
    match path.split_once('.') {
        None => assert!(document.shift_remove(path).is_some(), "there is no {path}"),
        Some((member, rest)) => {
            let inner = document.get_mut(member).and_then(Json::as_object_mut);
            remove(inner.expect("a path leads through objects"), rest);
        }
    }
}
