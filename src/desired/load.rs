//! Loads all files: the configuration, then each profile file into its workspace, then the rules over
//! several places.

use std::sync::Arc;

use crate::desired::{
    Desired, Files, ProfileFile, Unlisted, Workspace, compose, config, document, guards, rules,
};
use crate::finding::{Finding, SourceText};
use crate::yaml::{self, ParsedYaml};

/// Reads all files; every mistake is among the findings.
#[must_use = "the findings in it must be shown"]
pub fn load(files: &Files) -> Desired {
    let mut findings = Vec::new();
    let config = config::read(&files.config, &files.allowed_hosts, &mut findings);
    let mut configured = config.workspaces;
    configured.sort_by(|a, b| a.name.cmp(&b.name));
    let unlisted: Vec<Unlisted> = configured.iter().map(|it| it.unlisted).collect();
    let mut workspaces: Vec<Workspace> = configured.into_iter().map(empty).collect();
    let mut profile_files: Vec<&ProfileFile> = files.profiles.iter().collect();
    profile_files.sort_by(|a, b| a.source.path.cmp(&b.source.path));
    for file in profile_files {
        if let Some(at) = rules::workspace_of(file, &workspaces, &config.later, &mut findings) {
            read(file, &mut workspaces[at], unlisted[at], &mut findings);
        }
    }
    for workspace in &mut workspaces {
        workspace
            .profiles
            .sort_by(|a, b| (&a.name, a.span.place()).cmp(&(&b.name, b.span.place())));
        rules::check(workspace, files.day, &mut findings);
    }
    let names: Vec<&str> = workspaces.iter().map(|workspace| workspace.name.as_str()).collect();
    guards::check(&config.exceptions, &names, files.day, &mut findings);
    let (guards, exceptions) = (config.guards, config.exceptions);
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

/// Adds the profiles of a file. `unlisted` is that of profiles that have none of their own.
fn read(
    file: &ProfileFile,
    workspace: &mut Workspace,
    unlisted: Unlisted,
    findings: &mut Vec<Finding>,
) {
    let ParsedYaml { documents, findings: found } = yaml::parse(&file.source);
    findings.extend(found);
    for node in &documents {
        let Some(document) = document::read(node, findings) else { continue };
        let profile = compose::profile(&document, workspace.provider, unlisted, findings);
        workspace.profiles.push(profile);
    }
}
