//! The vendor under observation: every state that it was ever in, and who made it so.

use std::sync::{Arc, Mutex};

use permctl_sandbox::{Readings, Received, Reply, Vendor};
use serde_json::Value as Json;

/// A state of the vendor.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Everything that it keeps.
    pub state: Json,
    /// Whether somebody else than the client made it so.
    pub by_editor: bool,
}

/// All states in order, each once while it lasts.
pub type Log = Arc<Mutex<Vec<Seen>>>;

/// A vendor that notes what becomes of it.
pub struct Witness {
    inner: Box<dyn Vendor>,
    log: Log,
    /// Whether something may have changed that is not noted yet.
    stirred: bool,
}

impl Witness {
    /// Begins to observe.
    pub fn new(inner: Box<dyn Vendor>, log: Log) -> Self {
        let witness = Self { inner, log, stirred: false };
        witness.note(true);
        witness
    }

    fn note(&self, by_editor: bool) {
        let state = self.inner.save();
        let mut log = self.log.lock().expect("no holder of this lock can panic");
        if log.last().is_none_or(|last| last.state != state) {
            log.push(Seen { state, by_editor });
        }
    }
}

impl Vendor for Witness {
    fn answer(&mut self, request: &Received) -> Reply {
        // What an answer leads to is noted when the next one begins: until then it may be undone.
        if std::mem::take(&mut self.stirred) {
            self.note(false);
        }
        self.stirred = self.inner.is_write(request);
        self.inner.answer(request)
    }

    fn readings(&mut self) -> &mut Readings {
        self.inner.readings()
    }

    fn base_path(&self) -> &'static str {
        self.inner.base_path()
    }

    fn is_write(&self, request: &Received) -> bool {
        self.inner.is_write(request)
    }

    fn save(&self) -> Json {
        self.inner.save()
    }

    fn load(&mut self, state: Json) -> Result<(), String> {
        self.stirred = true;
        self.inner.load(state)
    }

    fn edit(
        &mut self,
        workspace: &str,
        profile: &str,
        setting: &str,
        value: Json,
    ) -> Result<(), String> {
        self.note(false);
        let edited = self.inner.edit(workspace, profile, setting, value);
        self.note(true);
        edited
    }

    fn error(&self, status: u16, message: &str) -> Reply {
        self.inner.error(status, message)
    }
}
