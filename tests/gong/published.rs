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
