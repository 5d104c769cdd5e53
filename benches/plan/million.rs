//! A million profiles on one machine: 5,000 workspaces of 200, one file for each workspace. Files and answers
//! are made as they are needed, since as values they would not fit into memory.

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;

use serde_json::json;
use tempfile::TempDir;

use crate::fake::serve;
use crate::run::{run, temporary};
use crate::table::Table;
use crate::world::{Company, NOWHERE};

const WORKSPACES: usize = 5_000;
const EACH: usize = 200;

/// Measures `validate`, a snapshot over HTTP, and a plan from it.
pub fn million(table: &mut Table) {
    let templates = Arc::new(Templates::new());
    let folder = folder(&templates);
    let config = |endpoint: &str| {
        fs::write(folder.path().join("permctl.yaml"), configuration(endpoint)).expect("a file");
    };
    config(NOWHERE);
    let ran = run(folder.path(), &["validate"]);
    table.row("`validate`, 1,000,000 profiles", "45 s", 45.0, ran.wall.as_secs_f64(), "s", None);
    table.row("  its peak memory", "4000 MB", 4_000.0, ran.peak, "MB", None);
    config(&vendor(&templates));
    let taken = run(folder.path(), &["snapshot", "--out", "live.json"]);
    let planned = run(folder.path(), &["plan", "--live", "live.json"]);
    let seconds = (taken.wall + planned.wall).as_secs_f64();
    table.row("`snapshot`, and `plan --live` from it", "120 s", 120.0, seconds, "s", None);
    let peak = taken.peak.max(planned.peak);
    table.row("  the higher peak of the two", "6000 MB", 6_000.0, peak, "MB", None);
}

/// What profiles are made from: what the file says below the name, and the document below id and name.
struct Templates(Vec<(String, String)>);

impl Templates {
    fn new() -> Self {
        // The last workspace has no folders, and these files name no user: the vendor here lists neither.
        let company = Company::new(3, 20);
        let own = company.last_workspace().filter(|(file, _)| !file.contains('@'));
        let each = own.map(|(file, document)| {
            let mut document = document.clone();
            let _ = (document.shift_remove("id"), document.shift_remove("name"));
            let (_, file) = file.split_once('\n').expect("a file has lines");
            let document = json!(document).to_string();
            (file.to_owned(), document.trim_start_matches('{').to_owned())
        });
        Self(each.collect())
    }

    fn get(&self, number: usize) -> &(String, String) {
        &self.0[number % self.0.len()]
    }
}

fn id(workspace: usize) -> usize {
    7_000_000_000_000 + workspace
}

fn folder(templates: &Templates) -> TempDir {
    let folder = temporary();
    for at in 0..WORKSPACES {
        let mut text = String::new();
        for number in 0..EACH {
            let file = &templates.get(number).0;
            write!(text, "---\nprofile: Profile {number:03}\n{file}").expect("a text takes all");
        }
        let below = folder.path().join(format!("profiles/w{at:04}"));
        fs::create_dir_all(&below).expect("a folder");
        fs::write(below.join("all.yaml"), text).expect("a file");
    }
    folder
}

fn configuration(endpoint: &str) -> String {
    let mut config = format!(
        "version: 1\ntenants:\n  acme:\n    provider: gong\n    endpoint: {endpoint}\n    \
         credentials: {{accessKey: \"${{env:KEY}}\", accessKeySecret: \"${{env:SECRET}}\"}}\n    \
         limits: {{perSecond: 100000, share: 100%, perDay: 100000000}}\n    workspaces:\n"
    );
    for at in 0..WORKSPACES {
        writeln!(config, "      w{at:04}: {{id: \"{}\"}}", id(at)).expect("a text takes all");
    }
    config
}

/// Starts a vendor with these profiles in every workspace; returns its address.
fn vendor(templates: &Arc<Templates>) -> String {
    let templates = Arc::clone(templates);
    let nothing = json!({"requestId": "1", "users": [], "folders": [], "records": {}}).to_string();
    let address = serve(move |path| match path.contains("/all-permission-profiles") {
        true => profiles(&templates),
        false => nothing.clone(),
    });
    format!("http://{address}")
}

/// Answers the profiles of a workspace; one of a hundred is not as its file says.
fn profiles(templates: &Templates) -> String {
    let mut body = "{\"requestId\":\"1\",\"profiles\":[".to_owned();
    for number in 0..EACH {
        let document = &templates.get(number).1;
        let comma = if number == 0 { "" } else { "," };
        let moved = if number % 100 == 0 { "\"description\":\"By hand\"," } else { "" };
        let document = match moved {
            "" => document.clone(),
            _ => document.replacen("\"description\":", "\"formerDescription\":", 1),
        };
        write!(
            body,
            "{comma}{{\"id\":\"{}\",\"name\":\"Profile {number:03}\",{moved}{document}",
            1_000_000 + number
        )
        .expect("a text takes all");
    }
    body + "]}"
}
