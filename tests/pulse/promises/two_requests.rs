//! A role is made by one request and filled by another: a run can die between the two, and either
//! answer can get lost.

use permctl_sandbox::{Fault, Reply};
use serde_json::json;

use super::{World, is_settled, permissions, says, when, world, writes};

const NEW: &str =
    "profile: Brand new\nsettings:\n  permissions: {readMerchants: true, readCRM: true}\n";

fn new_role(readings: &[(&str, &str)]) -> World {
    let world = world(readings);
    world.write("profiles/acme/new.yaml", NEW);
    world
}

fn refuse(world: &World, status: u16) {
    let body = json!({"error": "No", "status": status});
    when(
        world,
        |request| request.method == "PATCH",
        move || Fault::Reply(Reply { status, headers: Vec::new(), body: body.clone() }),
    );
}

#[test]
fn promise_4_a_role_that_was_made_and_not_filled_is_finished_by_the_same_plan() {
    let world = new_role(&[]);
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    refuse(&world, 400);
    let first = world.run(&["apply", "plan.json"]).exits(7);
    says(&first, "it was made and is not filled; applying the same plan again finishes it");
    assert_eq!(permissions(&world, "Brand new"), json!([]));
    world.sandbox().script(Box::new(|_| Fault::None));
    world.sandbox().clear_exchanges();
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    assert_eq!(writes(&world), ["PATCH /roles/Brand%20new"]);
    is_settled(&world);
}

#[test]
fn promise_4_or_by_the_next_plan() {
    let world = new_role(&[]);
    refuse(&world, 403);
    let _ = world.run(&["apply", "--auto-approve"]).exits(7);
    world.sandbox().script(Box::new(|_| Fault::None));
    let plan = world.run(&["plan"]).exits(0);
    says(&plan, "~ update Brand new");
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    is_settled(&world);
}

#[test]
fn promise_5_a_lost_answer_to_either_request_is_settled_by_reading() {
    for method in ["POST", "PATCH"] {
        let world = new_role(&[]);
        when(
            &world,
            move |request| request.method == method && request.path.starts_with("/roles"),
            || Fault::LoseAnswer,
        );
        let ran = world.run(&["apply", "--auto-approve"]);
        let sent = writes(&world).iter().filter(|it| it.starts_with("POST")).count();
        assert_eq!(sent, 1, "the role was made twice");
        world.sandbox().script(Box::new(|_| Fault::None));
        if ran.code != 0 {
            assert_eq!(ran.code, 7, "{}", ran.stdout);
            let _ = world.run(&["apply", "--auto-approve"]).exits(0);
        }
        is_settled(&world);
    }
}

#[test]
fn a_role_that_somebody_makes_meanwhile_is_not_made_twice() {
    // An error of the server may mean that it did what was asked, so what is there then is taken.
    for (status, code, words) in [
        ("409", 4, "already exists"),
        ("400", 4, "already exists"),
        ("500", 0, "created Brand new"),
    ] {
        let world = new_role(&[("duplicate-role", status)]);
        let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
        // Somebody makes it between the last read and the request.
        world.sandbox().script(Box::new(|request| {
            if request.method != "POST" || request.path == "/auth/login" {
                return Fault::None;
            }
            Fault::Edit(Box::new(|vendor| {
                let mut state = vendor.save();
                let role = json!({"id": 900, "role": "Brand new", "accountId": super::ACCOUNT, "permissions": []});
                let roles = state["roles"].as_array_mut().expect("a list");
                if !roles.iter().any(|it| it["role"] == "Brand new") {
                    roles.push(role);
                }
                vendor.load(state).expect("a state");
            }))
        }));
        let ran = world.run(&["apply", "plan.json"]).exits(code);
        says(&ran, words);
        world.sandbox().script(Box::new(|_| Fault::None));
        let _ = world.run(&["apply", "plan.json"]).exits(0);
        let state = world.sandbox().state();
        let made = state["roles"].as_array().expect("a list").iter();
        assert_eq!(made.filter(|it| it["role"] == "Brand new").count(), 1);
        is_settled(&world);
    }
}
