//! Values that expire in every form that they can be given in: each is taken back after its day, and told as expired.

use jiff::civil::{Date, date};
use serde_json::{Value as Json, json};

use super::{BY_ID, EMEA, live, says};
use crate::harness::{Ran, World};

const LAST: Date = date(2027, 3, 31);
const NEXT: Date = date(2027, 4, 1);

fn on(world: &World, day: Date, arguments: &[&str]) -> Ran {
    world.run_with(arguments, &[("PERMCTL_TEST_DAY", &day.to_string())])
}

/// Describes a profile of EMEA, with more lines of the configuration and a file of bases.
fn described(config: &str, bases: &str, profile: &str) -> World {
    let world = World::fresh();
    let alone = BY_ID.replace("      amer: {id: \"861402275930418857\"}\n", "");
    world.write("permctl.yaml", &format!("{alone}{config}"));
    if !bases.is_empty() {
        world.write("profiles/bases/all.yaml", bases);
    }
    world.write("profiles/emea/collaborator.yaml", &format!("profile: Collaborator\n{profile}"));
    world
}

/// Applies on the last day, and sees that the nightly job of the next one takes back what has expired and that
/// nothing is left to do then.
#[track_caller]
fn is_taken_back(world: &World, last: Date, next: Date) {
    let _ = on(world, last, &["apply", "--auto-approve"]).exits(0);
    let ran = on(world, next, &["drift", "--fail-on", "changed,holders"]).exits(0);
    says(&ran, "1 expired");
    let _ = on(world, next, &["apply", "--only", "expired", "--auto-approve"]).exits(0);
    says(&on(world, next, &["plan"]).exits(0), "Nothing to do");
}

fn leads(world: &World) -> Json {
    live(world, EMEA, "Collaborator", "callsAccess.teamLeadIds")
}

#[test]
fn a_list_with_a_last_day_ends_with_the_earlier_of_two_days() {
    let lists = "lists: {leads: [ada.lovelace@acme.example, {value: grace.hopper@acme.example, until: 2027-03-20, reason: a}]}\n";
    let world = described(
        lists,
        "",
        "settings:\n  callsAccess:\n    permissionLevel: managers-team\n    teamLeadIds: \
         [katherine.johnson@acme.example, {value: \"list:leads\", until: 2027-03-31, reason: cover}]\n",
    );
    let _ = on(&world, date(2027, 3, 20), &["apply", "--auto-approve"]).exits(0);
    assert_eq!(leads(&world).as_array().map(Vec::len), Some(3));
    is_taken_back(&world, LAST, NEXT);
    assert_eq!(leads(&world).as_array().map(Vec::len), Some(1));
}

#[test]
fn a_name_that_no_other_line_needs_is_looked_up_and_one_that_has_gone_is_taken_back_too() {
    let profile = "settings:\n  callsAccess: {permissionLevel: managers-team, teamLeadIds: [{value: \
                   grace.hopper@acme.example, until: 2027-03-31, reason: cover}]}\n";
    is_taken_back(&described("", "", profile), LAST, NEXT);

    let world = described("", "", profile);
    let _ = on(&world, LAST, &["apply", "--auto-approve"]).exits(0);
    let mut state = world.sandbox().state();
    let users = state["users"].as_array_mut().expect("a list");
    users.retain(|user| user["emailAddress"] != "grace.hopper@acme.example");
    world.sandbox().with_vendor(|vendor| vendor.load(state)).expect("a state");
    let _ = on(&world, NEXT, &["apply", "--only", "expired", "--auto-approve"]).exits(0);
    assert!(leads(&world).as_array().is_none_or(Vec::is_empty), "{}", leads(&world));
}

#[test]
fn what_comes_afterwards_may_name_more_than_what_was_before() {
    let profile = "settings:\n  libraryFolderAccess:\n    value: {permissionLevel: all}\n    then: {permissionLevel: \
                   specific-folders, manageStreams: true}\n    until: 2027-03-31\n    reason: handover\n";
    let world = described("", "", profile);
    is_taken_back(&world, LAST, NEXT);
    let streams = live(&world, EMEA, "Collaborator", "libraryFolderAccess.manageStreams");
    assert_eq!(streams, json!(true));
}

#[test]
fn a_member_that_expires_afterwards_says_nothing_of_the_days_before() {
    let world = described(
        "",
        "",
        "settings:\n  callsAccess:\n    permissionLevel: managers-team\n    teamLeadIds:\n      value: \
         [ada.lovelace@acme.example]\n      then: [{value: grace.hopper@acme.example, until: 2027-03-25, reason: x}]\n      \
         until: 2027-03-31\n      reason: cover\n",
    );
    is_taken_back(&world, LAST, NEXT);
    assert!(leads(&world).as_array().is_none_or(Vec::is_empty), "{}", leads(&world));
    // The files never asked for it, so it was given by hand.
    let state = world.sandbox().state();
    let mut users = state["users"].as_array().expect("a list").iter();
    let grace = users.find(|user| user["emailAddress"] == "grace.hopper@acme.example");
    let id = &grace.expect("she is there")["id"];
    world.edit(EMEA, "Collaborator", "callsAccess.teamLeadIds", json!([id]));
    let _ = on(&world, NEXT, &["drift", "--fail-on", "expired"]).exits(0);
    let _ = on(&world, NEXT, &["drift", "--fail-on", "changed"]).exits(2);
}

#[test]
fn a_guard_judges_what_is_left_of_a_nightly_job() {
    let world = described(
        "guards: {maxChanged: 1}\n",
        "",
        "settings: {aiBuilder: {value: true, until: 2027-03-31, reason: x}}\n",
    );
    let _ = on(&world, LAST, &["apply", "--auto-approve"]).exits(0);
    world.write("profiles/emea/b.yaml", "profile: Deal Desk\nsettings: {forecast: false}\n");
    let _ = on(&world, NEXT, &["plan"]).exits(6);
    let ran = on(&world, NEXT, &["apply", "--only", "expired", "--auto-approve"]).exits(0);
    assert!(!ran.stdout.contains("REFUSED"), "{}", ran.stdout);
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(false));
}

#[test]
fn a_member_of_a_bases_set_expires_below_a_change_of_it() {
    let world = described(
        "",
        "base: team\nprovider: gong\nsettings:\n  callsAccess:\n    permissionLevel: managers-team\n    teamLeadIds: \
         [ada.lovelace@acme.example, {value: grace.hopper@acme.example, until: 2027-03-31, reason: cover}]\n",
        "extends: team\nsettings:\n  callsAccess: {teamLeadIds: {add: [katherine.johnson@acme.example], reason: x}}\n",
    );
    is_taken_back(&world, LAST, NEXT);
    assert_eq!(leads(&world).as_array().map(Vec::len), Some(2));
}

#[test]
fn a_profile_and_then_its_base_expire() {
    let world = described(
        "",
        "base: team\nprovider: gong\nsettings:\n  callsAccess: {value: {permissionLevel: report-to-them}, until: \
         2027-04-15, reason: x}\n",
        "extends: team\nsettings:\n  callsAccess: {value: {permissionLevel: all}, until: 2027-03-31, reason: y}\n",
    );
    is_taken_back(&world, LAST, NEXT);
    is_taken_back(&world, date(2027, 4, 15), date(2027, 4, 16));
    let level = live(&world, EMEA, "Collaborator", "callsAccess.permissionLevel");
    assert_eq!(level, json!("none"));
}

#[test]
fn a_reason_also_holds_for_what_comes_afterwards() {
    let world = described(
        "",
        "base: low\nprovider: gong\nsettings: {aiBuilder: false}\n",
        "extends: low\nsettings: {aiBuilder: {value: false, until: 2027-03-31, then: true, reason: launch}}\n",
    );
    let _ = on(&world, LAST, &["validate"]).exits(0);
    says(&on(&world, NEXT, &["plan"]).exits(0), "aiBuilder  off -> on  # expired, line 3");

    let profile = "settings:\n  callsAccess:\n    value: {permissionLevel: all}\n    then: {teamLeadIds: []}\n    \
                   until: 2027-03-31\n    reason: x\n";
    let ran = on(&described("", "", profile), LAST, &["validate"]).exits(3);
    says(&ran, "`then` of `callsAccess` has no `permissionLevel`");
}

#[test]
fn an_expired_line_of_one_base_leaves_what_another_one_states() {
    let world = described(
        "",
        "base: one\nprovider: gong\nsettings: {aiBuilder: true, forecast: true}\n---\nbase: two\nprovider: \
         gong\nsettings:\n  aiBuilder: {value: false, until: 2027-03-31, reason: x}\n  forecast: {value: true, \
         until: 2027-03-31, reason: y}\n",
        "extends: [one, two]\n",
    );
    let _ = on(&world, LAST, &["apply", "--auto-approve"]).exits(0);
    assert_eq!(live(&world, EMEA, "Collaborator", "forecast"), json!(true));
    let _ = on(&world, NEXT, &["apply", "--only", "expired", "--auto-approve"]).exits(0);
    let both = ["aiBuilder", "forecast"].map(|it| live(&world, EMEA, "Collaborator", it));
    assert_eq!(both, [json!(true), json!(true)]);
    assert_eq!(on(&world, NEXT, &["plan"]).exits(0).stdout.matches("Nothing to do").count(), 1);
}

#[test]
fn another_day_long_after_all_last_days_is_shown() {
    let grant = "settings: {aiBuilder: {value: true, until: 2027-03-31, reason: x}}\n";
    let world = described("", "", grant);
    let _ = on(&world, LAST, &["apply", "--auto-approve"]).exits(0);
    let ran = on(&world, LAST, &["plan", "--as-of", "2027-09-01"]).exits(0);
    says(&ran, "aiBuilder  on -> off  # expired");
}

#[test]
fn what_restricts_needs_a_value_for_afterwards() {
    let world = World::of("webex", None, &[]);
    world.write(
        "profiles/center/a.yaml",
        "profile: A\nnew: true\nsettings:\n  permissionAccessLevel: SPECIFIC\n  permissions:\n    \
         restricted-monitor-only: {value: DISABLED, until: 2027-03-31, reason: x}\n",
    );
    let ran = on(&world, LAST, &["validate"]).exits(3);
    says(&ran, "has no narrowest value that it could have afterwards");
}
