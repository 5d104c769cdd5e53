//! A run that somebody stops, and one that the vendor slows down.

use std::process::Stdio;
use std::time::{Duration, Instant};

use permctl::sandbox::{Fault, Received, Vendor};
use serde_json::{Value as Json, json};

use super::{EMEA, live, refusal, three_changes};

#[test]
fn an_interrupted_apply_finishes_what_is_in_flight_and_says_what_it_left() {
    let world = three_changes();
    world.sandbox().set_options(|options| options.latency = Duration::from_millis(700));
    let mut command = world.command(&["apply", "--auto-approve", "--format", "json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let begun = Instant::now();
    while world.writes().is_empty() && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let interrupt = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("there is a kill");
    assert!(interrupt.success());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(7), "{}", String::from_utf8_lossy(&output.stderr));
    let applied: Json = serde_json::from_slice(&output.stdout).expect("it reports as JSON");
    let statuses: Vec<&str> = applied["workspaces"][0]["profiles"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|profile| profile["status"].as_str())
        .collect();
    // A write may have been on its way already when the signal came; it is finished and counted.
    let done = statuses.iter().filter(|status| **status == "done").count();
    assert_eq!(statuses.last(), Some(&"not-tried"), "{statuses:?}");
    assert_eq!((done, statuses.len()), (world.writes().len(), 3), "{statuses:?}");
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
