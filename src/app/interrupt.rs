//! Ctrl-C and the end of a CI job: finish what is in flight, say what was done, send nothing more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::app::App;
use crate::error::Exit;

/// Watches for a request to stop from now on. The first one is noted; a second one ends the
/// process at once, whatever is in flight.
pub fn watch(app: &App) -> Arc<AtomicBool> {
    let noted = Arc::new(AtomicBool::new(false));
    let (note, redactor) = (Arc::clone(&noted), app.redactor.clone());
    tokio::spawn(async move {
        while asked().await {
            if note.swap(true, Ordering::Relaxed) {
                std::process::exit(i32::from(Exit::Partial.code()));
            }
            crate::app::talk(
                &redactor,
                "\nstopping: no more writes; once more to stop without a report\n",
            );
        }
    });
    noted
}

/// Waits for a request to stop; `false` when none can come on this system.
async fn asked() -> bool {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return false };
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted.is_ok(),
            terminated = terminate.recv() => terminated.is_some(),
        }
    }
    #[cfg(not(unix))]
    {
        tokio::signal::ctrl_c().await.is_ok()
    }
}
