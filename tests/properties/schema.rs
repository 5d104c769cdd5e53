//! Any document that fits a JSON schema, as far as the vendors' published ones go.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::string::string_regex;
use serde_json::{Map, Value as Json, json};

/// How long a text with a pattern of its own is at most.
const LONGEST: u64 = 20;

/// Makes any document that fits the definition of this name, with members that it does not close out.
pub fn document(schema: &Json, definition: &str) -> BoxedStrategy<Map<String, Json>> {
    let known = object(schema, &flat(schema, &schema["$defs"][definition]));
    let unknown = weighted(0.3, text().prop_map(|text| json!({"deep": [text, 12, null]})));
    (known, unknown)
        .prop_map(|(mut members, unknown)| {
            members.extend(unknown.map(|value| ("addedSince".to_owned(), value)));
            members
        })
        .boxed()
}

/// Joins a schema with all that it refers to.
fn flat(schema: &Json, node: &Json) -> Map<String, Json> {
    let mut flat = Map::new();
    let own = node.as_object().expect("a schema is an object");
    if let Some(Json::String(path)) = own.get("$ref") {
        let found = schema.pointer(path.trim_start_matches('#'));
        join(&mut flat, self::flat(schema, found.expect("a reference leads somewhere")));
    }
    for part in own.get("allOf").and_then(Json::as_array).into_iter().flatten() {
        join(&mut flat, self::flat(schema, part));
    }
    let rest = own.iter().filter(|(key, _)| !["$ref", "allOf"].contains(&key.as_str()));
    join(&mut flat, rest.map(|(key, value)| (key.clone(), value.clone())).collect());
    flat
}

fn join(flat: &mut Map<String, Json>, more: Map<String, Json>) {
    for (key, value) in more {
        match (key.as_str(), flat.get_mut(&key)) {
            ("required", Some(Json::Array(names))) => {
                names.extend(value.as_array().expect("a list of names").iter().cloned());
            }
            ("properties", Some(Json::Object(properties))) => {
                for (name, value) in value.as_object().expect("an object of schemas") {
                    let before = properties.get(name).cloned().unwrap_or_else(|| json!({}));
                    properties.insert(name.clone(), json!({"allOf": [before, value]}));
                }
            }
            ("items", Some(items)) => *items = json!({"allOf": [items.clone(), value]}),
            _ => {
                flat.insert(key, value);
            }
        }
    }
}

fn object(schema: &Json, flat: &Map<String, Json>) -> BoxedStrategy<Map<String, Json>> {
    let required = flat.get("required").and_then(Json::as_array);
    let properties = flat.get("properties").and_then(Json::as_object);
    let members: Vec<_> = properties
        .into_iter()
        .flatten()
        .map(|(name, node)| {
            let must = required.is_some_and(|names| names.contains(&json!(name)));
            let value = value(schema, node);
            let value =
                if must { value.prop_map(Some).boxed() } else { weighted(0.8, value).boxed() };
            let name = name.clone();
            value.prop_map(move |value| Some((name.clone(), value?))).boxed()
        })
        .collect();
    // Nothing promises an order of the members.
    let members = members.prop_map(|members| members.into_iter().flatten().collect::<Vec<_>>());
    members.prop_shuffle().prop_map(|members| members.into_iter().collect()).boxed()
}

fn value(schema: &Json, node: &Json) -> BoxedStrategy<Json> {
    let flat = flat(schema, node);
    if let Some(Json::Array(values)) = flat.get("enum") {
        // A generated document gives the list of all values as one more of them.
        let single = |value: &&Json| !value.as_str().is_some_and(|it| it.contains([',', '/']));
        return select(values.iter().filter(single).cloned().collect::<Vec<_>>()).boxed();
    }
    let number = |key: &str| flat.get(key).and_then(Json::as_i64);
    match flat.get("type").and_then(Json::as_str) {
        Some("object") => object(schema, &flat).prop_map(Json::Object).boxed(),
        Some("array") => vec(value(schema, &flat["items"]), 0..4).prop_map(distinct).boxed(),
        Some("boolean") => any::<bool>().prop_map(Json::Bool).boxed(),
        Some("integer") => {
            let (least, most) = (number("minimum"), number("maximum"));
            (least.unwrap_or(0)..=most.unwrap_or(i64::MAX)).prop_map(Json::from).boxed()
        }
        Some("string") => string(&flat).prop_map(Json::String).boxed(),
        other => panic!("{other:?} has no documents: {flat:?}"),
    }
}

fn distinct(items: Vec<Json>) -> Json {
    let mut kept: Vec<Json> = Vec::new();
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    Json::Array(kept)
}

fn string(flat: &Map<String, Json>) -> BoxedStrategy<String> {
    let number = |key: &str| flat.get(key).and_then(Json::as_u64);
    let most = number("maxLength").unwrap_or(LONGEST);
    let least = number("minLength").unwrap_or(0);
    match flat.get("pattern").and_then(Json::as_str) {
        Some(pattern) => {
            let letters = pattern.trim_matches(['^', '$', '*', '+']);
            // The schemas' own dialect knows the digits of one script only.
            let letters = letters.replace("\\s", " ").replace("\\d", "0-9");
            let (least, most) = (least.max(1), most.min(LONGEST));
            string_regex(&format!("{letters}{{{least},{most}}}")).expect("it is a pattern").boxed()
        }
        None if least > 0 => {
            string_regex(&format!("[a-z0-9]{{{least},{}}}", most.min(least + LONGEST)))
                .expect("it is a pattern")
                .boxed()
        }
        None => text().boxed(),
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("Vertrieb – Österreich 🇦🇹".to_owned()),
        "[ -~]{0,20}",
        "[1-9][0-9]{17,18}",
    ]
}
