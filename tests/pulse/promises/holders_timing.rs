//! Memberships that somebody stops, or that the vendor slows down.

use std::process::Stdio;
use std::time::{Duration, Instant};

use permctl_sandbox::{Fault, Received, Reply, once};
use serde_json::{Value as Json, json};

use super::{agents, is_settled, roles, says, set_roles, world};

#[cfg(unix)]
#[test]
fn an_interrupted_apply_says_which_users_it_left() {
    let world = world(&[]);
    agents(&world, &["ada.lovelace", "barbara.liskov", "grace.hopper"]);
    world.sandbox().set_options(|options| options.latency = Duration::from_millis(700));
    let mut command = world.command(&["apply", "--auto-approve", "--format", "json"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let begun = Instant::now();
    while world.writes().is_empty() && begun.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let interrupt = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("there is a kill");
    assert!(interrupt.success());
    let ran = world.ran(child.wait_with_output().expect("it ends")).exits(7);
    let applied: Json = serde_json::from_str(&ran.stdout).expect("it reports as JSON");
    let users = applied["workspaces"][0]["memberships"].as_array().expect("a list");
    let statuses: Vec<&str> = users.iter().filter_map(|user| user["status"].as_str()).collect();
    let done = statuses.iter().filter(|status| **status == "done").count();
    assert_eq!(statuses.last(), Some(&"skipped"), "{statuses:?}");
    assert_eq!((done, statuses.len()), (world.writes().len(), 5), "{statuses:?}");
}

#[test]
fn promise_7_a_list_that_had_to_wait_is_made_anew_from_what_the_user_has_then() {
    let world = world(&[]);
    agents(&world, &["alan.turing", "edsger.dijkstra", "barbara.liskov"]);
    let mut writes = 0;
    // The request is held off for longer than a read may age. Meanwhile somebody gives the user
    // another role, which the next reading shows.
    world.sandbox().script(Box::new(move |request| {
        let written = request.method == "PATCH";
        writes += i32::from(written);
        if written && writes == 1 {
            let headers = vec![("retry-after".to_owned(), "6".to_owned())];
            return Fault::Reply(Reply { status: 429, headers, body: json!({"error": "Busy"}) });
        }
        if !written && writes == 1 {
            return Fault::Edit(Box::new(|vendor| {
                let mut state = vendor.save();
                set_roles(&mut state, "barbara.liskov", json!(["user", "admin"]));
                vendor.load(state).expect("a state");
            }));
        }
        Fault::None
    }));
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(roles(&world, "barbara.liskov"), json!(["admin", "agent", "user"]));
    is_settled(&world);
}

#[test]
fn promise_7_roles_with_users_are_written_also_when_the_account_is_read_again() {
    for path in ["/roles/A", "/roles/C"] {
        for method in ["POST", "PATCH"] {
            let world = world(&[]);
            for (name, user) in
                [("A", "alan.turing"), ("B", "barbara.liskov"), ("C", "grace.hopper")]
            {
                world.write(
                    &format!("profiles/acme/{name}.yaml"),
                    &format!(
                        "profile: {name}\nnew: true\nsettings: {{permissions: [readSupport]}}\nholders: [{user}@acme.example]\n"
                    ),
                );
            }
            let busy = Reply {
                status: 429,
                headers: vec![("retry-after".to_owned(), "0".to_owned())],
                body: json!({"error": "Busy", "status": 429}),
            };
            let hit = move |request: &Received| request.method == method && request.path == path;
            world.sandbox().script(once(hit, Fault::Reply(busy)));
            let ran = world.run(&["apply", "--auto-approve"]).exits(0);
            says(&ran, "Applied: 3 created, 0 updated, profiles of 3 users changed.");
            is_settled(&world);
        }
    }
}
