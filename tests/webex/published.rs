//! What Cisco publishes and a client could overlook: what restricts, what a body has to hold.

use serde_json::json;

use super::{ANALYST, access, live, world};
use crate::harness::World;

fn with(file: &str) -> World {
    let world = world(&[]);
    world.write("profiles/center/a.yaml", file);
    world
}

#[test]
fn a_restriction_is_lifted_only_where_a_file_lifts_it_and_never_as_a_narrowing() {
    let world = with(
        "profile: Flow Designer\nsettings:\n  permissionAccessLevel: SPECIFIC\n  \
         permissions: {restricted-monitor-only: ENABLED, flow: EDIT}\n",
    );
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    // A file that does not name it leaves it, also under `deny`.
    world.write(
        "profiles/center/a.yaml",
        "profile: Flow Designer\nunlisted: deny\nsettings: {resourceAccessLevel: ALL}\n",
    );
    let _ = world.run(&["apply", "--auto-approve", "--only", "narrows"]).exits(0);
    let now = live(&world, "Flow Designer");
    assert_eq!(access(&now, "restricted-monitor-only"), "ENABLED");
    assert_eq!(access(&now, "flow"), "NONE");
    // A file that takes it away broadens.
    world.write(
        "profiles/center/a.yaml",
        "profile: Flow Designer\nsettings:\n  permissionAccessLevel: SPECIFIC\n  permissions: {restricted-monitor-only: DISABLED}\n",
    );
    let before = world.writes().len();
    let ran = world.run(&["plan"]).exits(0);
    assert!(ran.stdout.contains("(broadens)"), "{}", ran.stdout);
    let ran = world.run(&["apply", "--auto-approve", "--only", "narrows"]).exits(0);
    assert!(ran.stdout.contains("Left out by `--only`: 1 change."), "{}", ran.stdout);
    assert_eq!(world.writes().len(), before, "{}", ran.stdout);
}

#[test]
fn drift_calls_a_lifted_restriction_broader() {
    let world = with(
        "profile: Flow Designer\nsettings:\n  permissionAccessLevel: SPECIFIC\n  permissions: {restricted-monitor-only: ENABLED, flow: EDIT}\n",
    );
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    world.edit(
        super::ORGANIZATION,
        "Flow Designer",
        "permissions.restricted-monitor-only",
        json!("DISABLED"),
    );
    let ran = world.run(&["drift"]).exits(2);
    assert!(ran.stdout.contains("broader live"), "{}", ran.stdout);
}

#[test]
fn a_new_collection_goes_with_its_name_however_the_file_names_it() {
    let named = with(ANALYST);
    let _ = named.run(&["apply", "--auto-approve"]).exits(0);
    let collections = live(&named, "Quality Analyst")["resourceCollections"].clone();
    let id = collections[0]["id"].as_str().expect("an id").to_owned();
    // By its id, in either case of its letters.
    for id in [id.clone(), id.to_uppercase()] {
        let world = with(&ANALYST.replace("[EMEA, AMER]", &format!("[\"{id}\"]")));
        let _ = world.run(&["apply", "--auto-approve"]).exits(0);
        let writes = world.writes();
        let body = writes[0].request.body.as_ref().expect("a body");
        assert!(body["resourceCollections"][0]["name"].is_string(), "{body}");
        let _ = world.run(&["plan", "--detailed-exitcode"]).exits(0);
    }
    let world = with(&ANALYST.replace("[EMEA, AMER]", "[00000000-0000-4000-8000-000000000000]"));
    let ran = world.run(&["plan"]).exits(3);
    assert!(ran.stdout.contains("name-not-found"), "{}", ran.stdout);
}

#[test]
fn what_is_sent_where_no_file_names_a_switch_is_of_the_switchs_own_levels() {
    let world = with(ANALYST);
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let writes = world.writes();
    let body = writes[0].request.body.as_ref().expect("a body");
    for (name, off) in
        [("call-monitoring", "DISABLED"), ("barge-in", "DISABLED"), ("queue", "NONE")]
    {
        assert_eq!(access(body, name), off, "{name}");
    }
}
