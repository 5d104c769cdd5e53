//! What a table says of rows, bundles and entries.

use super::*;
use crate::model::catalogue::{Access, Empty, EntryNames, Kind, Reference, ReferenceKind, Wire};

static THING: Reference = Reference {
    noun: "thing",
    plural: "things",
    expected: "an id",
    is_id: |_| true,
    could_be: |_| true,
    any_case: false,
};

fn path(text: &str) -> SettingPath {
    text.parse().expect("a path")
}

fn identity() -> Identity {
    Identity {
        name: SettingPath::new(["name"]),
        id: "id",
        renames: true,
        any_case: false,
        empty_at_first: false,
    }
}

fn row() -> Row {
    Row {
        path: path("a"),
        kind: Kind::Set,
        access: Access::Grants,
        floor: None,
        idle: &[],
        on_create: Some(Value::set::<_, String>([])),
        empties: &[],
        owner: Owner::Files,
        immutable: false,
        references: None,
        wire: Wire::Plain,
        inert_when: None,
        administers: false,
        help: "",
    }
}

fn fingerprint(row: Row) -> String {
    Catalogue::new(identity(), vec![row], Vec::new(), Vec::new()).fingerprint()
}

#[test]
fn the_fingerprint_differs_with_every_fact_that_a_plan_was_judged_by() {
    let others = [
        Row { path: path("b"), ..row() },
        Row { kind: Kind::Text, ..row() },
        Row { access: Access::Neutral, ..row() },
        Row { floor: Some(Value::set::<_, String>([])), ..row() },
        Row { idle: &["x"], ..row() },
        Row { on_create: Some(Value::set(["1"])), ..row() },
        Row { on_create: None, ..row() },
        Row { immutable: true, ..row() },
        Row { wire: Wire::Numbers, ..row() },
        Row { empties: &[Empty::Null], ..row() },
        Row { owner: Owner::Profile, ..row() },
        Row { references: Some(ReferenceKind(&THING)), ..row() },
        Row { inert_when: Some((path("b"), "x")), ..row() },
        Row { administers: true, ..row() },
    ];
    let mut seen = std::collections::BTreeSet::from([fingerprint(row())]);
    for other in others {
        assert!(seen.insert(fingerprint(other.clone())), "{other:?}");
    }
}

#[test]
fn the_fingerprint_does_not_depend_on_words_for_people() {
    assert_eq!(fingerprint(row()), fingerprint(Row { help: "other words", ..row() }));
}

/// A level that decides a map of entries.
fn with_map() -> Catalogue {
    let level = |at: &str, levels| Row {
        path: path(at),
        kind: Kind::Level(levels),
        floor: Some(Value::Level(levels[0])),
        on_create: None,
        ..row()
    };
    let pattern = Row {
        empties: &[Empty::Absent],
        wire: Wire::Entry { name: "name", value: "access" },
        inert_when: Some((path("level"), "all")),
        ..level("entries", &["none", "view", "edit"])
    };
    let shared =
        Bundle { path: path("level"), members: vec![path("level")], ambiguous_levels: &[] };
    let map = EntryMap {
        path: path("entries"),
        bundle: Some(path("level")),
        known: &[("queue", "Queues.")],
        names: EntryNames::Documented,
        administers: &[],
    };
    Catalogue::new(
        identity(),
        vec![level("level", &["some", "all"]), pattern],
        vec![shared],
        vec![map],
    )
}

#[test]
fn entries_are_rows_of_the_maps_bundle_ordered_by_name() {
    let entries: BTreeSet<SettingPath> =
        ["entries.queue", "entries.flow", "else.x"].map(path).into();
    let catalogue = with_map().with_entries(&entries);
    let paths: Vec<String> = catalogue.rows().iter().map(|row| row.path.to_string()).collect();
    assert_eq!(paths, ["level", "entries.flow", "entries.queue"]);
    let [bundle] = catalogue.bundles() else { panic!("one bundle") };
    assert_eq!(bundle.members.len(), 3);
    assert_eq!(catalogue.row(&path("entries.queue")).map(|row| row.help), Some("Queues."));
    assert_eq!(catalogue.names_below(&SettingPath::new::<_, String>([])), ["level", "entries"]);
    assert_eq!(catalogue.fingerprint(), with_map().fingerprint());
}

#[test]
fn an_entry_that_is_missing_on_one_side_is_empty_there() {
    let catalogue = with_map().with_entries(&[path("entries.queue")].into());
    let bundle = &catalogue.bundles()[0];
    let state = |queue: Option<&str>| {
        let level = [("level", Some("some")), ("entries.queue", queue)];
        let given = level.into_iter().filter_map(|(path, value)| Some((path, value?)));
        given.map(|(at, value)| (path(at), Value::text(value))).collect()
    };
    assert!(catalogue.same(bundle, &state(None), &state(Some("none"))));
    assert!(!catalogue.same(bundle, &state(None), &state(Some("view"))));
    assert!(!catalogue.same(bundle, &state(None), &Settings::new()));
}
