//! How the cases of Gong are run and shown.

use permctl_sandbox::{Exchange, Received};
use serde_json::{Map, Value as Json};

use super::live::{Document, WITHOUT, WORKSPACES, narrow, state};
use crate::Form;

/// What differs from a narrow profile.
pub const FORM: Form = Form { state, compact, shown };

/// Writes a state in the form of `live.json`.
fn compact(state: &Json) -> String {
    let mut workspaces = Document::new();
    for (at, (name, id, _)) in WORKSPACES.iter().enumerate() {
        let profiles = state["profiles"][*id].as_array().into_iter().flatten();
        let profiles: Vec<Json> = profiles
            .enumerate()
            .map(|(position, profile)| {
                let profile = profile.as_object().expect("a profile is an object");
                let mut without = Vec::new();
                let mut short = differing(&narrow(at, position), profile, "", &mut without);
                if !without.is_empty() {
                    short.insert(WITHOUT.to_owned(), without.into());
                }
                Json::Object(short)
            })
            .collect();
        if !profiles.is_empty() {
            workspaces.insert((*name).to_owned(), profiles.into());
        }
    }
    let text = serde_json::to_string_pretty(&workspaces).expect("a state is JSON");
    format!("{text}\n")
}

fn differing(
    narrow: &Document,
    actual: &Document,
    above: &str,
    without: &mut Vec<String>,
) -> Document {
    let missing = narrow.keys().filter(|member| !actual.contains_key(*member));
    without.extend(missing.map(|member| format!("{above}{member}")));
    let mut short = Document::new();
    for (member, value) in actual {
        match (narrow.get(member), value) {
            (Some(same), value) if same == value => {}
            (Some(Json::Object(narrow)), Json::Object(actual)) => {
                let inner = differing(narrow, actual, &format!("{above}{member}."), without);
                if !inner.is_empty() {
                    short.insert(member.clone(), Json::Object(inner));
                }
            }
            (_, value) => {
                short.insert(member.clone(), value.clone());
            }
        }
    }
    short
}

/// Returns what an update changes; that all else went back as it came is checked.
fn shown(before: &[Exchange], request: &Received, body: &Document) -> Document {
    match request.parameter("profileId") {
        Some(id) => changed(served(before, id), body),
        None => body.clone(),
    }
}

/// Finds the document as it was last read before a write.
fn served<'a>(before: &'a [Exchange], id: &str) -> &'a Map<String, Json> {
    let profiles =
        before.iter().rev().filter(|exchange| exchange.request.method == "GET").flat_map(
            |exchange| {
                let body = &exchange.reply.body;
                body["profiles"].as_array().into_iter().flatten().chain(body.get("profile"))
            },
        );
    let mut documents = profiles.filter_map(Json::as_object);
    documents
        .find(|document| document["id"] == *id)
        .expect("a profile is read before it is written")
}

/// Returns a document without what is `null`: no update has that, since the vendor's schema has no `null`.
fn without_nulls(document: &Map<String, Json>) -> Map<String, Json> {
    let there = document.iter().filter(|(_, value)| !value.is_null());
    let plain = there.map(|(member, value)| match value {
        Json::Object(inner) => (member.clone(), Json::Object(without_nulls(inner))),
        value => (member.clone(), value.clone()),
    });
    plain.collect()
}

/// Returns the members that differ; the body must have the others byte for byte, and in order.
fn changed(served: &Map<String, Json>, body: &Map<String, Json>) -> Map<String, Json> {
    let served = &without_nulls(served);
    let body = &without_nulls(body);
    let kept: Vec<&String> = body.keys().filter(|member| served.contains_key(*member)).collect();
    assert_eq!(kept, served.keys().collect::<Vec<_>>(), "a member was left out, or moved");
    // Compared as text: numbers keep their spelling and objects their order.
    let differs = |(member, value): &(&String, &Json)| {
        served.get(*member).map(Json::to_string) != Some(value.to_string())
    };
    body.iter().filter(differs).map(|(member, value)| (member.clone(), value.clone())).collect()
}
