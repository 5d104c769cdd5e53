//! Who has the profiles that a plan is about: looked up only when asked for, and counted.

use permctl_sandbox::{Exchange, Fault, Received};
use serde_json::json;

use super::{BY_ID, PROFILE, answer, refusal, reply, says, three_changes};

const HOLDERS: &str = "/v2/permission-profile/users";

#[test]
fn holders_are_looked_up_for_changed_and_unmanaged_profiles_when_asked_for() {
    let world = three_changes();
    let lookups = |world: &crate::harness::World| {
        let exchanges = world.sandbox().exchanges();
        exchanges.iter().filter(|exchange| exchange.request.path == HOLDERS).count()
    };
    let ran = world.run(&["plan", "emea", "--holders", "none"]).exits(0);
    assert_eq!(lookups(&world), 0);
    assert!(!ran.stdout.contains("held by"), "{}", ran.stdout);
    let people = json!({"requestId": "1", "users": [
        {"id": "2", "fullName": "Grace Hopper", "emailAddress": "grace.hopper@acme.example"},
        {"id": "1", "fullName": "Ada Lovelace", "emailAddress": null},
    ]});
    answer(&world, "GET", HOLDERS, reply(200, people));
    let ran = world.run(&["plan", "emea", "--holders", "all", "--holder-names"]).exits(0);
    says(&ran, "held by 2 people: Ada Lovelace, grace.hopper@acme.example");
    let unmanaged = ran.stdout.matches(" is held by").count();
    assert_eq!(lookups(&world), 3 + unmanaged);
    assert!(unmanaged > 0, "the fresh tenant has more profiles than three");
    says(&ran, &format!("acme: {} API calls to plan", 1 + 3 + unmanaged));
}

#[test]
fn without_being_asked_a_plan_says_who_has_what_gets_broader_and_drift_who_has_what_is_unmanaged() {
    let world = three_changes();
    let plan = world.run(&["plan", "emea"]).exits(0);
    let held = plan.stdout.matches("no holders").count() + plan.stdout.matches("held by").count();
    assert_eq!(held, 1, "{}", plan.stdout);
    let broadens = plan.stdout.find("(broadens)").expect("one of the three turns something on");
    let next = plan.stdout[broadens..].find("no holders");
    assert!(next.is_some_and(|at| at < 120), "{}", plan.stdout);
    let drift = world.run(&["drift", "emea"]).exits(2);
    assert!(drift.stdout.matches(" is held by").count() > 0, "{}", drift.stdout);
}

#[test]
fn a_workspace_whose_holders_can_not_be_had_is_not_read_instead_of_held_by_nobody() {
    let world = three_changes();
    answer(&world, "GET", HOLDERS, refusal(403));
    let ran = world.run(&["plan", "emea", "--holders", "all"]).exits(4);
    assert!(ran.stdout.starts_with("NOT READ: acme, workspace \"emea\""), "{}", ran.stdout);
    says(&ran, "403: the vendor's words");
    assert!(!ran.stdout.contains("held by"), "{}", ran.stdout);
    let writes = world.sandbox().exchanges();
    assert!(writes.iter().all(|it| it.request.path != PROFILE), "something was written");
}

#[test]
fn a_run_that_only_narrows_looks_nobody_up_for_what_it_leaves_out() {
    let world = three_changes();
    world.write("permctl.yaml", &format!("{BY_ID}guards: {{maxBroadened: {{holders: 100}}}}\n"));
    let _ = world.run(&["plan", "emea", "--out", "plan.json"]).exits(0);
    world.sandbox().clear_exchanges();
    let ran = world.run(&["apply", "plan.json", "--only", "narrows"]).exits(0);
    says(&ran, "Applied: 0 created, 2 updated.");
    let exchanges = world.sandbox().exchanges();
    assert!(exchanges.iter().all(|it| it.request.path != HOLDERS), "{exchanges:?}");
}

#[test]
fn an_apply_of_the_plan_at_hand_looks_everybody_up_once() {
    let world = three_changes();
    // Whoever takes administration away has to know who keeps it.
    world.write(
        "profiles/emea/business-admin.yaml",
        "profile: Business Admin\nsettings: {manageGeneralBusinessSettings: false}\n",
    );
    world.write("permctl.yaml", &format!("{BY_ID}guards: {{maxBroadened: {{holders: 100}}}}\n"));
    let _ = world.run(&["apply", "emea", "--auto-approve", "--only", "narrows"]).exits(6);
    let exchanges = world.sandbox().exchanges();
    let mut lookups: Vec<String> = exchanges
        .iter()
        .filter(|it| it.request.path == HOLDERS)
        .map(|it| format!("{:?}", it.request.query))
        .collect();
    let all = lookups.len();
    assert!(all > 0, "a guard asks who is left");
    lookups.sort();
    lookups.dedup();
    assert_eq!(lookups.len(), all);
}

#[test]
fn who_takes_administration_from_nobody_asks_nothing_of_who_has_it() {
    let world = three_changes();
    // It administers and keeps doing so.
    world.write(
        "profiles/emea/business-admin.yaml",
        "profile: Business Admin\nsettings: {library: false}\n",
    );
    let _ = world.run(&["plan", "emea", "--out", "plan.json"]).exits(0);
    world.sandbox().clear_exchanges();
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    let exchanges = world.sandbox().exchanges();
    assert!(exchanges.iter().all(|it| it.request.path != HOLDERS), "{exchanges:?}");
}

/// Describes some profiles of each workspace that get broader.
fn broadened(world: &crate::harness::World) -> usize {
    let state = world.sandbox().state();
    let mut described = 0;
    for (folder, id) in [("emea", super::EMEA), ("amer", super::AMER)] {
        let profiles = state["profiles"][id].as_array().expect("a list");
        let narrow = profiles.iter().filter(|profile| profile["aiBuilder"] != json!(true));
        for (number, profile) in narrow.enumerate() {
            let name = profile["name"].to_string();
            let text = format!("profile: {name}\nsettings: {{aiBuilder: true}}\n");
            world.write(&format!("profiles/{folder}/{number}.yaml"), &text);
            described += 1;
        }
    }
    described
}

fn lookups(world: &crate::harness::World) -> usize {
    let exchanges = world.sandbox().exchanges();
    exchanges.iter().filter(|exchange| exchange.request.path == HOLDERS).count()
}

#[test]
fn at_a_slow_pace_a_plan_makes_no_more_lookups_than_reads_of_profiles_unless_they_are_asked_for() {
    let world = crate::harness::World::fresh();
    // One request a second, and none is waited for.
    let slow = BY_ID.replace("perSecond: 1000, share: 100%", "perMinute: 60, share: 100%");
    world.write("permctl.yaml", &slow);
    let described = broadened(&world);
    assert!(described > 4, "{described}");
    let ran = world.run(&["plan"]).exits(0);
    assert_eq!(lookups(&world), 2);
    let left = described - 2;
    says(
        &ran,
        &format!(
            "The holders of {left} more profiles are not counted; `--holders all` counts them. By itself a plan counts those of at most 2."
        ),
    );
    // Which two they are does not depend on which workspace answers first.
    let of_amer = ran.stdout.find("amer (").expect("the workspaces are in order");
    let of_emea = ran.stdout.find("emea (").expect("the workspaces are in order");
    assert!(of_amer < of_emea);
    assert_eq!(ran.stdout[of_emea..].matches("no holders").count(), 0, "{}", ran.stdout);
    world.sandbox().clear_exchanges();
    let ran = world.run(&["plan", "--holders", "all"]).exits(0);
    assert!(lookups(&world) >= described);
    assert!(!ran.stdout.contains("not counted"), "{}", ran.stdout);
    world.sandbox().clear_exchanges();
    // What a guard counts is no choice.
    world.write("permctl.yaml", &format!("{slow}guards: {{maxBroadened: {{holders: 1000}}}}\n"));
    let _ = world.run(&["plan"]).exits(0);
    assert_eq!(lookups(&world), described);
}

#[test]
fn holders_are_looked_up_while_another_workspace_is_still_read() {
    let world = crate::harness::World::fresh();
    world.write("permctl.yaml", BY_ID);
    let _ = broadened(&world);
    world.sandbox().script(Box::new(|request: &Received| {
        match request.parameter("workspaceId") == Some(super::EMEA) {
            true => Fault::Delay(std::time::Duration::from_secs(1)),
            false => Fault::None,
        }
    }));
    let _ = world.run(&["plan"]).exits(0);
    // In the order of the answers.
    let exchanges = world.sandbox().exchanges();
    let emea = |it: &Exchange| it.request.parameter("workspaceId") == Some(super::EMEA);
    let read = exchanges.iter().position(emea).expect("it was read");
    let before = exchanges[..read].iter().filter(|it| it.request.path == HOLDERS).count();
    assert!(before > 0 && before < lookups(&world), "{before} before");
}
