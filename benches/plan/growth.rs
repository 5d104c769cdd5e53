//! How time grows with the work: each axis over four sizes, twice as much each time, as the exponent of the
//! curve through them. 1 is linear, 2 a square.

use std::fmt::Write as _;
use std::fs;

use tempfile::TempDir;

use crate::fake::Fake;
use crate::run::{ended, temporary};
use crate::table::Table;
use crate::world::{Company, NOWHERE};

/// The exponent above which something is looked for in a list that grows.
const BAR: f64 = 1.15;

/// How often a size is timed; the quickest counts, which is the least disturbed one.
const TIMES: usize = 3;

/// One way in which the work grows.
struct Axis {
    what: &'static str,
    /// The smallest of the four sizes.
    from: usize,
    /// Makes the folder of a size.
    folder: fn(usize) -> TempDir,
    arguments: &'static [&'static str],
    /// How the command ends.
    exit: i32,
}

const LIVE: &[&str] = &["plan", "--live", "live.json"];

const AXES: [Axis; 8] = [
    Axis {
        what: "profiles in a workspace",
        from: 1_000,
        folder: profiles,
        arguments: LIVE,
        exit: 0,
    },
    Axis { what: "creates beside unmanaged", from: 250, folder: creates, arguments: LIVE, exit: 0 },
    Axis { what: "workspaces", from: 1_000, folder: workspaces, arguments: LIVE, exit: 0 },
    Axis { what: "pins", from: 1_000, folder: pins, arguments: LIVE, exit: 0 },
    Axis { what: "renames", from: 500, folder: renames, arguments: LIVE, exit: 0 },
    Axis { what: "files", from: 2_000, folder: files, arguments: &["validate"], exit: 0 },
    Axis { what: "findings", from: 500, folder: findings, arguments: &["validate"], exit: 3 },
    Axis {
        what: "imports",
        from: 500,
        folder: imports,
        arguments: &["import", "--live", "live.json"],
        exit: 0,
    },
];

/// Measures all axes.
pub fn measure(table: &mut Table, shrink: usize) {
    for Axis { what, from, folder, arguments, exit } in AXES {
        let sizes = [1, 2, 4, 8].map(|times| times * from / shrink);
        let times = sizes.map(|size| {
            let once = |_| {
                let folder = folder(size);
                ended(folder.path(), arguments, exit).wall.as_secs_f64()
            };
            (0..TIMES).map(once).fold(f64::INFINITY, f64::min)
        });
        report(table, what, sizes, times);
    }
    let fake = Fake::start();
    let sizes = [1, 2, 4, 8].map(|times| times * 25 / shrink);
    let times = sizes.map(|size| {
        let folder = tenants(size, &fake.endpoint);
        let once = |_| run_tenants(&folder, size);
        (0..TIMES).map(once).fold(f64::INFINITY, f64::min)
    });
    report(table, "tenants with secrets of their own", sizes, times);
}

/// Plans all tenants, each with a secret of its own; returns how long it took, in seconds.
pub fn run_tenants(folder: &TempDir, size: usize) -> f64 {
    let secrets: Vec<(String, String)> = (0..size)
        .map(|at| (format!("SECRET_{at}"), format!("a secret of its own {at:06}")))
        .collect();
    let ran = crate::run::with(folder.path(), &["plan", "--holders", "none"], &secrets, 0);
    ran.wall.as_secs_f64()
}

fn report(table: &mut Table, what: &str, sizes: [usize; 4], times: [f64; 4]) {
    let all: Vec<String> = times.iter().map(|time| format!("{:.0}", time * 1_000.0)).collect();
    let what = format!("{what}: {} to {} in {} ms", sizes[0], sizes[3], all.join(", "));
    table.exponent(&what, slope(times), BAR);
}

/// Returns the slope of the line through the logarithms of four times, a factor of two apart.
fn slope(times: [f64; 4]) -> f64 {
    let logs = times.map(f64::log2);
    (3.0 * (logs[3] - logs[0]) + (logs[2] - logs[1])) / 10.0
}

fn with_snapshot(company: &Company) -> TempDir {
    let folder = company.folder(NOWHERE);
    company.write_snapshot(&folder);
    folder
}

fn profiles(size: usize) -> TempDir {
    with_snapshot(&Company::new(1, size))
}

fn workspaces(size: usize) -> TempDir {
    with_snapshot(&Company::new(size, 1))
}

fn files(size: usize) -> TempDir {
    Company::new(10, size / 10).folder(NOWHERE)
}

/// As many new profiles as unmanaged ones, none like another.
fn creates(size: usize) -> TempDir {
    let company = Company::new(1, size);
    let described = company.described(|number, _, _| {
        let mut text = format!("profile: Quarterly auditor of region {number}\nsettings:\n");
        for (at, switch) in
            ["trimCalls", "listenInCalls", "market", "crmDataImport"].iter().enumerate()
        {
            writeln!(text, "  {switch}: {}", number >> at & 1 == 1).expect("a text takes all");
        }
        text
    });
    with_snapshot(&described)
}

fn pins(size: usize) -> TempDir {
    let company = Company::new(1, size);
    let described = company.described(|_, id, text| format!("{text}id: \"{id}\"\n"));
    with_snapshot(&described)
}

fn renames(size: usize) -> TempDir {
    let company = Company::new(1, size);
    let described = company.described(|number, _, text| {
        let (first, rest) = text.split_once('\n').expect("a file has lines");
        let name = first.strip_prefix("profile: ").expect("a file begins with the name");
        format!("profile: Renamed {number}\nformerly: [{name}]\n{rest}")
    });
    with_snapshot(&described)
}

/// A typing error in each file.
fn findings(size: usize) -> TempDir {
    let company = Company::new(10, size / 10);
    let described = company.described(|_, _, text| format!("{text}descripton: Sees calls\n"));
    described.folder(NOWHERE)
}

fn imports(size: usize) -> TempDir {
    let folder = with_snapshot(&Company::new(1, size));
    fs::remove_dir_all(folder.path().join("profiles")).expect("the files can be removed");
    folder
}

/// Tenants of one vendor with ten profiles each, as the fake serves them.
pub fn tenants(size: usize, endpoint: &str) -> TempDir {
    let folder = temporary();
    let mut config = "version: 1\ntenants:\n".to_owned();
    for at in 0..size {
        write!(
            config,
            "  t{at:05}:\n    provider: gong\n    endpoint: {endpoint}\n    credentials: \
             {{accessKey: \"${{env:SECRET_{at}}}\", accessKeySecret: \"${{env:SECRET_{at}}}\"}}\n    \
             limits: {{perSecond: 100000, share: 100%, perDay: 100000000}}\n    workspaces:\n      \
             w{at:05}: {{id: \"{}\"}}\n",
            1_000_000 + at
        )
        .expect("a text takes all");
        let below = folder.path().join(format!("profiles/w{at:05}"));
        fs::create_dir_all(&below).expect("a folder");
        fs::write(below.join("all.yaml"), Fake::files()).expect("a file");
    }
    fs::write(folder.path().join("permctl.yaml"), config).expect("a file");
    folder
}
