//! Processes: the simulated vendor, and runs of the program with their time and memory.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use permctl::plan::Plan;
use permctl_sandbox::gong::{ACCESS_KEY, ACCESS_KEY_SECRET};
use tempfile::TempDir;

use crate::world::Company;

/// The simulator, in another process.
pub struct Vendor {
    process: Child,
    /// Where it is.
    pub endpoint: String,
    _folder: TempDir,
}

impl Vendor {
    pub fn start(company: &Company, latency: u32) -> Self {
        let folder = temporary();
        let state = folder.path().join(".permctl/sandbox");
        fs::create_dir_all(&state).expect("a folder");
        fs::write(state.join("gong.json"), company.state().to_string()).expect("a file");
        let mut process = permctl(folder.path(), &["sandbox", "--latency", &latency.to_string()])
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
pub struct Ran {
    /// How long.
    pub wall: Duration,
    /// In MB of a million bytes.
    pub peak: f64,
    /// The time on a processor, in seconds; the last look at it may be a moment too early.
    pub cpu: f64,
    stdout: String,
}

impl Ran {
    pub fn plan(&self) -> Plan {
        serde_json::from_str(&self.stdout).expect("a plan as JSON")
    }
}

/// The program that is measured.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_permctl");

fn permctl(folder: &Path, arguments: &[&str]) -> Command {
    prepared(Command::new(PROGRAM), folder, arguments)
}

/// Adds the program to a command that runs it.
pub fn command(mut runner: Command, folder: &Path, arguments: &[&str]) -> Command {
    let path = std::env::var_os("PATH").unwrap_or_default();
    runner.arg(PROGRAM);
    let mut command = prepared(runner, folder, arguments);
    command.env("PATH", path);
    command
}

fn prepared(mut command: Command, folder: &Path, arguments: &[&str]) -> Command {
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
pub fn run(folder: &Path, arguments: &[&str]) -> Ran {
    ended(folder, arguments, 0)
}

/// Does it for a command that ends in this way.
pub fn ended(folder: &Path, arguments: &[&str], code: i32) -> Ran {
    with(folder, arguments, &[], code)
}

/// Runs another program in the place of ours.
pub fn by(program: &OsStr, folder: &Path, arguments: &[&str]) -> Ran {
    watched(prepared(Command::new(program), folder, arguments), folder, arguments, &[], 0)
}

/// Does it with more variables of the environment.
pub fn with(folder: &Path, arguments: &[&str], variables: &[(String, String)], code: i32) -> Ran {
    watched(permctl(folder, arguments), folder, arguments, variables, code)
}

fn watched(
    mut command: Command,
    folder: &Path,
    arguments: &[&str],
    variables: &[(String, String)],
    code: i32,
) -> Ran {
    let (stdout, stderr) = (folder.join("stdout"), folder.join("stderr"));
    let start = Instant::now();
    let mut process = command
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .stdout(File::create(&stdout).expect("a file"))
        .stderr(File::create(&stderr).expect("a file"))
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", process.id());
    let (mut peak, mut cpu) = (0.0_f64, 0.0_f64);
    let stat = format!("/proc/{}/stat", process.id());
    let exit = loop {
        // Once it has ended there is no such line.
        let kilobytes = fs::read_to_string(&status).ok().and_then(|status| {
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
            line.trim().trim_end_matches(" kB").parse::<f64>().ok()
        });
        peak = peak.max(kilobytes.unwrap_or(0.0) * 1_024.0 / 1_000_000.0);
        cpu = cpu.max(fs::read_to_string(&stat).ok().and_then(|it| ticks(&it)).unwrap_or(0.0));
        match process.try_wait().expect("the program can be waited for") {
            Some(exit) => break exit,
            None => std::thread::sleep(Duration::from_micros(500)),
        }
    };
    let wall = start.elapsed();
    let stderr = fs::read_to_string(stderr).unwrap_or_default();
    assert_eq!(exit.code(), Some(code), "{arguments:?}: {stderr}");
    Ran { wall, peak, cpu, stdout: fs::read_to_string(stdout).unwrap_or_default() }
}

/// Returns the seconds that a process has run, its own and the system's for it: hundredths are counted.
fn ticks(stat: &str) -> Option<f64> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((number(11)? + number(12)?) / 100.0)
}

pub fn timed(times: usize, mut once: impl FnMut() -> Ran) -> Vec<Ran> {
    (0..times).map(|_| once()).collect()
}

pub fn middle(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}

/// Returns the median time in milliseconds.
pub fn median(runs: &[Ran]) -> f64 {
    middle(runs.iter().map(|ran| ran.wall).collect())
}

pub fn peak(runs: &[Ran]) -> f64 {
    runs.iter().map(|ran| ran.peak).fold(0.0, f64::max)
}

pub fn temporary() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}
