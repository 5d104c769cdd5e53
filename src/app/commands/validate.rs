//! `permctl validate`

use std::path::PathBuf;

use clap::Args;

use crate::app::selection::Selection;
use crate::app::{App, files, schemas, session};
use crate::desired;
use crate::error::Exit;
use crate::finding::{self, Finding};
use crate::live::{ReadScope, Source, WorkspaceRead};
use crate::report::{Format, Report};

/// `permctl validate`
#[derive(Debug, Args)]
pub struct ValidateArgs {
    /// Also resolve names and compare with this snapshot
    #[arg(long, value_name = "SNAPSHOT")]
    pub live: Option<PathBuf>,
}

/// Checks the files, without a request to any API.
pub async fn run(app: &App, arguments: &ValidateArgs) -> anyhow::Result<Exit> {
    let loaded = app.look()?;
    let mut findings = loaded.desired.findings.clone();
    findings.extend(schemas::outdated(&loaded));
    if let Some(path) = &arguments.live
        && !findings.iter().any(Finding::is_error)
    {
        let everything = Selection::default();
        let scope = loaded.scope(&everything);
        let source = Source::Snapshot(session::snapshot(path)?);
        let turn = |tenant: &desired::Tenant, read: WorkspaceRead<'_>| {
            scope.plan_one(tenant, read.desired, &read.fresh.live, &read.names).findings
        };
        for read in source.read(&scope.selected(), ReadScope::Used, turn).await? {
            findings.extend(read.workspaces.into_iter().flat_map(|it| it.value));
        }
        finding::sort(&mut findings);
    }
    if app.globals.format != Format::Json {
        findings = files::from_here(&findings, &loaded.root);
    }
    let workspaces = &loaded.desired.workspaces;
    app.show(Report::Checked {
        findings: &findings,
        profiles: workspaces.iter().map(|workspace| workspace.profiles.len()).sum(),
        workspaces: workspaces.len(),
    })?;
    Ok(if findings.iter().any(Finding::is_error) { Exit::Files } else { Exit::Done })
}
