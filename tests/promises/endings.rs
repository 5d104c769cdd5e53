//! Every ending of every command in every format: findings, refusals, nothing to do, not read, errors.

use serde_json::{Value as Json, json};

use super::{BY_ID, EMEA, PROFILES, answer, refusal, says, three_changes};
use crate::harness::World;

/// A state of files and vendor, a command, and how it ends.
type Ending = (&'static str, fn(&World), &'static [&'static str], i32);

fn nothing(_: &World) {}

fn not_read(world: &World) {
    answer(world, "GET", PROFILES, refusal(403));
}

fn wrong_files(world: &World) {
    world.write("profiles/emea/deal-desk.yaml", "profile: Deal Desk\nsettings: {nothing: true}\n");
}

fn protected(world: &World) {
    world.write("permctl.yaml", &format!("{BY_ID}guards: {{protected: [Deal Desk]}}\n"));
}

fn protected_and_wrong(world: &World) {
    protected(world);
    world.write("profiles/amer/a.yaml", "profile: Colaborator\nsettings: {deals: true}\n");
}

fn applied(world: &World) {
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
}

const ENDINGS: [Ending; 25] = [
    ("validate", nothing, &["validate"], 0),
    ("validate, wrong", wrong_files, &["validate"], 3),
    ("plan", nothing, &["plan"], 0),
    ("plan, part", nothing, &["plan", "emea"], 0),
    ("plan, wrong", wrong_files, &["plan"], 3),
    ("plan, not read", not_read, &["plan"], 4),
    ("plan, refused", protected, &["plan"], 6),
    ("plan, no such address", nothing, &["plan", "nowhere"], 64),
    ("plan, nothing to do", applied, &["plan"], 0),
    ("drift", nothing, &["drift"], 2),
    ("drift, not read", not_read, &["drift"], 4),
    ("drift, none", applied, &["drift", "--fail-on", "changed"], 0),
    ("snapshot", nothing, &["snapshot", "--out", "s.json"], 0),
    ("snapshot, not read", not_read, &["snapshot", "--out", "s.json"], 4),
    ("import", nothing, &["import"], 0),
    ("import, not read", not_read, &["import"], 4),
    ("apply", nothing, &["apply", "--auto-approve"], 0),
    ("apply, nothing to do", applied, &["apply", "--auto-approve"], 0),
    ("apply, not read", not_read, &["apply", "--auto-approve"], 4),
    ("apply, refused", protected, &["apply", "--auto-approve"], 6),
    ("apply, refused and findings", protected_and_wrong, &["apply", "--auto-approve"], 3),
    ("apply, no terminal", nothing, &["apply"], 64),
    ("apply, no plan", nothing, &["apply", "nowhere.json"], 64),
    ("schema", nothing, &["schema", "--write"], 0),
    ("sandbox", nothing, &["sandbox", "--reset"], 0),
];

#[test]
fn every_ending_is_reported_in_every_format() {
    for (title, prepare, arguments, code) in ENDINGS {
        for format in ["json", "markdown"] {
            let world = three_changes();
            prepare(&world);
            let ran = world.run(&[arguments, &["--format", format]].concat()).exits(code);
            let told = ran.stdout.trim();
            assert!(!told.is_empty(), "{title} as {format} says nothing:\n{}", ran.stderr);
            if format == "json" {
                let json = serde_json::from_str::<Json>(told);
                assert!(json.is_ok_and(|json| json.is_object()), "{title}:\n{told}");
            }
        }
    }
}

#[test]
fn a_plan_comes_through_a_pipe_as_well_as_from_a_file() {
    let world = three_changes();
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let mut apply = world.command(&["apply", "/dev/stdin"]);
    let plan = std::fs::File::open(world.folder().join("plan.json")).expect("the plan is there");
    let mut cat = std::process::Command::new("cat");
    let mut cat = cat.stdin(plan).stdout(std::process::Stdio::piped()).spawn().expect("it starts");
    let _ = apply.stdin(cat.stdout.take().expect("it is a pipe"));
    let _ = world.ran(apply.output().expect("it runs")).exits(0);
    let _ = cat.wait();
    assert_eq!(world.writes().len(), 3);
}

#[test]
fn drift_says_for_how_many_people_live_is_broader_and_means_live_in_json() {
    let world = three_changes();
    world.edit(EMEA, "Deal Desk", "deleteCalls", json!(true));
    world.write(
        "profiles/emea/deal-desk.yaml",
        "profile: Deal Desk\nsettings: {deleteCalls: false}\n",
    );
    let ran = world.run(&["drift", "emea/Deal Desk"]).exits(2);
    says(&ran, "changed Deal Desk (broader live)");
    says(&ran, "held by 3 people");
    let ran = world.run(&["drift", "emea/Deal Desk", "--format", "json"]).exits(2);
    let drift: Json = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let changed = &drift["workspaces"][0]["changed"][0];
    assert_eq!(changed["direction"], "broadens");
    assert_eq!(changed["holders"]["count"], 3);
    let transitions = changed["transitions"].as_array().expect("it is a list");
    assert!(transitions.iter().any(|it| it["direction"] == "broadens"), "{transitions:?}");
}

#[test]
fn a_plan_from_a_snapshot_says_whose_holders_it_does_not_know() {
    let world = three_changes();
    let _ = world.run(&["snapshot", "--out", "s.json"]).exits(0);
    for arguments in
        [&["plan", "--live", "s.json"][..], &["plan", "--live", "s.json", "--holders", "all"]]
    {
        let ran = world.run(arguments).exits(0);
        says(
            &ran,
            "are not counted; a snapshot does not have them, a plan from the API counts them",
        );
    }
}

#[test]
fn a_plan_of_nothing_that_was_read_is_not_saved() {
    let world = three_changes();
    not_read(&world);
    let ran = world.run(&["plan", "--out", "plan.json"]).exits(4);
    assert!(ran.stderr.contains("not saved as plan.json: nothing could be read"), "{}", ran.stderr);
    assert!(!world.folder().join("plan.json").exists());
}

#[test]
fn what_is_not_watched_is_named() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write(
        "profiles/emea/deal-desk.yaml",
        "profile: Deal Desk\nunlisted: {value: keep, reason: not reviewed yet}\nsettings: {library: true}\n",
    );
    let ran = world.run(&["plan", "emea/Deal Desk", "--format", "json"]).exits(0);
    let plan: Json = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let of = &plan["workspaces"][0]["coverage"]["of"][0];
    assert_eq!(of["profile"], "Deal Desk");
    let named = of["some_on"][0].as_str().expect("a setting is named");
    let ran = world.run(&["plan", "emea/Deal Desk"]).exits(0);
    says(&ran, " settings of Deal Desk are not watched (unlisted: keep), ");
    says(&ran, named);
}

#[test]
fn a_reset_of_the_sandbox_is_one_of_all_vendors() {
    let world = World::fresh();
    world.write("permctl.yaml", &BY_ID.replace("ENDPOINT", "sandbox"));
    let state = world.folder().join(".permctl/sandbox");
    std::fs::create_dir_all(&state).expect("the folder can be written to");
    for vendor in ["gong", "pulse", "webex"] {
        std::fs::write(state.join(format!("{vendor}.json")), "{}").expect("it can be written");
    }
    let _ = world.run(&["sandbox", "--reset", "--provider", "pulse"]).exits(0);
    let left = || std::fs::read_dir(&state).expect("it is there").count();
    assert_eq!(left(), 2);
    let _ = world.run(&["sandbox", "--reset"]).exits(0);
    assert_eq!(left(), 0);
}

#[test]
fn the_directions_of_a_plan_add_up_to_its_changes() {
    let world = three_changes();
    world.write("profiles/emea/new.yaml", "profile: Brand new\nsettings: {scoreCalls: true}\n");
    world.write(
        "profiles/amer/a.yaml",
        "profile: Collaborator\ndescription: Looks on\nsettings: {}\n",
    );
    let ran = world.run(&["plan"]).exits(0);
    says(&ran, "Plan: 1 to create (1 broadens), 4 to update (1 broadens, 2 narrow, 1 neutral), ");
}
