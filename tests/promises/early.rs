//! The first questions leave while the profile files are parsed; what is wrong in the files still ends the run.

use serde_json::Value as Json;

use super::{BY_ID, answer, methods, refusal, three_changes};
use crate::harness::World;

/// Adds files of one profile each, more than are parsed until the first answer comes.
fn many_files(world: &World) {
    for number in 0..400 {
        let path = format!("profiles/amer/more-{number}.yaml");
        world.write(&path, &format!("profile: More {number}\nsettings: {{deals: true}}\n"));
    }
}

#[test]
fn questions_leave_before_the_last_file_is_parsed_and_a_mistake_ends_the_run() {
    let world = three_changes();
    many_files(&world);
    world.write("profiles/emea/wrong.yaml", "profile: Wrong\nsettings: {deals: maybe}\n");
    for command in [&["plan"][..], &["drift"], &["snapshot", "--out", "live.json"], &["import"]] {
        world.sandbox().clear_exchanges();
        let ran = world.run(command).exits(3);
        assert!(ran.stderr.contains("`deals` must be `true` or `false`"), "{}", ran.stderr);
        assert!(!world.sandbox().exchanges().is_empty(), "{command:?} waited for the files");
    }
    // What may write asks nothing before all files are right.
    world.sandbox().clear_exchanges();
    let _ = world.run(&["apply", "--auto-approve"]).exits(3);
    assert_eq!(world.sandbox().exchanges(), []);
}

#[test]
fn no_question_is_asked_twice() {
    let world = three_changes();
    many_files(&world);
    for by_name in [false, true] {
        if by_name {
            let config = BY_ID.replace("id: \"7273476131570014205\"", "name: EMEA Sales");
            world.write("permctl.yaml", &config);
        }
        world.sandbox().clear_exchanges();
        let ran = world.run(&["plan", "--holders", "none", "--format", "json"]).exits(0);
        let exchanges = world.sandbox().exchanges();
        let asked = exchanges.iter().map(|it| (&it.request.path, &it.request.query));
        let mut asked: Vec<_> = asked.collect();
        asked.sort();
        let questions = asked.len();
        asked.dedup();
        assert_eq!(asked.len(), questions, "{asked:?}");
        let plan: Json = serde_json::from_str(&ran.stdout).expect("a plan as JSON");
        assert_eq!(plan["cost"][0]["read"], questions, "the plan says what reading took");
    }
}

#[test]
fn a_mistake_in_a_file_is_told_before_credentials_that_are_missing() {
    let world = three_changes();
    world.write("profiles/emea/wrong.yaml", "profile: Wrong\nsettings: {deals: maybe}\n");
    let ran = world.run_with(&["plan"], &[("KEY", ""), ("SECRET", "")]).exits(3);
    assert!(
        ran.stderr.contains("`deals` must be") && !ran.stderr.contains("KEY"),
        "{}",
        ran.stderr
    );
    world.remove("profiles/emea/wrong.yaml");
    let ran = world.run_with(&["plan"], &[("KEY", ""), ("SECRET", "")]).exits(3);
    assert!(ran.stderr.contains("KEY"), "{}", ran.stderr);
    assert_eq!(world.sandbox().exchanges(), []);
}

#[test]
fn nothing_is_asked_where_something_is_wrong_already() {
    let world = three_changes();
    many_files(&world);
    let nowhere =
        "exceptions: [{rule: lockOut, workspace: nowhere, reason: r, until: 2099-01-01}]\n";
    for config in [BY_ID.replace("version: 1", "version: 2"), format!("{BY_ID}{nowhere}")] {
        world.write("permctl.yaml", &config);
        let _ = world.run(&["plan"]).exits(3);
    }
    world.write("permctl.yaml", BY_ID);
    let _ = world.run(&["plan", "emea", "emae"]).exits(64);
    let _ = world.run_with(&["plan"], &[("KEY", ""), ("SECRET", "")]).exits(3);
    assert_eq!(world.sandbox().exchanges(), []);
}

#[test]
fn a_list_that_is_refused_ends_the_tenant_without_a_further_question() {
    let world = three_changes();
    many_files(&world);
    let config = BY_ID.replace("id: \"7273476131570014205\"", "name: EMEA Sales");
    world.write("permctl.yaml", &config);
    answer(&world, "GET", "/v2/workspaces", refusal(401));
    let _ = world.run(&["plan", "--holders", "none"]).exits(4);
    assert_eq!(methods(&world.sandbox().exchanges()), ["GET /v2/workspaces"]);
}
