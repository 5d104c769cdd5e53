//! The rules of a company: a table of small cases by hand, laws over random profiles and people, and whole commands.

mod commands;
mod laws;
mod table;

use std::sync::Arc;

use jiff::civil::date;
use permctl::desired::{self, Desired, Files, ProfileFile};
use permctl::finding::SourceText;

/// A workspace of each vendor; two of Gong.
pub const CONFIG: &str = "\
version: 1
tenants:
  gong: {provider: gong, endpoint: sandbox, unlisted: deny, workspaces: {emea: {name: EMEA}, amer: {name: AMER}}}
  open: {provider: gong-openapi, endpoint: sandbox, unlisted: deny, workspaces: {revenue: {id: '1'}}}
  center: {provider: webex, endpoint: sandbox, unlisted: deny, workspaces: {contact: {id: 6f0d4a52-3c1e-4b7a-9d58-81c2e7a94f10}}}
  desk: {provider: pulse, endpoint: sandbox, unlisted: deny, workspaces: {crm: {id: '4731740365629714'}}}
";

/// What every rule has beside what it asks for.
pub const TERMS: &str = "\nowner: it\nreason: it is agreed\n";

/// Loads rules and profiles; each profile file is named by its workspace.
pub fn load(rules: &str, profiles: &[(&str, String)]) -> Desired {
    let file = |(at, (workspace, text)): (usize, &(&str, String))| ProfileFile {
        folder: Some((*workspace).to_owned()),
        source: SourceText::new(format!("profiles/{workspace}/{at}.yaml"), text.as_str()),
    };
    desired::load(&Files {
        config: SourceText::new("permctl.yaml", CONFIG),
        profiles: profiles.iter().enumerate().map(file).collect(),
        rules: vec![Arc::clone(&SourceText::new("rules/a.yaml", rules))],
        allowed_hosts: Vec::new(),
        day: date(2026, 11, 28),
    })
}
