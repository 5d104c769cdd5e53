//! What an update of Webex changes: the members that differ from what was served just before it, and
//! of the permissions the entries that do. That all else went back as it came is checked here.

use permctl_sandbox::Exchange;
use serde_json::{Map, Value as Json};

/// Finds the document as it was last read before a write.
pub fn served<'a>(before: &'a [Exchange], path: &str) -> &'a Map<String, Json> {
    let read = before
        .iter()
        .rev()
        .find(|exchange| exchange.request.method == "GET" && exchange.request.path == path);
    let read = read.expect("a profile is read before it is written");
    read.reply.body.as_object().expect("a profile is an object")
}

/// Returns the members that differ, and of `permissions` the entries that do; the body must have
/// everything else byte for byte, and in order. Only links are left out.
pub fn changed(served: &Map<String, Json>, body: &Map<String, Json>) -> Map<String, Json> {
    let kept: Vec<&String> = body.keys().filter(|member| served.contains_key(*member)).collect();
    let all: Vec<&String> = served.keys().filter(|member| *member != "links").collect();
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
