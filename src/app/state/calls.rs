//! How many calls were sent today, by endpoint: a file in the state folder, so that runs count together.
//!
//! Each call is in the file before it is sent, so a run that is killed forgets nothing, and runs at
//! once see each other. The folder is not made for it: where it is not there, or the file can't be
//! written, the run counts its own calls and adds them once it can.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::app::{App, files, system};
use crate::provider::http::Calls;

/// Where calls are counted, below the configuration.
const FILE: &str = ".permctl/calls.json";

/// The longest text that is read of it.
const LONGEST: u64 = 64 * 1024;

/// How often, a millisecond apart, a run asks for the file while another one has it.
const TRIES: usize = 50;

/// The calls of the day on which an endpoint was called last, UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Counted {
    day: String,
    calls: u32,
}

/// Counts the calls to one endpoint.
#[derive(Debug)]
pub struct CallsFile {
    path: PathBuf,
    endpoint: String,
    own: Mutex<Own>,
}

/// What this run knows.
#[derive(Debug)]
struct Own {
    /// Its calls that are not in the file, and their day.
    unwritten: Counted,
    /// All that were counted when it sent last, on that day. A file that gets lost makes it no less.
    seen: u32,
    /// Whether the file could be written last.
    over_runs: bool,
}

impl CallsFile {
    /// Counts the calls to an endpoint; says so where what earlier runs counted can't be used.
    pub fn open(app: &App, root: &Path, endpoint: String) -> Self {
        let path = root.join(FILE);
        let found = std::fs::symlink_metadata(&path).is_ok();
        let text = system::open_regular(&path, false).map(|mut file| text(&mut file));
        if found && !text.is_ok_and(|text| text.is_empty() || understand(&text).is_some()) {
            app.talk(&format!(
                "{} can't be used: the calls that were sent before this run are not counted\n",
                path.display()
            ));
        }
        let unwritten = Counted { day: files::today().to_string(), calls: 0 };
        Self { path, endpoint, own: Mutex::new(Own { unwritten, seen: 0, over_runs: false }) }
    }

    fn add_on(&self, today: &str, calls: u32, most: u32) -> Result<u32, u32> {
        let mut own = self.own.lock().unwrap_or_else(PoisonError::into_inner);
        if own.unwritten.day != today {
            own.unwritten = Counted { day: today.to_owned(), calls: 0 };
            own.seen = 0;
        }
        let fits = |counted: u32| match counted.saturating_add(calls) {
            // What is only asked about always fits.
            all if all <= most || calls == 0 => Ok(all),
            _ => Err(counted),
        };
        let Some(mut file) = self.exclusive() else {
            own.over_runs = false;
            let text = system::start_of(&self.path, LONGEST);
            let earlier = of(&understand(&text).unwrap_or_default(), &self.endpoint, today);
            own.seen = fits(own.seen.max(earlier.saturating_add(own.unwritten.calls)))?;
            own.unwritten.calls = own.unwritten.calls.saturating_add(calls);
            return Ok(own.seen);
        };
        let mut counted = understand(&text(&mut file)).unwrap_or_default();
        let earlier = of(&counted, &self.endpoint, today);
        let all = fits(own.seen.max(earlier.saturating_add(own.unwritten.calls)))?;
        own.seen = all;
        counted.retain(|_, it| it.day == today);
        counted.insert(self.endpoint.clone(), Counted { day: today.to_owned(), calls: all });
        own.over_runs = all == earlier || write(&mut file, &counted).is_ok();
        own.unwritten.calls =
            if own.over_runs { 0 } else { own.unwritten.calls.saturating_add(calls) };
        Ok(all)
    }

    /// Opens the file for this run alone; `None` where that can't be.
    fn exclusive(&self) -> Option<File> {
        let file = system::open_regular(&self.path, true).ok()?;
        for _ in 0..TRIES {
            match file.try_lock() {
                Ok(()) => return Some(file),
                Err(std::fs::TryLockError::WouldBlock) => {
                    std::thread::sleep(Duration::from_millis(1));
                }
                Err(std::fs::TryLockError::Error(_)) => return None,
            }
        }
        None
    }
}

impl Calls for CallsFile {
    fn add(&self, calls: u32, most: u32) -> Result<u32, u32> {
        self.add_on(&files::today().to_string(), calls, most)
    }

    fn over_runs(&self) -> bool {
        self.own.lock().unwrap_or_else(PoisonError::into_inner).over_runs
    }
}

fn of(counted: &BTreeMap<String, Counted>, endpoint: &str, today: &str) -> u32 {
    counted.get(endpoint).filter(|it| it.day == today).map_or(0, |it| it.calls)
}

fn text(file: &mut File) -> String {
    let mut bytes = Vec::new();
    let _ = file.take(LONGEST).read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn understand(text: &str) -> Option<BTreeMap<String, Counted>> {
    serde_json::from_str(text).ok()
}

/// Writes what is counted; no wait for the disk, since losing some calls is no harm.
fn write(file: &mut File, counted: &BTreeMap<String, Counted>) -> std::io::Result<()> {
    let text = serde_json::to_string(counted).map_err(std::io::Error::other)?;
    file.rewind()?;
    file.write_all(text.as_bytes())?;
    // Cut only now: a run that dies between the two leaves the numbers readable at least to people.
    file.set_len(text.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(folder: &Path, endpoint: &str, day: &str) -> CallsFile {
        let own =
            Own { unwritten: Counted { day: day.to_owned(), calls: 0 }, seen: 0, over_runs: false };
        let (path, endpoint) = (folder.join("calls.json"), endpoint.to_owned());
        CallsFile { path, endpoint, own: Mutex::new(own) }
    }

    #[test]
    fn calls_count_by_endpoint_and_day_over_runs() {
        let folder = tempfile::tempdir().expect("a folder");
        let (today, tomorrow) = ("2027-03-01", "2027-03-02");
        let (first, second) = (run(folder.path(), "a", today), run(folder.path(), "a", today));
        assert_eq!(first.add_on(today, 2, 3), Ok(2));
        assert_eq!(second.add_on(today, 1, 3), Ok(3));
        assert_eq!(first.add_on(today, 1, 3), Err(3));
        assert_eq!(first.add_on(today, 0, 1), Ok(3), "what is asked about");
        assert_eq!(run(folder.path(), "b", today).add_on(today, 1, 3), Ok(1));
        assert_eq!(first.add_on(tomorrow, 1, 3), Ok(1));
        assert!(first.over_runs());
    }

    #[test]
    fn calls_that_can_not_be_written_count_within_the_run_and_are_added_later() {
        let folder = tempfile::tempdir().expect("a folder");
        let (later, today) = (folder.path().join("later"), "2027-03-01");
        let first = run(&later, "a", today);
        assert_eq!((first.add_on(today, 2, 3), first.over_runs()), (Ok(2), false));
        assert_eq!(first.add_on(today, 2, 3), Err(2));
        std::fs::create_dir(&later).expect("a folder is made");
        assert_eq!((first.add_on(today, 1, 3), first.over_runs()), (Ok(3), true));
        assert_eq!(run(&later, "a", today).add_on(today, 0, 3), Ok(3));
        std::fs::remove_dir_all(&later).expect("it is removed");
        assert_eq!(first.add_on(today, 1, 3), Err(3), "a count that gets lost");
    }
}
