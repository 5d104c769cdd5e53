//! Laws of the planner: what is planned and done is what the files say, and nothing else moves.

use std::sync::Arc;

use permctl::finding::Finding;
use permctl::live::snapshot::WorkspaceSnapshot;
use permctl::model::names::{Index, Names};
use permctl::model::{Action, Directory, Entry, LiveWorkspace, Value, document};
use permctl::plan::WorkspacePlan;
use permctl::provider::gong::catalogue::{USER, catalogue};
use permctl::report;
use proptest::prelude::*;

use super::state;

const FORECAST: &str = "forecastPermissions";

fn opaque(json: &serde_json::Value) -> Value {
    Value::opaque(json.clone())
}

fn nobody() -> Names {
    Names::default()
}

/// Asserts that only the transitions of the plan tell the two states apart.
fn assert_untouched(before: &LiveWorkspace, after: &LiveWorkspace, plan: &WorkspacePlan) {
    for was in &before.profiles {
        let is = after.profiles.iter().find(|is| is.id == was.id).expect("nothing is deleted");
        let change =
            plan.changes.iter().map(|planned| &planned.change).find(
                |change| matches!(&change.action, Action::Update { id, .. } if *id == was.id),
            );
        let Some(change) = change else {
            assert_eq!(is, was, "no change is about it");
            continue;
        };
        let (old, new) = (
            document::settings(catalogue(), &was.document),
            document::settings(catalogue(), &is.document),
        );
        for bundle in catalogue().bundles() {
            let touched = |it: &permctl::model::Transition| it.bundle == bundle.path;
            // A scope inside something that is no object is gone when its neighbour is decided.
            let odd = old.get(bundle.lead()) == was.document.get(FORECAST).map(opaque).as_ref();
            if !odd && !change.transitions.iter().any(touched) {
                assert_eq!(
                    catalogue().effective(bundle, &new),
                    catalogue().effective(bundle, &old),
                    "{}",
                    bundle.path
                );
            }
        }
        assert_eq!(
            document::unknown_members(catalogue(), &is.document),
            document::unknown_members(catalogue(), &was.document)
        );
    }
    let created = plan.changes.iter().filter(|it| it.change.action == Action::Create);
    assert_eq!(after.profiles.len(), before.profiles.len() + created.count());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_planned_and_done_leaves_nothing_to_plan_and_moves_nothing_else(
        live in state::live(),
        described in state::described(),
    ) {
        let desired = state::loaded(state::texts(&live, &described).into_iter().enumerate());
        let plan = state::planned(&desired, &live, &nobody());
        prop_assert!(!plan.findings.iter().any(Finding::is_error), "{:#?}", plan.findings);
        for put in [state::replace as state::Put, state::merge as state::Put] {
            let after = state::applied(&live, &plan, put);
            let second = state::planned(&desired, &after, &nobody());
            prop_assert!(second.changes.is_empty(), "{:#?}", second.changes);
            prop_assert_eq!(second.unchanged, desired.workspaces[0].profiles.len());
            assert_untouched(&live, &after, &plan);
        }
    }

    #[test]
    fn no_transition_is_empty_and_each_ends_at_what_it_says(
        live in state::live(),
        described in state::described(),
    ) {
        let desired = state::loaded(state::texts(&live, &described).into_iter().enumerate());
        let plan = state::planned(&desired, &live, &nobody());
        let after = state::applied(&live, &plan, state::replace);
        for planned in &plan.changes {
            let profile = after.profiles.iter().find(|profile| match planned.change.updates() {
                None => profile.name == planned.change.name,
                Some((id, _)) => profile.id == *id,
            });
            let settings = document::settings(catalogue(), &profile.expect("it was written").document);
            prop_assert!(!planned.change.transitions.is_empty());
            for transition in &planned.change.transitions {
                prop_assert_ne!(&transition.before, &transition.after);
                let bundle = catalogue().bundle_over(&transition.bundle, &[]).expect("a bundle");
                prop_assert_eq!(&catalogue().effective(&bundle, &settings), &transition.after);
            }
        }
    }

    #[test]
    fn the_order_of_what_is_read_does_not_show(
        live in state::live(),
        described in state::described(),
        seed in any::<u64>(),
    ) {
        let mut texts: Vec<_> = state::texts(&live, &described).into_iter().enumerate().collect();
        // Names that are found, found twice, near, and not found at all.
        for (at, name) in ["Ada@acme.example", "twice@acme.example", "ada@acme.exampel", "gone@x"]
            .into_iter()
            .enumerate()
        {
            texts.push((90 + at, format!(
                "profile: Team {at}\nnew: true\nsettings: {{callsAccess: {{permissionLevel: own, teamLeadIds: [\"{name}\"]}}}}\n"
            )));
        }
        let entries: Vec<Entry> = ["ada", "bob", "twice", "twice", "adb", "eda"]
            .into_iter()
            .enumerate()
            .map(|(at, name)| Entry {
                id: format!("1{at}"),
                name: format!("{name}@acme.example"),
                aliases: Vec::new(),
                active: at > 0,
            })
            .collect();
        let output = |live: &LiveWorkspace, texts: Vec<(usize, String)>, entries: Vec<Entry>| {
            let directory = Directory { kind: USER, entries };
            let names = Names::new([Index::new(directory)] as [Arc<Index>; 1]);
            let plan = state::whole(state::planned(&state::loaded(texts), live, &names));
            (permctl::plan::file::write(&plan), report::text::plan::text(&plan, report::View::default()))
        };
        let first = output(&live, texts.clone(), entries.clone());
        let mut shuffled = WorkspaceSnapshot::new("acme", live, &[]);
        shuffle(&mut shuffled.profiles, seed);
        let (mut texts, mut entries) = (texts, entries);
        shuffle(&mut texts, seed.rotate_left(21));
        shuffle(&mut entries, seed.rotate_left(42));
        prop_assert_eq!(output(&shuffled.live(), texts, entries), first);
    }
}

/// Puts things in an order that a number decides.
fn shuffle<T>(things: &mut [T], mut seed: u64) {
    for at in (1..things.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        things.swap(at, usize::try_from(seed >> 33).expect("31 bits fit") % (at + 1));
    }
}
