//! What the simulator takes and what becomes of it, under every reading.

use super::*;

/// A profile that is as small as it can be.
fn small() -> Json {
    json!({
        "name": "Small",
        "profileType": "SUPERVISOR",
        "active": true,
        "permissionAccessLevel": "SPECIFIC",
        "resourceAccessLevel": "ALL",
        "permissions": [{"name": "queue", "access": "VIEW"}, {"name": "team", "access": "EDIT"}],
    })
}

async fn post(sandbox: &Sandbox, body: Json) -> (u16, Json) {
    call(sandbox, Method::POST, "v3/user-profile", Some(body)).await
}

async fn put(sandbox: &Sandbox, body: Json) -> (u16, Json) {
    let target = format!("v3/user-profile/{}", body["id"].as_str().expect("an id"));
    call(sandbox, Method::PUT, &target, Some(body)).await
}

fn access(profile: &Json, name: &str) -> Option<Json> {
    let entries = profile["permissions"].as_array().expect("a list");
    entries.iter().find(|entry| entry["name"] == name).map(|entry| entry["access"].clone())
}

#[tokio::test]
async fn a_created_profile_is_the_customers_and_gets_ids() {
    let sandbox = sandbox(&[]).await;
    let (status, made) = post(&sandbox, small()).await;
    assert_eq!(status, 201);
    assert_eq!((&made["version"], &made["systemDefault"]), (&json!(0), &json!(false)));
    assert!(made["permissions"][0]["id"].is_string());
    assert_eq!(profile(&sandbox, "Small").await, made);
    let (status, again) = post(&sandbox, small()).await;
    assert_eq!(
        (status, &again["error"]["reason"]),
        (409, &json!("Similar entity is already present"))
    );
}

#[tokio::test]
async fn everything_that_a_new_profile_lacks_is_named() {
    let sandbox = sandbox(&[]).await;
    let (status, answer) = post(&sandbox, json!({"name": "X"})).await;
    assert_eq!(status, 400);
    for member in ["profileType", "active", "permissionAccessLevel", "resourceAccessLevel"] {
        assert!(answer.to_string().contains(&format!("{member} is required")), "{answer}");
    }
}

#[tokio::test]
async fn values_and_combinations_that_the_vendor_refuses() {
    let sandbox = sandbox(&[]).await;
    for (member, value, status, words) in [
        ("name", json!("A/B"), 400, "must match"),
        ("name", json!("x".repeat(81)), 400, "between 0 and 80"),
        ("description", json!("x".repeat(256)), 400, "between 0 and 255"),
        ("profileType", json!("BOSS"), 400, "BOSS"),
        ("active", json!("yes"), 400, "active"),
        ("permissions", json!([{"name": "queue", "access": "ALL"}]), 400, "permissions"),
        ("permissions", json!([]), 400, "userProfilePermissions is required"),
        (
            "permissions",
            json!([{"id": "1", "name": "queue", "access": "VIEW"}]),
            409,
            "Internal error",
        ),
        ("viewableFolderIds", json!(["7"]), 400, "viewableFolderIds"),
        ("viewableFolderIds", json!([2_147_483_648_u64]), 400, "viewableFolderIds"),
        ("resourceCollections", json!([{"id": "1"}]), 400, "not there"),
        ("resourceAccessLevel", json!("SPECIFIC"), 400, "resourceCollections is required"),
        ("id", json!("1"), 400, "id should not"),
        ("links", json!([]), 400, "links"),
    ] {
        let mut body = small();
        body[member] = value.clone();
        let (code, answer) = post(&sandbox, body).await;
        assert_eq!(code, status, "{member}: {value} {answer}");
        assert!(answer.to_string().contains(words), "{answer}");
    }
    for profile_type in ["ADMINISTRATOR_ONLY", "STANDARD_AGENT"] {
        let mut body = small();
        body["profileType"] = json!(profile_type);
        body["permissionAccessLevel"] = json!("ALL");
        assert_eq!(post(&sandbox, body).await.0, 400);
    }
    let mut body = small();
    body["userProfilePermissions"] = body["permissions"].take();
    assert_eq!(post(&sandbox, body).await.0, 400, "the key from the vendor's own words");
}

#[tokio::test]
async fn what_was_read_can_be_sent_back_and_only_the_version_and_time_move() {
    for order in ["kept", "reordered"] {
        let sandbox = sandbox(&[("arrays", order), ("stale-version", "refused")]).await;
        for name in ["EMEA Supervisor", "Flow Designer"] {
            let before = profile(&sandbox, name).await;
            let (status, mut after) = put(&sandbox, before.clone()).await;
            assert_eq!((status, &after["version"]), (200, &json!(2)));
            for member in ["version", "lastUpdatedTime"] {
                after[member] = before[member].clone();
            }
            assert_eq!(after.to_string(), before.to_string());
        }
    }
}

#[tokio::test]
async fn an_update_replaces_everything() {
    let sandbox = sandbox(&[]).await;
    let mut body = profile(&sandbox, "EMEA Supervisor").await;
    body.as_object_mut().expect("an object").shift_remove("description");
    let entries = body["permissions"].as_array_mut().expect("a list");
    entries.retain(|entry| entry["name"] == "queue");
    entries.push(json!({"name": "dial-plan", "access": "VIEW"}));
    let (status, after) = put(&sandbox, body).await;
    assert_eq!(status, 200);
    assert!(after.get("description").is_none());
    assert_eq!((access(&after, "flow"), access(&after, "dial-plan")), (None, Some(json!("VIEW"))));
}

#[tokio::test]
async fn permissions_that_an_update_leaves_out_go_or_become_none() {
    let sandbox = sandbox(&[("omitted-permissions", "none")]).await;
    let mut body = profile(&sandbox, "EMEA Supervisor").await;
    body["permissions"].as_array_mut().expect("a list").truncate(1);
    let (_, after) = put(&sandbox, body).await;
    assert_eq!(after["permissions"].as_array().map(Vec::len), Some(32));
    let none = after["permissions"].as_array().expect("a list").iter();
    assert_eq!(none.filter(|entry| entry["access"] == "NONE").count(), 31);
}

#[tokio::test]
async fn a_kept_entry_needs_its_own_id_and_a_new_one_none() {
    let sandbox = sandbox(&[]).await;
    let before = profile(&sandbox, "Flow Designer").await;
    for id in [Json::Null, json!("1")] {
        let mut body = before.clone();
        body["permissions"][0]["id"] = id;
        let (status, answer) = put(&sandbox, body).await;
        assert_eq!(status, 409);
        assert!(answer["error"]["reason"].as_str().is_some_and(|it| it.starts_with("Internal")));
    }
    assert_eq!(profile(&sandbox, "Flow Designer").await, before);
}

#[tokio::test]
async fn what_the_vendor_shipped_stays() {
    let sandbox = sandbox(&[]).await;
    let (status, answer) = put(&sandbox, profile(&sandbox, "Supervisor Profile").await).await;
    assert_eq!(status, 400);
    assert!(answer.to_string().contains("system generated"), "{answer}");
}

#[tokio::test]
async fn one_thing_is_refused_or_not_as_the_readings_say() {
    let emea = || {
        Box::new(|body: &mut Json| {
            body["resourceCollections"] = json!([{"id": body["resourceCollections"][0]["id"]}]);
        })
    };
    type Change = Box<dyn Fn(&mut Json)>;
    let cases: [(&str, &str, &str, u16, Change); 9] = [
        ("stale-version", "accepted", "refused", 412, Box::new(|it| it["version"] = json!(0))),
        (
            "duplicate-name",
            "accepted",
            "refused",
            409,
            Box::new(|it| it["name"] = json!("Flow Designer")),
        ),
        (
            "name-comparison",
            "byte",
            "any-case",
            409,
            Box::new(|it| it["name"] = json!("flow designer")),
        ),
        (
            "changed-profile-type",
            "ignored",
            "refused",
            400,
            Box::new(|it| it["profileType"] = json!("ADMINISTRATOR")),
        ),
        (
            "specific-without-collections",
            "accepted",
            "refused",
            400,
            Box::new(|it| it["resourceCollections"] = json!([])),
        ),
        ("nested-collections", "id", "whole", 400, emea()),
        (
            "foreign-permissions",
            "kept",
            "refused",
            400,
            Box::new(|it| {
                it["permissions"]
                    .as_array_mut()
                    .expect("a list")
                    .push(json!({"name": "campaign-manager", "access": "EDIT"}));
            }),
        ),
        (
            "foreign-permissions",
            "dropped",
            "refused",
            400,
            Box::new(|it| {
                it["permissions"]
                    .as_array_mut()
                    .expect("a list")
                    .push(json!({"name": "campaign-manager", "access": "EDIT"}));
            }),
        ),
        (
            "toggle-access",
            "accepted",
            "refused",
            400,
            Box::new(|it| {
                it["permissions"]
                    .as_array_mut()
                    .expect("a list")
                    .push(json!({"name": "send-to-all", "access": "ENABLED"}));
            }),
        ),
    ];
    for (reading, taken, refused, code, change) in cases {
        let sandbox = sandbox(&[(reading, taken)]).await;
        let before = profile(&sandbox, "EMEA Supervisor").await;
        let mut body = before.clone();
        change(&mut body);
        sandbox.choose(reading, refused).expect("a reading");
        assert_eq!(put(&sandbox, body.clone()).await.0, code, "{reading} {refused}");
        assert_eq!(profile(&sandbox, "EMEA Supervisor").await, before);
        sandbox.choose(reading, taken).expect("a reading");
        let (status, after) = put(&sandbox, body).await;
        assert_eq!(
            (status, &after["profileType"]),
            (200, &before["profileType"]),
            "{reading} {taken}"
        );
        assert_eq!(
            access(&after, "campaign-manager").is_some(),
            taken == "kept",
            "{reading} {taken}"
        );
    }
}

#[tokio::test]
async fn unknown_members_are_kept_or_stay_as_they_were() {
    for (reading, sent, kept) in [("kept", 2, true), ("dropped", 1, false)] {
        let sandbox = sandbox(&[("unknown-members", reading), ("extra-members", "links")]).await;
        sandbox.with_vendor(|vendor| {
            vendor.edit(ORGANIZATION, "Flow Designer", "tier", json!(1)).expect("the profile");
        });
        let mut body = profile(&sandbox, "Flow Designer").await;
        assert_eq!(body["links"], json!([]));
        body.as_object_mut().expect("an object").shift_remove("links");
        body["tier"] = json!(2);
        body["colour"] = json!("red");
        let (_, after) = put(&sandbox, body).await;
        assert_eq!((&after["tier"], after.get("colour").is_some()), (&json!(sent), kept));
    }
}

#[tokio::test]
async fn an_ignored_setting_is_accepted_and_not_stored() {
    for (setting, member) in [("permissions.queue", "permissions"), ("active", "active")] {
        let sandbox = sandbox(&[("ignored-setting", setting)]).await;
        let before = profile(&sandbox, "EMEA Supervisor").await;
        let mut body = before.clone();
        body["active"] = json!(false);
        body["description"] = json!("Changed");
        for entry in body["permissions"].as_array_mut().expect("a list") {
            entry["access"] = json!("NONE");
        }
        let (status, after) = put(&sandbox, body).await;
        assert_eq!((status, &after["description"]), (200, &json!("Changed")));
        assert_eq!(access(&after, "queue") == access(&before, "queue"), member == "permissions");
        assert_eq!(after["active"] == before["active"], member == "active");
        assert_eq!(access(&after, "flow"), Some(json!("NONE")));
    }
}
