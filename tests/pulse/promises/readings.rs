//! Promise 8 under what is open about roles: done with an empty second plan, or exit 7 with a plain
//! sentence; never silent.

use super::{is_settled, manager, no_damage, permissions, says, world};

/// Takes permissions away, gives one and makes a role.
#[track_caller]
fn outcome(readings: &[(&str, &str)]) -> (i32, String) {
    let world = world(readings);
    manager(&world, "[readSupport, exportCRM]");
    world.write(
        "profiles/acme/new.yaml",
        "profile: Brand new\nsettings:\n  permissions: [readMerchants]\n",
    );
    let ran = world.run(&["apply", "--auto-approve"]);
    if ran.code == 0 {
        is_settled(&world);
    }
    no_damage(&world);
    (ran.code, ran.stdout)
}

#[test]
fn promise_8_most_readings_of_pulse_make_no_difference() {
    for reading in [
        &[][..],
        &[("permissions-answer", "names")],
        &[("create-status", "201")],
        &[("role-users", "objects")],
        &[("role-users", "opaque")],
        &[("role-case", "any-case")],
        &[("other-accounts", "listed")],
        &[("patch-super-admin", "accepted")],
        &[("account-header", "optional")],
        &[("error-shape", "older")],
        &[("error-shape", "sister-site")],
        &[("token-life", "two-requests")],
        &[("expires-at", "milliseconds")],
        &[("expires-at", "absent")],
        &[("users-answer", "plain")],
        &[("duplicate-role", "500")],
        &[("empty-permissions", "refused")],
        &[("user-roles", "merge")],
    ] {
        let (code, said) = outcome(reading);
        assert_eq!(code, 0, "{reading:?}\n{said}");
    }
}

#[test]
fn promise_8_a_server_that_only_adds_permissions_is_found_out() {
    let (code, said) = outcome(&[("role-permissions", "merge")]);
    assert_eq!(code, 7, "{said}");
    assert!(said.contains("not persisted Manager Two"), "{said}");
    assert!(said.contains("permissions.writeCRM: sent off, live it is on"), "{said}");
    assert!(said.contains("created Brand new"), "{said}");
}

#[test]
fn promise_8_an_ignored_permission_is_found_out() {
    let (code, said) = outcome(&[("ignored-setting", "permissions.exportCRM")]);
    assert_eq!(code, 7, "{said}");
    assert!(said.contains("permissions.exportCRM: sent on, live it is off"), "{said}");
}

#[test]
fn promise_8_an_empty_list_that_does_not_clear_is_found_out() {
    for (reading, code, words) in [
        ("clears", 0, "updated Manager Two"),
        ("ignored", 7, "permissions.readCRM: sent off, live it is on"),
        ("refused", 4, "400: Invalid request body or invalid permissions"),
    ] {
        let world = world(&[("empty-permissions", reading)]);
        manager(&world, "[]");
        let ran = world.run(&["apply", "--auto-approve"]).exits(code);
        says(&ran, words);
        if code == 0 {
            is_settled(&world);
        } else {
            assert_eq!(permissions(&world, "Manager Two").as_array().map(Vec::len), Some(6));
        }
    }
}

#[test]
fn roles_of_other_accounts_are_listed_as_such_and_keep_no_name_here() {
    let world = world(&[("other-accounts", "listed")]);
    // Both accounts have an `agent`; only the other one has a `partner`.
    world.write(
        "profiles/acme/roles.yaml",
        "profile: agent\nsettings:\n  permissions: {readCRM: true}\n---\nprofile: partner\nsettings:\n  permissions: [readMerchants]\n",
    );
    let plan = world.run(&["plan"]).exits(0);
    says(
        &plan,
        "the vendor's own: \"SuperAdmin\", \"systemSupport\"\n  of another workspace: \"agent\", \"partner\"",
    );
    says(&plan, "1 to create (1 broadens), 1 to update (1 broadens)");
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let state = world.sandbox().state();
    let others: Vec<_> =
        state["roles"].as_array().expect("a list").iter().filter(|it| it["id"] == 380).collect();
    assert_eq!(others[0]["permissions"], serde_json::json!(["readSupport", "readCRM"]));
    is_settled(&world);
}

#[test]
fn promise_8_after_an_import_the_plan_is_empty_and_one_permission_by_hand_is_drift() {
    let world = world(&[]);
    let _ = world.run(&["import"]).exits(0);
    is_settled(&world);
    world.edit("Acme", "Underwriting / Risk", "permissions.exportCRM", true.into());
    let drift = world.run(&["drift"]).exits(2);
    says(&drift, "changed Underwriting / Risk");
    says(&drift, "permissions.exportCRM  on live, off in the files");
}

#[test]
fn a_stale_plan_sends_nothing_and_says_what_moved() {
    let world = world(&[]);
    manager(&world, "{exportCRM: true}");
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    // What it takes is there already, what it does not touch moves.
    world.edit("Acme", "Manager Two", "permissions.readCRM", false.into());
    let ran = world.run(&["apply", "plan.json"]).exits(0);
    says(&ran, "kept permissions.readCRM: off, changed by another person since the plan");
    manager(&world, "{exportCRM: false}");
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.edit("Acme", "Manager Two", "role", "Managers".into());
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    says(&ran, "Manager Two");
    assert_eq!(super::writes(&world).len(), 1);
}

#[test]
fn a_permission_outside_the_account_is_found_before_anything_is_sent() {
    let world = world(&[]);
    manager(&world, "[readSupport, exportReports]");
    let plan = world.run(&["apply", "--auto-approve"]).exits(3);
    says(&plan, "`permissions.exportReports` does not exist in workspace `acme`");
    assert_eq!(super::writes(&world), Vec::<String>::new());
}
