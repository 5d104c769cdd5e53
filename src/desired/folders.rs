//! The folders below `profiles/`: what the files of each hold for. One mistake is one finding, however many
//! files are in the folder.

use crate::finding::{Code, Finding, Span};
use crate::text::{counted, listed};

/// The most workspaces that a hint names.
const MOST_NAMES: usize = 12;

/// The folder of the bases that every workspace may use.
pub const BASES: &str = "bases";

/// What the files of a folder hold for. Folders are read in this order, so that bases are known first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FolderScope {
    /// All workspaces, which its bases are for.
    Bases,
    /// The workspaces of the group at this position.
    Group(usize),
    /// The workspace at this position.
    Workspace(usize),
}

/// What is known of the names of workspaces and groups.
pub struct Folders {
    /// The workspaces, ordered.
    pub workspaces: Vec<String>,
    /// The groups, ordered by name, each with the positions of its workspaces.
    pub groups: Vec<(String, Vec<usize>)>,
    /// Those that are named and could not be read.
    pub unread: Vec<String>,
    /// Whether a mistake hides which workspaces there are.
    pub is_partial: bool,
}

impl Folders {
    /// Tells whether a name that is none of the workspaces follows from another mistake.
    pub fn may_be_unread(&self, name: &str) -> bool {
        self.is_partial || self.unread.iter().any(|unread| unread == name)
    }

    /// Tells whether there is a workspace of this name; that there is none is a finding, unless a mistake may hide it.
    pub fn has_workspace(&self, name: &str, span: &Span, findings: &mut Vec<Finding>) -> bool {
        let is_known = self.workspaces.iter().any(|workspace| workspace == name);
        if !is_known && !self.may_be_unread(name) {
            let message = format!("there is no workspace `{}`", span.quotable(name));
            let otherwise = "an exception is for one workspace of permctl.yaml";
            let finding = Finding::new(Code::UnknownWorkspace, message).at(span);
            findings.push(finding.suggest(name, &self.workspaces, otherwise));
        }
        is_known
    }

    /// Finds what a folder holds for.
    pub fn scope_of(&self, folder: Option<&str>) -> Option<FolderScope> {
        let folder = folder?;
        if folder == BASES {
            return Some(FolderScope::Bases);
        }
        let group = || self.groups.binary_search_by(|(name, _)| name.as_str().cmp(folder));
        let workspace = self.workspaces.binary_search_by(|name| name.as_str().cmp(folder));
        workspace.map(FolderScope::Workspace).or_else(|_| group().map(FolderScope::Group)).ok()
    }

    /// Lists the positions of the workspaces that a folder holds for.
    pub fn workspaces_of(&self, scope: FolderScope) -> Vec<usize> {
        match scope {
            FolderScope::Bases => (0..self.workspaces.len()).collect(),
            FolderScope::Group(at) => self.groups[at].1.clone(),
            FolderScope::Workspace(at) => vec![at],
        }
    }

    /// Tells whether a document in one folder can extend a base in another: the base holds for every workspace
    /// that the document holds for.
    pub fn reaches(&self, base: FolderScope, document: FolderScope) -> bool {
        use FolderScope::{Bases, Group, Workspace};
        match (base, document) {
            (Bases, _) => true,
            (base, document) if base == document => true,
            (Group(group), Workspace(workspace)) => self.groups[group].1.contains(&workspace),
            (Group(group), Group(inner)) => {
                let inner = &self.groups[inner].1;
                !inner.is_empty() && inner.iter().all(|it| self.groups[group].1.contains(it))
            }
            _ => false,
        }
    }

    /// Tells whether some document could extend bases of both folders.
    pub fn meet(&self, one: FolderScope, other: FolderScope) -> bool {
        use FolderScope::{Bases, Group, Workspace};
        match (one, other) {
            (Bases, _) | (_, Bases) => true,
            (Workspace(one), Workspace(other)) => one == other,
            (Group(group), Workspace(workspace)) | (Workspace(workspace), Group(group)) => {
                self.groups[group].1.contains(&workspace)
            }
            (Group(one), Group(other)) => {
                self.groups[one].1.iter().any(|it| self.groups[other].1.contains(it))
            }
        }
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
        let names: Vec<&String> =
            self.workspaces.iter().chain(self.groups.iter().map(|(name, _)| name)).collect();
        let (workspace, workspaces) = match self.groups.is_empty() {
            true => ("workspace", "workspaces"),
            false => ("workspace and no group", "workspaces and groups"),
        };
        let message = several(&format!("there is no {workspace} `{folder}`"));
        Finding::new(Code::UnknownWorkspace, message).suggest(
            folder,
            &names,
            match names.len() {
                0 => "permctl.yaml names no workspace; name this one below `workspaces` of its tenant"
                    .to_owned(),
                more => {
                    let names = listed(names.iter().take(MOST_NAMES));
                    let rest = if more > MOST_NAMES { ", ..." } else { "" };
                    format!(
                        "the folders below `profiles/` are named as the {workspaces} of permctl.yaml: {names}{rest}"
                    )
                }
            },
        )
    }
}
