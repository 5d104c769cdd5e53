//! What a user of the simulated Webex Contact Center notices, over real HTTP.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value as Json, json};

use super::{CLIENT_ID, CLIENT_SECRET, ORGANIZATION, REFRESH_TOKEN, TOKEN, fresh};
use crate::{Sandbox, testing};

mod tokens;
mod writes;

async fn sandbox(readings: &[(&str, &str)]) -> Sandbox {
    testing::sandbox(fresh(), readings).await
}

fn request(sandbox: &Sandbox, method: Method, below: &str) -> RequestBuilder {
    testing::request(sandbox, method, &format!("/organization/{ORGANIZATION}/{below}"))
}

async fn call(sandbox: &Sandbox, method: Method, below: &str, body: Option<Json>) -> (u16, Json) {
    testing::send(request(sandbox, method, below).bearer_auth(TOKEN), body).await
}

async fn get(sandbox: &Sandbox, below: &str) -> Json {
    testing::read(request(sandbox, Method::GET, below).bearer_auth(TOKEN)).await
}

async fn profile(sandbox: &Sandbox, name: &str) -> Json {
    let list = get(sandbox, "v3/user-profile").await;
    let profiles = list["data"].as_array().expect("a list");
    let found = profiles.iter().find(|profile| profile["name"] == name).expect("the profile");
    get(sandbox, &format!("v3/user-profile/{}", found["id"].as_str().expect("an id"))).await
}

#[tokio::test]
async fn a_list_has_no_arrays_and_a_profile_has() {
    let sandbox = sandbox(&[]).await;
    let list = get(&sandbox, "v3/user-profile").await;
    let profiles = list["data"].as_array().expect("a list");
    assert_eq!((profiles.len(), list["meta"]["totalRecords"].as_u64()), (8, Some(8)));
    assert!(profiles.iter().all(|profile| profile["permissions"] == json!([])));
    let shipped = profiles.iter().filter(|profile| profile["systemDefault"] == true).count();
    assert_eq!(shipped, 6);
    let leader = profile(&sandbox, "EMEA Supervisor").await;
    assert_eq!(leader["permissions"].as_array().map(Vec::len), Some(32));
    assert_eq!(leader["resourceCollections"][0]["name"], "EMEA");
    assert_eq!(leader["resourceCollections"][0]["resources"].as_array().map(Vec::len), Some(20));
    assert_eq!(leader["viewableFolderIds"], json!([120, 7]));
}

#[tokio::test]
async fn pages_are_cut_by_the_server_and_their_link_loses_the_version() {
    let sandbox = sandbox(&[("page-size", "3")]).await;
    let first = get(&sandbox, "v3/user-profile?pageSize=100").await;
    let meta = &first["meta"];
    assert_eq!((&meta["pageSize"], &meta["totalPages"]), (&json!(3), &json!(3)));
    let next = format!("/organization/{ORGANIZATION}/user-profile?page=1&pageSize=3");
    assert_eq!(meta["links"]["next"], next.as_str());
    let last = get(&sandbox, "v3/user-profile?page=2&pageSize=3").await;
    assert_eq!(last["data"].as_array().map(Vec::len), Some(2));
    assert!(last["meta"]["links"].get("next").is_none());
    sandbox.choose("next-link", "same-version").expect("a reading");
    let first = get(&sandbox, "v3/user-profile?attributes=id").await;
    assert!(first["meta"]["links"]["next"].as_str().is_some_and(|it| it.contains("/v3/")));
    assert_eq!(first["data"][0].as_object().map(serde_json::Map::len), Some(1));
}

#[tokio::test]
async fn the_old_routes_answer_in_another_shape_and_take_no_writes() {
    let sandbox = sandbox(&[]).await;
    let id = profile(&sandbox, "EMEA Supervisor").await["id"].clone();
    let id = id.as_str().expect("an id");
    let old = get(&sandbox, &format!("user-profile/{id}")).await;
    assert!(old.get("permissions").is_none() && old["userProfileAppModules"].is_array());
    assert!(get(&sandbox, "user-profile").await.is_array());
    assert_eq!(get(&sandbox, "v2/user-profile").await["meta"]["totalRecords"], 8);
    let (status, answer) =
        call(&sandbox, Method::PUT, &format!("v2/user-profile/{id}"), Some(json!({}))).await;
    assert_eq!(status, 400);
    assert!(answer["error"]["reason"].as_str().is_some_and(|it| it.contains("decommissioned")));
}

#[tokio::test]
async fn holders_come_one_kind_at_a_time() {
    let sandbox = sandbox(&[]).await;
    let id = profile(&sandbox, "EMEA Supervisor").await["id"].clone();
    sandbox.choose("page-size", "3").expect("a reading");
    sandbox.with_vendor(|vendor| {
        let mut state = vendor.save();
        let referrers = &mut state["organizations"][ORGANIZATION]["referrers"];
        referrers
            .as_array_mut()
            .expect("a list")
            .push(json!({"entity": "agent-desktop", "id": "1", "name": "X", "userProfileId": id}));
        vendor.load(state).expect("a state");
    });
    let target = format!("user-profile/{}/incoming-references", id.as_str().expect("an id"));
    let first = get(&sandbox, &target).await;
    assert_eq!(first["meta"]["referencedEntities"], json!(["agent-desktop", "user"]));
    assert_eq!(
        (&first["meta"]["currentEntity"], &first["data"][0]["id"]),
        (&json!("agent-desktop"), &json!("1"))
    );
    let users = get(&sandbox, &format!("{target}?type=user&page=1")).await;
    assert_eq!(users["meta"]["totalRecords"], 4);
    assert_eq!(users["data"][0]["name"], "Jonas Falk");
    assert_eq!(call(&sandbox, Method::GET, &format!("v3/{target}"), None).await.0, 404);
}

#[tokio::test]
async fn collections_are_listed_without_their_content() {
    let sandbox = sandbox(&[]).await;
    let list = get(&sandbox, "v2/resource-collection").await;
    let names: Vec<&str> = list["data"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|it| it["name"].as_str())
        .collect();
    assert_eq!(names, ["EMEA", "AMER", "Shared Services"]);
    assert!(list["data"][0].get("resources").is_none());
    let (status, answer) = call(&sandbox, Method::GET, "resource-collection", None).await;
    assert_eq!((status, &answer["error"]), (405, &json!("Method Not Allowed")));
}

#[tokio::test]
async fn errors_come_in_many_shapes_and_always_with_the_tracking_id_in_a_header() {
    let sandbox = sandbox(&[]).await;
    let missing = request(&sandbox, Method::GET, "v3/user-profile/1").bearer_auth(TOKEN).send();
    let response = missing.await.expect("an answer");
    assert_eq!(response.status(), 404);
    let tracking = response.headers()["trackingid"].to_str().expect("text").to_owned();
    let body: Json = response.json().await.expect("JSON");
    assert_eq!((&body["trackingId"], &body["error"]["key"]), (&json!(tracking), &json!("404")));
    let response = request(&sandbox, Method::GET, "v3/user-profile").send().await;
    let body: Json = response.expect("an answer").json().await.expect("JSON");
    assert_eq!(body["errors"][0]["key"], "401");
    sandbox.set_options(|options| options.refuse_writes = true);
    let (status, body) = call(&sandbox, Method::POST, "v3/user-profile", Some(json!({}))).await;
    assert_eq!((status, &body["error"]["message"][0]["code"]), (403, &json!("403")));
    sandbox.set_options(|options| options.rate = Some((0, std::time::Duration::from_secs(60))));
    let limited = request(&sandbox, Method::GET, "v3/user-profile").bearer_auth(TOKEN).send();
    let limited = limited.await.expect("an answer");
    assert_eq!(
        (limited.status().as_u16(), limited.headers().contains_key("retry-after")),
        (429, true)
    );
    assert_eq!(limited.text().await.expect("a body"), "");
}

#[tokio::test]
async fn another_organization_is_forbidden_and_nothing_is_deleted() {
    let sandbox = sandbox(&[]).await;
    let other = testing::request(&sandbox, Method::GET, "/organization/1/v3/user-profile");
    assert_eq!(testing::send(other.bearer_auth(TOKEN), None).await.0, 403);
    let id = profile(&sandbox, "Flow Designer").await["id"].clone();
    let target = format!("v3/user-profile/{}", id.as_str().expect("an id"));
    let before = sandbox.state();
    assert_eq!(call(&sandbox, Method::DELETE, &target, None).await.0, 403);
    assert_eq!(call(&sandbox, Method::POST, "v3/user-profile/bulk", Some(json!({}))).await.0, 403);
    assert_eq!(sandbox.state()["organizations"], before["organizations"]);
}

#[tokio::test]
async fn a_state_may_be_written_by_hand() {
    let sandbox = sandbox(&[]).await;
    sandbox.with_vendor(|vendor| {
        let state = json!({"organizations": {ORGANIZATION: {
            "collections": [{"id": "c1", "name": "North"}],
            "profiles": [{
                "id": "p1",
                "name": "Odd",
                "permissions": {"queue": "VIEW"},
                "resourceCollections": ["North"],
                "limit": 18_446_744_073_709_551_615_u64,
            }],
        }}});
        vendor.load(state).expect("a state");
    });
    let odd = profile(&sandbox, "Odd").await;
    assert_eq!(odd["permissions"][0]["access"], "VIEW");
    assert!(odd["permissions"][0]["id"].is_string());
    assert_eq!(odd["resourceCollections"], json!([{"id": "c1", "name": "North"}]));
    assert_eq!(odd["limit"].to_string(), "18446744073709551615");
}

#[tokio::test]
async fn somebody_edits_in_the_web_pages() {
    let sandbox = sandbox(&[]).await;
    let edit = |setting: &str, value: Json| {
        sandbox.with_vendor(|vendor| vendor.edit(ORGANIZATION, "EMEA Supervisor", setting, value))
    };
    edit("permissions.queue", json!("EDIT")).expect("an entry");
    edit("permissions.flow", Json::Null).expect("an entry");
    edit("permissions.brand-new", json!("VIEW")).expect("a name");
    edit("resourceCollections", json!(["AMER"])).expect("a collection");
    let after = profile(&sandbox, "EMEA Supervisor").await;
    let access = |name: &str| {
        let entries = after["permissions"].as_array().expect("a list");
        entries.iter().find(|entry| entry["name"] == name).map(|entry| entry["access"].clone())
    };
    assert_eq!(access("queue"), Some(json!("EDIT")));
    assert_eq!((access("flow"), access("brand-new")), (None, Some(json!("VIEW"))));
    assert_eq!(after["resourceCollections"][0]["name"], "AMER");
    assert!(edit("resourceCollections", json!(["APAC"])).is_err());
}
