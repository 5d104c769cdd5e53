//! Settling: what became of a write whose answer was lost. It reads; it never repeats the write.

#![expect(clippy::disallowed_methods, reason = "a lost write may take effect a moment later")]

use crate::apply::execute::{Fresh, Job};
use crate::apply::verify::shortfall;
use crate::plan::Change;

/// What was found out.
pub(super) struct Settled {
    /// Whether live shows the write.
    pub(super) done: bool,
    /// The newest read, if one succeeded.
    pub(super) read: Option<Fresh>,
}

/// Looks for the write's effect a few times.
pub(super) async fn settle(job: &Job<'_>, change: &Change) -> Settled {
    let mut newest = None;
    for wait in &job.pace.settle {
        tokio::time::sleep(*wait).await;
        // A read that fails says nothing about the write; the next one may succeed.
        let Ok(read) = job.read().await else { continue };
        let done = shortfall(job, &read.live, change).is_empty();
        newest = Some(read);
        if done {
            return Settled { done, read: newest };
        }
    }
    Settled { done: false, read: newest }
}
