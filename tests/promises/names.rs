//! The names of ids in reports: read where a plan shows ids, whether a file uses names or not.

use serde_json::json;

use super::{AMER, BY_ID, answer, refusal, says};
use crate::harness::World;

const USERS: &str = "/v2/users";

/// The first profile of a workspace whose calls are seen by team, with one lead, and a file that says none.
fn world() -> (World, String) {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    let state = world.sandbox().state();
    let user = &state["users"][0];
    let name = state["profiles"][AMER][0]["name"].as_str().expect("a text").to_owned();
    world.edit(AMER, &name, "callsAccess.permissionLevel", json!("managers-team"));
    world.edit(AMER, &name, "callsAccess.teamLeadIds", json!([user["id"]]));
    world.write(
        "profiles/amer/a.yaml",
        &format!("profile: {name:?}\nsettings: {{callsAccess: {{permissionLevel: own}}}}\n"),
    );
    (world, user["emailAddress"].as_str().expect("an address").to_owned())
}

#[test]
fn a_part_shows_the_names_that_the_whole_shows() {
    let (world, email) = world();
    for command in ["plan", "drift"] {
        for part in [&[command][..], &[command, "amer"]] {
            let ran = world.run(part);
            says(&ran, &email);
        }
    }
    let world = world;
    world.sandbox().clear_exchanges();
    // A user who wants few requests gets ids.
    let ran = world.run(&["plan", "--holders", "none"]).exits(0);
    assert!(!ran.stdout.contains(&email), "{}", ran.stdout);
    let asked = world.sandbox().exchanges();
    assert!(asked.iter().all(|it| it.request.path != USERS), "{asked:?}");
}

#[test]
fn names_that_can_not_be_had_leave_the_plan_as_it_is() {
    let (world, email) = world();
    answer(&world, "GET", USERS, refusal(403));
    let ran = world.run(&["plan"]).exits(0);
    assert!(!ran.stdout.contains(&email), "{}", ran.stdout);
    says(&ran, "callsAccess.teamLeadIds");
}
