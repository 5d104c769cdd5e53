//! Access tokens that a refresh token gives.

use permctl_sandbox::webex::{CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN};
use permctl_sandbox::{Fault, Received, once};
use serde_json::{Value as Json, json};

use super::{ANALYST, reply, world as fresh};
use crate::harness::{Ran, World};

const ENVIRONMENT: [(&str, &str); 3] =
    [("REFRESH", REFRESH_TOKEN), ("CLIENT", CLIENT_ID), ("CLIENT_SECRET", CLIENT_SECRET)];

/// Starts a fresh tenant that is reached with a refresh token.
fn world(readings: &[(&str, &str)]) -> World {
    let world = fresh(readings);
    let config = world.read("permctl.yaml");
    let grant = "credentials: {refreshToken: \"${env:REFRESH}\", clientId: \"${env:CLIENT}\", \
                 clientSecret: \"${env:CLIENT_SECRET}\"}\n    tokenEndpoint: ENDPOINT";
    world.write("permctl.yaml", &config.replace("credentials: {token: \"${env:KEY}\"}", grant));
    world.write("profiles/center/analyst.yaml", ANALYST);
    world
}

fn run(world: &World, arguments: &[&str]) -> Ran {
    world.run_with(arguments, &ENVIRONMENT)
}

fn is_sign_in(request: &Received) -> bool {
    request.path == "/v1/access_token"
}

fn sign_ins(world: &World) -> usize {
    world.sandbox().exchanges().iter().filter(|it| is_sign_in(&it.request)).count()
}

#[test]
fn one_token_serves_a_whole_run() {
    let world = world(&[]);
    let _ = run(&world, &["apply", "--auto-approve"]).exits(0);
    assert_eq!(sign_ins(&world), 1);
    let body = world.sandbox().exchanges()[0].request.body.clone().expect("a form");
    assert_eq!(body["grant_type"], "refresh_token");
    assert_eq!(body.as_object().map(serde_json::Map::len), Some(4));
}

#[test]
fn a_token_that_ends_in_the_middle_is_replaced_once_and_the_run_goes_on() {
    let world = world(&[("token-requests", "5")]);
    let ran = run(&world, &["plan"]).exits(0);
    assert!(ran.stdout.contains("1 to create"), "{}", ran.stdout);
    let refused = world.sandbox().exchanges().iter().filter(|it| it.reply.status == 401).count();
    assert!(refused > 0 && sign_ins(&world) > 1);
}

#[test]
fn a_token_that_lives_shortly_is_replaced_before_it_ends() {
    let world = world(&[("token-lifetime", "0")]);
    let _ = run(&world, &["plan"]).exits(0);
    assert!(sign_ins(&world) > 1);
    assert!(world.sandbox().exchanges().iter().all(|it| it.reply.status == 200));
}

#[test]
fn tokens_that_are_never_good_end_the_run_without_a_storm() {
    let world = world(&[("token-requests", "0")]);
    let ran = run(&world, &["plan"]).exits(4);
    assert!(sign_ins(&world) <= 20, "{} sign-ins", sign_ins(&world));
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("401"), "{said}");
}

#[test]
fn a_new_refresh_token_is_named_also_where_the_command_fails() {
    for command in ["plan", "drift", "import", "apply"] {
        let world = world(&[("refresh-token", "rotated")]);
        let ran = run(&world, &[command, "center/Nowhere"]).exits(64);
        assert!(ran.stderr.contains("replaced the refresh token"), "{command}: {}", ran.stderr);
    }
}

#[test]
fn a_new_refresh_token_is_used_from_then_on_and_written_nowhere() {
    let world = world(&[("refresh-token", "rotated"), ("token-requests", "5")]);
    let ran = run(&world, &["apply", "--auto-approve"]).exits(0);
    assert!(ran.stderr.contains("replaced the refresh token"), "{}", ran.stderr);
    let given: Vec<String> = world
        .sandbox()
        .exchanges()
        .iter()
        .filter(|it| is_sign_in(&it.request))
        .flat_map(|it| {
            [it.reply.body["refresh_token"].clone(), it.reply.body["access_token"].clone()]
        })
        .map(|token| token.as_str().expect("a token").to_owned())
        .collect();
    assert!(given.len() > 2, "it was used again");
    for token in given {
        assert!(!ran.stdout.contains(&token) && !ran.stderr.contains(&token));
        for entry in std::fs::read_dir(world.folder()).expect("the folder is there") {
            let path = entry.expect("an entry").path();
            let text = std::fs::read_to_string(path).unwrap_or_default();
            assert!(!text.contains(&token), "a token was written down");
        }
    }
}

#[test]
fn an_empty_refresh_token_replaces_nothing() {
    let world = world(&[]);
    let empty = json!({"access_token": "of-another-time", "expires_in": 3600, "refresh_token": ""});
    world.sandbox().script(once(is_sign_in, Fault::Reply(reply(200, empty))));
    let ran = run(&world, &["plan"]).exits(0);
    assert!(!ran.stderr.contains("replaced the refresh token"), "{}", ran.stderr);
    assert_eq!(sign_ins(&world), 2);
}

#[test]
fn a_refusal_says_nothing_that_was_sent() {
    let world = world(&[]);
    let echo = |request: &Received| -> Json { request.body.clone().unwrap_or_default() };
    world.sandbox().script(Box::new(move |request| {
        if is_sign_in(request) {
            return Fault::Reply(reply(400, json!({"error": echo(request).to_string()})));
        }
        Fault::None
    }));
    let ran = run(&world, &["plan"]).exits(4);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("400, no token for the credentials"), "{said}");
    for (_, secret) in ENVIRONMENT {
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
fn the_token_host_is_the_vendors_unless_the_operator_says_otherwise() {
    let world = world(&[]);
    let config = world.read("permctl.yaml");
    let loopback = format!("tokenEndpoint: {}", world.sandbox().endpoint());
    world
        .write("permctl.yaml", &config.replace(&loopback, "tokenEndpoint: https://tokens.example"));
    let ran = run(&world, &["plan"]).exits(3);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("webexapis.com"), "{said}");
    assert_eq!(world.sandbox().exchanges(), []);
}
