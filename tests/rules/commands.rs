//! Rules in whole commands: a plan, its apply, drift, and what a branch can't do about them.

use serde_json::{Value as Json, json};

use super::TERMS;
use crate::harness::{Ran, World};
use crate::promises::{BY_ID, EMEA, live, tells};

const MANAGER: &str = "profiles/emea/sales-manager.yaml";

/// A file gives sales managers, of whom there are six, the right to delete calls. It is refused to all but business
/// administrators, of whom there are two in each workspace.
fn world(rules: &str) -> World {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write(MANAGER, "profile: Sales Manager\nsettings: {deleteCalls: true}\n");
    world.write("profiles/amer/a.yaml", "profile: Collaborator\n");
    world.write("rules/a.yaml", rules);
    world
}

fn rule(text: &str) -> String {
    format!("{text}{TERMS}")
}

const ADMINISTRATORS: &str =
    "who: administrators delete\nsettings: [deleteCalls]\nprofiles: ['*/Business Admin']";

#[track_caller]
fn gates(ran: &Ran) -> Vec<(String, String)> {
    let report: Json = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let gates = report["gates"].as_array().cloned().unwrap_or_default();
    let text = |gate: &Json, key: &str| gate[key].as_str().unwrap_or_default().to_owned();
    gates.iter().map(|gate| (text(gate, "outcome"), text(gate, "message"))).collect()
}

#[test]
fn what_a_plan_makes_worse_is_refused_and_nothing_is_sent() {
    let world = world(&rule(ADMINISTRATORS));
    let ran = world.run(&["plan", "--out", "plan.json"]).exits(6);
    tells(
        &ran,
        "Gates\n  REFUSED by who \"administrators delete\": emea/Sales Manager: has `deleteCalls`, and is none of the profiles that may\n      at rules/a.yaml:1 (the rule), profiles/emea/sales-manager.yaml:2 (the profile)\n    reason: it is agreed\n    owner: it\n    help: take it out of the change, or add an exception to the rule",
    );
    for arguments in [&["apply", "--auto-approve"][..], &["apply", "plan.json"]] {
        let ran = world.run(arguments).exits(6);
        tells(&ran, "nothing was sent: refused by who \"administrators delete\"");
    }
    assert_eq!(world.writes(), []);
    let ran = world.run(&["plan", "--format", "markdown"]).exits(6);
    tells(
        &ran,
        "| `who \"administrators delete\"` | **refused** | `emea/Sales Manager`<br>`rules/a.yaml:1 (the rule), ",
    );
    // Files that are wrong by a rule are wrong.
    let ran = world.run(&["validate"]).exits(3);
    tells(&ran, "error[rule-broken]: \"Sales Manager\" has `deleteCalls`");
    let _ = world.run(&["test"]).exits(3);
}

#[test]
fn what_is_broken_live_already_is_listed_and_keeps_no_other_change_back() {
    let world = world(&rule(ADMINISTRATORS));
    world.edit("EMEA Sales", "Sales Manager", "deleteCalls", json!(true));
    world.write(MANAGER, "profile: Sales Manager\nsettings: {deleteCalls: true, library: false}\n");
    let ran = world.run(&["plan", "--format", "json"]).exits(0);
    let message = "has `deleteCalls`, and is none of the profiles that may";
    assert_eq!(gates(&ran), [("stands".to_owned(), message.to_owned())]);
    let ran = world.run(&["apply", "--auto-approve"]).exits(0);
    tells(&ran, "Applied: 0 created, 1 updated.");
}

#[test]
fn a_rule_that_warns_says_that_it_would_have_refused() {
    let world = world(&rule(&format!("{ADMINISTRATORS}\nenforce: warn")));
    let ran = world.run(&["plan"]).exits(0);
    tells(&ran, "WOULD HAVE BEEN REFUSED by who \"administrators delete\": emea/Sales Manager: ");
    let ran = world.run(&["validate"]).exits(0);
    tells(&ran, "warning[rule-broken]: ");
}

#[test]
fn an_exception_lifts_a_rule_through_its_last_day_and_says_so() {
    let exception = |until: &str| {
        rule(&format!(
            "{ADMINISTRATORS}\nexceptions: [{{workspace: emea, profile: Sales Manager, reason: pilot, until: {until}}}]"
        ))
    };
    let world = world(&exception("2099-12-31"));
    let ran = world.run(&["plan"]).exits(0);
    tells(&ran, "LIFTED who \"administrators delete\": emea/Sales Manager: ");
    tells(&ran, "help: lifted through 2099-12-31: pilot");
    world.write("rules/a.yaml", &exception("2020-12-31"));
    let _ = world.run(&["plan"]).exits(6);
}

#[test]
fn drift_says_what_live_breaks_in_profiles_without_a_file_too() {
    let world = world(&rule(ADMINISTRATORS));
    world.write(MANAGER, "profile: Sales Manager\n");
    let none = ["drift", "--fail-on", "changed", "--format", "json"];
    assert_eq!(gates(&world.run(&none).exits(0)), []);
    world.edit("EMEA Sales", "Deal Desk", "deleteCalls", json!(true));
    let ran = world.run(&["drift", "--fail-on", "rules"]).exits(2);
    tells(&ran, "BROKEN live who \"administrators delete\": emea/Deal Desk: has `deleteCalls`");
    assert_eq!(gates(&world.run(&none).exits(0)).len(), 1);
    // A plan changes nothing about it.
    let ran = world.run(&["plan", "--format", "json"]).exits(0);
    assert_eq!(gates(&ran), []);
}

#[test]
fn a_rule_about_people_counts_them_over_all_workspaces() {
    let few =
        |most: usize| rule(&format!("who: few delete\nsettings: [deleteCalls]\npeople: {most}"));
    let world = world(&few(9));
    world.sandbox().clear_exchanges();
    let ran = world.run(&["plan", "--holders", "none", "--format", "json"]).exits(6);
    // Six sales managers, and two administrators in each workspace.
    assert_eq!(
        gates(&ran),
        [("refuses".to_owned(), "10 people have `deleteCalls`; 9 may".to_owned())]
    );
    let asked = world.sandbox().exchanges();
    let of_users = asked.iter().filter(|it| it.request.path.ends_with("/users"));
    assert_eq!(of_users.count(), 3, "only profiles that have it are asked about");
    world.write("rules/a.yaml", &few(10));
    world.sandbox().clear_exchanges();
    let ran = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let (_, bound) = ran.stdout.split_once("at most ").expect("it says what an apply costs");
    let bound: usize = bound.split(' ').next().and_then(|it| it.parse().ok()).expect("a number");
    world.sandbox().clear_exchanges();
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    let sent = world.sandbox().exchanges().len();
    assert!(sent <= bound, "{sent} calls, and at most {bound} were said");
    // Who has it matters to no plan that moves nothing of it.
    world.write(MANAGER, "profile: Sales Manager\nsettings: {deleteCalls: true, library: false}\n");
    world.write("rules/a.yaml", &few(3));
    world.sandbox().clear_exchanges();
    let ran = world.run(&["plan", "--holders", "none", "--format", "json"]).exits(0);
    assert_eq!(gates(&ran), [], "a rule that the plan does not move is not asked");
    let asked = world.sandbox().exchanges();
    assert!(asked.iter().all(|it| !it.request.path.ends_with("/users")));
}

#[test]
fn who_it_is_not_known_of_is_not_waved_through() {
    let world = world(&rule("who: few delete\nsettings: [deleteCalls]\npeople: 100"));
    let _ = world.run(&["snapshot", "--out", "without.json"]).exits(0);
    let ran = world.run(&["plan", "--live", "without.json"]).exits(6);
    tells(&ran, "REFUSED by who \"few delete\": it is not known who has 3 profiles: ");
    let _ = world.run(&["snapshot", "--out", "with.json", "--holders"]).exits(0);
    let _ = world.run(&["plan", "--live", "with.json"]).exits(0);
}

#[test]
fn what_a_rule_about_people_refused_stays_refused_when_the_saved_plan_is_applied() {
    let world = world(&rule("who: few delete\nsettings: [deleteCalls]\npeople: 9"));
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(6);
    // The two administrators of the other workspace are not read again.
    tells(&world.run(&["apply", "plan.json"]).exits(6), "10 people have `deleteCalls`; 9 may");
    assert_eq!(world.writes(), []);
    // Without the rule there is nothing to refuse it.
    world.remove("rules/a.yaml");
    let _ = world.run(&["apply", "plan.json"]).exits(0);
}

#[test]
fn what_narrows_is_applied_beside_what_a_rule_refuses() {
    let world = world(&rule(ADMINISTRATORS));
    world.write("profiles/emea/desk.yaml", "profile: Deal Desk\nsettings: {forecast: false}\n");
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(6);
    let ran = world.run(&["apply", "plan.json", "--only", "narrows"]).exits(0);
    tells(&ran, "Applied: 0 created, 1 updated.");
    assert_eq!(live(&world, EMEA, "Sales Manager", "deleteCalls"), json!(false));
}

#[test]
fn a_branch_is_judged_by_the_rules_before_it() {
    let world = world("");
    world.write("base/permctl.yaml", BY_ID);
    world.write("base/profiles/emea/sales-manager.yaml", "profile: Sales Manager\n");
    world.write("base/rules/a.yaml", &rule(ADMINISTRATORS));
    let loosened = |changed: &str, told: &str| {
        world.write("rules/a.yaml", changed);
        let ran = world.run(&["plan", "--base", "base"]).exits(6);
        tells(&ran, "REFUSED by who \"administrators delete\": emea/Sales Manager");
        tells(&ran, "Rules that this change loosens\n");
        tells(&ran, told);
    };
    loosened("", "is taken out");
    let warns = rule(&format!("{ADMINISTRATORS}\nenforce: warn"));
    loosened(&warns, "is changed, which may loosen it");
    // The same rule before and after is asked once.
    world.write("rules/b.yaml", &rule(ADMINISTRATORS));
    world.write("rules/a.yaml", "");
    let ran = world.run(&["plan", "--base", "base", "--format", "json"]).exits(6);
    assert_eq!(gates(&ran).len(), 1);
}

#[test]
fn people_are_counted_and_named_only_where_that_is_asked_for() {
    let world = World::of("pulse", None, &[]);
    world.write("profiles/acme/a.yaml", "profile: exporters\nsettings: {permissions: [exportCRM]}\nholders: [Alan.Turing@acme.example]\n");
    world.write(
        "rules/a.yaml",
        &rule("apart: a\nsettings: [permissions.readSupport, permissions.exportCRM]"),
    );
    let ran = world.run(&["plan", "--format", "json"]).exits(6);
    let gate = |ran: &Ran| {
        let plan: Json = serde_json::from_str(&ran.stdout).expect("it is JSON");
        let refused = |gate: &&Json| gate["outcome"] == "refuses";
        plan["gates"].as_array().expect("a list").iter().find(refused).cloned().expect("it refuses")
    };
    let refused = gate(&ran);
    let message = "`permissions.readSupport` through acme/agent and `permissions.exportCRM` through acme/exporters";
    assert_eq!((&refused["message"], &refused["people"]), (&json!(message), &json!({"count": 1})));
    let ran = world.run(&["plan", "--format", "json", "--holder-names"]).exits(6);
    assert_eq!(gate(&ran)["people"]["names"], json!(["alan.turing@acme.example"]));
}

#[test]
fn rules_are_read_beside_the_configuration_and_nowhere_else() {
    let world = world("");
    world.write("rules/a.yaml", &rule(ADMINISTRATORS));
    world.write("other/rules/a.yaml", "who: [\n");
    world.write(
        "other/profiles/emea/a.yaml",
        "profile: Sales Manager\nsettings: {deleteCalls: true}\n",
    );
    world.write("other/profiles/amer/a.yaml", "profile: Collaborator\n");
    let ran = world.run(&["plan", "--profiles", "other/profiles"]).exits(6);
    tells(&ran, "at rules/a.yaml:1 (the rule), other/profiles/emea/a.yaml:2 (the profile)");
    #[cfg(unix)]
    {
        world.write("secret.yaml", "password: hunter2\n");
        let link = world.folder().join("rules/b.yaml");
        std::os::unix::fs::symlink(world.folder().join("secret.yaml"), link).expect("a link");
        let ran = world.run(&["validate"]).exits(3);
        tells(&ran, "rules/b.yaml is a link out of the folder of the rules");
        assert!(!ran.stdout.contains("hunter2"), "{}", ran.stdout);
    }
}

#[test]
fn a_rename_takes_a_profile_out_of_no_rule() {
    let world = world(&rule(
        "expect: managers delete nothing\nprofiles: [emea/Sales Manager]\ncannot: [deleteCalls]",
    ));
    let renamed = "profile: Sales Lead\nformerly: [Sales Manager]\nsettings: {deleteCalls: true}\n";
    world.write(MANAGER, renamed);
    let ran = world.run(&["plan"]).exits(6);
    tells(
        &ran,
        "REFUSED by expect \"managers delete nothing\": emea/Sales Lead: has `deleteCalls`",
    );
    // An exception of another name is none of this profile.
    let other = "expect: managers delete nothing\nprofiles: [emea/Sales Manager]\ncannot: [deleteCalls]\nexceptions: [{workspace: emea, profile: Sales Lead, reason: pilot, until: 2099-12-31}]";
    world.write("rules/a.yaml", &rule(other));
    let _ = world.run(&["plan"]).exits(6);
    // A name that may does not help one that may not.
    world.write("rules/a.yaml", &rule("who: leads delete\nsettings: [deleteCalls]\nprofiles: [emea/Sales Lead, '*/Business Admin']"));
    let _ = world.run(&["plan"]).exits(6);
    let approval = "approvals: [{name: managers, profiles: [emea/Sales Manager], owners: [ada]}]\n";
    world.write("permctl.yaml", &format!("{BY_ID}{approval}"));
    world.remove("rules/a.yaml");
    tells(&world.run(&["plan"]).exits(0), "NEEDS approval \"managers\": emea/Sales Lead");
}

#[test]
fn what_stands_hides_nothing_that_is_worse_and_less_is_never_refused() {
    let world = world(&rule("apart: a\nsettings: [[library], [scoreCalls, deleteCalls]]"));
    world.edit("EMEA Sales", "Sales Manager", "scoreCalls", json!(true));
    world.edit("EMEA Sales", "Sales Manager", "library", json!(true));
    world.write(MANAGER, "profile: Sales Manager\nsettings: {deleteCalls: true}\n");
    let _ = world.run(&["plan"]).exits(6);
    // The other way round: one of two is taken away.
    world.edit("EMEA Sales", "Sales Manager", "deleteCalls", json!(true));
    world.write(MANAGER, "profile: Sales Manager\nsettings: {scoreCalls: false}\n");
    let ran = world.run(&["plan", "--format", "json"]).exits(0);
    assert!(gates(&ran).iter().all(|(outcome, _)| outcome == "stands"), "{:?}", gates(&ran));
}

#[test]
fn a_saved_plan_is_held_to_what_it_was_judged_by() {
    let few =
        |most: usize| rule(&format!("who: few delete\nsettings: [deleteCalls]\npeople: {most}"));
    let world = world(&few(9));
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(6);
    // What it was refused for is a part of what is approved.
    let mut plan: Json = serde_json::from_str(&world.read("plan.json")).expect("it is JSON");
    plan["gates"] = json!([]);
    world.write("forged.json", &plan.to_string());
    tells(&world.run(&["apply", "forged.json"]).exits(3), "its changes do not fit its digest");
    // A rule that came later was not asked.
    world.remove("rules/a.yaml");
    let _ = world.run(&["plan", "--out", "before.json"]).exits(0);
    world.write("rules/a.yaml", &few(9));
    tells(&world.run(&["apply", "before.json"]).exits(6), "refused by who \"rules about people\"");
    assert_eq!(world.writes(), []);
    // What is left of it after a limit can't break it.
    world.write("profiles/emea/desk.yaml", "profile: Deal Desk\nsettings: {forecast: false}\n");
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(6);
    let _ = world.run(&["apply", "plan.json", "--only", "narrows"]).exits(0);
}

#[test]
fn a_plan_that_the_rules_before_a_branch_refuse_is_not_applied_from_its_file() {
    let world = world("");
    world.write("base/permctl.yaml", BY_ID);
    world.write("base/profiles/emea/sales-manager.yaml", "profile: Sales Manager\n");
    world.write("base/profiles/amer/a.yaml", "profile: Collaborator\n");
    world.write("base/rules/a.yaml", &rule(ADMINISTRATORS));
    world.write("rules/a.yaml", &rule(&format!("{ADMINISTRATORS}\nenforce: warn")));
    let _ = world.run(&["plan", "--base", "base", "--out", "plan.json"]).exits(6);
    let ran = world.run(&["apply", "plan.json"]).exits(6);
    tells(&ran, "nothing was sent: refused by who \"administrators delete\"");
    assert_eq!(world.writes(), []);
}

#[test]
fn workspaces_that_were_not_read_are_named_and_nothing_is_said_of_them() {
    let world = world(&rule(
        "who: few delete\nsettings: [deleteCalls]\npeople: 100\nexceptions: [{workspace: amer, profile: Business Admin, reason: pilot, until: 2099-12-31}]",
    ));
    let ran = world.run(&["plan", "emea"]).exits(0);
    tells(
        &ran,
        "NOT JUDGED who \"few delete\": what people have in 1 workspace does not count: not read: \"amer\"",
    );
    let ran = world.run(&["drift", "--fail-on", "rules"]).exits(0);
    tells(&ran, "LIFTED who \"few delete\": amer/Business Admin: is not counted");
    tells(&world.run(&["test"]).exits(0), "few delete");
    // A person may have in another workspace what is missed here.
    world.write(
        "rules/a.yaml",
        &rule("expect: Ada deletes\nperson: ada.lovelace@acme.example\ncan: [deleteCalls]"),
    );
    let _ = world.run(&["drift", "--fail-on", "rules"]).exits(0);
    let _ = world.run(&["drift", "amer", "--fail-on", "rules"]).exits(0);
}

#[test]
fn a_file_in_the_place_of_the_rules_is_no_silence() {
    let world = world("");
    std::fs::remove_dir_all(world.folder().join("rules")).expect("it is there");
    world.write("rules", "who: x\n");
    tells(
        &world.run(&["test"]).exits(3),
        "rules is a file, and rules stand in a folder of that name",
    );
}
