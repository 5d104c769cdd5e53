//! The gallery of mistakes: a small file each, as people really write them, and the exact message.
//!
//! `gallery/KIND.NAME.yaml` is the file; KIND says what it is: `config` is permctl.yaml, `base` lies in `profiles/bases/`, `rule` in `rules/`, the others
//! are profiles of a vendor (`profile` of Gong). `UPDATE_CASES=1` writes the messages. See tests/README.md.
#![expect(clippy::disallowed_methods, reason = "tests read and write files and the environment")]

use std::path::Path;
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};

const CONFIG: &str = "\
version: 1
tenants:
  acme: {provider: gong, endpoint: sandbox, workspaces: {emea: {name: EMEA Sales}, amer: {name: AMER Sales}}}
  center: {provider: webex, endpoint: sandbox, workspaces: {contact: {id: 6f0d4a52-3c1e-4b7a-9d58-81c2e7a94f10}}}
  desk: {provider: pulse, endpoint: sandbox, workspaces: {crm: {id: \"4731740365629714\"}}}
";

/// A file without mistakes for each workspace, so that only the mistake is said.
const OTHERS: [(&str, &str); 3] = [
    ("amer/other.yaml", "profile: Other\nsettings: {}\n"),
    ("contact/other.yaml", "profile: Other\nsettings: {}\n"),
    ("crm/other.yaml", "profile: Other\nsettings: {}\n"),
];

/// Checks a file and compares what is said.
fn look(path: &Path) -> Result<(), Failed> {
    let name = path.file_name().and_then(|name| name.to_str()).ok_or("a name")?;
    let (kind, _) = name.split_once('.').ok_or("a kind")?;
    let folder = tempfile::tempdir()?;
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file lies in a folder"))?;
        std::fs::write(path, text)
    };
    let text = std::fs::read_to_string(path)?;
    write("permctl.yaml", CONFIG)?;
    for (other, text) in OTHERS {
        write(&format!("profiles/{other}"), text)?;
    }
    write("profiles/emea/other.yaml", "profile: Other\nsettings: {}\n")?;
    match kind {
        "config" => {
            for (other, _) in &OTHERS[1..] {
                std::fs::remove_file(folder.path().join("profiles").join(other))?;
            }
            write("permctl.yaml", &text)?;
        }
        "rule" => {
            let other = "profile: Other\nunlisted: deny\nsettings: {deleteCalls: true}\n";
            write("profiles/emea/other.yaml", other)?;
            write("rules/mistake.yaml", &text)?;
        }
        "base" => write("profiles/bases/mistake.yaml", &text)?,
        "profile" => write("profiles/emea/mistake.yaml", &text)?,
        "webex" => write("profiles/contact/mistake.yaml", &text)?,
        "pulse" => write("profiles/crm/mistake.yaml", &text)?,
        kind => return Err(format!("no such kind: {kind}").into()),
    }
    let ran = Command::new(env!("CARGO_BIN_EXE_permctl"))
        .arg("validate")
        .current_dir(folder.path())
        .env_clear()
        .env("PERMCTL_TEST_DAY", "2026-11-28")
        .output()?;
    let said = String::from_utf8(ran.stdout)?;
    let snapshot = path.with_extension("txt");
    if std::env::var_os("UPDATE_CASES").is_some() {
        std::fs::write(&snapshot, &said)?;
        return Ok(());
    }
    let there = std::fs::read_to_string(&snapshot).unwrap_or_default();
    match there == said {
        true => Ok(()),
        false => Err(format!("{} says otherwise:\n{said}", snapshot.display()).into()),
    }
}

fn main() {
    let arguments = Arguments::from_args();
    let gallery = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gallery");
    let entries = std::fs::read_dir(gallery).expect("it can be listed");
    let paths = entries.map(|entry| entry.expect("it can be listed").path());
    let mut trials: Vec<Trial> = paths
        .filter(|path| path.extension().is_some_and(|it| it == "yaml"))
        .map(|path| {
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            Trial::test(name, move || look(&path))
        })
        .collect();
    trials.sort_by(|a, b| a.name().cmp(b.name()));
    assert!(trials.len() >= 100, "{} mistakes", trials.len());
    libtest_mimic::run(&arguments, trials).exit();
}
