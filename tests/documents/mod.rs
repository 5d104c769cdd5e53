//! Documents that are made from the code are up to date, and the README tells the truth.
//!
//! `UPDATE_DOCS=1` writes the generated ones.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use permctl::model::catalogue::{Catalogue, EntryNames, Explained, Owner, Row};
use permctl::provider::SYSTEMS;
use permctl::report::review::ReviewedPlan;

use crate::harness::World;

mod ci;
mod findings;
mod keys;
mod layers;
mod named;
mod risk;
mod schemas;
mod sizes;
mod ten;
mod words;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Compares a generated document with the file in the tree, or writes it.
#[track_caller]
pub fn up_to_date(path: &str, text: &str) {
    let file: PathBuf = root().join(path);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&file, text).expect("the tree can be written to");
        return;
    }
    let there = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(there == text, "{path} is not what the code says; UPDATE_DOCS=1 cargo test documents");
}

#[test]
fn the_schema_of_plans_is_up_to_date() {
    let schema = schemars::schema_for!(ReviewedPlan<'_>);
    let mut text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text.push('\n');
    up_to_date("docs/plan.schema.json", &text);
}

#[test]
fn a_real_plan_fits_its_schema_and_a_broken_one_does_not() {
    let world = World::fresh();
    world.write("profiles/emea/deal-desk.yaml", "profile: Deal Desk\nunlisted: deny\n");
    world.write(
        "profiles/emea/new.yaml",
        "profile: Brand new\nsettings: {callsAccess: {permissionLevel: own}}\n",
    );
    let ran = world.run(&["plan", "--format", "json"]).exits(0);
    let mut plan: serde_json::Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
    let schema =
        std::fs::read_to_string(root().join("docs/plan.schema.json")).expect("it is there");
    let schema = serde_json::from_str(&schema).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let errors: Vec<String> = validator.iter_errors(&plan).map(|error| error.to_string()).collect();
    assert_eq!(errors, Vec::<String>::new());
    plan["workspaces"][1]["changes"][0]["transitions"][0]["after"] = serde_json::json!({"name": 7});
    assert!(!validator.is_valid(&plan));
}

#[test]
fn the_reference_of_settings_is_up_to_date() {
    let mut text = "# Settings\n\nMade from the catalogues by `UPDATE_DOCS=1 cargo test documents`. \
        Levels are given narrowest first.\n\"Narrowest\" is what `unlisted: deny` takes a setting to; \
        settings without one are left alone.\n"
        .to_owned();
    for system in SYSTEMS {
        let provider = system.provider;
        write!(text, "\n## {} (`provider: {}`)\n", provider.title(), provider.id()).unwrap();
        write!(text, "\n| setting | values | narrowest | what it means |\n|---|---|---|---|\n")
            .unwrap();
        let catalogue = provider.catalogue();
        let leaves = catalogue.rows().iter().filter(|row| !row.is_entry());
        for row in leaves.filter(|row| row.owner != Owner::Server) {
            text.push_str(&line(row, catalogue));
        }
        for map in catalogue.maps() {
            text.push_str(&line(catalogue.row(&map.path).expect("a map has a pattern"), catalogue));
        }
        for map in catalogue.maps() {
            let from = match map.names {
                EntryNames::Documented => "The vendor documents these; it may add others",
                EntryNames::Workspace => "Each workspace has its own; these were seen",
            };
            write!(
                text,
                "\nNames of `{}`. {from}.\n\n| name | what it means |\n|---|---|\n",
                map.path
            )
            .unwrap();
            for (name, help) in map.known {
                writeln!(text, "| `{name}` | {help} |").unwrap();
            }
        }
    }
    up_to_date("docs/settings.md", &text);
}

fn line(row: &Row, catalogue: &Catalogue) -> String {
    let Explained { setting, help, values, kind, narrowest, notes, .. } =
        Explained::of(row, catalogue);
    let quoted = |text: &String| format!("`{text}`");
    let name = match row.owner {
        Owner::Profile if row.path == *catalogue.name() => {
            "`profile` (beside `settings`)".to_owned()
        }
        Owner::Profile => format!("`{setting}` (beside `settings`)"),
        _ => format!("`{setting}`"),
    };
    let values = match kind {
        Some(kind) => kind,
        None => values.iter().map(quoted).collect::<Vec<_>>().join(", "),
    };
    let narrowest = narrowest.map_or_else(|| "none".to_owned(), |narrowest| quoted(&narrowest));
    let help = [vec![help], notes].concat().join(" ");
    format!("| {name} | {values} | {narrowest} | {help} |\n")
}

#[test]
fn the_readme_shows_what_the_commands_print() {
    let readme = std::fs::read_to_string(root().join("README.md")).expect("it is there");
    assert!(readme.lines().count() < 150, "the README is {} lines long", readme.lines().count());
    assert!(shows_what_comes(&readme, &["permctl.yaml", "profiles"]) >= 5);
}

#[test]
fn the_examples_show_what_the_commands_print() {
    let folders = std::fs::read_dir(root().join("examples")).expect("it is there");
    let mut count = 0;
    for folder in folders {
        let folder = folder.expect("it can be listed").path();
        if folder.join("rehearse").exists() {
            continue;
        }
        let readme = std::fs::read_to_string(folder.join("README.md")).expect("every one has one");
        let entries = std::fs::read_dir(&folder).expect("it can be listed");
        let entries = entries.map(|entry| entry.expect("it can be listed").path());
        let files: Vec<String> = entries.map(|path| path.to_string_lossy().into_owned()).collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        assert!(shows_what_comes(&readme, &files) >= 3, "{}", folder.display());
        count += 1;
    }
    assert!(count > 0, "there are no examples");
}

/// Runs every command that a document shows after `$ `, in order, on a copy of these files, and
/// compares what it prints. Returns how many there were.
#[track_caller]
fn shows_what_comes(document: &str, files: &[&str]) -> usize {
    let folder = tempfile::tempdir().expect("there is a folder for temporary files");
    for file in files {
        let copied = Command::new("cp")
            .arg("-r")
            .arg(root().join(file))
            .arg(folder.path())
            .status()
            .expect("cp is there");
        assert!(copied.success());
    }
    let mut shown = 0;
    for block in document.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap_or_default();
        for command in block.split("$ ").skip(1) {
            let (line, output) = command.split_once('\n').unwrap_or((command, ""));
            let Some(arguments) =
                line.strip_prefix("cargo run -- ").or_else(|| line.strip_prefix("permctl "))
            else {
                continue;
            };
            let ran = Command::new("sh")
                .arg("-c")
                .arg(format!("\"$PERMCTL\" {arguments}"))
                .env_clear()
                .env("PERMCTL", env!("CARGO_BIN_EXE_permctl"))
                .env("PATH", "/usr/local/bin:/usr/bin:/bin")
                .current_dir(folder.path())
                .output()
                .expect("sh is there");
            let printed = String::from_utf8_lossy(&ran.stdout);
            assert_fits(line, output, &printed);
            shown += 1;
        }
    }
    shown
}

/// A line `...` in the README stands for any lines.
#[track_caller]
fn assert_fits(command: &str, shown: &str, printed: &str) {
    let mut rest = printed.trim_end();
    for (at, part) in shown.trim_end().split("\n...\n").enumerate() {
        let part = part.trim_end();
        let found = rest.find(part).filter(|found| at > 0 || *found == 0);
        let found = found.unwrap_or_else(|| {
            panic!("`{command}` prints\n{printed}\nand the README shows\n{shown}")
        });
        rest = &rest[found + part.len()..];
    }
    assert_eq!(rest, "", "`{command}` prints more than the README shows");
}
