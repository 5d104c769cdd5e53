//! The first questions leave while the profile files are parsed; what is wrong in the files still ends the run.

use super::{BY_ID, methods, three_changes};
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
        assert!(!ran.stdout.contains("Plan:"), "{}", ran.stdout);
        assert!(!world.sandbox().exchanges().is_empty(), "{command:?} waited for the files");
        assert_eq!(world.writes(), []);
    }
    // What may write asks nothing before all files are right.
    world.sandbox().clear_exchanges();
    let _ = world.run(&["apply", "--auto-approve"]).exits(3);
    assert_eq!(world.sandbox().exchanges(), []);
}

#[test]
fn a_question_is_asked_once_whether_it_left_early_or_not() {
    let world = three_changes();
    let asked = |command: &[&str]| {
        world.sandbox().clear_exchanges();
        let ran = world.run(command).exits(0);
        let mut asked = methods(&world.sandbox().exchanges());
        asked.sort();
        (asked, ran.stdout.lines().last().map(str::to_owned))
    };
    let before = asked(&["plan", "--holders", "none"]);
    many_files(&world);
    let _ = world.run(&["plan", "emea", "--holders", "none"]).exits(0);
    assert_eq!(before, asked(&["plan", "emea", "amer/Business Admin", "--holders", "none"]));
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
fn nothing_is_asked_where_the_configuration_is_wrong() {
    let world = three_changes();
    world.write("permctl.yaml", &BY_ID.replace("version: 1", "version: 2"));
    let _ = world.run(&["plan"]).exits(3);
    assert_eq!(world.sandbox().exchanges(), []);
}
