//! The example of ten workspaces: how much shorter it is than copies, and what one line of a base changes.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::root;

/// Runs the program in a folder.
fn run(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_permctl"));
    command.args(arguments).current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin");
    let ran = command.output().expect("the program starts");
    let said = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{arguments:?}: {said}");
    String::from_utf8(ran.stdout).expect("it is text")
}

/// Counts the files of a folder and their lines.
fn size(folder: &Path) -> (usize, usize) {
    let (mut files, mut lines) = (0, 0);
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("it can be listed") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files += 1;
                lines += std::fs::read_to_string(path).expect("a text").lines().count();
            }
        }
    }
    (files, lines)
}

#[test]
fn ten_workspaces_take_few_lines_and_a_line_of_a_base_changes_all() {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    let example = root().join("examples/ten-workspaces");
    let copied = Command::new("cp").arg("-r").arg(example).arg(folder.path()).status();
    assert!(copied.expect("cp is there").success());
    let here = &folder.path().join("ten-workspaces");
    let _ = run(here, &["apply", "--auto-approve"]);

    // What the files would be without groups and bases.
    let mine = size(&here.join("profiles"));
    let config = std::fs::read_to_string(here.join("permctl.yaml")).expect("it is there");
    let (alone, _) = config.split_once("groups:").expect("it has groups");
    std::fs::write(here.join("alone.yaml"), alone).expect("it can be written");
    std::fs::create_dir(here.join("copies")).expect("it can be made");
    let _ = run(here, &["import", "--config", "alone.yaml", "--profiles", "copies"]);
    let copies = size(&here.join("copies"));
    assert_eq!((mine.0, copies.0), (8, 200));
    assert!(mine.1 * 20 < copies.1, "{} lines, {} in copies", mine.1, copies.1);

    let base = here.join("profiles/bases/everyday.yaml");
    let text = std::fs::read_to_string(&base).expect("it is there");
    std::fs::write(&base, text.replace("library: true", "library: false")).expect("it is written");
    let plan = run(here, &["plan"]);
    assert!(plan.contains("Plan: 0 to create, 200 to update (200 narrow), 0 unchanged."), "{plan}");
    let line = "library  on -> off  # profiles/bases/everyday.yaml:6";
    assert_eq!(plan.matches(line).count(), 200);
}
