//! Promise 5: a write whose answer is lost is settled by reading, and never repeated.

use permctl_sandbox::{Fault, GATEWAY_STATUSES, Received, Reply, once};
use serde_json::json;

use super::{EMEA, live, refusal, says};
use crate::harness::Folder;
use crate::harness::{Ran, World};
use crate::vendors;

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

/// Lets a gateway answer the first request that creates a profile, after the vendor has made it.
fn creates_behind_a_gateway(provider: &'static str, reply: Reply) -> (Ran, usize) {
    let folder = Folder::of(provider, "cases", "create");
    let world = folder.world(vendors::state(provider), &[]);
    let creates = |request: &Received| request.method == "POST" && request.path != "/auth/login";
    world.sandbox().script(once(creates, Fault::ThenReply(reply)));
    let ran = world.run(&["apply", "--auto-approve"]).exits(0);
    let _ = world.run(&["plan", "--detailed-exitcode"]).exits(0);
    (ran, world.writes().iter().filter(|write| creates(&write.request)).count())
}

#[test]
fn promise_5_a_gateways_refusal_after_a_create_is_settled_by_reading() {
    let vendors = ["gong-openapi", "webex", "pulse"].map(|provider| (provider, &[409, 429][..]));
    for (provider, statuses) in vendors.into_iter().chain([("gong", &GATEWAY_STATUSES[..])]) {
        for status in statuses {
            let (ran, creates) = creates_behind_a_gateway(provider, Reply::of_gateway(*status));
            let created = ran.stdout.matches("\n  created ").count();
            assert_eq!(creates, created, "{provider}: {status}\n{}", ran.stdout);
            assert!(created > 0, "{}", ran.stdout);
        }
    }
}

#[test]
fn promise_5_a_refusal_that_a_vendor_gives_after_it_began_is_settled_by_one_read() {
    let world = one("profile: Collaborator\nsettings: {aiBuilder: true}\n");
    befalls_writes(&world, 9, || Fault::Reply(refusal(404)));
    let ran = world.run(&["apply", "emea", "--auto-approve"]).exits(4);
    says(&ran, "failed Collaborator");
    let reads = world.sandbox().exchanges().iter().filter(|it| it.request.method == "GET").count();
    assert_eq!((world.writes().len(), reads), (1, 2));
}

#[test]
fn promise_5_a_create_that_was_refused_for_its_pace_is_looked_for_before_it_is_sent_again() {
    let world = one("profile: Quite Another\nnew: true\nsettings: {aiBuilder: true}\n");
    world.choose("duplicate-name", "accepted");
    befalls_writes(&world, 1, || Fault::Reply(refusal(429)));
    let ran = world.run(&["apply", "emea", "--auto-approve"]).exits(0);
    says(&ran, "created Quite Another");
    let reads = world.sandbox().exchanges();
    let after: Vec<&str> = reads.iter().map(|it| it.request.method.as_str()).collect();
    assert_eq!(after, ["GET", "POST", "GET", "POST", "GET"]);
}

#[test]
fn promise_5_an_update_that_a_gateway_calls_one_too_many_is_looked_at_before_it_is_sent_again() {
    for status in [429, 404] {
        let world = one("profile: Collaborator\nsettings: {aiBuilder: true}\n");
        let writes = |request: &Received| request.method == "PUT";
        world.sandbox().script(once(writes, Fault::ThenReply(Reply::of_gateway(status))));
        let ran = world.run(&["apply", "emea", "--auto-approve"]).exits(0);
        assert_eq!(world.writes().len(), 1, "{status}\n{}", ran.stdout);
        says(&ran, "updated Collaborator");
    }
}

#[test]
fn promise_5_a_gateway_that_lets_no_write_through_ends_the_tenant() {
    let world = super::three_changes();
    befalls_writes(&world, 9, || Fault::Reply(Reply::of_gateway(403)));
    let ran = world.run(&["apply", "emea", "--auto-approve"]).exits(7);
    says(&ran, "1 unknown, 2 skipped.");
    says(&ran, "an earlier write was not let through: ");
    assert_eq!(world.writes().len(), 1);
}
