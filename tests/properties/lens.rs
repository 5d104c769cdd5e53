//! The lens laws, for the documents of every provider, and how Gong's are read and written.

use std::collections::BTreeSet;

use permctl::model::catalogue::Wire;
use permctl::model::{Document, SettingPath, Settings, Value, document};
use permctl::provider::gong::catalogue::catalogue;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::every::everywhere;
use super::generate::Case;

fn text(document: &Document) -> String {
    serde_json::to_string(document).expect("a document is JSON")
}

fn object(json: Json) -> Document {
    match json {
        Json::Object(members) => members,
        other => panic!("no object: {other}"),
    }
}

fn path(text: &str) -> SettingPath {
    text.parse().expect("a setting path")
}

fn one(setting: &str, value: Value) -> Settings {
    [(path(setting), value)].into_iter().collect()
}

fn edited(document: Json, settings: &Settings) -> String {
    let mut document = object(document);
    document::edit(catalogue(), &mut document, settings);
    text(&document)
}

/// Asserts that members outside the edited paths have the bytes and the order that they had.
fn assert_kept(before: &Document, after: &Document, above: &[String], settings: &Settings) {
    let path_of = |name: &String| SettingPath::new(above.iter().chain([name]).cloned());
    let edits = |name: &String| settings.keys().any(|edit| edit.starts_with(&path_of(name)));
    let old: Vec<_> = after.keys().filter(|name| before.contains_key(*name)).collect();
    assert_eq!(old, before.keys().collect::<Vec<_>>(), "order below {above:?}");
    for name in after.keys().filter(|name| !before.contains_key(*name)) {
        assert!(edits(name), "{name} appeared below {above:?}");
    }
    for (name, was) in before {
        let is = &after[name];
        if !edits(name) {
            assert_eq!(is.to_string(), was.to_string(), "{name} below {above:?}");
        } else if let (Json::Object(was), Json::Object(is)) = (was, is)
            && !settings.contains_key(&path_of(name))
        {
            assert_kept(was, is, path_of(name).segments(), settings);
        }
    }
}

/// Returns the entries of a map's list that are not edited, as text, in order.
fn other_entries(case: &Case, document: &Document, map: &SettingPath, wire: Wire) -> Vec<String> {
    let [member] = map.segments() else { panic!("{map} is not at the top") };
    let name = |entry: &Json| match wire {
        Wire::Entry { name, .. } => entry.get(name)?.as_str().map(str::to_owned),
        _ => entry.as_str().map(str::to_owned),
    };
    let edited = |entry: &&Json| {
        name(entry).is_some_and(|name| case.settings.contains_key(&map.join(&name)))
    };
    let list = document.get(member).and_then(Json::as_array).into_iter().flatten();
    list.filter(|entry| !edited(entry)).map(Json::to_string).collect()
}

#[test]
fn what_is_written_is_what_reads() {
    everywhere(|mut case| {
        document::edit(case.catalogue, &mut case.document, &case.settings);
        let read = document::settings(case.catalogue, &case.document);
        for (path, value) in &case.settings {
            prop_assert_eq!(case.catalogue.value(path, &read), Some(value), "{}", path);
        }
        Ok(())
    });
}

#[test]
fn what_is_built_states_every_setting_and_nothing_else() {
    everywhere(|case| {
        let built = document::build(case.catalogue, &case.settings);
        let read = document::settings(case.catalogue, &built);
        for (path, value) in &case.settings {
            prop_assert_eq!(case.catalogue.value(path, &read), Some(value), "{}", path);
        }
        let tops = case.settings.keys().map(|path| path.segments()[0].as_str());
        let stated: BTreeSet<&str> = tops.collect();
        let there: BTreeSet<&str> = built.keys().map(String::as_str).collect();
        prop_assert_eq!(there, stated);
        Ok(())
    });
}

#[test]
fn writing_what_was_read_changes_no_byte() {
    everywhere(|mut case| {
        let before = text(&case.document);
        let read = document::settings(case.catalogue, &case.document);
        document::edit(case.catalogue, &mut case.document, &read);
        prop_assert_eq!(text(&case.document), before);
        Ok(())
    });
}

#[test]
fn writing_twice_is_writing_once() {
    everywhere(|mut case| {
        document::edit(case.catalogue, &mut case.document, &case.settings);
        let once = text(&case.document);
        document::edit(case.catalogue, &mut case.document, &case.settings);
        prop_assert_eq!(text(&case.document), once);
        Ok(())
    });
}

#[test]
fn members_outside_an_edit_keep_bytes_and_order() {
    everywhere(|case| {
        let mut after = case.document.clone();
        document::edit(case.catalogue, &mut after, &case.settings);
        assert_kept(&case.document, &after, &[], &case.settings);
        for map in case.catalogue.maps() {
            let wire = case.catalogue.row(&map.path).expect("a map has a pattern").wire;
            let entries = |document| other_entries(&case, document, &map.path, wire);
            prop_assert_eq!(entries(&after), entries(&case.document), "{}", map.path);
        }
        Ok(())
    });
}

#[test]
fn unknown_members_are_the_same_after_an_edit() {
    everywhere(|case| {
        let mut after = case.document.clone();
        document::edit(case.catalogue, &mut after, &case.settings);
        // A scope that was no object had no members to lose.
        let unknown = |document| document::unknown_members(case.catalogue, document);
        prop_assert_eq!(unknown(&after), unknown(&case.document));
        Ok(())
    });
}

#[test]
fn a_new_member_goes_to_its_place_in_gongs_order() {
    let on = one("teamStats", Value::Flag(true));
    assert_eq!(
        edited(json!({"usage": true, "x": 1, "initiatives": true}), &on),
        r#"{"usage":true,"teamStats":true,"x":1,"initiatives":true}"#
    );
    assert_eq!(
        edited(json!({"x": 1, "market": true}), &on),
        r#"{"x":1,"teamStats":true,"market":true}"#
    );
    assert_eq!(edited(json!({"x": 1}), &on), r#"{"x":1,"teamStats":true}"#);
}

#[test]
fn ids_that_stay_keep_their_order_and_new_ones_follow_sorted() {
    let leads = one("callsAccess.teamLeadIds", Value::set(["5", "1", "9", "7"]));
    assert_eq!(
        edited(json!({"callsAccess": {"teamLeadIds": ["9", "3", "5", "9"]}}), &leads),
        r#"{"callsAccess":{"teamLeadIds":["9","5","1","7"]}}"#
    );
}

#[test]
fn no_ids_are_an_empty_list_and_never_null() {
    let none = one("callsAccess.teamLeadIds", Value::set::<_, String>([]));
    assert_eq!(
        edited(json!({"callsAccess": {"teamLeadIds": ["9"]}}), &none),
        r#"{"callsAccess":{"teamLeadIds":[]}}"#
    );
    assert_eq!(
        edited(json!({"callsAccess": {"teamLeadIds": null}}), &none),
        r#"{"callsAccess":{"teamLeadIds":null}}"#
    );
}

#[test]
fn opaque_values_and_values_of_another_kind_are_never_written() {
    for value in [Value::opaque(json!(true)), Value::text("true")] {
        assert_eq!(edited(json!({}), &one("scoreCalls", value)), "{}");
    }
    assert_eq!(edited(json!({}), &one("callsAccess.permissionLevel", Value::text("some"))), "{}");
    assert_eq!(edited(json!({}), &one("id", Value::text("1"))), "{}");
    assert_eq!(edited(json!({}), &one("newSwitch", Value::Flag(true))), "{}");
}

#[test]
fn what_the_table_does_not_understand_reads_as_opaque() {
    let document = object(json!({
        "callsAccess": {"permissionLevel": "some", "teamLeadIds": ["1", 2]},
        "dealsAccess": "all",
        "scoreCalls": 1,
        "usageAccess": null,
    }));
    let read = document::settings(catalogue(), &document);
    let opaque = |json| Some(Value::opaque(json));
    let at = |setting: &str| read.get(&path(setting)).cloned();
    assert_eq!(at("callsAccess.permissionLevel"), opaque(json!("some")));
    assert_eq!(at("callsAccess.teamLeadIds"), opaque(json!(["1", 2])));
    assert_eq!(at("dealsAccess.permissionLevel"), opaque(json!("all")));
    assert_eq!(at("dealsAccess.teamLeadIds"), opaque(json!("all")));
    assert_eq!(at("scoreCalls"), opaque(json!(1)));
    assert_eq!(at("name"), opaque(Json::Null));
    assert_eq!(at("usageAccess.permissionLevel"), Some(Value::Level("none")));
    assert_eq!(at("emailsAccess.teamLeadIds"), Some(Value::set::<_, String>([])));
    assert_eq!(at("id"), None);
}

#[test]
fn unknown_members_are_named_with_what_they_are() {
    let document = object(json!({
        "newSwitch": true,
        "callsAccess": {"newThing": 0.0, "permissionLevel": "all"},
        "forecastPermissions": {
            "forecastAccess": {"x.y": "a"},
            "quietAccess": {"permissionLevel": "none", "teamLeadIds": null},
            "loudAccess": {"permissionLevel": "own"},
        },
        "scoreCalls": {"inner": true},
        "empty": [],
    }));
    let found: Vec<_> = document::unknown_members(catalogue(), &document)
        .into_iter()
        .map(|member| (member.path.to_string(), member.on))
        .collect();
    let expected = [
        ("newSwitch", true),
        ("callsAccess.newThing", false),
        ("forecastPermissions.forecastAccess.\"x.y\"", true),
        ("forecastPermissions.quietAccess", false),
        ("forecastPermissions.loudAccess", true),
        ("empty", false),
    ];
    assert_eq!(found, expected.map(|(path, on)| (path.to_owned(), on)));
}
