//! The way out of the process: what is printed and the files that hold live data.
//!
//! Whatever takes it has no credential in it and no line that a CI system would obey.

use std::borrow::Cow;
use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use anstream::stream::{AsLockedWrite, RawStream};
use anstream::{AutoStream, ColorChoice};
use anyhow::Context as _;

use crate::app::{App, environment};
use crate::apply::Applied;
use crate::cli::{Color, Globals};
use crate::error::Exit;
use crate::plan::Plan;
use crate::report::{Format, Report, View, json, markdown, text};
use crate::secret::Redactor;
use crate::text::{disarmed, disarmed_json, harmless};

/// More links in a row than this are a ring; Linux stops at as many.
const MOST_LINKS: usize = 40;

impl App {
    /// Writes a result to stdout, without colour where there is none to show.
    pub fn result(&self, text: &str) -> anyhow::Result<()> {
        let text = self.redactor.redact(text);
        self.reported.store(true, Ordering::Relaxed);
        match print(io::stdout(), &text) {
            // The reader has seen enough (`| head`).
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            result => Ok(result?),
        }
    }

    /// Returns how reports are shown: people are named on a terminal only.
    pub fn view(&self) -> View {
        let Globals { format, holder_names, max_size, no_folds, .. } = &self.globals;
        let names = *holder_names || *format == Format::Text && io::stdout().is_terminal();
        let usual = View::default();
        let max_size = max_size.map_or(usual.max_size, |bytes| bytes as usize);
        let width = match io::stdout().is_terminal() {
            true => terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)),
            false => environment::columns(),
        };
        View { names, width, max_size, folds: !no_folds, comment: self.comment }
    }

    /// Keeps the names of holders from a plan that is shown where people are not named.
    pub fn hide_names(&self, plan: &mut Plan) {
        if !self.view().names {
            plan.hide_names();
        }
    }

    /// Returns a plan as it is shown: with the names of holders only where people are named.
    pub fn without_names<'p>(&self, plan: &'p Plan) -> Cow<'p, Plan> {
        let mut plan = Cow::Borrowed(plan);
        if !self.view().names {
            plan.to_mut().hide_names();
        }
        plan
    }

    /// Writes a report to stdout in the chosen format.
    pub fn show(&self, report: Report<'_>) -> anyhow::Result<()> {
        self.show_on_stdout(report)?;
        self.write_reports(report)
    }

    fn show_on_stdout(&self, report: Report<'_>) -> anyhow::Result<()> {
        match self.globals.format {
            Format::Text => self.result(&text::render(report, self.view())),
            Format::Markdown => self.result(&markdown::render(report, self.view())),
            Format::Json => {
                self.reported.store(true, Ordering::Relaxed);
                let mut lines = JsonLines { redactor: &self.redactor, begun: Vec::new(), whole: 0 };
                let written = json::write(report, &mut lines).and_then(|()| lines.flush());
                match written {
                    // The reader has seen enough (`| head`).
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                    result => Ok(result?),
                }
            }
        }
    }

    /// Writes a report of what was done: to stderr where stdout does not take it, since there is no
    /// other way to find it out. Returns how the run ends.
    pub fn show_applied(&self, applied: &Applied, exit: Exit) -> anyhow::Result<Exit> {
        let Err(error) = self.show(Report::Applied(applied)) else { return Ok(exit) };
        self.talk(&text::render(Report::Applied(applied), self.view()));
        if exit == Exit::Done {
            return Err(error);
        }
        // How the run ended says more than that the report was not taken.
        self.talk(&format!("the report could not be written: {error:#}\n"));
        Ok(exit)
    }

    /// Writes to stderr what is good to know, unless the user wants to know no such thing.
    pub fn note(&self, text: &str) {
        if !self.globals.quiet {
            self.talk(text);
        }
    }

    /// Writes to stderr; an error there can't be reported.
    pub fn talk(&self, text: &str) {
        talk(&self.redactor, text);
    }
}

/// Decides for the whole run whether there is colour.
pub fn choose_color(color: Color) {
    match color {
        Color::Auto => {}
        Color::Always => ColorChoice::Always.write_global(),
        Color::Never => ColorChoice::Never.write_global(),
    }
}

/// Writes to stderr what a redactor leaves of a text.
pub fn talk(redactor: &Redactor, text: &str) {
    let _ = print(io::stderr(), &redactor.redact(text));
}

/// Writes lines of the log to stderr: objects of JSON, or lines for people.
pub fn log(redactor: &Redactor, lines: &str, json: bool) -> io::Result<()> {
    let lines = redactor.redact(lines);
    if json { print(io::stderr(), &disarmed_json(&lines)) } else { print(io::stderr(), &lines) }
}

/// Writes JSON to stdout line by line: no text of it goes over the end of a line.
struct JsonLines<'a> {
    redactor: &'a Redactor,
    /// What has come since the last line that was printed.
    begun: Vec<u8>,
    /// How much of it is whole lines.
    whole: usize,
}

/// So much is gathered before it is printed.
const GATHERED: usize = 64 * 1024;

impl Write for JsonLines<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(end) = bytes.iter().rposition(|byte| *byte == b'\n') {
            self.whole = self.begun.len() + end + 1;
        }
        self.begun.extend(bytes);
        if self.begun.len() >= GATHERED && self.whole > 0 {
            let rest = self.begun.split_off(self.whole);
            self.flush()?;
            self.begun = rest;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let lines = std::mem::take(&mut self.begun);
        self.whole = 0;
        let lines = String::from_utf8(lines).map_err(io::Error::other)?;
        // Secrets are found as they are written, so before anything is escaped.
        print(io::stdout(), &disarmed_json(&self.redactor.redact(&lines)))
    }
}

/// Takes colour out where there is none to show, and then what only looked harmless with it.
fn print(stream: impl RawStream + AsLockedWrite, text: &str) -> io::Result<()> {
    let text = harmless(text);
    let text = match AutoStream::choice(&stream) {
        ColorChoice::Never => {
            Cow::Owned(disarmed(&anstream::adapter::strip_str(&text).to_string()).into_owned())
        }
        _ => disarmed(&text),
    };
    let mut stream = AutoStream::auto(stream);
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

/// Writes a file that holds live data: readable by its owner only, and whole or not at all.
pub fn write_private<T: AsRef<str>>(
    path: &Path,
    pieces: impl Iterator<Item = T>,
) -> anyhow::Result<()> {
    let write_all = |file: &mut dyn Write| {
        let mut file = io::BufWriter::new(file);
        for piece in pieces {
            file.write_all(piece.as_ref().as_bytes())?;
        }
        file.flush()
    };
    let failed = || format!("could not write {}", path.display());
    // A pipe or a device can't be renamed over: what reads from it would wait for ever.
    if std::fs::metadata(path).is_ok_and(|found| !found.is_file()) {
        let file = std::fs::OpenOptions::new().write(true).open(path);
        return file.and_then(|mut file| write_all(&mut file)).with_context(failed);
    }
    let path = &behind_links(path).with_context(failed)?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // A temporary file has mode 0600 and is renamed into place.
    let write = || -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        write_all(&mut file)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().with_context(failed)
}

/// Follows links to what is to be written, which need not be there yet: renaming a file over a link
/// would replace the link.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut at = path.to_owned();
    for _ in 0..MOST_LINKS {
        match std::fs::symlink_metadata(&at) {
            Ok(found) if found.is_symlink() => {
                let target = std::fs::read_link(&at)?;
                at = at.parent().unwrap_or(Path::new("")).join(target);
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => return Ok(at),
        }
    }
    Err(io::Error::other("its links lead to each other"))
}
