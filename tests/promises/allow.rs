//! Warnings that a document takes as they are.

use serde_json::json;

use super::{AMER, BY_ID, EMEA, says};
use crate::harness::{Ran, World};

const FILE: &str = "profiles/emea/collaborator.yaml";

/// Asserts that a run did not say this.
#[track_caller]
fn does_not_say(ran: &Ran, words: &str) {
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!said.contains(words), "{words:?} in\n{said}");
}

/// Gives a live profile a team lead, whom a file with the level alone drops.
fn lead(world: &World, workspace: &str) {
    let access =
        json!({"permissionLevel": "managers-team", "teamLeadIds": ["2000000000000000001"]});
    world.edit(workspace, "Collaborator", "callsAccess", access);
}

fn document(allow: &str, leads: &str) -> String {
    format!(
        "profile: Collaborator\n{allow}settings:\n  callsAccess: {{permissionLevel: managers-team{leads}}}\n"
    )
}

const ALLOW: &str = "allow: {bundle-drops: the team has no lead yet}\n";

#[test]
fn a_warning_that_is_meant_is_silent_and_the_change_is_the_same() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    lead(&world, EMEA);
    world.write(FILE, &document("", ""));
    let loud = world.run(&["plan"]).exits(0);
    says(&loud, "warning[bundle-drops]");
    world.write(FILE, &document(ALLOW, ""));
    let silent = world.run(&["plan"]).exits(0);
    does_not_say(&silent, "bundle-drops");
    says(&silent, "callsAccess.teamLeadIds  - 2000000000000000001");
    says(&silent, "1 to update");
}

#[test]
fn a_line_that_silences_nothing_is_named_as_soon_as_that_is_known() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write(
        FILE,
        "profile: Collaborator\nallow: {unknown-value: new at the vendor}\nsettings: {}\n",
    );
    let words = "`allow` has `unknown-value`, and this document has no such warning";
    // What is live decides, and the files do not show it.
    does_not_say(&world.run(&["validate"]).exits(0), words);
    says(&world.run(&["plan"]).exits(0), words);
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    says(&world.run(&["validate", "--live", "live.json"]).exits(0), words);
    // One profile says nothing of the lines of others.
    does_not_say(&world.run(&["plan", "emea/Deal Desk"]).exits(0), words);
    // A profile that is blocked is not planned.
    let blocked = "profile: Collaborator\nallow: {unknown-value: new}\nsettings: {libraryFolderAccess: \
                   {permissionLevel: specific-folders, libraryFolderIds: [Nowhere]}}\n";
    world.write(FILE, blocked);
    let ran = world.run(&["plan"]).exits(3);
    says(&ran, "error[name-not-found]");
    does_not_say(&ran, words);
}

#[test]
fn a_line_for_a_warning_of_one_change_may_stay_when_the_change_is_done() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    lead(&world, EMEA);
    world.write(FILE, &document(ALLOW, ""));
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    does_not_say(&world.run(&["plan"]).exits(0), "`allow`");
}

#[test]
fn a_line_in_the_file_of_a_group_is_of_use_where_one_workspace_has_a_use_for_it() {
    let world = World::fresh();
    world.write("permctl.yaml", &format!("{BY_ID}groups: {{all: [emea, amer]}}\n"));
    world.edit(AMER, "Collaborator", "callsAccess", json!({"permissionLevel": "of-friends"}));
    let file = |allow: &str| format!("profile: Collaborator\n{allow}settings: {{}}\n");
    world.write("profiles/all/collaborator.yaml", &file(""));
    says(&world.run(&["plan"]).exits(0), "warning[unknown-value]");
    world.write("profiles/all/collaborator.yaml", &file("allow: {unknown-value: known}\n"));
    does_not_say(&world.run(&["plan"]).exits(0), "unknown-value");
}

#[test]
fn a_line_holds_for_its_own_document_and_code_only() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    lead(&world, EMEA);
    let other = "---\nprofile: Deal Desk\nallow: {bundle-drops: no lead}\nsettings: {}\n";
    world.write(FILE, &format!("{}{other}", document("", "")));
    says(&world.run(&["plan"]).exits(0), "warning[bundle-drops]");
    // An expired value is a warning of another code in the same document.
    let until = "settings:\n  market: {value: true, until: 2026-11-20, reason: trial}\n  ";
    let document = document(ALLOW, "").replace("settings:\n  ", until);
    world.write(FILE, &document);
    let ran = world.run_with(&["plan"], &[("PERMCTL_TEST_DAY", "2026-11-28")]).exits(0);
    assert!(ran.stderr.contains("warning[expired]"), "{}", ran.stderr);
    does_not_say(&ran, "bundle-drops");
}

#[test]
fn of_a_user_who_is_deactivated_each_document_allows_its_own_lines() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    let users = world.sandbox().state()["users"].as_array().cloned().unwrap_or_default();
    let gone =
        users.iter().find(|user| user["active"] == json!(false)).expect("one is deactivated");
    let gone = gone["emailAddress"].as_str().expect("it has one");
    let write = |file: &str, profile: &str, allow: &str| {
        let access = format!("{{permissionLevel: managers-team, teamLeadIds: [{gone}]}}");
        let text = format!("profile: {profile}\n{allow}settings: {{callsAccess: {access}}}\n");
        world.write(&format!("profiles/emea/{file}.yaml"), &text);
    };
    let allow = "allow: {user-deactivated: no new lead yet}\n";
    write("a", "Collaborator", allow);
    write("b", "Deal Desk", "");
    let ran = world.run(&["plan"]).exits(0);
    says(
        &ran,
        &format!("deactivated at the vendor and still named: {gone}\n --> profiles/emea/b.yaml"),
    );
    does_not_say(&ran, "profiles/emea/a.yaml:3");
    does_not_say(&ran, "`allow`");
    write("b", "Deal Desk", allow);
    let ran = world.run(&["plan"]).exits(0);
    does_not_say(&ran, "user-deactivated");
}

#[test]
fn a_line_silences_what_the_document_drops_of_its_base_and_a_line_of_the_base_does_not() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    let base = |allow: &str| {
        format!(
            "base: field\nprovider: gong\n{allow}settings: {{libraryFolderAccess: {{permissionLevel: all, manageStreams: true}}}}\n"
        )
    };
    let file = |allow: &str| {
        format!(
            "profile: Collaborator\n{allow}extends: field\nsettings: {{libraryFolderAccess: {{permissionLevel: all}}}}\n"
        )
    };
    let allow = "allow: {bundle-drops: no streams here}\n";
    world.write("profiles/bases/field.yaml", &base(allow));
    world.write(FILE, &file(""));
    says(&world.run(&["validate"]).exits(0), "warning[bundle-drops]");
    world.write("profiles/bases/field.yaml", &base(""));
    world.write(FILE, &file(allow));
    does_not_say(&world.run(&["validate"]).exits(0), "bundle-drops");
}

#[test]
fn strict_counts_no_warning_that_is_meant() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    let day = [("PERMCTL_TEST_DAY", "2026-11-28")];
    let text = |allow: &str| {
        format!(
            "base: field\nprovider: gong\n{allow}settings: {{market: {{value: true, until: 2026-12-01, reason: trial}}}}\n"
        )
    };
    world.write(FILE, "profile: Collaborator\nextends: field\n");
    world.write("profiles/amer/other.yaml", "profile: Collaborator\nsettings: {}\n");
    world.write("profiles/bases/field.yaml", &text(""));
    says(&world.run_with(&["validate", "--strict"], &day).exits(3), "warning[expires-soon]");
    world.write("profiles/bases/field.yaml", &text("allow: {expires-soon: the trial ends}\n"));
    does_not_say(&world.run_with(&["validate", "--strict"], &day).exits(0), "warning");
}
