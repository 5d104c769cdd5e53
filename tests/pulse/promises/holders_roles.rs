//! What a role grants when somebody gets it: what was reviewed, or nobody gets it.

use serde_json::json;

use super::{Json, World, give, is_settled, roles, says, world, writes};

/// Describes `agent` with these permissions and nothing else, for Barbara beside those who have it.
fn agent(world: &World, permissions: &str) {
    world.write(
        "profiles/acme/agent.yaml",
        &format!(
            "profile: agent\nunlisted: deny\nsettings:\n  permissions: {permissions}\nholders:\n  - alan.turing@acme.example\n  - edsger.dijkstra@acme.example\n  - barbara.liskov@acme.example\n"
        ),
    );
}

/// Changes the permissions of a role as somebody else would.
fn edit(world: &World, role: &str, permissions: Json) {
    let mut state = world.sandbox().state();
    let all = state["roles"].as_array_mut().expect("a list");
    let mut all = all.iter_mut().filter(|it| it["accountId"] == super::ACCOUNT);
    all.find(|it| it["role"] == role).expect("the role")["permissions"] = permissions;
    world.sandbox().with_vendor(|vendor| vendor.load(state)).expect("a state");
}

#[test]
fn promise_3_a_role_that_grants_more_than_was_reviewed_is_given_to_nobody() {
    let world = world(&[]);
    agent(&world, "[readSupport]");
    let plan = world.run(&["plan", "--out", "plan.json"]).exits(0);
    says(&plan, "+ gets agent");
    edit(&world, "agent", json!(["readSupport", "writeApiKeys"]));
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    says(&ran, "stale user barbara.liskov@acme.example: a profile changed since the plan, nothing");
    says(&ran, "permissions.writeApiKeys of agent: planned as not granted, live it is on");
    assert_eq!(writes(&world), Vec::<String>::new());
    assert_eq!(roles(&world, "barbara.liskov"), json!(["user"]));
}

#[test]
fn promise_3_a_role_that_grants_less_than_was_reviewed_is_given_to_nobody() {
    let world = world(&[]);
    agent(&world, "[readSupport]");
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    edit(&world, "agent", json!([]));
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    says(&ran, "permissions.readSupport of agent: planned as on, live it is not granted");
    assert_eq!(writes(&world), Vec::<String>::new());
}

#[test]
fn a_role_whose_own_reviewed_change_is_done_first_is_given() {
    let world = world(&[]);
    agent(&world, "[readSupport, readCRM]");
    let plan = world.run(&["plan", "--out", "plan.json"]).exits(0);
    says(&plan, "+ gets agent");
    let ran = world.run(&["apply", "plan.json"]).exits(0);
    says(&ran, "updated user barbara.liskov@acme.example: got agent");
    assert_eq!(
        writes(&world),
        ["PATCH /roles/agent", "PATCH /users/barbara.liskov%40acme.example/roles"]
    );
    is_settled(&world);
}

#[test]
fn a_role_that_moved_outside_its_own_reviewed_change_is_given_to_nobody() {
    let world = world(&[]);
    agent(&world, "[readSupport, readCRM]");
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    edit(&world, "agent", json!(["readSupport", "writeApiKeys"]));
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    says(&ran, "permissions.writeApiKeys of agent: planned as not granted, live it is on");
    assert_eq!(writes(&world), ["PATCH /roles/agent"]);
    assert_eq!(roles(&world, "barbara.liskov"), json!(["user"]));
}

#[test]
fn a_role_that_moved_is_still_taken_away_and_another_still_given() {
    let world = world(&[]);
    world.write(
        "profiles/acme/roles.yaml",
        "profile: agent\nholders:\n  - alan.turing@acme.example\n  - barbara.liskov@acme.example\n---\nprofile: Manager Two\nholders:\n  - grace.hopper@acme.example\n  - ada.lovelace@acme.example\n",
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    edit(&world, "agent", json!(["readSupport", "writeApiKeys"]));
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    says(&ran, "updated user edsger.dijkstra@acme.example: lost agent");
    says(&ran, "updated user ada.lovelace@acme.example: got Manager Two");
    says(&ran, "stale user barbara.liskov@acme.example");
    assert_eq!(roles(&world, "barbara.liskov"), json!(["user"]));
}

#[test]
fn promise_3_what_a_role_grants_is_in_the_plan_and_its_digest() {
    let world = world(&[]);
    agent(&world, "[readSupport]");
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let text = world.read("plan.json");
    let mut plan: Json = serde_json::from_str(&text).expect("it is JSON");
    let grants = &mut plan["workspaces"][0]["memberships"][0]["grants"];
    assert_eq!(*grants, json!({"agent": {"permissions.readSupport": true}}));
    grants["agent"] = json!({"permissions.readSupport": true, "permissions.writeApiKeys": true});
    world.write("plan.json", &plan.to_string());
    edit(&world, "agent", json!(["readSupport", "writeApiKeys"]));
    let ran = world.run(&["apply", "plan.json"]);
    assert!(ran.stderr.contains("do not fit its digest"), "{}", ran.stderr);
    assert_eq!(writes(&world), Vec::<String>::new());
}

#[test]
fn a_role_that_somebody_gave_already_is_not_sent_though_it_moved() {
    let world = world(&[]);
    agent(&world, "[readSupport]");
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    edit(&world, "agent", json!(["readSupport", "writeApiKeys"]));
    give(&world, "barbara.liskov", json!(["user", "agent"]));
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    assert_eq!(writes(&world), Vec::<String>::new());
}
