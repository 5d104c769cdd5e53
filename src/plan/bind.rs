//! Binding: names in files to ids at the vendor, by the directories that were read.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::catalogue::{Catalogue, ReferenceKind};
use crate::desired::{Profile, Wanted, WantedBundle};
use crate::finding::{Code, Finding, Span, closest};
use crate::live::{Directory, Entry};
use crate::profile::{Settings, Value};

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
            by_name.entry(fold(directory.kind, &entry.name)).or_default().push(at);
            for alias in &entry.aliases {
                by_alias.entry(fold(directory.kind, alias)).or_default().push(at);
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
    fn candidates(&self, name: &str) -> Vec<&Entry> {
        let name = fold(self.directory.kind, name);
        let found = self.by_name.get(&name).or_else(|| self.by_alias.get(&name));
        found.into_iter().flatten().map(|at| &self.directory.entries[*at]).collect()
    }
}

/// E-mail addresses are the same in any case; folder names are compared byte for byte.
fn fold(kind: ReferenceKind, name: &str) -> String {
    match kind {
        ReferenceKind::User => name.to_lowercase(),
        ReferenceKind::Folder => name.to_owned(),
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

    fn index(&self, kind: ReferenceKind) -> Option<&Index> {
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

/// One bundle of a profile with ids in place of names.
#[derive(Debug)]
pub struct Bound<'a> {
    /// The bundle as the file gives it.
    pub wanted: &'a WantedBundle,
    /// Its members that mean something.
    pub values: Settings,
}

/// Deactivated users that files name, with every place; one warning for all.
pub type Deactivated = BTreeMap<String, Vec<Span>>;

/// Binds a profile; `None` when a name of it stands for nothing or for several things.
pub fn bind<'a>(
    profile: &'a Profile,
    address: &str,
    catalogue: &Catalogue,
    names: &Names,
    deactivated: &mut Deactivated,
    findings: &mut Vec<Finding>,
) -> Option<Vec<Bound<'a>>> {
    let mut complete = true;
    let mut bound = Vec::with_capacity(profile.bundles.len());
    for wanted in &profile.bundles {
        let mut values = Settings::with_capacity(wanted.members.len());
        for (path, member) in &wanted.members {
            let value = match &member.wanted {
                Wanted::Value(value) => value.clone(),
                Wanted::References(kind, references) => {
                    let mut ids = Vec::new();
                    for (reference, span) in references {
                        match resolve(*kind, reference, span, names, deactivated) {
                            Ok(id) => ids.push(id),
                            Err(finding) => {
                                findings.push(finding.about(address));
                                complete = false;
                            }
                        }
                    }
                    Value::set(ids)
                }
            };
            values.insert(path.clone(), value);
        }
        if let Some(bundle) = catalogue.bundle(&wanted.path)
            && bundle.members.len() > 1
        {
            values = catalogue.meaning(bundle, &values);
        }
        bound.push(Bound { wanted, values });
    }
    complete.then_some(bound)
}

fn resolve(
    kind: ReferenceKind,
    reference: &str,
    span: &Span,
    names: &Names,
    deactivated: &mut Deactivated,
) -> Result<String, Finding> {
    let mut inactive = |entry: &Entry| {
        if !entry.active {
            deactivated.entry(entry.name.clone()).or_default().push(span.clone());
        }
    };
    if kind.is_id(reference) {
        // An id always works: it may be a private folder, which the vendor does not list.
        names.entry(kind, reference).into_iter().for_each(&mut inactive);
        return Ok(reference.to_owned());
    }
    let noun = kind.noun();
    let index = names.index(kind);
    let candidates = index.map(|index| index.candidates(reference)).unwrap_or_default();
    match candidates.as_slice() {
        [one] => {
            inactive(one);
            Ok(one.id.clone())
        }
        [] => {
            let known = index.into_iter().flat_map(|index| &index.directory.entries);
            let near = closest(reference, known.map(|entry| entry.name.as_str()));
            Err(Finding::new(Code::NameNotFound, format!("there is no {noun} \"{reference}\""))
                .at(span)
                .hint(match (index, near) {
                    (None, _) => format!(
                        "the list of {noun}s was not read; take a new snapshot, or write the id"
                    ),
                    (_, Some(near)) => format!(
                        "did you mean \"{near}\"? if the {noun} has gone, take the line out"
                    ),
                    _ => format!(
                        "if the {noun} has gone, take the line out; otherwise write {}",
                        kind.expected()
                    ),
                }))
        }
        several => {
            let choices: Vec<String> =
                several.iter().map(|entry| format!("\"{}\" ({})", entry.name, entry.id)).collect();
            Err(Finding::new(
                Code::NameAmbiguous,
                format!("\"{reference}\" stands for {} {noun}s", several.len()),
            )
            .at(span)
            .hint(format!("write one of {}, by its path or its id in quotes", choices.join(", "))))
        }
    }
}

/// Makes the one warning about deactivated users.
pub fn deactivated_warning(deactivated: Deactivated, workspace: &str) -> Option<Finding> {
    if deactivated.is_empty() {
        return None;
    }
    let names: Vec<&str> = deactivated.keys().map(String::as_str).collect();
    let mut finding = Finding::new(
        Code::UserDeactivated,
        format!("deactivated at the vendor and still named: {}", names.join(", ")),
    )
    .about(workspace)
    .hint("a deactivated user still works as a team lead; take the name out when the team has a new one");
    for (name, spans) in &deactivated {
        for span in spans {
            finding = finding.at_labelled(span, name.clone());
        }
    }
    Some(finding)
}
