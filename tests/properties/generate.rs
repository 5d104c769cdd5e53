//! Any document Gong might send, and any settings somebody might want.
//!
//! Documents are made to be awkward: members missing, `null`, of another kind or in another order,
//! and members that no catalogue knows, with numbers that no machine number holds.

use permctl::catalogue::{Kind, Owner, Row};
use permctl::profile::{Document, Settings, Value};
use permctl::provider::gong::catalogue::catalogue;
use proptest::collection::{btree_set, vec};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value as Json, json};

/// Makes any Gong profile document.
pub fn document() -> impl Strategy<Value = Document> {
    object(Vec::new()).prop_map(|json| match json {
        Json::Object(members) => members,
        other => panic!("no object: {other}"),
    })
}

/// Makes any settings that may be written: part of the rows, with values of their kinds.
pub fn settings() -> impl Strategy<Value = Settings> {
    let rows = catalogue().rows().iter().filter(|row| row.owner != Owner::Server);
    let wanted: Vec<_> = rows
        .map(|row| weighted(0.4, value(row)).prop_map(|value| (row.path.clone(), value)).boxed())
        .map(|pair| pair.prop_map(|(path, value)| value.map(|value| (path, value))))
        .collect();
    wanted.prop_map(|pairs| pairs.into_iter().flatten().collect())
}

/// Makes any id: mostly Gong's digits, more of them than a machine number holds.
pub fn id() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[1-4]", 4 => "[1-9][0-9]{16,19}", 1 => any::<String>()]
}

/// Makes any text: names with spaces at their ends, any script, control characters.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("Integration User ".to_owned()),
        Just("Vertrieb – Österreich 🇦🇹".to_owned()),
        any::<String>(),
    ]
}

fn value(row: &Row) -> BoxedStrategy<Value> {
    match row.kind {
        Kind::Flag => any::<bool>().prop_map(Value::Flag).boxed(),
        Kind::Level(levels) => select(levels).prop_map(Value::text).boxed(),
        Kind::Text => text().prop_map(Value::Text).boxed(),
        Kind::Set => btree_set(id(), 0..4).prop_map(Value::Set).boxed(),
    }
}

/// Makes an object of a document, with the members that rows have below these segments.
fn object(above: Vec<String>) -> BoxedStrategy<Json> {
    let depth = above.len();
    let mut names: Vec<&str> = Vec::new();
    for row in catalogue().rows() {
        let segments = row.path.segments();
        if segments.len() > depth && segments.starts_with(&above) {
            names.push(&segments[depth]);
        }
    }
    names.dedup();
    let known: Vec<_> = names
        .into_iter()
        .map(|name| {
            let mut path = above.clone();
            path.push(name.to_owned());
            weighted(0.8, member(path))
                .prop_map(move |json| json.map(|json| (name.to_owned(), json)))
        })
        .collect();
    (known, vec((unknown_name(), anything()), 0..4))
        .prop_map(|(known, unknown)| known.into_iter().flatten().chain(unknown).collect::<Vec<_>>())
        .prop_flat_map(|members| prop_oneof![Just(members.clone()), Just(members).prop_shuffle()])
        .prop_map(|members| Json::Object(members.into_iter().collect()))
        .boxed()
}

fn member(path: Vec<String>) -> BoxedStrategy<Json> {
    let row = catalogue().rows().iter().find(|row| row.path.segments() == path);
    let regular = match row.map(|row| &row.kind) {
        None => object(path),
        Some(Kind::Flag) => any::<bool>().prop_map(Json::from).boxed(),
        Some(Kind::Level(levels)) => select(*levels).prop_map(Json::from).boxed(),
        Some(Kind::Text) => text().prop_map(Json::from).boxed(),
        // Not a set yet: Gong promises unique ids, the lens does not rely on it.
        Some(Kind::Set) => vec(id(), 0..5).prop_map(Json::from).boxed(),
    };
    prop_oneof![8 => regular, 1 => Just(Json::Null), 1 => anything()].boxed()
}

/// Makes names that no row has, some of them close to one.
fn unknown_name() -> impl Strategy<Value = String> {
    prop_oneof![
        select(&["newSwitch", "recordCallsOnMobile", "callsaccess", "calls.Access", "", " id"][..])
            .prop_map(str::to_owned),
        "x[a-zA-Z.\" ]{0,6}",
    ]
}

/// Makes any small JSON, levels that Gong does not have and 20-digit numbers included.
fn anything() -> BoxedStrategy<Json> {
    let number = "-?[1-9][0-9]{19}(\\.[0-9]{1,3}0)?(e[1-9])?".prop_map(|digits| {
        serde_json::from_str(&digits).expect("these are the digits of a number")
    });
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        Just(json!(0)),
        number,
        text().prop_map(Json::from),
        Just(json!("all / managers-team / report-to-them / own / none")),
        Just(json!(["1", 2])),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(Json::from),
            vec((unknown_name(), inner), 0..3)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
    .boxed()
}
