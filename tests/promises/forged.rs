//! Promise 3 for made-up plans whose digest fits: what permctl would never write is not carried out.

use permctl::plan::{Change, Existence, Plan};
use permctl::profile::{ProfileId, Value};

use super::reviewed::{change_at, forge};
use super::three_changes;

/// Makes up a plan with a create and an update, and expects that nothing is sent.
#[track_caller]
fn refuses(edit: impl FnOnce(&mut Plan), words: &str) {
    let world = three_changes();
    world.write("profiles/emea/new.yaml", "profile: Quite Another\nnew: true\n");
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.sandbox().clear_exchanges();
    forge(&world, edit);
    let ran = world.run(&["apply", "plan.json"]).exits(3);
    assert!(ran.stderr.contains(words), "no {words:?} in\n{}", ran.stderr);
    assert_eq!(world.sandbox().exchanges(), []);
}

fn names(change: &mut Change) -> usize {
    let name = "name".parse().expect("it is a path");
    let found = change.transitions.iter().position(|transition| transition.bundle == name);
    found.expect("a create has a name")
}

#[test]
fn promise_3_a_create_without_its_name_is_refused() {
    refuses(
        |plan| {
            let change = change_at(plan, "Quite Another");
            let at = names(change);
            change.transitions.remove(at);
        },
        "does not create emea/Quite Another under that name",
    );
}

#[test]
fn promise_3_a_create_under_another_name_is_refused() {
    for other in [Value::text("Deal Desk"), Value::Flag(true)] {
        refuses(
            |plan| {
                let change = change_at(plan, "Quite Another");
                let at = names(change);
                change.transitions[at].after.insert("name".parse().unwrap(), other);
            },
            "does not create emea/Quite Another under that name",
        );
    }
}

#[test]
fn promise_3_a_bundle_that_changes_twice_is_refused() {
    for profile in ["Collaborator", "Quite Another"] {
        refuses(
            |plan| {
                let transitions = &mut change_at(plan, profile).transitions;
                transitions.push(transitions[0].clone());
            },
            &format!("of emea/{profile} twice"),
        );
    }
}

#[test]
fn promise_3_a_plan_with_empty_ids_and_names_is_refused() {
    refuses(
        |plan| {
            let existence = &mut change_at(plan, "Collaborator").existence;
            let Existence::Update { id, .. } = existence else { unreachable!("it is live") };
            *id = ProfileId(String::new());
        },
        "without an id",
    );
    refuses(|plan| change_at(plan, "Deal Desk").profile.clear(), "without a name");
    refuses(
        |plan| {
            plan.workspaces.iter_mut().for_each(|workspace| workspace.id.0.clear());
        },
        "without an id",
    );
}
