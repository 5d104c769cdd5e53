//! Walking through the folder of the profiles: every file below it, and no way out.

#![expect(clippy::disallowed_methods, reason = "folders are listed")]

use std::fs::{DirEntry, FileType};
use std::path::{Path, PathBuf};

use super::{is_hidden, is_profile_file, shown};
use crate::error::too_few_files;
use crate::finding::{Code, Finding, SourceText, Span};

/// The deepest that folders below `profiles/` are followed.
const DEEPEST: usize = 16;

/// The most folders below `profiles/`, each counted as often as links lead to it.
const MOST_FOLDERS: usize = 10_000;

/// What is looked for below a folder of files.
pub(super) struct Walk<'a> {
    /// What paths in messages are relative to.
    pub(super) root: &'a Path,
    /// The folder, with no link in it.
    pub(super) inside: &'a Path,
    /// What its files describe: `profiles`, `rules`.
    pub(super) what: &'static str,
    /// How many folders were listed.
    pub(super) folders: usize,
}

impl Walk<'_> {
    /// Collects the files below a folder, those that describe no profile too; `real` is its path with no
    /// link in it.
    pub(super) fn list(
        &mut self,
        folder: &Path,
        real: &Path,
        depth: usize,
        paths: &mut Vec<PathBuf>,
        unread: &mut Vec<Finding>,
    ) {
        let entries = match self.enter(folder, depth) {
            Ok(entries) => entries,
            Err(finding) => return unread.extend(finding),
        };
        let root = self.root;
        for entry in entries {
            let path = entry.path();
            let kind = entry.file_type();
            let is_link = kind.as_ref().is_ok_and(FileType::is_symlink);
            let is_folder = match kind {
                Ok(kind) if !is_link => kind.is_dir(),
                _ => path.is_dir(),
            };
            if is_folder && is_hidden(&path) {
                continue;
            }
            if !is_folder && !is_profile_file(&path) {
                paths.push(path);
                continue;
            }
            // A link that leads nowhere is noticed when it is read.
            let target = is_link.then(|| std::fs::canonicalize(&path).ok()).flatten();
            let beside = entry.file_name();
            let target = target.unwrap_or_else(|| real.join(beside));
            if !target.starts_with(self.inside) {
                unread.push(outside(&shown(&path, root), self.what));
            } else if is_folder && real.starts_with(&target) {
                let problem = "it is a link to a folder that it lies in";
                unread.push(unreadable(&shown(&path, root), problem, "take the link out"));
            } else if is_folder {
                self.list(&path, &target, depth + 1, paths, unread);
            } else {
                paths.push(path);
            }
        }
    }

    /// Lists a folder, or says why it is not looked into. That there are too many folders is said once.
    fn enter(&mut self, folder: &Path, depth: usize) -> Result<Vec<DirEntry>, Option<Finding>> {
        let place = shown(folder, self.root);
        if depth > DEEPEST {
            let problem = format!("it lies more than {DEEPEST} folders below the {}", self.what);
            let hint = "put its files into a folder that lies less deep";
            return Err(Some(unreadable(&place, &problem, hint)));
        }
        self.folders += 1;
        if self.folders > MOST_FOLDERS {
            let problem =
                format!("there are more than {MOST_FOLDERS} folders below the {}", self.what);
            let hint = "take out links that lead to the same folders again and again";
            let is_first = self.folders == MOST_FOLDERS + 1;
            return Err(is_first.then(|| unreadable(&place, &problem, hint)));
        }
        let listed = std::fs::read_dir(folder).and_then(Iterator::collect);
        listed.map_err(|error: std::io::Error| {
            let problem = error.to_string();
            let hint = too_few_files(&problem).unwrap_or("check that the folder may be read");
            Some(unreadable(&place, &problem, hint))
        })
    }
}

fn unreadable(shown: &str, problem: &str, hint: &str) -> Finding {
    Finding::new(Code::FileUnreadable, format!("could not list {shown}: {problem}")).hint(hint)
}

/// A person who can add a file can add a link, and findings show lines of what is read: a link out of
/// their folder would print what the machine of a CI job has, its environment among it.
pub(super) fn outside(shown: &str, what: &str) -> Finding {
    let message = format!("{shown} is a link out of the folder of the {what}");
    let hint = match what {
        "profiles" => "put the file or folder itself there; `--profiles DIR` names another folder",
        _ => "put the file or folder itself there",
    };
    Finding::new(Code::FileUnreadable, message)
        .at(&Span::new(&SourceText::new(shown, ""), 0, 0))
        .hint(hint)
}
