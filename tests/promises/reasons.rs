//! What is broader than a base gives a reason; a set may say what differs from that of a base.

use serde_json::json;

use super::{BY_ID, EMEA, live, says};
use crate::harness::World;

/// Two bases, of which `wide` is the broader one, and a profile.
fn with_bases(profile: &str) -> World {
    let world = World::fresh();
    world.write("permctl.yaml", &BY_ID.replace("      amer: {id: \"861402275930418857\"}\n", ""));
    world.write(
        "profiles/bases/all.yaml",
        "base: narrow\nprovider: gong\nsettings:\n  forecast: false\n  callsAccess:\n    permissionLevel: managers-team\n    \
         teamLeadIds: [ada.lovelace@acme.example]\n---\nbase: reasoned\nprovider: gong\nextends: wide\nsettings:\n  callsAccess: {permissionLevel: {value: managers-team, reason: y}, teamLeadIds: [ada.lovelace@acme.example]}\n---\nbase: wide\nprovider: gong\nsettings: {forecast: true}\n",
    );
    world.write("profiles/emea/lead.yaml", &format!("profile: Lead\nnew: true\n{profile}"));
    world
}

#[test]
fn what_is_broader_than_a_base_needs_a_reason_on_that_setting() {
    for (profile, is_said) in [
        ("extends: narrow\nsettings: {forecast: true}\n", true),
        ("extends: narrow\nsettings: {forecast: false}\n", false),
        ("extends: wide\nsettings: {forecast: false}\n", false),
        ("extends: wide\nsettings: {forecast: true}\n", false),
        ("extends: narrow\nsettings: {forecast: {value: true, reason: SEC-1}}\n", false),
        // A reason for another setting is none for this one.
        (
            "extends: narrow\nsettings: {forecast: true, market: {value: true, reason: SEC-1}}\n",
            true,
        ),
        // Broader than any of the bases, in any order.
        ("extends: [wide, narrow]\nsettings: {forecast: true}\n", true),
        ("extends: [narrow, wide]\n", true),
        ("extends: [wide, narrow]\n", false),
        ("extends: narrow\nsettings:\n  callsAccess: {permissionLevel: all}\n", true),
        (
            "extends: narrow\nsettings:\n  callsAccess: {permissionLevel: {value: all, reason: SEC-1}}\n",
            false,
        ),
        (
            "extends: narrow\nsettings:\n  callsAccess: {value: {permissionLevel: all}, reason: SEC-1}\n",
            false,
        ),
        // A reason for one member of a bundle is none for another, nor is that of the base.
        (
            "extends: reasoned\nsettings:\n  callsAccess: {teamLeadIds: {add: [grace.hopper@acme.example]}}\n",
            true,
        ),
        (
            "extends: reasoned\nsettings:\n  callsAccess: {teamLeadIds: {add: [{value: grace.hopper@acme.example, reason: x}]}}\n",
            false,
        ),
        // What the vendor leaves open may be broader.
        ("extends: narrow\nsettings:\n  callsAccess: {permissionLevel: own}\n", true),
    ] {
        let world = with_bases(profile);
        let ran = world.run(&["validate"]);
        let said = ran.stdout.contains("error[reason-missing]");
        assert_eq!(
            (said, ran.code),
            (is_said, if is_said { 3 } else { 0 }),
            "{profile}{}",
            ran.stdout
        );
        assert_eq!(ran.stdout.matches("error[").count(), usize::from(is_said), "{}", ran.stdout);
    }
}

#[test]
fn a_reason_in_a_base_holds_for_those_that_extend_it() {
    let world = with_bases("extends: mine\n");
    let mine = "base: mine\nextends: narrow\nsettings: {forecast: {value: true, reason: SEC-1}}\n";
    world.write("profiles/emea/mine.yaml", mine);
    let _ = world.run(&["validate"]).exits(0);
    says(
        &world.run(&["plan"]).exits(0),
        "forecast                     on  # profiles/emea/mine.yaml:3: SEC-1",
    );
    world.write("profiles/emea/mine.yaml", &mine.replace("{value: true, reason: SEC-1}", "true"));
    let ran = world.run(&["validate"]).exits(3);
    says(&ran, "profiles/emea/mine.yaml:3:22");
    assert_eq!(ran.stdout.matches("error[").count(), 1, "{}", ran.stdout);
}

#[test]
fn a_set_may_be_changed_against_that_of_a_base() {
    let world = with_bases(
        "extends: narrow\nsettings:\n  callsAccess:\n    teamLeadIds:\n      add: [grace.hopper@acme.example]\n      \
         remove: [ada.lovelace@acme.example]\n      reason: SEC-1\n",
    );
    let ran = world.run(&["apply", "--auto-approve"]).exits(0);
    says(&ran, "+ grace.hopper@acme.example");
    let level = live(&world, EMEA, "Lead", "callsAccess.permissionLevel");
    assert_eq!(level, json!("managers-team"));
    let leads = live(&world, EMEA, "Lead", "callsAccess.teamLeadIds");
    assert_eq!(leads.as_array().map(Vec::len), Some(1));
    says(&world.run(&["plan"]).exits(0), "Nothing to do");
}

#[test]
fn a_set_change_that_means_nothing_is_said() {
    for (change, extends, words) in [
        (
            "{add: [ada.lovelace@acme.example], reason: a}",
            "extends: narrow",
            "of the base already has",
        ),
        (
            "{remove: [grace.hopper@acme.example]}",
            "extends: narrow",
            "does not have `grace.hopper@acme.example`",
        ),
        ("{add: [grace.hopper@acme.example]}", "extends: narrow", "broader than a base states"),
        (
            "{add: [grace.hopper@acme.example], reason: a}",
            "extends: wide",
            "no base states `callsAccess`",
        ),
        ("{ad: [grace.hopper@acme.example], remove: []}", "extends: narrow", "did you mean `add`?"),
    ] {
        let world = with_bases(&format!(
            "{extends}\nsettings:\n  callsAccess:\n    teamLeadIds: {change}\n"
        ));
        says(&world.run(&["validate"]), words);
    }
}

#[test]
fn a_set_change_expires_to_the_set_of_the_base() {
    let world = with_bases(
        "extends: narrow\nsettings:\n  callsAccess:\n    teamLeadIds: {add: [grace.hopper@acme.example], \
         until: 2027-03-31, reason: SEC-1}\n",
    );
    let leads = |day: &str| {
        let day = [("PERMCTL_TEST_DAY", day)];
        let _ = world.run_with(&["apply", "--auto-approve"], &day).exits(0);
        let ids = live(&world, EMEA, "Lead", "callsAccess.teamLeadIds");
        ids.as_array().map_or(0, Vec::len)
    };
    assert_eq!(leads("2027-03-31"), 2);
    let ran = world.run_with(&["drift"], &[("PERMCTL_TEST_DAY", "2027-04-01")]).exits(2);
    says(&ran, "1 expired");
    assert_eq!(leads("2027-04-01"), 1);
}

#[test]
fn a_reason_for_one_entry_of_a_map_is_none_for_another() {
    let world = World::of("webex", None, &[]);
    world.write(
        "profiles/bases/a.yaml",
        "base: viewer\nprovider: webex\nsettings: {permissionAccessLevel: SPECIFIC, permissions: {queue: VIEW, team: VIEW}}\n",
    );
    let entries = "{queue: {value: VIEW, reason: as before}, team: EDIT, user-profile: EDIT}";
    world.write(
        "profiles/center/a.yaml",
        &format!("profile: A\nnew: true\nextends: viewer\nsettings: {{permissionAccessLevel: SPECIFIC, permissions: {entries}}}\n"),
    );
    let ran = world.run(&["validate"]).exits(3);
    says(&ran, "`permissions.team` is broader than a base states");
    says(&ran, "`permissions.user-profile` is broader than a base states");
    says(&ran, "2 errors");
}
