//! Signing in: one session for a run, another when it ends, and what never leaves the process.

use permctl_sandbox::pulse::{API_KEY, API_SECRET, EMAIL, PASSWORD};
use permctl_sandbox::{Fault, Reply, once};
use serde_json::json;

use crate::harness::World;

use super::{agents, is_settled, logins, manager, roles, says, world};

#[test]
fn a_plan_takes_a_sign_in_and_two_calls() {
    let world = world(&[]);
    manager(&world, "[readSupport]");
    let plan = world.run(&["plan"]).exits(0);
    let paths: Vec<String> =
        world.sandbox().exchanges().into_iter().map(|it| it.request.path).collect();
    assert_eq!(paths[0], "/auth/login");
    assert_eq!(paths[1..].iter().collect::<std::collections::BTreeSet<_>>().len(), 2);
    assert_eq!(paths.len(), 3);
    says(&plan, "acme-pulse: 3 API calls to plan");
}

#[test]
fn every_request_after_it_names_the_account() {
    let world = world(&[]);
    manager(&world, "[readSupport]");
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    for exchange in world.sandbox().exchanges() {
        let account = exchange.request.header("x-account-id");
        let expected = (exchange.request.path != "/auth/login").then_some(super::ACCOUNT);
        assert_eq!(account, expected, "{}", exchange.request.path);
    }
}

#[test]
fn a_session_that_ends_is_begun_again_and_a_write_is_not_doubled() {
    let world = world(&[("token-life", "two-requests")]);
    manager(&world, "[readSupport]");
    world.write(
        "profiles/acme/new.yaml",
        "profile: Brand new\nsettings:\n  permissions: [readMerchants]\n",
    );
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let done = |path: &str, method: &str| {
        let exchanges = world.sandbox().exchanges();
        let of = |it: &&permctl_sandbox::Exchange| {
            it.request.method == method && it.request.path == path && it.reply.status < 300
        };
        exchanges.iter().filter(of).count()
    };
    assert_eq!(done("/roles/Brand%20new", "POST"), 1);
    assert_eq!(done("/roles/Brand%20new", "PATCH"), 1);
    assert!(logins(&world) > 1);
    is_settled(&world);
}

#[test]
fn a_person_can_sign_in_with_address_and_password() {
    let world = world(&[]);
    let config = world.read("permctl.yaml").replace("apiKey:", "email:");
    world.write("permctl.yaml", &config.replace("apiSecret:", "password:"));
    manager(&world, "[readSupport]");
    let ran = world.run_with(&["plan"], &[("KEY", EMAIL), ("SECRET", PASSWORD)]).exits(0);
    says(&ran, "1 to update");
    let body = world.sandbox().exchanges()[0].request.body.clone();
    assert_eq!(body, Some(json!({"email": EMAIL, "password": PASSWORD})));
}

#[test]
fn the_address_of_a_person_who_signs_in_is_shown_and_stays_in_saved_files() {
    let state = world(&[]).sandbox().state().to_string();
    let state = state.replace("alan.turing@acme.example", EMAIL);
    let state = serde_json::from_str(&state).expect("addresses need no escapes");
    let world = World::of("pulse", Some(state), &[]);
    let config = world.read("permctl.yaml").replace("apiKey:", "email:");
    world.write("permctl.yaml", &config.replace("apiSecret:", "password:"));
    agents(&world, &["barbara.liskov", "edsger.dijkstra"]);
    let run = |arguments| world.run_with(arguments, &[("KEY", EMAIL), ("SECRET", PASSWORD)]);
    says(&run(&["plan", "--out", "plan.json"]).exits(0), &format!("~ user {EMAIL}"));
    says(&run(&["show", "plan.json"]).exits(0), EMAIL);
    let _ = run(&["snapshot", "--out", "live.json"]).exits(0);
    assert!(world.read("live.json").contains(EMAIL));
    let _ = run(&["apply", "plan.json"]).exits(0);
    assert_eq!(roles(&world, "admin"), json!([]));
}

#[test]
fn a_sign_in_that_fails_once_is_tried_again_like_a_read() {
    for fault in [Fault::Status(503), Fault::LoseAnswer, Fault::ResetBefore] {
        let world = world(&[]);
        manager(&world, "[readSupport]");
        world.sandbox().script(once(|request| request.path == "/auth/login", fault));
        let _ = world.run(&["plan"]).exits(0);
        assert_eq!(logins(&world), 2);
    }
}

#[test]
fn a_refused_sign_in_ends_the_run_without_a_word_of_what_was_sent() {
    let world = world(&[]);
    manager(&world, "[readSupport]");
    let ran = world.run_with(&["plan"], &[("SECRET", "wrong-secret-17")]).exits(4);
    says(&ran, "POST /auth/login: 401, no token for the credentials");
    for secret in [API_KEY, "wrong-secret-17"] {
        assert!(!format!("{}{}", ran.stdout, ran.stderr).contains(secret));
    }
}

#[test]
fn promise_10_neither_secret_nor_token_is_ever_printed() {
    let world = world(&[]);
    manager(&world, "[readSupport]");
    // A vendor that repeats everything it was told in its words.
    world.sandbox().script(Box::new(|request| {
        let Some(token) = request.authorization.as_deref().filter(|_| request.path == "/roles")
        else {
            return Fault::None;
        };
        let words = format!("no {API_KEY} {API_SECRET} {}", token.replace("Bearer ", ""));
        let body = json!({"error": "Forbidden", "status": 403, "message": words});
        Fault::Reply(Reply { status: 403, headers: Vec::new(), body })
    }));
    for format in ["text", "json"] {
        let ran = world.run(&["plan", "--format", format]).exits(4);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains("403: no *** *** ***"), "{said}");
        assert!(!said.contains("sandbox-session"), "{said}");
    }
}

#[test]
fn promise_10_there_is_no_host_that_credentials_go_to_unasked() {
    let world = world(&[]);
    let endpoint = world.sandbox().endpoint().to_owned();
    let config = world.read("permctl.yaml").replace(&endpoint, "https://api.pulse.example");
    world.write("permctl.yaml", &config);
    let ran = world.run(&["validate"]).exits(3);
    says(&ran, "hosts that were allowed by name");
    let _ = world.run(&["validate", "--allow-host", "api.pulse.example"]).exits(0);
}

#[test]
fn the_endpoint_has_no_default() {
    let world = world(&[]);
    let config = world.read("permctl.yaml");
    let config: Vec<&str> = config.lines().filter(|line| !line.contains("endpoint:")).collect();
    world.write("permctl.yaml", &config.join("\n"));
    let ran = world.run(&["validate"]).exits(3);
    says(&ran, "has no `endpoint`");
}
