//! A run that somebody stops, and one that the vendor slows down.

use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use permctl_sandbox::{Fault, Received, RetryAfter, Vendor};
use serde_json::{Value as Json, json};

use super::{EMEA, PROFILE, answer, live, refusal, three_changes};
use crate::harness::World;

/// An apply of three changes that is in the middle of its first write.
fn writing(world: &World) -> Child {
    let mut command = world.command(&["apply", "--auto-approve", "emea", "--format", "json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let begun = Instant::now();
    while world.writes().is_empty() && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

fn signal(child: &Child, signal: &str) {
    let sent = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(sent.expect("there is a kill").success());
}

/// What a run said in the end, and how long it took from now.
fn ends(world: &World, child: Child) -> (i32, Vec<String>, Duration) {
    let begun = Instant::now();
    let output = child.wait_with_output().expect("it ends");
    let took = begun.elapsed();
    let ran = world.ran(output);
    let applied: Json = serde_json::from_str(&ran.stdout).unwrap_or_default();
    let profiles = applied["workspaces"][0]["profiles"].as_array().cloned().unwrap_or_default();
    let statuses = profiles.iter().filter_map(|profile| profile["status"].as_str());
    (ran.code, statuses.map(str::to_owned).collect(), took)
}

#[test]
fn an_interrupted_apply_finishes_what_is_in_flight_and_says_what_it_left() {
    for name in ["-INT", "-TERM"] {
        let world = three_changes();
        world.sandbox().set_options(|options| options.latency = Duration::from_millis(700));
        let child = writing(&world);
        signal(&child, name);
        let (code, statuses, took) = ends(&world, child);
        assert_eq!(code, 7, "{statuses:?}");
        // A write may have been on its way already when the signal came; it is finished and counted.
        let done = statuses.iter().filter(|status| *status == "done").count();
        assert_eq!(statuses.last().map(String::as_str), Some("skipped"), "{statuses:?}");
        assert_eq!((done, statuses.len()), (world.writes().len(), 3), "{statuses:?}");
        assert!(took < Duration::from_secs(7), "{took:?}");
    }
}

/// An apply whose first write the vendor does not answer.
fn stuck(world: &World) -> Child {
    // A second lies between the list and the write, which is time to slow the vendor down.
    let config = super::BY_ID.replace("perSecond: 1000, share: 100%", "perSecond: 1, share: 100%");
    world.write("permctl.yaml", &config);
    let mut command = world.command(&["apply", "--auto-approve", "emea", "--format", "json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let begun = Instant::now();
    while world.sandbox().exchanges().is_empty() && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    world.sandbox().set_options(|options| options.latency = Duration::from_secs(60));
    std::thread::sleep(Duration::from_millis(1500));
    child
}

#[test]
fn an_interrupted_apply_does_not_wait_for_a_vendor_that_is_stuck() {
    let world = three_changes();
    let child = stuck(&world);
    signal(&child, "-TERM");
    let (code, statuses, took) = ends(&world, child);
    assert_eq!(code, 7, "{statuses:?}");
    assert_eq!(statuses, ["unknown", "skipped", "skipped"]);
    assert!(took > Duration::from_secs(4) && took < Duration::from_secs(7), "{took:?}");
}

#[test]
fn a_second_signal_stops_at_once_and_without_a_report() {
    let world = three_changes();
    let child = stuck(&world);
    signal(&child, "-INT");
    std::thread::sleep(Duration::from_millis(500));
    signal(&child, "-TERM");
    let (code, statuses, took) = ends(&world, child);
    assert_eq!((code, statuses.len()), (7, 0));
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn an_apply_that_waits_for_the_vendor_does_not_wait_once_interrupted() {
    let world = three_changes();
    answer(&world, "PUT", PROFILE, {
        let mut busy = refusal(429);
        busy.headers = vec![("retry-after".to_owned(), "100".to_owned())];
        busy
    });
    let child = writing(&world);
    std::thread::sleep(Duration::from_millis(200));
    signal(&child, "-INT");
    let (code, statuses, took) = ends(&world, child);
    assert_eq!(code, 130, "nothing was done: {statuses:?}");
    assert_eq!(statuses, ["skipped"; 3]);
    assert!(took < Duration::from_secs(3), "{took:?}");
}

#[test]
fn promise_7_a_write_that_had_to_wait_is_made_anew_from_what_is_live_then() {
    let world = three_changes();
    let mut writes = 0;
    // The first write is held off for longer than a document may age. Meanwhile somebody takes a
    // right away, which the next reading shows.
    world.sandbox().script(Box::new(move |request: &Received| {
        let written = request.method == "PUT";
        writes += i32::from(written);
        if written && writes == 1 {
            let mut busy = refusal(429);
            busy.headers = vec![("retry-after".to_owned(), "6".to_owned())];
            return Fault::Reply(busy);
        }
        if !written && writes == 1 {
            return Fault::Edit(Box::new(|vendor: &mut dyn Vendor| {
                vendor
                    .edit("EMEA Sales", "Collaborator", "callsAndSearch", json!(false))
                    .expect("the profile is live");
            }));
        }
        Fault::None
    }));
    let _ = world.run(&["apply", "--auto-approve", "emea"]).exits(0);
    assert_eq!(live(&world, EMEA, "Collaborator", "callsAndSearch"), json!(false));
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(true));
}

#[test]
fn an_apply_that_is_stopped_while_it_reads_sends_nothing_and_gives_its_lock_back() {
    let world = three_changes();
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.sandbox().set_options(|options| options.latency = Duration::from_secs(60));
    let mut command = world.command(&["apply", "plan.json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let (lock, begun) = (world.folder().join(".permctl/lock"), Instant::now());
    while !lock.exists() && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(300));
    signal(&child, "-TERM");
    let ran = world.ran(child.wait_with_output().expect("it ends"));
    assert_eq!(ran.code, 130, "{}", ran.stderr);
    assert!(ran.stderr.contains("interrupted; nothing was sent"), "{}", ran.stderr);
    world.sandbox().set_options(|options| options.latency = Duration::ZERO);
    let ran = world.run(&["apply", "plan.json"]).exits(0);
    assert!(!ran.stderr.contains("an earlier apply"), "{}", ran.stderr);
}

#[test]
fn a_read_that_the_end_cuts_short_leaves_the_change_untried() {
    let world = three_changes();
    for other in ["deal-desk", "sales-manager"] {
        world.remove(&format!("profiles/emea/{other}.yaml"));
    }
    let (mut written, hangs) = (false, Arc::new(AtomicBool::new(false)));
    let hanging = Arc::clone(&hangs);
    // The write is held off for longer than a document may age, and the read after it hangs.
    world.sandbox().script(Box::new(move |request: &Received| {
        if request.method == "PUT" {
            written = true;
            return Fault::RateLimited(RetryAfter::Seconds(6));
        }
        hanging.store(written, Ordering::Relaxed);
        if written { Fault::Delay(Duration::from_secs(60)) } else { Fault::None }
    }));
    let (child, begun) = (writing(&world), Instant::now());
    while !hangs.load(Ordering::Relaxed) && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    signal(&child, "-INT");
    let (code, statuses, _) = ends(&world, child);
    assert_eq!(statuses, ["skipped"]);
    assert_eq!(code, 130);
}

#[test]
fn promise_5_what_a_stopped_run_gave_up_is_waited_for_by_the_next_one() {
    let world = three_changes();
    let child = stuck(&world);
    signal(&child, "-TERM");
    let (_, statuses, _) = ends(&world, child);
    assert_eq!(statuses[0], "unknown");
    world.sandbox().set_options(|options| options.latency = Duration::ZERO);
    world.sandbox().clear_exchanges();
    let ran = world.run(&["apply", "--auto-approve", "--timeout", "1s"]).exits(4);
    assert!(ran.stderr.contains("the vendor may still be processing it"), "{}", ran.stderr);
    assert_eq!(world.sandbox().exchanges(), []);
}
