//! Loads all files: the configuration, then each profile file into its workspace, then the rules over
//! several places.

use crate::desired::{
    Desired, Files, ProfileFile, Unlisted, Workspace, compose, config, document, guards, rules,
};
use crate::finding::Finding;
use crate::yaml::{self, ParsedYaml};

/// A workspace while its files are read.
pub(super) struct OpenWorkspace {
    pub workspace: Workspace,
    /// `unlisted` of profiles that have none of their own.
    pub unlisted: Unlisted,
}

/// Reads all files; every mistake is among the findings.
#[must_use = "the findings in it must be shown"]
pub fn load(files: &Files) -> Desired {
    let mut findings = Vec::new();
    let config = config::read(&files.config, &files.allowed_hosts, &mut findings);
    let mut open: Vec<OpenWorkspace> =
        config.workspaces.into_iter().map(OpenWorkspace::new).collect();
    open.sort_by(|a, b| a.workspace.name.cmp(&b.workspace.name));
    let mut profile_files: Vec<&ProfileFile> = files.profiles.iter().collect();
    profile_files.sort_by(|a, b| a.source.path.cmp(&b.source.path));
    for file in profile_files {
        if let Some(at) = rules::workspace_of(file, &open, &config.later, &mut findings) {
            open[at].read(file, &mut findings);
        }
    }
    let mut workspaces: Vec<Workspace> = open.into_iter().map(|open| open.workspace).collect();
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

impl OpenWorkspace {
    fn new(config: config::WorkspaceConfig) -> Self {
        let config::WorkspaceConfig { name, tenant, provider, locator, span, ignore, unlisted } =
            config;
        let profiles = Vec::new();
        let workspace = Workspace { name, tenant, provider, locator, span, ignore, profiles };
        Self { workspace, unlisted }
    }

    /// Adds the profiles of a file.
    fn read(&mut self, file: &ProfileFile, findings: &mut Vec<Finding>) {
        let ParsedYaml { documents, findings: found } = yaml::parse(&file.source);
        findings.extend(found);
        for node in &documents {
            let Some(document) = document::read(node, findings) else { continue };
            let profile =
                compose::profile(&document, self.workspace.provider, self.unlisted, findings);
            self.workspace.profiles.push(profile);
        }
    }
}
