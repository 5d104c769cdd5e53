//! The schemas beside the configuration: written, and compared with what this program would write.

#![expect(clippy::disallowed_methods, reason = "files are read and written by `app`")]

use std::path::Path;

use crate::app::Loaded;
use crate::error::{Exit, Stop};
use crate::finding::{Code, Finding};
use crate::schema::{Subject, editor};

/// Writes the schemas that the files need and what tells an editor of them; returns the paths of those that are
/// new or changed.
///
/// # Errors
/// When a file can't be written, or the editor's settings can't be added to.
pub fn write(loaded: &Loaded) -> Result<Vec<String>, Stop> {
    let mut changed = Vec::new();
    for (path, text) in all(loaded)? {
        let file = loaded.root.join(&path);
        if std::fs::read_to_string(&file).is_ok_and(|before| before == text) {
            continue;
        }
        let folder = file.parent().unwrap_or(&loaded.root);
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&file, text));
        written.map_err(|error| {
            Stop::new(Exit::Internal, format!("could not write {path}: {error}"))
        })?;
        changed.push(path);
    }
    Ok(changed)
}

/// Lists the files that should be there, relative to the configuration, with their texts.
fn all(loaded: &Loaded) -> Result<Vec<(String, String)>, Stop> {
    let needed = editor::needed(&loaded.desired);
    let mut all: Vec<(String, String)> =
        needed.iter().map(|(subject, _)| (subject.path(), subject.text())).collect();
    let before = |path: &str| std::fs::read_to_string(loaded.root.join(path)).ok();
    let not_json = |path: &str, error: serde_json::Error| {
        let message = format!("could not add to {path}: {error}");
        Stop::new(Exit::Internal, message)
            .hint("permctl reads no comments in it: take them out, or move the file away and add its lines again")
    };
    for (path, text) in [
        (editor::SETTINGS, editor::settings(before(editor::SETTINGS).as_deref(), &needed)),
        (editor::EXTENSIONS, editor::extensions(before(editor::EXTENSIONS).as_deref())),
    ] {
        all.push((path.to_owned(), text.map_err(|error| not_json(path, error))?));
    }
    Ok(all)
}

/// Finds schemas that another version of permctl wrote, or that other files need by now.
pub fn outdated(loaded: &Loaded) -> Option<Finding> {
    let root: &Path = &loaded.root;
    if !root.join(crate::schema::FOLDER).is_dir() {
        return None;
    }
    let is_other = |subject: &Subject| {
        std::fs::read_to_string(root.join(subject.path()))
            .is_ok_and(|there| there != subject.text())
    };
    let other = Subject::all().find(is_other).map(Subject::path);
    let needed = editor::needed(&loaded.desired);
    let missing = || {
        let missing = |(subject, _): &(Subject, _)| !root.join(subject.path()).exists();
        needed.iter().map(|it| (it.0, ())).find(missing).map(|(subject, ())| subject.path())
    };
    let path = root.join(editor::SETTINGS);
    let before = std::fs::read_to_string(path).ok();
    // Where it has comments, it is kept by hand.
    let is_mapped = || {
        before.as_deref().is_none_or(|there| {
            editor::settings(Some(there), &needed).map_or(true, |after| after == there)
        })
    };
    let (path, problem) = match (other, missing()) {
        (Some(path), _) => (path, "is not what this version of permctl writes"),
        (None, Some(path)) => (path, "is missing beside the other schemas"),
        (None, None) if !is_mapped() => {
            (editor::SETTINGS.to_owned(), "does not name the folders of all files")
        }
        (None, None) => return None,
    };
    let finding = Finding::new(Code::SchemaOutdated, format!("{path} {problem}"));
    Some(finding.hint("write it again: `permctl schema --write`; editors check files by it"))
}
