//! The example of a pull request goes the whole way, and its jobs call what is there.

use std::path::PathBuf;
use std::process::Command;

use super::root;

fn example() -> PathBuf {
    root().join("examples/pull-request")
}

/// Takes day and time of each snapshot out of a report.
fn without_times(report: &str) -> String {
    let mut parts = report.split("a snapshot of `");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + "a snapshot of" + &part["2027-03-31 07:05`".len()..])
}

/// The way of a change: snapshot, plan of a branch, approval by digest, apply after the merge, hand
/// edit, drift, import; the scripts say with which exit code each of them ends.
#[test]
fn the_rehearsal_of_a_pull_request_goes_as_the_example_says() {
    let program = PathBuf::from(env!("CARGO_BIN_EXE_permctl"));
    let folder = program.parent().expect("a program lies in a folder").display();
    let ran = Command::new(example().join("rehearse"))
        .env_clear()
        .env("PATH", format!("{folder}:/usr/local/bin:/usr/bin:/bin"))
        .output()
        .expect("sh is there");
    let said = String::from_utf8(ran.stderr).expect("it writes UTF-8");
    assert!(ran.status.success(), "{said}");
    let printed = String::from_utf8(ran.stdout).expect("it writes UTF-8");
    let readme = std::fs::read_to_string(example().join("README.md")).expect("it is there");
    let shown = readme.split("$ ./rehearse\n").nth(1).expect("the example shows it");
    let shown = shown.split("\n~~~").next().unwrap_or_default();
    // When its snapshots are taken is another minute each time.
    assert_eq!(without_times(printed.trim()), without_times(shown.trim()));
}

#[test]
fn the_jobs_for_github_and_gitlab_call_scripts_that_are_there() {
    let repository = example().join("repository");
    for (jobs, calls) in [(".github/workflows/permissions.yaml", 4), (".gitlab-ci.yml", 4)] {
        let text = std::fs::read_to_string(repository.join(jobs)).expect("it is there");
        let words: Vec<&str> =
            text.split(|it: char| it.is_whitespace() || "[]{}".contains(it)).collect();
        let scripts: Vec<PathBuf> = words
            .iter()
            .filter_map(|word| {
                word.trim_start_matches("../").trim_start_matches("base/").strip_prefix("ci/")
            })
            .map(|script| repository.join("ci").join(script))
            .collect();
        assert_eq!(scripts.len(), calls, "{scripts:?}");
        assert!(scripts.iter().all(|script| script.is_file()), "{scripts:?}");
    }
}

/// A key in a job that a pull request can change is everybody's.
#[test]
fn the_jobs_of_a_pull_request_hold_no_credential() {
    let repository = example().join("repository");
    let github = std::fs::read_to_string(repository.join(".github/workflows/permissions.yaml"))
        .expect("it is there");
    let (plan, others) = github
        .split_once("\n  plan:\n")
        .and_then(|(_, jobs)| jobs.split_once("\n  apply:\n"))
        .expect("the jobs are plan, apply and others");
    assert!(!plan.contains("secrets.") && !plan.contains("environment:"), "{plan}");
    assert_eq!(others.matches("environment: permissions").count(), 3, "{others}");
}
