//! What resource collections hold: it belongs to the collection, goes back as it came, and is looked
//! at for one thing only, that the vendor's documentation has its names.

use serde_json::Value as Json;

use crate::model::Document;

/// The types of resources that Cisco documents.
const TYPES: &[&str] = &[
    "multimedia-profile",
    "queue",
    "override",
    "holiday-list",
    "audio-prompt",
    "flow",
    "skill-profile",
    "team",
    "skill-definition",
    "site",
    "outdial-ani",
    "channel",
    "sub-flow",
    "desktop-layout",
    "working-hour",
    "function",
    "desktop-profile",
    "idle-wrapup-code",
    "cad-variable",
    "address-book",
];

/// Lists the types of resources in a profile's collections that are not documented.
pub fn unknown(document: &Document) -> Vec<String> {
    let list = |json: Option<&Json>| json.and_then(Json::as_array).cloned().unwrap_or_default();
    let collections = list(document.get("resourceCollections"));
    let resources = collections.iter().flat_map(|collection| list(collection.get("resources")));
    let names = resources.filter_map(|it| it.get("name")?.as_str().map(str::to_owned));
    let unknown = names.filter(|name| !TYPES.contains(&name.as_str()));
    unknown.map(|name| format!("resource type `{name}`")).collect()
}

#[cfg(test)]
mod tests {
    use super::unknown;

    #[test]
    fn a_type_without_documentation_is_named_and_the_others_are_not() {
        let document = serde_json::json!({"resourceCollections": [
            {"id": "1", "resources": [{"name": "queue"}, {"name": "hologram"}, {"id": 3}]},
            {"id": "2"},
        ]});
        let document = document.as_object().unwrap();
        assert_eq!(unknown(document), ["resource type `hologram`"]);
    }
}
