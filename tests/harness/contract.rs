//! Requests and answers against a vendor's published document, reduced to what is used: `paths` with the
//! query, the request and the responses by status, and the schemas under `$defs`.
//!
//! The schemas close nothing, so one rule is added: a request has no member that its schema lacks.

use std::collections::BTreeSet;

use jsonschema::Validator;
use permctl_sandbox::{Exchange, Received};
use serde_json::{Value as Json, json};

use super::World;

/// Returns the operation that a request is of: its path in the document and what stands there.
fn operation<'a>(schema: &'a Json, request: &Received) -> Option<(&'a str, &'a Json)> {
    let paths = schema["paths"].as_object().expect("the fixture has paths");
    let sent: Vec<&str> = request.path.split('/').collect();
    paths.iter().find_map(|(path, methods)| {
        let segments: Vec<&str> = path.split('/').collect();
        let fits =
            |(pattern, segment): (&&str, &&str)| pattern.starts_with('{') || pattern == segment;
        let same = segments.len() == sent.len() && segments.iter().zip(&sent).all(fits);
        same.then(|| Some((path.as_str(), methods.get(&request.method)?))).flatten()
    })
}

fn validator(schema: &Json, name: &Json) -> Validator {
    let name = name.as_str().expect("a schema is given by name");
    let whole = json!({"$ref": format!("#/$defs/{name}"), "$defs": schema["$defs"]});
    jsonschema::options().should_validate_formats(true).build(&whole).expect("it is a schema")
}

pub fn breaches(schema: &Json, exchange: &Exchange) -> Vec<String> {
    let Exchange { request, reply, fate: _ } = exchange;
    let Some((path, operation)) = operation(schema, request) else {
        return vec![format!("there is no {} {}", request.method, request.path)];
    };
    let at = format!("{} {path}", request.method);
    let mut breaches = Vec::new();
    let known = |kind: &str| operation[kind].as_array().map_or(&[][..], Vec::as_slice);
    let given: Vec<Json> = request.query.iter().map(|(name, _)| json!(name)).collect();
    let strange =
        given.iter().any(|it| !known("query").contains(it) && !known("optional").contains(it));
    if strange || known("query").iter().any(|it| !given.contains(it)) {
        breaches.push(format!("{at}: the query is {given:?}"));
    }
    match (&operation["request"], &request.body) {
        (Json::Null, None) => {}
        (Json::Null, Some(_)) => breaches.push(format!("{at}: a body")),
        (_, None) => breaches.push(format!("{at}: no body")),
        (name, Some(body)) => {
            let errors = validator(schema, name);
            breaches.extend(errors.iter_errors(body).map(|error| format!("{at}: sent {error}")));
            let properties = &schema["$defs"][name.as_str().unwrap_or_default()]["properties"];
            let members = body.as_object().into_iter().flat_map(|members| members.keys());
            let foreign = members.filter(|member| properties.get(member.as_str()).is_none());
            breaches.extend(foreign.map(|member| format!("{at}: sent {member}")));
        }
    }
    match operation["responses"].get(reply.status.to_string()) {
        None => breaches.push(format!("{at}: there is no status {}", reply.status)),
        Some(name) => {
            let errors = validator(schema, name);
            // Live answers of Gong have nulls that no schema of it allows.
            let body = without_null(&reply.body);
            let errors = errors.iter_errors(&body);
            breaches.extend(errors.map(|error| format!("{at}: {} with {error}", reply.status)));
        }
    }
    breaches
}

/// Asserts that all exchanges so far fit, and returns what they were.
#[track_caller]
pub fn all_fit(schema: &Json, world: &World) -> BTreeSet<String> {
    let exchanges = world.sandbox().exchanges();
    let breaches: Vec<String> =
        exchanges.iter().flat_map(|exchange| breaches(schema, exchange)).collect();
    assert_eq!(breaches, Vec::<String>::new());
    let seen = |it: &Exchange| {
        let (path, _) = operation(schema, &it.request).expect("it fits");
        format!("{} {path} {}", it.request.method, it.reply.status)
    };
    exchanges.iter().map(seen).collect()
}

fn without_null(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let kept = members.iter().filter(|(_, value)| !value.is_null());
            Json::Object(kept.map(|(name, value)| (name.clone(), without_null(value))).collect())
        }
        Json::Array(items) => items.iter().map(without_null).collect(),
        other => other.clone(),
    }
}
