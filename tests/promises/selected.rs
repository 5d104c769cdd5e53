//! Addresses: what is selected, and what a typing error in one must not look like.

use super::{BY_ID, EMEA, live, says, three_changes};
use serde_json::json;

#[test]
fn an_address_of_no_profile_is_an_error_and_not_an_empty_result() {
    let world = three_changes();
    for command in [
        &["plan", "emea/Sales Mangerr"][..],
        &["drift", "emea/Sales Mangerr"],
        &["import", "emea/Sales Mangerr"],
        &["apply", "--auto-approve", "emea/Sales Mangerr"],
    ] {
        let ran = world.run(command).exits(64);
        assert!(ran.stderr.contains("did you mean `emea/Sales Manager`?"), "{}", ran.stderr);
    }
    let ran = world.run(&["plan", "emae"]).exits(64);
    assert!(ran.stderr.contains("did you mean `emea`?"), "{}", ran.stderr);
    let ran = world.run(&["apply", "plan.jsn"]).exits(64);
    assert!(ran.stderr.contains("there is no plan file of that name"), "{}", ran.stderr);
    assert_eq!(world.writes(), []);
}

#[test]
fn only_what_is_selected_is_planned_counted_and_applied() {
    let world = three_changes();
    let ran = world.run(&["plan", "emea/Sales*"]).exits(0);
    says(&ran, "Plan: 0 to create, 1 to update (1 narrows), 0 unchanged, 1 unmanaged.");
    let _ = world.run(&["apply", "--auto-approve", "emea/Deal Desk"]).exits(0);
    assert_eq!(world.writes().len(), 1);
    assert_eq!(live(&world, EMEA, "Deal Desk", "forecast"), json!(false));
}

#[test]
fn brackets_and_backslashes_in_an_address_mean_themselves() {
    let world = three_changes();
    world.remove("profiles/emea/collaborator.yaml");
    for name in ["Sales [EMEA]", "A\\d", "what?", "{a,b}"] {
        world.edit("EMEA Sales", "2906683967598751464", "name", json!(name));
        let ran = world.run(&["drift", &format!("emea/{name}")]).exits(2);
        says(&ran, "1 unmanaged");
    }
}

#[test]
fn what_nobody_selected_and_what_is_ignored_is_not_warned_of() {
    let world = three_changes();
    let warned = "`assistantAccess` is not known to this version and is on in \"Sales Manager\"";
    assert!(world.run(&["plan"]).exits(0).stdout.contains(warned));
    assert!(!world.run(&["plan", "emea/Deal Desk"]).exits(0).stdout.contains(warned));
    world.remove("profiles/emea/sales-manager.yaml");
    let ignore =
        "emea: {id: \"7273476131570014205\", ignore: [{profile: Sales Manager, reason: theirs}]}";
    world.write("permctl.yaml", &BY_ID.replace("emea: {id: \"7273476131570014205\"}", ignore));
    assert!(!world.run(&["plan"]).exits(0).stdout.contains(warned));
}

#[test]
fn a_part_is_planned_whatever_is_wrong_in_the_folder_of_another_workspace() {
    let world = crate::harness::World::fresh();
    world.write("permctl.yaml", super::BY_ID);
    world.write("profiles/emea/a.yaml", "profile: Collaborator\n");
    world.write("profiles/amer/a.yaml", "profile: Collaborator\nsettings: {aiBuilder: maybe}\n");
    for (command, exit) in [("plan", 0), ("drift", 2), ("apply", 0)] {
        let _ = world.run(&[command, "emea"]).exits(exit);
        // What is selected is looked at whole, also where one profile of it is selected.
        let _ = world.run(&[command, "amer/Sales*"]).exits(3);
        let _ = world.run(&[command]).exits(3);
    }
    // A profile that is not selected has to be right before it is planned, and `validate` checks it at any time.
    let _ = world.run(&["validate"]).exits(3);
    world.write("profiles/nowhere/a.yaml", "profile: Collaborator\n");
    let _ = world.run(&["plan", "emea"]).exits(3);
}
