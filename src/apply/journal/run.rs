//! The journal of one run: what is noted, in which order, and how long each line has to last.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::apply::Applied;
use crate::apply::journal::{self, AnsweredCreate, Event, Intent, Journal, ReplyRecord, RunRecord};

/// How long a line has to last before the run goes on.
///
/// A request leaves only when its intent is on the disk: what a machine without power has forgotten may be
/// an answer, and never a request. An answer outlives a killed process as soon as it is written, and gets
/// to the disk with the next intent, or with the last lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasting {
    /// Longer than the process.
    Written,
    /// Longer than the power of the machine.
    OnDisk,
}

/// Where the lines of a run are kept. What goes wrong there stops nothing.
pub trait Disk: Send {
    /// Adds whole lines, in one piece, so that a run that dies leaves whole lines. `OnDisk` holds for the lines
    /// before these, too.
    fn append(&mut self, lines: &str, lasting: Lasting);
}

/// The journal of this run.
pub struct RunJournal<D> {
    state: Mutex<DiskState<D>>,
    now: fn() -> Timestamp,
    /// The endpoints of the tenants, by name.
    endpoints: BTreeMap<String, String>,
    /// Creates of other runs that were answered lately, and whose profiles no list has shown.
    answered: Vec<AnsweredCreate>,
}

struct DiskState<D> {
    disk: D,
    sent: u64,
}

impl<D: Disk> RunJournal<D> {
    /// Begins a journal, with the line that says who runs.
    pub fn begin(
        disk: D,
        now: fn() -> Timestamp,
        endpoints: BTreeMap<String, String>,
        answered: Vec<AnsweredCreate>,
        run: RunRecord,
    ) -> Self {
        let this =
            Self { state: Mutex::new(DiskState { disk, sent: 0 }), now, endpoints, answered };
        this.note([Event::Run(Box::new(run))], Lasting::Written);
        this
    }

    /// Notes what became of the changes, and the code with which the run ends.
    pub fn end(&self, applied: &Applied, exit: u8) {
        self.note(journal::endings(applied).chain([Event::End { exit }]), Lasting::OnDisk);
    }

    fn note(&self, events: impl IntoIterator<Item = Event>, lasting: Lasting) {
        let now = (self.now)();
        let lines: String = events.into_iter().map(|event| journal::write(now, event)).collect();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.disk.append(&lines, lasting);
    }
}

impl<D: Disk> Journal for RunJournal<D> {
    fn intent(&self, intent: Intent) -> u64 {
        let number = {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            state.sent += 1;
            state.sent
        };
        let endpoint = self.endpoints.get(&intent.tenant).cloned().unwrap_or_default();
        self.note([Event::Intent { number, endpoint, intent }], Lasting::OnDisk);
        number
    }

    fn outcome(&self, number: u64, outcome: ReplyRecord) {
        self.note([Event::Outcome { number, outcome }], Lasting::Written);
    }

    fn answered(&self, tenant: &str, address: &str) -> Option<AnsweredCreate> {
        let is_it = |create: &&AnsweredCreate| {
            let endpoint = self.endpoints.get(tenant);
            create.address == address
                && create.tenant == tenant
                && endpoint.is_some_and(|endpoint| *endpoint == create.endpoint)
        };
        self.answered.iter().filter(is_it).max_by_key(|create| create.at).cloned()
    }
}
