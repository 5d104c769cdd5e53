//! Laws of the requests that a change becomes.

use permctl::finding::Place;
use permctl::model::{
    Action, Change, Document, ProfileId, SettingPath, Settings, Transition, Value, WorkspaceId,
    document,
};
use permctl::provider::Write as _;
use permctl::provider::gong::Gong;
use permctl::provider::gong::catalogue::catalogue;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::members::TOP_LEVEL;
use crate::properties::generate;

/// Gong's own list of what may not be set beside the library level `none`.
const INERT: [&str; 5] = [
    "libraryFolderIds",
    "managePublicFolder",
    "manageStreams",
    "manageFolderCalls",
    "shareFoldersAndStreams",
];

fn change(action: Action, settings: &Settings) -> Change {
    let transitions = catalogue()
        .bundles()
        .iter()
        .map(|bundle| Transition {
            bundle: bundle.path.clone(),
            before: Settings::default(),
            after: bundle
                .members
                .iter()
                .filter_map(|path| settings.get(path).map(|value| (path.clone(), value.clone())))
                .collect(),
            direction: Default::default(),
            origins: Vec::new(),
            expired: None,
            cause: None,
        })
        .filter(|transition| !transition.after.is_empty())
        .collect();
    let origins = Place { file: "profiles/a.yaml".to_owned(), line: 1, column: 1 };
    Change { name: "A".to_owned(), action, declared_at: origins, transitions }
}

fn send(change: &Change, document: Option<&Document>) -> (String, Document) {
    let workspace = WorkspaceId("72".to_owned());
    let mut requests = Gong.requests(catalogue(), &workspace, change, document);
    let request = requests.pop().expect("one request");
    assert!(requests.is_empty(), "one request");
    let Some(Json::Object(body)) = request.body.clone() else { panic!("no object in {request:?}") };
    (format!("{} {}", request.route.method, request.target()), body)
}

fn create(settings: &Settings) -> Document {
    let (sent, body) = send(&change(Action::Create, settings), None);
    assert_eq!(sent, "POST /v2/permission-profile?workspaceId=72");
    body
}

fn update(settings: &Settings, document: &Document) -> Document {
    let action = Action::Update { id: ProfileId("25".to_owned()), live_name: "B".to_owned() };
    let (sent, body) = send(&change(action, settings), Some(document));
    assert_eq!(sent, "PUT /v2/permission-profile?profileId=25");
    body
}

fn is_library_closed(document: &Document) -> bool {
    library(document).and_then(|library| library.get("permissionLevel")) == Some(&json!("none"))
}

fn library(document: &Document) -> Option<&Document> {
    document.get("libraryFolderAccess").and_then(Json::as_object)
}

/// Returns the members whose names are not in the list, as text, in order.
fn others(members: &Document, known: &[&str]) -> Vec<String> {
    let unknown = members.iter().filter(|(name, _)| !known.contains(&name.as_str()));
    unknown.map(|(name, json)| format!("{name}: {json}")).collect()
}

proptest! {
    #[test]
    fn unknown_members_survive_an_update_byte_for_byte(
        document in generate::document(),
        settings in generate::settings(),
    ) {
        let body = update(&settings, &document);
        prop_assert_eq!(others(&body, &TOP_LEVEL), others(&document, &TOP_LEVEL));
        prop_assert_eq!(document::unknown_members(catalogue(), &body), document::unknown_members(catalogue(), &document));
        for scope in TOP_LEVEL.iter().filter(|name| name.ends_with("Access")) {
            let known = [&INERT[..], &["permissionLevel", "teamLeadIds"]].concat();
            if let Some(Json::Object(before)) = document.get(*scope) {
                let after = body[*scope].as_object().expect("an object stays one");
                prop_assert_eq!(others(after, &known), others(before, &known));
            }
        }
    }

    #[test]
    fn an_update_carries_the_wanted_settings_in_the_whole_document(
        document in generate::document(),
        settings in generate::settings(),
    ) {
        let body = update(&settings, &document);
        let read = document::settings(catalogue(), &body);
        for (path, value) in settings.iter().filter(|(path, _)| !catalogue().is_inert(path, &read)) {
            prop_assert_eq!(read.get(path), Some(value), "{}", path);
        }
        prop_assert_eq!(body.get("id"), document.get("id").filter(|id| !id.is_null()));
        let is_null = |name: &&String| document[*name].is_null() && TOP_LEVEL.contains(&name.as_str());
        prop_assert!(document.keys().filter(|it| !is_null(it)).all(|name| body.contains_key(name)));
        prop_assert!(TOP_LEVEL.iter().all(|name| body.get(*name) != Some(&Json::Null)));
    }

    #[test]
    fn a_create_states_every_wanted_setting_and_nothing_else(settings in generate::settings()) {
        let body = create(&settings);
        prop_assert!(!body.contains_key("id"));
        let closed = is_library_closed(&body);
        let mut stated = 0;
        for path in settings.keys() {
            let pointer = format!("/{}", path.segments().join("/"));
            let there = Json::Object(body.clone()).pointer(&pointer).is_some();
            let inert = closed && INERT.contains(&path.leaf());
            prop_assert_eq!(there, !inert, "{}", path);
            stated += usize::from(there);
        }
        prop_assert_eq!(leaves(&Json::Object(body)), stated);
    }

    #[test]
    fn under_library_none_no_inert_member_is_sent(
        document in generate::document(),
        settings in generate::settings(),
        close in any::<bool>(),
    ) {
        let mut settings = settings;
        if close {
            let level = SettingPath::new(["libraryFolderAccess", "permissionLevel"]);
            settings.insert(level, Value::Level("none"));
        }
        for body in [create(&settings), update(&settings, &document)] {
            if let Some(library) = library(&body).filter(|_| is_library_closed(&body)) {
                prop_assert!(INERT.iter().all(|name| !library.contains_key(*name)), "{:?}", library);
            }
        }
        let mut after = document.clone();
        document::edit(catalogue(), &mut after, &settings);
        if !is_library_closed(&after) {
            let sent = update(&settings, &document);
            let mut kept = after;
            document::remove_nulls(catalogue(), &mut kept);
            prop_assert_eq!(Json::Object(sent).to_string(), Json::Object(kept).to_string());
        }
    }
}

/// Counts what is not an object; a library left with no member at all counts as nothing.
fn leaves(json: &Json) -> usize {
    match json {
        Json::Object(members) => members.values().map(leaves).sum(),
        _ => 1,
    }
}

#[test]
fn a_create_says_library_none_and_leaves_out_the_rest_of_the_library() {
    let floors: Settings = catalogue()
        .rows()
        .iter()
        .filter(|row| row.path.starts_with(&SettingPath::new(["libraryFolderAccess"])))
        .filter_map(|row| Some((row.path.clone(), row.floor.clone()?)))
        .collect();
    assert_eq!(
        Json::Object(create(&floors)),
        json!({"libraryFolderAccess": {"permissionLevel": "none"}})
    );
}
