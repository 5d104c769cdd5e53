//! `why` and `explain`: where values come from, and what they mean.

use serde_json::{Value as Json, json};

use super::{BY_ID, EMEA, says};
use crate::harness::World;

fn world() -> World {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write(
        "profiles/bases/all.yaml",
        "base: narrow\nprovider: gong\nsettings: {forecast: false, market: true}\n---\nbase: mine\nprovider: \
         gong\nextends: narrow\nsettings: {forecast: {value: true, reason: SEC-1}}\n",
    );
    world.write(
        "profiles/emea/collaborator.yaml",
        "profile: Collaborator\nextends: mine\nunlisted: deny\nsettings:\n  aiBuilder: {value: true, until: \
         2099-03-31, reason: audit}\n  callsAccess: {permissionLevel: managers-team, teamLeadIds: \
         [ada.lovelace@acme.example]}\n",
    );
    world.write("profiles/amer/collaborator.yaml", "profile: Collaborator\nextends: mine\n");
    world
}

#[test]
fn why_names_the_line_of_each_value_what_it_overrides_and_what_else_it_decides() {
    let world = world();
    let ran = world.run(&["why", "emea/Collaborator"]).exits(0);
    for words in [
        "emea/Collaborator  profiles/emea/collaborator.yaml:1\n",
        "  forecast  on (live: off)\n      profiles/bases/all.yaml:8\n      reason: SEC-1\n      instead of off: \
         profiles/bases/all.yaml:3\n      the same line decides 1 other profile: \"amer/Collaborator\"\n",
        "  market  on (live: off)\n      profiles/bases/all.yaml:3\n",
        "  aiBuilder  on (live: off)\n      profiles/emea/collaborator.yaml:5, until 2099-03-31\n      reason: audit\n",
        "  callsAccess.teamLeadIds  ada.lovelace@acme.example (live: none)\n",
        "      not listed, and unlisted is deny: profiles/emea/collaborator.yaml:3\n",
    ] {
        says(&ran, words);
    }
    assert_eq!(world.writes().len(), 0);
    let ran = world.run(&["why", "emea/Collaborator", "forecast", "--format", "json"]).exits(0);
    let why: Json = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(why["settings"].as_array().map(Vec::len), Some(1));
    assert_eq!(why["settings"][0]["origin"]["overrides"]["value"], json!(false));
    assert_eq!(why["settings"][0]["also"], json!(["amer/Collaborator"]));
    let ran = world.run(&["why", "amer/Collaborator"]).exits(0);
    says(&ran, "not decided by any file (unlisted: keep):\n");
    assert!(!ran.stdout.contains(EMEA), "{}", ran.stdout);
}

#[test]
fn why_names_the_lines_of_a_list_and_who_else_uses_it() {
    let world = World::fresh();
    world.write(
        "permctl.yaml",
        &format!("{BY_ID}lists:\n  leads:\n    - ada.lovelace@acme.example\n"),
    );
    let set = "{permissionLevel: managers-team, teamLeadIds: [\"list:leads\"]}";
    for (folder, profile) in [("emea", "Collaborator"), ("amer", "Customer Success")] {
        let text = format!("profile: {profile}\nsettings:\n  callsAccess: {set}\n");
        world.write(&format!("profiles/{folder}/a.yaml"), &text);
    }
    let ran = world.run(&["why", "emea/Collaborator", "callsAccess.teamLeadIds"]).exits(0);
    says(&ran, "      members from permctl.yaml:13\n");
    says(&ran, "decides 1 other profile: \"amer/Customer Success\"");
}

#[test]
fn why_answers_from_a_snapshot_and_says_what_is_meant_by_a_wrong_name() {
    let world = world();
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    let of_snapshot = ["why", "emea/Collaborator", "market", "--live", "live.json"];
    says(&world.run(&of_snapshot).exits(0), "market  on (live: off)");
    for (arguments, words) in [
        (&["why", "emea"][..], "`emea` is not the address of a profile"),
        (&["why", "eme/Collaborator"], "did you mean `emea`?"),
        (&["why", "emea/Colaborator"], "did you mean \"Collaborator\"?"),
        (&["why", "emea/Collaborator", "forcast"], "did you mean `forecast`?"),
        (&["explain", "forcast"], "did you mean `forecast`?"),
    ] {
        let ran = world.run(arguments).exits(64);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}

#[test]
fn explain_finds_a_setting_by_its_name_and_by_a_word_of_its_meaning() {
    let world = World::fresh();
    let ran = world.run(&["explain", "downloadCallMedia"]).exits(0);
    says(&ran, "Gong (provider: gong)\n\n  downloadCallMedia\n");
    says(&ran, "      values: false, true\n      narrowest: false\n");
    let ran = world.run(&["explain", "export", "--provider", "gong"]).exits(0);
    says(&ran, "  dealsDataExport\n");
    says(&ran, "  exportCallsAndCoachingDataToCSV\n");
    let ran = world.run(&["explain", "queue", "--format", "json"]).exits(0);
    let found: Json = serde_json::from_str(&ran.stdout).expect("JSON");
    let webex = &found["explained"][0];
    assert_eq!(webex["provider"], "webex");
    assert_eq!(webex["settings"][0]["setting"], "permissions.queue");
    assert_eq!(webex["settings"][0]["narrowest"], "NONE");
}
