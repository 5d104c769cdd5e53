//! Memberships under what is open about Pulse: done with an empty second plan, a finding before
//! anything is sent, or exit 7 naming the user and the role.

use serde_json::json;

use super::{agents, is_settled, no_damage, roles, says, world, writes};

#[test]
fn promise_8_most_readings_make_no_difference_to_memberships() {
    for reading in [
        &[][..],
        &[("role-users", "objects")],
        &[("users-answer", "with-flat-list")],
        &[("other-accounts", "listed")],
        &[("role-case", "any-case")],
        &[("token-life", "two-requests")],
        &[("permissions-answer", "names")],
        &[("role-permissions", "merge")],
        &[("empty-permissions", "refused")],
    ] {
        let world = world(reading);
        agents(&world, &["ada.lovelace", "edsger.dijkstra"]);
        let ran = world.run(&["apply", "--auto-approve"]).exits(0);
        says(&ran, "profiles of 2 users changed");
        assert_eq!(roles(&world, "alan.turing"), json!([]), "{reading:?}");
        assert_eq!(roles(&world, "ada.lovelace"), json!(["admin", "agent"]), "{reading:?}");
        is_settled(&world);
        no_damage(&world);
    }
}

#[test]
fn promise_8_a_server_that_only_adds_roles_is_found_out() {
    let world = world(&[("user-roles", "merge")]);
    agents(&world, &["ada.lovelace"]);
    let ran = world.run(&["apply", "--auto-approve"]).exits(7);
    says(
        &ran,
        "not persisted user edsger.dijkstra@acme.example: accepted by the vendor, but these values did not change\n      still has agent\n",
    );
    says(&ran, "updated user ada.lovelace@acme.example: got agent");
}

#[test]
fn promise_8_an_empty_list_of_roles_that_does_not_clear_is_found_out() {
    for (reading, code, words) in [
        ("clears", 0, "updated user alan.turing@acme.example: lost agent"),
        ("ignored", 7, "still has agent"),
        ("refused", 4, "failed user alan.turing@acme.example"),
    ] {
        let world = world(&[("empty-user-roles", reading)]);
        agents(&world, &["edsger.dijkstra"]);
        let ran = world.run(&["apply", "--auto-approve"]).exits(code);
        says(&ran, words);
        if code == 0 {
            is_settled(&world);
        }
    }
}

#[test]
fn promise_8_an_ignored_membership_is_found_out() {
    let world = world(&[("ignored-setting", "users")]);
    agents(&world, &["alan.turing", "edsger.dijkstra", "ada.lovelace"]);
    let ran = world.run(&["apply", "--auto-approve"]).exits(7);
    says(&ran, "not persisted user ada.lovelace@acme.example");
    says(&ran, "does not have agent");
}

#[test]
fn users_that_are_no_addresses_are_a_finding_and_roles_without_holders_go_on() {
    let world = world(&[("role-users", "opaque")]);
    agents(&world, &["alan.turing"]);
    world.write(
        "profiles/acme/user.yaml",
        "profile: user\nsettings:\n  permissions: {readCRM: true}\n",
    );
    let plan = world.run(&["plan"]).exits(3);
    says(&plan, "who has which profile can't be understood: the users of \"");
    says(&plan, "~ update user");
    let _ = world.run(&["apply", "--auto-approve"]).exits(7);
    assert_eq!(writes(&world), ["PATCH /roles/user"]);
}

#[test]
fn a_vendor_that_lists_no_roles_of_a_user_gets_no_request_about_one() {
    let world = world(&[("users-answer", "plain")]);
    agents(&world, &["alan.turing"]);
    let plan = world.run(&["apply", "--auto-approve"]).exits(3);
    says(
        &plan,
        "edsger.dijkstra@acme.example can't lose \"agent\": the vendor does not list the roles",
    );
    assert_eq!(writes(&world), Vec::<String>::new());
    // A list that says what is live asks for nothing.
    agents(&world, &["alan.turing", "edsger.dijkstra"]);
    is_settled(&world);
}

#[test]
fn a_role_out_of_sight_is_never_taken_away() {
    let world = world(&[]);
    // Ada has a role that the list of roles does not show.
    let mut state = world.sandbox().state();
    super::set_roles(&mut state, "alan.turing", json!(["agent", "hidden"]));
    world.sandbox().with_vendor(|vendor| vendor.load(state)).expect("a state");
    agents(&world, &["edsger.dijkstra"]);
    let ran = world.run(&["apply", "--auto-approve"]).exits(3);
    says(&ran, "they have \"hidden\", which is not among the roles of the account");
    assert_eq!(roles(&world, "alan.turing"), json!(["agent", "hidden"]));
}
