//! What a table says of rows, bundles and entries.

use super::*;
use crate::model::catalogue::{
    Access, Addressed, Empty, EntryNames, Kind, Owner, Reference, ReferenceKind, Wire,
};

static THING: Reference = Reference {
    noun: "thing",
    plural: "things",
    expected: "an id",
    is_id: |_| true,
    could_be: |_| true,
    any_case: false,
    lists_all: false,
    written_with_name: false,
    deactivated: None,
};

fn path(text: &str) -> SettingPath {
    text.parse().expect("a path")
}

fn identity() -> Identity {
    Identity {
        name: SettingPath::new(["name"]),
        id: "id",
        addressed: Addressed::ById,
        renames: true,
        any_case: false,
        two_step_create: false,
    }
}

fn row() -> Row {
    Row {
        path: path("a"),
        kind: Kind::Set,
        access: Access::Grants,
        floor: None,
        equal_to_floor: &[],
        switch: None,
        implied_by: None,
        on_create: Some(Value::set::<_, String>([])),
        empties: &[],
        owner: Owner::Files,
        immutable: false,
        references: None,
        wire: Wire::Plain,
        inert_when: None,
        adds_only: None,
        administers: false,
        since: 1,
        own: false,
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
        Row { equal_to_floor: &["x"], ..row() },
        Row { switch: Some(("x", "y")), ..row() },
        Row { implied_by: Some(path("b")), ..row() },
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
        restricts: &[],
        switches: &[],
    };
    Catalogue::new(
        identity(),
        vec![level("level", &["some", "all"]), pattern],
        vec![shared],
        vec![map],
    )
}

#[test]
fn entries_are_members_of_their_maps_bundle_ordered_by_name_and_have_its_row() {
    let entries: BTreeSet<SettingPath> =
        ["entries.queue", "entries.flow", "else.x"].map(path).into();
    let catalogue = with_map();
    let bundles = catalogue.bundles_with(&entries);
    let [bundle] = &*bundles else { panic!("one bundle") };
    assert_eq!(bundle.members, ["level", "entries.flow", "entries.queue"].map(path));
    let row = catalogue.row(&path("entries.queue")).expect("the pattern");
    assert_eq!(row.path, path("entries"));
    assert_eq!(catalogue.row(&path("else.x")), None);
    assert_eq!(catalogue.help(&path("entries.queue")), Some("Queues."));
    assert_eq!(catalogue.help(&path("entries.flow")), Some(row.help));
    assert_eq!(catalogue.names_below(&SettingPath::nowhere()), ["level", "entries"]);
}

#[test]
fn an_entry_that_is_missing_is_empty_or_what_its_whole_map_is() {
    let catalogue = with_map();
    let level = (path("level"), Value::Level("some"));
    let state = |queue: Option<&'static str>| {
        let queue = queue.map(|level| (path("entries.queue"), Value::Level(level)));
        Settings::from_iter([level.clone()].into_iter().chain(queue))
    };
    let same = |a: &Settings, b: &Settings| {
        let bundle = catalogue.bundle_over(&path("level"), &[a, b]).expect("the bundle");
        let value = |path, state| catalogue.value(path, state).cloned();
        bundle.members.iter().all(|path| value(path, a) == value(path, b))
    };
    assert!(same(&state(None), &state(Some("none"))));
    assert!(!same(&state(None), &state(Some("view"))));
    let odd = Value::opaque(serde_json::json!("view"));
    let no_list = Settings::from_iter([level.clone(), (path("entries"), odd)]);
    assert!(!same(&no_list, &state(Some("none"))));
    assert!(same(&no_list, &state(None)), "no entry is named, and the level is the same");
}
