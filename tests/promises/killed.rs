//! Promises 4 and 5: a run that is killed, at whatever point, is finished by the same plan.

use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};

use permctl_sandbox::{Exchange, Fault, Received};
use serde_json::Value as Json;

use super::{EMEA, three_changes};
use crate::harness::{Folder, World};
use crate::vendors::state;

/// Three updates and a create that the vendor would take twice, as a saved plan.
fn reviewed() -> World {
    let world = three_changes();
    world.choose("duplicate-name", "accepted");
    world.write(
        "profiles/emea/new.yaml",
        "profile: Quite Another\nnew: true\nsettings: {aiBuilder: true}\n",
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.sandbox().clear_exchanges();
    world
}

/// Starts the world of a provider's case `create`.
fn creating(provider: &'static str) -> World {
    Folder::of(provider, "cases", "create").world(state(provider), &[])
}

/// Whether a request that a run dies of is one that the vendor gets to see.
#[derive(Debug, Clone, Copy)]
enum Effect {
    Never,
    AfterTheDeath,
}

/// Why a lock of a test is whole.
const UNBROKEN: &str = "nobody panics while holding it";

/// Applies the plan and kills the program for good when a request arrives, counted from 1; says
/// whether it came that far.
fn killed_at(world: &World, arguments: &[&str], fatal: usize, effect: Effect) -> bool {
    let slot: Arc<Mutex<Option<Child>>> = Arc::default();
    let (shared, mut arrived) = (Arc::clone(&slot), 0);
    world.sandbox().script(Box::new(move |_: &Received| {
        arrived += 1;
        if arrived != fatal {
            return Fault::None;
        }
        let mut child = shared.lock().expect(UNBROKEN);
        let child = child.as_mut().expect("nothing arrives before it was started");
        child.kill().expect("it can be killed");
        let _ = child.wait().expect("it dies");
        match effect {
            Effect::Never => Fault::Reply(super::refusal(503)),
            Effect::AfterTheDeath => Fault::LoseAnswer,
        }
    }));
    {
        let mut slot = slot.lock().expect(UNBROKEN);
        let mut command = world.command(arguments);
        *slot =
            Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts"));
    }
    let status = loop {
        let ended = slot
            .lock()
            .expect(UNBROKEN)
            .as_mut()
            .and_then(|child| child.try_wait().expect("it can be asked"));
        match ended {
            Some(status) => break status,
            None => std::thread::sleep(std::time::Duration::from_millis(5)),
        }
    };
    let killed = status.code().is_none();
    // The request that it died of is put down a moment after its death.
    while killed && world.sandbox().exchanges().len() < fatal {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    world.sandbox().script(Box::new(|_: &Received| Fault::None));
    killed
}

/// Returns what a write is of: an id, or the name of a profile that is made.
fn target(write: &Exchange) -> String {
    let id = write.request.parameter("profileId").map(str::to_owned);
    let name = write.request.body.as_ref().and_then(|body| body["name"].as_str());
    id.or(name.map(str::to_owned)).expect("a write is of a profile")
}

/// Checks that between two writes of one profile a read showed the first one undone.
#[track_caller]
fn nothing_is_written_twice_unseen(exchanges: &[Exchange], what: &str) {
    for (first, write) in exchanges.iter().enumerate() {
        if write.request.method == "GET" {
            continue;
        }
        let of = target(write);
        let again = |later: &Exchange| later.request.method != "GET" && target(later) == of;
        let Some(between) = exchanges[first + 1..].iter().position(again) else { continue };
        let between = &exchanges[first + 1..first + 1 + between];
        let shows = |read: &Exchange| {
            let profiles = read.reply.body["profiles"].as_array().cloned().unwrap_or_default();
            profiles.iter().any(|document| {
                (document["id"] == *of || document["name"] == *of)
                    && write.request.body.as_ref().is_some_and(|body| is_part(body, document))
            })
        };
        let last = between.iter().rev().find(|exchange| exchange.reply.status == 200);
        let last = last.unwrap_or_else(|| panic!("{what}: {of} was written twice with no read"));
        assert!(!shows(last), "{what}: {of} was written twice, though it was seen done");
    }
}

/// Tells whether a document has all that was sent.
fn is_part(sent: &Json, document: &Json) -> bool {
    let members = sent.as_object().expect("a body is an object");
    members.iter().all(|(name, value)| name == "id" || document[name] == *value)
}

#[track_caller]
fn everything_is_there_once(world: &World, what: &str) {
    let state = world.sandbox().state();
    let profiles = state["profiles"][EMEA].as_array().expect("a list of profiles");
    let mut names: Vec<&str> =
        profiles.iter().filter_map(|document| document["name"].as_str()).collect();
    names.sort_unstable();
    let all = names.len();
    names.dedup();
    assert_eq!(names.len(), all, "{what}: two profiles have one name");
    assert!(names.contains(&"Quite Another"), "{what}");
}

#[test]
fn promise_4_a_run_killed_at_any_request_is_finished_by_the_same_plan() {
    let mut table = String::new();
    for effect in [Effect::Never, Effect::AfterTheDeath] {
        for fatal in 1.. {
            let what = format!("killed at request {fatal}, effect {effect:?}");
            let world = reviewed();
            if !killed_at(&world, &["apply", "plan.json"], fatal, effect) {
                break;
            }
            let died = world.sandbox().exchanges().len();
            // Another journal: what is right may not depend on the one of the run that died.
            let ran = world.run(&["apply", "plan.json", "--journal", "another"]).exits(0);
            assert!(ran.stderr.contains("its lock was taken over"), "{what}: {}", ran.stderr);
            let exchanges = world.sandbox().exchanges();
            nothing_is_written_twice_unseen(&exchanges, &what);
            for run in [&exchanges[..died], &exchanges[died..]] {
                let creates = run.iter().filter(|exchange| exchange.request.method == "POST");
                assert!(creates.count() <= 1, "{what}: a create was sent twice in one run");
            }
            everything_is_there_once(&world, &what);
            let _ = world.run(&["plan", "--detailed-exitcode"]).exits(0);
            let writes = world.writes().len();
            table.push_str(&format!("{what}: {writes} writes received in both runs\n"));
        }
    }
    // One read, four writes and the read that verifies; each before and after it took effect.
    assert_eq!(table.lines().count(), 12, "{table}");
}

#[test]
fn promise_4_a_create_killed_at_any_request_is_finished_at_every_vendor() {
    for system in permctl::provider::SYSTEMS {
        for effect in [Effect::Never, Effect::AfterTheDeath] {
            for fatal in 1.. {
                let what = format!("{:?} killed at {fatal}, {effect:?}", system.provider);
                let world = creating(system.provider.id());
                let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
                world.sandbox().clear_exchanges();
                if !killed_at(&world, &["apply", "plan.json"], fatal, effect) {
                    assert!(fatal > 3, "{what}: it came to its end too early");
                    break;
                }
                let _ = world.run(&["apply", "plan.json", "--journal", "another"]).exits(0);
                let exchanges = world.sandbox().exchanges();
                let writes: Vec<&Received> = exchanges
                    .iter()
                    .map(|exchange| &exchange.request)
                    .filter(|request| world.sandbox().with_vendor(|it| it.is_write(request)))
                    .collect();
                for write in &writes {
                    let times = writes.iter().filter(|other| other == &write).count();
                    let most = if matches!(effect, Effect::Never) { 2 } else { 1 };
                    assert!(
                        times <= most,
                        "{what}: {} {} came {times} times",
                        write.method,
                        write.path
                    );
                }
                // Two profiles of one name would be an error.
                let _ = world.run(&["plan", "--detailed-exitcode"]).exits(0);
            }
        }
    }
}

#[test]
fn promise_4_a_run_killed_without_a_saved_plan_is_finished_by_the_next_one() {
    for fatal in [2, 5] {
        let world = reviewed();
        let apply = ["apply", "--auto-approve"];
        assert!(killed_at(&world, &apply, fatal, Effect::AfterTheDeath));
        let again = ["apply", "--auto-approve", "--journal", "another"];
        let _ = world.run(&again).exits(0);
        nothing_is_written_twice_unseen(&world.sandbox().exchanges(), "without a saved plan");
        everything_is_there_once(&world, "without a saved plan");
        let _ = world.run(&["plan", "--detailed-exitcode"]).exits(0);
    }
}
