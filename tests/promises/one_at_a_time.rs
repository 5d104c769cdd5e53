//! One apply at a time: the lock beside the configuration.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use permctl_sandbox::{Fault, Received};
use serde_json::json;

use super::three_changes;
use crate::harness::World;

const LOCK: &str = ".permctl/lock";

/// Starts an apply that holds the lock for a while.
fn slow(world: &World) -> Child {
    world.sandbox().set_options(|options| options.latency = Duration::from_millis(1500));
    let mut command = world.command(&["apply", "--auto-approve"]);
    command.env("USER", "ada");
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let begun = Instant::now();
    while !world.folder().join(LOCK).exists() {
        assert!(begun.elapsed() < Duration::from_secs(20), "it never locked");
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(50));
    child
}

/// Writes a lock that a run on another machine holds.
fn elsewhere(world: &World) {
    let by = json!({"user": "grace", "host": "another-machine", "boot": "b", "pid": 12, "job": "https://ci.example/7"});
    let held = json!({"by": by, "plan": "sha256:00", "since": "2026-11-22T04:00:00Z"});
    world.write(LOCK, &held.to_string());
}

#[test]
fn a_second_apply_is_refused_while_the_first_one_runs_and_told_who_it_is() {
    let world = three_changes();
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let mut child = slow(&world);
    for arguments in [&["apply", "plan.json"][..], &["apply", "--auto-approve"]] {
        let ran = world.run(arguments).exits(6);
        assert!(ran.stderr.contains("another apply holds the lock: ada on "), "{}", ran.stderr);
        assert!(ran.stderr.contains(&format!("process {}", child.id())), "{}", ran.stderr);
        assert!(ran.stderr.contains("nothing was sent"), "{}", ran.stderr);
        assert!(!ran.stderr.contains("waiting"), "{}", ran.stderr);
    }
    // Looking is free.
    let _ = world.run(&["plan"]).exits(0);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(world.writes().len(), 3);
    world.sandbox().set_options(|options| options.latency = Duration::ZERO);
    let ran = world.run(&["apply", "plan.json"]).exits(0);
    assert!(!ran.stderr.contains("lock"), "{}", ran.stderr);
}

#[test]
fn the_lock_of_another_machine_is_never_broken_unasked() {
    let world = three_changes();
    elsewhere(&world);
    let ran = world.run(&["apply", "--auto-approve"]).exits(6);
    for words in ["grace on another-machine (process 12, https://ci.example/7)", "--break-lock"] {
        assert!(ran.stderr.contains(words), "no {words:?} in {}", ran.stderr);
    }
    // Nobody is at the keyboard, so nobody can have looked whether that run is over.
    let ran = world.run(&["apply", "--auto-approve", "--break-lock"]).exits(64);
    assert!(ran.stderr.contains(LOCK), "{}", ran.stderr);
    assert_eq!(world.writes(), []);
    world.remove(LOCK);
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
}

#[test]
fn a_lock_that_can_not_be_understood_is_left_alone_too() {
    let world = three_changes();
    world.write(LOCK, "{\"by\":");
    let _ = world.run(&["apply", "--auto-approve"]).exits(6);
    assert_eq!(world.writes(), []);
}

#[test]
fn only_an_apply_that_has_something_to_send_needs_the_lock() {
    let world = three_changes();
    elsewhere(&world);
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let _ = world.run(&["drift"]).exits(2);
    for (profile, setting, value) in [
        ("Collaborator", "aiBuilder", true),
        ("Deal Desk", "forecast", false),
        ("Sales Manager", "library", false),
    ] {
        world.edit("EMEA Sales", profile, setting, json!(value));
    }
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert!(world.read(LOCK).contains("another-machine"));
}

#[test]
fn what_was_read_before_another_run_had_the_lock_is_read_again() {
    let world = three_changes();
    let lock = world.folder().join(LOCK);
    let mut reads = 0;
    // Between the first read and the first write another run comes and goes, and a right with it.
    world.sandbox().script(Box::new(move |request: &Received| {
        reads += i32::from(request.method == "GET");
        if reads != 1 {
            return Fault::None;
        }
        std::fs::create_dir_all(lock.parent().unwrap()).unwrap();
        let by = json!({"user": "grace", "host": "another-machine", "pid": 12});
        let held = json!({"by": by, "plan": "sha256:00", "since": "2026-11-22T04:00:00Z", "until": "2026-11-22T04:00:01Z"});
        std::fs::write(&lock, held.to_string()).unwrap();
        Fault::None
    }));
    let _ = world.run(&["apply", "--auto-approve", "emea"]).exits(0);
    let methods: Vec<String> =
        world.sandbox().exchanges().iter().map(|it| it.request.method.clone()).collect();
    assert_eq!(methods, ["GET", "GET", "PUT", "PUT", "PUT", "GET"]);
}
