//! How the cases of Webex are run and shown. What an update changes are the members that differ from
//! what was served just before it, and of the permissions the entries that do. That all else went back
//! as it came is checked here.

use std::collections::{BTreeMap, BTreeSet};

use permctl_sandbox::{Exchange, Received};
use serde_json::{Map, Value as Json, json};

use super::live::{COLLECTIONS, Document, ORGANIZATION, small, state};
use crate::Form;

/// What differs from a small profile.
pub const FORM: Form = Form { state, compact, shown };

/// Writes a state in the short form, without times.
fn compact(state: &Json) -> String {
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

fn shown(before: &[Exchange], request: &Received, body: &Document) -> Document {
    if request.path.contains("/v3/user-profile/") {
        changed(served(before, &request.path), body)
    } else {
        body.clone()
    }
}

/// Finds the document as it was last read before a write.
fn served<'a>(before: &'a [Exchange], path: &str) -> &'a Map<String, Json> {
    let read = before
        .iter()
        .rev()
        .find(|exchange| exchange.request.method == "GET" && exchange.request.path == path);
    let read = read.expect("a profile is read before it is written");
    read.reply.body.as_object().expect("a profile is an object")
}

/// Returns the members that differ, and of `permissions` the entries that do; the body must have
/// everything else byte for byte, and in order. Only links are left out.
fn changed(served: &Map<String, Json>, body: &Map<String, Json>) -> Map<String, Json> {
    let kept: Vec<&String> = body.keys().filter(|member| served.contains_key(*member)).collect();
    let kept: Vec<&String> = kept.into_iter().filter(|it| !served[*it].is_null()).collect();
    let there = |member: &&String| *member != "links" && !served[*member].is_null();
    let all: Vec<&String> = served.keys().filter(there).collect();
    assert_eq!(kept, all, "a member was left out, or moved");
    let differs = |(member, value): &(&String, &Json)| {
        served.get(*member).map(Json::to_string) != Some(value.to_string())
    };
    let mut shown: Map<String, Json> = body
        .iter()
        .filter(differs)
        .map(|(member, value)| (member.clone(), value.clone()))
        .collect();
    for (member, value) in &mut shown {
        if let (Json::Array(new), Some(Json::Array(old))) = (value, served.get(member))
            && member == "permissions"
        {
            let ids = |list: &[Json]| list.iter().map(|it| it["id"].clone()).collect::<Vec<_>>();
            assert_eq!(ids(&new[..old.len()]), ids(old), "an entry was left out, or lost its id");
            assert!(new[old.len()..].iter().all(|entry| entry.get("id").is_none()));
            new.retain(|entry| !old.contains(entry));
        }
    }
    shown
}
