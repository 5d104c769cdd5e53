//! `limits: {perDay, share}`: no more calls a day than permctl may send, over runs where it can count.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use permctl_sandbox::{Fault, Received};
use serde_json::{Value as Json, json};

use super::{BY_ID, says, tells, three_changes};
use crate::harness::{Folder, World};
use crate::vendors;

const PLAN: [&str; 4] = ["plan", "emea", "--holders", "none"];
const COUNTED: &str = ".permctl/calls.json";

/// A world with three changes whose vendor takes so many calls a day.
fn limited(limits: &str) -> World {
    let world = three_changes();
    world.write("permctl.yaml", &BY_ID.replace("share: 100%", limits));
    world
}

fn sent(world: &World) -> usize {
    world.sandbox().exchanges().len()
}

/// Writes what earlier runs have counted on a day.
fn counted(world: &World, day: &str, calls: usize) {
    let endpoint = world.sandbox().endpoint().trim_end_matches('/');
    world.write(COUNTED, &json!({endpoint: {"day": day, "calls": calls}}).to_string());
}

fn today() -> String {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}

#[test]
fn a_run_sends_no_more_than_its_share_of_the_calls_of_a_day() {
    let world = limited("perDay: 3, share: 50%");
    let ran = world.run(&["plan", "--holders", "none"]).exits(4);
    says(&ran, "was not sent: today's calls are used up: permctl may send 1 of 3 a day (`limits`)");
    says(&ran, "help: run the command again tomorrow (UTC), select less, or raise `limits:");
    assert_eq!(sent(&world), 1);
    let ran = world.run(&PLAN).exits(0);
    says(&ran, "limit 3 a day for the whole company");
    says(&ran, "; 0 of 1 that permctl may send are left by this run's count, too few to apply.");
}

#[test]
fn calls_of_a_day_count_over_runs_and_not_over_days() {
    let world = limited("perDay: 20, share: 50%");
    counted(&world, "2026-01-31", 10);
    for left in (7..10).rev() {
        let ran = world.run(&PLAN).exits(0);
        says(&ran, &format!("{left} of 10 that permctl may send are left by this machine's count"));
    }
    let ran = world.run(&["plan", "emea", "--holders", "none", "--format", "json"]).exits(0);
    let plan: Json = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let expected = json!({"most": 10, "left": 6, "over_runs": true});
    assert_eq!(plan["cost"][0]["today"], expected);
    for left in (0..6).rev() {
        assert_eq!(world.run(&["drift", "emea", "--holders", "none"]).exits(2).code, 2, "{left}");
    }
    for command in ["plan", "drift", "import", "snapshot", "apply"] {
        let mut arguments = vec![command];
        arguments.extend(match command {
            "apply" => &["--auto-approve"][..],
            "snapshot" => &["--out", "live.json"],
            _ => &[],
        });
        tells(&world.run(&arguments).exits(4), "today's calls are used up");
    }
    assert_eq!(sent(&world), 10);
}

#[test]
fn runs_at_once_share_the_calls_of_a_day_and_count_before_they_send() {
    let world = limited("perDay: 8, share: 50%");
    counted(&world, &today(), 0);
    let file = world.folder().join(COUNTED);
    let uncounted = Arc::new(AtomicUsize::new(0));
    let (found, mut arrived) = (Arc::clone(&uncounted), 0);
    world.sandbox().script(Box::new(move |_: &Received| {
        arrived += 1;
        let text = std::fs::read_to_string(&file).expect("it is there");
        let count = text.split("\"calls\":").nth(1).expect("it has a number");
        let count: usize = count.trim_end_matches('}').parse().unwrap_or(0);
        found.fetch_add(usize::from(count < arrived), Ordering::Relaxed);
        Fault::None
    }));
    let spawn = |_| world.command(&PLAN).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let runs: Vec<_> = (0..7).map(spawn).collect();
    let codes = runs.into_iter().map(|run| run.expect("it starts").wait().expect("it ends").code());
    let refused = codes.filter(|code| *code == Some(4)).count();
    assert_eq!((sent(&world), refused), (4, 3));
    assert_eq!(uncounted.load(Ordering::Relaxed), 0);
}

#[test]
fn limits_that_leave_no_call_a_day_are_a_mistake() {
    for (limits, words) in [("perDay: 1", "80% of"), ("perDay: 3, share: 33%", "33% of")] {
        let world = limited(limits);
        let ran = world.run(&["validate"]).exits(3);
        tells(&ran, &format!("{words} `perDay` is less than 1 call"));
        tells(&ran, "permctl.yaml:7:");
    }
    let _ = limited("perDay: 4294967295, share: 100%").run(&["validate"]).exits(0);
}

#[test]
fn tenants_of_one_endpoint_count_their_calls_together() {
    let world = limited("perDay: 1, share: 100%");
    let one = world.read("permctl.yaml");
    let (tenant, _) = one.split_once("      amer").expect("there are two workspaces");
    let (head, acme) = tenant.split_once("  acme:").expect("there is a tenant");
    let second =
        acme.replace("emea: {id: \"7273476131570014205\"}", "amer: {id: \"861402275930418857\"}");
    world.write("permctl.yaml", &format!("{head}  acme:{acme}  second:{second}"));
    world.write("profiles/amer/a.yaml", "profile: Collaborator\nsettings: {aiBuilder: true}\n");
    let ran = world.run(&["plan", "--holders", "none"]).exits(4);
    says(&ran, "today's calls are used up: permctl may send 1 of 1 a day");
    assert_eq!(sent(&world), 1);
}

#[test]
fn a_count_that_can_not_be_used_stops_no_run() {
    for damaged in ["{\"http", "[]", "{\"a\": {\"day\": 1}}", &"9".repeat(70_000)] {
        let world = limited("perDay: 20, share: 50%");
        world.write(COUNTED, damaged);
        let ran = world.run(&PLAN).exits(0);
        tells(
            &ran,
            "calls.json can't be used: the calls that were sent before this run are not counted",
        );
        says(&ran, "9 of 10 that permctl may send are left by this machine's count");
        says(&world.run(&PLAN).exits(0), "8 of 10");
    }
    // A file or a folder that can't be written, and none at all.
    for path in ["", ".permctl", ".permctl/calls.json/file"] {
        let world = limited("perDay: 20, share: 50%");
        if !path.is_empty() {
            world.write(path, "");
        }
        for _ in 0..2 {
            let ran = world.run(&PLAN).exits(0);
            says(&ran, "9 of 10 that permctl may send are left by this run's count");
        }
        let drift = world.run(&["drift", "emea", "--holders", "none"]);
        assert_eq!(drift.code, 2, "{}", drift.stderr);
        assert_eq!(world.folder().join(".permctl").exists(), !path.is_empty());
    }
}

#[test]
fn an_apply_that_might_not_fit_into_the_day_is_refused_before_its_first_write() {
    let refused = "nothing was sent: to apply this may take 5 API calls to acme, and 3 of 4 that permctl may send are left by this ";
    let apply = |world: &World, what: &[&str]| {
        let mut arguments = vec!["apply"];
        arguments.extend(what);
        world.run(&arguments)
    };
    for format in ["text", "markdown", "json"] {
        let world = limited("perDay: 4, share: 100%");
        let ran = apply(&world, &["emea", "--auto-approve", "--format", format]).exits(6);
        tells(&ran, &format!("{refused}run's count"));
        assert!(format == "text" || ran.stdout.contains("3 of 4"), "{}", ran.stdout);
        assert_eq!((world.writes().len(), sent(&world)), (0, 1));
    }
    // Runs before count as well, and so does a saved plan.
    let world = limited("perDay: 8, share: 50%");
    let saved = ["plan", "emea", "--holders", "none", "--out", "plan.json"];
    says(&world.run(&saved).exits(0), "3 of 4");
    tells(&apply(&world, &["plan.json"]).exits(6), &format!("{refused}machine's count"));
    assert_eq!(world.writes().len(), 0);
    counted(&world, &today(), 0);
    world.write("permctl.yaml", &world.read("permctl.yaml").replace("perDay: 8", "perDay: 12"));
    says(&apply(&world, &["plan.json"]).exits(0), "Applied: 0 created, 3 updated");
    let file: Json = serde_json::from_str(&world.read(COUNTED)).expect("it is JSON");
    let counted = file.as_object().and_then(|file| file.values().next());
    assert_eq!(counted, Some(&json!({"day": today(), "calls": 5})));
}

#[test]
fn no_vendor_gets_more_calls_than_the_day_has() {
    for provider in ["gong", "gong-openapi", "webex", "pulse"] {
        for most in 1..40 {
            let folder = Folder::of(provider, "cases", "create");
            let world = folder.world(vendors::state(provider), &[]);
            let file = world.read("permctl.yaml");
            let limits = format!(
                "limits: {{perDay: {most}, share: 100%, perSecond: 1000}}\n    workspaces:"
            );
            let rest: Vec<&str> = file.lines().filter(|line| !line.contains(" limits:")).collect();
            world.write("permctl.yaml", &rest.join("\n").replace("workspaces:", &limits));
            let ran = world.run(&["apply", "--auto-approve"]);
            assert!(sent(&world) <= most, "{provider}: {} of {most} calls", sent(&world));
            assert!([0, 4, 6].contains(&ran.code), "{provider}, {most}: {}", ran.stdout);
            assert_eq!(
                world.writes().is_empty(),
                ran.code != 0,
                "{provider}, {most}: {}",
                ran.stdout
            );
            if ran.code == 0 {
                break;
            }
            assert!(most < 39, "{provider} never fits");
        }
    }
}
