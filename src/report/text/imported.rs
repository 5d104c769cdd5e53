//! What an import did, as text for a terminal.

use crate::report::text::{plan, selected};
use crate::report::{Imported, ImportedFile, LeftOut};
use crate::text::{counted, quoted, visible};

/// Writes the files that were written, and what was left out.
pub fn text(imported: &Imported) -> String {
    let Imported { selection, files, not_read, failed, nameless, left_out } = imported;
    let mut text = plan::not_read(not_read);
    for ImportedFile { path, workspace, profile } in files {
        text.push_str(&format!("{}  {workspace}/{}\n", visible(path), quoted(profile)));
    }
    for LeftOut { workspace, message } in left_out {
        text.push_str(&format!("{workspace}: {}\n", visible(message)));
    }
    text.push_str(&selected(selection));
    match files.len() {
        0 if failed.is_some() || !not_read.is_empty() => {}
        0 if *nameless > 0 => text.push_str("Nothing imported.\n"),
        0 => text.push_str("Nothing to import: every live profile is described or ignored.\n"),
        count => text.push_str(&format!(
            "Imported {}. Next: review and commit, then `permctl plan`.\n",
            counted(count, "profile")
        )),
    }
    text
}
