//! A release that learns settings of a vendor takes nothing away: files say for which catalogue they were written.

use serde_json::{Value as Json, json};

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

/// A role of the help desk in which a setting of a later generation is on, and a tenant that adds it itself.
fn added_early(setting: &str, export: &str) -> World {
    let world = upgraded("catalogue: 1\n");
    let config = world.read("permctl.yaml");
    let own = format!("    settings: {{tickets.export: {setting}}}\n    workspaces:");
    world.write("permctl.yaml", &config.replace("    workspaces:", &own));
    let file =
        format!("profile: Agent\nsettings: {{tickets: {{access: own, export: {export}}}}}\n");
    world.write(&format!("profiles/{}/agent.yaml", folder()), &file);
    world
}

#[test]
fn a_saved_plan_says_the_same_of_a_setting_that_a_later_generation_knows_otherwise() {
    let world = added_early("{kind: flag, access: restricts}", "false");
    let plan = world.run(&["plan", "--out", "plan.json"]).exits(0);
    says(&plan, "update Agent (broadens)");
    assert!(!plan.stderr.contains("does not watch"), "{}", plan.stderr);
    says(&world.run(&["show", "plan.json"]).exits(0), "update Agent (broadens)");
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    assert_eq!(world.sandbox().state()["roles"][0]["tickets"]["export"], json!(false));
}

#[test]
fn a_plan_with_settings_that_no_tenant_can_add_is_refused() {
    let world = added(OFF);
    let _ = world.run(&["plan", "emea", "--out", "plan.json"]).exits(0);
    let plan: Json = serde_json::from_str(&world.read("plan.json")).expect("JSON");
    for (settings, words) in [
        (json!({"x": {"kind": "level", "access": "grants"}}), "it has fewer than two levels"),
        (
            json!({"x": {"kind": "flag", "access": "grants", "levels": ["a"]}}),
            "a flag has no levels",
        ),
        (json!({"market": {"kind": "flag", "access": "grants"}}), "this version knows it"),
        (
            json!({"x": {"kind": "flag", "access": "grants"}, "x.y": {"kind": "flag", "access": "grants"}}),
            "it is a part of `x`",
        ),
        (json!({"x": {"kind": "flag", "access": "grants"}}), "do not fit its catalogue"),
    ] {
        let mut forged = plan.clone();
        forged["tenants"]["acme"]["settings"] = settings;
        world.write("forged.json", &forged.to_string());
        for command in ["show", "apply"] {
            let ran = world.run(&[command, "forged.json"]);
            assert!(ran.stderr.contains(words), "{command}: {} {}", ran.code, ran.stderr);
            assert_ne!(ran.code, 0);
        }
    }
    assert_eq!(world.writes().len(), 0);
}

#[test]
fn what_is_live_and_is_otherwise_than_the_tenant_says_is_not_written_over() {
    let world = added(OFF);
    let config = world.read("permctl.yaml");
    let (before, _) = config.split_once("      assistantAccess").expect("it is there");
    let (_, after) = config.split_once("all]}\n").expect("it is there");
    let whole = "      assistantAccess: {kind: flag, access: grants}\n";
    world.write("permctl.yaml", &format!("{before}{whole}{after}"));
    world.write(
        "profiles/emea/m.yaml",
        "profile: Sales Manager\nsettings: {assistantAccess: false}\n",
    );
    let ran = world.run(&["plan", "emea"]).exits(3);
    says(&ran, "error[own-setting]: `assistantAccess` is {");
    says(
        &ran,
        "write its members in its place: `assistantAccess.permissionLevel`, `assistantAccess.askAnything`",
    );
    let _ = world.run(&["apply", "emea", "--auto-approve"]);
    let live = live(&world, EMEA, "Sales Manager", "assistantAccess.askAnything");
    assert_eq!(live, json!(true));
}

#[test]
fn a_misspelt_setting_is_named_before_it_is_made() {
    let world = added("profile: Sales Representative\nsettings: {}\n");
    let config = world.read("permctl.yaml").replace("recordCallsOnMobile", "recordCallOnMobile");
    world.write("permctl.yaml", &config);
    let ran = world.run(&["plan"]).exits(0);
    says(&ran, "tenant acme adds the setting `recordCallOnMobile`, and no live profile has it");
    says(&ran, "did you mean `recordCallsOnMobile`?");
}

#[test]
fn bases_know_the_settings_of_their_tenants() {
    let world = added("profile: Sales Representative\nextends: [mine, all]\n");
    let base = "settings: {recordCallsOnMobile: false}\n";
    world.write("profiles/emea/base.yaml", &format!("base: mine\nprovider: gong\n{base}"));
    world.write("profiles/bases/base.yaml", &format!("base: all\nprovider: gong\n{base}"));
    says(&world.run(&["plan", "emea"]).exits(0), "recordCallsOnMobile  on -> off");
}

#[test]
fn a_mistake_in_a_tenants_settings_is_one_error() {
    let world = added(OFF);
    let config = world.read("permctl.yaml").replace("kind: flag", "kind: flags");
    world.write("permctl.yaml", &format!("{config}groups: {{all: [emea, amer]}}\n"));
    world.write("profiles/amer/rep.yaml", OFF);
    let ran = world.run(&["validate"]).exits(3);
    says(&ran, "\n1 error.\n");
    says(&ran, "`kind` can't be `flags`");
}

#[test]
fn the_second_dialect_takes_settings_below_its_permissions() {
    let world = World::of("gong-openapi", None, &[]);
    let config = world.read("permctl.yaml");
    let own = |name: &str| {
        format!("    settings: {{{name}: {{kind: flag, access: grants}}}}\n    workspaces:")
    };
    world.write("permctl.yaml", &config.replace("    workspaces:", &own("recordCallsOnMobile")));
    let ran = world.run(&["validate"]).exits(3);
    says(&ran, "write `permissions.recordCallsOnMobile`");
    let path = "permissions.recordCallsOnMobile";
    world.write("permctl.yaml", &config.replace("    workspaces:", &own(path)));
    let (_, workspaces) = config.split_once("workspaces:\n").expect("it has workspaces");
    let folder = workspaces.trim_start().split(':').next().expect("a name").to_owned();
    let file =
        "profile: Account Executive\nsettings: {permissions: {recordCallsOnMobile: false}}\n";
    world.write(&format!("profiles/{folder}/a.yaml"), file);
    let _ = world.run(&["apply", &folder, "--auto-approve"]).exits(0);
    says(&world.run(&["plan", &folder]).exits(0), "Nothing to do");
    let written = world.writes().pop().and_then(|it| it.request.body).expect("a body");
    assert_eq!(written.pointer("/permissions/recordCallsOnMobile"), Some(&json!(false)));
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
