//! Case folders: a user's files, what is live, and what the user then sees and the vendor gets.
//!
//! A folder below `tests/<vendor>/cases` is planned, applied and planned again, once under each of the
//! vendor's readings in `tests/<vendor>/cases.rs`. It holds `profiles/`, `live.json`, if need be
//! `permctl.yaml` (otherwise the one beside the case folders holds) and `exit.txt` (of apply, otherwise
//! 0), and what is expected: `plan.txt`, `stderr.txt` of the plan, `requests.txt`, `end.json`, and
//! `end.<reading>.json` where a vendor of another reading ends up with other values that mean
//! nothing. A folder below `findings` is validated, or planned when it has a `live.json`; it expects
//! `stdout.txt`, `stderr.txt` and exit code 3 or that of `exit.txt`, and nothing written. With an
//! `apply.exit.txt` it is then applied. An expected file that would be empty is left out.
//!
//! The folders are found by walking. Each is a test of its own under each reading, named by its path:
//! `cargo test --test cases webex::cases::rename`. `UPDATE_CASES=1 cargo test --test cases` writes the
//! expected files, except exit codes, instead of comparing them. Read what it wrote.
#![expect(clippy::disallowed_methods, reason = "tests read and write files and the environment")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use permctl::provider::SYSTEMS;
use permctl_sandbox::{Exchange, Received};
use serde_json::{Map, Value as Json};

use case::run::{self, Case};
use harness::folder::{Folder, State};
use harness::world::folder_of;

mod case {
    pub mod requests;
    pub mod run;
    pub mod whole;
}
mod gong {
    pub mod cases;
    pub mod live;
    pub mod members;
}
mod gong_openapi {
    pub mod cases;
}
mod harness {
    pub mod discreet;
    pub mod folder;
    pub mod world;
}
mod pulse {
    pub mod cases;
}
mod webex {
    pub mod cases;
    pub mod live;
}

/// What a vendor is told to do about what is open: names and values.
type Reading = &'static [(&'static str, &'static str)];

/// Returns what a write shows: its body, or of a whole document what it changes.
type Shown = fn(&[Exchange], &Received, &Map<String, Json>) -> Map<String, Json>;

/// How the cases of a vendor are run and shown.
struct Cases {
    /// The provider.
    provider: &'static str,
    /// The readings that each case runs under, the first of them without any choice.
    readings: &'static [Reading],
    /// Makes the simulator's state of a `live.json`.
    state: State,
    /// Writes a state in the form of a `live.json`.
    compact: fn(&Json) -> String,
    /// Shows a write.
    shown: Shown,
}

/// Every vendor.
static VENDORS: &[Cases] =
    &[gong::cases::CASES, gong_openapi::cases::CASES, webex::cases::CASES, pulse::cases::CASES];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = VENDORS.iter().flat_map(trials_of).collect();
    trials.push(trial("every_case_is_of_a_vendor", every_case_is_of_a_vendor));
    let nothing_to_do = Folder::of("gong", "cases", "nothing-to-do");
    let nothing_to_do = Case { folder: nothing_to_do, of: &gong::cases::CASES };
    trials.push(trial("the_second_plan_would_notice_a_change", move || {
        run::the_second_plan_would_notice_a_change(&nothing_to_do);
    }));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(name: impl Into<String>, run: impl FnOnce() + Send + 'static) -> Trial {
    Trial::test(name, move || {
        run();
        Ok(())
    })
}

/// Lists the tests of a vendor.
fn trials_of(of: &'static Cases) -> Vec<Trial> {
    let vendor = of.provider.replace('-', "_");
    let mut trials = Vec::new();
    for name in folders(of, "cases") {
        let case = Case { folder: Folder::of(of.provider, "cases", &name), of };
        let name = format!("{vendor}::cases::{name}");
        if run::updates() {
            // One after the other, since they write the same files.
            trials.push(trial(name, move || {
                run::reconcile(&case);
                of.readings[1..].iter().for_each(|reading| run::reconcile_under(&case, reading));
            }));
            continue;
        }
        for reading in &of.readings[1..] {
            let choices: Vec<String> =
                reading.iter().map(|(reading, value)| format!("{reading}={value}")).collect();
            let case = case.clone();
            trials.push(trial(format!("{name}::{}", choices.join(",")), move || {
                run::reconcile_under(&case, reading);
            }));
        }
        trials.push(trial(name, move || run::reconcile(&case)));
    }
    for name in folders(of, "findings") {
        let case = Case { folder: Folder::of(of.provider, "findings", &name), of };
        trials.push(trial(format!("{vendor}::findings::{name}"), move || run::refuse(&case)));
    }
    trials
}

/// Lists the case folders of one kind.
fn folders(of: &Cases, kind: &str) -> BTreeSet<String> {
    let below = list(&folder_of(of.provider).join(kind)).into_iter();
    let names = below.filter(|path| path.is_dir()).map(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.expect("case folders have plain names").to_owned()
    });
    names.collect()
}

fn list(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{} can't be listed: {error}", folder.display()));
    entries.map(|entry| entry.expect("an entry can be read").path()).collect()
}

/// Every provider has cases of both kinds, and no case lies where it is not run.
fn every_case_is_of_a_vendor() {
    let providers: BTreeSet<&str> = SYSTEMS.iter().map(|system| system.provider.id()).collect();
    let listed: BTreeSet<&str> = VENDORS.iter().map(|of| of.provider).collect();
    assert_eq!(listed, providers, "the list in tests/cases.rs and the registry differ");
    let mut run = BTreeSet::new();
    for of in VENDORS {
        for kind in ["cases", "findings"] {
            let names = folders(of, kind);
            assert!(!names.is_empty(), "{} has no {kind}", of.provider);
            run.extend(names.iter().map(|name| folder_of(of.provider).join(kind).join(name)));
        }
    }
    let mut found = BTreeSet::new();
    gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"), &mut found);
    assert_eq!(found, run, "left are the folders that look like cases, right those that are run");
}

/// Gathers the folders that look like cases, wherever they lie.
fn gather(folder: &Path, found: &mut BTreeSet<PathBuf>) {
    let looks = ["profiles", "live.json", "plan.txt", "stdout.txt"];
    if looks.iter().any(|name| folder.join(name).exists()) {
        found.insert(folder.to_owned());
        return;
    }
    list(folder).iter().filter(|path| path.is_dir()).for_each(|path| gather(path, found));
}
