//! A release that learns settings of a vendor takes nothing away: files say for which catalogue they were written.

use serde_json::json;

use super::{BY_ID, EMEA, live, says};
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

/// A tenant of Gong whose files add settings that are live and that this version does not know.
fn added(file: &str) -> World {
    let world = World::fresh();
    let own = "    settings:\n      recordCallsOnMobile: {kind: flag, access: grants}\n      \
               assistantAccess.permissionLevel: {kind: level, access: grants, levels: [none, own, report-to-them, all]}\n    workspaces:";
    world.write("permctl.yaml", &BY_ID.replace("    workspaces:", own));
    world.write("profiles/emea/rep.yaml", file);
    world
}

const OFF: &str = "profile: Sales Representative\nsettings: {recordCallsOnMobile: false}\n";

#[test]
fn a_setting_of_the_tenants_own_is_planned_written_and_read_back() {
    let world = added(OFF);
    let ran = world.run(&["plan", "emea", "--out", "plan.json"]).exits(0);
    says(&ran, "recordCallsOnMobile  on -> off");
    says(&ran, "1 to update (1 narrows)");
    assert!(!ran.stdout.contains("`recordCallsOnMobile`"), "{}", ran.stdout);
    says(&world.run(&["show", "plan.json"]).exits(0), "recordCallsOnMobile  on -> off");
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    let kept = live(&world, EMEA, "Sales Representative", "recordCallsOnMobile");
    assert_eq!(kept, json!(false));
    says(&world.run(&["plan", "emea"]).exits(0), "Nothing to do");
    // A change by hand is found.
    world.edit(EMEA, "Sales Representative", "recordCallsOnMobile", json!(true));
    says(&world.run(&["drift", "emea"]).exits(2), "recordCallsOnMobile");
}

#[test]
fn a_setting_of_the_tenants_own_is_denied_where_no_file_lists_it() {
    let world = added("profile: Sales Representative\nunlisted: deny\nsettings: {}\n");
    let ran = world.run(&["plan", "emea"]).exits(0);
    let line = ran.stdout.lines().find(|line| line.contains("recordCallsOnMobile"));
    assert!(line.is_some_and(|line| line.ends_with("on -> off  # not listed")), "{}", ran.stdout);
}

#[test]
fn levels_of_the_tenants_own_have_their_order() {
    let file = |level: &str| {
        format!(
            "profile: Sales Manager\nsettings: {{assistantAccess: {{permissionLevel: {level}}}}}\n"
        )
    };
    let world = added(&file("all"));
    world.edit(EMEA, "Sales Manager", "assistantAccess", json!({"permissionLevel": "own"}));
    says(&world.run(&["plan", "emea"]).exits(0), "(1 broadens)");
    world.write("profiles/emea/rep.yaml", &file("none"));
    says(&world.run(&["plan", "emea"]).exits(0), "(1 narrows)");
    world.write("profiles/emea/rep.yaml", &file("some"));
    let ran = world.run(&["plan", "emea"]).exits(3);
    assert!(
        ran.stderr.contains("its values are `none`, `own`, `report-to-them`, `all`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn a_plan_with_other_settings_of_the_tenants_own_is_not_applied() {
    let world = added(OFF);
    let _ = world.run(&["plan", "emea", "--out", "plan.json"]).exits(0);
    let config = world.read("permctl.yaml");
    world.write("permctl.yaml", &config.replace("access: grants", "access: restricts"));
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    assert!(ran.stderr.contains("add other `settings` to tenant acme"), "{}", ran.stderr);
    assert_eq!(world.writes().len(), 0);
}

#[test]
fn import_and_an_editor_know_the_settings_of_the_tenants_own() {
    let world = added("profile: Sales Representative\nsettings: {}\n");
    let _ = world.run(&["import", "emea"]).exits(0);
    says(&world.run(&["validate"]).exits(0), "7 profiles in 2 workspaces: 1 warning.");
    assert!(world.read("schemas/gong.json").contains("recordCallsOnMobile"));
    assert!(world.read("profiles/emea/sales-manager.yaml").contains("assistantAccess"));
}

#[test]
fn workspaces_of_a_group_have_the_same_settings() {
    let world = added(OFF);
    let config = world.read("permctl.yaml");
    let (first, rest) = config.split_once("      amer:").expect("it is there");
    let amer = format!("      amer:{rest}");
    let other = BY_ID.split_once("  acme:").expect("it is there").1;
    let other = other.split_once("      emea:").expect("it is there").0;
    world.write(
        "permctl.yaml",
        &format!("{first}  other:{other}{amer}groups: {{all: [emea, amer]}}\n"),
    );
    let ran = world.run(&["validate"]).exits(3);
    says(&ran, "group `all` has workspaces of tenants with different `settings`");
}
