//! `docs/findings.md`: each code with what it means, an example, and what to do. The examples are those of the gallery
//! and of the case folders.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use permctl::finding::{Code, Severity};

use super::{root, up_to_date};

/// The codes of which no small file is an example: they are about the machine, or about what is live. Their messages
/// say what to do.
const WITHOUT_EXAMPLE: [Code; 10] = [
    Code::FileUnreadable,
    Code::NotUnderstood,
    Code::SetAside,
    Code::RefusedAndLive,
    Code::DirectPermissions,
    Code::CannotUpdate,
    Code::HoldersUnreadable,
    Code::UnknownProtected,
    Code::CredentialMissing,
    Code::SchemaOutdated,
];

/// Lists the texts below a folder in which messages stand, in order.
fn texts(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("it can be listed");
    let mut paths: Vec<PathBuf> = entries.map(|it| it.expect("it can be listed").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            texts(&path, found);
        } else if path.extension().is_some_and(|it| it == "txt") {
            found.push(path);
        }
    }
}

/// Finds the shortest message of a code.
fn example<'t>(texts: &'t [String], code: Code, severity: &str) -> Option<&'t str> {
    let begin = format!("{severity}[{}]: ", code.text());
    let blocks = texts.iter().flat_map(|text| text.split("\n\n"));
    let messages = blocks.filter(|block| block.starts_with(&begin));
    messages.map(str::trim_end).min_by_key(|message| (message.len(), *message))
}

#[test]
fn the_reference_of_findings_is_up_to_date() {
    let mut found = Vec::new();
    texts(&root().join("tests"), &mut found);
    let read = |path: &PathBuf| std::fs::read_to_string(path).expect("it is a text");
    let texts: Vec<String> = found.iter().map(read).collect();
    let mut page = "# Findings\n\nMade by `UPDATE_DOCS=1 cargo test documents`. A finding begins with its code: `error[unknown-key]`. An \
        error in the files ends each\ncommand with 3; an error about what is live keeps its own profile from being planned. A \
        warning changes nothing,\nand `allow` silences one that is meant ([files.md](files.md#warnings-that-are-meant)).\n"
        .to_owned();
    for code in Code::ALL {
        let severity = match code.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(page, "\n## {}\n\n{}: {}\n", code.text(), severity, code.help().trim()).unwrap();
        match example(&texts, *code, severity) {
            Some(example) => write!(page, "\n```text\n{example}\n```\n").unwrap(),
            None => assert!(WITHOUT_EXAMPLE.contains(code), "{} has no example", code.text()),
        }
    }
    up_to_date("docs/findings.md", &page);
}
