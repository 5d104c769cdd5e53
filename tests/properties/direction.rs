//! The direction of changes: a table judged by hand, and the law of the change back.

use std::collections::BTreeSet;

use permctl::model::catalogue::{Bundle, Catalogue, Kind, Owner, Row};
use permctl::model::direction::direction;
use permctl::model::{Direction, SettingPath, Settings, Value};
use permctl::provider::{SYSTEMS, find};
use proptest::prelude::*;

/// Provider, bundle, before, after, what a reviewer who knows the vendor's documentation says.
/// Sides are JSON; `-` is a profile that is not there.
const JUDGED: &[(&str, &str, &str, &str, &str)] = &[
    // One switch.
    ("gong", "downloadCallMedia", "false", "true", "broadens"),
    ("gong", "downloadCallMedia", "true", "false", "narrows"),
    ("gong", "downloadCallMedia", "-", "true", "broadens"),
    ("gong", "downloadCallMedia", "-", "false", "neutral"),
    ("gong", "aiBuilder", r#"{"unknown": "some"}"#, "true", "unclear"),
    ("gong", "description", r#""a""#, r#""b""#, "neutral"),
    ("gong", "name", r#""a""#, r#""b""#, "neutral"),
    // A level without people beside it: the order of levels.
    ("gong", "callsAccess", r#"["own", []]"#, r#"["all", []]"#, "broadens"),
    ("gong", "callsAccess", r#"["all", []]"#, r#"["report-to-them", []]"#, "narrows"),
    ("gong", "callsAccess", r#"["managers-team", []]"#, r#"["report-to-them", []]"#, "narrows"),
    ("gong", "callsAccess", "-", r#"["own", []]"#, "broadens"),
    ("gong", "callsAccess", "-", r#"["none", []]"#, "neutral"),
    // The same level: the people beside it, by inclusion.
    (
        "gong",
        "callsAccess",
        r#"["managers-team", ["1"]]"#,
        r#"["managers-team", ["1", "2"]]"#,
        "broadens",
    ),
    (
        "gong",
        "callsAccess",
        r#"["managers-team", ["1", "2"]]"#,
        r#"["managers-team", ["2"]]"#,
        "narrows",
    ),
    ("gong", "callsAccess", r#"["managers-team", ["1"]]"#, r#"["managers-team", ["2"]]"#, "mixed"),
    // Without people a level is about the holder's own teams, with people about theirs.
    ("gong", "dealsAccess", r#"["own", ["1"]]"#, r#"["own", []]"#, "unclear"),
    ("gong", "callsAccess", r#"["managers-team", ["5"]]"#, r#"["managers-team", []]"#, "unclear"),
    ("gong", "usageAccess", r#"["report-to-them", []]"#, r#"["report-to-them", ["5"]]"#, "unclear"),
    (
        "gong",
        "forecastPermissions.forecastAccess",
        r#"["managers-team", []]"#,
        r#"["managers-team", ["5"]]"#,
        "unclear",
    ),
    // Another level and people: nobody outside Gong can say.
    ("gong", "callsAccess", r#"["own", []]"#, r#"["managers-team", ["1"]]"#, "unclear"),
    ("gong", "callsAccess", r#"["report-to-them", ["1"]]"#, r#"["own", ["1"]]"#, "unclear"),
    ("gong", "callsAccess", r#"["none", ["1"]]"#, r#"["none", []]"#, "unclear"),
    ("gong", "callsAccess", r#"["all", ["1"]]"#, r#"["all", ["1", "2"]]"#, "unclear"),
    ("gong", "callsAccess", r#"["own", []]"#, r#"["all", ["1"]]"#, "unclear"),
    // The library: its folders matter where the level picks some out.
    (
        "gong",
        "libraryFolderAccess",
        r#"["none"]"#,
        r#"["specific-folders", ["1"], false, false, false, false]"#,
        "broadens",
    ),
    (
        "gong",
        "libraryFolderAccess",
        r#"["specific-folders", ["1"], false, false, false, false]"#,
        r#"["all", [], false, false, false, false]"#,
        "broadens",
    ),
    (
        "gong",
        "libraryFolderAccess",
        r#"["all", [], true, false, false, false]"#,
        r#"["none"]"#,
        "narrows",
    ),
    (
        "gong",
        "libraryFolderAccess",
        r#"["specific-folders", ["1"], false, false, false, false]"#,
        r#"["specific-folders", ["2"], false, false, false, false]"#,
        "mixed",
    ),
    (
        "gong",
        "libraryFolderAccess",
        r#"["specific-folders", [], true, false, false, false]"#,
        r#"["all", [], false, false, false, false]"#,
        "mixed",
    ),
    (
        "gong",
        "libraryFolderAccess",
        r#"["all", [], true, false, false, false]"#,
        r#"["all", [], true, true, false, false]"#,
        "broadens",
    ),
    ("gong-openapi", "permissions.viewAllCalls", "true", "false", "narrows"),
    ("gong-openapi", "permissions.manageUsers", "false", "true", "broadens"),
    // Webex: entries, the level above them, collections, folders that are hidden.
    (
        "webex",
        "permissionAccessLevel",
        r#"["SPECIFIC", {"queue": "VIEW"}]"#,
        r#"["SPECIFIC", {"queue": "EDIT"}]"#,
        "broadens",
    ),
    (
        "webex",
        "permissionAccessLevel",
        r#"["SPECIFIC", {"queue": "EDIT", "flow": "VIEW"}]"#,
        r#"["SPECIFIC", {"queue": "EDIT"}]"#,
        "narrows",
    ),
    (
        "webex",
        "permissionAccessLevel",
        r#"["SPECIFIC", {"queue": "EDIT"}]"#,
        r#"["SPECIFIC", {"flow": "EDIT"}]"#,
        "mixed",
    ),
    (
        "webex",
        "permissionAccessLevel",
        r#"["SPECIFIC", {"queue": "DISABLED"}]"#,
        r#"["SPECIFIC", {"queue": "NONE"}]"#,
        "neutral",
    ),
    (
        "webex",
        "permissionAccessLevel",
        r#"["SPECIFIC", {"queue": "EDIT"}]"#,
        r#"["ALL"]"#,
        "broadens",
    ),
    (
        "webex",
        "permissionAccessLevel",
        r#"["ALL"]"#,
        r#"["SPECIFIC", {"queue": "EDIT"}]"#,
        "narrows",
    ),
    (
        "webex",
        "permissionAccessLevel",
        r#"[{"unknown": "PROVISIONED_VALUE"}]"#,
        r#"["SPECIFIC", {}]"#,
        "unclear",
    ),
    (
        "webex",
        "resourceAccessLevel",
        r#"["SPECIFIC", ["a"]]"#,
        r#"["SPECIFIC", ["a", "b"]]"#,
        "broadens",
    ),
    ("webex", "resourceAccessLevel", r#"["ALL"]"#, r#"["SPECIFIC", ["a"]]"#, "narrows"),
    ("webex", "nonViewableFolderIds", r#"["1"]"#, r#"["1", "2"]"#, "narrows"),
    ("webex", "active", "true", "false", "narrows"),
    ("webex", "defaultResourceCollectionId", r#""a""#, r#""b""#, "unclear"),
    ("webex", "defaultResourceCollectionId", r#""a""#, r#""""#, "unclear"),
    // A permission that restricts.
    (
        "webex",
        "permissionAccessLevel",
        r#"["SPECIFIC", {"restricted-monitor-only": "ENABLED"}]"#,
        r#"["SPECIFIC", {"restricted-monitor-only": "NONE"}]"#,
        "broadens",
    ),
    (
        "webex",
        "permissionAccessLevel",
        r#"["SPECIFIC", {"restricted-monitor-only": "ENABLED", "queue": "EDIT"}]"#,
        r#"["SPECIFIC", {"restricted-monitor-only": "DISABLED", "queue": "VIEW"}]"#,
        "mixed",
    ),
    (
        "webex",
        "permissionAccessLevel",
        "-",
        r#"["SPECIFIC", {"restricted-monitor-only": "ENABLED", "call-monitoring": "ENABLED"}]"#,
        "broadens",
    ),
    // Levels of a switch beside those of another kind.
    (
        "webex",
        "permissionAccessLevel",
        r#"["SPECIFIC", {"tag": "EDIT"}]"#,
        r#"["SPECIFIC", {"tag": "ENABLED"}]"#,
        "unclear",
    ),
    (
        "webex",
        "permissionAccessLevel",
        r#"["SPECIFIC", {"tag": "VIEW"}]"#,
        r#"["SPECIFIC", {"tag": "ENABLED"}]"#,
        "unclear",
    ),
    (
        "webex",
        "permissionAccessLevel",
        r#"["SPECIFIC", {"tag": "ENABLED"}]"#,
        r#"["SPECIFIC", {"tag": "NONE"}]"#,
        "narrows",
    ),
];

/// The words of a table row: a bundle's members in catalogue order, or the value of its one member;
/// a mapping is the entries of a map.
fn side(catalogue: &Catalogue, bundle: &Bundle, text: &str) -> Settings {
    let mut settings = values(catalogue, bundle, text);
    catalogue.retype(&mut settings);
    settings
}

fn values(catalogue: &Catalogue, bundle: &Bundle, text: &str) -> Settings {
    if text == "-" {
        return Settings::default();
    }
    let json: serde_json::Value = serde_json::from_str(text).expect("a side is JSON");
    let value = |json| serde_json::from_value::<Value>(json).expect("a side has values");
    let (Some(members), true) = (json.as_array(), several(catalogue, bundle)) else {
        return Settings::from_iter([(bundle.path.clone(), value(json))]);
    };
    let own = bundle.members.iter().filter(|path| catalogue.map_of(path).is_none());
    let mut settings = Settings::default();
    for (path, member) in own.chain([&SettingPath::new(["permissions"])]).zip(members) {
        match member.as_object().filter(|it| !it.contains_key("unknown")) {
            Some(entries) => settings
                .extend(entries.iter().map(|(name, json)| (path.join(name), value(json.clone())))),
            None => {
                settings.insert(path.clone(), value(member.clone()));
            }
        }
    }
    settings
}

fn several(catalogue: &Catalogue, bundle: &Bundle) -> bool {
    bundle.members.len() > 1
        || catalogue.maps().iter().any(|map| map.bundle.as_ref() == Some(&bundle.path))
}

/// Lists the documented entries of a table's maps.
fn documented(catalogue: &Catalogue) -> BTreeSet<SettingPath> {
    let names = |map: &permctl::model::catalogue::EntryMap| {
        let path = map.path.clone();
        map.known.iter().map(move |(name, _)| path.join(name)).collect::<Vec<_>>()
    };
    catalogue.maps().iter().flat_map(names).collect()
}

/// Finds the bundle of a path, with the documented entries of its map.
fn bundle(catalogue: &Catalogue, path: &SettingPath) -> Bundle {
    let bundles = catalogue.bundles_with(&documented(catalogue)).into_owned();
    bundles.into_iter().find(|it| it.path == *path).expect("a bundle")
}

#[test]
fn changes_that_were_judged_by_hand_have_the_direction_that_a_reviewer_gives_them() {
    assert!(JUDGED.len() >= 40, "{}", JUDGED.len());
    let mut wrong = Vec::new();
    for (provider, path, before, after, expected) in JUDGED {
        let catalogue = find(provider).expect("a provider").provider.catalogue();
        let bundle = bundle(catalogue, &path.parse().unwrap());
        let [from, to] = [before, after].map(|text| side(catalogue, &bundle, text));
        let judged = direction(catalogue, &bundle, &from, &to);
        if judged.word() != *expected {
            wrong.push(format!("{provider} {path}: {before} -> {after} is {}", judged.word()));
        }
        if !from.is_empty() {
            let back = direction(catalogue, &bundle, &to, &from);
            assert_eq!(back, judged.reversed(), "{provider} {path}: {before} <- {after}");
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

fn value_of(row: &Row) -> BoxedStrategy<Value> {
    let unknown = Just(Value::opaque(serde_json::json!(7)));
    match &row.kind {
        Kind::Flag => prop_oneof![8 => any::<bool>().prop_map(Value::Flag), 1 => unknown].boxed(),
        Kind::Level(levels) => {
            let level = prop::sample::select(*levels).prop_map(Value::Level);
            prop_oneof![8 => level, 1 => unknown].boxed()
        }
        Kind::Text => "[a-c]?".prop_map(Value::text).boxed(),
        Kind::Set => prop::collection::btree_set("[1-3]", 0..3).prop_map(Value::Set).boxed(),
    }
}

/// A bundle of some provider in two states, as a plan would have them.
fn two_states() -> impl Strategy<Value = (usize, SettingPath, Settings, Settings)> {
    (0..SYSTEMS.len()).prop_flat_map(|system| {
        let catalogue = SYSTEMS[system].provider.catalogue();
        let bundles = catalogue.bundles_with(&documented(catalogue)).into_owned();
        prop::sample::select(bundles).prop_flat_map(move |bundle| {
            let members = || {
                let members = bundle.members.iter();
                members
                    .map(|path| (path, catalogue.row(path).expect("it has one")))
                    .filter(|(_, row)| row.owner != Owner::Server)
                    .map(|(path, row)| (Just(path.clone()), value_of(row)))
                    .collect::<Vec<_>>()
            };
            let of = bundle.clone();
            (members(), members()).prop_map(move |(before, after)| {
                let effective = |values: Vec<(SettingPath, Value)>| {
                    catalogue.effective(&of, &values.into_iter().collect())
                };
                (system, of.path.clone(), effective(before), effective(after))
            })
        })
    })
}

proptest! {
    #[test]
    fn the_change_back_has_the_reversed_direction((system, path, before, after) in two_states()) {
        let catalogue = SYSTEMS[system].provider.catalogue();
        let bundle = bundle(catalogue, &path);
        let there = direction(catalogue, &bundle, &before, &after);
        prop_assert_eq!(direction(catalogue, &bundle, &after, &before), there.reversed());
        prop_assert_eq!(direction(catalogue, &bundle, &before, &before), Direction::Neutral);
    }

    #[test]
    fn changes_add_up_in_any_order_and_back(
        words in prop::collection::vec(0_usize..5, 0..6),
    ) {
        let all = [
            Direction::Neutral,
            Direction::Narrows,
            Direction::Broadens,
            Direction::Mixed,
            Direction::Unclear,
        ];
        let directions: Vec<Direction> = words.into_iter().map(|at| all[at]).collect();
        let sum: Direction = directions.iter().copied().collect();
        prop_assert_eq!(directions.iter().rev().copied().collect::<Direction>(), sum);
        let back: Direction = directions.iter().map(|it| it.reversed()).collect();
        prop_assert_eq!(back, sum.reversed());
        prop_assert_eq!(sum.may_broaden(), directions.iter().any(|it| it.may_broaden()));
    }
}
