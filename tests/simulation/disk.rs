//! The disk of a simulated machine: a written line outlives the process, a synced line outlives the power.

use std::sync::{Arc, Mutex};

use permctl::apply::journal::{self, AnsweredCreate, Disk, Lasting};

/// The journal of one run, as it lies on the disk.
#[derive(Debug, Clone, Default)]
pub struct Journaled(Arc<Mutex<Text>>);

#[derive(Debug, Default)]
struct Text {
    written: String,
    /// How much of it is on the disk.
    lasting: usize,
    syncs: usize,
}

impl Journaled {
    /// Takes the power from the machine: lines that are not on the disk are gone.
    pub fn lose_power(&self) {
        let mut text = self.0.lock().expect("no holder of this lock can panic");
        let lasting = text.lasting;
        text.written.truncate(lasting);
    }

    /// Returns all lines that outlived the process.
    pub fn lines(&self) -> String {
        self.0.lock().expect("no holder of this lock can panic").written.clone()
    }

    /// Returns the lines that would have outlived the power.
    pub fn synced(&self) -> String {
        let text = self.0.lock().expect("no holder of this lock can panic");
        text.written[..text.lasting].to_owned()
    }

    /// Counts how often the run waited for the disk.
    pub fn syncs(&self) -> usize {
        self.0.lock().expect("no holder of this lock can panic").syncs
    }

    /// Lists the creates that were answered and whose profiles no list has shown.
    pub fn answered(&self) -> Vec<AnsweredCreate> {
        journal::answered(&self.lines())
    }
}

impl Disk for Journaled {
    fn append(&mut self, lines: &str, lasting: Lasting) {
        let mut text = self.0.lock().expect("no holder of this lock can panic");
        text.written.push_str(lines);
        if lasting == Lasting::OnDisk {
            text.lasting = text.written.len();
            text.syncs += 1;
        }
    }
}
