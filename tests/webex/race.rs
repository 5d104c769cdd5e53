//! Somebody else at the same time, and answers that get lost.

use permctl_sandbox::webex::ORGANIZATION;
use permctl_sandbox::{Fault, Reply};
use serde_json::{Value as Json, json};

use super::{ANALYST, access, answer, asked, live, reply, world};
use crate::harness::World;

const NARROWED: &str = "\
profile: Flow Designer
settings:
  viewableFolderIds: [\"5\"]
";

/// Lets somebody edit the profile just before the one write.
fn edit_before_the_write(world: &World, setting: &'static str, value: Json) {
    world.sandbox().script(Box::new(move |request| {
        if request.method == "GET" {
            return Fault::None;
        }
        let value = value.clone();
        Fault::Edit(Box::new(move |vendor| {
            vendor.edit(ORGANIZATION, "Flow Designer", setting, value).expect("the profile");
        }))
    }));
}

#[test]
fn what_somebody_did_between_plan_and_apply_stays() {
    let world = world(&[]);
    world.write("profiles/center/a.yaml", NARROWED);
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.edit(ORGANIZATION, "Flow Designer", "permissions.flow", json!("VIEW"));
    world.edit(ORGANIZATION, "Flow Designer", "permissions.queue", Json::Null);
    world.edit(ORGANIZATION, "Flow Designer", "version", json!(9));
    let _ = world.run(&["apply", "plan.json", "--auto-approve"]).exits(0);
    let after = live(&world, "Flow Designer");
    assert_eq!(access(&after, "flow"), "VIEW");
    assert_eq!((access(&after, "queue"), &after["version"]), (Json::Null, &json!(10)));
}

#[test]
fn a_bundle_that_moved_is_stale_and_nothing_is_sent() {
    let world = world(&[]);
    world.write(
        "profiles/center/a.yaml",
        "profile: Flow Designer\nsettings: {permissionAccessLevel: SPECIFIC, permissions: {flow: VIEW}}\n",
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.edit(ORGANIZATION, "Flow Designer", "permissions.api-key", json!("EDIT"));
    let ran = world.run(&["apply", "plan.json", "--auto-approve"]).exits(5);
    assert!(ran.stdout.contains("permissions.api-key"), "{}", ran.stdout);
    assert_eq!(world.writes(), []);
}

#[test]
fn what_all_hides_is_not_let_out_by_an_older_plan() {
    let world = world(&[]);
    world.edit(ORGANIZATION, "EMEA Supervisor", "permissionAccessLevel", json!("ALL"));
    world.write(
        "profiles/center/a.yaml",
        "profile: EMEA Supervisor\nsettings: {permissionAccessLevel: SPECIFIC, permissions: {team: VIEW}}\n",
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.edit(ORGANIZATION, "EMEA Supervisor", "permissions.user-profile", json!("EDIT"));
    let _ = world.run(&["apply", "plan.json", "--auto-approve"]).exits(0);
    let after = live(&world, "EMEA Supervisor");
    assert_eq!(
        (access(&after, "user-profile"), access(&after, "team")),
        ("NONE".into(), "VIEW".into())
    );
}

#[test]
fn an_edit_at_the_very_moment_is_refused_where_the_version_counts() {
    let world = world(&[("stale-version", "refused")]);
    world.write("profiles/center/a.yaml", NARROWED);
    edit_before_the_write(&world, "version", json!(7));
    let ran = world.run(&["apply", "--auto-approve"]).exits(4);
    assert!(ran.stdout.contains("412"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_lost_answer_to_a_create_is_settled_by_reading() {
    let world = world(&[]);
    world.write("profiles/center/analyst.yaml", ANALYST);
    world.sandbox().script(Box::new(|request| {
        if request.method == "POST" { Fault::LoseAnswer } else { Fault::None }
    }));
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(world.writes().len(), 1);
}

#[test]
fn a_name_that_was_taken_meanwhile_is_refused_by_the_vendor() {
    let world = world(&[]);
    world.write("profiles/center/analyst.yaml", ANALYST);
    edit_before_the_write(&world, "name", json!("Quality Analyst"));
    let ran = world.run(&["apply", "--auto-approve"]).exits(4);
    assert!(ran.stdout.contains("409: Similar entity is already present"), "{}", ran.stdout);
}

#[test]
fn a_workspace_that_uses_up_the_pace_is_not_read_for_ever() {
    let world = world(&[]);
    // Ten calls in six seconds: exactly what reading this workspace and a write take, and older
    // by then than what a write may be made from.
    let config = world.read("permctl.yaml");
    let limits = "limits: {perSecond: 10, share: 16%}";
    world.write("permctl.yaml", &config.replace("limits: {perSecond: 1000, share: 100%}", limits));
    let renamed = "---\nprofile: Flow Builder\nformerly: [Flow Designer]\n";
    world.write(
        "profiles/center/a.yaml",
        &ANALYST.replace(
            "resourceAccessLevel: SPECIFIC\n  resourceCollections: [EMEA, AMER]",
            "resourceAccessLevel: ALL",
        ),
    );
    world.write("profiles/center/b.yaml", renamed);
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(world.writes().len(), 2);
    let calls = asked(&world).len();
    assert!(calls <= 4 * 9 + 8, "{calls} calls");
}

#[test]
fn the_rate_is_kept_and_a_429_without_a_body_is_waited_out() {
    let world = world(&[]);
    world.write("profiles/center/a.yaml", NARROWED);
    let mut left = 2;
    world.sandbox().script(Box::new(move |_| {
        if left == 0 {
            return Fault::None;
        }
        left -= 1;
        let headers = vec![("retry-after".to_owned(), "0".to_owned())];
        Fault::Reply(Reply { status: 429, headers, body: Json::Null })
    }));
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
}

#[test]
fn a_429_without_end_is_named_with_the_id_from_its_header() {
    let world = world(&[]);
    world.write("profiles/center/a.yaml", NARROWED);
    answer(
        &world,
        |_| true,
        || {
            let headers = [("retry-after", "0"), ("trackingid", "gateway_77")];
            let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
            Reply { status: 429, headers: headers.into(), body: Json::Null }
        },
    );
    let ran = world.run(&["plan"]).exits(4);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("429, too many requests (request id gateway_77)"), "{said}");
}

#[test]
fn a_403_names_both_causes() {
    let world = world(&[]);
    world.write("profiles/center/a.yaml", NARROWED);
    answer(
        &world,
        |request| request.method == "GET",
        || {
            reply(
                403,
                json!({"trackingId": "t1", "error": {"key": "403", "message": [{"description": "No"}]}}),
            )
        },
    );
    let ran = world.run(&["plan"]).exits(4);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    for words in ["403: No", "t1", "cjp:config", "user-profile"] {
        assert!(said.contains(words), "no {words}: {said}");
    }
}

#[test]
fn promise_7_a_profile_that_was_read_before_a_long_pause_is_read_again_by_itself() {
    let world = world(&[]);
    world.edit(ORGANIZATION, "Flow Designer", "viewableFolderIds", json!(["5", "6"]));
    world.write("profiles/center/a.yaml", NARROWED);
    let (mut paused, mut edited) = (false, false);
    world.sandbox().script(Box::new(move |request| {
        // Another profile than the one that is written.
        let other = request.path.ends_with("/v3/user-profile/91cd6420-57e0-4235-84a4-d52193209a34");
        if request.method != "GET" || !other || edited {
            return Fault::None;
        }
        if std::mem::replace(&mut paused, true) {
            edited = true;
            return Fault::Edit(Box::new(|vendor| {
                let by_hand =
                    vendor.edit(ORGANIZATION, "Flow Designer", "description", json!("By hand"));
                by_hand.expect("the profile is there");
            }));
        }
        let headers = vec![("retry-after".to_owned(), "6".to_owned())];
        Fault::Reply(Reply { status: 429, headers, body: Json::Null })
    }));
    let ran = world.run(&["apply", "--auto-approve"]).exits(0);
    assert!(ran.stdout.contains("kept description: \"By hand\""), "{}", ran.stdout);
    assert_eq!(live(&world, "Flow Designer")["description"], "By hand");
}
