//! What a user of the simulated Gong notices, over real HTTP.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value as Json, json};

use super::{ACCESS_KEY, ACCESS_KEY_SECRET, TOKEN, fresh};
use crate::Sandbox;
use crate::testing::{self, request};

const EMEA: &str = "workspaceId=7273476131570014205";

async fn sandbox(readings: &[(&str, &str)]) -> Sandbox {
    testing::sandbox(fresh(), readings).await
}

async fn call(sandbox: &Sandbox, method: Method, target: &str, body: Option<Json>) -> (u16, Json) {
    testing::send(request(sandbox, method, target).bearer_auth(TOKEN), body).await
}

async fn get(sandbox: &Sandbox, target: &str) -> Json {
    testing::read(request(sandbox, Method::GET, target).bearer_auth(TOKEN)).await
}

async fn profile(sandbox: &Sandbox, name: &str) -> Json {
    let list = get(sandbox, &format!("/v2/all-permission-profiles?{EMEA}")).await;
    let profiles = list["profiles"].as_array().expect("a list");
    profiles.iter().find(|profile| profile["name"] == name).expect("the profile").clone()
}

async fn put(sandbox: &Sandbox, id: &Json, body: Json) -> (u16, Json) {
    let id = id.as_str().expect("an id");
    call(sandbox, Method::PUT, &format!("/v2/permission-profile?profileId={id}"), Some(body)).await
}

#[tokio::test]
async fn the_published_key_and_token_are_the_only_credentials() {
    let sandbox = sandbox(&[]).await;
    let status =
        async |request: RequestBuilder| request.send().await.expect("an answer").status().as_u16();
    let workspaces = || request(&sandbox, Method::GET, "/v2/workspaces");
    assert_eq!(status(workspaces().basic_auth(ACCESS_KEY, Some(ACCESS_KEY_SECRET))).await, 200);
    assert_eq!(status(workspaces().bearer_auth(TOKEN)).await, 200);
    // These two routes publish 403 for it, and the others 401.
    assert_eq!(status(workspaces().basic_auth(ACCESS_KEY, Some("wrong"))).await, 403);
    assert_eq!(status(workspaces()).await, 403);
    let profiles =
        || request(&sandbox, Method::GET, &format!("/v2/all-permission-profiles?{EMEA}"));
    assert_eq!(status(profiles()).await, 401);
}

#[tokio::test]
async fn errors_have_the_vendors_shape_and_the_request_id_in_a_header() {
    let sandbox = sandbox(&[]).await;
    let target = "/v2/permission-profile?profileId=12345678901234567890";
    let response = request(&sandbox, Method::GET, target).bearer_auth(TOKEN).send().await;
    let response = response.expect("an answer");
    assert_eq!(response.status(), 400);
    let trace = response.headers()["x-traceid"].to_str().expect("text").to_owned();
    let body: Json = response.json().await.expect("JSON");
    assert_eq!(body, json!({"requestId": trace, "errors": ["Bad request"]}));
    assert_eq!(call(&sandbox, Method::GET, "/v2/nothing", None).await.0, 404);
    assert_eq!(call(&sandbox, Method::DELETE, "/v2/permission-profile", None).await.0, 405);
}

#[tokio::test]
async fn statuses_and_methods_are_the_published_ones() {
    let sandbox = sandbox(&[]).await;
    let send = async |method: Method, target: &str| {
        request(&sandbox, method, target).bearer_auth(TOKEN).send().await.expect("an answer")
    };
    for method in [Method::DELETE, Method::TRACE] {
        let answer = send(method, "/v2/permission-profile").await;
        assert_eq!(answer.status(), 405);
        assert_eq!(answer.headers()["allow"], "GET, HEAD, POST, PUT");
    }
    let head = send(Method::HEAD, "/v2/workspaces").await;
    assert_eq!(head.status(), 200);
    assert_eq!(head.bytes().await.expect("no body").len(), 0);
    // A taken name is 422 for a create and 400 for an update.
    let id = profile(&sandbox, "Deal Desk").await["id"].clone();
    assert_eq!(put(&sandbox, &id, json!({"name": "Collaborator"})).await.0, 400);
}

#[tokio::test]
async fn users_come_in_two_pages() {
    let sandbox = sandbox(&[]).await;
    let first = get(&sandbox, "/v2/users").await;
    assert_eq!(first["records"]["currentPageSize"], 100);
    let cursor = first["records"]["cursor"].as_str().expect("a cursor");
    let query: String =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("cursor", cursor).finish();
    let second = get(&sandbox, &format!("/v2/users?{query}")).await;
    assert_eq!(
        second["records"],
        json!({"totalRecords": 130, "currentPageSize": 30, "currentPageNumber": 1}),
    );
    let users: Vec<&Json> = [&first, &second]
        .into_iter()
        .flat_map(|page| page["users"].as_array().expect("a list"))
        .collect();
    let distinct = |member: &str| {
        let values: std::collections::BTreeSet<&str> =
            users.iter().filter_map(|user| user[member].as_str()).collect();
        values.len()
    };
    assert_eq!((distinct("id"), distinct("emailAddress")), (130, 130));
}

#[tokio::test]
async fn a_created_profile_gets_an_id_of_its_own_and_everything_off() {
    let sandbox = sandbox(&[]).await;
    let body = json!({"id": "9999999999999999999", "name": "X", "scoreCalls": true});
    let target = format!("/v2/permission-profile?{EMEA}");
    let (status, answer) = call(&sandbox, Method::POST, &target, Some(body.clone())).await;
    assert_eq!(status, 200);
    let made = &answer["profile"];
    assert!((18..=19).contains(&made["id"].as_str().expect("an id").len()));
    assert_ne!(made["id"], body["id"]);
    assert_eq!(made.as_object().expect("an object").len(), 55);
    assert_eq!(made["callsAccess"], json!({"permissionLevel": "none", "teamLeadIds": null}));
    assert_eq!((&made["scoreCalls"], &made["trimCalls"]), (&json!(true), &json!(false)));
    assert_eq!(call(&sandbox, Method::POST, &target, Some(body)).await.0, 422);
}

#[tokio::test]
async fn an_update_keeps_what_it_does_not_name() {
    let sandbox = sandbox(&[]).await;
    let before = profile(&sandbox, "Sales Representative").await;
    let change = json!({"callsAccess": {"permissionLevel": "own"}});
    let (status, answer) = put(&sandbox, &before["id"], change).await;
    assert_eq!(status, 200);
    let mut expected = before.clone();
    expected["callsAccess"]["permissionLevel"] = json!("own");
    assert_eq!(answer["profile"].to_string(), expected.to_string());
}

#[tokio::test]
async fn a_replacing_update_resets_what_it_does_not_name() {
    let sandbox = sandbox(&[("put", "replace")]).await;
    let before = profile(&sandbox, "Sales Representative").await;
    let (status, answer) = put(&sandbox, &before["id"], json!({"name": "Rep"})).await;
    assert_eq!(status, 200);
    assert_eq!(answer["profile"]["callsAccess"]["permissionLevel"], "none");
    assert_eq!(answer["profile"]["deals"], false);
    assert_eq!(answer["profile"].get("recordCallsOnMobile"), None);
}

#[tokio::test]
async fn a_document_sent_back_whole_changes_nothing_under_either_reading() {
    for reading in ["merge", "replace"] {
        let sandbox = sandbox(&[("put", reading), ("under-library-none", "stored")]).await;
        let list = get(&sandbox, &format!("/v2/all-permission-profiles?{EMEA}")).await;
        for before in list["profiles"].as_array().expect("a list") {
            let (_, answer) = put(&sandbox, &before["id"], before.clone()).await;
            assert_eq!(answer["profile"].to_string(), before.to_string());
        }
    }
}

#[tokio::test]
async fn a_loaded_document_comes_back_byte_for_byte() {
    let sandbox = sandbox(&[]).await;
    let odd =
        r#"{"zeta":1.50,"id":"18446744073709551616","limit":18446744073709551616,"name":"Odd"}"#;
    let document: Json = serde_json::from_str(odd).expect("JSON");
    sandbox.with_vendor(|vendor| {
        let state =
            json!({"workspaces": [{"id": "1", "name": "One"}], "profiles": {"1": [document]}});
        vendor.load(state).expect("a state");
    });
    let list = request(&sandbox, Method::GET, "/v2/all-permission-profiles?workspaceId=1");
    let text = list.bearer_auth(TOKEN).send().await.expect("an answer").text().await;
    assert!(text.expect("text").contains(odd));
}

#[tokio::test]
async fn values_that_gong_could_not_hold_are_refused() {
    let sandbox = sandbox(&[]).await;
    let desk = profile(&sandbox, "Deal Desk").await;
    for (body, words) in [
        (json!({"callsAccess": {"permissionLevel": "some"}}), "callsAccess.permissionLevel"),
        (json!({"scoreCalls": "yes"}), "scoreCalls"),
        (json!({"dealsAccess": {"teamLeadIds": ["12"]}}), "12"),
        (json!({"libraryFolderAccess": {"manageStreams": false}}), "while the level is none"),
        (json!({"id": "1"}), "not the id in the query"),
        (json!({"name": ""}), "name is required"),
        (json!([]), "Json parse error"),
    ] {
        let (status, answer) = put(&sandbox, &desk["id"], body).await;
        assert_eq!(status, 400);
        assert!(answer["errors"][0].as_str().expect("text").contains(words), "{answer}");
    }
    assert_eq!(profile(&sandbox, "Deal Desk").await, desk);
}

#[tokio::test]
async fn an_empty_list_clears_unless_the_reading_says_otherwise() {
    for (empty_list, left) in [("clears", 0), ("ignored", 3)] {
        let sandbox = sandbox(&[("empty-list", empty_list)]).await;
        let desk = profile(&sandbox, "Deal Desk").await;
        let (_, answer) =
            put(&sandbox, &desk["id"], json!({"callsAccess": {"teamLeadIds": []}})).await;
        let leads = answer["profile"]["callsAccess"]["teamLeadIds"].as_array().map_or(0, Vec::len);
        assert_eq!(leads, left);
    }
}

#[tokio::test]
async fn an_ignored_setting_is_accepted_and_not_stored() {
    let sandbox = sandbox(&[("ignored-setting", "callsAccess.permissionLevel")]).await;
    let desk = profile(&sandbox, "Deal Desk").await;
    let change = json!({"callsAccess": {"permissionLevel": "all"}, "trimCalls": true});
    let (status, answer) = put(&sandbox, &desk["id"], change).await;
    assert_eq!(status, 200);
    assert_eq!(answer["profile"]["callsAccess"], desk["callsAccess"]);
    assert_eq!(answer["profile"]["trimCalls"], true);
}
