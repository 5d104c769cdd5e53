//! What is special about the second dialect of Gong: a count that moves by itself, an update with a
//! body of its own, paths with ids in them, and what its document leaves open.

use std::collections::BTreeSet;

use permctl_sandbox::Received;
use serde_json::{Value as Json, json};

use crate::harness::World;
use crate::promises::{answer, live, refusal, reply, says};

const EMEA: &str = "3517046198802156733";

fn world(readings: &[(&str, &str)]) -> World {
    World::of("gong-openapi", None, readings)
}

/// A rename, a create, a narrowing and an emptied text, under these readings.
fn four_changes(readings: &[(&str, &str)]) -> World {
    let world = world(readings);
    world.write(
        "profiles/emea/executive.yaml",
        "profile: Account Executive\nformerly: [Sales Representative]\nunlisted: deny\nsettings:\n  permissions: {viewOwnCalls: true}\n",
    );
    world.write("profiles/emea/manager.yaml", "profile: Sales Manager\ndescription: \"\"\n");
    world.write(
        "profiles/emea/new.yaml",
        "profile: Brand new\nsettings:\n  permissions: {createScorecards: true, manageUsers: true}\n",
    );
    world
}

#[test]
fn promise_8_most_readings_of_the_dialect_make_no_difference() {
    for reading in [
        &[][..],
        &[("texts", "trimmed")],
        &[("texts", "line-ends")],
        &[("texts", "folded")],
        &[("put", "replace")],
        &[("put-permissions", "replace")],
        &[("put", "replace"), ("put-permissions", "replace"), ("unset-permissions", "absent")],
        &[("duplicate-name", "accepted")],
        &[("name-case", "insensitive")],
        &[("unknown-permissions", "refused")],
        &[("unknown-permissions", "dropped")],
        &[("other-members", "refused")],
        &[("unset-permissions", "absent")],
        &[("null", "ignored")],
        &[("null", "clears")],
        &[("user-count", "absent")],
    ] {
        let world = four_changes(reading);
        let ran = world.run(&["apply", "--auto-approve"]);
        assert_eq!(ran.code, 0, "{reading:?}\n{}\n{}", ran.stdout, ran.stderr);
        let again = world.run(&["plan", "--detailed-exitcode"]).exits(0);
        says(&again, "Nothing to do, 3 unchanged");
        let kept = live(&world, EMEA, "Account Executive", "permissions.recordCallsOnMobile");
        assert_eq!(kept, json!(true), "{reading:?}: a switch that nobody knows");
    }
}

#[test]
fn every_reading_of_the_dialect_is_in_a_test() {
    let tests = include_str!("promises.rs");
    let world = world(&[]);
    world.sandbox().with_vendor(|vendor| {
        for reading in vendor.readings().table() {
            for value in reading.values.iter().skip(1) {
                let chosen = format!("(\"{}\", \"{value}\")", reading.name);
                assert!(tests.contains(&chosen), "no test chooses {chosen}");
            }
            assert!(tests.contains(&format!("(\"{}\", ", reading.name)), "{}", reading.name);
        }
    });
}

#[test]
fn promise_8_a_setting_that_the_dialect_does_not_take_is_named() {
    for (setting, profile) in [
        ("permissions.viewTeamCalls", "Account Executive"),
        ("permissions.manageUsers", "Brand new"),
        ("description", "Sales Manager"),
    ] {
        let world = four_changes(&[("ignored-setting", setting)]);
        let ran = world.run(&["apply", "--auto-approve"]).exits(7);
        says(&ran, &format!("not persisted {profile}"));
        says(&ran, setting);
    }
}

#[test]
fn promise_8_a_name_that_is_taken_in_another_case_is_the_vendors_refusal() {
    let world = world(&[("name-case", "insensitive")]);
    world.write(
        "profiles/emea/lower.yaml",
        "profile: sales manager\nnew: true\nsettings: {permissions: {viewOwnCalls: true}}\n",
    );
    let ran = world.run(&["apply", "--auto-approve"]).exits(4);
    says(&ran, "the name \"sales manager\" is taken in this workspace");
    assert_eq!(world.writes().len(), 1);
}

#[test]
fn promise_3_a_count_that_moved_is_no_change_of_the_profile() {
    let world = four_changes(&[]);
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    for profile in ["Sales Representative", "Sales Manager"] {
        world.edit("EMEA Revenue", profile, "holders", json!(["1", "2"]));
    }
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    assert_eq!(live(&world, EMEA, "Account Executive", "userCount"), json!(2));
    let _ = world.run(&["drift"]).exits(2);
    world.edit("EMEA Revenue", "Sales Manager", "holders", json!([]));
    let ran = world.run(&["drift", "--format", "json"]);
    assert!(!ran.stdout.contains("userCount"), "{}", ran.stdout);
}

#[test]
fn promise_6_an_unknown_workspace_is_not_an_empty_one() {
    let world = world(&[]);
    let config = crate::harness::config("gong-openapi");
    world.write("permctl.yaml", &config.replace(EMEA, "1"));
    world.write("profiles/emea/a.yaml", "profile: A\n");
    let ran = world.run(&["plan"]).exits(4);
    says(&ran, "GET /v2/workspaces/1/permission-profiles: 404: Workspace not found");
    let _ = world.run(&["apply", "--auto-approve"]).exits(4);
    assert_eq!(world.writes(), []);
}

#[test]
fn promise_6_an_answer_of_the_dialect_that_makes_no_sense_is_not_read() {
    let item = |id: &str| json!({"profileId": id, "name": "A"});
    for (body, words) in [
        (json!({"profiles": []}), "an answer without the list `permissionProfiles`"),
        (json!({"permissionProfiles": {}}), "an answer without the list `permissionProfiles`"),
        (json!({"permissionProfiles": [{"name": "A"}]}), "an item without a text `profileId`"),
        (json!({"permissionProfiles": [item("1"), item("1")]}), "profile 1 twice in one list"),
    ] {
        let world = four_changes(&[]);
        let path = "/workspaces/3517046198802156733/permission-profiles";
        answer(&world, "GET", path, reply(200, body));
        let ran = world.run(&["plan"]).exits(4);
        says(&ran, "NOT READ");
        says(&ran, words);
        let _ = world.run(&["apply", "--auto-approve"]).exits(4);
        assert_eq!(world.writes(), []);
    }
}

#[test]
fn promise_6_a_refusal_of_the_dialect_is_shown_with_the_vendors_words() {
    let world = four_changes(&[]);
    let path = "/workspaces/3517046198802156733/permission-profiles";
    answer(&world, "GET", path, refusal(403));
    let ran = world.run(&["plan"]).exits(4);
    says(&ran, "403: the vendor's words (request id vendor4711)");
}

#[test]
fn an_id_with_any_characters_stays_one_segment_of_its_path() {
    let odd = "a/../b?c#d%2F ü";
    let state = json!({
        "workspaces": {odd: "Odd"},
        "profiles": {odd: [{"profileId": "x/y?z", "name": "Coach", "workspaceId": odd}]},
    });
    let world = World::of("gong-openapi", Some(state), &[]);
    let config = crate::harness::config("gong-openapi");
    let config = config.lines().filter(|line| !line.contains("amer:"));
    let config = config.map(|line| line.replace(EMEA, odd) + "\n").collect::<String>();
    world.write("permctl.yaml", &config);
    world.write(
        "profiles/emea/coach.yaml",
        "profile: Coach\nsettings: {permissions: {viewOwnCalls: true}}\n",
    );
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let paths: BTreeSet<String> =
        world.sandbox().exchanges().into_iter().map(|it| it.request.path).collect();
    let expected = [
        "/permission-profiles/x%2Fy%3Fz",
        "/workspaces/a%2F..%2Fb%3Fc%23d%252F%20%C3%BC/permission-profiles",
    ];
    assert_eq!(paths, BTreeSet::from(expected.map(str::to_owned)));
    says(&world.run(&["plan"]).exits(0), "Nothing to do");
}

#[test]
fn the_base_path_is_a_part_of_the_endpoint() {
    let world = four_changes(&[]);
    let config = crate::harness::config("gong-openapi");
    for slash in ["", "/"] {
        world.write("permctl.yaml", &config.replace("ENDPOINT", &format!("ENDPOINT{slash}")));
        let _ = world.run(&["plan"]).exits(0);
    }
    let elsewhere = world.sandbox().endpoint().replace("/v2", "/v3");
    world.write("permctl.yaml", &config.replace("ENDPOINT", &elsewhere));
    let _ = world.run(&["plan"]).exits(4);
}

#[test]
fn an_update_sends_what_it_can_say_and_nothing_of_the_servers() {
    let world = four_changes(&[]);
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let bodies = world.writes().into_iter().map(|write| write.request);
    let updates: Vec<Received> = bodies.filter(|request| request.method == "PUT").collect();
    assert_eq!(updates.len(), 2);
    for update in updates {
        let body = update.body.expect("an update has a body");
        let members: Vec<&String> = body.as_object().expect("an object").keys().collect();
        assert_eq!(members, ["name", "description", "permissions"]);
    }
}

#[test]
fn promise_8_after_an_import_of_the_dialect_the_plan_is_empty_and_every_edit_is_drift() {
    let world = world(&[]);
    let _ = world.run(&["import"]).exits(0);
    let ran = world.run(&["plan", "--detailed-exitcode"]).exits(0);
    says(&ran, "Nothing to do");
    assert!(!ran.stdout.contains("unmanaged"), "{}", ran.stdout);
    says(&world.run(&["drift"]).exits(0), "No drift");
    let manager = "Sales Manager";
    let mut edits = vec![("description".to_owned(), json!("Somebody else's words"))];
    let switches = live(&world, EMEA, manager, "permissions");
    for (switch, value) in switches.as_object().expect("the switches are an object") {
        edits.push((format!("permissions.{switch}"), json!(*value != true)));
    }
    assert_eq!(edits.len(), 9);
    for (setting, value) in edits {
        let was: Json = live(&world, EMEA, manager, &setting);
        world.edit("EMEA Revenue", manager, &setting, value);
        let ran = world.run(&["drift"]).exits(2);
        says(&ran, &format!("changed {manager}"));
        says(&ran, &setting);
        world.edit("EMEA Revenue", manager, &setting, was);
    }
    let _ = world.run(&["drift"]).exits(0);
}

#[test]
fn promise_2_only_apply_writes_to_the_dialect() {
    let world = four_changes(&[]);
    world.sandbox().set_options(|options| options.refuse_writes = true);
    for command in [&["plan"][..], &["drift"], &["import"], &["snapshot", "--out", "live.json"]] {
        let _ = world.run(command);
    }
    assert_eq!(world.writes(), []);
    assert!(!world.sandbox().exchanges().is_empty());
}

#[test]
fn holders_are_counted_without_a_call_where_the_profile_says_how_many() {
    let lookups = |world: &World| {
        let exchanges = world.sandbox().exchanges();
        exchanges.iter().filter(|exchange| exchange.request.path.ends_with("/users")).count()
    };
    let given = four_changes(&[]);
    let ran = given.run(&["plan", "emea", "--holders", "all"]).exits(0);
    says(&ran, "held by 12 people");
    assert_eq!(lookups(&given), 0);
    let absent = four_changes(&[("user-count", "absent")]);
    let asked = absent.run(&["plan", "emea", "--holders", "all"]).exits(0);
    assert!(lookups(&absent) > 0);
    let people = |text: &str| {
        let lines = text.lines().filter(|line| line.contains("held by"));
        lines.map(|line| line.split(" people").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let first = |text: &str| people(text)[0].clone();
    assert_eq!(first(&asked.stdout), first(&ran.stdout), "both ways give the same number");
    let unasked = absent.run(&["plan", "emea"]).exits(0);
    assert!(!unasked.stdout.contains("held by"), "{}", unasked.stdout);
}

#[test]
fn promise_13_whoever_administers_last_is_counted_without_a_call() {
    let world = world(&[]);
    let off = "settings: {permissions: {manageUsers: false, manageSettings: false}}\n";
    world.write("profiles/emea/admin.yaml", &format!("profile: Business Admin\n{off}"));
    let ran = world.run(&["apply", "--auto-approve", "emea"]).exits(6);
    says(&ran, "REFUSED by lockOut: emea: \"Business Admin\" would lose administration");
    assert_eq!(world.writes(), []);
    // Somebody has this profile, and nobody has that one.
    let on = "settings: {permissions: {manageSettings: true}}\n";
    world.write("profiles/emea/new.yaml", &format!("profile: Deputies\n{on}"));
    let _ = world.run(&["apply", "--auto-approve", "emea"]).exits(6);
    world.write("profiles/emea/manager.yaml", &format!("profile: Sales Manager\n{on}"));
    let _ = world.run(&["apply", "--auto-approve", "emea"]).exits(0);
    let lookups = world.sandbox().exchanges();
    assert!(lookups.iter().all(|exchange| !exchange.request.path.ends_with("/users")));
}
