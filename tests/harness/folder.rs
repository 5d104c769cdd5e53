//! A case folder: a user's files and what is live.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::world::{World, folder_of};

/// Makes the simulator's state of a `live.json`.
pub type State = fn(&Json) -> Json;

/// One case folder.
#[derive(Debug, Clone)]
pub struct Folder {
    /// The provider.
    pub provider: &'static str,
    /// Where it is.
    pub path: PathBuf,
}

impl Folder {
    /// Names a folder below a vendor's `cases` or `findings`.
    pub fn of(provider: &'static str, kind: &str, name: &str) -> Self {
        Self { provider, path: folder_of(provider).join(kind).join(name) }
    }

    /// Returns the text of a file, if it is there.
    pub fn given(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.path.join(file)).ok()
    }

    /// Returns what is live.
    pub fn live(&self) -> Option<Json> {
        let text = self.given("live.json")?;
        Some(serde_json::from_str(&text).expect("live.json is JSON"))
    }

    /// Starts a vendor with what is live, and a user with the files.
    pub fn world(&self, state: State, readings: &[(&str, &str)]) -> World {
        let state = self.live().map(|live| state(&live));
        let world = World::of(self.provider, state, readings);
        if let Some(config) = self.given("permctl.yaml") {
            world.write("permctl.yaml", &config);
        }
        copy(&world, &self.path, "profiles");
        world
    }
}

/// Copies a folder of the case into the user's folder.
fn copy(world: &World, case: &Path, below: &str) {
    let Ok(entries) = fs::read_dir(case.join(below)) else { return };
    for entry in entries {
        let entry = entry.expect("an entry can be read");
        let path = format!("{below}/{}", entry.file_name().to_str().expect("plain names"));
        if entry.path().is_dir() {
            copy(world, case, &path);
        } else {
            world.write(&path, &fs::read_to_string(entry.path()).expect("a file of a case"));
        }
    }
}
