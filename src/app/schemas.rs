//! The schemas beside the configuration: written, and compared with what this program would write.

#![expect(clippy::disallowed_methods, reason = "files are read and written by `app`")]

use crate::app::Loaded;
use crate::error::{Exit, Stop};
use crate::finding::{Code, Finding};
use crate::schema::{self, editor, editor::Needed};

/// Writes the schemas that the files need and what tells an editor of them; returns the paths of those that are
/// new or changed.
///
/// # Errors
/// When a file can't be written, or the editor's settings can't be added to.
pub fn write(loaded: &Loaded) -> Result<Vec<String>, Stop> {
    let needed = editor::needed(&loaded.desired);
    let mut changed = Vec::new();
    for (path, text) in schemas(&needed).into_iter().chain(of_editor(loaded, &needed)?) {
        let file = loaded.root.join(&path);
        if std::fs::read_to_string(&file).is_ok_and(|before| is_same(&before, &text)) {
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

/// Lists the schemas by their paths relative to the configuration, with their texts.
fn schemas(needed: &[Needed]) -> Vec<(String, String)> {
    needed.iter().map(|(subject, _)| (subject.path(), subject.text())).collect()
}

/// Lists the files that tell an editor of the schemas, as [`schemas`] lists those.
fn of_editor(loaded: &Loaded, needed: &[Needed]) -> Result<Vec<(String, String)>, Stop> {
    let before = |path: &str| std::fs::read_to_string(loaded.root.join(path)).ok();
    let with_path = |path: &str, text: Result<String, serde_json::Error>| {
        text.map(|text| (path.to_owned(), text)).map_err(|error| {
            Stop::new(Exit::Internal, format!("could not add to {path}: {error}"))
                .hint("permctl reads no comments in it: take them out, or move the file away and add its lines again")
        })
    };
    let settings = editor::settings(before(editor::SETTINGS).as_deref(), needed);
    let extensions = editor::extensions(before(editor::EXTENSIONS).as_deref());
    Ok(vec![with_path(editor::SETTINGS, settings)?, with_path(editor::EXTENSIONS, extensions)?])
}

/// Tells whether a file says the same, however it is laid out.
fn is_same(there: &str, text: &str) -> bool {
    let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    there == text || parsed(there).is_some_and(|there| parsed(text) == Some(there))
}

/// Finds schemas that another version of permctl wrote, or that other files need by now. An editor that is told of
/// them in another way, or in a file with comments, is not looked at.
pub fn outdated(loaded: &Loaded) -> Option<Finding> {
    if !loaded.root.join(schema::FOLDER).is_dir() {
        return None;
    }
    let is_outdated =
        |(path, text): &(String, String)| match std::fs::read_to_string(loaded.root.join(path)) {
            Ok(there) => !is_same(&there, text),
            Err(_) => path.starts_with(schema::FOLDER),
        };
    let needed = editor::needed(&loaded.desired);
    let of_editor = of_editor(loaded, &needed).unwrap_or_default();
    let (path, _) = schemas(&needed).into_iter().chain(of_editor).find(is_outdated)?;
    let message = format!("{path} is not what this version of permctl writes for these files");
    let hint = "write it again: `permctl schema --write`; editors check files by it";
    Some(Finding::new(Code::SchemaOutdated, message).hint(hint))
}
