//! Ctrl-C, the end of a CI job, the end of the run's time: finish what is in flight, say what was
//! done, send nothing more.

use std::sync::Arc;

use anyhow::Context as _;

use crate::app::{App, output};
use crate::error::Exit;
use crate::provider::http::Limit;

/// Watches for the end of a run that writes from now on. The first request to stop closes the run; a
/// second one ends the process at once, whatever is in flight.
pub fn watch(app: &App, mut signals: Signals) {
    let (run, redactor) = (Arc::clone(&app.run), app.redactor.clone());
    run.begin_writing();
    tokio::spawn(async move {
        let why = tokio::select! {
            () = signals.next() => Limit::Interrupted,
            limit = run.time_is_up() => limit,
        };
        run.close(why);
        output::talk(
            &redactor,
            &format!("\nstopping, {why}: no more writes; Ctrl-C ends it without a report\n"),
        );
        signals.next().await;
        let exit = if run.has_written() { Exit::Partial } else { Exit::Interrupted };
        std::process::exit(i32::from(exit.code()));
    });
}

/// The ways to be asked to stop. From when they are made, none ends the process by itself, and one
/// that comes while another is being answered is not lost.
pub struct Signals {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
    #[cfg(windows)]
    terminate: tokio::signal::windows::CtrlBreak,
}

impl Signals {
    /// Begins to watch.
    ///
    /// # Errors
    /// When this system does not let a program watch.
    pub fn watch() -> anyhow::Result<Self> {
        Self::new().context("could not watch for signals")
    }

    #[cfg(unix)]
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    #[cfg(windows)]
    fn new() -> std::io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c};
        Ok(Self { interrupt: ctrl_c()?, terminate: ctrl_break()? })
    }

    /// Waits for the next one, for ever where none can come any more.
    pub async fn next(&mut self) {
        let asked = tokio::select! {
            asked = self.interrupt.recv() => asked,
            asked = self.terminate.recv() => asked,
        };
        if asked.is_none() {
            std::future::pending().await
        }
    }
}
