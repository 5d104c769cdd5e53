//! The files while they are read: the configuration first, then the profile files of each folder.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;

use crate::desired::bases::{Bases, Extender};
use crate::desired::compose::Around;
use crate::desired::config::{Group, sharing};
use crate::desired::document::{FileDocument, ProfileDocument};
use crate::desired::folders::{FolderScope, Folders};
use crate::desired::keys::IS_BASE;
use crate::desired::lists::Lists;
use crate::desired::rules::RulesAround;
use crate::desired::{
    Beside, Desired, Profile, Unlisted, Workspace, across, allowed, approvals, compose, config,
    document, guards, idle, rules,
};
use crate::finding::{self, Code, Finding, SourceText, Span, is_full};
use crate::provider::Provider;
use crate::text::in_quotes;
use crate::yaml::{self, Node, ParsedYaml};

mod of_bases;

/// Files of folders, and what each folder holds for.
pub struct InFolders<T> {
    /// In the order in which they are read.
    pub files: Vec<(FolderScope, T)>,
    /// Those of folders of no workspace.
    pub lost: BTreeMap<Option<String>, Vec<T>>,
}

/// The files while they are read: the configuration first, then the profile files folder by folder, in the order
/// of their scopes and by path within one.
pub struct FilesReading {
    /// What is read so far: the configuration, with workspaces that have no profiles yet.
    desired: Desired,
    /// `unlisted` of the profiles of each workspace that have none of their own.
    unlisted: Vec<Unlisted>,
    /// The generation of the catalogue that the files were written for.
    catalogue: u32,
    /// Whether a mistake hides which settings a tenant adds: then it is not known which ones there are.
    settings_unread: bool,
    groups: Vec<Group>,
    lists: Lists,
    bases: Bases,
    folders: Folders,
    day: Date,
    /// The folder that is being read.
    scope: Option<FolderScope>,
    /// Its documents that extend a base which no file so far has.
    waiting: Vec<Node>,
    /// Folders with a profile or a base in them.
    filled: BTreeSet<FolderScope>,
}

impl FilesReading {
    /// Reads the configuration.
    pub fn new(config: &Arc<SourceText>, allowed_hosts: &[String], day: Date) -> Self {
        let mut findings = Vec::new();
        let config = config::read(config, allowed_hosts, day, &mut findings);
        let mut configured = config.workspaces;
        configured.sort_by(|a, b| a.name.cmp(&b.name));
        let unlisted = configured.iter().map(|it| it.unlisted).collect();
        let groups_of = |name: &String| {
            let has = |group: &&Group| group.workspaces.binary_search(name).is_ok();
            let groups = config.groups.iter().filter(has);
            groups.map(|group| group.name.clone()).collect()
        };
        let workspace = |it: config::WorkspaceConfig| {
            let groups = groups_of(&it.name);
            Workspace { groups, ..empty(it) }
        };
        let workspaces: Vec<Workspace> = configured.into_iter().map(workspace).collect();
        let position = |name: &String| workspaces.binary_search_by(|it| it.name.cmp(name)).ok();
        let group =
            |it: &Group| (it.name.clone(), it.workspaces.iter().filter_map(position).collect());
        let folders = Folders {
            workspaces: workspaces.iter().map(|workspace| workspace.name.clone()).collect(),
            groups: config.groups.iter().map(group).collect(),
            unread: config.unread,
            is_partial: config.is_partial,
        };
        let (tenants, guards, exceptions) = (config.tenants, config.guards, config.exceptions);
        guards::check(&exceptions, &folders, day, &mut findings);
        let allowed = Vec::new();
        let rules = Vec::new();
        let (approvals, freeze) = (Vec::new(), config.freeze);
        let desired = Desired {
            tenants,
            workspaces,
            guards,
            exceptions,
            approvals,
            freeze,
            rules,
            allowed,
            findings,
        };
        let mut reading = Self {
            desired,
            unlisted,
            catalogue: config.catalogue,
            settings_unread: config.settings_unread,
            groups: config.groups,
            lists: config.lists,
            bases: Bases::default(),
            folders,
            day,
            scope: None,
            waiting: Vec::new(),
            filled: BTreeSet::new(),
        };
        if let Some(node) = &config.approvals {
            let approvals =
                reading.around(|around, findings| approvals::read(node, around, findings));
            reading.desired.approvals = approvals;
        }
        reading
    }

    /// Reads something that names settings and profiles.
    fn around<T>(&mut self, read: impl FnOnce(&RulesAround<'_>, &mut Vec<Finding>) -> T) -> T {
        let Self { desired, lists, folders, catalogue, settings_unread, day, .. } = self;
        let Desired { tenants, workspaces, findings, .. } = desired;
        let (catalogue, settings_unread, day) = (*catalogue, *settings_unread, *day);
        let around =
            RulesAround { tenants, workspaces, folders, lists, catalogue, settings_unread, day };
        read(&around, findings)
    }

    /// Returns what is read so far.
    pub fn so_far(&self) -> &Desired {
        &self.desired
    }

    /// Sorts files, each with the folder in which it is, into the order in which they are read.
    pub fn in_folders<T: Ord>(
        &self,
        files: impl Iterator<Item = (Option<String>, T)>,
    ) -> InFolders<T> {
        let mut sorted = InFolders { files: Vec::new(), lost: BTreeMap::new() };
        for (folder, file) in files {
            match self.folders.scope_of(folder.as_deref()) {
                Some(scope) => sorted.files.push((scope, file)),
                None => sorted.lost.entry(folder).or_default().push(file),
            }
        }
        sorted.files.sort();
        sorted.lost.values_mut().for_each(|files| files.sort());
        sorted
    }

    /// Lists the workspaces that a folder holds for.
    pub fn workspaces_of(&self, scope: FolderScope) -> impl Iterator<Item = &Workspace> {
        self.folders.workspaces_of(scope).into_iter().map(|at| &self.desired.workspaces[at])
    }

    /// Reads a file of `rules/`.
    pub fn rules(&mut self, source: &Arc<SourceText>) {
        let read = self.around(|around, findings| rules::read(source, around, findings));
        let Desired { rules: all, findings, .. } = &mut self.desired;
        for rule in read {
            if let Some(before) = all.iter().find(|it| it.name == rule.name) {
                let message = format!("two rules have the name {}", in_quotes(&rule.name));
                let finding = Finding::new(Code::DuplicateName, message)
                    .at_labelled(&rule.span, "again here")
                    .at_labelled(&before.span, "first here");
                findings.push(finding.hint("give one of them another name"));
            }
            all.push(rule);
        }
    }

    /// Takes a folder that is of no workspace: its first file, and how many it has.
    pub fn of_no_workspace(&mut self, folder: Option<&str>, first: &Arc<SourceText>, files: usize) {
        let lost = self.folders.of_no_workspace(folder, files);
        self.desired.findings.extend(lost.map(|lost| lost.at(&Span::new(first, 0, 0))));
    }

    /// Notes a file that can't be read: it may have bases.
    pub fn unread_file(&mut self) {
        self.bases.unread(None);
    }

    /// Reads a file of a folder.
    pub fn file(&mut self, scope: FolderScope, file: &Arc<SourceText>) {
        if let Some(before) = self.scope.replace(scope).filter(|before| *before != scope) {
            self.end_folder(before);
        }
        let ParsedYaml { documents, findings: found, is_cut } = yaml::parse(file);
        self.desired.findings.extend(found);
        // The documents above the mistake may be a part of a longer one, and only look wrong for it.
        if is_cut {
            return self.bases.unread(None);
        }
        let findings = &mut self.desired.findings;
        if documents.is_empty() && !findings.iter().any(|it| is_in(it, &file.path)) {
            findings.push(idle::empty_file(&Span::new(file, 0, 0)));
        }
        for node in documents {
            if is_full(&self.desired.findings) {
                return self.bases.unread(None);
            }
            self.document(scope, node, false);
        }
    }

    /// Takes a document; one that extends a base which is not there yet waits for the end of its folder.
    fn document(&mut self, scope: FolderScope, node: Node, is_last_look: bool) {
        let mut found = Vec::new();
        let document = match document::read(&node, &mut found) {
            Some(FileDocument::Base(mut document)) => {
                self.desired.findings.extend(found);
                self.desired.allowed.append(&mut document.allow);
                return self.base(scope, &document);
            }
            Some(FileDocument::Profile(document)) => document,
            None => {
                if let Some(base) = node.get(IS_BASE) {
                    self.bases.unread(base.as_text());
                }
                return self.desired.findings.extend(found);
            }
        };
        let provider = self.provider_of(scope);
        let Some(provider) = provider else {
            self.desired.findings.extend(found);
            // A group without workspaces has a finding of its own.
            let is_of_bases = scope == FolderScope::Bases;
            return self.desired.findings.extend(is_of_bases.then(|| misplaced(&document.span)));
        };
        let extender = Extender { scope, provider, folders: &self.folders };
        if !is_last_look && !self.bases.know(&document.extends, extender) {
            drop(document);
            return self.waiting.push(node);
        }
        self.desired.findings.extend(found);
        self.profile(scope, provider, &document);
        self.desired.allowed.extend(document.allow);
    }

    /// Returns the vendor of a folder's workspaces; `None` for bases of all, and for a group without workspaces.
    fn provider_of(&self, scope: FolderScope) -> Option<&'static dyn Provider> {
        match scope {
            FolderScope::Bases => None,
            FolderScope::Group(_) | FolderScope::Workspace(_) => {
                self.workspaces_of(scope).next().map(|workspace| workspace.provider)
            }
        }
    }

    /// Adds a profile to each workspace of its folder; workspaces with the same `unlisted` share it.
    fn profile(
        &mut self,
        scope: FolderScope,
        provider: &'static dyn Provider,
        document: &ProfileDocument<'_>,
    ) {
        let Self { desired, unlisted, lists, bases, folders, .. } = self;
        let Desired { workspaces, findings, .. } = desired;
        if let (FolderScope::Group(_), Some((pin, span))) = (scope, &document.pin) {
            let message = format!("a profile of a group can't have the `id` {pin}");
            findings.push(
                Finding::new(Code::PinInGroup, message)
                    .at(span)
                    .hint("an id is of one workspace: put the pinned profile into the folder of its workspace"),
            );
        }
        let extender = Extender { scope, provider, folders };
        let inherited = bases.inherited(&document.extends, extender, findings);
        let mut shared: Vec<(Unlisted, Arc<Profile>)> = Vec::new();
        for at in folders.workspaces_of(scope) {
            let unlisted = unlisted[at];
            if !shared.iter().any(|(known, _)| *known == unlisted) {
                let inherited = inherited.clone();
                let around = Around { provider, unlisted, lists, inherited };
                let mut found = Vec::new();
                let profile = compose::profile(document, around, &mut found);
                // What is wrong whatever stands around it is said once.
                found.retain(|finding| shared.is_empty() || !findings.contains(finding));
                findings.extend(found);
                shared.push((unlisted, Arc::new(profile)));
            }
            let profile = shared.iter().find(|(known, _)| *known == unlisted);
            workspaces[at].profiles.extend(profile.map(|(_, profile)| Arc::clone(profile)));
        }
        self.filled.insert(scope);
    }

    /// Takes the documents that waited for a base of their own folder.
    fn end_folder(&mut self, scope: FolderScope) {
        for node in std::mem::take(&mut self.waiting) {
            self.document(scope, node, true);
        }
    }

    /// Applies the rules over several places: to the workspaces that are selected, or to all. Where all files were
    /// read, what none of them uses is named.
    #[must_use = "the findings in it must be shown"]
    pub fn end(mut self, is_selected: Option<&dyn Fn(&Workspace) -> bool>) -> Desired {
        if let Some(scope) = self.scope.take() {
            self.end_folder(scope);
        }
        let Self {
            mut desired,
            groups,
            lists,
            mut bases,
            folders,
            day,
            filled,
            settings_unread,
            ..
        } = self;
        let Desired { workspaces, guards, exceptions, allowed, findings, .. } = &mut desired;
        findings.extend(finding::overflow(findings));
        let mut of_rules = Vec::new();
        for workspace in &mut *workspaces {
            workspace
                .profiles
                .sort_by(|a, b| (&a.name, a.span.begin()).cmp(&(&b.name, b.span.begin())));
            if is_selected.is_some_and(|is_selected| !is_selected(workspace)) {
                continue;
            }
            across::check(workspace, day, &mut of_rules);
        }
        findings.extend(of_rules);
        idle::exceptions(exceptions, guards, findings);
        idle::without_profiles(workspaces, findings);
        if is_selected.is_none() {
            bases.resolve_all(&folders, findings);
            lists.unused(findings);
            bases.unused(findings);
            let empty = groups.iter().enumerate();
            let empty = empty.filter(|(at, _)| !filled.contains(&FolderScope::Group(*at)));
            sharing::without_files(empty.map(|(_, group)| group), findings);
        }
        *findings = across::once(std::mem::take(findings));
        if settings_unread {
            findings.retain(|finding| finding.code != Code::UnknownSetting);
        }
        allowed::in_files(allowed, findings, is_selected.is_none());
        desired
    }
}

/// Says that a profile stands where only bases do.
fn misplaced(span: &Span) -> Finding {
    Finding::new(Code::Misplaced, "a profile stands in a folder that is for bases only")
        .at(span)
        .hint("move it to the folder of its workspace or group; a document with `base: NAME` is a base")
}

/// Makes a workspace without profiles.
fn empty(config: config::WorkspaceConfig) -> Workspace {
    let config::WorkspaceConfig { name, tenant, provider, locator, span, ignore, unlisted: _ } =
        config;
    let (groups, profiles) = (Vec::new(), Vec::new());
    let beside = Beside::default();
    Workspace { name, tenant, provider, locator, span, ignore, groups, profiles, beside }
}

fn is_in(finding: &Finding, path: &str) -> bool {
    finding.spots.first().is_some_and(|spot| spot.place.file == path)
}
