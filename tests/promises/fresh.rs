//! Promises 7 and 9: what was written is read back, reads are not wasted, output is a function of
//! its input.

use std::time::{Duration, Instant};

use permctl_sandbox::{Damage, Fault, Received};
use serde_json::json;

use super::{EMEA, PROFILE, PROFILES, live, methods, says, three_changes};

#[test]
fn promise_7_a_setting_that_the_vendor_ignores_is_named() {
    let world = three_changes();
    world.write(
        "profiles/emea/collaborator.yaml",
        "profile: Collaborator\nsettings: {aiBuilder: true, dealsDataExport: true}\n",
    );
    world.choose("ignored-setting", "aiBuilder");
    let ran = world.run(&["apply", "--auto-approve"]).exits(7);
    says(&ran, "not persisted Collaborator");
    says(&ran, "aiBuilder: sent on, live it is off");
    assert!(!ran.stdout.contains("dealsDataExport: sent"), "{}", ran.stdout);
    says(&ran, "updated Deal Desk");
}

#[test]
fn promise_7_an_apply_reads_once_writes_and_reads_once() {
    let world = three_changes();
    let _ = world.run(&["apply", "--auto-approve", "emea"]).exits(0);
    let [list, write] = [format!("GET {PROFILES}"), format!("PUT {PROFILE}")];
    let expected = [&list, &write, &write, &write, &list].map(String::clone);
    assert_eq!(methods(&world.sandbox().exchanges()), expected);
}

#[test]
fn promise_7_a_saved_plan_is_applied_from_a_read_of_its_own() {
    let world = three_changes();
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.sandbox().clear_exchanges();
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    let [list, write] = [format!("GET {PROFILES}"), format!("PUT {PROFILE}")];
    let expected = [&list, &write, &write, &write, &list].map(String::clone);
    assert_eq!(methods(&world.sandbox().exchanges()), expected);
}

#[test]
fn promise_8_the_plan_after_an_apply_is_empty_however_the_vendor_takes_an_update() {
    for put in ["merge", "replace"] {
        let world = three_changes();
        world.choose("put", put);
        world.edit("EMEA Sales", "Collaborator", "newThing", json!({"a": [1, null]}));
        let _ = world.run(&["apply", "--auto-approve"]).exits(0);
        assert_eq!(live(&world, EMEA, "Collaborator", "newThing"), json!({"a": [1, null]}));
        let ran = world.run(&["plan"]).exits(0);
        says(&ran, "Nothing to do, 3 unchanged");
    }
}

#[test]
fn promise_9_the_same_input_gives_the_same_bytes() {
    let said = |arguments: &[&str]| {
        let world = three_changes();
        // The port is a part of the files, and so of the input.
        let ran = world.run(arguments);
        (ran.code, ran.stdout.replace(world.sandbox().endpoint(), "ENDPOINT"))
    };
    for arguments in [
        &["plan"][..],
        &["drift"],
        &["plan", "--format", "json"],
        &["drift", "--format", "json"],
        &["apply", "--auto-approve"],
        &["apply", "--auto-approve", "--format", "json"],
        &["import"],
    ] {
        let first = said(arguments);
        assert!(!first.1.is_empty());
        assert_eq!(said(arguments), first, "{arguments:?}");
    }
}

#[test]
fn promise_9_neither_the_vendors_order_nor_its_request_ids_show() {
    let world = three_changes();
    world.write(
        "profiles/emea/collaborator.yaml",
        "profile: Collaborator\nsettings:\n  libraryFolderAccess: {permissionLevel: specific-folders, libraryFolderIds: [Best Calls]}\n",
    );
    let first = world.run(&["plan"]).exits(3);
    let json = world.run(&["plan", "--format", "json"]).exits(3);
    let mut state = world.sandbox().state();
    for list in ["users", "folders", "workspaces"] {
        state[list].as_array_mut().unwrap().reverse();
    }
    for (_, list) in state["profiles"].as_object_mut().unwrap() {
        list.as_array_mut().unwrap().reverse();
    }
    world.sandbox().with_vendor(|vendor| vendor.load(state)).unwrap();
    assert_eq!(world.run(&["plan"]).exits(3).stdout, first.stdout);
    assert_eq!(world.run(&["plan", "--format", "json"]).exits(3).stdout, json.stdout);
}

#[test]
fn promise_7_an_answer_that_makes_no_sense_makes_nothing_newer() {
    let world = three_changes();
    let (mut written, mut broken) = (false, 0);
    // An answer is lost, all reads that look for it are damaged, and meanwhile somebody edits.
    world.sandbox().script(Box::new(move |request: &Received| {
        if request.method == "PUT" && !written {
            written = true;
            return Fault::ResetBefore;
        }
        if !written || request.method != "GET" || broken == 3 {
            return Fault::None;
        }
        broken += 1;
        Fault::Damage(Damage::Malformed)
    }));
    let sandbox = world.sandbox();
    let by_hand = || {
        let begun = Instant::now();
        // Once the write was lost.
        while sandbox.exchanges().len() < 3 && begun.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(20));
        }
        world.edit("EMEA Sales", "Collaborator", "privateCalls", json!(true));
        world.edit("EMEA Sales", "Deal Desk", "privateCalls", json!(true));
        world.edit("EMEA Sales", "Sales Manager", "privateCalls", json!(true));
    };
    std::thread::scope(|scope| {
        let editing = scope.spawn(by_hand);
        let _ = world.run(&["apply", "--auto-approve", "emea"]).exits(7);
        editing.join().expect("somebody edits");
    });
    assert!(world.writes().len() > 1, "the others are still written");
    for profile in ["Collaborator", "Deal Desk", "Sales Manager"] {
        assert_eq!(live(&world, EMEA, profile, "privateCalls"), json!(true), "{profile}");
    }
}
