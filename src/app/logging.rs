//! What `-v` and `-vv` say on stderr, all of it through the redactor.
//!
//! Only our own events are written: the libraries below may speak of headers.

use std::io::{self, Write};

use tracing::Level;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::{Registry, fmt};

use crate::app::output;
use crate::cli::{Globals, LogFormat};
use crate::secret::Redactor;
use crate::text::visible;

/// Begins to write what happens from now on, when that was asked for.
pub fn start(globals: &Globals, redactor: &Redactor) {
    let level = match globals.verbose {
        0 => return,
        1 => Level::INFO,
        _ => Level::DEBUG,
    };
    let own = Targets::new().with_target(env!("CARGO_CRATE_NAME"), level);
    let json = globals.log_format == LogFormat::Json;
    let lines =
        fmt::layer().with_ansi(false).with_writer(Lines { redactor: redactor.clone(), json });
    let lines = if json {
        lines.json().flatten_event(true).with_filter(own).boxed()
    } else {
        lines.with_filter(own).boxed()
    };
    // A program that uses this as a library may have set one before, which is then kept.
    let _ = tracing::subscriber::set_global_default(Registry::default().with(lines));
}

/// Writes lines to stderr.
struct Lines {
    redactor: Redactor,
    json: bool,
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = &'a Self;

    fn make_writer(&'a self) -> Self::Writer {
        self
    }
}

impl Write for &Lines {
    /// Takes one whole event, so that no secret is cut in two.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let lines = text.lines().map(|line| {
            let line = if self.json { line.to_owned() } else { visible(line) };
            format!("{line}\n")
        });
        output::log(&self.redactor, &lines.collect::<String>(), self.json)?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().lock().flush()
    }
}
