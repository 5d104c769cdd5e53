//! Promise 10, where credentials go: the provider's own hosts, loopback, and what the operator said.

use super::{BY_ID, PROFILES, answer, reply, three_changes};
use crate::harness::World;
use serde_json::json;

fn at(endpoint: &str) -> World {
    let world = World::fresh();
    world.write("permctl.yaml", &BY_ID.replace("ENDPOINT", endpoint));
    world
}

#[test]
fn promise_10_a_file_can_not_send_credentials_to_a_foreign_host() {
    let world = at("https://mock.acme.example");
    for command in ["validate", "plan"] {
        let ran = world.run(&[command]).exits(3);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains("endpoint-refused"), "{said}");
        assert!(said.contains("permctl.yaml:5:"), "{said}");
    }
    let allowed = [("PERMCTL_ALLOW_HOSTS", "other.example,mock.acme.example")];
    let _ = world.run_with(&["validate"], &allowed).exits(0);
    let near = [("PERMCTL_ALLOW_HOSTS", "acme.example")];
    let _ = world.run_with(&["validate"], &near).exits(3);
}

#[test]
fn promise_10_credentials_are_not_sent_without_encryption() {
    for endpoint in ["http://us-1.api.gong.io", "http://mock.acme.example:8080"] {
        let world = at(endpoint);
        let allowed = [("PERMCTL_ALLOW_HOSTS", "mock.acme.example")];
        let ran = world.run_with(&["plan"], &allowed).exits(3);
        assert!(ran.stderr.contains("without encryption"), "{}", ran.stderr);
    }
}

#[test]
fn promise_10_an_endpoint_that_could_hold_a_secret_is_refused_and_not_shown() {
    for rest in ["/?key=hunter2", "/#hunter2", "/v2?hunter2", "/?"] {
        let world = World::fresh();
        world.write("permctl.yaml", &BY_ID.replace("ENDPOINT", &format!("ENDPOINT{rest}")));
        let ran = world.run(&["plan", "--out", "plan.json"]).exits(3);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains("error[endpoint-refused]"), "{said}");
        assert!(!said.contains("hunter2"), "{said}");
        assert!(!world.folder().join("plan.json").exists());
    }
}

#[test]
fn promise_10_redirects_are_not_followed() {
    let (world, elsewhere) = (three_changes(), World::fresh());
    let mut moved = reply(302, json!({}));
    let location = format!("{}{PROFILES}", elsewhere.sandbox().endpoint());
    moved.headers.push(("location".to_owned(), location));
    answer(&world, "GET", PROFILES, moved);
    let ran = world.run(&["plan", "emea"]).exits(4);
    super::says(&ran, "302");
    assert_eq!(elsewhere.sandbox().exchanges(), []);
}

#[test]
fn promise_10_a_proxy_does_not_get_what_is_meant_for_this_machine() {
    let world = three_changes();
    let proxy = World::fresh();
    let address = proxy.sandbox().endpoint();
    let names = ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"].map(|name| (name, address));
    let _ = world.run_with(&["plan"], &names).exits(0);
    assert_eq!(proxy.sandbox().exchanges(), []);
}
