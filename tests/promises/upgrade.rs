//! A release that learns settings of a vendor takes nothing away: files say for which catalogue they were written.

use serde_json::json;

use super::says;
use crate::harness::{World, config};

/// A role in which the setting is on that a later generation of the catalogue knows.
fn upgraded(catalogue: &str) -> World {
    let role = json!({
        "id": 7, "name": "Agent", "description": "", "tickets": {"access": "own", "delete": false, "export": true},
        "manageRoles": false, "builtIn": false,
    });
    let state = json!({"roles": [role], "agents": []});
    let world = World::of("helpdesk", Some(state), &[]);
    world.write(
        "permctl.yaml",
        &config("helpdesk").replace("version: 1\n", &format!("version: 1\n{catalogue}")),
    );
    let folder = folder();
    world.write(
        &format!("profiles/{folder}/agent.yaml"),
        "profile: Agent\nunlisted: deny\nsettings: {tickets: {access: own}}\n",
    );
    world
}

fn folder() -> String {
    let config = config("helpdesk");
    let (_, workspaces) = config.split_once("workspaces:\n").expect("it has workspaces");
    workspaces.trim_start().split(':').next().unwrap_or_default().to_owned()
}

#[test]
fn a_setting_that_a_release_learns_is_kept_and_named_until_the_files_ask_for_it() {
    for catalogue in ["", "catalogue: 1\n"] {
        let world = upgraded(catalogue);
        let ran = world.run(&["plan"]).exits(0);
        says(&ran, "Nothing to do, 1 unchanged");
        says(&ran, "`tickets.export` is not known to this version and is on in \"Agent\"");
        let words = "knows 1 setting that `catalogue: 1` does not watch: `tickets.export`";
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
        let _ = world.run(&["apply", "--auto-approve"]).exits(0);
        let _ = world.run(&["drift"]).exits(0);
        assert_eq!(world.writes().len(), 0);
    }
    let world = upgraded("catalogue: 2\n");
    let ran = world.run(&["plan"]).exits(0);
    says(&ran, "tickets.export  on -> off  # not listed");
    assert!(!ran.stderr.contains("does not watch"), "{}", ran.stderr);
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(world.sandbox().state()["roles"][0]["tickets"]["export"], json!(false));
}

#[test]
fn a_write_of_another_setting_keeps_what_is_not_watched() {
    let world = upgraded("catalogue: 1\n");
    let path = format!("profiles/{}/agent.yaml", folder());
    world.write(&path, "profile: Agent\nunlisted: deny\nsettings: {tickets: {access: all}}\n");
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let tickets = &world.sandbox().state()["roles"][0]["tickets"];
    assert_eq!((&tickets["access"], &tickets["export"]), (&json!("all"), &json!(true)));
}

#[test]
fn an_older_program_says_so_in_one_sentence() {
    for (lines, words) in [
        ("catalogue: 3\n", "knows `catalogue` up to 2, and the files were written for 3"),
        ("catalogue: 0\n", "`catalogue` must be a whole number, 1 or more"),
        ("requires: \">=9.4\"\n", "these files need permctl >=9.4, and this is"),
        ("requires: newest\n", "`requires` is not understood"),
    ] {
        let world = upgraded(lines);
        world.write("profiles/nowhere/a.yaml", "profile: A\nnewKey: 1\n");
        let ran = world.run(&["validate"]).exits(3);
        says(&ran, words);
        let is_alone = ran.stdout.contains("\n1 error.\n");
        assert!(is_alone || !words.contains("need"), "{}", ran.stdout);
    }
    let world = upgraded("requires: \">=0.1\"\n");
    let _ = world.run(&["validate"]).exits(0);
}
