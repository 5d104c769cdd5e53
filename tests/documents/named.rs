//! The tests and cases that pages name are there.

use permctl::provider::SYSTEMS;

use super::root;

#[test]
fn every_reading_of_every_vendor_has_its_outcome_and_a_test_that_is_there() {
    let page = std::fs::read_to_string(root().join("docs/providers.md")).expect("it is there");
    for system in SYSTEMS {
        let heading = format!("## `{}`:", system.provider.id());
        let (_, section) = page.split_once(&heading).expect("every provider has a section");
        let section = section.split("\n## ").next().unwrap_or_default();
        for reading in (system.sandbox)().readings().table() {
            let row = section.lines().find(|line| {
                line.split('|')
                    .nth(1)
                    .is_some_and(|cell| cell.contains(&format!("`{}`", reading.name)))
            });
            let row = row.unwrap_or_else(|| panic!("{heading} has no row for `{}`", reading.name));
            assert_eq!(row.matches(" | ").count(), 3, "{row}");
        }
    }
    assert!(tests_are_there(&page) > 40);
    assert!(folders_are_there(&page) > 10);
}

#[test]
fn every_test_that_the_threat_model_names_is_there() {
    let page = std::fs::read_to_string(root().join("docs/threat-model.md")).expect("it is there");
    assert!(tests_are_there(&page) > 50);
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| attempt"));
    for row in rows.filter(|row| row.matches(" | ").count() == 2 && !row.contains("trusted with")) {
        let shown = row.rsplit(" | ").next().unwrap_or_default();
        let about_people = page.find(row) < page.find("## Through a pull request");
        assert!(about_people || shown.contains('`'), "nothing shows {row}");
    }
    let cases = page.split("cases `").skip(1).flat_map(|rest| {
        let cell = rest.split(" |").next().unwrap_or_default();
        cell.split('`').step_by(2).collect::<Vec<_>>()
    });
    for case in cases.filter(|case| !case.is_empty()) {
        let folder = root().join("tests/gong/findings").join(case);
        assert!(folder.is_dir(), "there is no case {case}");
    }
}

#[test]
fn every_fault_that_was_found_has_tests_that_are_there() {
    let page = std::fs::read_to_string(root().join("tests/faults.md")).expect("it is there");
    assert!(page.lines().filter(|line| line.starts_with("| ")).count() > 120);
    for row in page.lines().filter(|line| line.starts_with("| ") && !line.contains("| held by |")) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [fault, holds, held_by] = cells[..] else { panic!("not three cells: {row}") };
        if held_by == "open" {
            continue;
        }
        assert!(!holds.is_empty(), "{fault}: nothing says what holds");
        let folders = quoted(held_by).filter(|name| name.contains('/')).count();
        assert!(tests_are_there(held_by) + folders > 0, "{fault}: no test is named: {held_by}");
    }
    folders_are_there(&page);
}

/// Checks that every case folder that a page names is there, and returns how many it names.
#[track_caller]
fn folders_are_there(page: &str) -> usize {
    let named = |name: &&str| name.contains("/cases/") || name.contains("/findings/");
    let folders: Vec<&str> = quoted(page).filter(named).collect();
    for folder in &folders {
        assert!(root().join("tests").join(folder).is_dir(), "there is no case {folder}");
    }
    folders.len()
}

/// Checks that every test that a page names is there, and returns how many it names.
#[track_caller]
fn tests_are_there(page: &str) -> usize {
    let mut sources = String::new();
    gather(&root().join("tests"), &mut sources);
    gather(&root().join("src"), &mut sources);
    gather(&root().join("sandbox/src"), &mut sources);
    let names: Vec<&str> = quoted(page)
        .filter(|name| name.matches('_').count() > 2 && name.to_lowercase() == **name)
        .collect();
    for name in &names {
        assert!(sources.contains(&format!("fn {name}(")), "there is no test {name}");
    }
    names.len()
}

/// Returns what stands between backticks.
fn quoted(page: &str) -> impl Iterator<Item = &str> {
    page.split('`').skip(1).step_by(2)
}

/// Joins the texts of all Rust files below a folder.
fn gather(folder: &std::path::Path, text: &mut String) {
    for entry in std::fs::read_dir(folder).expect("it is a folder") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            gather(&path, text);
        } else if path.extension().is_some_and(|it| it == "rs") {
            text.push_str(&std::fs::read_to_string(path).expect("it is text"));
        }
    }
}

#[test]
fn the_annotated_example_of_a_promise_is_the_test_itself() {
    let page = std::fs::read_to_string(root().join("tests/README.md")).expect("it is there");
    let (_, example) = page.split_once("```rust\n").expect("the page has an example");
    let (example, _) = example.split_once("```").expect("the example ends");
    let lines = example.lines().filter(|line| !line.trim_start().starts_with("//"));
    let code: String = lines.map(|line| format!("{line}\n")).collect();
    let source = root().join("tests/promises/fresh.rs");
    let source = std::fs::read_to_string(source).expect("it is there");
    assert!(source.contains(&code), "the test differs from\n{code}");
}
