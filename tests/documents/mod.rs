//! Documents that are made from the code are up to date, and the README tells the truth.
//!
//! `UPDATE_DOCS=1` writes the generated ones.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use permctl::model::Value;
use permctl::model::catalogue::{Access, Catalogue, EntryNames, Kind, Owner, Row};
use permctl::plan::Plan;
use permctl::provider::SYSTEMS;

use crate::harness::World;

mod ci;
mod keys;
mod layers;
mod named;
mod schemas;
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
    let schema = schemars::schema_for!(Plan);
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
    let Row {
        path,
        kind,
        access,
        floor,
        equal_to_floor,
        on_create,
        owner,
        immutable,
        references,
        ..
    } = row;
    let Row { inert_when, administers, help, .. } = row;
    let values = match (kind, references) {
        (Kind::Flag, _) => "`true`, `false`".to_owned(),
        (Kind::Level(levels), _) => {
            levels.iter().map(|level| format!("`{level}`")).collect::<Vec<_>>().join(", ")
        }
        (Kind::Text, _) => "text".to_owned(),
        (Kind::Set, Some(kind)) => format!("a list of {}s, each {}", kind.noun(), kind.expected()),
        (Kind::Set, None) => "a list".to_owned(),
    };
    let floor = match floor {
        None => "none".to_owned(),
        Some(Value::Flag(flag)) => format!("`{flag}`"),
        Some(Value::Level(level)) => format!("`{level}`"),
        Some(Value::Text(text)) => format!("`{text}`"),
        Some(Value::Set(_)) => "`[]`".to_owned(),
        Some(Value::Opaque(_)) => unreachable!("a floor is understood"),
    };
    let mut notes = vec![(*help).to_owned()];
    if !equal_to_floor.is_empty() {
        let equal: Vec<String> = equal_to_floor.iter().map(|level| format!("`{level}`")).collect();
        notes.push(format!(
            "{} grants as little and stays where no file names it.",
            equal.join(", ")
        ));
    }
    if *immutable {
        notes.push("Set once, when the profile is made.".to_owned());
    }
    if on_create.is_none() && *owner == Owner::Files {
        notes.push("A new profile has to state it.".to_owned());
    }
    if *access == Access::Restricts {
        notes.push("A broader value lets people do less.".to_owned());
    }
    if *administers {
        notes.push("Gives administration of the system itself.".to_owned());
    }
    if let Some((decider, level)) = inert_when {
        notes.push(format!("Means nothing while `{decider}` is `{level}`."));
    }
    let bundle = catalogue.bundles().iter().find(|bundle| bundle.members.contains(path));
    let map = catalogue.maps().iter().find(|map| map.path == *path);
    if let Some(bundle) = map.and_then(|map| map.bundle.as_ref()) {
        notes.push(format!("Part of `{bundle}`."));
    }
    if let Some(bundle) = bundle
        && (bundle.members.len() > 1
            || catalogue.maps().iter().any(|it| it.bundle.as_ref() == Some(&bundle.path)))
        && bundle.lead() == path
    {
        notes.push(format!("Decides `{}` together with its other members.", bundle.path));
    }
    let name = match owner {
        Owner::Profile if path == catalogue.name() => "`profile` (beside `settings`)".to_owned(),
        Owner::Profile => format!("`{path}` (beside `settings`)"),
        _ if map.is_some() => format!("`{path}.<name>`"),
        _ => format!("`{path}`"),
    };
    format!("| {name} | {values} | {floor} | {} |\n", notes.join(" "))
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
        let config = folder.join("permctl.yaml").to_string_lossy().into_owned();
        assert!(shows_what_comes(&readme, &[&config]) >= 3, "{}", folder.display());
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
