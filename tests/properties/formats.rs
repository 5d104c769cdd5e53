//! What is written to a file reads back as it was, and damage is noticed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

use permctl::live::snapshot::{OpenSnapshot, Snapshot, WorkspaceSnapshot};
use permctl::model::names::Names;
use permctl::model::{SettingPath, Value};
use permctl::plan::file::{self, PlanFileError};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{generate, state};

fn json_value() -> impl Strategy<Value = Json> {
    generate::document()
        .prop_map(|document| document.into_iter().next().map_or(Json::Null, |(_, value)| value))
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Flag),
        generate::text().prop_map(Value::Text),
        btree_set(generate::id(), 0..4).prop_map(Value::Set),
        json_value().prop_map(Value::opaque),
    ]
}

/// Changes one leaf of a transition's side to another value.
fn damage(json: &mut Json) {
    *json = match json.take() {
        Json::Bool(on) => json!(!on),
        Json::String(text) => json!(format!("{text}x")),
        Json::Array(mut ids) => {
            ids.push(json!("1234567"));
            Json::Array(ids)
        }
        _ => json!(true),
    };
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_plan_reads_back_as_it_was_and_no_change_of_a_value_gets_past_the_digest(
        live in state::live(),
        described in state::described(),
        pick in any::<prop::sample::Index>(),
    ) {
        let desired = state::loaded(state::texts(&live, &described).into_iter().enumerate());
        let plan = state::whole(state::planned(&desired, &live, &Names::default()));
        let text = file::write(&plan);
        prop_assert_eq!(file::read(&text), Ok(plan.clone()));
        prop_assert_eq!(file::write(&file::read(&text).expect("it just did")), text.clone());

        let mut json: Json = serde_json::from_str(&text).expect("a plan is JSON");
        let changes = json["workspaces"][0]["changes"].as_array_mut().into_iter().flatten();
        let transitions = changes.filter_map(|change| change["transitions"].as_array_mut()).flatten();
        let sides = transitions.filter_map(Json::as_object_mut).flatten().filter_map(|(name, side)| {
            side.as_object_mut().filter(|_| ["before", "after"].contains(&name.as_str()))
        });
        let mut values: Vec<&mut Json> = sides.flat_map(|side| side.values_mut()).collect();
        if !values.is_empty() {
            let picked = pick.index(values.len());
            damage(values[picked]);
            prop_assert_eq!(file::read(&json.to_string()), Err(PlanFileError::Damaged));
        }
    }

    #[test]
    fn a_snapshot_reads_back_as_it_was_to_the_digit(live in state::live()) {
        let documents: Vec<String> =
            live.profiles.iter().map(|profile| json!(profile.document).to_string()).collect();
        let workspace = WorkspaceSnapshot::new("acme", live.clone(), &[]);
        let taken = Snapshot {
            taken: String::new(),
            tenants: BTreeMap::new(),
            workspaces: [("emea".to_owned(), workspace.text())].into(),
        };
        let text: String = taken.pieces().collect();
        let read = OpenSnapshot::open(Cursor::new(text)).expect("it was just written");
        let read = read.workspace("emea").expect("it was just written").expect("it is there");
        prop_assert_eq!(&read, &workspace);
        let again = read.live();
        let bytes = again.profiles.iter().map(|profile| json!(profile.document).to_string());
        prop_assert_eq!(bytes.collect::<Vec<_>>(), documents);
        prop_assert_eq!(again, live);
    }
}

proptest! {
    #[test]
    fn a_setting_path_reads_back_as_it_was_written(segments in vec(generate::text(), 1..5)) {
        let path = SettingPath::new(segments);
        prop_assert_eq!(path.to_string().parse(), Ok(path.clone()));
        let json = serde_json::to_string(&path).expect("a path is a text");
        prop_assert_eq!(serde_json::from_str::<SettingPath>(&json).ok(), Some(path));
    }

    #[test]
    fn two_setting_paths_are_never_written_alike(
        one in vec("[a. \"\\\\]{0,3}", 1..4),
        other in vec("[a. \"\\\\]{0,3}", 1..4),
    ) {
        let (one, other) = (SettingPath::new(one), SettingPath::new(other));
        prop_assert_eq!(one.to_string() == other.to_string(), one == other);
    }

    #[test]
    fn a_value_reads_back_as_it_was_written(value in value()) {
        let text = serde_json::to_string(&value).expect("a value is JSON");
        prop_assert_eq!(serde_json::from_str::<Value>(&text).ok(), Some(value));
    }
}

#[test]
fn a_plan_of_another_version_and_a_text_that_is_none_are_told_apart() {
    for version in [1, 2] {
        let text = format!("{{\"plan_version\": {version}}}");
        assert_eq!(file::read(&text), Err(PlanFileError::OtherVersion(version)));
    }
    for text in ["", "[]", "{}", "profile: A", r#"{"plan_version": "3"}"#, r#"{"plan_version": 3}"#]
    {
        assert!(matches!(file::read(text), Err(PlanFileError::NotAPlan(_))), "{text}");
    }
}

#[test]
fn finding_codes_never_change_their_meaning() {
    // Add to the end of this list; never take out, never reuse.
    let codes = [
        "yaml-syntax",
        "yaml-limit",
        "duplicate-key",
        "yaml-feature",
        "unknown-key",
        "missing-key",
        "wrong-kind",
        "impossible-value",
        "not-yet-supported",
        "bad-name",
        "duplicate-name",
        "unknown-workspace",
        "unknown-setting",
        "bundle-without-level",
        "inert-setting",
        "duplicate-profile",
        "claimed-twice",
        "foreign-pin",
        "live-name-twice",
        "rename-both-live",
        "rename-cycle",
        "ignored-and-managed",
        "ignore-expired",
        "twin",
        "name-not-found",
        "name-ambiguous",
        "user-deactivated",
        "ambiguous-level",
        "bundle-drops",
        "unknown-member-on",
        "unknown-value",
        "reason-missing",
        "endpoint-refused",
        "name-taken",
        "file-unreadable",
        "unknown-entry",
        "vendors-own",
        "not-understood",
        "set-aside",
        "refused-and-live",
        "direct-permissions",
        "cannot-rename",
        "cannot-update",
        "cannot-create",
        "immutable",
        "new-incomplete",
        "not-in-workspace",
        "case-only",
        "vendor-refuses",
        "exception-expired",
        "duplicate-holder",
        "holders-unsupported",
        "holders-unreadable",
        "holder-fixed",
        "unknown-protected",
        "credential-missing",
        "no-effect",
        "no-profiles",
        "workspace-without-files",
        "unknown-list",
        "unknown-base",
        "base-cycle",
        "pin-in-group",
        "misplaced",
        "expires-soon",
        "expired",
        "expired-long-ago",
        "catalogue-older",
        "schema-outdated",
        "own-setting",
        "rule-broken",
    ];
    let all: Vec<&str> = permctl::finding::Code::ALL.iter().map(|code| code.text()).collect();
    assert_eq!(all, codes);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
}
