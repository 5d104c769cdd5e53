//! Worlds of Gong, with which most promises are shown, and files that go away.

use serde_json::Value as Json;

use super::World;

impl World {
    /// Starts Gong with this state (see `Vendor::load`), or a fresh tenant for `None`, that follows
    /// these readings of what is open about it.
    pub fn new(state: Option<Json>, readings: &[(&str, &str)]) -> Self {
        Self::of("gong", state, readings)
    }

    /// Starts a fresh tenant with the likeliest readings.
    pub fn fresh() -> Self {
        Self::new(None, &[])
    }

    /// Takes a file of the user away.
    pub fn remove(&self, path: &str) {
        std::fs::remove_file(self.folder().join(path)).expect("the file is there");
    }
}
