//! Limits of a run: how many requests, how long, and what a vendor may ask for.

use std::time::{Duration, Instant};

use permctl_sandbox::{Fault, Received};
use serde_json::{Value as Json, json};

use super::{EMEA, PROFILES, answer, live, refusal, reply, says, three_changes};
use crate::harness::{Folder, World};
use crate::vendors;

fn busy(status: u16, retry_after: &str) -> permctl_sandbox::Reply {
    let mut busy = refusal(status);
    busy.headers = vec![("retry-after".to_owned(), retry_after.to_owned())];
    busy
}

/// Answers the first request like this, and all others as usual.
fn answer_first(world: &World, reply: permctl_sandbox::Reply) {
    let mut reply = Some(reply);
    world
        .sandbox()
        .script(Box::new(move |_: &Received| reply.take().map_or(Fault::None, Fault::Reply)));
}

/// Lists what became of the profiles of an apply.
fn statuses(stdout: &str) -> Vec<String> {
    let applied: Json = serde_json::from_str(stdout).expect("it reports as JSON");
    let profiles = applied["workspaces"][0]["profiles"].as_array().expect("a list").clone();
    let statuses = profiles.iter().filter_map(|profile| profile["status"].as_str());
    statuses.map(str::to_owned).collect()
}

#[test]
fn a_pause_is_obeyed_as_seconds_and_as_a_date() {
    for status in [429, 503] {
        for date in [false, true] {
            let world = three_changes();
            // A date has no parts of a second, so it is up to one earlier.
            let later = std::time::SystemTime::now() + Duration::from_secs(3);
            let text = if date { httpdate::fmt_http_date(later) } else { "2".to_owned() };
            answer_first(&world, busy(status, &text));
            let begun = Instant::now();
            let _ = world.run(&["plan", "emea", "--holders", "none"]).exits(0);
            let took = begun.elapsed();
            assert!(took >= Duration::from_millis(1800), "{status} {text}: {took:?}");
            assert_eq!(world.sandbox().exchanges().len(), 2);
        }
    }
}

#[test]
fn a_pause_that_nobody_waits_for_ends_the_run_at_once() {
    for text in ["86400", "18446744073709551615", "Fri, 31 Dec 9999 23:59:59 GMT"] {
        let world = three_changes();
        answer(&world, "GET", PROFILES, busy(429, text));
        let begun = Instant::now();
        // The second workspace finds the tenant held back.
        let ran = world.run(&["plan"]).exits(4);
        says(&ran, "429, too many requests, come back in ");
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }
}

#[test]
fn a_plan_sends_no_more_requests_than_it_may() {
    let world = three_changes();
    let plan = |most| world.run(&["plan", "--holders", "none", "--max-requests", most]);
    let ran = plan("1").exits(4);
    says(&ran, "was not sent: `--max-requests 1` is used up");
    says(&ran, "help: allow more, or select less");
    assert_eq!(world.sandbox().exchanges().len(), 1);
    let _ = plan("2").exits(0);
}

#[test]
fn repeats_count_as_requests() {
    let world = three_changes();
    answer(&world, "GET", PROFILES, refusal(503));
    let _ = world.run(&["plan", "emea", "--max-requests", "3"]).exits(4);
    assert_eq!(world.sandbox().exchanges().len(), 3);
}

#[test]
fn an_apply_stops_before_a_write_that_nobody_could_read_back() {
    // One list, three writes, one list to read them back.
    for (most, expected) in [
        ("2", ["skipped"; 3]),
        ("3", ["done", "skipped", "skipped"]),
        ("4", ["done", "done", "skipped"]),
        ("5", ["done"; 3]),
    ] {
        let world = three_changes();
        let arguments =
            ["apply", "--auto-approve", "emea", "--format", "json", "--max-requests", most];
        let ran = world.run(&arguments);
        let done = expected.iter().filter(|status| **status == "done").count();
        assert_eq!(statuses(&ran.stdout), expected, "{most}\n{}", ran.stderr);
        assert_eq!((world.writes().len(), ran.code), (done, [4, 7, 7, 0][done]), "{most}");
        assert!(world.sandbox().exchanges().len() <= most.parse().unwrap());
    }
    let world = three_changes();
    let ran = world.run(&["apply", "--auto-approve", "emea", "--max-requests", "4"]).exits(7);
    says(&ran, "skipped Collaborator: `--max-requests 4` is used up");
}

#[test]
fn a_plan_ends_when_its_time_is_over() {
    let world = three_changes();
    world.sandbox().set_options(|options| options.latency = Duration::from_secs(20));
    let begun = Instant::now();
    let ran = world.run(&["plan", "--timeout", "1s"]).exits(4);
    says(&ran, "`--timeout 1s` is over");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[test]
fn an_apply_whose_time_is_over_finishes_the_write_in_flight_and_reports() {
    let world = three_changes();
    world.sandbox().script(Box::new(|_: &Received| Fault::None));
    world.sandbox().set_options(|options| options.latency = Duration::from_secs(2));
    // The first write is under way after 2 s.
    let arguments = ["apply", "--auto-approve", "emea", "--format", "json", "--timeout", "3s"];
    let ran = world.run(&arguments).exits(7);
    assert_eq!(statuses(&ran.stdout), ["done", "skipped", "skipped"], "{}", ran.stderr);
    assert_eq!(world.writes().len(), 1);
    assert!(ran.stdout.contains("`--timeout 3s` is over"), "{}", ran.stdout);
    assert!(ran.stderr.contains("stopping, `--timeout 3s` is over"), "{}", ran.stderr);
}

#[test]
fn a_request_is_given_up_after_its_time() {
    let world = three_changes();
    world.sandbox().set_options(|options| options.latency = Duration::from_secs(20));
    let begun = Instant::now();
    let ran = world.run(&["plan", "emea", "--request-timeout", "1s"]).exits(4);
    says(&ran, "the answer was lost: no answer in time");
    // It is a read, so it was sent five times.
    assert!(begun.elapsed() < Duration::from_secs(12), "{:?}", begun.elapsed());
}

#[test]
fn a_time_needs_its_unit() {
    let world = three_changes();
    for (text, words) in [("90", "give the unit too"), ("0s", "at least 1s"), ("5d", "the units")] {
        let ran = world.run(&["plan", "--timeout", text]).exits(64);
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}

#[test]
fn promise_14_an_answer_without_end_is_not_taken() {
    let world = three_changes();
    let huge = json!({"profiles": [], "padding": "x".repeat(65 * 1024 * 1024)});
    answer(&world, "GET", PROFILES, reply(200, huge));
    let ran = world.run(&["plan", "emea"]).exits(4);
    says(&ran, "the vendor sent an answer of more than 64 MiB");
    assert_eq!(world.sandbox().exchanges().len(), 1, "it is not asked for again");
}

#[test]
fn a_write_that_is_refused_for_who_we_are_stops_the_tenant_and_no_other() {
    for status in [401, 403] {
        let (world, other) = (three_changes(), World::fresh());
        world.write(
            "profiles/amer/collaborator.yaml",
            "profile: Collaborator\nsettings: {dealsDataExport: true}\n",
        );
        world.write("profiles/apac/a.yaml", "profile: Collaborator\nsettings: {aiBuilder: true}\n");
        world.write("permctl.yaml", &format!(
            "{}  second:\n    provider: gong\n    endpoint: {}\n    credentials: {{accessKey: \"${{env:KEY}}\", accessKeySecret: \"${{env:SECRET}}\"}}\n    workspaces:\n      apac: {{id: \"{EMEA}\"}}\n",
            super::BY_ID,
            other.sandbox().endpoint(),
        ));
        world.sandbox().script(Box::new(move |request: &Received| match request.method.as_str() {
            "GET" => Fault::None,
            _ => Fault::Reply(refusal(status)),
        }));
        let ran = world.run(&["apply", "--auto-approve"]).exits(7);
        assert_eq!(world.writes().len(), 1, "{}", ran.stdout);
        says(&ran, &format!("{status}: the vendor's words (request id vendor4711)"));
        says(&ran, "skipped");
        says(&ran, "the vendor refused an earlier write: ");
        assert_eq!(live(&other, EMEA, "Collaborator", "aiBuilder"), json!(true));
    }
}

#[test]
fn promise_5_no_write_is_sent_whose_read_back_might_not_fit() {
    for provider in ["gong", "gong-openapi", "webex", "pulse"] {
        for most in 1..24 {
            let folder = Folder::of(provider, "cases", "create");
            let world = folder.world(vendors::state(provider), &[]);
            let limit = most.to_string();
            let ran = world.run(&["apply", "--auto-approve", "--max-requests", &limit]);
            let told =
                ran.stdout.contains("could not be read back") || ran.stdout.contains("unknown");
            assert!(!told, "{provider}, {most} requests:\n{}", ran.stdout);
            let sent = world.sandbox().exchanges().len();
            assert!(sent <= most, "{provider}: {sent} of {most} requests");
            if ran.code == 0 {
                break;
            }
        }
    }
}
