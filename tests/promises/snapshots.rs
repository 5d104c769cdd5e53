//! Planning from a snapshot: one that does not fit itself or the configuration is refused.

use serde_json::{Value as Json, json};

use super::three_changes;

#[track_caller]
fn refuses(edit: impl FnOnce(&mut Json), words: &str) {
    let world = three_changes();
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    let mut snapshot: Json = serde_json::from_str(&world.read("live.json")).expect("it is JSON");
    edit(&mut snapshot);
    world.write("live.json", &snapshot.to_string());
    let commands = [&["plan", "--live", "live.json"][..], &["validate", "--live", "live.json"]];
    for command in commands {
        let ran = world.run(command).exits(3);
        assert!(ran.stderr.contains(words), "no {words:?} in\n{}", ran.stderr);
    }
}

#[test]
fn a_snapshot_with_one_profile_twice_is_refused() {
    refuses(
        |snapshot| {
            let profiles = snapshot["workspaces"]["emea"]["profiles"].as_array_mut().unwrap();
            profiles.push(profiles[0].clone());
        },
        " twice",
    );
}

#[test]
fn a_snapshot_whose_names_are_not_those_of_its_documents_is_refused() {
    refuses(
        |snapshot| snapshot["workspaces"]["emea"]["profiles"][0]["name"] = json!("Another"),
        "is named \"Another\"",
    );
}

#[test]
fn a_snapshot_whose_ids_are_not_those_of_its_documents_is_refused() {
    refuses(
        |snapshot| snapshot["workspaces"]["emea"]["profiles"][0]["id"] = json!("42"),
        "workspace emea has profile 42, whose document is of ",
    );
}

#[test]
fn a_snapshot_of_a_workspace_of_another_tenant_is_refused() {
    refuses(
        |snapshot| snapshot["workspaces"]["emea"]["tenant"] = json!("globex"),
        "of workspace emea is of tenant globex, not of acme",
    );
}

#[test]
fn a_snapshot_without_the_names_that_a_file_needs_says_so() {
    let world = three_changes();
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    let mut snapshot: Json = serde_json::from_str(&world.read("live.json")).expect("it is JSON");
    snapshot["tenants"]["acme"]["names"] = json!({});
    world.write("live.json", &snapshot.to_string());
    world.write(
        "profiles/emea/collaborator.yaml",
        "profile: Collaborator\nsettings: {callsAccess: {permissionLevel: own, teamLeadIds: [ada.lovelace@acme.example]}}\n",
    );
    let ran = world.run(&["plan", "--live", "live.json"]).exits(3);
    super::says(&ran, "the list of users was not read; take a new snapshot, or write the id");
}
