//! What a snapshot was taken of, as text.

use crate::report::SnapshotTaken;
use crate::report::text::plan;
use crate::text::{counted, visible};

/// Writes what could not be read, or which file was written.
pub fn text(taken: &SnapshotTaken) -> String {
    let SnapshotTaken { selection: _, file, profiles, workspaces, not_read } = taken;
    let mut text = plan::not_read(not_read);
    if let Some(file) = file {
        text.push_str(&format!(
            "wrote {} of {} to {}\n",
            counted(*profiles, "profile"),
            counted(*workspaces, "workspace"),
            visible(file)
        ));
    }
    text
}
