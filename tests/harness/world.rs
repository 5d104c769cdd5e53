//! A user's folder, a simulated vendor, and the real program run between the two.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

use permctl::provider::{System, find};
use permctl_sandbox::{Exchange, Options, Sandbox, Vendor};
use serde_json::Value as Json;

use super::discreet::Secrets;

/// A user's folder and a simulated vendor.
pub struct World {
    system: &'static System,
    folder: tempfile::TempDir,
    pub(super) runtime: tokio::runtime::Runtime,
    sandbox: Option<Sandbox>,
    /// The files that the test wrote itself, which may hold what it likes.
    own: Mutex<BTreeSet<PathBuf>>,
}

/// How the log of the program's requests begins a line; tests see it only where they ask for it.
const LOG_LINE: &str = "{\"timestamp\":";

/// The share of its own waits that the program keeps, unless a test asks for another.
const PACE: (&str, &str) = ("PERMCTL_TEST_PACE", "0.05");

/// What a command did.
#[derive(Debug)]
#[must_use = "a command's exit code is a part of what it says"]
pub struct Ran {
    /// Its exit code.
    pub code: i32,
    /// What it wrote to stdout.
    pub stdout: String,
    /// What it wrote to stderr.
    pub stderr: String,
}

impl Ran {
    /// Checks the exit code; shows everything that was said when it is another one.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

impl World {
    /// Starts a vendor of this provider with this state (see `Vendor::load`), or a fresh tenant for
    /// `None`, that follows these readings of what is open about it. Its configuration is the one of
    /// its cases, in which `ENDPOINT` becomes the address of the simulator.
    pub fn of(provider: &str, state: Option<Json>, readings: &[(&str, &str)]) -> Self {
        let system = find(provider).expect("a test names a provider");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime can be made");
        let mut vendor = (system.sandbox)();
        if let Some(state) = state {
            vendor.load(state).expect("a test gives a state that loads");
        }
        let sandbox = runtime
            .block_on(permctl_sandbox::start(vendor, Options::default()))
            .expect("loopback has a free port");
        let world = Self {
            system,
            folder: tempfile::tempdir().expect("there is a folder for temporary files"),
            runtime,
            sandbox: Some(sandbox),
            own: Mutex::default(),
        };
        for (reading, value) in readings {
            world.choose(reading, value);
        }
        world.write("permctl.yaml", &config(provider));
        world
    }

    /// Returns the vendor.
    pub fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().expect("it runs until the world is dropped")
    }

    /// Lets the vendor follow another reading from now on.
    pub fn choose(&self, reading: &str, value: &str) {
        self.sandbox().choose(reading, value).expect("a test chooses what there is");
    }

    /// Returns the user's folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file of the user; `ENDPOINT` in it becomes the vendor's address.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a file lies in a folder"))
            .unwrap_or_default();
        let text = text.replace("ENDPOINT", self.sandbox().endpoint());
        self.own.lock().expect("no test panics here").insert(path.clone());
        std::fs::write(path, text).expect("the folder can be written to");
    }

    /// Reads a file of the user.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(path)).expect("the file is there")
    }

    /// Runs the program in the user's folder, with nobody at the keyboard.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[])
    }

    /// Runs the program with more environment variables.
    pub fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = self.command(arguments);
        command.envs(environment.iter().copied());
        let output = command.output().expect("the program starts");
        if asks_for_logs(arguments) { self.said(output) } else { self.ran(output) }
    }

    /// Takes what a command said that did not ask for logs itself.
    #[track_caller]
    pub fn ran(&self, output: Output) -> Ran {
        let mut ran = self.said(output);
        let lines = ran.stderr.split_inclusive('\n');
        ran.stderr = lines.filter(|line| !line.starts_with(LOG_LINE)).collect();
        ran
    }

    /// Takes what a command said, and sees that no credential is in it.
    #[track_caller]
    fn said(&self, output: Output) -> Ran {
        let Output { status, stdout, stderr } = output;
        let [stdout, stderr] =
            [stdout, stderr].map(|said| String::from_utf8(said).expect("the program writes UTF-8"));
        let secrets = Secrets::of(self.sandbox());
        for said in [&stdout, &stderr] {
            assert_eq!(secrets.find(said), None, "in what was said:\n{said}");
        }
        Ran { code: status.code().unwrap_or(-1), stdout, stderr }
    }

    /// Prepares the program in a scrubbed environment.
    ///
    /// It says all it can of its requests, so that every test looks for credentials there too;
    /// [`Self::ran`] takes that out again, unless the arguments ask for it themselves.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_permctl"));
        command.args(arguments).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        // Where a measurement of coverage wants to have what a process did.
        command.envs(std::env::var_os("LLVM_PROFILE_FILE").map(|file| ("LLVM_PROFILE_FILE", file)));
        // The first credential is KEY, the second SECRET, whatever the provider calls them.
        let values = self.system.sandbox_credentials.iter().map(|(_, value)| *value);
        command.envs(["KEY", "SECRET", "THIRD"].into_iter().zip(values));
        command.envs([PACE]);
        if !asks_for_logs(arguments) {
            command.args(["-vv", "--log-format", "json"]);
        }
        command
    }

    /// Does something to the vendor's data, as somebody else would.
    pub fn edit(&self, workspace: &str, profile: &str, setting: &str, value: Json) {
        self.sandbox()
            .with_vendor(|vendor: &mut dyn Vendor| vendor.edit(workspace, profile, setting, value))
            .expect("a test edits what is there");
    }

    /// Returns the writes that the vendor has received, in order.
    pub fn writes(&self) -> Vec<Exchange> {
        let mut exchanges = self.sandbox().exchanges();
        // Not every POST changes something: some sign in.
        self.sandbox().with_vendor(|vendor| exchanges.retain(|it| vendor.is_write(&it.request)));
        exchanges
    }
}

fn asks_for_logs(arguments: &[&str]) -> bool {
    arguments.iter().any(|it| it.starts_with("-v") || *it == "--log-format")
}

/// Returns the configuration that the cases of a provider have without one of their own.
pub fn config(provider: &str) -> String {
    let path = folder_of(provider).join("cases/permctl.yaml");
    std::fs::read_to_string(path).expect("every provider has a configuration for its cases")
}

/// Returns the folder of a provider's tests.
pub fn folder_of(provider: &str) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    tests.join(provider.replace('-', "_"))
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let own = self.own.lock().expect("no test panics here").clone();
            let secrets = Secrets::of(self.sandbox());
            secrets.look_through(self.folder.path(), |path| own.contains(path));
        }
        // The server belongs to the runtime, so it goes first.
        let _inside = self.runtime.enter();
        self.sandbox.take();
    }
}
