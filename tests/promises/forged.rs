//! Promise 3 for made-up plans whose digest fits: what permctl would never write is not carried out.

use permctl::model::{Action, Change, ProfileId, SettingPath, Value};
use permctl::plan::Plan;
use serde_json::json;

use super::reviewed::{change_at, forge};
use super::{BY_ID, EMEA, live, says, three_changes};
use crate::harness::World;

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
fn promise_3_a_setting_hidden_in_the_change_of_another_is_refused() {
    let hidden: SettingPath = "manageGeneralBusinessSettings".parse().unwrap();
    for before in [true, false] {
        refuses(
            |plan| {
                let transition = &mut change_at(plan, "Deal Desk").transitions[0];
                transition.before.insert(hidden.clone(), Value::Flag(before));
                transition.after.insert(hidden.clone(), Value::Flag(true));
            },
            "changes `manageGeneralBusinessSettings` of emea/Deal Desk as a part of `forecast`",
        );
    }
}

#[test]
fn promise_3_a_creation_that_says_what_was_there_before_is_refused() {
    refuses(
        |plan| {
            let change = change_at(plan, "Quite Another");
            let at = names(change);
            let other = usize::from(at == 0);
            change.transitions[other].before = change.transitions[other].after.clone();
        },
        "it creates emea/Quite Another from a",
    );
}

#[test]
fn promise_3_a_creation_that_lacks_what_the_files_ask_for_is_dropped() {
    let world = three_changes();
    world.write("profiles/emea/new.yaml", "profile: Quite Another\nnew: true\n");
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    forge(&world, |plan| {
        let change = change_at(plan, "Quite Another");
        let name = names(change);
        change.transitions = vec![change.transitions[name].clone()];
    });
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    says(&ran, "dropped Quite Another: the files ask for `");
    assert_eq!(live_names(&world).iter().filter(|name| *name == "Quite Another").count(), 0);
}

#[test]
fn promise_3_profiles_that_a_made_up_plan_names_twice_make_no_share_small() {
    let world = three_changes();
    world.write("permctl.yaml", &format!("{BY_ID}guards: {{maxChanged: 30%}}\n"));
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(6);
    forge(&world, |plan| {
        for workspace in &mut plan.workspaces {
            let again = workspace.unmanaged.clone();
            (0..9).for_each(|_| workspace.unmanaged.extend(again.clone()));
        }
    });
    let ran = world.run(&["apply", "plan.json"]).exits(6);
    assert!(ran.stderr.contains("3 of 7 profiles would change"), "{}", ran.stderr);
}

fn live_names(world: &World) -> Vec<String> {
    let state = world.sandbox().state();
    let profiles = state["profiles"][EMEA].as_array().expect("a list").iter();
    profiles.filter_map(|document| document["name"].as_str().map(str::to_owned)).collect()
}

#[test]
fn promise_3_a_transition_that_is_none_is_refused() {
    refuses(
        |plan| {
            let transition = &mut change_at(plan, "Deal Desk").transitions[0];
            transition.before = transition.after.clone();
        },
        "its change of `forecast` of emea/Deal Desk changes nothing",
    );
    refuses(
        |plan| {
            let transition = &mut change_at(plan, "Deal Desk").transitions[0];
            transition.bundle = "forecasts".parse().unwrap();
        },
        "it changes `forecasts` of emea/Deal Desk, which is no setting",
    );
}

#[test]
fn promise_3_a_rename_from_what_is_not_said_to_be_live_is_refused() {
    for (from, to) in [("Business Admin", "Deal Desk"), ("Deal Desk", "Business Admin")] {
        refuses(
            |plan| {
                let change = change_at(plan, "Deal Desk");
                let mut name = change.transitions[0].clone();
                name.bundle = "name".parse().unwrap();
                name.before = [(name.bundle.clone(), Value::text(from))].into_iter().collect();
                name.after = [(name.bundle.clone(), Value::text(to))].into_iter().collect();
                change.transitions.push(name);
            },
            "it does not rename emea/Deal Desk from what it says is live",
        );
    }
}

#[test]
fn promise_3_a_workspace_of_the_vendor_that_stands_there_under_two_names_is_refused() {
    refuses(
        |plan| {
            let mut again = plan.workspaces[0].clone();
            again.workspace.push('2');
            plan.workspaces.push(again);
        },
        "it has the vendor's workspace of",
    );
}

#[test]
fn promise_3_a_made_up_live_name_takes_no_protection_away() {
    let world = three_changes();
    world.write("permctl.yaml", &format!("{BY_ID}guards: {{protected: [Business Admin]}}\n"));
    let state = world.sandbox().state();
    let profiles = state["profiles"][EMEA].as_array().unwrap();
    let admin = profiles.iter().find(|document| document["name"] == "Business Admin").unwrap();
    let id = admin["id"].as_str().unwrap();
    world.write(
        "profiles/emea/boss.yaml",
        &format!("profile: Boss\nid: \"{id}\"\nsettings: {{library: false}}\n"),
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(6);
    let name = "name".parse().unwrap();
    forge(&world, |plan| {
        let change = change_at(plan, "Boss");
        let Action::Update { live_name, .. } = &mut change.action else { unreachable!() };
        *live_name = "Boss".to_owned();
        change.transitions.retain(|transition| transition.bundle != name);
    });
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    says(&ran, "name: planned from \"Boss\", live it is \"Business Admin\"");
    assert_eq!(live(&world, EMEA, "Business Admin", "library"), json!(true));
}

#[test]
fn promise_3_a_plan_with_empty_ids_and_names_is_refused() {
    refuses(
        |plan| {
            let action = &mut change_at(plan, "Collaborator").action;
            let Action::Update { id, .. } = action else { unreachable!("it is live") };
            *id = ProfileId(String::new());
        },
        "without an id",
    );
    refuses(|plan| change_at(plan, "Deal Desk").name.clear(), "without a name");
    refuses(|plan| plan.workspaces[0].workspace.clear(), "a workspace without a name or tenant");
    refuses(|plan| plan.workspaces[0].tenant.clear(), "a workspace without a name or tenant");
    refuses(
        |plan| {
            plan.workspaces.iter_mut().for_each(|workspace| workspace.id.0.clear());
        },
        "without an id",
    );
}
