//! Writes as text. An update of a whole document shows the members that differ from what the vendor
//! had served just before; that all others went back as they came is checked here.

use permctl_sandbox::Exchange;
use serde_json::{Map, Value as Json};

use super::webex_requests;
use crate::harness::World;

/// Writes every write request in order.
pub fn text(world: &World) -> String {
    let exchanges = world.sandbox().exchanges();
    let mut text = String::new();
    for (at, exchange) in exchanges.iter().enumerate() {
        let request = &exchange.request;
        if !world.sandbox().with_vendor(|vendor| vendor.is_write(request)) {
            continue;
        }
        let query: Vec<String> =
            request.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let none = Map::new();
        let body = request.body.as_ref().map_or(Some(&none), Json::as_object);
        let body = body.expect("a body is an object");
        let shown = match request.parameter("profileId") {
            Some(id) => changed(served(&exchanges[..at], id), body),
            None if request.path.contains("/v3/user-profile/") => webex_requests::changed(
                webex_requests::served(&exchanges[..at], &request.path),
                body,
            ),
            None => body.clone(),
        };
        let members: Vec<String> = shown
            .iter()
            .map(|(name, value)| format!("  {}: {value}", Json::from(name.as_str())))
            .collect();
        let separator = if text.is_empty() { "" } else { "\n" };
        let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
        let body = match request.body {
            Some(_) => format!("{{\n{}\n}}\n", members.join(",\n")),
            None => String::new(),
        };
        text.push_str(&format!("{separator}{} {}{query}\n{body}", request.method, request.path));
    }
    text
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

/// Returns the members that differ; the body must have the others byte for byte, and in order.
fn changed(served: &Map<String, Json>, body: &Map<String, Json>) -> Map<String, Json> {
    let kept: Vec<&String> = body.keys().filter(|member| served.contains_key(*member)).collect();
    assert_eq!(kept, served.keys().collect::<Vec<_>>(), "a member was left out, or moved");
    // Compared as text: numbers keep their spelling and objects their order.
    let differs = |(member, value): &(&String, &Json)| {
        served.get(*member).map(Json::to_string) != Some(value.to_string())
    };
    body.iter().filter(differs).map(|(member, value)| (member.clone(), value.clone())).collect()
}
