//! Promise 6: a partial read is an error, never "no profiles".

use permctl::provider::systems;
use permctl_sandbox::{Damage, Fault, Received, Reply};
use serde_json::{Value as Json, json};

use super::{PROFILES, answer, refusal, reply, says, three_changes};
use crate::harness::World;
use crate::vendors;

/// Runs the commands against a vendor that answers the list of profiles so.
#[track_caller]
fn refuses(bad: Reply, words: &[&str]) {
    let world = three_changes();
    answer(&world, "GET", PROFILES, bad);
    let said = format!("acme: GET {PROFILES}");
    let ran = world.run(&["plan", "emea"]).exits(4);
    assert!(ran.stdout.starts_with("NOT READ: acme, workspace \"emea\""), "{}", ran.stdout);
    for words in words.iter().chain([&said.as_str()]) {
        says(&ran, words);
    }
    assert!(!ran.stdout.contains("to create"), "{}", ran.stdout);
    let ran = world.run(&["apply", "--auto-approve", "emea"]).exits(4);
    says(&ran, "NOT READ");
    assert_eq!(world.writes(), []);
}

#[test]
fn promise_6_a_refusal_is_never_an_empty_workspace() {
    for status in [401, 403, 404] {
        refuses(
            refusal(status),
            &[&format!(
                "?workspaceId={}: {status}: the vendor's words (request id vendor4711)",
                super::EMEA
            )],
        );
    }
}

#[test]
fn promise_6_a_vendor_that_stays_busy_or_broken_is_not_read() {
    refuses(refusal(429), &["429, too many requests: the vendor's words (request id vendor4711)"]);
    refuses(refusal(500), &["500: the vendor's words (request id vendor4711)"]);
}

#[test]
fn promise_6_an_answer_that_makes_no_sense_is_not_read() {
    let item = |id: &str| json!({"id": id, "name": "A"});
    let cases: [(Json, &str); 7] = [
        (json!({"requestId": "1"}), "an answer without the list `profiles`"),
        (json!({"profiles": null}), "an answer without the list `profiles`"),
        (json!([]), "an answer without the list `profiles`"),
        (json!({"profiles": [{"name": "A"}]}), "an item without a text `id`"),
        (json!({"profiles": [{"id": 12, "name": "A"}]}), "an item without a text `id`"),
        (json!({"profiles": [item("1"), "x"]}), "an item without a text `id`"),
        (json!({"profiles": [item("1"), item("1")]}), "profile 1 twice in one list"),
    ];
    for (body, words) in cases {
        refuses(reply(200, body), &[words]);
    }
}

#[test]
fn promise_6_an_object_with_a_member_twice_is_not_read_of_any_vendor() {
    for system in systems() {
        let facts = vendors::facts(system.provider.id());
        for of in ["GET", "POST"] {
            let signs = facts.signs.iter().any(|(method, _)| method == of);
            if of == "POST" && !signs || facts.provider == "webex" && signs {
                continue;
            }
            let world = World::of(facts.provider, None, &[]);
            world.sandbox().script(Box::new(move |request: &Received| {
                match request.method == of {
                    true => Fault::Damage(Damage::Twice),
                    false => Fault::None,
                }
            }));
            let ran = world.run(&["plan"]).exits(4);
            says(&ran, "NOT READ");
            says(&ran, "twice");
            let _ = world.run(&["snapshot", "--out", "live.json"]).exits(4);
        }
    }
}

#[test]
fn files_of_ours_with_a_member_twice_are_refused() {
    let world = three_changes();
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    for (file, member, command) in [
        ("plan.json", "\"profile\"", &["apply", "plan.json"][..]),
        ("plan.json", "\"profile\"", &["show", "plan.json"]),
        ("live.json", "\"aiBuilder\"", &["plan", "--live", "live.json"]),
        ("live.json", "\"aiBuilder\"", &["import", "--live", "live.json"]),
    ] {
        let text = world.read(file);
        world.write(file, &text.replacen(member, &format!("{member}: null, {member}"), 1));
        let ran = world.run(command).exits(3);
        assert!(ran.stderr.contains("twice"), "{}{}", ran.stdout, ran.stderr);
        world.write(file, &text);
    }
    assert_eq!(world.writes(), []);
}

#[test]
fn promise_6_a_short_list_of_users_is_not_read() {
    let world = three_changes();
    world.write(
        "profiles/emea/collaborator.yaml",
        "profile: Collaborator\nsettings:\n  callsAccess: {permissionLevel: own, teamLeadIds: [a@b.example]}\n",
    );
    let user = json!({"id": "1", "emailAddress": "a@b.example"});
    let records = json!({"totalRecords": 3, "currentPageSize": 1, "currentPageNumber": 0});
    answer(&world, "GET", "/v2/users", reply(200, json!({"records": records, "users": [user]})));
    let ran = world.run(&["plan"]).exits(4);
    says(&ran, "1 of 3 users and no further page");
    let _ = world.run(&["apply", "--auto-approve"]).exits(4);
    assert_eq!(world.writes(), []);
}

#[test]
fn promise_6_drift_import_and_snapshot_do_not_take_a_refusal_for_emptiness() {
    let world = three_changes();
    answer(&world, "GET", PROFILES, refusal(403));
    let ran = world.run(&["drift"]).exits(4);
    assert!(!ran.stdout.contains("missing Collaborator"), "{}", ran.stdout);
    let _ = world.run(&["import"]).exits(4);
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(4);
    assert!(!world.folder().join("live.json").exists());
}

#[test]
fn promise_6_one_vendor_down_is_said_first_and_the_other_is_reported_and_applied() {
    let world = three_changes();
    let config = super::BY_ID.replace("      amer: {id: \"861402275930418857\"}\n", "");
    // Nothing listens on port 1 of this machine.
    world.write("permctl.yaml", &format!(
        "{config}  down:\n    provider: gong\n    endpoint: http://127.0.0.1:1\n    credentials: {{token: \"${{env:KEY}}\"}}\n    workspaces:\n      apac: {{id: \"1\"}}\n"
    ));
    let ran = world.run(&["plan"]).exits(4);
    assert!(ran.stdout.starts_with("NOT READ: down, workspace \"apac\""), "{}", ran.stdout);
    says(&ran, "Plan: 0 to create, 3 to update");
    let ran = world.run(&["drift"]).exits(4);
    assert!(ran.stdout.starts_with("NOT READ: down, workspace \"apac\""), "{}", ran.stdout);
    says(&ran, "Drift: 3 changed");
    let _ = world.run(&["apply", "--auto-approve"]).exits(7);
    assert_eq!(world.writes().len(), 3);
}

#[test]
fn promise_6_nothing_is_applied_to_a_tenant_that_was_read_in_part() {
    let world = three_changes();
    world.sandbox().script(Box::new(|request: &Received| {
        let amer = request.parameter("workspaceId") == Some("861402275930418857");
        if amer { Fault::Reply(refusal(403)) } else { Fault::None }
    }));
    let ran = world.run(&["apply", "--auto-approve"]).exits(4);
    says(&ran, "skipped Deal Desk: another workspace of this tenant could not be read");
    assert_eq!(world.writes(), []);
}

#[test]
fn promise_6_a_read_that_fails_once_is_tried_again() {
    let world = three_changes();
    let mut left = 2;
    world.sandbox().script(Box::new(move |_: &Received| {
        left -= 1;
        match left {
            1 => Fault::Reply(refusal(503)),
            0 => Fault::LoseAnswer,
            _ => Fault::None,
        }
    }));
    let _ = world.run(&["plan", "emea", "--holders", "none"]).exits(0);
    assert_eq!(world.sandbox().exchanges().len(), 3);
}
