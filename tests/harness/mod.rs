//! What the tests of whole commands share: a folder of files, a vendor on loopback, and the real
//! program run in a scrubbed environment.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use permctl::provider::{System, find};
use permctl::sandbox::{Exchange, Options, Sandbox, Vendor};
use serde_json::Value as Json;

pub mod door;
pub mod pace;

/// A user's folder and a simulated vendor.
pub struct World {
    system: &'static System,
    folder: tempfile::TempDir,
    runtime: tokio::runtime::Runtime,
    sandbox: Option<Sandbox>,
}

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
    /// Starts a vendor with this state (see `Vendor::load`), or a fresh tenant for `None`, that
    /// follows these readings of what is open about it.
    pub fn new(state: Option<Json>, readings: &[(&str, &str)]) -> Self {
        Self::of("gong", state, readings)
    }

    /// Starts a vendor of this provider. Its configuration is the one of its cases, in which
    /// `ENDPOINT` becomes the address of the simulator.
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
        for (name, value) in readings {
            vendor.readings().choose(name, value).expect("a test chooses what there is");
        }
        let sandbox = runtime
            .block_on(permctl::sandbox::start(vendor, Options::default()))
            .expect("loopback has a free port");
        let world = Self {
            system,
            folder: tempfile::tempdir().expect("there is a folder for temporary files"),
            runtime,
            sandbox: Some(sandbox),
        };
        world.write("permctl.yaml", &config(provider));
        world
    }

    /// Starts a fresh tenant with the likeliest readings.
    pub fn fresh() -> Self {
        Self::new(None, &[])
    }

    /// Returns the vendor.
    pub fn sandbox(&self) -> &Sandbox {
        self.sandbox.as_ref().expect("it runs until the world is dropped")
    }

    /// Lets the vendor follow another reading from now on.
    pub fn choose(&self, reading: &str, value: &str) {
        self.sandbox().choose(reading, value).expect("a test chooses what there is");
    }

    /// Opens a door with a certificate in front of the vendor.
    pub fn door(&self, way: door::Way) -> door::Door {
        let vendor = self.sandbox().endpoint().trim_start_matches("http://").to_owned();
        self.runtime.block_on(door::open(vendor, way))
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
        std::fs::write(path, text).expect("the folder can be written to");
    }

    /// Reads a file of the user.
    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(path)).expect("the file is there")
    }

    /// Takes a file of the user away.
    pub fn remove(&self, path: &str) {
        std::fs::remove_file(self.folder.path().join(path)).expect("the file is there");
    }

    /// Runs the program in the user's folder, with nobody at the keyboard.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[])
    }

    /// Runs the program with more environment variables.
    pub fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = self.command(arguments);
        command.envs(environment.iter().copied());
        let Output { status, stdout, stderr } = command.output().expect("the program starts");
        Ran {
            code: status.code().unwrap_or(-1),
            stdout: String::from_utf8(stdout).expect("the program writes UTF-8"),
            stderr: String::from_utf8(stderr).expect("the program writes UTF-8"),
        }
    }

    /// Prepares the program in a scrubbed environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_permctl"));
        command.args(arguments).current_dir(self.folder.path()).env_clear().stdin(Stdio::null());
        // The first credential is KEY, the second SECRET, whatever the provider calls them.
        let values = self.system.sandbox_credentials.iter().map(|(_, value)| *value);
        command.envs(["KEY", "SECRET", "THIRD"].into_iter().zip(values));
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

/// Returns the configuration that the cases of a provider have without one of their own.
pub fn config(provider: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("tests/cases").join(provider).join("permctl.yaml");
    std::fs::read_to_string(path).expect("every provider has a configuration for its cases")
}

impl Drop for World {
    fn drop(&mut self) {
        // The server belongs to the runtime, so it goes first.
        let _inside = self.runtime.enter();
        self.sandbox.take();
    }
}
