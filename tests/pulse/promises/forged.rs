//! Promise 3 for made-up plans of roles, whose digest fits: at Pulse the name alone says which role
//! a request is for.

use permctl::model::{Action, SettingPath, Settings, Value};
use permctl::plan::Plan;
use serde_json::json;

use super::{permissions, says, world, writes};
use crate::harness::World;
use crate::promises::reviewed::{change_at, forge};

/// A reviewed plan that gives the holders of `agent` one permission more.
fn reviewed(guards: &str) -> World {
    let world = world(&[]);
    let config = world.read("permctl.yaml");
    world.write("permctl.yaml", &format!("{config}guards: {{{guards}}}\n"));
    world.write(
        "profiles/acme/agent.yaml",
        "profile: agent\nsettings: {permissions: {exportCRM: true}}\n",
    );
    let _ = world.run(&["plan", "--out", "plan.json"]);
    world.sandbox().clear_exchanges();
    world
}

/// Says of the change of `agent` that it makes the role.
fn as_create(plan: &mut Plan) {
    let change = change_at(plan, "agent");
    change.action = Action::Create;
    change.transitions.iter_mut().for_each(|transition| transition.before.clear());
    let mut name = change.transitions[0].clone();
    let role: SettingPath = "role".parse().expect("it is a path");
    name.after = Settings::from_iter([(role.clone(), Value::text("agent"))]);
    name.bundle = role;
    change.transitions.push(name);
}

/// Says that the plan makes the role, and expects that it is left as it is.
#[track_caller]
fn was_not_just_made(world: &World) {
    forge(world, as_create);
    let before = permissions(world, "agent");
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    says(&ran, "agent: changed since the plan, nothing sent");
    assert_eq!(permissions(world, "agent"), before);
}

#[test]
fn promise_3_an_update_made_up_as_a_create_counts_those_who_have_the_role() {
    let world = reviewed("maxBroadened: {holders: 1}");
    forge(&world, as_create);
    let ran = world.run(&["apply", "plan.json"]).exits(6);
    assert!(ran.stderr.contains("2 people would or may get more access; 1 may"), "{}", ran.stderr);
    assert_eq!(writes(&world), Vec::<String>::new());
}

#[test]
fn promise_3_a_role_that_has_more_than_a_creation_leaves_is_not_one_that_was_just_made() {
    let world = reviewed("");
    was_not_just_made(&world);
}

#[test]
fn promise_3_what_a_creation_would_take_away_was_not_just_made() {
    let world = reviewed("");
    world.write(
        "profiles/acme/agent.yaml",
        "profile: agent\nsettings: {permissions: {exportCRM: true, readSupport: false}}\n",
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    was_not_just_made(&world);
}

#[test]
fn promise_3_a_made_up_live_name_never_leads_to_another_role() {
    let world = reviewed("");
    let before = permissions(&world, "user");
    forge(&world, |plan| {
        let Action::Update { live_name, .. } = &mut change_at(plan, "agent").action else {
            unreachable!("it is live")
        };
        *live_name = "user".to_owned();
    });
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    says(&ran, "role: planned from \"user\", live it is \"agent\"");
    assert_ne!(before, json!(null));
    assert_eq!(permissions(&world, "user"), before);
}
