//! Import: the files that it writes describe live exactly, and any later change shows.

use std::collections::BTreeSet;

use permctl::live::describe::{Described, file};
use permctl::model::catalogue::{Access, Kind};
use permctl::model::names::Names;
use permctl::model::{LiveWorkspace, document};
use permctl::plan::WorkspacePlan;
use permctl::provider::gong::catalogue::catalogue;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::{generate, state};

/// Writes the files of all profiles and plans them against what is live by then.
fn planned(imported: &LiveWorkspace, live: &LiveWorkspace) -> WorkspacePlan {
    let texts = imported.profiles.iter().map(|profile| {
        let namesakes = imported.profiles.iter().filter(|other| other.name == profile.name);
        let described = Described {
            name: &profile.name,
            pin: (namesakes.count() > 1).then_some(&profile.id),
            settings: &document::settings(catalogue(), &profile.document),
            holders: None,
        };
        file(&described, catalogue(), &Names::default())
    });
    state::planned(&state::loaded(texts.enumerate()), live, &Names::default())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn the_plan_after_an_import_of_any_live_state_is_empty(
        documents in vec((prop_oneof![Just("Twice".to_owned()), generate::name()], generate::document()), 0..4),
    ) {
        let live = state::of(documents);
        let plan = planned(&live, &live);
        prop_assert!(plan.changes.is_empty(), "{:#?}", plan.changes);
        prop_assert!(plan.blocked.is_empty(), "{:#?}", plan.findings);
        prop_assert!(plan.unmanaged.is_empty(), "{:?}", plan.unmanaged);
        prop_assert_eq!(plan.unchanged, live.profiles.len());
    }
}

#[test]
fn after_an_import_a_change_of_any_setting_that_grants_is_exactly_that_transition() {
    let mut seen = BTreeSet::new();
    for on in [false, true] {
        let imported = state::of([("Rep".to_owned(), state::stated(on))]);
        assert!(planned(&imported, &imported).changes.is_empty());
        for row in catalogue().rows().iter().filter(|row| row.access == Access::Grants) {
            let others: Vec<Json> = match &row.kind {
                Kind::Flag => vec![json!(!on)],
                Kind::Level(levels) => {
                    let was = if on { 2 } else { 1 };
                    let others = levels.iter().enumerate().filter(|(at, _)| *at != was);
                    others.map(|(_, level)| json!(level)).collect()
                }
                Kind::Set => vec![json!(["777"]), json!(["12345678901234567890", "777"])],
                Kind::Text => panic!("{} grants and is a text", row.path),
            };
            for value in others {
                let mut document = state::stated(on);
                state::put(&mut document, &row.path, value.clone());
                let live = state::of([("Rep".to_owned(), document)]);
                let plan = planned(&imported, &live);
                let [change] = plan.changes.as_slice() else {
                    panic!("{} = {value}: {:#?}", row.path, plan.changes)
                };
                let [transition] = change.change.transitions.as_slice() else {
                    panic!("{} = {value}: {:#?}", row.path, change.change.transitions)
                };
                let bundle = catalogue().bundle_path(&row.path).expect("it has a bundle");
                assert_eq!(transition.bundle, *bundle);
                let (before, after) = (&transition.before, &transition.after);
                assert_ne!(before.get(&row.path), after.get(&row.path), "{} = {value}", row.path);
                let text = permctl::report::text::plan::text(
                    &state::whole(plan.clone()),
                    permctl::report::View::default(),
                );
                assert!(text.contains(&row.path.to_string()), "{}:\n{text}", row.path);
                seen.insert(row.path.clone());
            }
        }
    }
    let granting = catalogue().rows().iter().filter(|row| row.access == Access::Grants);
    assert_eq!(seen.len(), granting.count());
    assert_eq!(seen.len(), 9 * 2 + 6 + 44);
}
