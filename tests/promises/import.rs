//! Promise 8 with the real program: after an import the plan is empty, and any edit is drift.

use serde_json::{Value as Json, json};

use super::{EMEA, live, says};
use crate::harness::World;

#[test]
fn promise_8_after_an_import_the_plan_is_empty_and_every_edit_is_drift() {
    let world = World::fresh();
    let _ = world.run(&["import"]).exits(0);
    let ran = world.run(&["plan", "--detailed-exitcode"]).exits(0);
    says(&ran, "Nothing to do");
    assert!(!ran.stdout.contains("unmanaged"), "{}", ran.stdout);
    says(&world.run(&["drift"]).exits(0), "No drift");

    let users = world.sandbox().state()["users"].clone();
    let folders = world.sandbox().state()["folders"].clone();
    let (lead, folder) = (&users[7]["id"], &folders[1]["id"]);
    let manager = "Sales Manager";
    let representative = "Sales Representative";
    let mut edits: Vec<(&str, &str, Json)> = Vec::new();
    for switch in [
        "scoreCalls",
        "downloadCallMedia",
        "deleteCalls",
        "library",
        "teamStats",
        "forecastManage",
        "manageGeneralBusinessSettings",
        "orchestrateCreateAndManagePlays",
    ] {
        edits.push((manager, switch, json!(live(&world, EMEA, manager, switch) != true)));
    }
    for switch in ["managePublicFolder", "manageStreams", "manageFolderCalls"] {
        let setting = [
            "libraryFolderAccess.managePublicFolder",
            "libraryFolderAccess.manageStreams",
            "libraryFolderAccess.manageFolderCalls",
        ]
        .into_iter()
        .find(|setting| setting.ends_with(switch))
        .unwrap();
        edits.push((manager, setting, json!(live(&world, EMEA, manager, setting) != true)));
    }
    for level in [
        "callsAccess.permissionLevel",
        "dealsAccess.permissionLevel",
        "coachingAccess.permissionLevel",
        "insightsAccess.permissionLevel",
        "usageAccess.permissionLevel",
        "emailsAccess.permissionLevel",
        "forecastPermissions.forecastAccess.permissionLevel",
        "forecastPermissions.forecastEditTargets.permissionLevel",
    ] {
        edits.push((manager, level, json!("managers-team")));
    }
    edits.push((manager, "libraryFolderAccess.permissionLevel", json!("none")));
    for leads in [
        "callsAccess.teamLeadIds",
        "dealsAccess.teamLeadIds",
        "emailsAccess.teamLeadIds",
        "forecastPermissions.forecastEditSubmissions.teamLeadIds",
    ] {
        edits.push((representative, leads, json!([lead])));
    }
    edits.push((representative, "libraryFolderAccess.libraryFolderIds", json!([folder])));
    edits.push((representative, "description", json!("Somebody else's words")));
    for (profile, setting, value) in edits {
        let was = live(&world, EMEA, profile, setting);
        assert_ne!(was, value, "{setting}");
        world.edit("EMEA Sales", profile, setting, value);
        let ran = world.run(&["drift"]).exits(2);
        says(&ran, &format!("changed {profile}"));
        says(&ran, setting);
        says(&ran, "Drift: 1 changed, 0 missing, 0 unmanaged");
        world.edit("EMEA Sales", profile, setting, was);
    }
    let _ = world.run(&["drift"]).exits(0);
}

#[test]
fn a_live_profile_without_a_name_is_said_to_be_left_out() {
    let world = World::fresh();
    world.edit("EMEA Sales", "Sales Manager", "name", json!(""));
    let ran = world.run(&["import"]).exits(0);
    let said = "emea: 1 profile without a name is left out";
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    let ran = world.run(&["import"]).exits(0);
    assert!(ran.stdout.contains(said), "{}", ran.stdout);
    says(&ran, "Nothing imported.");
    assert!(!ran.stdout.contains("every live profile"), "{}", ran.stdout);
}
