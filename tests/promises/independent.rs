//! Failure of one, not of all: what became of each change, what to type next, and the exit code.

use std::time::Duration;

use permctl::plan::file;
use permctl_sandbox::{Fault, Received, RetryAfter};
use serde_json::{Value as Json, json};

use super::{AMER, BY_ID, EMEA, PROFILES, live, refusal, says, three_changes};
use crate::harness::World;

/// The changes of [`three_changes`] and one of AMER, saved.
fn reviewed() -> World {
    let world = three_changes();
    world.write("profiles/amer/a.yaml", "profile: Customer Success\nsettings: {forecast: false}\n");
    world.edit("AMER Sales", "Customer Success", "forecast", json!(true));
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.sandbox().clear_exchanges();
    world
}

/// Answers the write of one profile in this way, and all others as usual.
fn befalls(world: &World, profile: &'static str, fault: impl Fn() -> Fault + Send + 'static) {
    world.sandbox().script(Box::new(move |request: &Received| {
        let name = request.body.as_ref().and_then(|body| body["name"].as_str());
        if name == Some(profile) { fault() } else { Fault::None }
    }));
}

#[test]
fn the_others_are_done_when_one_is_refused_and_the_report_says_what_to_type() {
    let world = reviewed();
    befalls(&world, "Collaborator", || Fault::Reply(refusal(400)));
    let ran = world.run(&["apply", "plan.json"]).exits(7);
    says(&ran, "failed Collaborator: acme: PUT /v2/permission-profile?profileId=");
    says(&ran, "400: the vendor's words (request id vendor4711)");
    says(&ran, "Applied: 0 created, 3 updated, 1 failed.");
    says(&ran, "Next: `permctl apply plan.json` does what is left; what is done is not done again");
    assert_eq!(world.writes().len(), 4);
    world.sandbox().script(Box::new(|_: &Received| Fault::None));
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    assert_eq!(world.writes().len(), 5);
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(true));
}

#[test]
fn each_kind_of_ending_is_told_apart_in_one_report() {
    let world = reviewed();
    world.edit("EMEA Sales", "Deal Desk", "forecast", json!("all"));
    befalls(&world, "Sales Manager", || Fault::Reply(refusal(500)));
    let ran = world.run(&["apply", "plan.json"]).exits(7);
    says(&ran, "updated Collaborator");
    says(&ran, "stale Deal Desk: changed since the plan, nothing sent");
    says(&ran, "unknown Sales Manager: acme: PUT");
    says(&ran, "updated Customer Success");
    says(&ran, "Applied: 0 created, 2 updated, 1 stale, 1 unknown.");
    says(&ran, "Next: `permctl apply plan.json` does what is left");
    says(&ran, "`permctl plan \"emea/Deal Desk\"` shows what is live and what is left");
    // Without a saved plan there is one command for both, and machines get it too.
    befalls(&world, "Sales Manager", || Fault::Reply(refusal(400)));
    let ran = world.run(&["apply", "--auto-approve", "--format", "json"]);
    let applied: Json = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        applied["next"][0]["command"],
        json!("permctl plan \"emea/Sales Manager\""),
        "{applied}"
    );
}

#[test]
fn a_workspace_that_can_not_be_read_any_more_stops_alone() {
    let world = reviewed();
    // EMEA is written first in no order that matters here: AMER comes before it by name.
    let mut lists = 0;
    world.sandbox().script(Box::new(move |request: &Received| {
        if request.path == PROFILES && request.parameter("workspaceId") == Some(AMER) {
            lists += 1;
            // Once to make the plan ready; the write is held off so that it is read anew.
            return if lists == 1 { Fault::None } else { Fault::Reply(refusal(500)) };
        }
        let amer = request.body.as_ref().is_some_and(|body| body["name"] == "Customer Success");
        if amer {
            let mut busy = refusal(429);
            busy.headers = vec![("retry-after".to_owned(), "6".to_owned())];
            return Fault::Reply(busy);
        }
        Fault::None
    }));
    let ran = world.run(&["apply", "plan.json"]).exits(7);
    says(&ran, "failed Customer Success: acme: GET /v2/all-permission-profiles");
    says(&ran, "Applied: 0 created, 3 updated, 1 failed.");
}

#[test]
fn credentials_that_are_refused_stop_their_tenant_and_no_other() {
    let world = reviewed();
    let config = super::BY_ID.replace("      amer: {id: \"861402275930418857\"}\n", "");
    let (_, tenant) = config.split_once("  acme:\n").unwrap();
    let second =
        tenant.replace("emea: {id: \"7273476131570014205\"}", "amer: {id: \"861402275930418857\"}");
    world.write("permctl.yaml", &format!("{config}  other:\n{second}"));
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    for status in [401, 403] {
        befalls(&world, "Deal Desk", move || Fault::Reply(refusal(status)));
        world.sandbox().clear_exchanges();
        let ran = world.run(&["apply", "plan.json"]);
        says(&ran, "failed Deal Desk");
        says(&ran, "skipped Collaborator: the vendor refused an earlier write: acme: PUT");
        says(&ran, "skipped Sales Manager");
        let done = if status == 401 { "updated Customer Success" } else { "same Customer Success" };
        says(&ran, done);
        assert_eq!(ran.code, if status == 401 { 7 } else { 4 }, "{}", ran.stdout);
    }
}

#[test]
fn other_workspaces_of_a_tenant_whose_credentials_are_refused_are_not_tried() {
    let world = reviewed();
    befalls(&world, "Customer Success", || Fault::Reply(refusal(403)));
    let ran = world.run(&["apply", "plan.json"]).exits(4);
    says(&ran, "failed Customer Success");
    for name in ["Collaborator", "Deal Desk", "Sales Manager"] {
        says(&ran, &format!("skipped {name}: the vendor refused an earlier write: acme: PUT"));
    }
    assert_eq!(world.writes().len(), 1);
    says(&ran, "Next: `permctl apply plan.json` does what is left");
}

#[test]
fn a_403_after_a_write_that_was_accepted_is_that_of_one_profile() {
    // AMER is written first.
    let world = reviewed();
    befalls(&world, "Deal Desk", || Fault::Reply(refusal(403)));
    let ran = world.run(&["apply", "plan.json"]).exits(7);
    says(&ran, "failed Deal Desk");
    says(&ran, "the key wrote another one a moment before");
    says(&ran, "Applied: 0 created, 3 updated, 1 failed.");
    // Two in a row without a success between them are about the key.
    let world = reviewed();
    world.sandbox().script(Box::new(move |request: &Received| {
        let amer = request.body.as_ref().is_some_and(|body| body["name"] == "Customer Success");
        match request.method.as_str() {
            "PUT" if !amer => Fault::Reply(refusal(403)),
            _ => Fault::None,
        }
    }));
    let ran = world.run(&["apply", "plan.json"]).exits(7);
    says(&ran, "Applied: 0 created, 1 updated, 2 failed, 1 skipped.");
    says(&ran, "the vendor refused an earlier write: ");
}

#[test]
fn the_next_command_is_called_as_this_one_was() {
    let world = reviewed();
    befalls(&world, "Collaborator", || Fault::Reply(refusal(400)));
    let folder = world.folder().to_string_lossy().into_owned();
    let config = format!("{folder}/permctl.yaml");
    let profiles = format!("{folder}/profiles");
    let arguments = ["apply", "plan.json", "--config", &config, "--profiles", &profiles];
    let ran = world.run(&arguments).exits(7);
    says(&ran, &format!("`permctl --config {config} --profiles {profiles} apply plan.json`"));
}

/// Adds a tenant of its own vendor to a world: `beta`, with the workspaces `beta-emea` and `beta-amer`.
fn beside(world: &World, other: &World) {
    let config = BY_ID.replace("  acme:", "  beta:");
    let config = config.replace("emea:", "beta-emea:").replace("amer:", "beta-amer:");
    let tenant = config.split_once("tenants:\n").expect("it has tenants").1;
    let tenant = tenant.replace("ENDPOINT", other.sandbox().endpoint());
    world.write("permctl.yaml", &format!("{BY_ID}{tenant}"));
}

#[test]
fn what_reads_back_one_tenants_write_is_not_taken_by_another_tenant() {
    let (world, other) = (World::fresh(), World::fresh());
    beside(&world, &other);
    for workspace in ["emea", "beta-emea"] {
        let file = format!("profiles/{workspace}/a.yaml");
        world.write(&file, "profile: Sales Manager\nsettings: {library: false}\n");
    }
    // Two reads, two writes, and two reads that read back.
    let apply = ["apply", "--auto-approve", "emea", "beta-emea", "--max-requests", "5"];
    let ran = world.run(&apply).exits(7);
    says(&ran, "Applied: 0 created, 1 updated, 1 skipped.");
    assert_eq!(world.writes().len() + other.writes().len(), 1);
    let _ = world.run(&apply).exits(0);
}

#[test]
fn one_vendors_long_pause_keeps_no_other_tenant_waiting() {
    let (world, other) = (reviewed(), World::fresh());
    beside(&world, &other);
    for (file, profile) in [("a", "Collaborator"), ("b", "Sales Manager")] {
        world.write(
            &format!("profiles/beta-emea/{file}.yaml"),
            &format!("profile: {profile}\nsettings: {{library: false}}\n"),
        );
    }
    other.sandbox().set_options(|options| options.latency = Duration::from_millis(400));
    let mut written = false;
    world.sandbox().script(Box::new(move |request: &Received| {
        written |= request.method == "PUT";
        match written && request.method == "GET" {
            true => Fault::RateLimited(RetryAfter::Seconds(3600)),
            false => Fault::None,
        }
    }));
    let ran = world.run(&["apply", "--auto-approve"]);
    says(&ran, "skipped Sales Manager: the vendor asks to wait for 3");
    assert_eq!(other.writes().len(), 2, "{}", ran.stdout);
}

#[test]
fn what_to_type_next_goes_the_same_way_again() {
    let world = reviewed();
    befalls(&world, "Collaborator", || Fault::Reply(refusal(400)));
    let digest = file::read(&world.read("plan.json")).unwrap().digest;
    let flags = ["--allow-host", "vm", "--request-timeout", "1m", "--journal", "my notes"];
    let approved = ["--approved", &digest];
    let ran = world.run(&[&["apply", "plan.json"][..], &flags, &approved].concat()).exits(7);
    let command = format!(
        "Next: `permctl --allow-host vm --request-timeout 60s apply plan.json --approved {digest} --journal \"my notes\"`"
    );
    says(&ran, &command);
}

#[test]
fn one_workspace_under_two_tenants_is_written_to_under_neither() {
    let world = World::fresh();
    beside(&world, &world);
    for (workspace, setting) in [("emea", "aiBuilder: true"), ("beta-emea", "forecast: true")] {
        world.write(
            &format!("profiles/{workspace}/a.yaml"),
            &format!("profile: Collaborator\nsettings: {{{setting}}}\n"),
        );
    }
    let plan = world.run(&["plan"]).exits(3);
    let says_of = |words: &str| assert!(plan.stdout.contains(words), "{}", plan.stdout);
    says_of("it is the same workspace at the vendor as `beta-emea` of tenant beta");
    says_of("it is the same workspace at the vendor as `emea` of tenant acme");
    let _ = world.run(&["apply", "--auto-approve"]).exits(3);
    assert_eq!(world.writes(), []);
}
