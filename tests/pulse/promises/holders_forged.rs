//! Promise 3 for made-up plans of who gets what, whose digest fits.

use std::collections::{BTreeMap, BTreeSet};

use permctl::model::{Action, Change};
use permctl::plan::file;

use super::{agents, says, world, writes};

/// Edits what a saved plan would do for its first user, and expects that nothing is sent.
#[track_caller]
fn refuses(edit: impl FnOnce(&mut Change), words: &str) {
    let world = world(&[]);
    agents(&world, &["alan.turing", "barbara.liskov"]);
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let mut plan = file::read(&world.read("plan.json")).expect("it was just saved");
    let users = &mut plan.workspaces[0].users;
    let gets = users.iter_mut().find(|it| it.change.gained().next().is_some());
    edit(&mut gets.expect("a user gets a role").change);
    plan.digest = file::digest(&plan);
    world.write("plan.json", &file::write(&plan));
    world.sandbox().clear_exchanges();
    let ran = world.run(&["apply", "plan.json"]).exits(3);
    assert!(ran.stderr.contains(words), "no {words:?} in\n{}", ran.stderr);
    assert_eq!(world.sandbox().exchanges(), []);
}

/// Makes up the profiles that a user will have.
fn will_have(change: &mut Change, profiles: BTreeSet<String>) {
    let Change { name, action, transitions, .. } = change.clone();
    let Action::Assign { grants } = action else { unreachable!("it is of a user") };
    let origins = transitions[0].origins.clone();
    *change = Change::of_user(name, change.had().clone(), profiles, grants, origins);
}

#[test]
fn promise_3_a_made_up_membership_that_permctl_would_never_write_is_refused() {
    refuses(|it| it.name.clear(), "to a user without a name");
    refuses(
        |it| it.name = "Edsger.Dijkstra@acme.example".to_owned(),
        "Edsger.Dijkstra@acme.example twice",
    );
    refuses(|it| will_have(it, it.had().clone()), "it changes no profile of barbara.liskov");
    refuses(
        |it| it.action = Action::Assign { grants: BTreeMap::new() },
        "it does not say what barbara.liskov@acme.example would get",
    );
    refuses(
        |it| will_have(it, BTreeSet::from(["admin".to_owned()])),
        "it does not say what barbara.liskov@acme.example would get",
    );
}

#[test]
fn who_only_loses_a_role_is_nobody_who_gets_more() {
    let world = world(&[]);
    let config = world.read("permctl.yaml");
    world.write("permctl.yaml", &format!("{config}guards: {{maxBroadened: {{holders: 0}}}}\n"));
    agents(&world, &["alan.turing"]);
    says(&world.run(&["plan"]).exits(0), "- loses agent");
    agents(&world, &["alan.turing", "edsger.dijkstra", "grace.hopper"]);
    says(&world.run(&["plan"]).exits(6), "1 people would or may get more access; 0 may");
    assert_eq!(writes(&world), Vec::<String>::new());
}

#[test]
fn guards_count_who_gets_what_and_not_who_is_said_to_ask_for_it() {
    let world = world(&[]);
    let config = world.read("permctl.yaml");
    world
        .write("permctl.yaml", &format!("{config}guards: {{protected: [agent], maxChanged: 0}}\n"));
    agents(&world, &["alan.turing", "edsger.dijkstra", "grace.hopper"]);
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(6);
    let mut plan = file::read(&world.read("plan.json")).expect("it was just saved");
    let users = plan.workspaces.iter_mut().flat_map(|it| &mut it.users);
    users.for_each(|it| it.change.transitions[0].origins.clear());
    world.write("plan.json", &file::write(&plan));
    let ran = world.run(&["apply", "plan.json"]).exits(6);
    assert!(ran.stderr.contains("refused by maxChanged, protected"), "{}", ran.stderr);
    assert_eq!(writes(&world), Vec::<String>::new());
}
