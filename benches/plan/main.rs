//! Measures permctl against the bars of the design, over real HTTP and as a whole command.
//!
//! `cargo bench` prints one table. The simulated vendor runs in a process of its own, so that what
//! is measured is the client's. Times are of this machine, now; the ratios at the end compare two
//! measurements of one run, and say more on a busy machine.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock and writes files")]
#![expect(clippy::print_stdout, reason = "the table is the result")]

use std::fs;

use run::{Vendor, median, peak, run, temporary, timed};
use table::Table;
use world::{Company, NOWHERE};

mod fake;
mod growth;
mod instructions;
mod large;
mod million;
mod peers;
mod run;
mod table;
mod world;

/// How often a command is timed; the median counts.
const TIMES: usize = 5;

fn main() {
    // `cargo test --all-targets` builds and runs benchmarks too, without this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    // `cargo bench -- --quick` leaves out what takes minutes, and grows from smaller sizes.
    let quick = std::env::args().any(|argument| argument == "--quick");
    // `cargo bench -- --million` measures a million profiles, which takes 6 GB of memory and of disk.
    if std::env::args().any(|argument| argument == "--million") {
        let mut table = Table::new();
        million::million(&mut table);
        return table.end();
    }
    let mut table = Table::new();
    start(&mut table);
    validate(&mut table);
    whole_command(&mut table);
    let ours = large::defaults(&mut table);
    peers::octodns(&mut table, ours);
    large::many_tenants(&mut table);
    large::updates(&mut table);
    cpu(&mut table);
    instructions::a_profile(&mut table);
    if !quick {
        large::one_of_many(&mut table);
        large::many_creates(&mut table);
        memory(&mut table);
        large::hundred_thousand(&mut table);
    }
    growth::measure(&mut table, if quick { 4 } else { 1 });
    table.end();
}

/// `--version`.
fn start(table: &mut Table) {
    let folder = temporary();
    let runs = timed(4 * TIMES, || run(folder.path(), &["--version"]));
    table.row("start, `--version`", "10 ms", 10.0, median(&runs), "ms", None);
}

/// `validate` of 1,000 files.
fn validate(table: &mut Table) {
    let company = Company::new(10, 100);
    let folder = company.folder(NOWHERE);
    let runs = timed(TIMES, || run(folder.path(), &["validate"]));
    table.row("`validate`, 1,000 files", "100 ms", 100.0, median(&runs), "ms", None);
}

/// `plan` of 1,000 profiles in 10 workspaces, half of them changed, 100 ms from the vendor.
///
/// The calls: 1 list of workspaces, 2 pages of 130 users, 10 lists of profiles, 2 of folders.
/// No answer waits for more than one other: the pages of users, beside workspaces and their lists.
fn whole_command(table: &mut Table) {
    let company = Company::new(10, 100).half_changed();
    let folder = company.folder(NOWHERE);
    let vendor = Vendor::start(&company, 100);
    fs::write(folder.path().join("permctl.yaml"), company.config(&vendor.endpoint))
        .expect("the configuration can be written");
    let arguments = ["plan", "--holders", "none", "--format", "json"];
    let runs = timed(TIMES, || run(folder.path(), &arguments));
    let plan = runs[0].plan();
    let changes = plan.changes().count();
    assert_eq!((changes, plan.not_read.len()), (500, 0), "half of the profiles are changed");
    let calls = plan.cost[0].read;
    let what = "`plan --holders none`, 500 of 1,000 changed, 10 workspaces, 100 ms";
    table.row(what, "350 ms", 350.0, median(&runs), "ms", Some(calls));
    table.row("  its calls", "15", 15.0, calls as f64, "", Some(calls));
    table.row("  its peak memory", "30 MB", 30.0, peak(&runs), "MB", None);
    table.ratio("time of that `plan` / its 2 answers in a row", median(&runs) / 200.0, None);
}

/// Planning 5,000 profiles: the pure part, and the command from a snapshot.
fn cpu(table: &mut Table) {
    let company = Company::new(50, 100).half_changed();
    let pure = company.plan_time();
    table.row("planning 5,000 profiles, pure", "150 ms", 150.0, pure, "ms", None);
    let folder = company.folder(NOWHERE);
    company.write_snapshot(&folder);
    let runs = timed(TIMES, || run(folder.path(), &["plan", "--live", "live.json"]));
    let what = "  `plan --live`, 5,000 files and the snapshot";
    table.row(what, "-", f64::INFINITY, median(&runs), "ms", Some(0));
    let tenth = Company::new(5, 100).half_changed().plan_time();
    table.ratio("planning 50 workspaces of 100 / 10 × 5 of 100", pure / (10.0 * tenth), None);
    let wide = Company::new(5, 1_000).half_changed().plan_time();
    table.ratio("planning 5 workspaces of 1,000 / 50 of 100", wide / pure, None);
}

/// Peak memory over ten times as many workspaces with nothing to do.
///
/// What the files take is measured as what `validate` of the same files takes.
fn memory(table: &mut Table) {
    let peaks = [100, 1_000].map(|workspaces| {
        let company = Company::new(workspaces, 20);
        let folder = company.folder(NOWHERE);
        let files = peak(&[run(folder.path(), &["validate"])]);
        let vendor = Vendor::start(&company, 0);
        fs::write(folder.path().join("permctl.yaml"), company.config(&vendor.endpoint))
            .expect("the configuration can be written");
        let ran = run(folder.path(), &["plan", "--format", "json"]);
        let plan = ran.plan();
        assert!(plan.is_empty() && plan.not_read.is_empty(), "nothing is changed");
        (files, ran.peak, ran.wall, plan.cost[0].read)
    });
    let [(few_files, few, few_wall, few_calls), (many_files, many, many_wall, many_calls)] = peaks;
    let bar = 1.2 * few + (many_files - few_files);
    let label = format!("{bar:.0} MB");
    let shown = |files: f64| format!("(`validate` of its files: {files:.0} MB)");
    let what = format!("`plan`, 100 × 20 unchanged {}", shown(few_files));
    table.row(&what, "-", f64::INFINITY, few, "MB", Some(few_calls));
    let what = format!("`plan`, 1,000 × 20 unchanged {}", shown(many_files));
    table.row(&what, &label, bar, many, "MB", Some(many_calls));
    let ratio = (many - (many_files - few_files)) / few;
    table.ratio("peak of 1,000 × 20 without its further files / 100 × 20", ratio, Some(1.2));
    let ratio = many_wall.as_secs_f64() / (10.0 * few_wall.as_secs_f64());
    table.ratio("time of 1,000 × 20 / 10 × 100 × 20", ratio, None);
}
