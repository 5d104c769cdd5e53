//! The journal: what was sent and what came back, for audits; and the wait after a run that died.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use permctl_sandbox::gong::{ACCESS_KEY, ACCESS_KEY_SECRET};
use permctl_sandbox::{Fault, Received};
use serde_json::{Value as Json, json};

use super::{refusal, three_changes};
use crate::harness::World;

const FOLDER: &str = ".permctl/journal";

/// Returns the lines of all journals in a folder.
fn lines(world: &World, folder: &str) -> Vec<Json> {
    let entries = std::fs::read_dir(world.folder().join(folder)).expect("the folder is there");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry can be read").file_name())
        .map(|name| name.into_string().expect("journals have plain names"))
        .collect();
    names.sort();
    let texts: Vec<String> =
        names.iter().map(|name| world.read(&format!("{folder}/{name}"))).collect();
    let lines = texts.iter().flat_map(|text| text.lines());
    lines.map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

fn events(lines: &[Json]) -> Vec<&str> {
    lines.iter().map(|line| line["event"].as_str().expect("a line says what it is")).collect()
}

/// Writes the journal of a run that died some seconds ago, while this was in flight.
fn died(world: &World, seconds: i64, name: &str) {
    let at = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(seconds);
    let endpoint = world.sandbox().endpoint();
    let intent = json!({
        "at": at.to_string(), "event": "intent", "number": 1, "endpoint": endpoint,
        "tenant": "acme", "address": "emea/Collaborator", "action": "update", "settings": [],
        "part": 1, "parts": 1, "method": "PUT", "target": "/v2/permission-profile",
    });
    world.write(&format!("{FOLDER}/{name}.jsonl"), &format!("{intent}\n"));
}

#[test]
fn a_journal_says_who_sent_what_for_what_plan_and_what_came_back() {
    let world = three_changes();
    let saved = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let github = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_ACTOR", "ada"),
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_REPOSITORY", "acme/permissions"),
        ("GITHUB_RUN_ID", "77"),
    ];
    let change = "https://github.com/acme/permissions/pull/12";
    let _ = world.run_with(&["apply", "plan.json", "--change", change], &github).exits(0);
    let lines = lines(&world, FOLDER);
    assert_eq!(
        events(&lines),
        [
            "run", "intent", "outcome", "intent", "outcome", "intent", "outcome", "change",
            "change", "change", "end"
        ]
    );
    let run = &lines[0];
    assert_eq!((&run["user"], &run["change"]), (&json!("ada"), &json!(change)));
    assert_eq!(run["job"], json!("https://github.com/acme/permissions/actions/runs/77"));
    let digest = run["plan"].as_str().unwrap();
    assert!(saved.stderr.contains(digest), "{digest} is none of {}", saved.stderr);
    // What takes access away comes first.
    assert_eq!(lines[1]["address"], json!("emea/Deal Desk"));
    assert_eq!(lines[1]["settings"], json!(["forecast"]));
    // The id that the vendor gave to the request, in an answer that went well.
    let first = &world.writes()[0].reply.body["requestId"];
    assert_eq!((&lines[2]["outcome"], &lines[2]["request_id"]), (&json!("answered"), first));
    assert_eq!(lines[7]["status"], json!("done"));
    assert_eq!(lines[10]["exit"], json!(0));
}

#[test]
fn what_a_vendor_refuses_is_in_the_journal_with_its_words_and_no_credential() {
    let world = three_changes();
    world.sandbox().script(Box::new(|request: &Received| {
        if request.method == "GET" {
            return Fault::None;
        }
        let mut reply = refusal(400);
        reply.body =
            json!({"requestId": "vendor4711", "errors": [format!("no {ACCESS_KEY_SECRET}")]});
        Fault::Reply(reply)
    }));
    let _ = world.run(&["apply", "--auto-approve"]).exits(4);
    let lines = lines(&world, FOLDER);
    let text = json!(lines).to_string();
    assert!(!text.contains(ACCESS_KEY) && !text.contains(ACCESS_KEY_SECRET), "{text}");
    assert_eq!(lines[2]["outcome"], json!("refused"));
    assert_eq!(lines[2]["request_id"], json!("vendor4711"));
    assert!(lines[2]["error"].as_str().unwrap().contains("400: no ***"), "{text}");
}

#[test]
fn an_intent_is_on_the_disk_before_its_request_arrives() {
    let world = three_changes();
    let folder = world.folder().join(FOLDER);
    let seen = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let sink = std::sync::Arc::clone(&seen);
    world.sandbox().script(Box::new(move |request: &Received| {
        if request.method != "GET" {
            let path = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
            let text = std::fs::read_to_string(path).unwrap();
            let last = text.lines().last().unwrap_or_default().to_owned();
            sink.lock().unwrap().push(last);
        }
        Fault::None
    }));
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 3);
    assert!(seen.iter().all(|line| line.contains("\"event\":\"intent\"")), "{seen:?}");
}

#[cfg(unix)]
#[test]
fn a_journal_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = three_changes();
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let folder = world.folder().join(FOLDER);
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    for (path, mode) in [(folder, 0o700), (file, 0o600)] {
        let found = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{}", path.display());
    }
}

#[test]
fn nothing_is_noted_where_nothing_is_to_be_sent() {
    let world = three_changes();
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    std::fs::remove_dir_all(world.folder().join(".permctl")).unwrap();
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let _ = world.run(&["plan"]).exits(0);
    let _ = world.run(&["drift"]).exits(2);
    assert!(!world.folder().join(".permctl").exists());
}

#[test]
fn a_run_waits_while_what_died_may_still_be_worked_on_and_then_reads() {
    let world = three_changes();
    died(&world, 57, "died");
    let begun = Instant::now();
    let ran = world.run(&["apply", "--auto-approve"]).exits(0);
    assert!(begun.elapsed() >= Duration::from_secs(2), "{:?}", begun.elapsed());
    let said = "s before reading: an earlier run sent `update emea/Collaborator` to acme and got no answer";
    assert!(ran.stderr.contains(said), "{}", ran.stderr);
}

#[test]
fn nobody_waits_for_what_is_old_answered_or_of_another_tenant() {
    let world = three_changes();
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    died(&world, 61, "old");
    world.write(&format!("{FOLDER}/other.jsonl"), "");
    died(&world, 1, "other");
    let text = world.read(&format!("{FOLDER}/other.jsonl"));
    world.write(&format!("{FOLDER}/other.jsonl"), &text.replace("\"acme\"", "\"else\""));
    died(&world, 1, "answered");
    let text = world.read(&format!("{FOLDER}/answered.jsonl"));
    let at = jiff::Timestamp::now();
    let answer =
        json!({"at": at.to_string(), "event": "outcome", "number": 1, "outcome": "answered"});
    world.write(&format!("{FOLDER}/answered.jsonl"), &format!("{text}{answer}\n"));
    let ran = world.run(&["apply", "plan.json"]).exits(0);
    assert!(!ran.stderr.contains("waiting"), "{}", ran.stderr);
}

#[cfg(unix)]
#[test]
fn the_wait_can_be_interrupted_and_nothing_was_sent() {
    use std::io::Read as _;
    use std::os::unix::process::ExitStatusExt as _;
    let world = three_changes();
    died(&world, 0, "died");
    let mut command = world.command(&["apply", "--auto-approve"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let mut said = Vec::new();
    while !String::from_utf8_lossy(&said).contains("waiting") {
        let mut some = [0; 256];
        let length = stderr.read(&mut some).unwrap();
        assert_ne!(length, 0, "{}", String::from_utf8_lossy(&said));
        said.extend_from_slice(&some[..length]);
    }
    let begun = Instant::now();
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let status = child.wait().unwrap();
    assert!(begun.elapsed() < Duration::from_secs(10));
    assert!(status.signal() == Some(2) || status.code() == Some(130), "{status}");
    assert_eq!(world.sandbox().exchanges(), []);
}

#[test]
fn the_wait_is_over_when_the_time_of_the_run_is() {
    let world = three_changes();
    died(&world, 0, "died");
    let begun = Instant::now();
    let ran = world.run(&["apply", "--auto-approve", "--timeout", "1s"]).exits(4);
    assert!(ran.stderr.contains("nothing was sent"), "{}", ran.stderr);
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(world.writes(), []);
}

#[test]
fn a_broken_foreign_or_unreadable_journal_is_talked_about_and_stops_nothing() {
    let world = three_changes();
    world.write(&format!("{FOLDER}/broken.jsonl"), "{\"at\":\"2026-11-22T04:0");
    world.write(&format!("{FOLDER}/foreign.jsonl"), "{\"level\":\"info\"}\nhello\n");
    world.write(&format!("{FOLDER}/folder.jsonl/x"), "");
    let ran = world.run(&["apply", "--auto-approve"]).exits(0);
    for words in [
        "broken.jsonl that can't be understood, the first is line 1",
        "passed over 2 lines of the journal",
        "folder.jsonl: it is not a regular file",
    ] {
        assert!(ran.stderr.contains(words), "no {words:?} in {}", ran.stderr);
    }
    assert_eq!(world.writes().len(), 3);
}

#[test]
fn a_journal_that_can_not_be_kept_stops_a_run_only_where_it_was_asked_for() {
    let world = three_changes();
    world.write("a-file", "");
    let ran = world.run(&["apply", "--auto-approve", "--journal", "a-file"]).exits(1);
    assert!(ran.stderr.contains("nothing was sent"), "{}", ran.stderr);
    assert_eq!(world.writes(), []);
    world.write(FOLDER, "");
    let ran = world.run(&["apply", "--auto-approve"]).exits(0);
    assert!(ran.stderr.contains("no journal of this run"), "{}", ran.stderr);
}

#[test]
fn a_page_with_credentials_in_it_is_no_change_to_note() {
    let world = three_changes();
    for page in ["https://ada:secret@example.com/1", "SEC-1", "file:///etc/passwd"] {
        let _ = world.run(&["apply", "--auto-approve", "--change", page]).exits(64);
    }
    assert_eq!(world.writes(), []);
}
