//! Large worlds against the bars: what people type by default, many tenants, many profiles, large files.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use permctl::plan::file;
use permctl_sandbox::gong::fresh;
use permctl_sandbox::{Options, start};

use crate::fake::Fake;
use crate::growth::{run_tenants, tenants};
use crate::run::{PROGRAM, Vendor, by, ended, median, run, timed};
use crate::table::Table;
use crate::world::{Company, NOWHERE};

/// How often a command is timed; the median counts.
const TIMES: usize = 3;

/// What people type, 100 ms from the vendor: the calls are those of the reads and of the lookups. Returns the
/// milliseconds of the first one.
pub fn defaults(table: &mut Table) -> f64 {
    let rows = [
        (
            "`plan`, 40 of 1,000 changed, 10 workspaces, 100 ms",
            550.0,
            &["plan", "--format", "json"][..],
            25,
        ),
        (
            "`plan --holders all`, 500 of 1,000 changed",
            3_600.0,
            &["plan", "--holders", "all", "--format", "json"],
            2,
        ),
    ];
    let times = rows.map(|(what, bar, arguments, every)| {
        measured(table, what, bar, arguments, Company::new(10, 100).changed(every))
    });
    let neutral = Company::new(10, 100).described_anew(25);
    let what = "`plan`, 40 descriptions changed";
    measured(table, what, 300.0, &["plan", "--format", "json"], neutral);
    times[0]
}

/// Measures one command; returns its milliseconds.
fn measured(table: &mut Table, what: &str, bar: f64, arguments: &[&str], company: Company) -> f64 {
    let vendor = Vendor::start(&company, 100);
    let folder = company.folder(&vendor.endpoint);
    let runs = timed(TIMES, || run(folder.path(), arguments));
    let calls = runs[0].plan().cost[0].read;
    table.row(what, &format!("{bar} ms"), bar, median(&runs), "ms", Some(calls));
    median(&runs)
}

/// A thousand updates without a limit: the requests, and the waits for the disk. Where `OLDER_PERMCTL` names an
/// older program, the two take turns.
pub fn updates(table: &mut Table) {
    let company = Company::new(10, 100).changed(1);
    let apply = |program: &OsStr| {
        // The simulator of the program saves what it has after each write, which takes longer than the rest.
        let folder = company.folder(&in_memory(&company));
        by(program, folder.path(), &["apply", "--auto-approve"])
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let older = std::env::var_os("OLDER_PERMCTL");
    for _ in 0..TIMES {
        ours.push(apply(OsStr::new(PROGRAM)));
        theirs.extend(older.as_deref().map(apply));
    }
    let what = "`apply`, 1,000 updates, no limit, journal on disk";
    table.row(what, "-", f64::INFINITY, median(&ours), "ms", None);
    if !theirs.is_empty() {
        let ratio = median(&ours) / median(&theirs);
        table.ratio("time of that `apply` / of the older program", ratio, Some(0.5));
    }
}

/// Starts a simulator on a thread of this process, which keeps nothing on the disk; returns its address.
fn in_memory(company: &Company) -> String {
    let (send, endpoint) = std::sync::mpsc::channel();
    let state = company.state();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime can be made").block_on(async {
            let mut vendor = fresh();
            vendor.load(state).expect("its own state");
            let sandbox = start(vendor, Options::default()).await.expect("a free port");
            send.send(sandbox.endpoint().to_owned()).expect("the benchmark waits for it");
            std::future::pending::<()>().await;
        });
    });
    endpoint.recv().expect("it says where it is")
}

/// Four hundred tenants with secrets of their own, ten profiles each.
pub fn many_tenants(table: &mut Table) {
    let fake = Fake::start();
    let folder = tenants(400, &fake.endpoint);
    let seconds = (0..TIMES).map(|_| run_tenants(&folder, 400)).fold(f64::INFINITY, f64::min);
    let what = "`plan`, 400 tenants with secrets of their own";
    table.row(what, "1,500 ms", 1_500.0, seconds * 1_000.0, "ms", Some(400));
}

/// One of a hundred workspaces, beside all of them.
pub fn one_of_many(table: &mut Table) {
    let company = Company::new(100, 100).half_changed();
    let folder = company.folder(NOWHERE);
    company.write_snapshot(&folder);
    let all = median(&timed(TIMES, || run(folder.path(), &["plan", "--live", "live.json"])));
    let one = ["plan", "--live", "live.json", "w0000"];
    let one = median(&timed(TIMES, || run(folder.path(), &one)));
    table.ratio("`plan` of 1 of 100 workspaces / of all", one / all, Some(0.05));
}

/// A plan of many creates: its file, and what printing it takes.
pub fn many_creates(table: &mut Table) {
    let company = Company::new(100, 100).emptied();
    let folder = company.folder(NOWHERE);
    company.write_snapshot(&folder);
    // Some templates have levels that are never newly written, which is a finding.
    let ran = ended(folder.path(), &["plan", "--live", "live.json", "--out", "plan.json"], 3);
    let text = fs::read_to_string(folder.path().join("plan.json")).expect("it was written");
    let creates = file::read(&text).expect("it was written").changes().count();
    let what = format!("`plan --out` of {creates} creates, the file for each 10,000");
    let size = text.len() as f64 / 1_000_000.0 * 10_000.0 / creates as f64;
    table.row(&what, "40 MB", 40.0, size, "MB", Some(0));
    table.row("  its peak memory", "-", f64::INFINITY, ran.peak, "MB", None);
    let ran = run(folder.path(), &["show", "plan.json", "--format", "json"]);
    table.row("  `show --format json` of it, peak memory", "500 MB", 500.0, ran.peak, "MB", None);
}

/// Checks files: how long, and how much memory. Returns the time on a processor.
fn validated(table: &mut Table, what: &str, folder: &Path) -> f64 {
    let ran = run(folder, &["validate"]);
    table.row(what, "-", f64::INFINITY, ran.wall.as_secs_f64(), "s", None);
    table.row("  on a processor", "-", f64::INFINITY, ran.cpu, "s CPU", None);
    table.row("  its peak memory", "-", f64::INFINITY, ran.peak, "MB", None);
    ran.cpu
}

/// A hundred thousand profiles: from a snapshot, and over HTTP.
pub fn hundred_thousand(table: &mut Table) {
    let company = Company::new(1_000, 100).half_changed();
    let folder = company.folder(NOWHERE);
    let hundred = validated(table, "`validate`, 100,000 files", folder.path());
    let company_of_ten = Company::new(100, 100).half_changed();
    let ten = validated(table, "`validate`, 10,000 files", company_of_ten.folder(NOWHERE).path());
    table.ratio("`validate` of 100,000 files / 10 times of 10,000", hundred / (10.0 * ten), None);
    company.write_snapshot(&folder);
    let ran = run(folder.path(), &["plan", "--live", "live.json"]);
    table.row("`plan --live`, 100,000 half changed", "-", f64::INFINITY, ran.cpu, "s CPU", Some(0));
    table.row("  its peak memory", "900 MB", 900.0, ran.peak, "MB", None);
    fs::remove_file(folder.path().join("live.json")).expect("it is there");
    let vendor = Vendor::start(&company, 0);
    fs::write(folder.path().join("permctl.yaml"), company.config(&vendor.endpoint))
        .expect("a file");
    let ran = run(folder.path(), &["plan", "--holders", "none"]);
    table.row("`plan`, 100,000 half changed, over HTTP", "8 s", 8.0, ran.cpu, "s CPU", Some(1_003));
    table.row("  its peak memory", "-", f64::INFINITY, ran.peak, "MB", None);
}
