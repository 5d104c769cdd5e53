//! What a user of any sandbox notices, over real HTTP.

use std::time::{Duration, Instant};

use reqwest::{Client, Response};
use serde_json::{Value as Json, json};

use super::super::Options;
use super::super::gong::{TOKEN, fresh};
use super::{Sandbox, start};

const EMEA: &str = "/v2/permission-profile?workspaceId=7273476131570014205";

pub const LIST: &str = "/v2/all-permission-profiles?workspaceId=7273476131570014205";

pub async fn sandbox(options: Options) -> Sandbox {
    start(fresh(), options).await.expect("a free port")
}

pub async fn create(sandbox: &Sandbox, name: &str) -> reqwest::Result<Response> {
    let address = format!("{}{EMEA}", sandbox.endpoint());
    client().post(address).bearer_auth(TOKEN).json(&json!({"name": name})).send().await
}

pub fn client() -> Client {
    Client::builder().no_proxy().build().expect("a client")
}

pub async fn list(sandbox: &Sandbox) -> reqwest::Result<Response> {
    client().get(format!("{}{LIST}", sandbox.endpoint())).bearer_auth(TOKEN).send().await
}

pub fn has(sandbox: &Sandbox, name: &str) -> bool {
    let state = sandbox.state();
    let profiles = state["profiles"]["7273476131570014205"].as_array().expect("a list").clone();
    profiles.iter().any(|profile| profile["name"] == name)
}

#[tokio::test]
async fn too_many_requests_in_a_second_are_told_to_wait_and_not_processed() {
    let sandbox =
        sandbox(Options { rate: Some((1, Duration::from_secs(1))), ..Options::default() }).await;
    create(&sandbox, "First").await.expect("an answer");
    let refused = create(&sandbox, "Second").await.expect("an answer");
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["retry-after"]),
        (429, &"1".parse().expect("a value"))
    );
    assert!(refused.json::<Json>().await.expect("JSON")["errors"].is_array());
    assert!(has(&sandbox, "First") && !has(&sandbox, "Second"));
}

#[tokio::test]
async fn a_refused_write_is_recorded_and_not_stored() {
    let sandbox = sandbox(Options { refuse_writes: true, ..Options::default() }).await;
    assert_eq!(create(&sandbox, "X").await.expect("an answer").status(), 403);
    let exchanges = sandbox.exchanges();
    assert_eq!((exchanges.len(), exchanges[0].request.method.as_str()), (1, "POST"));
    assert!(!has(&sandbox, "X"));
}

#[tokio::test]
async fn the_state_survives_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("below").join("gong.json");
    let options = || Options { state_file: Some(file.clone()), ..Options::default() };
    let first = sandbox(options()).await;
    create(&first, "X").await.expect("an answer");
    let state = first.state();
    drop(first);
    assert_eq!(sandbox(options()).await.state(), state);
}

#[tokio::test]
async fn what_another_process_changes_in_the_state_is_seen_and_not_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let options =
        || Options { state_file: Some(folder.path().join("gong.json")), ..Options::default() };
    let served = sandbox(options()).await;
    for (old, name) in [("Deal Desk", "By Hand"), ("By Hand", "Again")] {
        let other = sandbox(options()).await;
        other.with_vendor(|vendor| {
            vendor.edit("EMEA Sales", old, "name", json!(name)).expect("the profile");
        });
        drop(other);
        let listed = list(&served).await.expect("an answer").text().await.expect("a text");
        assert!(listed.contains(name), "{listed}");
        create(&served, &format!("Beside {name}")).await.expect("an answer");
        assert!(has(&served, name) && has(&sandbox(options()).await, name));
    }
    std::fs::write(folder.path().join("gong.json"), "{").expect("to write");
    let refused = list(&served).await.expect("an answer");
    assert_eq!(refused.status(), 500);
    assert!(refused.text().await.expect("a text").contains("gong.json"));
}

#[tokio::test]
async fn a_damaged_state_file_is_named() {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::io::Write::write_all(&mut file.as_file(), b"{").expect("to write");
    let options = Options { state_file: Some(file.path().to_owned()), ..Options::default() };
    let error = start(fresh(), options).await.err().expect("an error").to_string();
    assert!(error.contains(&file.path().display().to_string()), "{error}");
}

#[tokio::test]
async fn dropping_the_sandbox_ends_open_connections() {
    let sandbox = sandbox(Options::default()).await;
    let client = client();
    let address = format!("{}/v2/workspaces", sandbox.endpoint());
    client.get(&address).send().await.expect("an answer").bytes().await.expect("a body");
    drop(sandbox);
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert!(client.get(&address).send().await.is_err());
}

#[tokio::test]
async fn latency_varies_with_the_seed_within_its_jitter() {
    let times = async |seed| {
        let (latency, jitter) = (Duration::from_millis(5), Duration::from_millis(60));
        let sandbox = sandbox(Options { latency, jitter, seed, ..Options::default() }).await;
        let client = client();
        let mut times = Vec::new();
        for _ in 0..8 {
            let before = Instant::now();
            client.get(sandbox.endpoint()).send().await.expect("an answer");
            times.push(before.elapsed());
        }
        times
    };
    let times = times(3).await;
    assert!(times.iter().all(|time| *time >= Duration::from_millis(5)), "{times:?}");
    let (least, most) = (times.iter().min().expect("some"), times.iter().max().expect("some"));
    assert!(*most - *least > Duration::from_millis(15), "{times:?}");
}
