//! Running a case: what a user sees and the vendor gets is compared with what is expected.
#![expect(clippy::disallowed_methods, reason = "cases are files, and a variable rewrites them")]

use std::fs;
use std::path::Path;

use serde_json::Value as Json;
use similar::TextDiff;

use super::requests;
use crate::harness::folder::Folder;
use crate::harness::world::{Ran, World};
use crate::{Cases, Reading};

/// What a case writes where a secret would wrongly stand.
const SECRET: &str = "hunter2";

/// Tells whether the expected files are written instead of compared.
pub fn updates() -> bool {
    std::env::var_os("UPDATE_CASES").is_some_and(|value| value == "1")
}

/// One case.
#[derive(Clone)]
pub struct Case {
    /// Its files.
    pub folder: Folder,
    /// How those of its vendor are run.
    pub of: &'static Cases,
}

impl Case {
    fn exit_code(&self, file: &str) -> Option<i32> {
        let text = self.folder.given(file)?;
        Some(text.trim().parse().expect("an exit code is a number"))
    }

    fn world(&self, reading: Reading) -> World {
        self.folder.world(self.of.form.state, reading)
    }

    /// Compares an expected file, or writes it when asked to; without a text it must not be there.
    #[track_caller]
    fn expect(&self, file: &str, actual: &str) {
        let path = self.folder.path.join(file);
        if updates() {
            match actual {
                "" if path.exists() => fs::remove_file(&path).expect("an old file can go"),
                "" => {}
                _ => fs::write(&path, actual).expect("a case can be written"),
            }
            return;
        }
        let expected = self.folder.given(file).unwrap_or_default();
        assert!(
            expected == actual,
            "{} differs; - is expected, + is what came:\n{}",
            path.display(),
            TextDiff::from_lines(&expected, actual).unified_diff()
        );
    }

    /// Compares what a command said.
    #[track_caller]
    fn says(&self, world: &World, ran: &Ran, stdout: &str) {
        let plain = |text: &str| text.replace(world.sandbox().endpoint(), "ENDPOINT");
        self.expect(stdout, &plain(&ran.stdout));
        self.expect("stderr.txt", &plain(&ran.stderr));
    }

    /// Compares what the vendor got.
    #[track_caller]
    fn sent(&self, world: &World) {
        self.expect("requests.txt", &requests::text(world, self.of.form.shown));
    }
}

/// Checks that the program left the user's files alone.
fn assert_untouched(world: &World, case: &Path, below: &str) {
    for entry in fs::read_dir(world.folder().join(below)).expect("the user's folder is there") {
        let entry = entry.expect("an entry can be read");
        let path = format!("{below}{}", entry.file_name().to_str().expect("plain names"));
        // The lock and the journals are the program's own.
        if path == ".permctl" {
            continue;
        }
        if entry.path().is_dir() {
            assert_untouched(world, case, &format!("{path}/"));
        } else if path != "permctl.yaml" {
            let given = fs::read_to_string(case.join(&path));
            assert_eq!(given.ok(), Some(world.read(&path)), "{path} is not as it was");
        }
    }
}

/// Plans, applies and plans again under the first reading of the vendor.
pub fn reconcile(case: &Case) {
    let end = reconcile_with(case, case.of.readings[0]);
    case.expect("end.json", &end);
    costs_what_it_says(case);
}

/// Does it under another reading, where data may end with other values that mean nothing.
pub fn reconcile_under(case: &Case, reading: Reading) {
    let end = reconcile_with(case, reading);
    let values: Vec<&str> = reading.iter().map(|(_, value)| *value).collect();
    let file = format!("end.{}.json", values.join("-"));
    let first = case.folder.given("end.json").unwrap_or_default();
    case.expect(&file, if end == first { "" } else { &end });
}

/// Applies a saved plan, which shows the planned changes and takes the requests that it says.
fn costs_what_it_says(case: &Case) {
    let world = case.world(&[]);
    let plan = world.run(&["plan", "--out", "plan.json", "--format", "json"]).exits(0);
    let shown = world.run(&["show", "plan.json", "--format", "json"]);
    assert_eq!(shown.stdout, plan.stdout, "a plan's file has less than the plan");
    let plan: Json = serde_json::from_str(&plan.stdout).expect("it is JSON");
    world.sandbox().clear_exchanges();
    let applied = world.run(&["apply", "plan.json"]);
    let sent = world.sandbox().exchanges();
    let lines: Vec<String> =
        sent.iter().map(|it| format!("{} {}", it.request.method, it.request.path)).collect();
    let costs: u64 =
        plan["cost"].as_array().into_iter().flatten().filter_map(|it| it["apply"].as_u64()).sum();
    assert!(lines.len() as u64 <= costs, "{costs} predicted: {lines:#?}\n{}", applied.stdout);
}

/// Returns how the vendor's data ends.
fn reconcile_with(case: &Case, reading: Reading) -> String {
    let world = case.world(reading);
    let before = world.sandbox().state();
    let plan = world.run(&["plan"]).exits(0);
    case.says(&world, &plan, "plan.txt");
    assert_eq!(world.writes(), [], "the plan wrote");
    let _ = world
        .run(&["apply", "--auto-approve"])
        .exits(case.exit_code("exit.txt").unwrap_or_default());
    case.sent(&world);
    let after = world.sandbox().state();
    if world.writes().is_empty() {
        assert_eq!(before, after, "something changed without a write");
    }
    world.sandbox().clear_exchanges();
    let second = world.run(&["plan", "--detailed-exitcode"]).exits(0);
    assert!(second.stdout.contains("Nothing to do"), "{}", second.stdout);
    assert_eq!(world.writes(), [], "the second plan wrote");
    assert_untouched(&world, &case.folder.path, "");
    (case.of.form.compact)(&after)
}

/// A case that ends in an empty second plan would fail if that plan had something to do.
pub fn the_second_plan_would_notice_a_change(case: &Case) {
    let world = case.world(&[]);
    let _ = world.run(&["plan", "--detailed-exitcode"]).exits(0);
    world.edit("EMEA Sales", "Sales Rep", "deals", Json::Bool(false));
    let _ = world.run(&["plan", "--detailed-exitcode"]).exits(2);
}

/// Shows what is wrong, and writes nothing.
pub fn refuse(case: &Case) {
    let world = case.world(&[]);
    let in_files = case.folder.live().is_none();
    let ran = world.run(&[if in_files { "validate" } else { "plan" }]);
    let ran = ran.exits(case.exit_code("exit.txt").unwrap_or(3));
    case.says(&world, &ran, "stdout.txt");
    if in_files {
        let apply = world.run(&["apply", "--auto-approve"]).exits(ran.code);
        assert_eq!(world.sandbox().exchanges(), [], "files that are wrong reached the vendor");
        let said = format!("{}{}{}{}", ran.stdout, ran.stderr, apply.stdout, apply.stderr);
        assert!(!said.contains(SECRET), "a secret that stands in a file was shown");
        return;
    }
    assert_eq!(world.writes(), [], "the plan wrote");
    match case.exit_code("apply.exit.txt") {
        Some(code) => {
            let _ = world.run(&["apply", "--auto-approve"]).exits(code);
            case.sent(&world);
            case.expect("end.json", &(case.of.form.compact)(&world.sandbox().state()));
        }
        None => {
            let _ = world.run(&["apply", "--auto-approve"]).exits(ran.code);
            assert_eq!(world.writes(), [], "a refused profile was written");
        }
    }
}
