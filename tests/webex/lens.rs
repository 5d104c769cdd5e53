//! The lens laws of Webex's documents, and what its requests keep, for any input.

use crate::properties::generate::leaves;
use std::collections::{BTreeMap, BTreeSet};

use permctl::finding::Place;
use permctl::model::catalogue::{Kind, Row};
use permctl::model::{
    Action, Change, Direction, Document, ProfileId, SettingPath, Settings, Transition, Value,
    WorkspaceId, document,
};
use permctl::provider::Write as _;
use permctl::provider::webex::Webex;
use permctl::provider::webex::catalogue::catalogue;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value as Json, json};

const NAMES: [&str; 4] = ["queue", "barge-in", "holographic-calls", "odd.name"];
const ACCESS: [&str; 6] = ["NONE", "DISABLED", "VIEW", "ENABLED", "EDIT", "SOME"];

/// The entries of a workspace in which four permissions occur.
fn permissions() -> BTreeSet<SettingPath> {
    let map = SettingPath::new(["permissions"]);
    NAMES.iter().map(|name| map.join(name)).collect()
}

fn value(row: &Row) -> BoxedStrategy<Value> {
    let numbers = row.path.leaf().ends_with("FolderIds");
    match row.kind {
        Kind::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        Kind::Level(levels) => select(levels).prop_map(Value::Level).boxed(),
        Kind::Text => "[a-zA-Z ]{0,4}".prop_map(Value::Text).boxed(),
        Kind::Set if numbers => {
            btree_set(any::<i32>().prop_map(|id| id.to_string()), 0..4).prop_map(Value::Set).boxed()
        }
        Kind::Set => btree_set("[a-c]{1,2}", 0..4).prop_map(Value::Set).boxed(),
    }
}

fn settings() -> impl Strategy<Value = Settings> {
    let wanted: Vec<_> = leaves(catalogue(), &permissions())
        .into_iter()
        .map(|(path, row)| {
            weighted(0.4, value(row)).prop_map(move |it| it.map(|it| (path.clone(), it)))
        })
        .collect();
    wanted.prop_map(|pairs| pairs.into_iter().flatten().collect())
}

/// Makes entries with ids, some of them with more members, of another kind, or there twice.
fn entries() -> impl Strategy<Value = Json> {
    let entry = (select(&NAMES[..]), select(&ACCESS[..]), weighted(0.2, any::<bool>()));
    let regular = btree_map(select(&NAMES[..]), entry, 0..4).prop_map(|entries| {
        let entries = entries.into_iter().enumerate().map(|(at, (name, (_, access, more)))| {
            let mut entry = json!({"id": format!("e{at}"), "name": name, "access": access});
            if let Some(more) = more {
                entry["more"] = json!(more);
            }
            entry
        });
        entries.collect::<Vec<_>>()
    });
    let odd =
        select(vec![json!({"name": "queue", "access": 1}), json!("queue"), json!({"id": "x"})]);
    (regular, weighted(0.2, odd)).prop_map(|(mut entries, odd)| {
        entries.extend(odd);
        entries.into()
    })
}

fn member(row: &str) -> BoxedStrategy<Json> {
    let regular = match row {
        "permissions" => entries().boxed(),
        "resourceCollections" => vec("[a-c]{1,2}", 0..4)
            .prop_map(|ids| {
                let whole =
                    ids.into_iter().map(|id| json!({"version": 1.50, "id": id, "name": id}));
                whole.collect::<Vec<_>>().into()
            })
            .boxed(),
        name if name.ends_with("FolderIds") => vec(any::<i32>(), 0..4).prop_map(Json::from).boxed(),
        "active" | "systemDefault" => any::<bool>().prop_map(Json::from).boxed(),
        "version" => any::<i32>().prop_map(Json::from).boxed(),
        _ => {
            select(&["SPECIFIC", "ALL", "NONE", "SUPERVISOR", "x"][..]).prop_map(Json::from).boxed()
        }
    };
    let odd = select(vec![Json::Null, json!(7), json!({"a": 1}), json!(["1", 2])]);
    prop_oneof![8 => regular, 1 => odd].boxed()
}

fn documents() -> impl Strategy<Value = Document> {
    let members: Vec<_> = catalogue()
        .names_below(&SettingPath::new::<_, String>([]))
        .iter()
        .map(|name| {
            weighted(0.8, member(name)).prop_map(move |json| json.map(|json| (name.clone(), json)))
        })
        .collect();
    let unknown = btree_map("x[a-z]{0,3}", select(vec![json!(true), json!(18.0), json!({})]), 0..3);
    (members, unknown)
        .prop_map(|(known, unknown)| known.into_iter().flatten().chain(unknown).collect::<Vec<_>>())
        .prop_shuffle()
        .prop_map(|members| members.into_iter().collect())
}

fn text(document: &Document) -> String {
    serde_json::to_string(document).expect("a document is JSON")
}

/// Writes one change that has these settings, each in its bundle.
fn update(settings: &Settings, read: &Document) -> Document {
    let bundles = catalogue().bundles_with(&permissions());
    let transitions = bundles.iter().filter_map(|bundle| {
        let after: Settings = bundle
            .members
            .iter()
            .filter_map(|path| Some((path.clone(), settings.get(path)?.clone())))
            .collect();
        let origins = Vec::new();
        (!after.is_empty()).then(|| Transition {
            bundle: bundle.path.clone(),
            before: Settings::default(),
            after,
            origins,
            direction: Direction::Neutral,
            expired: None,
            cause: None,
        })
    });
    let change = Change {
        name: "P".to_owned(),
        action: Action::Update { id: ProfileId("p/1".to_owned()), live_name: "P".to_owned() },
        declared_at: Place { file: "f".to_owned(), line: 1, column: 1 },
        transitions: transitions.collect(),
    };
    let workspace = WorkspaceId("o".to_owned());
    let mut requests = Webex.requests(catalogue(), &workspace, &change, Some(read));
    let request = requests.pop().expect("one request");
    assert!(requests.is_empty(), "one request");
    assert_eq!(request.target(), "/organization/o/v3/user-profile/p%2F1");
    match request.body {
        Some(Json::Object(body)) => body,
        other => panic!("no object: {other:?}"),
    }
}

/// Returns the entries by id, without their access.
fn kept(document: &Document) -> BTreeMap<String, Map<String, Json>> {
    let entries = document.get("permissions").and_then(Json::as_array).into_iter().flatten();
    let entries = entries.filter_map(Json::as_object).filter(|entry| entry.contains_key("id"));
    entries
        .map(|entry| {
            let mut entry = entry.clone();
            entry.shift_remove("access");
            (entry["id"].to_string(), entry)
        })
        .collect()
}

proptest! {
    #[test]
    fn what_is_written_is_what_reads(mut read in documents(), settings in settings()) {
        // A name that is there twice is nobody's to decide.
        let names: Vec<String> = read.get("permissions").and_then(Json::as_array).into_iter().flatten()
            .filter_map(|entry| entry.get("name")?.as_str().map(str::to_owned)).collect();
        prop_assume!(names.len() == names.iter().collect::<BTreeSet<_>>().len());
        document::edit(catalogue(), &mut read, &settings);
        let again = document::settings(catalogue(), &read);
        for (path, value) in &settings {
            prop_assert_eq!(catalogue().value(path, &again), Some(value), "{}", path);
        }
    }

    #[test]
    fn writing_what_was_read_changes_no_byte(mut read in documents()) {
        let before = text(&read);
        let settings = document::settings(catalogue(), &read);
        document::edit(catalogue(), &mut read, &settings);
        prop_assert_eq!(text(&read), before);
    }

    #[test]
    fn an_update_keeps_every_id_and_every_member_but_links(
        read in documents(),
        settings in settings(),
    ) {
        let body = update(&settings, &read);
        let members = |document: &Document| -> Vec<String> {
            let left_out = |name: &str| {
                name.ends_with("links") || document[name].is_null() && !name.starts_with('x')
            };
            document.keys().filter(|name| !left_out(name)).cloned().collect()
        };
        prop_assert!(!body.contains_key("links") && !body.contains_key("_links"));
        let (before, after) = (members(&read), members(&body));
        let stays = |it: &&String| read.get(*it).is_some_and(|was| !was.is_null() || it.starts_with('x'));
        let stayed: Vec<String> = after.iter().filter(stays).cloned().collect();
        prop_assert_eq!(stayed, before);
        if read.get("permissions").is_some_and(Json::is_array) {
            prop_assert_eq!(kept(&body), kept(&read));
        }
        for (name, was) in read.iter().filter(|(name, _)| name.starts_with('x')) {
            prop_assert_eq!(body[name].to_string(), was.to_string());
        }
        for owned in ["id", "organizationId", "version", "systemDefault", "createdTime"] {
            prop_assert_eq!(body.get(owned), read.get(owned).filter(|it| !it.is_null()));
        }
    }
}
