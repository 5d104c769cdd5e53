//! What is tried with any bytes: each reader ends, says the same twice, and what it takes can be used.

use std::io::Cursor;

use permctl::desired::{self, Files, ProfileFile};
use permctl::finding::SourceText;
use permctl::live::snapshot::OpenSnapshot;
use permctl::plan::file;

const CONFIG: &str = "\
version: 1
tenants:
  acme: {provider: gong, endpoint: sandbox, unlisted: deny, workspaces: {emea: {name: EMEA Sales}}}
lists: {leads: [ada.lovelace@acme.example, {value: grace.hopper@acme.example, until: 2026-12-31, reason: a}]}
";

/// Reads a text as a profile file and as a base, and as the configuration.
pub fn files(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let load = |config: &str, folder: &str| {
        let findings = desired::load(&Files {
            config: SourceText::new("permctl.yaml", config),
            profiles: vec![ProfileFile {
                folder: Some(folder.to_owned()),
                source: SourceText::new("profiles/a.yaml", text),
            }],
            rules: Vec::new(),
            allowed_hosts: Vec::new(),
            day: jiff::civil::date(2026, 11, 28),
        })
        .findings;
        format!("{findings:?}")
    };
    for folder in ["emea", "bases"] {
        assert_eq!(load(CONFIG, folder), load(CONFIG, folder));
    }
    let _ = load(text, "emea");
}

/// Reads bytes as a snapshot, and each workspace that it has.
pub fn snapshot(bytes: &[u8]) {
    let Ok(snapshot) = OpenSnapshot::open(Cursor::new(bytes.to_vec())) else { return };
    for workspace in ["emea", "amer"] {
        if let Ok(Some(found)) = snapshot.workspace(workspace) {
            let _ = found.live();
        }
    }
}

/// Reads a text as a saved plan; one that is taken can be written again.
pub fn plan(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(plan) = file::read(text) {
        assert_eq!(file::read(&file::write(&plan)), Ok(plan));
    }
}
