//! Promise 13 and the other guards: a plan that they refuse exits with 6, and nothing of it is sent.

use serde_json::json;

use super::{BY_ID, EMEA, live, says, three_changes};
use crate::harness::World;

/// Adds to the configuration.
fn configure(world: &World, more: &str) {
    world.write("permctl.yaml", &format!("{BY_ID}{more}"));
}

#[track_caller]
fn refuses(world: &World, words: &[&str]) {
    let plan = world.run(&["plan", "--out", "plan.json"]).exits(6);
    words.iter().for_each(|words| says(&plan, words));
    for command in [&["apply", "--auto-approve"][..], &["apply", "plan.json"]] {
        let ran = world.run(command).exits(6);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        words.iter().for_each(|words| assert!(said.contains(words), "no {words:?} in\n{said}"));
    }
    assert_eq!(world.writes(), []);
}

#[test]
fn every_refusing_guard_is_named_at_once() {
    let world = three_changes();
    configure(
        &world,
        "guards: {maxChanged: 2, protected: [Deal Desk], maxBroadened: {profiles: 0}}\n",
    );
    refuses(
        &world,
        &[
            "REFUSED by maxChanged: 3 profiles would change; 2 may",
            "REFUSED by protected: emea: \"Deal Desk\" would change and is protected",
            "REFUSED by maxBroadened: 1 profile would or may get broader; 0 may",
        ],
    );
}

#[test]
fn a_share_counts_from_five_profiles_on() {
    let world = three_changes();
    configure(&world, "guards: {maxChanged: 30%}\n");
    // Three files of the workspace's profiles; nobody gets below the share by taking files away.
    refuses(
        &world,
        &["REFUSED by maxChanged: emea: 3 of 7 profiles would change; the limit is 30 %"],
    );
    let _ = world.run(&["plan", "emea/Collaborator", "emea/Deal Desk"]).exits(0);
    for name in ["Business Admin", "Standard Team Member"] {
        let file = format!("profiles/emea/{}.yaml", name.replace(' ', "-"));
        world.write(&file, &format!("profile: {name}\n"));
    }
    refuses(
        &world,
        &["REFUSED by maxChanged: emea: 3 of 5 profiles would change; the limit is 30 %"],
    );
}

#[test]
fn a_protected_profile_is_known_by_its_live_new_and_former_names() {
    for name in ["Deal Desk", "Deals", "Deal Board"] {
        let world = three_changes();
        configure(&world, &format!("guards: {{protected: [{name}]}}\n"));
        world.write(
            "profiles/emea/deal-desk.yaml",
            "profile: Deals\nformerly: [Deal Board, Deal Desk]\nsettings: {forecast: false}\n",
        );
        refuses(&world, &["REFUSED by protected: emea: \"Deals\" would change"]);
    }
}

#[test]
fn the_people_who_get_more_are_counted_also_when_a_saved_plan_says_otherwise() {
    let world = three_changes();
    let holders = serde_json::json!({"users": [{"id": "1", "fullName": "A"}, {"id": "2"}]});
    super::answer(&world, "GET", "/v2/permission-profile/users", super::reply(200, holders));
    configure(&world, "guards: {maxBroadened: {holders: 2, profiles: 1}}\n");
    let _ = world.run(&["plan"]).exits(0);
    configure(&world, "guards: {maxBroadened: {holders: 1}}\n");
    refuses(&world, &["REFUSED by maxBroadened: 2 people would or may get more access; 1 may"]);
    let mut plan: serde_json::Value = serde_json::from_str(&world.read("plan.json")).unwrap();
    let workspaces = plan["workspaces"].as_array_mut().unwrap().iter_mut();
    let changes = workspaces.flat_map(|workspace| workspace["changes"].as_array_mut().unwrap());
    for change in changes {
        change["direction"] = "narrows".into();
        change["holders"] = serde_json::json!({"count": 0, "names": []});
        for transition in change["transitions"].as_array_mut().unwrap() {
            transition["direction"] = "narrows".into();
        }
    }
    world.write("plan.json", &plan.to_string());
    let _ = world.run(&["apply", "plan.json"]).exits(6);
    assert_eq!(world.writes(), []);
}

#[test]
fn promise_13_the_last_administration_is_not_taken_away() {
    let world = World::fresh();
    configure(&world, "");
    world.write(
        "profiles/emea/admin.yaml",
        "profile: Business Admin\nsettings: {manageGeneralBusinessSettings: false}\n",
    );
    refuses(
        &world,
        &["REFUSED by lockOut: emea: \"Business Admin\" would lose administration, and no other"],
    );
    // Somebody else has it, and people have that.
    world.edit("EMEA Sales", "Sales Manager", "manageGeneralBusinessSettings", true.into());
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
}

#[test]
fn promise_13_administration_that_nobody_holds_keeps_nobody_in() {
    let world = World::fresh();
    configure(&world, "");
    world.write(
        "profiles/emea/admin.yaml",
        "profile: Business Admin\nsettings: {manageGeneralBusinessSettings: false}\n",
    );
    world.write(
        "profiles/emea/new.yaml",
        "profile: New Admin\nnew: true\nsettings: {manageGeneralBusinessSettings: true}\n",
    );
    refuses(&world, &["REFUSED by lockOut: emea"]);
}

#[test]
fn an_exception_lifts_its_rule_in_its_workspace_until_its_last_day() {
    let world = three_changes();
    let exception = |workspace: &str, until: &str| {
        format!(
            "guards: {{protected: [Deal Desk]}}\nexceptions:\n  - {{rule: protected, workspace: {workspace}, reason: SEC-7, until: {until}}}\n"
        )
    };
    configure(&world, &exception("amer", "2999-01-01"));
    refuses(&world, &["REFUSED by protected"]);
    configure(&world, &exception("emea", "2001-01-01"));
    refuses(&world, &["REFUSED by protected"]);
    let ran = world.run(&["plan"]).exits(6);
    assert!(ran.stderr.contains("warning[exception-expired]"), "{}", ran.stderr);
    configure(&world, &exception("emea", "2999-01-01"));
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
}

#[test]
fn a_guard_is_lifted_by_a_flag_at_a_terminal_only() {
    let world = three_changes();
    configure(&world, "guards: {protected: [Deal Desk]}\n");
    let ran = world.run(&["apply", "--auto-approve", "--lift", "protected"]).exits(64);
    assert!(ran.stderr.contains("at a terminal only"), "{}", ran.stderr);
    assert_eq!(world.writes(), []);
}

#[test]
fn only_what_narrows_can_be_applied_alone() {
    let world = three_changes();
    let ran = world.run(&["apply", "--auto-approve", "--only", "narrows"]).exits(0);
    says(&ran, "Applied: 0 created, 2 updated.");
    let plan = world.run(&["plan"]).exits(0);
    says(&plan, "Plan: 0 to create, 1 to update (1 broadens)");
}

#[test]
fn only_narrows_leaves_names_and_descriptions_as_they_are() {
    let world = World::fresh();
    configure(&world, "");
    world.write(
        "profiles/emea/desk.yaml",
        "profile: Quotes\nformerly: [Deal Desk]\ndescription: Makes quotes\nsettings: {forecast: false}\n",
    );
    let ran = world.run(&["apply", "emea", "--auto-approve", "--only", "narrows"]).exits(0);
    says(&ran, "Left out by `--only`: 1 change.");
    assert_eq!(live(&world, EMEA, "Deal Desk", "forecast"), json!(false));
    assert_ne!(live(&world, EMEA, "Deal Desk", "description"), json!("Makes quotes"));
    let plan = world.run(&["plan", "emea"]).exits(0);
    says(&plan, "Deal Desk");
    says(&plan, "Plan: 0 to create, 1 to update (1 neutral), 0 unchanged");
}

#[test]
fn what_narrows_is_written_before_what_broadens() {
    let world = three_changes();
    let ran = world.run(&["apply", "--auto-approve", "emea"]).exits(0);
    let at = |name: &str| ran.stdout.find(name).unwrap_or_else(|| panic!("{}", ran.stdout));
    let (narrows, broadens) = (at("updated Sales Manager"), at("updated Collaborator"));
    assert!(narrows < broadens, "{}", ran.stdout);
}

#[test]
fn promise_13_what_gives_administration_is_written_before_what_takes_it() {
    let world = World::fresh();
    configure(&world, "");
    for (name, gives) in [("Business Admin", false), ("Sales Manager", true)] {
        world.write(
            &format!("profiles/emea/{}.yaml", name.to_lowercase().replace(' ', "-")),
            &format!("profile: {name}\nsettings: {{manageGeneralBusinessSettings: {gives}}}\n"),
        );
    }
    let ran = world.run(&["apply", "--auto-approve", "emea"]).exits(0);
    let at = |name: &str| ran.stdout.find(name).unwrap_or_else(|| panic!("{}", ran.stdout));
    assert!(at("updated Sales Manager") < at("updated Business Admin"), "{}", ran.stdout);
    let bodies: Vec<_> = world.writes().into_iter().filter_map(|it| it.request.body).collect();
    assert_eq!(bodies[0]["manageGeneralBusinessSettings"], true, "as it was sent");
}

#[test]
fn people_whom_nobody_counted_are_not_taken_for_none() {
    let world = three_changes();
    configure(&world, "guards: {maxBroadened: {holders: 5}}\n");
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    let plan = world.run(&["plan", "--live", "live.json"]).exits(6);
    says(
        &plan,
        "the holders of 1 profiles that would or may get broader are unknown, so the limit of 5 people can't be checked",
    );
    world.remove("profiles/emea/collaborator.yaml");
    let _ = world.run(&["plan", "--live", "live.json"]).exits(0);
}

#[test]
fn an_exception_lifts_the_number_of_changes_in_its_workspace() {
    let world = three_changes();
    let exception = |workspace: &str| {
        format!(
            "guards: {{maxChanged: 2}}\nexceptions:\n  - {{rule: maxChanged, workspace: {workspace}, reason: SEC-7, until: 2999-01-01}}\n"
        )
    };
    configure(&world, &exception("amer"));
    refuses(&world, &["REFUSED by maxChanged: 3 profiles would change; 2 may"]);
    configure(&world, &exception("emea"));
    let _ = world.run(&["plan"]).exits(0);
}

#[test]
fn a_protected_name_that_nothing_has_is_warned_of() {
    let world = three_changes();
    configure(&world, "guards: {protected: [Busines Admin, Integration User, Deal Desk]}\n");
    let ran = world.run(&["plan"]).exits(6);
    for words in [
        "warning[unknown-protected]: `protected` names Busines Admin, and no live profile and no file has that name",
        "help: did you mean Business Admin?",
        "`protected` names Integration User, and no live profile and no file has that name",
        "help: did you mean \"Integration User \"?",
    ] {
        assert!(ran.stdout.contains(words), "no {words:?} in\n{}", ran.stdout);
    }
    assert!(!ran.stdout.contains("names Deal Desk"), "{}", ran.stdout);
    let json = world.run(&["plan", "--format", "json"]).exits(6);
    assert!(json.stdout.contains("unknown-protected"), "{}", json.stdout);
    // A plan of a part does not show what the rest has.
    assert!(!world.run(&["plan", "amer"]).exits(0).stdout.contains("unknown-protected"));
}
