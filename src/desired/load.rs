//! Loads all files: the configuration, then each profile file into its workspace, then the rules over
//! several places.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::desired::folders::Folders;
use crate::desired::{
    Desired, Files, ProfileFile, Unlisted, Workspace, compose, config, document, guards, idle,
    rules,
};
use crate::finding::{self, Finding, SourceText, Span, is_full};
use crate::yaml::{self, ParsedYaml};

/// Reads all files; every mistake is among the findings.
#[must_use = "the findings in it must be shown"]
pub fn load(files: &Files) -> Desired {
    load_part(files, &|_, _| true)
}

/// Reads the configuration, and the profiles of some workspaces: of this tenant and this name. What files of
/// a workspace come to depends on no other folder.
#[must_use = "the findings in it must be shown"]
pub fn load_part(files: &Files, selects: &dyn Fn(&str, &str) -> bool) -> Desired {
    let mut findings = Vec::new();
    let config = config::read(&files.config, &files.allowed_hosts, &mut findings);
    let mut configured = config.workspaces;
    configured.sort_by(|a, b| a.name.cmp(&b.name));
    let unlisted: Vec<Unlisted> = configured.iter().map(|it| it.unlisted).collect();
    let mut workspaces: Vec<Workspace> = configured.into_iter().map(empty).collect();
    let folders = Folders {
        workspaces: workspaces.iter().map(|workspace| workspace.name.clone()).collect(),
        unread: config.unread,
        is_partial: config.is_partial,
        later: config.later,
    };
    let mut by_folder: BTreeMap<Option<&str>, Vec<&ProfileFile>> = BTreeMap::new();
    for file in &files.profiles {
        by_folder.entry(file.folder.as_deref()).or_default().push(file);
    }
    for (folder, mut files) in by_folder {
        files.sort_by(|a, b| a.source.path.cmp(&b.source.path));
        let at = folders.workspace_of(folder, &files, &mut findings);
        let selected = |at: &usize| selects(&workspaces[*at].tenant, &workspaces[*at].name);
        if let Some(at) = at.filter(selected) {
            let mut read = |file| read(file, &mut workspaces[at], unlisted[at], &mut findings);
            files.into_iter().for_each(&mut read);
        }
    }
    findings.extend(finding::overflow(&findings));
    for workspace in &mut workspaces {
        workspace
            .profiles
            .sort_by(|a, b| (&a.name, a.span.begin()).cmp(&(&b.name, b.span.begin())));
        rules::check(workspace, files.day, &mut findings);
        idle::ignored_twice(workspace, &mut findings);
    }
    guards::check(&config.exceptions, &folders, files.day, &mut findings);
    let (guards, exceptions) = (config.guards, config.exceptions);
    idle::exceptions(&exceptions, &guards, &mut findings);
    idle::without_profiles(&workspaces, &mut findings);
    Desired { tenants: config.tenants, workspaces, guards, exceptions, findings }
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
    let file = ProfileFile { folder: Some(workspace.name.clone()), source: Arc::clone(source) };
    read(&file, &mut alone, Unlisted::Deny, &mut findings);
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
    file: &ProfileFile,
    workspace: &mut Workspace,
    unlisted: Unlisted,
    findings: &mut Vec<Finding>,
) {
    let ParsedYaml { documents, findings: found, is_cut } = yaml::parse(&file.source);
    findings.extend(found);
    // What stands above the mistake may be a part of what was meant, and only look wrong for it.
    if is_cut {
        return;
    }
    if documents.is_empty() && !findings.iter().any(|it| is_in(it, &file.source.path)) {
        findings.push(idle::empty_file(&Span::new(&file.source, 0, 0)));
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
