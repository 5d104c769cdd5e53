//! What Gong publishes about its API and a client could overlook.

use crate::harness::World;

/// Makes Gong's sandbox without any library folder.
fn without_folders(reading: &str) -> World {
    let mut state = World::fresh().sandbox().state();
    state["folders"] = serde_json::json!([]);
    World::new(Some(state), &[("no-folders", reading)])
}

#[test]
fn a_workspace_without_public_folders_is_read_whole() {
    for reading in ["404", "empty"] {
        let world = without_folders(reading);
        let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
        world.write(
            "profiles/emea/rep.yaml",
            "profile: Sales Representative\nsettings:\n  libraryFolderAccess: {permissionLevel: specific-folders, \
             libraryFolderIds: [Onboarding]}\n",
        );
        let ran = world.run(&["plan", "emea"]).exits(3);
        assert!(
            ran.stdout.contains("Onboarding") && !ran.stdout.contains("NOT READ"),
            "{}",
            ran.stdout
        );
        world.remove("profiles/emea/rep.yaml");
        let _ = world.run(&["import"]).exits(0);
    }
}

#[test]
fn an_id_that_the_vendor_does_not_list_is_found_where_the_list_was_read() {
    let world = World::fresh();
    let leads = |ids: &str| {
        format!(
            "profile: Collaborator\nsettings:\n  callsAccess: {{permissionLevel: managers-team, teamLeadIds: [{ids}]}}\n"
        )
    };
    world.write("profiles/emea/a.yaml", &leads("\"999999999999\", ada.lovelace@acme.example"));
    let ran = world.run(&["plan", "emea"]).exits(3);
    assert!(ran.stdout.contains("there is no user with the id \"999999999999\""), "{}", ran.stdout);
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    let _ = world.run(&["validate", "--live", "live.json"]).exits(3);
    // A lead who has gone and whom the profile has already can stay.
    world.edit(
        "EMEA Sales",
        "Collaborator",
        "callsAccess.teamLeadIds",
        serde_json::json!(["999999999999"]),
    );
    let ran = world.run(&["plan", "emea"]).exits(0);
    assert!(!ran.stdout.contains("name-not-found"), "{}", ran.stdout);
}
