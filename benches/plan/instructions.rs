//! How many instructions a profile costs, which is the same on every machine: counted by valgrind, where it is
//! installed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::run::{Vendor, command};
use crate::table::Table;
use crate::world::{Company, NOWHERE};

/// Counts over 1,000 profiles.
pub fn a_profile(table: &mut Table) {
    if Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_err() {
        table.note("instructions a profile: not counted (`apt-get install valgrind`)");
        return;
    }
    let changed = Company::new(10, 100).half_changed();
    let folder = changed.folder(NOWHERE);
    changed.write_snapshot(&folder);
    let mut row = |what: &str, bar: f64, folder: &Path, arguments: &[&str]| {
        let thousands = instructions(folder, arguments) / 1_000.0 / 1_000.0;
        table.row(what, &format!("{bar} k"), bar, thousands, "k", None);
    };
    row("instructions a profile, `validate`", 380.0, folder.path(), &["validate"]);
    let arguments = ["plan", "--live", "live.json"];
    row("  `plan --live`, half changed", 950.0, folder.path(), &arguments);
    let unchanged = Company::new(10, 100);
    let vendor = Vendor::start(&unchanged, 0);
    fs::write(folder.path().join("permctl.yaml"), unchanged.config(&vendor.endpoint))
        .expect("a file");
    row("  `plan` over HTTP, unchanged", 750.0, folder.path(), &["plan"]);
}

fn instructions(folder: &Path, arguments: &[&str]) -> f64 {
    let mut counted = Command::new("valgrind");
    counted.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]);
    let ran = command(counted, folder, arguments).output().expect("it is installed");
    let said = String::from_utf8_lossy(&ran.stderr);
    let total = said.lines().find_map(|line| line.split_once("refs:"));
    let total = total.expect("valgrind says how many").1.trim().replace(',', "");
    total.parse().expect("a number")
}
