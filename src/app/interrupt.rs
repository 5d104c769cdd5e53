//! Ctrl-C, the end of a CI job, the end of the run's time: finish what is in flight, say what was
//! done, send nothing more.

use std::sync::Arc;

use anyhow::Context as _;

use crate::app::{App, output};
use crate::error::Exit;
use crate::provider::errors::Limit;

/// Watches for the end from now on. The first request to stop closes the run; a second one ends the
/// process at once, whatever is in flight.
///
/// # Errors
/// When this system lets nobody watch.
pub fn watch(app: &App) -> anyhow::Result<()> {
    let (run, redactor) = (Arc::clone(&app.run), app.redactor.clone());
    // Both are watched before anything is written, and a signal that comes while another one is
    // being answered is not lost.
    let mut signals = Signals::new().context("could not watch for signals")?;
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
        std::process::exit(i32::from(Exit::Partial.code()));
    });
    Ok(())
}

/// The ways to be asked to stop.
struct Signals {
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
    async fn next(&mut self) {
        let asked = tokio::select! {
            asked = self.interrupt.recv() => asked,
            asked = self.terminate.recv() => asked,
        };
        if asked.is_none() {
            std::future::pending().await
        }
    }
}
