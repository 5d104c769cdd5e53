//! Answers and roles of Pulse that nobody should have to expect: what is not understood is never
//! taken for nothing.

use permctl_sandbox::{Fault, Received, Reply};
use serde_json::{Value as Json, json};

use super::{manager, permissions, world};
use crate::harness::World;

/// Lets the account answer its roles in this way.
fn answers(world: &World, roles: Json) {
    world.sandbox().script(Box::new(move |request: &Received| {
        if request.method == "GET" && request.path == "/roles" {
            let reply = Reply { status: 200, headers: Vec::new(), body: roles.clone() };
            return Fault::Reply(reply);
        }
        Fault::None
    }));
}

fn role(id: u32, name: &str, permissions: Json) -> Json {
    json!({"id": id, "role": name, "accountId": super::ACCOUNT, "users": [], "permissions": permissions})
}

#[test]
fn promise_6_permissions_that_are_no_names_are_not_read_as_none() {
    for held in [json!([{"permission": "readCRM"}]), json!([1]), json!(null), json!({})] {
        let world = world(&[]);
        world.write("profiles/acme/agent.yaml", "profile: agent\nsettings: {permissions: []}\n");
        answers(&world, json!([role(1, "agent", held)]));
        for command in ["plan", "drift"] {
            let ran = world.run(&[command]).exits(3);
            assert!(ran.stdout.contains("error[not-understood]"), "{}", ran.stdout);
            assert!(!ran.stdout.contains("No drift"), "{}", ran.stdout);
        }
        let _ = world.run(&["apply", "--auto-approve"]).exits(3);
        assert_eq!(world.writes(), []);
    }
}

#[test]
fn a_misspelled_revocation_is_a_finding_and_not_nothing_to_do() {
    let world = world(&[]);
    manager(&world, "{readSuport: false}");
    let ran = world.run(&["plan"]).exits(3);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("did you mean `readSupport`?"), "{said}");
    assert_eq!(world.writes(), []);
}

#[test]
fn one_of_two_roles_of_a_name_is_never_written_whatever_a_pin_says() {
    let world = world(&[]);
    world.write(
        "profiles/acme/agent.yaml",
        "profile: agent\nid: \"2\"\nsettings: {permissions: [readSupport]}\n",
    );
    answers(&world, json!([role(1, "agent", json!([])), role(2, "agent", json!([]))]));
    let ran = world.run(&["plan"]).exits(3);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("this vendor goes by names"), "{said}");
    let _ = world.run(&["apply", "--auto-approve"]).exits(3);
    assert_eq!(world.writes(), []);
}

#[test]
fn import_writes_no_file_that_the_next_command_would_refuse() {
    let world = world(&[]);
    answers(&world, json!([role(1, "..", json!([])), role(2, "agent", json!(["readSupport"]))]));
    let ran = world.run(&["import"]).exits(0);
    assert!(ran.stdout.contains("left out, since \"..\" can't be the name"), "{}", ran.stdout);
    let _ = world.run(&["plan", "--detailed-exitcode"]).exits(0);
}

#[test]
fn a_role_that_does_not_list_its_users_is_not_held_by_nobody() {
    let world = world(&[]);
    manager(&world, "{exportCRM: true}");
    let mut roles = vec![role(1, "Manager Two", json!(["readCRM"]))];
    roles[0].as_object_mut().expect("a role").shift_remove("users");
    answers(&world, json!(roles));
    let ran = world.run(&["plan", "--holders", "none"]).exits(0);
    assert!(!ran.stdout.contains("held by"), "{}", ran.stdout);
    assert_eq!(permissions(&world, "Manager Two"), permissions(&super::world(&[]), "Manager Two"));
}
