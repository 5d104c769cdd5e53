//! What guards say about `holders:`, and what a run that only narrows does of them.

use permctl_sandbox::{Fault, Received};
use serde_json::{Value as Json, json};

use super::{World, agents, give, permissions, roles, says, world, writes};

/// Describes who has the role that administers, as it is live otherwise.
fn admins(world: &World, names: &[&str]) {
    let holders: Vec<String> = names.iter().map(|name| format!("{name}@acme.example")).collect();
    world.write(
        "profiles/acme/admin.yaml",
        &format!("profile: admin\nholders: [{}]\n", holders.join(", ")),
    );
}

/// Starts a tenant where nobody but Ada administers, not even the vendor's people.
fn one_administrator() -> World {
    let world = world(&[]);
    give(&world, "system.operator", json!([]));
    world
}

fn guards(world: &World, guards: &str) {
    let config = world.read("permctl.yaml");
    world.write("permctl.yaml", &format!("{config}guards: {guards}\n"));
}

#[test]
fn promise_13_the_last_holder_of_administration_is_not_taken_it() {
    let world = one_administrator();
    admins(&world, &[]);
    let plan = world.run(&["plan", "--out", "plan.json"]).exits(6);
    says(&plan, "\"admin\" would lose administration, and no other administrator would be left");
    for command in [&["apply", "--auto-approve"][..], &["apply", "plan.json"]] {
        let _ = world.run(command).exits(6);
    }
    assert_eq!(writes(&world), Vec::<String>::new());
}

#[test]
fn promise_13_administration_can_be_handed_over_in_one_plan() {
    let world = one_administrator();
    admins(&world, &["grace.hopper"]);
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(roles(&world, "ada.lovelace"), json!([]));
}

#[test]
fn a_protected_role_keeps_its_holders() {
    let world = world(&[]);
    guards(&world, "{protected: [admin]}");
    admins(&world, &["ada.lovelace", "grace.hopper"]);
    let plan = world.run(&["plan"]).exits(6);
    says(&plan, "REFUSED by protected: acme: \"admin\" would change and is protected");
}

#[test]
fn who_is_given_a_role_counts_among_those_who_get_more_access() {
    let world = world(&[]);
    guards(&world, "{maxBroadened: {holders: 1}}");
    agents(&world, &["alan.turing", "edsger.dijkstra", "ada.lovelace"]);
    let _ = world.run(&["plan"]).exits(0);
    agents(&world, &["alan.turing", "edsger.dijkstra", "ada.lovelace", "grace.hopper"]);
    let plan = world.run(&["plan"]).exits(6);
    says(&plan, "2 people would or may get more access; 1 may");
}

#[test]
fn a_run_that_only_narrows_takes_roles_and_gives_none() {
    let world = world(&[]);
    agents(&world, &["alan.turing", "ada.lovelace"]);
    let ran = world.run(&["apply", "--auto-approve", "--only", "narrows"]).exits(0);
    says(&ran, "updated user edsger.dijkstra@acme.example: lost agent");
    says(&ran, "Left out by `--only`: 1 change.");
    assert_eq!(roles(&world, "ada.lovelace"), json!(["admin"]));
}

#[test]
fn a_role_that_is_given_or_taken_counts_as_one_that_changes() {
    let world = world(&[]);
    let config = world.read("permctl.yaml");
    let _ = world.run(&["import"]).exits(0);
    agents(&world, &["alan.turing", "edsger.dijkstra", "grace.hopper", "barbara.liskov"]);
    guards(&world, "{maxChanged: 10%}");
    says(&world.run(&["plan"]).exits(6), "1 of 5 profiles would change; the limit is 10 %");
    world.write("permctl.yaml", &format!("{config}guards: {{maxChanged: 20%}}\n"));
    let _ = world.run(&["plan"]).exits(0);
    let none = "guards: {maxChanged: 0}\n";
    world.write("permctl.yaml", &format!("{config}{none}"));
    says(&world.run(&["plan"]).exits(6), "1 profile would change; 0 may");
    let lifted =
        "exceptions:\n  - {rule: maxChanged, workspace: acme, reason: R, until: 2999-01-01}\n";
    world.write("permctl.yaml", &format!("{config}{none}{lifted}"));
    let _ = world.run(&["plan"]).exits(0);
}

#[test]
fn promise_13_who_administers_last_keeps_it_until_somebody_else_has_it() {
    for why in ["stale", "stopped"] {
        let world = one_administrator();
        admins(&world, &["grace.hopper"]);
        let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
        let mut apply = vec!["apply", "plan.json"];
        if why == "stale" {
            let more = json!(["readSupport", "readCRM", "writeApiKeys"]);
            world.edit(super::ACCOUNT, "admin", "permissions", more);
        } else {
            // Enough to write once and to read that back.
            apply.extend(["--max-requests", "8"]);
        }
        let ran = world.run(&apply);
        assert_ne!(ran.code, 0, "{}", ran.stdout);
        assert_eq!(roles(&world, "ada.lovelace"), json!(["admin"]), "{}", ran.stdout);
    }
    let world = one_administrator();
    admins(&world, &["grace.hopper"]);
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let ran = world.run(&["apply", "plan.json", "--only", "narrows"]).exits(6);
    assert!(ran.stderr.contains("lockOut"), "{}", ran.stderr);
    assert_eq!(roles(&world, "ada.lovelace"), json!(["admin"]));
}

#[test]
fn promise_13_who_administers_last_keeps_it_where_giving_it_is_accepted_and_not_kept() {
    let world = one_administrator();
    admins(&world, &["grace.hopper"]);
    world.sandbox().script(Box::new(|request: &Received| {
        match request.method == "PATCH" && request.path.contains("grace.hopper") {
            true => Fault::Pretend,
            false => Fault::None,
        }
    }));
    let ran = world.run(&["apply", "--auto-approve"]).exits(7);
    says(&ran, "held back user ada.lovelace@acme.example");
    says(&ran, "does not have admin");
    assert_eq!(roles(&world, "ada.lovelace"), json!(["admin"]), "{}", ran.stdout);
}

#[test]
fn promise_13_a_role_that_nobody_has_any_more_keeps_nobody_in() {
    let world = one_administrator();
    // She has the role that will administer and loses it; somebody else is to get it.
    give(&world, "grace.hopper", json!(["admin", "Manager Two"]));
    give(&world, "ada.lovelace", json!([]));
    let all = "readSupport, readCRM, writeApiKeys";
    world.write(
        "profiles/acme/managers.yaml",
        &format!(
            "profile: Manager Two\nsettings: {{permissions: [{all}]}}\nholders: [barbara.liskov@acme.example]\n"
        ),
    );
    world.write("profiles/acme/admin.yaml", "profile: admin\nunlisted: deny\n");
    world.sandbox().script(Box::new(|request: &Received| {
        match request.method == "PATCH" && request.path.contains("barbara") {
            true => Fault::Status(400),
            false => Fault::None,
        }
    }));
    let ran = world.run(&["apply", "--auto-approve"]).exits(7);
    says(&ran, "held back user grace.hopper@acme.example");
    // By the one role or by the other.
    let administers = |role: &str| permissions(&world, role).to_string().contains("writeApiKeys");
    let held = roles(&world, "grace.hopper");
    let held = held.as_array().expect("a list").iter().filter_map(Json::as_str);
    assert!(held.into_iter().any(administers), "{}", ran.stdout);
}

#[test]
fn promise_13_a_new_administrator_comes_before_the_old_one_goes() {
    let world = one_administrator();
    admins(&world, &["grace.hopper"]);
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let users = ["grace.hopper", "ada.lovelace"];
    assert_eq!(
        writes(&world),
        users.map(|user| format!("PATCH /users/{user}%40acme.example/roles"))
    );
}

#[test]
fn who_loses_another_role_is_no_administrator_who_goes() {
    let world = one_administrator();
    // Two administer by now, and one of them will not; others lose a role that does not administer.
    give(&world, "grace.hopper", json!(["admin"]));
    admins(&world, &["grace.hopper"]);
    agents(&world, &[]);
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(roles(&world, "grace.hopper"), json!(["admin"]));
    // Who administers goes last, after those who only lose something.
    let last = writes(&world).pop().expect("something was written");
    assert!(last.contains("ada.lovelace"), "{last}");
}

#[test]
fn a_role_that_changes_and_is_given_counts_once() {
    let world = world(&[]);
    guards(&world, "{maxChanged: 1}");
    agents(&world, &["alan.turing", "edsger.dijkstra", "grace.hopper"]);
    let file = world.read("profiles/acme/agent.yaml");
    world.write(
        "profiles/acme/agent.yaml",
        &file.replace("[readSupport]", "[readSupport, readReports]"),
    );
    let plan = world.run(&["plan"]).exits(0);
    says(&plan, "permissions.readReports");
    says(&plan, "gets agent");
}
