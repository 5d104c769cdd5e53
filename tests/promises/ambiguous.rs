//! Promise 5: a write whose answer is lost is settled by reading, and never repeated.

use permctl_sandbox::{Fault, Received};
use serde_json::json;

use super::{EMEA, live, refusal, says};
use crate::harness::World;

fn one(text: &str) -> World {
    let world = World::fresh();
    world.write("permctl.yaml", super::BY_ID);
    world.write("profiles/emea/a.yaml", text);
    world
}

/// Lets this happen to the first writes, and nothing to all other requests.
fn befalls_writes(world: &World, times: usize, fault: impl Fn() -> Fault + Send + 'static) {
    let mut left = times;
    world.sandbox().script(Box::new(move |request: &Received| {
        if request.method == "GET" || left == 0 {
            return Fault::None;
        }
        left -= 1;
        fault()
    }));
}

#[test]
fn promise_5_an_update_whose_answer_is_lost_is_found_done_and_not_repeated() {
    let world = one("profile: Collaborator\nsettings: {aiBuilder: true}\n");
    befalls_writes(&world, 9, || Fault::LoseAnswer);
    let ran = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(world.writes().len(), 1);
    says(&ran, "updated Collaborator");
}

#[test]
fn promise_5_a_create_whose_answer_is_lost_is_found_done_and_not_repeated() {
    let world = one("profile: Quite Another\nnew: true\nsettings: {aiBuilder: true}\n");
    world.choose("duplicate-name", "accepted");
    befalls_writes(&world, 9, || Fault::LoseAnswer);
    let ran = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(world.writes().len(), 1);
    says(&ran, "created Quite Another");
    let state = world.sandbox().state();
    let profiles = state["profiles"][EMEA].as_array().unwrap();
    let made = profiles.iter().filter(|document| document["name"] == "Quite Another");
    assert_eq!(made.count(), 1);
}

#[test]
fn promise_5_a_write_that_nobody_can_find_is_unknown_and_not_repeated() {
    let world = one("profile: Collaborator\nsettings: {aiBuilder: true}\n");
    befalls_writes(&world, 9, || Fault::Reply(refusal(500)));
    let ran = world.run(&["apply", "--auto-approve"]).exits(7);
    assert_eq!(world.writes().len(), 1);
    says(&ran, "unknown Collaborator");
    says(&ran, "the vendor's words (request id vendor4711)");
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(false));
}

#[test]
fn promise_5_a_write_that_was_certainly_not_processed_is_repeated() {
    let world = one("profile: Collaborator\nsettings: {aiBuilder: true}\n");
    befalls_writes(&world, 2, || Fault::Reply(refusal(429)));
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(world.writes().len(), 3);
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(true));
}
