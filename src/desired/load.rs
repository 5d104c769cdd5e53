//! Loads all files: the configuration, then each profile file into its workspace, then the rules over
//! several places.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::desired::folders::Folders;
use crate::desired::{
    Desired, Files, Unlisted, Workspace, compose, config, document, guards, idle, rules,
};
use crate::finding::{self, Finding, SourceText, Span, is_full};
use crate::yaml::{self, ParsedYaml};

/// Reads all files; every mistake is among the findings.
#[must_use = "the findings in it must be shown"]
pub fn load(files: &Files) -> Desired {
    let mut reading = FilesReading::new(&files.config, &files.allowed_hosts, files.day);
    let mut by_folder: BTreeMap<Option<&str>, Vec<&Arc<SourceText>>> = BTreeMap::new();
    for file in &files.profiles {
        by_folder.entry(file.folder.as_deref()).or_default().push(&file.source);
    }
    for (folder, mut files) in by_folder {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        match reading.workspace_of(folder) {
            Some(at) => files.into_iter().for_each(|file| reading.file(at, file)),
            None => reading.of_no_workspace(folder, files[0], files.len()),
        }
    }
    reading.end()
}

/// The files while they are read: the configuration first, then the profile files of each folder, which no
/// other folder can change, ordered by path.
pub struct FilesReading {
    /// What is read so far: the configuration, with workspaces that have no profiles yet.
    desired: Desired,
    /// `unlisted` of the profiles of each workspace that have none of their own.
    unlisted: Vec<Unlisted>,
    folders: Folders,
    day: Date,
}

impl FilesReading {
    /// Reads the configuration.
    pub fn new(config: &Arc<SourceText>, allowed_hosts: &[String], day: Date) -> Self {
        let mut findings = Vec::new();
        let config = config::read(config, allowed_hosts, &mut findings);
        let mut configured = config.workspaces;
        configured.sort_by(|a, b| a.name.cmp(&b.name));
        let unlisted = configured.iter().map(|it| it.unlisted).collect();
        let workspaces: Vec<Workspace> = configured.into_iter().map(empty).collect();
        let folders = Folders {
            workspaces: workspaces.iter().map(|workspace| workspace.name.clone()).collect(),
            unread: config.unread,
            is_partial: config.is_partial,
            later: config.later,
        };
        let (tenants, guards, exceptions) = (config.tenants, config.guards, config.exceptions);
        guards::check(&exceptions, &folders, day, &mut findings);
        let desired = Desired { tenants, workspaces, guards, exceptions, findings };
        Self { desired, unlisted, folders, day }
    }

    /// Returns what is read so far.
    pub fn so_far(&self) -> &Desired {
        &self.desired
    }

    /// Returns the position of the workspace that a folder is of.
    pub fn workspace_of(&self, folder: Option<&str>) -> Option<usize> {
        self.folders.workspace_of(folder)
    }

    /// Takes a folder that is of no workspace: its first file, and how many it has.
    pub fn of_no_workspace(&mut self, folder: Option<&str>, first: &Arc<SourceText>, files: usize) {
        let lost = self.folders.of_no_workspace(folder, files);
        self.desired.findings.extend(lost.map(|lost| lost.at(&Span::new(first, 0, 0))));
    }

    /// Reads a file of the workspace at this position.
    pub fn file(&mut self, at: usize, file: &Arc<SourceText>) {
        let Desired { workspaces, findings, .. } = &mut self.desired;
        read(file, &mut workspaces[at], self.unlisted[at], findings);
    }

    /// Applies the rules over several places.
    #[must_use = "the findings in it must be shown"]
    pub fn end(self) -> Desired {
        let Self { mut desired, day, .. } = self;
        let Desired { workspaces, guards, exceptions, findings, .. } = &mut desired;
        findings.extend(finding::overflow(findings));
        for workspace in &mut *workspaces {
            workspace
                .profiles
                .sort_by(|a, b| (&a.name, a.span.begin()).cmp(&(&b.name, b.span.begin())));
            rules::check(workspace, day, findings);
            idle::ignored_twice(workspace, findings);
        }
        idle::exceptions(exceptions, guards, findings);
        idle::without_profiles(workspaces, findings);
        desired
    }
}

/// Lists the errors of a file of a workspace, taken by itself.
#[must_use = "a file with errors is not to be written"]
pub fn errors_in(source: &Arc<SourceText>, workspace: &Workspace) -> Vec<Finding> {
    let mut alone = Workspace {
        name: workspace.name.clone(),
        tenant: workspace.tenant.clone(),
        provider: workspace.provider,
        locator: workspace.locator.clone(),
        span: workspace.span.clone(),
        ignore: Vec::new(),
        profiles: Vec::new(),
    };
    let mut findings = Vec::new();
    read(source, &mut alone, Unlisted::Deny, &mut findings);
    findings.retain(Finding::is_error);
    findings
}

/// Makes a workspace without profiles.
fn empty(config: config::WorkspaceConfig) -> Workspace {
    let config::WorkspaceConfig { name, tenant, provider, locator, span, ignore, unlisted: _ } =
        config;
    Workspace { name, tenant, provider, locator, span, ignore, profiles: Vec::new() }
}

fn is_in(finding: &Finding, path: &str) -> bool {
    finding.spots.first().is_some_and(|spot| spot.place.file == path)
}

/// Adds the profiles of a file. `unlisted` is that of profiles that have none of their own.
fn read(
    file: &Arc<SourceText>,
    workspace: &mut Workspace,
    unlisted: Unlisted,
    findings: &mut Vec<Finding>,
) {
    let ParsedYaml { documents, findings: found, is_cut } = yaml::parse(file);
    findings.extend(found);
    // What stands above the mistake may be a part of what was meant, and only look wrong for it.
    if is_cut {
        return;
    }
    if documents.is_empty() && !findings.iter().any(|it| is_in(it, &file.path)) {
        findings.push(idle::empty_file(&Span::new(file, 0, 0)));
    }
    for node in &documents {
        if is_full(findings) {
            return;
        }
        let Some(document) = document::read(node, findings) else { continue };
        let profile = compose::profile(&document, workspace.provider, unlisted, findings);
        workspace.profiles.push(profile);
    }
}
