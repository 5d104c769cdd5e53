//! The folders below `profiles/`: which workspace each is of. One mistake is one finding, however many
//! files are in the folder.

use crate::finding::{Code, Finding};
use crate::text::{counted, listed};

/// The most workspaces that a hint names.
const MOST_NAMES: usize = 12;

/// What is known of the names of workspaces.
pub struct Folders {
    /// The workspaces, ordered.
    pub workspaces: Vec<String>,
    /// Those that are named and could not be read.
    pub unread: Vec<String>,
    /// Whether a mistake hides which workspaces there are.
    pub is_partial: bool,
    /// Names of groups: folders that a later version reads.
    pub later: Vec<String>,
}

impl Folders {
    /// Tells whether a name that is none of the workspaces follows from another mistake.
    pub fn may_be_unread(&self, name: &str) -> bool {
        self.is_partial || self.unread.iter().any(|unread| unread == name)
    }

    /// Finds the workspace of a folder.
    pub fn workspace_of(&self, folder: Option<&str>) -> Option<usize> {
        let folder = folder?;
        self.workspaces.binary_search_by(|name| name.as_str().cmp(folder)).ok()
    }

    /// Says that a folder with some files is of no workspace, unless that follows from another mistake.
    pub fn of_no_workspace(&self, folder: Option<&str>, files: usize) -> Option<Finding> {
        let follows = folder.is_some_and(|folder| self.may_be_unread(folder));
        (!follows).then(|| self.unknown(folder, files))
    }

    fn unknown(&self, folder: Option<&str>, files: usize) -> Finding {
        let several = |one: &str| match files {
            1 => one.to_owned(),
            files => format!("{one} ({})", counted(files, "file")),
        };
        let Some(folder) = folder else {
            let message = match files {
                1 => "the file is not in the folder of a workspace".to_owned(),
                files => format!("{files} files are not in the folder of a workspace"),
            };
            let hint = "move each into the folder of its workspace: `profiles/<workspace>/`";
            return Finding::new(Code::UnknownWorkspace, message).hint(hint);
        };
        if folder == "bases" || self.later.iter().any(|later| later == folder) {
            let message =
                format!("the folder `{folder}` is not supported by this version of permctl");
            return Finding::new(Code::NotYet, several(&message)).hint(
                "bases and groups come with a later version; nothing is read from this folder",
            );
        }
        let message = several(&format!("there is no workspace `{folder}`"));
        Finding::new(Code::UnknownWorkspace, message).suggest(
            folder,
            &self.workspaces,
            match self.workspaces.len() {
                0 => "permctl.yaml names no workspace; name this one below `workspaces` of its tenant"
                    .to_owned(),
                more => {
                    let names = listed(self.workspaces.iter().take(MOST_NAMES));
                    let rest = if more > MOST_NAMES { ", ..." } else { "" };
                    format!(
                        "the folders below `profiles/` are named as the workspaces of permctl.yaml: {names}{rest}"
                    )
                }
            },
        )
    }
}
