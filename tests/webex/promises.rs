//! Promises that hold for every vendor, shown where Webex makes them hard to keep.

use std::collections::{BTreeMap, BTreeSet};

use permctl_sandbox::webex::ORGANIZATION;
use serde_json::{Value as Json, json};

use super::{ANALYST, asked, live, world};
use crate::harness::World;

/// Adopts the fresh tenant: both profiles of the customer's own are written to files.
fn adopted() -> World {
    let world = world(&[]);
    world.edit(ORGANIZATION, "Flow Designer", "active", json!(false));
    let _ = world.run(&["import"]).exits(0);
    world
}

#[test]
fn promise_1_no_route_deletes_and_none_takes_several_at_once() {
    for source in [
        include_str!("../../src/provider/webex/mod.rs"),
        include_str!("../../src/provider/webex/calls.rs"),
    ] {
        let code = source.lines().filter(|line| !line.trim_start().starts_with("//"));
        let code: String = code.collect();
        assert!(!code.contains("DELETE") && !code.contains("PATCH") && !code.contains("bulk"));
    }
}

#[test]
fn promise_2_no_command_but_apply_writes() {
    let world = adopted();
    world.write("profiles/center/analyst.yaml", ANALYST);
    world.sandbox().set_options(|options| options.refuse_writes = true);
    for (arguments, code) in [
        (&["plan", "--holders", "all"][..], 0),
        (&["plan", "--out", "plan.json"], 0),
        (&["drift"], 2),
        (&["snapshot", "--out", "live.json"], 0),
        (&["import"], 0),
        (&["validate"], 0),
    ] {
        let _ = world.run(arguments).exits(code);
    }
    assert_eq!(world.writes(), []);
    let _ = world.run(&["apply", "--auto-approve"]).exits(4);
}

#[test]
fn promise_8_what_was_imported_is_unchanged_and_any_grant_by_hand_is_drift() {
    let world = adopted();
    let plan = world.run(&["plan", "--detailed-exitcode"]).exits(0);
    assert!(plan.stdout.contains("Nothing to do, 2 unchanged"), "{}", plan.stdout);
    let file = world.read("profiles/center/emea-supervisor.yaml");
    for line in
        ["resourceCollections:\n  - EMEA", "queue: VIEW", "profileType: SUPERVISOR", "active: true"]
    {
        let plain = |text: &str| text.split_whitespace().collect::<String>();
        assert!(plain(&file).contains(&plain(line)), "no {line} in\n{file}");
    }
    // What a new profile has to state is there even where it is narrow.
    assert!(world.read("profiles/center/flow-designer.yaml").contains("active: false"));
    let before = live(&world, "EMEA Supervisor");
    for (setting, value) in [
        ("permissions.queue", json!("EDIT")),
        ("permissions.api-key", json!("VIEW")),
        ("permissions.brand-new", json!("ENABLED")),
        ("permissionAccessLevel", json!("ALL")),
        ("resourceAccessLevel", json!("ALL")),
        ("resourceCollections", json!(["EMEA", "AMER"])),
        ("editableFolderIds", json!([9])),
        ("active", json!(false)),
    ] {
        world.edit(ORGANIZATION, "EMEA Supervisor", setting, value);
        let drift = world.run(&["drift"]).exits(2);
        assert!(drift.stdout.contains("changed EMEA Supervisor"), "{setting}: {}", drift.stdout);
        let old = match setting.split_once('.') {
            None => before[setting].clone(),
            Some((_, name)) => super::access(&before, name),
        };
        world.edit(ORGANIZATION, "EMEA Supervisor", setting, old);
        let _ = world.run(&["drift"]).exits(0);
    }
    // What no file can decide is no drift.
    for (setting, value) in
        [("version", json!(99)), ("lastUpdatedTime", json!(1)), ("permissions.flow", json!("VIEW"))]
    {
        world.edit(ORGANIZATION, "EMEA Supervisor", setting, value);
    }
    let _ = world.run(&["drift"]).exits(0);
}

#[test]
fn promise_9_a_snapshot_gives_the_same_plan_without_a_call() {
    let world = world(&[]);
    world.write("profiles/center/analyst.yaml", ANALYST);
    let first = world.run(&["plan"]).exits(0);
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    world.sandbox().clear_exchanges();
    let second = world.run(&["plan", "--live", "live.json"]).exits(0);
    assert_eq!(world.sandbox().exchanges(), []);
    let changes = |said: &str| -> Vec<String> {
        said.lines().filter(|line| !line.contains("API call")).map(str::to_owned).collect()
    };
    let (age, rest) = second.stdout.split_once("\n\n").expect("it says how old the snapshot is");
    assert!(age.starts_with("Compared with a snapshot of "), "{age}");
    assert_eq!(changes(&first.stdout), changes(rest));
}

#[test]
fn promise_7_an_update_takes_one_read_before_it_and_one_after_it() {
    let world = world(&[]);
    world.write(
        "profiles/center/a.yaml",
        "profile: Flow Designer\nsettings: {viewableFolderIds: [\"5\"]}\n",
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.sandbox().clear_exchanges();
    let _ = world.run(&["apply", "plan.json", "--auto-approve"]).exits(0);
    let asked = asked(&world);
    let at = asked.iter().position(|it| it.starts_with("PUT")).expect("one write");
    assert_eq!(asked[at + 1..], ["GET v3/user-profile/ID"], "{asked:?}");
    let body = |at: usize| -> Json { world.sandbox().exchanges()[at].reply.body.clone() };
    assert_eq!(body(at + 1)["viewableFolderIds"], json!([5]));
}

/// Lists the permissions on the given sides of the first change, with their access.
fn permissions<'p>(plan: &'p Json, sides: &[&str]) -> BTreeMap<&'p str, &'p Json> {
    let change = &plan["workspaces"][0]["changes"][0];
    let transitions = change["transitions"].as_array().expect("a list").iter();
    let sides = transitions.flat_map(|it| sides.iter().map(move |side| &it[side]));
    let settings = sides.flat_map(|side| side.as_object().expect("an object"));
    settings.filter_map(|(path, it)| Some((path.strip_prefix("permissions.")?, it))).collect()
}

#[test]
fn a_plan_of_a_new_profile_states_each_permission_that_its_request_states() {
    let world = world(&[]);
    world.write("profiles/center/analyst.yaml", ANALYST);
    let ran = world.run(&["plan", "--format", "json"]).exits(0);
    let plan: Json = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let body = &plan["workspaces"][0]["changes"][0]["preview"][0]["body"];
    let entries = body["permissions"].as_array().expect("a list").iter();
    let sent: BTreeMap<&str, &Json> =
        entries.map(|it| (it["name"].as_str().expect("a name"), &it["access"])).collect();
    assert_eq!(permissions(&plan, &["after"]), sent);
    assert!(sent.len() > 40, "{sent:?}");
    let shown = world.run(&["plan"]).exits(0).stdout;
    assert!(!shown.contains("NONE"), "a reader is shown what is granted: {shown}");
}

#[test]
fn a_plan_of_an_update_says_nothing_of_permissions_that_the_profile_neither_has_nor_gets() {
    let world = world(&[]);
    world.write(
        "profiles/center/a.yaml",
        "profile: Flow Designer\nsettings: {permissionAccessLevel: SPECIFIC, permissions: {flow: VIEW}}\n",
    );
    let ran = world.run(&["plan", "--format", "json"]).exits(0);
    let plan: Json = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let named = permissions(&plan, &["before", "after"]);
    assert!(named.contains_key("flow"), "{named:?}");
    let profile = live(&world, "Flow Designer");
    let has = profile["permissions"].as_array().expect("a list").iter();
    let has: BTreeSet<&str> = has.filter_map(|it| it["name"].as_str()).collect();
    let others: Vec<_> = named.keys().filter(|it| **it != "flow" && !has.contains(*it)).collect();
    assert_eq!(others, Vec::<&&str>::new());
}

#[test]
fn promise_13_who_begins_to_administer_comes_before_who_ends() {
    let world = world(&[]);
    for (name, active) in [("EMEA Supervisor", false), ("Flow Designer", true)] {
        world.edit(ORGANIZATION, name, "profileType", json!("ADMINISTRATOR"));
        world.edit(ORGANIZATION, name, "permissionAccessLevel", json!("ALL"));
        world.edit(ORGANIZATION, name, "active", json!(active));
    }
    world.write(
        "profiles/center/admins.yaml",
        "profile: Flow Designer\nsettings: {active: false}\n---\nprofile: EMEA Supervisor\nsettings: {active: true}\n",
    );
    let ran = world.run(&["plan", "--format", "json"]);
    let plan: Json = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let changes = plan["workspaces"][0]["changes"].as_array().expect("a list");
    let names: Vec<&str> = changes.iter().filter_map(|it| it["profile"].as_str()).collect();
    assert_eq!(names, ["EMEA Supervisor", "Flow Designer"]);
}
