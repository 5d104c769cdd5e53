//! Keeping the journal: a folder with a file for each run, and the wait for what a run that died may
//! have left in flight.
//!
//! Whatever is wrong with a journal is said and stops nothing, with one exception: a folder that was
//! asked for by `--journal` has to be there to be written to before anything is sent.

#![expect(clippy::disallowed_methods, reason = "a journal is files with times in them")]

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use jiff::Timestamp;

use crate::app::state::actor::Actor;
use crate::app::{App, Loaded, output, system};
use crate::apply::journal::{
    self, ANSWERED_WINDOW, AnsweredCreate, Disk, IN_FLIGHT_WINDOW, Lasting, OpenIntent, RunJournal,
    RunRecord, VERSION,
};
use crate::desired;
use crate::error::{Exit, Stop};
use crate::secret::Redactor;
use crate::text::{counted, visible};

/// Where journals lie, below the configuration.
const FOLDER: &str = ".permctl/journal";

/// What the names of journals end with.
const ENDING: &str = "jsonl";

/// How much of the end of a journal is read to find what is open: far more than a minute of writing.
const TAIL: u64 = 4 * 1024 * 1024;

/// How many runs may begin in one second with the same process number, in containers.
const MOST_IN_A_SECOND: u32 = 100;

/// The folder of the journals, as asked for or beside the configuration.
pub fn folder(loaded: &Loaded, given: Option<&Path>) -> PathBuf {
    given.map_or_else(|| loaded.root.join(FOLDER), Path::to_owned)
}

/// The file of a run's journal.
pub struct OpenFile {
    /// `None` where it can't be written to, which has been said.
    file: Option<File>,
    path: PathBuf,
    redactor: Redactor,
}

impl Disk for OpenFile {
    fn append(&mut self, lines: &str, lasting: Lasting) {
        let Self { file: Some(file), path, redactor } = self else { return };
        let lines = redactor.redact(lines);
        let written = file.write_all(lines.as_bytes()).and_then(|()| match lasting {
            Lasting::OnDisk => file.sync_data(),
            Lasting::Written => Ok(()),
        });
        if let Err(error) = written {
            let path = path.display();
            let text = format!("the journal {path} ends here, it can't be written to: {error}\n");
            output::talk(redactor, &text);
            self.file = None;
        }
    }
}

/// Begins the journal of this run: in the given folder, or beside the configuration. `change` is the page of
/// the pull request or ticket that asks for the run.
///
/// # Errors
/// When a folder that was asked for can't be written to.
pub fn begin(
    app: &App,
    loaded: &Loaded,
    given: Option<&Path>,
    change: Option<&str>,
    plan: &str,
) -> anyhow::Result<RunJournal<OpenFile>> {
    let folder = folder(loaded, given);
    let answered = answered(app, &folder);
    let (file, path) = match create(&folder) {
        Ok((file, path)) => (Some(file), path),
        Err(error) if given.is_some() => {
            let message = format!("could not write a journal in {}: {error}", folder.display());
            return Err(Stop::new(Exit::Internal, message)
                .hint("nothing was sent; --journal names a folder, where each run writes a file")
                .into());
        }
        Err(error) => {
            app.talk(&format!(
                "no journal of this run: {} can't be written to ({error})\n",
                folder.display()
            ));
            (None, folder)
        }
    };
    let endpoint = |tenant: &desired::Tenant| (tenant.name.clone(), tenant.endpoint.to_string());
    let endpoints = loaded.desired.tenants.iter().map(endpoint).collect();
    let Actor { user, host, boot: _, pid, job } = Actor::here();
    let run = RunRecord {
        journal_version: VERSION,
        permctl: env!("CARGO_PKG_VERSION").to_owned(),
        plan: plan.to_owned(),
        user,
        host,
        pid,
        job,
        change: change.map(str::to_owned),
    };
    let file = OpenFile { file, path, redactor: app.redactor.clone() };
    Ok(RunJournal::begin(file, Timestamp::now, endpoints, answered, run))
}

/// Makes the file of a run: new, and for its owner only.
fn create(folder: &Path) -> std::io::Result<(File, PathBuf)> {
    let mut builder = DirBuilder::new();
    let mut options = OpenOptions::new();
    options.append(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
        builder.mode(0o700);
        options.mode(0o600);
    }
    builder.recursive(true).create(folder)?;
    let now = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
    let process = std::process::id();
    for more in 1..MOST_IN_A_SECOND {
        let more = if more == 1 { String::new() } else { format!("-{more}") };
        let path = folder.join(format!("{now}-{process}{more}.{ENDING}"));
        match options.open(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(file) => {
                // A file is on the disk when its folder is; systems that can't say so need not.
                let _ = File::open(folder).and_then(|folder| folder.sync_all());
                return Ok((file, path));
            }
        }
    }
    Err(std::io::Error::other("there are too many journals of this second"))
}

/// Waits while a request of a run that died is so young that the vendor may still be working on it.
/// Nothing was sent yet, so Ctrl-C ends the run at once.
///
/// # Errors
/// When the time of the run is over before that.
pub async fn wait_for_in_flight(
    app: &App,
    folder: &Path,
    tenants: &[&desired::Tenant],
) -> Result<(), Stop> {
    let now = Timestamp::now();
    let mut intents = Vec::new();
    for path in recent(app, folder, IN_FLIGHT_WINDOW) {
        let opened = match tail(&path) {
            Ok(text) => journal::open(&text),
            Err(error) => {
                app.talk(&format!("passed over the journal {}: {error}\n", path.display()));
                continue;
            }
        };
        if let Some(first) = opened.strange.first() {
            app.talk(&format!(
                "passed over {} of the journal {} that can't be understood, the first is line {first}\n",
                counted(opened.strange.len(), "line"),
                path.display()
            ));
        }
        intents.extend(opened.intents);
    }
    // The youngest is the one that the others are over before.
    let ours = intents.into_iter().filter(|intent| is_of(intent, tenants));
    let Some(youngest) = ours.max_by_key(|intent| intent.left(now)) else { return Ok(()) };
    let left = youngest.left(now);
    if left.is_zero() {
        return Ok(());
    }
    let OpenIntent { tenant, action, address, .. } = youngest;
    app.talk(&visible_line(&format!(
        "waiting {} s before reading: an earlier run sent `{action} {address}` to {tenant} and got no answer, so the vendor may still be processing it; Ctrl-C stops, nothing is sent",
        left.as_millis().div_ceil(1000),
    )));
    tokio::select! {
        () = tokio::time::sleep(left) => Ok(()),
        limit = app.run.time_is_up() => {
            Err(Stop::new(Exit::Api, format!("nothing was sent: {limit}, while waiting"))
                .hint("run it again in a minute, or with a longer `--timeout`"))
        }
    }
}

fn visible_line(text: &str) -> String {
    format!("{}\n", visible(text))
}

fn is_of(intent: &OpenIntent, tenants: &[&desired::Tenant]) -> bool {
    tenants.iter().any(|tenant| {
        tenant.name == intent.tenant && tenant.endpoint.to_string() == intent.endpoint
    })
}

/// Reads which creates were answered lately and whose profiles no list has shown. What is wrong with a
/// journal was said before the run began to read.
fn answered(app: &App, folder: &Path) -> Vec<AnsweredCreate> {
    let now = Timestamp::now();
    let paths = recent(app, folder, ANSWERED_WINDOW).into_iter();
    let creates = paths.filter_map(|path| tail(&path).ok()).flat_map(|it| journal::answered(&it));
    let age = |create: &AnsweredCreate| Duration::try_from(now.duration_since(create.at));
    creates.filter(|create| age(create).unwrap_or_default() < ANSWERED_WINDOW).collect()
}

/// Lists the journals that were written to so lately that something in them may be as young as this.
fn recent(app: &App, folder: &Path, young: Duration) -> Vec<PathBuf> {
    let listed = match std::fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if error.kind() == ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            app.talk(&format!(
                "could not look into the journals in {}: {error}\n",
                folder.display()
            ));
            return Vec::new();
        }
    };
    // Twice as long, since the clock of a file server need not be ours.
    let since = SystemTime::now().checked_sub(2 * young).unwrap_or(SystemTime::UNIX_EPOCH);
    let young = |path: &PathBuf| {
        let modified = std::fs::metadata(path).and_then(|found| found.modified());
        modified.is_ok_and(|modified| modified >= since)
    };
    let paths = listed.filter_map(Result::ok).map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == ENDING))
        .filter(young)
        .collect();
    paths.sort();
    paths
}

/// Reads the end of a journal, from a whole line on.
fn tail(path: &Path) -> std::io::Result<String> {
    let mut file = system::open_regular(path, false)?;
    let cut = file.metadata()?.len().saturating_sub(TAIL);
    file.seek(SeekFrom::Start(cut))?;
    let mut bytes = Vec::new();
    file.take(TAIL).read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(match (cut, text.split_once('\n')) {
        (0, _) | (_, None) => text.into_owned(),
        (_, Some((_, whole))) => whole.to_owned(),
    })
}
