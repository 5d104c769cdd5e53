//! Who answers for a profile, and what is not watched: told to people, and to no vendor.

use serde_json::{Value as Json, json};

use super::{BY_ID, EMEA, live, says};
use crate::harness::World;

fn owned(more: &str) -> World {
    let world = World::fresh();
    world.write("permctl.yaml", &BY_ID.replace("      amer: {id: \"861402275930418857\"}\n", ""));
    let text = format!("profile: Collaborator\n{more}settings: {{aiBuilder: true}}\n");
    world.write("profiles/emea/collaborator.yaml", &text);
    world
}

#[test]
fn notes_are_in_plans_and_drift_and_in_no_request() {
    let world =
        owned("owner: RevOps\nticket: SEC-1423\nreason: pilot\nlabels: {review: 2027-Q1}\n");
    let words = "owner: RevOps, reason: pilot, review: 2027-Q1, ticket: SEC-1423";
    says(&world.run(&["plan", "--out", "plan.json"]).exits(0), words);
    says(&world.run(&["show", "plan.json"]).exits(0), words);
    says(&world.run(&["plan", "--format", "markdown"]).exits(0), words);
    says(&world.run(&["drift"]).exits(2), words);
    let ran = world.run(&["plan", "--format", "json"]).exits(0);
    let plan: Json = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(plan["workspaces"][0]["changes"][0]["notes"]["ticket"], "SEC-1423");
    // Who is to be asked where something failed.
    says(
        &world.run(&["apply", "plan.json"]).exits(0),
        &format!("updated Collaborator\n      {words}\n"),
    );
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(true));
    for exchange in world.writes() {
        let sent = json!(exchange.request.body).to_string();
        assert!(!sent.contains("SEC-1423") && !sent.contains("RevOps"), "{sent}");
    }
}

#[test]
fn a_note_that_is_none_is_said() {
    for (more, words) in [
        ("owner: [a]\n", "`owner` must be a text"),
        ("reason: \"\"\n", "`reason` is blank"),
        ("labels: {owner: a}\n", "`owner` stands beside `labels`"),
        ("labels: [a]\n", "`labels` must be a mapping"),
        ("labels: {a: [b]}\n", "label `a` must be a text"),
    ] {
        says(&owned(more).run(&["validate"]).exits(3), words);
    }
}

#[test]
fn what_is_not_watched_is_named_where_that_is_asked_for() {
    let world = owned("");
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let ran = world.run(&["plan", "--unwatched"]).exits(0);
    says(&ran, "  emea/Collaborator\n");
    says(&ran, "      callsAndSearch  on\n");
    says(&ran, "      deleteCalls  off\n");
    assert!(!ran.stdout.contains("aiBuilder"), "{}", ran.stdout);
    let ran = world.run(&["plan", "--unwatched", "--format", "json"]).exits(0);
    let plan: Json = serde_json::from_str(&ran.stdout).expect("JSON");
    let coverage = &plan["workspaces"][0]["coverage"];
    let named = coverage["of"][0]["named"].as_object().expect("an object");
    assert_eq!(json!(named.len()), coverage["settings"]);
    assert_eq!(named["callsAndSearch"], true);
    let ran = world.run(&["plan", "--format", "json"]).exits(0);
    assert!(!ran.stdout.contains("\"named\""), "{}", ran.stdout);
}
