//! What names stand for in one workspace: directories, ready to be asked by name or id.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::catalogue::ReferenceKind;
use crate::model::{Directory, Entry};

/// One directory, ready to be asked by name or id.
#[derive(Debug)]
pub struct Index {
    directory: Directory,
    by_name: HashMap<String, Vec<usize>>,
    by_alias: HashMap<String, Vec<usize>>,
    by_id: HashMap<String, usize>,
}

impl Index {
    /// Indexes a directory once, for all workspaces that share it.
    pub fn new(mut directory: Directory) -> Arc<Self> {
        // A snapshot can come in any order, and what a name can stand for is listed in this one.
        directory.entries.sort();
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_alias: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_id = HashMap::new();
        for (at, entry) in directory.entries.iter().enumerate() {
            by_name.entry(directory.kind.fold(&entry.name)).or_default().push(at);
            for alias in &entry.aliases {
                by_alias.entry(directory.kind.fold(alias)).or_default().push(at);
            }
            by_id.insert(entry.id.clone(), at);
        }
        Arc::new(Self { directory, by_name, by_alias, by_id })
    }

    /// Returns the directory.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Lists what a name can stand for: its bearers, or else those who have it as an alias.
    pub fn candidates(&self, name: &str) -> Vec<&Entry> {
        let name = self.directory.kind.fold(name);
        let found = self.by_name.get(&name).or_else(|| self.by_alias.get(&name));
        found.into_iter().flatten().map(|at| &self.directory.entries[*at]).collect()
    }
}

/// Everything that names can stand for in one workspace.
#[derive(Debug, Clone, Default)]
pub struct Names(Vec<Arc<Index>>);

impl Names {
    /// Joins the directories of the tenant and of the workspace.
    pub fn new(indexes: impl IntoIterator<Item = Arc<Index>>) -> Self {
        Self(indexes.into_iter().collect())
    }

    /// Returns the directory of a kind, when it was read.
    pub fn index(&self, kind: ReferenceKind) -> Option<&Index> {
        self.0.iter().find(|index| index.directory.kind == kind).map(AsRef::as_ref)
    }

    /// Returns the entry with an id, when its directory was read.
    pub fn entry(&self, kind: ReferenceKind, id: &str) -> Option<&Entry> {
        let index = self.index(kind)?;
        index.by_id.get(id).map(|at| &index.directory.entries[*at])
    }

    /// Returns a name that stands for an id alone, when there is one.
    pub fn name_of(&self, kind: ReferenceKind, id: &str) -> Option<&str> {
        let entry = self.entry(kind, id)?;
        let alone = self.index(kind)?.candidates(&entry.name).len() == 1;
        (alone
            && kind.could_be(&entry.name)
            && !kind.is_id(&entry.name)
            && !entry.name.starts_with("list:"))
        .then_some(entry.name.as_str())
    }
}
