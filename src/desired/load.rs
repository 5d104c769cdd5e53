//! Loads all files: the configuration, then each profile file into its workspaces.

use std::sync::Arc;

use crate::desired::bases::Inherited;
use crate::desired::compose::Around;
use crate::desired::document::FileDocument;
use crate::desired::lists::Lists;
use crate::desired::reading::{FilesReading, InFolders};
use crate::desired::{Desired, Files, Unlisted, Workspace, compose, document};
use crate::finding::{Finding, SourceText};
use crate::yaml::{self, ParsedYaml};

/// Reads all files; every mistake is among the findings.
#[must_use = "the findings in it must be shown"]
pub fn load(files: &Files) -> Desired {
    let mut reading = FilesReading::new(&files.config, &files.allowed_hosts, files.day);
    files.rules.iter().for_each(|source| reading.rules(source));
    let paths = files.profiles.iter().enumerate();
    let paths = paths.map(|(at, file)| (file.folder.clone(), (file.source.path.as_str(), at)));
    let InFolders { files: in_order, lost } = reading.in_folders(paths);
    for (folder, paths) in lost {
        let (_, first) = paths[0];
        reading.of_no_workspace(folder.as_deref(), &files.profiles[first].source, paths.len());
    }
    for (scope, (_, at)) in in_order {
        reading.file(scope, &files.profiles[at].source);
    }
    reading.end(None)
}

/// Lists the errors of a file of a workspace, taken by itself.
#[must_use = "a file with errors is not to be written"]
pub fn errors_in(source: &Arc<SourceText>, workspace: &Workspace) -> Vec<Finding> {
    let mut findings = Vec::new();
    let ParsedYaml { documents, findings: found, .. } = yaml::parse(source);
    findings.extend(found);
    for node in &documents {
        if let Some(FileDocument::Profile(document)) = document::read(node, &mut findings) {
            let around = Around {
                provider: workspace.provider,
                unlisted: Unlisted::Deny,
                lists: &Lists::default(),
                inherited: Inherited::default(),
            };
            compose::profile(&document, around, &mut findings);
        }
    }
    findings.retain(Finding::is_error);
    findings
}
