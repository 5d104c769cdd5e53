//! What a person who approves is told first: who can do what, the most dangerous first, in every format.

use serde_json::{Value as Json, json};

use super::{BY_ID, answer, reply, says, three_changes};
use crate::harness::World;

const HOLDERS: &str = "/v2/permission-profile/users";

fn people() -> Json {
    json!({"requestId": "1", "users": [
        {"id": "2", "fullName": "Grace Hopper", "emailAddress": "grace.hopper@acme.example"},
        {"id": "1", "fullName": "Ada Lovelace", "emailAddress": null},
    ]})
}

fn json_of(world: &World, arguments: &[&str], code: i32) -> Json {
    let ran = world.run(&[arguments, &["--format", "json"]].concat()).exits(code);
    serde_json::from_str(&ran.stdout).expect("it is JSON")
}

/// Three changes, and one that lets people take recordings out.
fn with_a_critical_one() -> World {
    let world = three_changes();
    world.write(
        "profiles/emea/sales-manager.yaml",
        "profile: Sales Manager\nsettings: {library: false, downloadCallMedia: true}\n",
    );
    world
}

#[test]
fn a_plan_begins_with_who_gets_what_and_the_most_dangerous_first() {
    let world = with_a_critical_one();
    let ran = world.run(&["plan", "emea"]).exits(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    let verdict = "More access for 6 people in 2 profiles, 1 critical · less in 2 · plan ";
    assert!(lines[0].starts_with(verdict), "{}", ran.stdout);
    let critical =
        "  critical   6 people can now save recordings of calls as files: emea/Sales Manager";
    assert_eq!(lines[2], critical, "{}", ran.stdout);
    let second =
        "  sensitive  its holders (none yet) can now use the AI Builder: emea/Collaborator";
    assert_eq!(lines[3], second, "{}", ran.stdout);
    let markdown = world.run(&["plan", "emea", "--format", "markdown"]).exits(0).stdout;
    let found = ["### permctl: more access", "**critical**", "**sensitive**", "| workspace |"]
        .map(|part| markdown.find(part).unwrap_or_else(|| panic!("no {part} in {markdown}")));
    assert!(found.is_sorted(), "{markdown}");
}

#[test]
fn a_plan_without_more_access_says_so_and_one_without_changes_is_a_comment_too() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    let file = "profiles/emea/sales-manager.yaml";
    world.write(file, "profile: Sales Manager\nsettings: {library: false}\n");
    let ran = world.run(&["plan", "emea"]).exits(0);
    assert!(ran.stdout.starts_with("Less access in 1 profile · plan "), "{}", ran.stdout);
    world.write(file, "profile: Sales Manager\nsettings: {library: true}\n");
    let ran = world.run(&["plan", "emea", "--format", "markdown"]).exits(0);
    let first = "<!-- permctl:plan -->\n### permctl: no changes\n";
    assert!(ran.stdout.starts_with(first), "{}", ran.stdout);
    assert!(!ran.stdout.contains("The digest of this plan"), "{}", ran.stdout);
}

#[test]
fn people_are_counted_and_named_only_where_that_is_asked_for() {
    let world = with_a_critical_one();
    answer(&world, "GET", HOLDERS, reply(200, people()));
    let names = ["grace.hopper", "Ada Lovelace"];
    for format in ["text", "markdown", "json"] {
        let plan = ["plan", "emea", "--format", format];
        let ran = world.run(&plan).exits(0);
        assert!(ran.stdout.contains("2 people"), "{format}: {}", ran.stdout);
        assert!(names.iter().all(|name| !ran.stdout.contains(name)), "{format}: {}", ran.stdout);
        let ran = world.run(&[&plan[..], &["--holder-names"]].concat()).exits(0);
        assert!(names.iter().any(|name| ran.stdout.contains(name)), "{format}: {}", ran.stdout);
    }
    let ran = world.run(&["plan", "emea", "--holder-names"]).exits(0);
    says(&ran, "  critical   Ada Lovelace and 1 other can now save recordings of calls as files: ");
}

#[test]
fn a_saved_plan_is_shown_with_the_same_people_as_the_plan() {
    let world = with_a_critical_one();
    answer(&world, "GET", HOLDERS, reply(200, people()));
    let plan = world.run(&["plan", "emea", "--out", "plan.json"]).exits(0);
    let shown = world.run(&["show", "plan.json"]).exits(0);
    assert_eq!(plan.stdout, shown.stdout);
    // The same two people have both of the profiles that get broader.
    says(&plan, "More access for 2 people in 2 profiles, 1 critical");
}

#[test]
fn the_same_change_in_many_profiles_is_one_sentence_and_one_row() {
    let world = World::fresh();
    world.write("permctl.yaml", &format!("{BY_ID}groups: {{all: [emea, amer]}}\n"));
    world.write(
        "profiles/all/new.yaml",
        "profile: Exporter\nsettings: {dealsDataExport: true}\n---\nprofile: Other\nsettings: {dealsDataExport: true}\n",
    );
    let ran = world.run(&["plan"]).exits(0);
    says(
        &ran,
        "  critical   holders of 4 new profiles can export data about deals as files: amer/Exporter, amer/Other, emea/Exporter and 1 more\n",
    );
    assert_eq!(ran.stdout.matches("\n  critical ").count(), 1, "{}", ran.stdout);
    let markdown = world.run(&["plan", "--format", "markdown"]).exits(0).stdout;
    let rows =
        markdown.lines().filter(|line| line.starts_with("| ") && line.contains("new profile"));
    let rows: Vec<&str> = rows.collect();
    assert_eq!(rows.len(), 1, "{markdown}");
    assert!(
        rows[0].starts_with("| 2 workspaces | `amer/Exporter`, `amer/Other`, `emea/Exporter` and 1 more | **critical**"),
        "{markdown}"
    );
}

#[test]
fn a_tenant_may_judge_a_setting_otherwise() {
    let world = with_a_critical_one();
    let risk = "    risk:\n      library: {tier: critical, reason: ours}\n      downloadCallMedia: {tier: ordinary, reason: all do}\n    workspaces:";
    world.write("permctl.yaml", &BY_ID.replace("    workspaces:", risk));
    let plan = world.run(&["plan", "emea", "--out", "plan.json"]).exits(0);
    says(&plan, "  ordinary   6 people can now save recordings of calls as files: ");
    assert!(!plan.stdout.contains("critical"), "{}", plan.stdout);
    // A saved plan is judged as it was when it was made.
    world.write("permctl.yaml", BY_ID);
    assert_eq!(world.run(&["show", "plan.json"]).exits(0).stdout, plan.stdout);
    let _ = world.run(&["apply", "plan.json"]).exits(0);
}

#[test]
fn a_difference_has_one_name_in_plans_and_in_drift_until_it_is_another_one() {
    let world = with_a_critical_one();
    let ids = |report: &Json| -> Vec<(String, String)> {
        let all = report["review"]["differences"].as_array().expect("a list");
        let of = |it: &Json| (it["setting"].to_string(), it["id"].to_string());
        all.iter().filter(|it| it["kind"] == "setting").map(of).collect()
    };
    let plan = ids(&json_of(&world, &["plan", "emea"], 0));
    assert_eq!(plan.len(), 4);
    assert_eq!(ids(&json_of(&world, &["drift", "emea"], 2)), plan);
    assert_eq!(ids(&json_of(&world, &["plan", "emea"], 0)), plan);
    world.write(
        "profiles/emea/deal-desk.yaml",
        "profile: Deal Desk\nsettings: {forecast: false, deals: false}\n",
    );
    let more = ids(&json_of(&world, &["plan", "emea"], 0));
    let stayed = more.iter().filter(|it| plan.contains(it)).count();
    assert_eq!((more.len(), stayed), (5, 4), "{more:?}");
}

#[test]
fn drift_fails_on_what_is_broader_or_critical_if_that_is_asked_for() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    let file = "profiles/emea/sales-manager.yaml";
    world.write(file, "profile: Sales Manager\nsettings: {library: true, deals: true}\n");
    let fails = |kinds: &str, code: i32| {
        let _ = world.run(&["drift", "emea/Sales Manager", "--fail-on", kinds]).exits(code);
    };
    world.edit("EMEA Sales", "Sales Manager", "library", json!(false));
    fails("changed", 2);
    fails("broader,critical", 0);
    world.write(file, "profile: Sales Manager\nsettings: {deals: false}\n");
    fails("broader", 2);
    fails("critical", 0);
    world.write(file, "profile: Sales Manager\nsettings: {deals: true, deleteCalls: false}\n");
    world.edit("EMEA Sales", "Sales Manager", "deleteCalls", json!(true));
    fails("critical", 2);
    let ran = world.run(&["drift", "emea/Sales Manager"]).exits(2);
    let first = "Live gives more access for 6 people in 1 profile, 1 critical\n";
    assert!(ran.stdout.starts_with(first), "{}", ran.stdout);
    says(&ran, "  critical   6 people can delete calls and their recordings: emea/Sales Manager");
}

#[test]
fn a_comment_is_as_long_as_it_may_be_and_says_what_it_leaves_out() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    for number in 0..120 {
        let settings = format!("{{deals: true, forecast: {}}}", number % 2 == 0);
        let text = format!("profile: Profile {number}\nsettings: {settings}\n");
        world.write(&format!("profiles/emea/{number}.yaml"), &text);
    }
    world.write("profiles/emea/last.yaml", "profile: Zuletzt\nsettings: {deleteCalls: true}\n");
    let plan = ["plan", "emea", "--format", "markdown"];
    let whole = world.run(&plan).exits(0).stdout;
    assert!(whole.len() <= 60_000, "{}", whole.len());
    let short = world.run(&[&plan[..], &["--max-size", "2000"]].concat()).exits(0).stdout;
    assert!(short.len() <= 2_000, "{}", short.len());
    let critical = short.find("**critical**: holders of the new profile can delete calls");
    assert!(critical.is_some_and(|at| at < 300), "{short}");
    assert!(short.contains("The digest of this plan: `sha256:"), "{short}");
    let open = world.run(&[&plan[..], &["--no-folds"]].concat()).exits(0).stdout;
    assert!(whole.contains("<details>") && !open.contains("<details>"), "{open}");
}

#[test]
fn a_plan_from_a_snapshot_with_holders_counts_people_like_a_live_one() {
    let world = with_a_critical_one();
    answer(&world, "GET", HOLDERS, reply(200, people()));
    let live = world.run(&["plan", "emea", "--holders", "all"]).exits(0).stdout;
    let _ = world.run(&["snapshot", "--out", "without.json"]).exits(0);
    let without = world.run(&["plan", "emea", "--live", "without.json"]).exits(0).stdout;
    assert!(without.contains("  critical   its holders (not counted) can now save"), "{without}");
    let day = &[("PERMCTL_TEST_DAY", "2026-07-01")];
    let _ = world.run_with(&["snapshot", "--holders", "--out", "live.json"], day).exits(0);
    world.sandbox().clear_exchanges();
    let later = &[("PERMCTL_TEST_DAY", "2026-07-03")];
    let plan = world.run_with(&["plan", "emea", "--live", "live.json"], later).exits(0);
    assert!(world.sandbox().exchanges().is_empty(), "a plan from a snapshot asks the vendor");
    let age = "Compared with a snapshot of 2026-07-01 00:00 UTC, 2 days old.\n\n";
    let rest = plan.stdout.strip_prefix(age).unwrap_or_else(|| panic!("{}", plan.stdout));
    let changes = |report: &str| report.split("\nPlan: ").next().map(str::to_owned);
    assert_eq!(changes(rest), changes(&live));
    assert!(!plan.stdout.contains("Ada Lovelace"), "{}", plan.stdout);
    let named = world.run_with(&["plan", "--live", "live.json", "--holder-names"], later).exits(0);
    says(&named, "Ada Lovelace and 1 other can now save recordings");
}

#[test]
fn a_snapshot_whose_holders_can_not_be_had_is_not_written() {
    let world = with_a_critical_one();
    answer(&world, "GET", HOLDERS, super::refusal(403));
    let ran = world.run(&["snapshot", "--holders", "--out", "live.json"]).exits(4);
    assert!(ran.stderr.contains("403: the vendor's words"), "{}", ran.stderr);
    assert!(!world.folder().join("live.json").exists());
}

#[test]
fn drift_of_profiles_that_no_file_describes_says_what_is_critical_in_them() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write("profiles/emea/a.yaml", "profile: Sales Manager\nsettings: {deals: true}\n");
    world.edit("EMEA Sales", "Standard Team Member", "deleteCalls", json!(true));
    let ran = world.run(&["drift", "emea", "--fail-on", "critical"]).exits(2);
    says(&ran, "can delete calls and their recordings");
    let markdown = world.run(&["drift", "emea", "--format", "markdown"]).exits(2);
    says(&markdown, "live, and described by no file (broader live)");
    assert!(!markdown.stdout.contains("new profile"), "{}", markdown.stdout);
}

#[test]
fn the_table_of_drift_says_what_is_live_and_what_the_files_say() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write("profiles/emea/a.yaml", "profile: Sales Manager\nsettings: {trimCalls: false}\n");
    world.edit("EMEA Sales", "Sales Manager", "trimCalls", json!(true));
    let ran = world.run(&["drift", "emea", "--format", "markdown"]).exits(2);
    says(&ran, "**critical** `trimCalls` `on` live, `off` in the files (broader live)");
}

#[test]
fn drift_tells_what_was_changed_by_hand_from_what_was_not_applied() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    let manager = |settings: &str| {
        let text = format!("profile: Sales Manager\nsettings: {settings}\n");
        world.write("profiles/emea/a.yaml", &text);
    };
    manager("{trimCalls: false, deals: true, library: true}");
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    let drift = |kinds: &str, code: i32| {
        let arguments = ["drift", "emea", "--baseline", "live.json", "--fail-on", kinds];
        world.run(&arguments).exits(code)
    };
    manager("{trimCalls: false, deals: false, library: true}");
    let ran = drift("by-hand", 0);
    says(&ran, "~ changed Sales Manager (broader live, pending)");
    says(&ran, "1 changed, 0 missing");
    says(&ran, "; 1 pending");
    world.edit("EMEA Sales", "Sales Manager", "library", json!(false));
    says(&drift("by-hand", 2), "~ changed Sales Manager (mixed, by hand and pending)");
    manager("{trimCalls: false, deals: true, library: true}");
    says(&drift("changed", 2), "~ changed Sales Manager (narrower live, by hand)");
    let json =
        world.run(&["drift", "emea", "--baseline", "live.json", "--format", "json"]).exits(2);
    assert!(json.stdout.contains("\"cause\": \"by-hand\""), "{}", json.stdout);
    let ran = world.run(&["drift", "--fail-on", "by-hand"]).exits(64);
    assert!(ran.stderr.contains("needs `--baseline`"), "{}", ran.stderr);
}

#[test]
fn a_run_that_comes_to_nothing_replaces_the_comment_too() {
    let world = with_a_critical_one();
    world.write("profiles/emea/wrong.yaml", "profile: Wrong\ncolour: red\n");
    for (command, kind) in [("plan", "plan"), ("drift", "drift")] {
        let ran = world.run(&[command, "emea", "--format", "markdown"]).exits(3);
        let first = format!(
            "<!-- permctl:{kind} -->\n### permctl: no {kind}, something is wrong\n\n```text\n"
        );
        assert!(ran.stdout.starts_with(&first), "{}", ran.stdout);
    }
    let ran = world.run(&["plan", "--live", "nowhere.json", "--format", "markdown"]).exits(3);
    assert!(ran.stdout.starts_with("<!-- permctl:plan -->\n"), "{}", ran.stdout);
}

#[test]
fn sentences_fit_the_width_that_is_asked_for() {
    let world = with_a_critical_one();
    let whole = world.run(&["plan", "emea"]).exits(0).stdout;
    let narrow = world.run_with(&["plan", "emea"], &[("COLUMNS", "60")]).exits(0).stdout;
    let top = |report: &str| -> Vec<String> {
        let top = report.split("\nemea (").next().unwrap_or_default();
        top.lines().map(str::to_owned).collect()
    };
    assert!(top(&whole).iter().any(|line| line.chars().count() > 60), "{whole}");
    assert!(top(&narrow).iter().all(|line| line.chars().count() <= 60), "{narrow}");
    let words = |lines: Vec<String>| {
        lines.join(" ").split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(words(top(&whole)), words(top(&narrow)));
}
