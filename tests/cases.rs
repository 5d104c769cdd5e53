//! Case folders: a user's files, what is live, and what the user then sees and the vendor gets.
//!
//! A folder below `tests/<vendor>/cases` is planned, applied and planned again, once under each of the
//! vendor's readings in `tests/<vendor>/facts.json`. It holds `profiles/`, `live.json`, if need be
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
use std::sync::LazyLock;

use libtest_mimic::{Arguments, Trial};
use permctl::provider::systems;
use permctl_sandbox::{Exchange, Received};
use serde::Deserialize;
use serde_json::{Map, Value as Json};

use case::run::{self, Case};
use case::whole;
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
mod harness {
    pub mod discreet;
    pub mod folder;
    pub mod world;
}
mod webex {
    pub mod cases;
    pub mod live;
}

/// What a vendor is told to do about what is open: names and values.
type Reading = &'static [(&'static str, &'static str)];

/// Returns what a write shows: its body, or of a whole document what it changes.
type Shown = fn(&[Exchange], &Received, &Map<String, Json>) -> Map<String, Json>;

/// How the data of a vendor is written in case folders.
#[derive(Clone, Copy)]
struct Form {
    /// Makes the simulator's state of a `live.json`.
    state: State,
    /// Writes a state in the form of a `live.json`.
    compact: fn(&Json) -> String,
    /// Shows a write.
    shown: Shown,
}

/// How the cases of a vendor are run and shown.
struct Cases {
    /// The provider.
    provider: &'static str,
    /// The readings that each case runs under, the first of them without any choice.
    readings: Vec<Reading>,
    /// How they are written.
    form: Form,
}

/// What `facts.json` says of cases.
#[derive(Deserialize)]
struct Facts {
    /// Choices that make no difference to a case, each run once.
    #[serde(default)]
    readings: Vec<Map<String, Json>>,
}

/// Every vendor; the data of some is long, and written in a form of its own.
static VENDORS: LazyLock<Vec<Cases>> = LazyLock::new(|| {
    let cases = systems().map(|system| {
        let provider = system.provider.id();
        let form = match provider {
            "gong" => gong::cases::FORM,
            "webex" => webex::cases::FORM,
            _ => whole::FORM,
        };
        Cases { provider, readings: readings(provider), form }
    });
    cases.collect()
});

/// Returns the readings that a provider's cases run under.
fn readings(provider: &str) -> Vec<Reading> {
    let path = folder_of(provider).join("facts.json");
    let text = std::fs::read_to_string(&path);
    let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let facts: Facts =
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let reading = |choices: Map<String, Json>| -> Reading {
        let choice = |(name, value): (String, Json)| -> (&'static str, &'static str) {
            let value = value.as_str().expect("a reading is a text").to_owned();
            (name.leak(), value.leak())
        };
        choices.into_iter().map(choice).collect::<Vec<_>>().leak()
    };
    let mut readings: Vec<Reading> = vec![&[]];
    readings.extend(facts.readings.into_iter().map(reading));
    readings
}

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = VENDORS.iter().flat_map(trials_of).collect();
    trials.push(trial("every_case_is_of_a_vendor", every_case_is_of_a_vendor));
    let first = &VENDORS[0];
    let nothing_to_do = Folder::of(first.provider, "cases", "nothing-to-do");
    let nothing_to_do = Case { folder: nothing_to_do, of: first };
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
    let mut run = BTreeSet::new();
    for of in &*VENDORS {
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
