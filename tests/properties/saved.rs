//! Laws of a saved plan at its apply: nothing is done that the fresh plan lacks, and nothing is lost.

use permctl::desired::Desired;
use permctl::model::names::Names;
use permctl::model::{Action, Change, LiveWorkspace, ProfileId, difference, document};
use permctl::plan::confirm::Settled;
use permctl::plan::saved::{Rest, Reviewed, intersect};
use permctl::plan::{Context, WorkspacePlan};
use permctl::provider::gong::Gong;
use permctl::provider::gong::catalogue::catalogue;
use proptest::prelude::*;

use super::state::{self, Described};

/// Reads what a workspace and some descriptions make up as files.
fn loaded(live: &LiveWorkspace, described: &[Option<Described>]) -> Desired {
    state::loaded(state::texts(live, described).into_iter().enumerate())
}

fn planned(desired: &Desired, live: &LiveWorkspace) -> WorkspacePlan {
    state::planned(desired, live, &Names::default())
}

/// Keeps of a fresh plan what a saved one has as well.
fn reviewed(desired: &Desired, live: &LiveWorkspace, saved: &WorkspacePlan) -> Reviewed {
    let context = Context { desired: &desired.workspaces[0], live, provider: &Gong };
    intersect(context, planned(desired, live), saved)
}

fn is_of(change: &Change, profile: &ProfileId) -> bool {
    matches!(&change.action, Action::Update { id, .. } if id == profile)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_plan_since_which_nothing_moved_is_left_whole(
        live in state::live(),
        described in state::described(),
    ) {
        let desired = loaded(&live, &described);
        let plan = planned(&desired, &live);
        let reviewed = reviewed(&desired, &live, &plan);
        prop_assert_eq!(reviewed, Reviewed { plan, rest: Rest::default() });
    }

    #[test]
    fn what_is_left_of_a_plan_is_in_both_plans_and_the_rest_is_named(
        live in state::live(),
        moved in state::live(),
        described in state::described(),
        then in state::described(),
    ) {
        let saved = planned(&loaded(&live, &described), &live);
        let desired = loaded(&moved, &then);
        let fresh = planned(&desired, &moved);
        let Reviewed { plan, rest } = reviewed(&desired, &moved, &saved);
        prop_assert_eq!(plan.changes.len() + rest.changes.len(), saved.changes.len());
        for kept in plan.changes.iter().map(|it| &it.change) {
            let mut fresh = fresh.changes.iter().map(|it| &it.change);
            let fresh = fresh.find(|it| {
                it.name == kept.name && it.action == kept.action
            });
            let fresh = fresh.expect("what is kept is in the fresh plan");
            prop_assert!(!kept.transitions.is_empty());
            for transition in &kept.transitions {
                let is_done = moved.profiles.iter().any(|it| {
                    let bundle = catalogue().bundle_over(&transition.bundle, &[]).expect("it is planned");
                    let settings = document::settings(catalogue(), &it.document);
                    is_of(kept, &it.id)
                        && difference::is_at(catalogue(), &bundle, &transition.after, &settings)
                });
                prop_assert!(is_done || fresh.transitions.contains(transition));
                let saved = saved.changes.iter().map(|it| &it.change);
                let mut saved = saved.filter(|it| it.name == kept.name);
                let reviewed = saved.any(|it| it.transitions.iter().any(|own| {
                    let bundle = catalogue().bundle_over(&own.bundle, &[]).expect("it is planned");
                    own.bundle == transition.bundle
                        && difference::is_at(catalogue(), &bundle, &own.after, &transition.after)
                }));
                prop_assert!(reviewed, "{} of {}", transition.bundle, kept.name);
            }
        }
    }

    #[test]
    fn nothing_is_left_of_a_plan_that_was_applied(
        live in state::live(),
        described in state::described(),
    ) {
        let desired = loaded(&live, &described);
        let saved = planned(&desired, &live);
        let live = state::applied(&live, &saved, state::replace);
        let Reviewed { plan, rest } = reviewed(&desired, &live, &saved);
        prop_assert!(plan.changes.is_empty(), "{:#?}", plan.changes);
        prop_assert!(rest.changes.iter().all(|it| it.why == Settled::AlreadyApplied), "{rest:#?}");
    }
}
