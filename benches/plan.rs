//! Measures permctl against the bars of the design, over real HTTP and as a whole command.
//!
//! `cargo bench` prints one table. The simulated vendor runs in a process of its own, so that what
//! is measured is the client's. Times are of this machine, now; the ratios at the end compare two
//! measurements of one run, and say more on a busy machine.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock and writes files")]
#![expect(clippy::print_stdout, reason = "the table is the result")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use permctl::catalogue::ReferenceKind;
use permctl::desired::{self, Files, ProfileFile};
use permctl::finding::Source;
use permctl::live::describe::{Described, file};
use permctl::live::names::{Index, Names};
use permctl::live::snapshot::{
    self, Kind, ProfileSnapshot, Snapshot, TenantSnapshot, WorkspaceSnapshot,
};
use permctl::live::{Directory, Entry, LiveWorkspace};
use permctl::plan::whole::{Parts, gather};
use permctl::plan::{self, Plan};
use permctl::profile::{Document, ProfileId, WorkspaceId};
use permctl::provider::gong::Gong;
use permctl::provider::{Dialect as _, find};
use permctl::sandbox::gong::{ACCESS_KEY, ACCESS_KEY_SECRET, fresh};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// How often a command is timed; the median counts.
const TIMES: usize = 5;

/// How many workspaces, from the first, have files that name folders: each costs one call more.
const WITH_FOLDERS: usize = 2;

const NOWHERE: &str = "http://127.0.0.1:9";

fn main() {
    // `cargo test --all-targets` builds and runs benchmarks too, without this argument.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let mut table = Table::new();
    start(&mut table);
    validate(&mut table);
    whole_command(&mut table);
    cpu(&mut table);
    memory(&mut table);
    table.ratios();
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
    let runs = timed(TIMES, || run(folder.path(), &["plan", "--format", "json"]));
    let plan = runs[0].plan();
    let changes = plan.changes().count();
    assert_eq!((changes, plan.not_read.len()), (500, 0), "half of the profiles are changed");
    let calls = plan.cost[0].read;
    let what = "`plan`, 1,000 profiles, 10 workspaces, 100 ms";
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
    fs::write(folder.path().join("live.json"), snapshot::write(&company.snapshot()))
        .expect("the snapshot can be written");
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

/// A company: what is live, and files that describe all of it.
struct Company {
    workspaces: Vec<Workspace>,
    users: Json,
    people: Vec<Entry>,
}

struct Workspace {
    /// Its name in the files.
    name: String,
    id: String,
    /// As the simulator keeps them.
    folders: Vec<Json>,
    /// As names in files.
    paths: Vec<Entry>,
    documents: Vec<Document>,
    /// The texts of the files, in the order of the documents.
    files: Vec<String>,
}

impl Company {
    /// Makes workspaces with this many profiles each, after those of a fresh simulated tenant.
    fn new(workspaces: usize, each: usize) -> Self {
        let state = fresh().save();
        let templates: Vec<&Document> = state["profiles"]
            .as_object()
            .expect("profiles by workspace")
            .values()
            .flat_map(|list| list.as_array().expect("a list").iter())
            .map(|profile| profile.as_object().expect("a document"))
            .collect();
        let people = state["users"].as_array().expect("a list").iter().map(|user| Entry {
            id: text(user, "id"),
            name: text(user, "emailAddress"),
            aliases: Vec::new(),
            active: user["active"] != json!(false),
        });
        let mut company = Self {
            workspaces: Vec::new(),
            users: state["users"].clone(),
            people: people.collect(),
        };
        for at in 0..workspaces {
            company.add(at, each, &templates, &state["folders"]);
        }
        company
    }

    fn add(&mut self, at: usize, each: usize, templates: &[&Document], folders: &Json) {
        let id = (7_200_000_000_000_000_000 + 7_919 * at as u64).to_string();
        let mut workspace = Workspace {
            name: format!("w{at:04}"),
            id,
            folders: Vec::new(),
            paths: Vec::new(),
            documents: Vec::new(),
            files: Vec::new(),
        };
        let uses_folders = |document: &&&Document| !document[FOLDERS.0][FOLDERS.1].is_null();
        let mut usable: Vec<&Document> = templates.to_vec();
        if at < WITH_FOLDERS {
            for folder in folders.as_array().expect("a list") {
                let mut folder = folder.clone();
                folder["workspaceId"] = json!(workspace.id);
                let name = format!("{} {}", text(&folder, "name"), workspace.folders.len());
                folder["name"] = json!(name);
                folder["parentFolderId"] = Json::Null;
                let (id, aliases) = (text(&folder, "id"), Vec::new());
                workspace.paths.push(Entry { id, name, aliases, active: true });
                workspace.folders.push(folder);
            }
        } else {
            usable = templates.iter().filter(|it| !uses_folders(it)).copied().collect();
        }
        let names = names(&self.people, &workspace.paths);
        for (number, template) in usable.into_iter().cycle().take(each).enumerate() {
            let mut document = template.clone();
            let id = 1_000_000_000_000_000_000 + (at * each + number) as u64 * 104_729;
            let name = template["name"].as_str().expect("a name").trim();
            let name = format!("{name} {number:03}");
            document["id"] = json!(id.to_string());
            document["name"] = json!(name);
            let settings = Gong.settings(&document);
            let described = Described { name: &name, pin: None, settings: &settings };
            workspace.files.push(file(&described, Gong.catalogue(), &names));
            workspace.documents.push(document);
        }
        self.workspaces.push(workspace);
    }

    /// Changes three settings of every other profile behind the files' back.
    fn half_changed(mut self) -> Self {
        for workspace in &mut self.workspaces {
            for document in workspace.documents.iter_mut().step_by(2) {
                for switch in ["deals", "teamStats"] {
                    document[switch] = json!(document[switch] != json!(true));
                }
                let level = &mut document["emailsAccess"]["permissionLevel"];
                *level = json!(if *level == json!("own") { "none" } else { "own" });
            }
        }
        self
    }

    fn config(&self, endpoint: &str) -> String {
        let mut config = format!(
            "version: 1\ntenants:\n  acme:\n    provider: gong\n    endpoint: {endpoint}\n    \
             credentials: {{accessKey: \"${{env:KEY}}\", accessKeySecret: \"${{env:SECRET}}\"}}\n    \
             limits: {{perSecond: 100000, share: 100%}}\n    workspaces:\n"
        );
        for Workspace { name, .. } in &self.workspaces {
            config.push_str(&format!("      {name}: {{name: Team {name}}}\n"));
        }
        config
    }

    /// Writes the user's folder.
    fn folder(&self, endpoint: &str) -> TempDir {
        let folder = temporary();
        fs::write(folder.path().join("permctl.yaml"), self.config(endpoint)).expect("a file");
        for workspace in &self.workspaces {
            let below = folder.path().join("profiles").join(&workspace.name);
            fs::create_dir_all(&below).expect("a folder");
            for (number, text) in workspace.files.iter().enumerate() {
                fs::write(below.join(format!("{number}.yaml")), text).expect("a file");
            }
        }
        folder
    }

    /// Returns what the simulator keeps between runs.
    fn state(&self) -> Json {
        let each = |of: fn(&Workspace) -> Json| self.workspaces.iter().map(of).collect::<Json>();
        let profiles = self.workspaces.iter().map(|it| (it.id.clone(), json!(it.documents)));
        json!({
            "workspaces": each(|it| json!({"id": it.id, "name": format!("Team {}", it.name)})),
            "users": self.users,
            "folders": self.workspaces.iter().flat_map(|it| &it.folders).collect::<Vec<_>>(),
            "profiles": profiles.collect::<serde_json::Map<_, _>>(),
            "holders": {},
            "sequence": 1_000,
        })
    }

    fn snapshot(&self) -> Snapshot {
        let workspace = |workspace: &Workspace| WorkspaceSnapshot {
            tenant: "acme".to_owned(),
            id: WorkspaceId(workspace.id.clone()),
            vendor_name: Some(format!("Team {}", workspace.name)),
            names: BTreeMap::from([(Kind::Folders, workspace.paths.clone())]),
            profiles: workspace
                .documents
                .iter()
                .map(|document| ProfileSnapshot {
                    id: ProfileId(document["id"].as_str().expect("an id").to_owned()),
                    name: document["name"].as_str().expect("a name").to_owned(),
                    document: document.clone(),
                })
                .collect(),
        };
        let tenant = TenantSnapshot {
            provider: "gong".to_owned(),
            endpoint: NOWHERE.to_owned(),
            names: BTreeMap::from([(Kind::Users, self.people.clone())]),
        };
        Snapshot {
            snapshot_version: snapshot::VERSION,
            permctl: env!("CARGO_PKG_VERSION").to_owned(),
            tenants: BTreeMap::from([("acme".to_owned(), tenant)]),
            workspaces: self.workspaces.iter().map(|it| (it.name.clone(), workspace(it))).collect(),
        }
    }

    /// Times planning alone, from files and live in memory: milliseconds, median.
    fn plan_time(&self) -> f64 {
        let profiles = self.workspaces.iter().flat_map(|workspace| {
            workspace.files.iter().enumerate().map(|(number, text)| ProfileFile {
                folder: Some(workspace.name.clone()),
                source: Source::new(format!("{}/{number}.yaml", workspace.name), text.clone()),
            })
        });
        let day = jiff::civil::date(2026, 1, 1);
        let desired = desired::load(&Files {
            config: Source::new("permctl.yaml".to_owned(), self.config(NOWHERE)),
            profiles: profiles.collect(),
            allowed_hosts: Vec::new(),
            day,
        });
        assert!(desired.findings.is_empty(), "the files are right: {:?}", desired.findings);
        let snapshot = self.snapshot();
        let live: Vec<(LiveWorkspace, Names)> = self
            .workspaces
            .iter()
            .map(|it| (snapshot.workspaces[&it.name].live(), names(&self.people, &it.paths)))
            .collect();
        let dialect = find("gong").expect("a provider").provider;
        let times = (0..TIMES).map(|_| {
            let start = Instant::now();
            let planned = desired.workspaces.iter().zip(&live).map(|(desired, (live, names))| {
                plan::workspace(&plan::Input { desired, live, names, dialect, day })
            });
            let plan = gather(Parts { workspaces: planned.collect(), ..Parts::default() });
            let time = start.elapsed();
            assert!(plan.changes().count() > 0, "half of the profiles are changed");
            time
        });
        middle(times.collect())
    }
}

/// Where a profile names folders.
const FOLDERS: (&str, &str) = ("libraryFolderAccess", "libraryFolderIds");

fn names(people: &[Entry], folders: &[Entry]) -> Names {
    let index = |kind, entries: &[Entry]| {
        Index::new(Directory { kind, entries: entries.to_vec(), calls: 0 })
    };
    Names::new([index(ReferenceKind::User, people), index(ReferenceKind::Folder, folders)])
}

fn text(object: &Json, member: &str) -> String {
    object[member].as_str().unwrap_or_default().to_owned()
}

/// The simulator, in another process.
struct Vendor {
    process: Child,
    endpoint: String,
    _folder: TempDir,
}

impl Vendor {
    fn start(company: &Company, latency: u32) -> Self {
        let folder = temporary();
        let state = folder.path().join(".permctl/sandbox");
        fs::create_dir_all(&state).expect("a folder");
        fs::write(state.join("gong.json"), company.state().to_string()).expect("a file");
        let mut process = command(folder.path(), &["sandbox", "--latency", &latency.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the simulator starts");
        let mut endpoint = String::new();
        BufReader::new(process.stdout.take().expect("a pipe"))
            .read_line(&mut endpoint)
            .expect("the simulator says where it is");
        Self { process, endpoint: endpoint.trim().to_owned(), _folder: folder }
    }
}

impl Drop for Vendor {
    fn drop(&mut self) {
        // It may have ended by itself, and there is nothing else to do about it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What one run of the program took.
struct Ran {
    wall: Duration,
    /// In MB of a million bytes.
    peak: f64,
    stdout: String,
}

impl Ran {
    fn plan(&self) -> Plan {
        serde_json::from_str(&self.stdout).expect("a plan as JSON")
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_permctl"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("KEY", ACCESS_KEY)
        .env("SECRET", ACCESS_KEY_SECRET)
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end and keeps asking for its peak memory until then.
///
/// The peak is `VmHWM` of the process's own status. `getrusage(RUSAGE_CHILDREN)` would be exact to
/// the end, but a child begins as a fork of this process, and its peak with our memory.
fn run(folder: &Path, arguments: &[&str]) -> Ran {
    let (stdout, stderr) = (folder.join("stdout"), folder.join("stderr"));
    let start = Instant::now();
    let mut process = command(folder, arguments)
        .stdout(File::create(&stdout).expect("a file"))
        .stderr(File::create(&stderr).expect("a file"))
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", process.id());
    let mut peak = 0.0_f64;
    let exit = loop {
        // Once it has ended there is no such line.
        let kilobytes = fs::read_to_string(&status).ok().and_then(|status| {
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
            line.trim().trim_end_matches(" kB").parse::<f64>().ok()
        });
        peak = peak.max(kilobytes.unwrap_or(0.0) * 1_024.0 / 1_000_000.0);
        match process.try_wait().expect("the program can be waited for") {
            Some(exit) => break exit,
            None => std::thread::sleep(Duration::from_micros(500)),
        }
    };
    let wall = start.elapsed();
    let stderr = fs::read_to_string(stderr).unwrap_or_default();
    assert!(exit.success(), "{arguments:?} ended with {exit}: {stderr}");
    Ran { wall, peak, stdout: fs::read_to_string(stdout).unwrap_or_default() }
}

fn timed(times: usize, mut once: impl FnMut() -> Ran) -> Vec<Ran> {
    (0..times).map(|_| once()).collect()
}

fn middle(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}

/// Returns the median time in milliseconds.
fn median(runs: &[Ran]) -> f64 {
    middle(runs.iter().map(|ran| ran.wall).collect())
}

fn peak(runs: &[Ran]) -> f64 {
    runs.iter().map(|ran| ran.peak).fold(0.0, f64::max)
}

fn temporary() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// Prints a row as soon as it is measured, and the ratios at the end.
struct Table {
    ratios: Vec<String>,
}

impl Table {
    fn new() -> Self {
        println!("{:<70} {:>9} {:>12} {:>7}", "what", "bar", "measured", "calls");
        Self { ratios: Vec::new() }
    }

    fn row(
        &mut self,
        what: &str,
        bar: &str,
        limit: f64,
        measured: f64,
        unit: &str,
        calls: Option<usize>,
    ) {
        let measured_text = match unit {
            "" => format!("{measured:.0}"),
            _ => format!("{measured:.1} {unit}"),
        };
        let calls = calls.map_or_else(String::new, |calls| calls.to_string());
        let above = if measured > limit { "  above" } else { "" };
        println!("{what:<70} {bar:>9} {measured_text:>12} {calls:>7}{above}");
    }

    fn ratio(&mut self, what: &str, ratio: f64, bar: Option<f64>) {
        let above = if bar.is_some_and(|bar| ratio > bar) { "  above" } else { "" };
        let bar = bar.map_or_else(|| "-".to_owned(), |bar| format!("{bar:.1}"));
        self.ratios.push(format!("{what:<70} {bar:>9} {ratio:>12.2}{above}"));
    }

    fn ratios(self) {
        println!("\n{:<70} {:>9} {:>12}", "ratio in this run", "bar", "measured");
        for ratio in self.ratios {
            println!("{ratio}");
        }
    }
}
