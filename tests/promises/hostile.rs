//! What somebody who means harm hands over: a snapshot, a file without end, a name.

use std::path::Path;

use serde_json::{Value as Json, json};

use super::{AMER, BY_ID, live, says, three_changes};
use crate::harness::World;

/// Changes a snapshot that is there.
fn forge(world: &World, edit: impl FnOnce(&mut Json)) {
    let mut snapshot: Json = serde_json::from_str(&world.read("live.json")).expect("it is JSON");
    edit(&mut snapshot);
    world.write("live.json", &snapshot.to_string());
}

fn profile<'a>(snapshot: &'a mut Json, name: &str) -> &'a mut Json {
    let profiles = snapshot["workspaces"]["emea"]["profiles"].as_array_mut().expect("a list");
    let found = profiles.iter_mut().find(|profile| profile["name"] == name);
    &mut found.expect("it is live")["document"]
}

#[test]
fn promise_3_what_a_forged_snapshot_calls_narrower_is_not_written() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write(
        "profiles/emea/collaborator.yaml",
        "profile: Collaborator\nsettings: {callsAccess: {permissionLevel: managers-team}}\n",
    );
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    forge(&world, |snapshot| {
        profile(snapshot, "Collaborator")["callsAccess"] = json!({"permissionLevel": "all"});
    });
    let plan = world.run(&["plan", "--live", "live.json", "--out", "plan.json"]).exits(0);
    says(&plan, "update Collaborator (narrows)");
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    says(&ran, "Collaborator");
    assert_eq!(world.writes(), []);
}

#[test]
fn promise_3_a_name_that_a_forged_snapshot_gives_to_somebody_else_is_not_written() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write(
        "profiles/amer/customer-success.yaml",
        "profile: Customer Success\nsettings: {callsAccess: {permissionLevel: managers-team, teamLeadIds: [ada.lovelace@acme.example]}}\n",
    );
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    let before = live(&world, AMER, "Customer Success", "callsAccess");
    forge(&world, |snapshot| {
        let text = snapshot.to_string();
        let swapped = text
            .replace("ada.lovelace@acme.example", "SWAP")
            .replace("grace.hopper@acme.example", "ada.lovelace@acme.example")
            .replace("SWAP", "grace.hopper@acme.example");
        assert_ne!(text, swapped);
        *snapshot = serde_json::from_str(&swapped).expect("it is JSON still");
    });
    let plan = world.run(&["plan", "--live", "live.json", "--out", "plan.json"]).exits(0);
    says(&plan, "+ ada.lovelace@acme.example");
    let ran = world.run(&["apply", "plan.json"]);
    assert_eq!(world.writes(), [], "{}", ran.stdout);
    assert_eq!(live(&world, AMER, "Customer Success", "callsAccess"), before);
    says(&ran, "no longer ask");
}

#[test]
fn promise_14_a_plan_or_a_snapshot_without_end_is_not_taken_into_memory() {
    let world = three_changes();
    for arguments in [
        &["show", "/dev/zero"][..],
        &["plan", "--live", "/dev/zero"],
        &["validate", "--live", "/dev/zero"],
    ] {
        let ran = world.run(arguments).exits(3);
        assert!(ran.stderr.contains("/dev/zero: it is larger than 96 MB"), "{}", ran.stderr);
    }
}

#[test]
fn an_imported_file_stays_in_its_folder_whatever_the_profile_is_called() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    let names = ["../../../outside", "/tmp/outside", "..", "C:\\outside", "a\0b", "con"];
    let taken = ["Collaborator", "Deal Desk", "Sales Manager", "Business Admin"];
    for (old, name) in taken.into_iter().zip(names) {
        world.edit("EMEA Sales", old, "name", json!(name));
    }
    let ran = world.run(&["import", "emea"]).exits(0);
    assert_eq!(files(&world.folder().join("profiles/emea")), 7, "{}", ran.stdout);
    assert_eq!(files(&world.folder().join("profiles")), 1, "the folder of the workspace");
    let outside = world.folder().parent().expect("a folder lies in a folder");
    assert!(!outside.join("outside.yaml").exists());
    let _ = world.run(&["plan", "emea", "--detailed-exitcode"]).exits(0);
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).expect("it is there").count()
}

#[test]
fn promise_10_a_profile_can_not_ask_for_what_the_environment_or_a_file_has() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write("note.txt", "hunter22");
    world.write(
        "profiles/emea/collaborator.yaml",
        "profile: Collaborator\ndescription: \"${env:SECRET} ${file:note.txt}\"\n",
    );
    let plan = world.run(&["plan", "emea"]).exits(3);
    let words = "`description` has a reference in it, and nothing fills that in";
    assert!(plan.stderr.contains(words), "{}", plan.stderr);
    assert!(!plan.stderr.contains("hunter22"), "{}", plan.stderr);
}

#[cfg(unix)]
#[test]
fn what_holds_live_data_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = three_changes();
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    for file in ["plan.json", "live.json"] {
        let found = std::fs::metadata(world.folder().join(file)).expect(file);
        assert_eq!(found.permissions().mode() & 0o777, 0o600, "{file}");
    }
}

/// A saved plan, changed where its digest does not look.
fn forged(world: &World, edit: impl FnMut(&mut Json)) {
    let mut plan: Json = serde_json::from_str(&world.read("plan.json")).expect("it is JSON");
    let workspaces = plan["workspaces"].as_array_mut().expect("a list");
    workspaces.iter_mut().for_each(edit);
    plan["refused"] = json!([]);
    world.write("plan.json", &plan.to_string());
}

#[test]
fn what_a_forged_plan_says_did_not_change_is_counted_anew() {
    for unchanged in [100_u64, u64::MAX] {
        let world = three_changes();
        world.write("permctl.yaml", &format!("{BY_ID}guards: {{maxChanged: 30%}}\n"));
        for name in ["Business Admin", "Standard Team Member"] {
            world.write(
                &format!("profiles/emea/{}.yaml", name.replace(' ', "-")),
                &format!("profile: {name}\n"),
            );
        }
        let _ = world.run(&["plan", "--out", "plan.json"]).exits(6);
        forged(&world, |workspace| workspace["unchanged"] = json!(unchanged));
        let ran = world.run(&["apply", "plan.json"]).exits(6);
        assert!(ran.stderr.contains("3 of 5 profiles would change"), "{}", ran.stderr);
        assert_eq!(world.writes(), []);
    }
}

#[test]
fn a_forged_plan_is_shown_with_the_direction_that_its_changes_have() {
    let world = three_changes();
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    forged(&world, |workspace| {
        for change in workspace["changes"].as_array_mut().expect("a list") {
            change["direction"] = json!("narrows");
            for transition in change["transitions"].as_array_mut().expect("a list") {
                transition["direction"] = json!("narrows");
            }
        }
    });
    says(&world.run(&["show", "plan.json"]).exits(0), "update Collaborator (broadens)");
}

#[test]
fn a_word_without_end_is_cut_where_it_is_quoted_and_no_guess_is_made_at_it() {
    let world = three_changes();
    let word = "k".repeat(1 << 20);
    world.write(
        "profiles/emea/long.yaml",
        &format!("profile: Long\n? {word}\n: 1\nsettings:\n  ? {word}\n  : true\n"),
    );
    let started = std::time::Instant::now();
    for format in ["text", "json"] {
        let ran = world.run(&["validate", "--format", format]).exits(3);
        says(&ran, "k...` (1048576 characters)");
        assert!(ran.stdout.len() < 4_000, "{} bytes:\n{}", ran.stdout.len(), ran.stdout);
    }
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}

#[test]
fn of_a_file_full_of_mistakes_a_hundred_are_shown_and_all_are_counted() {
    let world = three_changes();
    let keys: String = (0..150).map(|number| format!("  nothing{number}: 1\n")).collect();
    world.write("profiles/emea/full.yaml", &format!("profile: Full\nsettings:\n{keys}"));
    world.write("profiles/emea/other.yaml", "profile: Other\nsettings: {nothing: 1}\n");
    let ran = world.run(&["validate"]).exits(3);
    let shown = |file: &str| ran.stdout.matches(&format!("--> profiles/emea/{file}.yaml")).count();
    assert_eq!((shown("full"), shown("other")), (100, 1));
    says(&ran, "50 more findings in profiles/emea/full.yaml");
    says(&ran, "151 errors.");
    let ran = world.run(&["validate", "--format", "json"]).exits(3);
    let all: Json = serde_json::from_str(&ran.stdout).expect("it is JSON");
    assert_eq!(all["findings"].as_array().map(Vec::len), Some(151));
}
