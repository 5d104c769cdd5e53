//! `holders:` of a role: three phases, one request a user, and no role taken away that nobody asked
//! to take away.

use permctl_sandbox::{Fault, Reply};
use serde_json::json;

use super::{
    agents, give, is_settled, manager, no_damage, roles, says, set_roles, when, world, writes,
};

#[test]
fn promise_2_a_plan_with_holders_writes_nothing_and_costs_one_call_more() {
    let world = world(&[]);
    world.sandbox().set_options(|options| options.refuse_writes = true);
    agents(&world, &["alan.turing", "barbara.liskov"]);
    let plan = world.run(&["plan"]).exits(0);
    says(&plan, "2 users to get or lose profiles");
    says(&plan, "acme-pulse: 4 API calls to plan, at most 12 more to apply");
    assert_eq!(writes(&world), Vec::<String>::new());
}

#[test]
fn what_people_have_through_another_role_is_no_gain() {
    let world = world(&[]);
    // Of the three people who have `Manager Two`, one has nothing else that exports.
    let exports =
        "profile: Manager Two\nsettings: {permissions: {exportCRM: true, readCRM: true}}\n";
    world.write("profiles/acme/manager-two.yaml", exports);
    let mut state = world.sandbox().state();
    let mut all = state["roles"].as_array_mut().expect("a list").iter_mut();
    let user = all.find(|it| it["role"] == "user" && it["accountId"] == super::ACCOUNT);
    user.expect("the role")["permissions"] = json!(["readSupport", "exportCRM"]);
    world.sandbox().with_vendor(|vendor| vendor.load(state)).expect("a state");
    give(&world, "alan.turing", json!(["Manager Two", "user"]));
    give(&world, "grace.hopper", json!(["Manager Two", "user"]));
    give(&world, "barbara.liskov", json!(["Manager Two"]));
    let ran = world.run(&["plan"]).exits(0);
    says(
        &ran,
        "1 person of 3 holders can now use exportCRM; 2 have it through another profile: acme/Manager Two",
    );
    assert!(ran.stdout.starts_with("More access for 1 person in 1 profile"), "{}", ran.stdout);
    let plan = world.run(&["plan", "--out", "plan.json", "--format", "json"]).exits(0);
    let shown = world.run(&["show", "plan.json", "--format", "json"]).exits(0);
    assert_eq!(plan.stdout, shown.stdout);
    give(&world, "barbara.liskov", json!(["Manager Two", "user"]));
    let ran = world.run(&["plan"]).exits(0);
    says(
        &ran,
        "its 3 holders can now use exportCRM, as before through another profile: acme/Manager Two",
    );
}

#[test]
fn a_role_that_a_person_took_by_hand_is_told_with_what_it_grants() {
    let world = world(&[]);
    manager(&world, "[readCRM, writeApiKeys]");
    let manager = world.read("profiles/acme/manager.yaml");
    world.write(
        "profiles/acme/manager.yaml",
        &format!("{manager}holders: [grace.hopper@acme.example]\n"),
    );
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    give(&world, "barbara.liskov", json!(["Manager Two"]));
    let ran = world.run(&["drift", "--fail-on", "critical"]).exits(2);
    says(
        &ran,
        "1 person has the profile and can make, change and delete API keys: acme/Manager Two",
    );
}

#[test]
fn a_user_of_two_lists_and_a_line_has_the_role_once() {
    let world = world(&[]);
    let config = world.read("permctl.yaml");
    let lists =
        "lists:\n  one: [barbara.liskov@acme.example]\n  two: [Barbara.Liskov@acme.example]\n";
    world.write("permctl.yaml", &format!("{config}{lists}"));
    let holders = ["list:one", "list:two", "barbara.liskov@acme.example"];
    let role = |holders: &[&str]| {
        let file = format!("profile: agent\nholders: [{}]\n", holders.join(", "));
        world.write("profiles/acme/agent.yaml", &file);
    };
    role(&holders);
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(roles(&world, "barbara.liskov"), json!(["agent", "user"]));
    assert_eq!(roles(&world, "alan.turing"), json!([]));
    role(&[&holders[..], &["BARBARA.liskov@acme.example"]].concat());
    let ran = world.run(&["plan"]).exits(3);
    assert!(ran.stderr.contains("`BARBARA.liskov@acme.example` is listed twice"), "{}", ran.stderr);
}

#[test]
fn promise_3_what_a_user_got_beside_the_plan_is_kept_and_named() {
    let world = world(&[]);
    agents(&world, &["alan.turing", "barbara.liskov"]);
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    give(&world, "barbara.liskov", json!(["admin", "user"]));
    give(&world, "edsger.dijkstra", json!(["agent"]));
    let ran = world.run(&["apply", "plan.json"]).exits(0);
    says(&ran, "updated user barbara.liskov@acme.example: got agent");
    says(&ran, "kept admin: given by another person since the plan");
    says(&ran, "kept user: taken away by another person since the plan");
    assert_eq!(roles(&world, "barbara.liskov"), json!(["admin", "agent", "user"]));
    assert_eq!(roles(&world, "edsger.dijkstra"), json!([]));
    is_settled(&world);
}

#[test]
fn promise_3_a_membership_that_somebody_made_already_is_not_sent() {
    let world = world(&[]);
    agents(&world, &["alan.turing", "barbara.liskov", "edsger.dijkstra"]);
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    give(&world, "barbara.liskov", json!(["user", "agent"]));
    let ran = world.run(&["apply", "plan.json"]).exits(0);
    says(&ran, "same user barbara.liskov@acme.example: already as planned, nothing sent");
    assert_eq!(writes(&world), Vec::<String>::new());
}

#[test]
fn promise_3_a_user_who_became_the_vendors_or_left_is_not_written() {
    let world = world(&[]);
    agents(&world, &["alan.turing", "barbara.liskov", "ada.lovelace", "edsger.dijkstra"]);
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    give(&world, "barbara.liskov", json!(["user", "SuperAdmin"]));
    let mut state = world.sandbox().state();
    let users = state["users"].as_array_mut().expect("a list");
    users.retain(|user| user["email"] != "ada.lovelace@acme.example");
    world.sandbox().with_vendor(|vendor| vendor.load(state)).expect("a state");
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    says(&ran, "dropped user barbara.liskov@acme.example: they have \"SuperAdmin\"");
    says(&ran, "dropped user ada.lovelace@acme.example: the vendor has no such user any more");
    assert_eq!(writes(&world), Vec::<String>::new());
    no_damage(&world);
}

#[test]
fn promise_3_files_that_no_longer_ask_for_a_membership_drop_it() {
    let world = world(&[]);
    agents(&world, &["barbara.liskov", "edsger.dijkstra"]);
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    agents(&world, &["alan.turing", "edsger.dijkstra"]);
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    says(
        &ran,
        "dropped user alan.turing@acme.example: the files no longer ask for this of \"agent\"",
    );
    says(&ran, "dropped user barbara.liskov@acme.example: the files no longer ask");
    assert_eq!(writes(&world), Vec::<String>::new());
}

#[test]
fn promise_3_a_forged_membership_does_not_fit_the_digest_or_the_files() {
    let world = world(&[]);
    agents(&world, &["alan.turing", "barbara.liskov"]);
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let shown = world.run(&["show", "plan.json"]).exits(0);
    says(&shown, "user barbara.liskov@acme.example\n      + gets agent");
    let forged = world.read("plan.json").replace("barbara.liskov", "ada.lovelace");
    world.write("plan.json", &forged);
    let ran = world.run(&["apply", "plan.json"]);
    assert_ne!(ran.code, 0);
    assert!(ran.stderr.contains("do not fit its digest"), "{}", ran.stderr);
    assert_eq!(writes(&world), Vec::<String>::new());
}

#[test]
fn promise_4_a_run_that_died_between_two_users_is_finished_by_the_same_plan() {
    let world = world(&[]);
    agents(&world, &["ada.lovelace", "alan.turing", "barbara.liskov", "edsger.dijkstra"]);
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    when(
        &world,
        |request| request.path.contains("barbara"),
        || {
            Fault::Reply(Reply {
                status: 400,
                headers: Vec::new(),
                body: json!({"error": "No", "status": 400}),
            })
        },
    );
    let first = world.run(&["apply", "plan.json"]).exits(7);
    says(&first, "failed user barbara.liskov@acme.example");
    world.sandbox().script(Box::new(|_| Fault::None));
    world.sandbox().clear_exchanges();
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    assert_eq!(writes(&world), ["PATCH /users/barbara.liskov%40acme.example/roles"]);
    is_settled(&world);
}

#[test]
fn promise_5_a_lost_answer_about_a_user_is_settled_by_reading_and_never_repeated() {
    let world = world(&[]);
    agents(&world, &["alan.turing", "barbara.liskov", "edsger.dijkstra"]);
    when(&world, |request| request.path.contains("barbara"), || Fault::LoseAnswer);
    let ran = world.run(&["apply", "--auto-approve"]).exits(0);
    says(&ran, "updated user barbara.liskov@acme.example: got agent");
    assert_eq!(writes(&world).len(), 1);
    is_settled(&world);
}

#[test]
fn promise_12_a_user_who_has_to_wait_is_sent_again_and_written_once() {
    let world = world(&[]);
    agents(&world, &["alan.turing", "barbara.liskov", "edsger.dijkstra"]);
    let mut refused = false;
    world.sandbox().script(Box::new(move |request| {
        if refused || !request.path.contains("barbara") {
            return Fault::None;
        }
        refused = true;
        let headers = vec![("retry-after".to_owned(), "0".to_owned())];
        Fault::Reply(Reply { status: 429, headers, body: json!({"error": "Slow down"}) })
    }));
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let statuses: Vec<u16> = world.writes().iter().map(|it| it.reply.status).collect();
    assert_eq!(statuses, [429, 200]);
    is_settled(&world);
}

#[test]
fn promise_6_users_that_could_not_be_read_keep_the_workspace_from_being_planned() {
    let world = world(&[]);
    agents(&world, &["alan.turing"]);
    when(
        &world,
        |request| request.path == "/users",
        || {
            Fault::Reply(Reply {
                status: 403,
                headers: Vec::new(),
                body: json!({"error": "No", "status": 403}),
            })
        },
    );
    let ran = world.run(&["apply", "--auto-approve"]).exits(4);
    says(&ran, "NOT READ");
    assert_eq!(writes(&world), Vec::<String>::new());
}

#[test]
fn nobody_is_given_a_role_whose_change_did_not_succeed() {
    let world = world(&[]);
    world.write(
        "profiles/acme/roles.yaml",
        "profile: user\nsettings:\n  permissions: []\nholders:\n  - ada.lovelace@acme.example\n  - grace.hopper@acme.example\n  - edsger.dijkstra@acme.example\n  - barbara.liskov@acme.example\n",
    );
    when(
        &world,
        |request| request.path == "/roles/user",
        || {
            Fault::Reply(Reply {
                status: 400,
                headers: Vec::new(),
                body: json!({"error": "No", "status": 400}),
            })
        },
    );
    let ran = world.run(&["apply", "--auto-approve"]).exits(4);
    says(&ran, "skipped user ada.lovelace@acme.example: the change of \"user\" was not done");
    assert_eq!(roles(&world, "ada.lovelace"), json!(["admin"]));
}

#[test]
fn a_selected_role_moves_its_own_holders_only() {
    let world = world(&[]);
    agents(&world, &["alan.turing"]);
    world.write(
        "profiles/acme/user.yaml",
        "profile: user\nsettings:\n  permissions: [readSupport]\nholders: []\n",
    );
    let _ = world.run(&["apply", "--auto-approve", "acme/agent"]).exits(0);
    // Edsger had both roles.
    assert_eq!(roles(&world, "edsger.dijkstra"), json!(["user"]));
    assert_eq!(roles(&world, "grace.hopper"), json!(["Manager Two", "user"]));
}

#[test]
fn drift_names_users_who_got_or_lost_a_role_by_hand() {
    let world = world(&[]);
    agents(&world, &["alan.turing", "edsger.dijkstra"]);
    let _ = world.run(&["drift", "--fail-on", "changed,missing,holders"]).exits(0);
    give(&world, "barbara.liskov", json!(["agent", "user"]));
    give(&world, "alan.turing", json!([]));
    let ran = world.run(&["drift", "--fail-on", "changed,missing,holders"]).exits(2);
    says(&ran, "user barbara.liskov@acme.example\n      - has, and should not have agent");
    says(&ran, "user alan.turing@acme.example\n      + should have, and lacks agent");
    says(&ran, "2 users with other profiles");
    let json = world.run(&["drift", "--format", "json"]).exits(2);
    let drift: serde_json::Value = serde_json::from_str(&json.stdout).expect("it is JSON");
    assert_eq!(drift["workspaces"][0]["holders"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_snapshot_has_who_has_what_and_plans_the_same() {
    let world = world(&[]);
    agents(&world, &["alan.turing", "barbara.liskov"]);
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    let live = world.run(&["plan"]).exits(0);
    let from = world.run(&["plan", "--live", "live.json"]).exits(0);
    let body = |text: &str| text.split("Plan:").next().unwrap_or_default().to_owned();
    let (_, from) = from.stdout.split_once("\n\n").expect("it says how old the snapshot is");
    assert_eq!(body(&live.stdout), body(from));
    let mut snapshot: serde_json::Value =
        serde_json::from_str(&world.read("live.json")).expect("it is JSON");
    let workspace = snapshot["workspaces"]["acme"].as_object_mut().expect("the workspace");
    workspace.remove("roster");
    world.write("live.json", &snapshot.to_string());
    let without = world.run(&["plan", "--live", "live.json"]).exits(3);
    says(&without, "who has which profile was not read");
}

#[test]
fn import_writes_the_holders_when_it_is_asked_to() {
    let world = world(&[]);
    let _ = world.run(&["import"]).exits(0);
    assert!(!world.read("profiles/acme/agent.yaml").contains("holders"));
    is_settled(&world);
    std::fs::remove_dir_all(world.folder().join("profiles")).expect("the folder is there");
    let _ = world.run(&["import", "--with-holders"]).exits(0);
    let text = world.read("profiles/acme/agent.yaml");
    assert!(text.contains("holders:\n"), "{text}");
    assert!(text.contains("- alan.turing@acme.example\n"), "{text}");
    is_settled(&world);
    give(&world, "ada.lovelace", json!(["admin", "agent"]));
    let _ = world.run(&["drift"]).exits(2);
}

#[test]
fn two_roles_of_one_user_are_one_request() {
    let world = world(&[]);
    agents(&world, &["alan.turing", "edsger.dijkstra", "grace.hopper"]);
    manager(&world, "[readSupport, writeSupport, readCRM, writeCRM, readReports, readCalendar]");
    let text = world.read("profiles/acme/manager.yaml");
    world.write("profiles/acme/manager.yaml", &format!("{text}holders: []\n"));
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(writes(&world), ["PATCH /users/grace.hopper%40acme.example/roles"]);
    assert_eq!(roles(&world, "grace.hopper"), json!(["agent", "user"]));
    is_settled(&world);
}

#[test]
fn promise_9_the_same_input_gives_the_same_plan_and_the_digest_covers_memberships() {
    let world = world(&[]);
    agents(&world, &["alan.turing", "barbara.liskov"]);
    let plan = |world: &crate::harness::World| {
        let text = world.run(&["plan", "--format", "json"]).exits(0).stdout;
        serde_json::from_str::<serde_json::Value>(&text).expect("it is JSON")
    };
    let first = plan(&world);
    assert_eq!(first, plan(&world));
    let schema = include_str!("../../../docs/plan.schema.json");
    let schema = serde_json::from_str(schema).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let errors: Vec<String> =
        validator.iter_errors(&first).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    agents(&world, &["alan.turing", "ada.lovelace"]);
    assert_ne!(first["digest"], plan(&world)["digest"]);
    let mut state = world.sandbox().state();
    set_roles(&mut state, "ada.lovelace", json!(["admin", "user"]));
    world.sandbox().with_vendor(|vendor| vendor.load(state)).expect("a state");
    agents(&world, &["alan.turing", "barbara.liskov"]);
    assert_eq!(first["digest"], plan(&world)["digest"]);
}

#[test]
fn permissions_that_no_role_gives_are_shown_where_the_vendor_lists_them() {
    for (reading, shown) in [("listed", true), ("absent", false)] {
        let mut state = super::world(&[]).sandbox().state();
        let users = state["users"].as_array_mut().expect("users");
        let email = users[0]["email"].as_str().expect("an address").to_owned();
        users[0]["permissions"] = serde_json::json!(["exportCRM"]);
        let held = users[0]["roles"].as_array().is_some_and(|roles| !roles.is_empty());
        assert!(held, "the first user has a role");
        let world =
            crate::harness::World::of("pulse", Some(state), &[("user-permissions", reading)]);
        let _ = world.run(&["import", "--with-holders"]).exits(0);
        for command in ["plan", "drift"] {
            let ran = world.run(&[command]).exits(0);
            let words = format!("{email} may do what none of their profiles gives: \"exportCRM\"");
            assert_eq!(ran.stdout.contains(&words), shown, "{}", ran.stdout);
            assert_eq!(ran.stdout.contains("direct-permissions"), shown, "{}", ran.stdout);
        }
    }
}

#[test]
fn a_user_who_is_left_out_because_a_role_is_gone_makes_the_run_stale_and_no_failure_of_the_vendor()
{
    let world = world(&[]);
    world.write(
        "profiles/acme/agent.yaml",
        "profile: agent\nsettings: {permissions: [readSupport, writeSupport]}\nholders: [alan.turing@acme.example, barbara.liskov@acme.example, edsger.dijkstra@acme.example]\n",
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let mut state = world.sandbox().state();
    state["roles"].as_array_mut().expect("a list").retain(|role| role["role"] != "agent");
    world.sandbox().with_vendor(|vendor| vendor.load(state)).expect("it is a state");
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    says(&ran, "stale agent");
    assert_eq!(writes(&world), Vec::<String>::new());
}
