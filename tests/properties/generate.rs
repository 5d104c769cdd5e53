//! Any document a vendor might send, and any settings somebody might want.
//!
//! Documents are made to be awkward: members missing, `null`, of another kind or in another order,
//! and members that no catalogue knows, with numbers that no machine number holds.

use std::collections::BTreeSet;

use permctl::model::catalogue::{Catalogue, Kind, Owner, Row, Wire};
use permctl::model::{Document, SettingPath, Settings, Value};
use permctl::provider::gong;
use proptest::collection::{btree_set, vec};
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value as Json, json};

/// The most documented entries of a map that a case has.
const MOST_ENTRIES: usize = 4;

/// A document of a vendor and settings to write into it, with some entries of its maps.
#[derive(Debug, Clone)]
pub struct Case {
    /// The vendor's table.
    pub catalogue: &'static Catalogue,
    /// The document.
    pub document: Document,
    /// The settings.
    pub settings: Settings,
}

/// Makes any case of a vendor's table.
pub fn case(catalogue: &'static Catalogue) -> impl Strategy<Value = Case> {
    entries(catalogue).prop_flat_map(move |entries| {
        let settings = settings_of(catalogue, &entries);
        (document_of(catalogue, &entries), settings).prop_map(move |(document, settings)| Case {
            catalogue,
            document,
            settings,
        })
    })
}

/// Makes any Gong profile document.
pub fn document() -> impl Strategy<Value = Document> {
    document_of(gong::catalogue::catalogue(), &BTreeSet::new())
}

/// Makes any settings of Gong that may be written.
pub fn settings() -> impl Strategy<Value = Settings> {
    settings_of(gong::catalogue::catalogue(), &BTreeSet::new())
}

/// Lists the leaves that may be written, with these entries of maps.
pub fn leaves<'c>(
    catalogue: &'c Catalogue,
    entries: &BTreeSet<SettingPath>,
) -> Vec<(SettingPath, &'c Row)> {
    let rows = catalogue.rows().iter().filter(|row| row.owner != Owner::Server);
    rows.flat_map(|row| match catalogue.maps().iter().find(|map| map.path == row.path) {
        Some(map) => {
            entries.iter().filter(|it| map.has(it)).map(|path| (path.clone(), row)).collect()
        }
        None => vec![(row.path.clone(), row)],
    })
    .collect()
}

/// Makes any document that a table is about.
pub fn document_of(
    catalogue: &Catalogue,
    entries: &BTreeSet<SettingPath>,
) -> impl Strategy<Value = Document> + use<> {
    object(catalogue, entries, &[]).prop_map(|json| match json {
        Json::Object(members) => members,
        other => panic!("no object: {other}"),
    })
}

/// Makes any settings that may be written: part of the rows, with values of their kinds.
pub fn settings_of(
    catalogue: &Catalogue,
    entries: &BTreeSet<SettingPath>,
) -> impl Strategy<Value = Settings> + use<> {
    let wanted: Vec<_> = leaves(catalogue, entries)
        .into_iter()
        .map(|(path, row)| {
            weighted(0.4, value(row)).prop_map(move |value| Some((path.clone(), value?))).boxed()
        })
        .collect();
    wanted.prop_map(|pairs| pairs.into_iter().flatten().collect())
}

/// Makes any id: mostly Gong's digits, more of them than a machine number holds.
pub fn id() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[1-4]", 4 => "[1-9][0-9]{16,19}", 1 => any::<String>()]
}

/// Makes any id that a vendor writes as a number.
fn number() -> impl Strategy<Value = String> {
    prop_oneof!["[1-4]", "[1-9][0-9]{0,19}"]
}

fn spelled(digits: &str) -> Json {
    serde_json::from_str(digits).expect("these are the digits of a number")
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

/// Makes any name that a file may give: one of blanks, or with something that a template should have filled
/// in, is refused.
pub fn name() -> impl Strategy<Value = String> {
    text().prop_map(|text| {
        let name = text.replace(['{', '(', '%'], "");
        if name.chars().any(char::is_alphanumeric) { name } else { format!("{name}x") }
    })
}

/// Makes entries of a table's maps: some that the vendor documents, and some that it does not.
fn entries(catalogue: &Catalogue) -> impl Strategy<Value = BTreeSet<SettingPath>> + use<> {
    let maps: Vec<_> = catalogue
        .maps()
        .iter()
        .map(|map| {
            let path = map.path.clone();
            let known: Vec<String> = map.known.iter().map(|(name, _)| (*name).to_owned()).collect();
            let most = known.len().min(MOST_ENTRIES);
            (subsequence(known, 0..=most), vec("[a-z. é\"]{1,5}", 0..2)).prop_map(
                move |(known, others)| {
                    known.into_iter().chain(others).map(|name| path.join(&name)).collect::<Vec<_>>()
                },
            )
        })
        .collect();
    maps.prop_map(|maps| maps.into_iter().flatten().collect())
}

fn value(row: &Row) -> BoxedStrategy<Value> {
    match (&row.kind, row.wire) {
        (Kind::Flag, _) => any::<bool>().prop_map(Value::Flag).boxed(),
        (Kind::Level(levels), _) => select(*levels).prop_map(Value::Level).boxed(),
        (Kind::Text, _) => text().prop_map(Value::Text).boxed(),
        (Kind::Set, Wire::Numbers) => btree_set(number(), 0..4).prop_map(Value::Set).boxed(),
        (Kind::Set, _) => btree_set(id(), 0..4).prop_map(Value::Set).boxed(),
    }
}

/// Makes an object of a document, with the members that rows have below these segments.
fn object(
    catalogue: &Catalogue,
    entries: &BTreeSet<SettingPath>,
    above: &[String],
) -> BoxedStrategy<Json> {
    let names = catalogue.names_below(&SettingPath::new(above)).to_vec();
    let known: Vec<_> = names
        .into_iter()
        .map(|name| {
            let path = SettingPath::new(above).join(&name);
            weighted(0.8, member(catalogue, entries, &path))
                .prop_map(move |json| json.map(|json| (name.clone(), json)))
        })
        .collect();
    (known, vec((unknown_name(), anything()), 0..4))
        .prop_map(|(known, unknown)| known.into_iter().flatten().chain(unknown).collect::<Vec<_>>())
        .prop_flat_map(|members| prop_oneof![Just(members.clone()), Just(members).prop_shuffle()])
        .prop_map(|members| Json::Object(members.into_iter().collect()))
        .boxed()
}

fn member(
    catalogue: &Catalogue,
    entries: &BTreeSet<SettingPath>,
    path: &SettingPath,
) -> BoxedStrategy<Json> {
    let regular = match catalogue.row(path) {
        Some(pattern) if pattern.is_entry() => list(entries, pattern),
        Some(row) => leaf(row),
        None => object(catalogue, entries, path.segments()),
    };
    prop_oneof![8 => regular, 1 => Just(Json::Null), 1 => anything()].boxed()
}

fn leaf(row: &Row) -> BoxedStrategy<Json> {
    match (&row.kind, row.wire) {
        (Kind::Flag, _) => any::<bool>().prop_map(Json::from).boxed(),
        (Kind::Level(levels), _) => select(*levels).prop_map(Json::from).boxed(),
        (Kind::Text, _) => text().prop_map(Json::from).boxed(),
        // Not sets yet: vendors promise unique ids, the lens does not rely on it.
        (Kind::Set, Wire::Numbers) => {
            vec(number(), 0..5).prop_map(|ids| ids.iter().map(|id| spelled(id)).collect()).boxed()
        }
        (Kind::Set, Wire::Objects(id_of)) => vec((id(), anything()), 0..5)
            .prop_map(move |items| {
                items.into_iter().map(|(id, more)| json!({"more": more, id_of: id})).collect()
            })
            .boxed(),
        (Kind::Set, _) => vec(id(), 0..5).prop_map(Json::from).boxed(),
    }
}

/// Makes the list that a map is on the wire, with some of these entries, each once.
fn list(entries: &BTreeSet<SettingPath>, pattern: &Row) -> BoxedStrategy<Json> {
    let entries = entries.iter().filter(|path| path.starts_with(&pattern.path));
    let members: Vec<_> = entries
        .map(|path| {
            let name = path.leaf().to_owned();
            let wire = pattern.wire;
            (weighted(0.7, leaf(pattern)), any::<u8>()).prop_map(move |(json, more)| match wire {
                Wire::Entry { name: member, value } => {
                    json.map(|json| json!({"id": more, member: name, value: json}))
                }
                _ => json.map(|_| Json::from(name.as_str())),
            })
        })
        .collect();
    members
        .prop_map(|members| members.into_iter().flatten().collect::<Vec<_>>())
        .prop_shuffle()
        .prop_map(Json::from)
        .boxed()
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
    let number = "-?[1-9][0-9]{19}(\\.[0-9]{1,3}0)?(e[1-9])?".prop_map(|digits| spelled(&digits));
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
