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
    lead(&world, EMEA);
    // The lead is in the file, so nothing is dropped.
    world.write(FILE, &document(ALLOW, ", teamLeadIds: [\"2000000000000000001\"]"));
    let words = "`allow` has `bundle-drops`, and there is no such warning";
    // What is live decides, and the files do not show it.
    does_not_say(&world.run(&["validate"]).exits(0), words);
    says(&world.run(&["plan"]).exits(0), words);
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    says(&world.run(&["validate", "--live", "live.json"]).exits(0), words);
    // One profile says nothing of the lines of others.
    does_not_say(&world.run(&["plan", "emea/Deal Desk"]).exits(0), words);
}

#[test]
fn a_line_in_the_file_of_a_group_is_of_use_where_one_workspace_has_a_use_for_it() {
    let world = World::fresh();
    world.write("permctl.yaml", &format!("{BY_ID}groups: {{all: [emea, amer]}}\n"));
    lead(&world, AMER);
    world.write("profiles/all/collaborator.yaml", &document(ALLOW, ""));
    does_not_say(&world.run(&["plan"]).exits(0), "bundle-drops");
}

#[test]
fn a_line_holds_for_its_own_document_and_code_only() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    lead(&world, EMEA);
    let other = "---\nprofile: Deal Desk\nallow: {bundle-drops: no lead}\nsettings: {}\n";
    world.write(FILE, &format!("{}{other}", document("", "")));
    let ran = world.run(&["plan"]).exits(0);
    says(&ran, "warning[bundle-drops]");
    says(&ran, "`allow` has `bundle-drops`");
    // An expired value is a warning of another code in the same document.
    let until = "settings:\n  market: {value: true, until: 2026-11-20, reason: trial}\n  ";
    let document = document(ALLOW, "").replace("settings:\n  ", until);
    world.write(FILE, &document);
    let ran = world.run_with(&["plan"], &[("PERMCTL_TEST_DAY", "2026-11-28")]).exits(0);
    assert!(ran.stderr.contains("warning[expired]"), "{}", ran.stderr);
    does_not_say(&ran, "bundle-drops");
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
