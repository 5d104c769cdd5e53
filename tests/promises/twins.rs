//! Whether a new profile is asked about: it can't be deleted, so a twin is, and nothing else is.

use serde_json::json;

use super::{BY_ID, says};
use crate::harness::World;

/// A tenant whose `Collaborator` is on for calls, library and account, and a new profile beside it.
fn beside(settings: &str) -> World {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write("profiles/emea/zebra.yaml", &format!("profile: Zebra\nsettings: {{{settings}}}\n"));
    world
}

#[track_caller]
fn is_a_twin(world: &World) {
    let plan = world.run(&["plan"]).exits(3);
    says(&plan, "\"Zebra\" would be created beside \"Collaborator\"");
}

#[test]
fn a_new_profile_is_a_twin_when_more_is_the_same_than_differs_and_little_differs() {
    is_a_twin(&beside("library: true, account: true"));
    // As much differs as is the same: the calls are off, the deals are on.
    let _ = beside("library: true, account: true, deals: true").run(&["plan"]).exits(0);
    // One setting is the same, two differ.
    let _ = beside("library: true").run(&["plan"]).exits(0);
    // All is the same but three that only one of them has.
    let all = "callsAndSearch: true, library: true, account: true";
    is_a_twin(&beside(&format!("{all}, deals: true, market: true")));
    let _ =
        beside(&format!("{all}, deals: true, market: true, usage: true")).run(&["plan"]).exits(0);
}

#[test]
fn a_level_and_its_leads_differ_as_one() {
    let world = beside("callsAndSearch: true, library: true, account: true");
    let lead = world.sandbox().state()["users"][0]["id"].clone();
    let scope = json!({"permissionLevel": "managers-team", "teamLeadIds": [lead]});
    world.edit("EMEA Sales", "Collaborator", "callsAccess", scope);
    world.edit("EMEA Sales", "Collaborator", "deals", json!(true));
    is_a_twin(&world);
}

#[test]
fn what_is_ignored_or_described_has_no_twin() {
    let world = beside("library: true, account: true");
    world.write(
        "profiles/emea/collaborator.yaml",
        "profile: Collaborator\nsettings: {library: true}\n",
    );
    let _ = world.run(&["plan"]).exits(0);
    world.remove("profiles/emea/collaborator.yaml");
    let ignore =
        "emea: {id: \"7273476131570014205\", ignore: [{profile: Collaborator, reason: theirs}]}";
    world.write("permctl.yaml", &BY_ID.replace("emea: {id: \"7273476131570014205\"}", ignore));
    let _ = world.run(&["plan"]).exits(0);
}
