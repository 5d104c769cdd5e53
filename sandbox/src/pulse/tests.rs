//! What a user of the simulated Pulse notices, over real HTTP.

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::{API_KEY, API_SECRET, EMAIL, PASSWORD, fresh};
use crate::{Sandbox, testing};

const ACCOUNT: &str = "4731740365629714";
const OTHER: &str = "9026418837150462";

async fn sandbox(readings: &[(&str, &str)]) -> Sandbox {
    testing::sandbox(fresh(), readings).await
}

/// Sends a request with these headers.
async fn send(
    sandbox: &Sandbox,
    method: Method,
    target: &str,
    headers: &[(&str, &str)],
    body: Option<Json>,
) -> (u16, Json) {
    let mut request = testing::request(sandbox, method, target);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    testing::send(request, body).await
}

async fn login(sandbox: &Sandbox) -> String {
    let body = json!({"apiKey": API_KEY, "apiSecret": API_SECRET});
    let (status, session) = send(sandbox, Method::POST, "/auth/login", &[], Some(body)).await;
    assert_eq!(status, 200);
    format!("Bearer {}", session["token"].as_str().expect("a token"))
}

/// Logs in and sends one request for the account.
async fn call(sandbox: &Sandbox, method: Method, target: &str, body: Option<Json>) -> (u16, Json) {
    let token = login(sandbox).await;
    let headers = [("authorization", token.as_str()), ("x-account-id", ACCOUNT)];
    send(sandbox, method, target, &headers, body).await
}

async fn role(sandbox: &Sandbox, name: &str) -> Option<Json> {
    let (_, roles) = call(sandbox, Method::GET, "/roles", None).await;
    let roles = roles.as_array().expect("a list").clone();
    roles.into_iter().find(|role| role["role"] == name)
}

async fn patch(sandbox: &Sandbox, permissions: Json) -> (u16, Json) {
    let body = json!({"flatPermissionsList": permissions});
    let (status, _) = call(sandbox, Method::PATCH, "/roles/Manager%20Two", Some(body)).await;
    (status, role(sandbox, "Manager Two").await.expect("the role")["permissions"].clone())
}

#[tokio::test]
async fn both_kinds_of_credentials_begin_a_session() {
    let sandbox = sandbox(&[]).await;
    let status = async |body| send(&sandbox, Method::POST, "/auth/login", &[], Some(body)).await;
    let (code, session) = status(json!({"email": EMAIL, "password": PASSWORD})).await;
    assert_eq!((code, &session["expiresAt"]), (200, &json!("2099-12-31T00:00:00.000Z")));
    assert_eq!(status(json!({"apiKey": API_KEY, "apiSecret": "wrong"})).await.0, 401);
    assert_eq!(status(json!({"apiKey": API_KEY})).await.0, 400);
    assert_eq!(send(&sandbox, Method::GET, "/roles", &[], None).await.0, 401);
    assert_eq!(call(&sandbox, Method::GET, "/auth/session", None).await.1["email"], EMAIL);
}

#[tokio::test]
async fn a_token_ends_when_its_life_is_short() {
    let sandbox = sandbox(&[("token-life", "two-requests"), ("expires-at", "absent")]).await;
    let token = login(&sandbox).await;
    let headers = [("authorization", token.as_str()), ("x-account-id", ACCOUNT)];
    for status in [200, 200, 401] {
        assert_eq!(send(&sandbox, Method::GET, "/roles", &headers, None).await.0, status);
    }
    assert_eq!(call(&sandbox, Method::GET, "/auth/session", None).await.1.get("expiresAt"), None);
}

#[tokio::test]
async fn the_account_must_be_named_and_be_the_keys_own() {
    let sandbox = sandbox(&[]).await;
    let token = login(&sandbox).await;
    let get = async |account: Option<&str>| {
        let mut headers = vec![("authorization", token.as_str())];
        headers.extend(account.map(|account| ("x-account-id", account)));
        send(&sandbox, Method::GET, "/roles", &headers, None).await.0
    };
    assert_eq!(get(Some(ACCOUNT)).await, 200);
    assert_eq!(get(None).await, 400);
    assert_eq!(get(Some(OTHER)).await, 403);
    assert_eq!(get(Some("12")).await, 403);
    sandbox.choose("account-header", "optional").expect("a reading");
    assert_eq!(get(None).await, 200);
}

#[tokio::test]
async fn permissions_come_as_objects_or_as_names() {
    let sandbox = sandbox(&[]).await;
    let (_, objects) = call(&sandbox, Method::GET, "/permissions", None).await;
    assert_eq!(
        objects[0],
        json!({"id": 1, "permission": "readSupport", "description": "View support tickets", "category": "Support"})
    );
    sandbox.choose("permissions-answer", "names").expect("a reading");
    let (_, names) = call(&sandbox, Method::GET, "/permissions", None).await;
    assert_eq!(
        (names[0].as_str(), names.as_array().map(Vec::len)),
        (Some("readSupport"), Some(19))
    );
}

#[tokio::test]
async fn roles_come_with_their_users_and_those_of_the_system() {
    let sandbox = sandbox(&[]).await;
    let agent = role(&sandbox, "agent").await.expect("the role");
    assert_eq!(
        agent.to_string(),
        r#"{"id":243,"role":"agent","accountId":"4731740365629714","users":["alan.turing@acme.example","edsger.dijkstra@acme.example"],"permissions":["readSupport"]}"#
    );
    assert_eq!(role(&sandbox, "SuperAdmin").await.expect("the role")["accountId"], Json::Null);
    assert_eq!(role(&sandbox, "partner").await, None);
    sandbox.choose("other-accounts", "listed").expect("a reading");
    assert_eq!(role(&sandbox, "partner").await.expect("the role")["accountId"], OTHER);
    for (reading, first) in [
        ("objects", json!({"id": 3, "email": "alan.turing@acme.example", "name": "Alan Turing"})),
        ("opaque", json!(3)),
    ] {
        sandbox.choose("role-users", reading).expect("a reading");
        assert_eq!(role(&sandbox, "agent").await.expect("the role")["users"][0], first);
    }
}

#[tokio::test]
async fn users_come_with_their_roles_or_without() {
    let sandbox = sandbox(&[]).await;
    let user = json!({"id": 3, "email": "alan.turing@acme.example", "name": "Alan Turing", "active": true});
    for (reading, member) in
        [("with-roles", "roles"), ("with-flat-list", "flatRolesList"), ("plain", "")]
    {
        sandbox.choose("users-answer", reading).expect("a reading");
        let mut expected = user.clone();
        if !member.is_empty() {
            expected[member] = json!(["agent"]);
        }
        assert_eq!(call(&sandbox, Method::GET, "/users", None).await.1[2], expected);
    }
}

#[tokio::test]
async fn a_new_role_is_empty_and_its_name_may_hold_anything() {
    let sandbox = sandbox(&[("create-status", "201")]).await;
    let target = "/roles/R%26D%20%2F%20%E6%9D%B1%E4%BA%AC";
    let (status, answer) = call(&sandbox, Method::POST, target, None).await;
    assert_eq!(
        (status, answer),
        (201, json!({"message": format!("R&D / 東京 role added to account: {ACCOUNT}")}))
    );
    let made = role(&sandbox, "R&D / 東京").await.expect("the role");
    assert_eq!(
        (&made["id"], &made["permissions"], &made["users"]),
        (&json!(382), &json!([]), &json!([]))
    );
    for (reading, status) in [("409", 409), ("400", 400), ("500", 500)] {
        sandbox.choose("duplicate-role", reading).expect("a reading");
        assert_eq!(call(&sandbox, Method::POST, target, None).await.0, status);
    }
}

#[tokio::test]
async fn names_in_another_case_are_another_role_or_not() {
    let sandbox = sandbox(&[]).await;
    sandbox.choose("role-case", "any-case").expect("a reading");
    assert_eq!(call(&sandbox, Method::POST, "/roles/Agent", None).await.0, 409);
    sandbox.choose("role-case", "exact").expect("a reading");
    assert_eq!(call(&sandbox, Method::POST, "/roles/Agent", None).await.0, 200);
}

#[tokio::test]
async fn permissions_of_a_role_are_replaced_or_merged() {
    let wanted = json!(["readCRM", "sendEmail"]);
    let replacing = sandbox(&[]).await;
    assert_eq!(patch(&replacing, wanted.clone()).await, (200, wanted.clone()));
    let merging = sandbox(&[("role-permissions", "merge")]).await;
    let (_, after) = patch(&merging, wanted).await;
    assert_eq!(after.as_array().map(Vec::len), Some(7));
}

#[tokio::test]
async fn an_empty_list_clears_or_does_nothing_or_is_refused() {
    for (reading, status, left) in [("clears", 200, 0), ("ignored", 200, 6), ("refused", 400, 6)] {
        let sandbox = sandbox(&[("empty-permissions", reading)]).await;
        let (got, after) = patch(&sandbox, json!([])).await;
        assert_eq!((got, after.as_array().map(Vec::len)), (status, Some(left)));
    }
}

#[tokio::test]
async fn permissions_beyond_the_accounts_and_other_bodies_are_refused() {
    let sandbox = sandbox(&[]).await;
    for list in [json!(["exportReports"]), json!("readCRM"), json!([1]), Json::Null] {
        assert_eq!(patch(&sandbox, list).await.0, 400);
    }
    let body = Some(json!({"flatPermissionsList": []}));
    assert_eq!(call(&sandbox, Method::PATCH, "/roles/nobody", body.clone()).await.0, 404);
    assert_eq!(call(&sandbox, Method::PATCH, "/roles/systemSupport", body).await.0, 403);
}

#[tokio::test]
async fn an_ignored_setting_is_accepted_and_not_stored() {
    let sandbox = sandbox(&[("ignored-setting", "permissions.sendEmail")]).await;
    let (status, after) = patch(&sandbox, json!(["readCRM", "sendEmail"])).await;
    assert_eq!((status, after), (200, json!(["readCRM"])));
}

#[tokio::test]
async fn roles_of_a_user_are_replaced_or_merged_or_left() {
    let target = "/users/grace.hopper%40acme.example/roles";
    for (readings, roles, left) in [
        (&[][..], json!(["agent"]), json!(["agent"])),
        (&[("user-roles", "merge")], json!(["agent"]), json!(["Manager Two", "user", "agent"])),
        (&[], json!([]), json!([])),
        (&[("empty-user-roles", "ignored")], json!([]), json!(["Manager Two", "user"])),
    ] {
        let sandbox = sandbox(readings).await;
        let body = json!({"flatRolesList": roles});
        let (status, answer) = call(&sandbox, Method::PATCH, target, Some(body)).await;
        assert_eq!((status, answer), (200, json!({"message": "Roles updated"})));
        assert_eq!(sandbox.state()["users"][1]["roles"], left);
        assert_eq!(sandbox.state()["damage"], json!([]));
    }
    let sandbox = sandbox(&[("empty-user-roles", "refused")]).await;
    let status = async |target: &str, roles: Json| {
        let body = json!({"flatRolesList": roles});
        call(&sandbox, Method::PATCH, target, Some(body)).await.0
    };
    assert_eq!(status(target, json!([])).await, 400);
    assert_eq!(status(target, json!(["nobody"])).await, 400);
    assert_eq!(status("/users/nobody%40acme.example/roles", json!([])).await, 404);
    let operator = "/users/system.operator%40acme.example/roles";
    assert_eq!(status(operator, json!(["agent"])).await, 200);
    assert_eq!(sandbox.state()["damage"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn errors_come_in_three_shapes() {
    for (shape, body) in [
        ("newer", json!({"error": "Not Found", "status": 404, "message": "Role not found"})),
        ("older", json!({"error": "Role not found", "status": 404})),
    ] {
        let sandbox = sandbox(&[("error-shape", shape)]).await;
        let (status, answer) = call(&sandbox, Method::PATCH, "/roles/nobody", None).await;
        assert_eq!((status, answer), (404, body));
    }
    let sandbox = sandbox(&[("error-shape", "sister-site")]).await;
    let (_, answer) = call(&sandbox, Method::PATCH, "/roles/nobody", None).await;
    assert_eq!(answer["message"], "Role not found");
    assert!(answer["dev_err_msg"].is_string());
}

#[tokio::test]
async fn the_routes_that_reach_too_far_do_so_and_leave_a_mark() {
    let sandbox = sandbox(&[]).await;
    let names = json!(["readCRM"]);
    let call = async |method, target, body| call(&sandbox, method, target, body).await.0;
    assert_eq!(call(Method::PUT, "/roles/agent?force=true", Some(names.clone())).await, 200);
    let roles = sandbox.state()["roles"].clone();
    assert_eq!((&roles[0]["permissions"], &roles[7]["permissions"]), (&names, &names));
    let target = format!("/permissions?accountId={ACCOUNT}");
    assert_eq!(call(Method::PUT, &target, Some(names.clone())).await, 200);
    assert_eq!(sandbox.state()["roles"][2]["permissions"], names);
    assert_eq!(call(Method::DELETE, "/roles/user", None).await, 200);
    assert_eq!(sandbox.state()["users"][4]["roles"], json!([]));
    assert_eq!(call(Method::DELETE, "/roles/superadmin", None).await, 400);
    let body = Some(json!({"flatPermissionsList": []}));
    assert_eq!(call(Method::PATCH, "/roles/superadmin", body).await, 400);
    assert_eq!(
        sandbox.state()["damage"],
        json!([
            "PUT /roles/agent",
            "PUT /permissions",
            "DELETE /roles/user",
            "DELETE /roles/superadmin",
            "PATCH /roles/superadmin",
        ])
    );
    assert_eq!(call(Method::POST, "/roles", None).await, 405);
    assert_eq!(call(Method::GET, "/nothing", None).await, 404);
}

#[tokio::test]
async fn what_a_person_changes_by_hand_shows() {
    let sandbox = sandbox(&[]).await;
    sandbox.with_vendor(|vendor| {
        let mut edit = |setting, value| vendor.edit("Acme", "agent", setting, value);
        edit("permissions.readCRM", json!(true)).expect("a permission");
        edit("users", json!(["barbara.liskov@acme.example"])).expect("holders");
        edit("color", json!("blue")).expect("a member");
        edit("role", json!("Agents")).expect("a name");
        edit("name", json!("x")).expect_err("there is no such role any more");
    });
    let changed = role(&sandbox, "Agents").await.expect("the role");
    assert_eq!(changed["permissions"], json!(["readSupport", "readCRM"]));
    assert_eq!(changed["users"], json!(["barbara.liskov@acme.example"]));
    assert_eq!(changed["color"], "blue");
}
