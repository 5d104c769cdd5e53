//! What a user of the simulated second dialect notices, over real HTTP.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value as Json, json};

use super::{ACCESS_KEY, ACCESS_KEY_SECRET, TOKEN, fresh};
use crate::Sandbox;
use crate::testing::{self, request};

const EMEA: &str = "3517046198802156733";
const LIST: &str = "/workspaces/3517046198802156733/permission-profiles";
const CREATE: &str = "/permission-profiles?workspaceId=3517046198802156733";

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
    let list = get(sandbox, LIST).await;
    let profiles = list["permissionProfiles"].as_array().expect("a list");
    profiles.iter().find(|profile| profile["name"] == name).expect("the profile").clone()
}

async fn post(sandbox: &Sandbox, body: Json) -> (u16, Json) {
    call(sandbox, Method::POST, CREATE, Some(body)).await
}

async fn put(sandbox: &Sandbox, profile: &Json, body: Json) -> (u16, Json) {
    let id = profile["profileId"].as_str().expect("an id");
    call(sandbox, Method::PUT, &format!("/permission-profiles/{id}"), Some(body)).await
}

#[tokio::test]
async fn the_published_key_and_token_are_the_only_credentials() {
    let sandbox = sandbox(&[]).await;
    let status =
        async |request: RequestBuilder| request.send().await.expect("an answer").status().as_u16();
    let list = || request(&sandbox, Method::GET, LIST);
    assert_eq!(status(list().basic_auth(ACCESS_KEY, Some(ACCESS_KEY_SECRET))).await, 200);
    assert_eq!(status(list().bearer_auth(TOKEN)).await, 200);
    assert_eq!(status(list().basic_auth(ACCESS_KEY, Some("wrong"))).await, 401);
    assert_eq!(status(list()).await, 401);
}

#[tokio::test]
async fn paths_are_below_the_base_path_and_unknown_ids_are_not_found() {
    let sandbox = sandbox(&[]).await;
    assert!(sandbox.endpoint().ends_with("/v2"), "{}", sandbox.endpoint());
    for (target, words) in [
        ("/workspaces/1/permission-profiles", "Workspace not found"),
        ("/permission-profiles/1", "Permission profile not found"),
        ("/permission-profiles/1/users", "Permission profile not found"),
        ("/workspaces", "there is no GET /workspaces"),
        ("/users", "there is no GET /users"),
    ] {
        let (status, answer) = call(&sandbox, Method::GET, target, None).await;
        assert_eq!((status, &answer["errors"]), (404, &json!([words])));
        assert!(answer["requestId"].is_string());
    }
    let (status, _) = call(&sandbox, Method::PUT, "/permission-profiles/1", Some(json!({}))).await;
    assert_eq!(status, 404);
    assert_eq!(call(&sandbox, Method::DELETE, "/permission-profiles/1", None).await.0, 404);
    let elsewhere = "/permission-profiles?workspaceId=1";
    assert_eq!(call(&sandbox, Method::POST, elsewhere, Some(json!({"name": "X"}))).await.0, 400);
}

#[tokio::test]
async fn a_profile_reads_the_same_in_the_list_and_alone() {
    let sandbox = sandbox(&[]).await;
    let listed = profile(&sandbox, "Integration User ").await;
    let id = listed["profileId"].as_str().expect("an id");
    let alone = get(&sandbox, &format!("/permission-profiles/{id}")).await;
    assert_eq!(alone["permissionProfile"].to_string(), listed.to_string());
    assert_eq!(listed["workspaceId"], EMEA);
    assert_eq!(listed["permissions"].get("manageUsers"), None, "some switches are not there");
}

#[tokio::test]
async fn ids_are_all_different() {
    let sandbox = sandbox(&[]).await;
    let state = sandbox.state();
    let users = state["users"].as_array().expect("a list").iter().map(|user| &user["userId"]);
    let profiles = state["profiles"].as_object().expect("an object").values();
    let profiles = profiles.flat_map(|list| list.as_array().expect("a list"));
    let ids: Vec<_> = users.chain(profiles.map(|it| &it["profileId"])).collect();
    let distinct: std::collections::BTreeSet<_> = ids.iter().filter_map(|id| id.as_str()).collect();
    assert_eq!((ids.len(), distinct.len()), (56, 56));
    assert!(distinct.iter().all(|id| id.len() == 19));
}

#[tokio::test]
async fn a_created_profile_gets_an_id_of_its_own_and_everything_off() {
    let sandbox = sandbox(&[]).await;
    let (status, answer) =
        post(&sandbox, json!({"profileId": "1", "name": "X", "userCount": 9})).await;
    assert_eq!(status, 201);
    let made = &answer["permissionProfile"];
    assert_ne!(made["profileId"], "1");
    assert_eq!(made["userCount"], 0);
    assert_eq!(made.get("description"), None);
    let switches = made["permissions"].as_object().expect("an object");
    assert_eq!((switches.len(), switches.values().all(|it| it == false)), (8, true));
    assert_eq!(profile(&sandbox, "X").await, *made);
}

#[tokio::test]
async fn switches_that_nobody_set_are_false_or_absent() {
    let sandbox = sandbox(&[("unset-permissions", "absent")]).await;
    let body = json!({"name": "X", "permissions": {"viewOwnCalls": false}});
    let (_, answer) = post(&sandbox, body).await;
    assert_eq!(answer["permissionProfile"]["permissions"], json!({"viewOwnCalls": false}));
}

#[tokio::test]
async fn a_name_is_taken_once_unless_the_reading_says_otherwise() {
    for (readings, same, other_case) in [
        (&[][..], 400, 201),
        (&[("name-case", "insensitive")], 400, 400),
        (&[("duplicate-name", "accepted")], 201, 201),
    ] {
        let sandbox = sandbox(readings).await;
        assert_eq!(post(&sandbox, json!({"name": "Sales Manager"})).await.0, same);
        assert_eq!(post(&sandbox, json!({"name": "sales manager"})).await.0, other_case);
        let admin = profile(&sandbox, "Business Admin").await;
        let status = if same == 201 { 200 } else { same };
        assert_eq!(put(&sandbox, &admin, json!({"name": "Sales Manager"})).await.0, status);
    }
}

#[tokio::test]
async fn a_merging_update_keeps_what_it_does_not_name() {
    let sandbox = sandbox(&[]).await;
    let before = profile(&sandbox, "Sales Representative").await;
    let change = json!({"permissions": {"viewTeamCalls": false}});
    let (status, answer) = put(&sandbox, &before, change).await;
    let mut expected = before.clone();
    expected["permissions"]["viewTeamCalls"] = json!(false);
    assert_eq!(status, 200);
    assert_eq!(answer["permissionProfile"].to_string(), expected.to_string());
}

#[tokio::test]
async fn a_replacing_update_resets_what_it_does_not_name() {
    let sandbox = sandbox(&[("put", "replace")]).await;
    let before = profile(&sandbox, "Sales Manager").await;
    let (status, answer) = put(&sandbox, &before, json!({"name": "Manager"})).await;
    let after = &answer["permissionProfile"];
    assert_eq!((status, &after["name"], after.get("description")), (200, &json!("Manager"), None));
    assert_eq!(after["permissions"]["viewOwnCalls"], false);
    for servers in ["profileId", "workspaceId", "userCount", "origin"] {
        assert_eq!(after[servers], before[servers], "no update can say {servers}");
    }
    assert_eq!(put(&sandbox, &before, json!({"permissions": {}})).await.0, 400, "no name");
}

#[tokio::test]
async fn replacing_switches_is_a_question_of_its_own() {
    let sandbox = sandbox(&[("put-permissions", "replace")]).await;
    let before = profile(&sandbox, "Sales Representative").await;
    let change = json!({"permissions": {"viewOwnCalls": true}});
    let (_, answer) = put(&sandbox, &before, change).await;
    let after = &answer["permissionProfile"];
    assert_eq!(after["description"], before["description"]);
    assert_eq!(after["permissions"]["viewTeamCalls"], false);
    assert_eq!(after["permissions"].get("recordCallsOnMobile"), None);
}

#[tokio::test]
async fn what_was_served_can_be_sent_back_under_every_reading() {
    for (name, value) in [
        ("put", "replace"),
        ("put-permissions", "replace"),
        ("unknown-permissions", "refused"),
        ("unknown-permissions", "dropped"),
        ("other-members", "refused"),
        ("name-case", "insensitive"),
    ] {
        let sandbox = sandbox(&[(name, value)]).await;
        let list = get(&sandbox, LIST).await;
        for before in list["permissionProfiles"].as_array().expect("a list") {
            let body = json!({
                "name": before["name"],
                "description": before["description"],
                "permissions": before["permissions"],
            });
            let (_, answer) = put(&sandbox, before, body).await;
            if value == "replace"
                && name == "put-permissions"
                && before["name"] == "Integration User "
            {
                // A server that replaces states the switches that were not there.
                assert_eq!(answer["permissionProfile"]["permissions"]["manageUsers"], false);
                continue;
            }
            assert_eq!(answer["permissionProfile"].to_string(), before.to_string());
        }
    }
}

#[tokio::test]
async fn switches_that_nobody_knows_are_kept_refused_or_dropped() {
    for (reading, status, kept) in
        [("kept", 201, Some(json!(true))), ("refused", 400, None), ("dropped", 201, None)]
    {
        let sandbox = sandbox(&[("unknown-permissions", reading)]).await;
        let body = json!({"name": "X", "permissions": {"flyToTheMoon": true}});
        let (actual, answer) = post(&sandbox, body).await;
        assert_eq!(actual, status);
        assert_eq!(answer["permissionProfile"]["permissions"].get("flyToTheMoon"), kept.as_ref());
    }
}

#[tokio::test]
async fn members_that_a_body_can_not_have_are_ignored_or_refused() {
    let body = json!({"userCount": 7, "workspaceId": "1"});
    let ignoring = sandbox(&[]).await;
    let before = profile(&ignoring, "Sales Manager").await;
    let (status, answer) = put(&ignoring, &before, body.clone()).await;
    assert_eq!((status, &answer["permissionProfile"]), (200, &before));
    let refusing = sandbox(&[("other-members", "refused")]).await;
    assert_eq!(put(&refusing, &before, body).await.0, 400);
}

#[tokio::test]
async fn null_is_refused_ignored_or_clears() {
    for (reading, status, description, switch) in [
        ("refused", 400, json!("Leads a team"), json!(true)),
        ("ignored", 200, json!("Leads a team"), json!(true)),
        ("clears", 200, Json::Null, json!(false)),
    ] {
        let sandbox = sandbox(&[("null", reading)]).await;
        let before = profile(&sandbox, "Sales Manager").await;
        let body = json!({"description": null, "permissions": {"viewOwnCalls": null}});
        assert_eq!(put(&sandbox, &before, body).await.0, status);
        let after = profile(&sandbox, "Sales Manager").await;
        assert_eq!(
            (&after["description"], &after["permissions"]["viewOwnCalls"]),
            (&description, &switch)
        );
    }
}

#[tokio::test]
async fn values_of_another_kind_are_refused() {
    let sandbox = sandbox(&[]).await;
    let before = profile(&sandbox, "Sales Manager").await;
    for (body, words) in [
        (json!({"permissions": {"manageUsers": "yes"}}), "permissions.manageUsers"),
        (json!({"permissions": [true]}), "permissions"),
        (json!({"description": 7}), "description"),
        (json!({"name": ""}), "name is required"),
        (json!([]), "has to be an object"),
    ] {
        let (status, answer) = put(&sandbox, &before, body).await;
        assert_eq!(status, 400);
        assert!(answer["errors"][0].as_str().expect("text").contains(words), "{answer}");
    }
    assert_eq!(profile(&sandbox, "Sales Manager").await, before);
}

#[tokio::test]
async fn users_are_counted_and_the_count_changes_when_somebody_is_assigned() {
    let sandbox = sandbox(&[]).await;
    let before = profile(&sandbox, "Sales Manager").await;
    let target = format!("/permission-profiles/{}/users", before["profileId"].as_str().unwrap());
    let users = get(&sandbox, &target).await["users"].as_array().expect("a list").clone();
    assert_eq!((users.len(), &before["userCount"]), (4, &json!(4)));
    assert!(users.iter().all(|user| user["emailAddress"].as_str().unwrap().is_ascii()));
    let one = json!([users[0]["userId"], "1"]);
    let assigned = sandbox.with_vendor(|vendor| vendor.edit(EMEA, "Sales Manager", "holders", one));
    assigned.expect("the profile");
    assert_eq!(profile(&sandbox, "Sales Manager").await["userCount"], 2);
    let users = get(&sandbox, &target).await["users"].clone();
    assert_eq!(users[1], json!({"userId": "1"}), "a former user");
}

#[tokio::test]
async fn the_count_may_be_missing() {
    let sandbox = sandbox(&[("user-count", "absent")]).await;
    let before = profile(&sandbox, "Sales Manager").await;
    assert_eq!(before.get("userCount"), None);
    let (_, answer) = put(&sandbox, &before, json!({"name": "Manager"})).await;
    assert_eq!(answer["permissionProfile"].get("userCount"), None);
}

#[tokio::test]
async fn an_ignored_setting_is_accepted_and_not_stored() {
    let sandbox = sandbox(&[("ignored-setting", "permissions.manageUsers")]).await;
    let before = profile(&sandbox, "Sales Manager").await;
    let change = json!({"permissions": {"manageUsers": true, "manageSettings": true}});
    let (status, answer) = put(&sandbox, &before, change.clone()).await;
    let after = &answer["permissionProfile"]["permissions"];
    assert_eq!(
        (status, &after["manageUsers"], &after["manageSettings"]),
        (200, &json!(false), &json!(true))
    );
    let (_, answer) =
        post(&sandbox, json!({"name": "X", "permissions": change["permissions"]})).await;
    assert_eq!(answer["permissionProfile"]["permissions"]["manageUsers"], false);
}

#[tokio::test]
async fn a_loaded_document_comes_back_byte_for_byte() {
    let sandbox = sandbox(&[]).await;
    let odd = r#"{"zeta":1.50,"profileId":"18446744073709551616","permissions":null,"name":"Odd"}"#;
    let document: Json = serde_json::from_str(odd).expect("JSON");
    sandbox.with_vendor(|vendor| {
        vendor
            .load(json!({"workspaces": {"1": "One"}, "profiles": {"1": [document]}}))
            .expect("a state");
        vendor.edit("One", "Odd", "zeta", json!(2)).expect("the profile");
        vendor
            .edit("1", "18446744073709551616", "zeta", document["zeta"].clone())
            .expect("the profile");
    });
    let list = request(&sandbox, Method::GET, "/workspaces/1/permission-profiles");
    let text = list.bearer_auth(TOKEN).send().await.expect("an answer").text().await;
    assert!(text.expect("text").contains(odd));
}
