//! What `-v` says of requests, and that it says no secret.

use permctl_sandbox::gong::{ACCESS_KEY, ACCESS_KEY_SECRET};
use permctl_sandbox::{Fault, Received};
use serde_json::{Value as Json, json};

use super::{PROFILES, answer, refusal, reply, three_changes};
use crate::harness::World;

/// Returns the lines about requests of a run with JSON logs.
fn requests(stderr: &str) -> Vec<Json> {
    let lines = stderr.lines().filter(|line| line.starts_with('{'));
    let events = lines.map(|line| serde_json::from_str::<Json>(line).expect("a line is an object"));
    events.filter(|event| event["message"] == "request").collect()
}

#[test]
fn each_request_is_told_with_what_became_of_it() {
    let world = three_changes();
    let mut first = true;
    world.sandbox().script(Box::new(move |request: &Received| {
        let written = request.method == "PUT";
        if written && std::mem::take(&mut first) {
            return Fault::Reply(refusal(429));
        }
        Fault::None
    }));
    let arguments = ["apply", "--auto-approve", "emea", "-v", "--log-format", "json"];
    let ran = world.run(&arguments).exits(0);
    let told: Vec<String> = requests(&ran.stderr)
        .iter()
        .map(|event| {
            assert!(event["milliseconds"].is_u64() && event["request_id"].is_string(), "{event}");
            assert_eq!(event["tenant"], "acme");
            let path = event["path"].as_str().unwrap().split('?').next().unwrap();
            let method = event["method"].as_str().unwrap();
            format!("{method} {path} {} {}", event["status"], event["attempt"])
        })
        .collect();
    let [list, write] = [format!("GET {PROFILES}"), format!("PUT {}", super::PROFILE)];
    assert_eq!(
        told,
        [
            format!("{list} 200 1"),
            format!("{write} 429 1"),
            format!("{write} 200 2"),
            format!("{write} 200 1"),
            format!("{write} 200 1"),
            format!("{list} 200 1"),
        ]
    );
    assert_eq!(requests(&ran.stderr)[1]["request_id"], "vendor4711");
}

#[test]
fn a_request_without_an_answer_is_told_too() {
    let world = three_changes();
    world.sandbox().script(Box::new(|_: &Received| Fault::LoseAnswer));
    let ran = world.run(&["plan", "emea", "-v", "--log-format", "json"]).exits(4);
    let requests = requests(&ran.stderr);
    let attempts: Vec<u64> =
        requests.iter().filter_map(|event| event["attempt"].as_u64()).collect();
    assert_eq!(attempts, [1, 2, 3, 4, 5]);
    assert!(requests[0]["error"].is_string() && requests[0].get("status").is_none());
}

#[test]
fn nothing_is_told_unless_asked_for_and_never_on_stdout() {
    let world = three_changes();
    // A workspace without files has a warning.
    world.write("profiles/amer/a.yaml", "profile: Collaborator\n");
    let quiet = world.run(&["plan", "--holders", "none", "--log-format", "json"]).exits(0);
    assert_eq!(quiet.stderr, "");
    let text = world.run(&["plan", "--holders", "none", "-v"]).exits(0);
    assert_eq!(text.stdout, quiet.stdout);
    assert!(text.stderr.contains("method=\"GET\""), "{}", text.stderr);
    assert!(text.stderr.contains("status=200") && text.stderr.contains("attempt=1"));
    assert_eq!(text.stderr.lines().count(), 2, "{}", text.stderr);
    let more = world.run(&["plan", "--holders", "none", "-vv"]).exits(0);
    assert!(more.stderr.lines().count() > 2, "{}", more.stderr);
}

#[test]
fn promise_10_logs_hold_no_credential_whatever_a_vendor_says() {
    let said = [
        ACCESS_KEY.to_owned(),
        ACCESS_KEY_SECRET.to_owned(),
        "c2FuZGJveC1rZXk6c2FuZGJveC1zZWNyZXQ=".to_owned(),
        "c2FuZGJveC1zZWNyZXQ".to_owned(),
    ];
    for format in ["text", "json"] {
        for id in &said {
            let world = three_changes();
            let mut body = reply(401, json!({"requestId": id, "errors": said}));
            body.headers.push(("x-request-id".to_owned(), id.clone()));
            for command in [&["plan"][..], &["apply", "--auto-approve"], &["drift"]] {
                let arguments = [command, &["-vv", "--log-format", format]].concat();
                let _ = world.run(&arguments);
            }
            answer(&world, "GET", PROFILES, body);
            let ran = world.run(&["plan", "-vv", "--log-format", format]).exits(4);
            assert!(ran.stderr.contains("***"), "the id is shown, masked:\n{}", ran.stderr);
        }
    }
}

#[test]
fn promise_11_a_vendors_request_id_can_not_drive_the_terminal() {
    let world = three_changes();
    let body = json!({"requestId": "a\u{1b}[2J\u{202e}b\nfake line", "errors": ["no"]});
    answer(&world, "GET", PROFILES, reply(400, body));
    let ran = world.run(&["plan", "emea", "-v"]).exits(4);
    assert!(!ran.stderr.contains(['\u{1b}', '\u{202e}']), "{:?}", ran.stderr);
    // The workspaces are asked for as well: the id may be none of them.
    let others = "path=\"/v2/workspaces\"";
    let (told, rest): (Vec<&str>, Vec<&str>) =
        ran.stderr.lines().partition(|line| line.contains("fake line"));
    assert!(!told.is_empty() && rest.iter().all(|it| it.contains(others)), "{}", ran.stderr);
}

#[test]
fn promise_11_a_line_of_the_log_is_json_whatever_a_request_id_hides() {
    let world = World::fresh();
    world.write("permctl.yaml", super::BY_ID);
    let id = "a\u{202e}b\u{200b}\u{e0041}";
    answer(&world, "GET", PROFILES, reply(400, json!({"requestId": id, "errors": ["no"]})));
    let ran = world.run(&["plan", "emea", "-v", "--log-format", "json"]).exits(4);
    assert!(!ran.stderr.contains(['\u{202e}', '\u{200b}', '\u{e0041}']), "{:?}", ran.stderr);
    assert_eq!(requests(&ran.stderr)[0]["request_id"], id);
}
