//! Holders with a last day, and permissions that a base gives as a list.

use serde_json::json;

use super::{give, roles, says, world};

#[test]
fn a_holder_loses_the_role_after_the_last_day_and_no_one_else_does() {
    let world = world(&[]);
    give(&world, "alan.turing", json!([]));
    let holders = "holders:\n  - barbara.liskov@acme.example\n  - {user: alan.turing@acme.example, until: 2027-03-31, reason: cover}\n";
    world.write("profiles/acme/agent.yaml", &format!("profile: agent\n{holders}"));
    let on =
        |day: &str, arguments: &[&str]| world.run_with(arguments, &[("PERMCTL_TEST_DAY", day)]);
    let _ = on("2027-03-31", &["apply", "--auto-approve"]).exits(0);
    assert_eq!(roles(&world, "alan.turing"), json!(["agent"]));
    let ran = on("2027-04-01", &["drift", "--fail-on", "holders,changed"]).exits(0);
    says(&ran, "~ user alan.turing@acme.example");
    says(
        &ran,
        "- still has the expired agent  # expired, profiles/acme/agent.yaml:4, until 2027-03-31: cover",
    );
    let ran = on("2027-04-01", &["why", "acme/agent", "holders"]).exits(0);
    says(
        &ran,
        "alan.turing@acme.example (live: has it)\n      expired: profiles/acme/agent.yaml:4, until 2027-03-31\n      reason: cover\n",
    );
    let ran = on("2027-04-01", &["drift"]).exits(2);
    says(&ran, "1 expired");
    let _ = on("2027-04-01", &["apply", "--only", "expired", "--auto-approve"]).exits(0);
    assert_eq!(roles(&world, "alan.turing"), json!([]));
    let _ = on("2027-04-01", &["drift", "--fail-on", "holders,expired"]).exits(0);
}

#[test]
fn a_plan_and_why_say_until_when_and_why_a_user_has_a_role() {
    let world = world(&[]);
    give(&world, "alan.turing", json!([]));
    let holders =
        "holders:\n  - {user: alan.turing@acme.example, until: 2027-03-31, reason: cover}\n";
    world.write("profiles/acme/agent.yaml", &format!("profile: agent\n{holders}"));
    let run = |arguments: &[&str]| world.run_with(arguments, &[("PERMCTL_TEST_DAY", "2027-03-01")]);
    says(
        &run(&["plan"]).exits(0),
        "+ gets agent  # profiles/acme/agent.yaml:3, until 2027-03-31: cover",
    );
    let ran = run(&["why", "acme/agent", "holders"]).exits(0);
    for words in [
        "  holders  1 holder\n      profiles/acme/agent.yaml:3\n",
        "    alan.turing@acme.example (live: does not have it)\n      profiles/acme/agent.yaml:3, until 2027-03-31\n      \
         reason: cover\n",
        "    edsger.dijkstra@acme.example (live: has it)\n      not in the list at profiles/acme/agent.yaml:3\n",
    ] {
        says(&ran, words);
    }
    assert!(!ran.stdout.contains("permissions"), "{}", ran.stdout);
    let _ = run(&["apply", "--auto-approve"]).exits(0);
    let ran = run(&["why", "acme/agent"]).exits(0);
    assert!(!ran.stdout.contains("have it)"), "{}", ran.stdout);
}

#[test]
fn an_expired_role_is_taken_from_a_user_who_got_another_one_by_hand() {
    let world = world(&[]);
    give(&world, "alan.turing", json!([]));
    let lists = "lists: {cover: [alan.turing@acme.example]}\n";
    world.write("permctl.yaml", &format!("{}{lists}", world.read("permctl.yaml")));
    let holders = "holders:\n  - barbara.liskov@acme.example\n  - {user: \"list:cover\", until: 2027-03-31, reason: cover}\n";
    world.write("profiles/acme/agent.yaml", &format!("profile: agent\n{holders}"));
    world.write("profiles/acme/two.yaml", "profile: Manager Two\nholders: []\n");
    let on =
        |day: &str, arguments: &[&str]| world.run_with(arguments, &[("PERMCTL_TEST_DAY", day)]);
    let _ = on("2027-03-31", &["apply", "--auto-approve"]).exits(0);
    assert_eq!(roles(&world, "alan.turing"), json!(["agent"]));
    give(&world, "alan.turing", json!(["agent", "Manager Two"]));
    let ran = on("2027-04-01", &["drift"]).exits(2);
    says(&ran, "1 user with other profiles, 1 expired");
    says(&ran, "- has, and should not have Manager Two");
    says(&ran, "- still has the expired agent");
    assert_eq!(ran.stdout.matches(" agent").count(), 1, "{}", ran.stdout);
    let _ = on("2027-04-01", &["apply", "--only", "expired", "--auto-approve"]).exits(0);
    assert_eq!(roles(&world, "alan.turing"), json!(["Manager Two"]));
}

#[test]
fn a_permission_beside_the_list_of_a_base_needs_a_reason() {
    let world = world(&[]);
    world.write(
        "profiles/bases/a.yaml",
        "base: few\nprovider: pulse\nsettings: {permissions: [readCRM]}\n",
    );
    let role = |entry: &str| {
        let text = format!(
            "profile: agent\nextends: few\nsettings:\n  permissions: {{readSupport: {entry}}}\n"
        );
        world.write("profiles/acme/agent.yaml", &text);
    };
    let listed = |entry: &str| {
        let text =
            format!("profile: agent\nextends: few\nsettings:\n  permissions: [readCRM, {entry}]\n");
        world.write("profiles/acme/agent.yaml", &text);
    };
    listed("readSupport");
    let _ = world.run(&["validate"]).exits(3);
    listed("{value: readSupport, reason: SEC-1}");
    let _ = world.run(&["validate"]).exits(0);
    role("true");
    says(
        &world.run(&["validate"]).exits(3),
        "`permissions.readSupport` is broader than a base states",
    );
    role("{value: true, reason: SEC-1}");
    let _ = world.run(&["validate"]).exits(0);
}
