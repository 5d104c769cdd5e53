//! `permctl snapshot`

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::app::selection::Selection;
use crate::app::{App, Wanted, session};
use crate::desired;
use crate::error::{Exit, Stop};
use crate::finding::Code;
use crate::live::snapshot::{self, Snapshot, TenantSnapshot, WorkspaceSnapshot};
use crate::live::{ReadScope, WorkspaceRead};
use crate::model::Directory;
use crate::model::names::Index;
use crate::report::{self, Format, Report, SnapshotTaken, text};

/// `permctl snapshot`
#[derive(Debug, Args)]
pub struct SnapshotArgs {
    /// What to read [default: everything]
    #[arg(value_name = "ADDRESS")]
    pub addresses: Vec<String>,
    /// Where to write it
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Writes what is live to a file: all profiles and all names, or nothing.
pub async fn run(app: &App, arguments: &SnapshotArgs) -> anyhow::Result<Exit> {
    let but = &[Code::NoProfiles, Code::WorkspaceWithoutFiles];
    let (loaded, early) = app
        .load(
            &arguments.addresses,
            Wanted { but, from_apis: true, workspaces_only: true, ..Wanted::default() },
        )
        .await?;
    let selection = Selection::new(&arguments.addresses, &loaded.desired)?;
    app.talk(&report::text::selected(&selection.texts()));
    let scope = loaded.scope(&selection);
    let source = session::source(app, loaded, scope, None, early).await?;
    let mut taken = Snapshot::default();
    let mut not_read = Vec::new();
    let selected = scope.selected();
    let turn = |tenant: &desired::Tenant, read: WorkspaceRead<'_>| {
        let profiles = read.fresh.live.profiles.len();
        let directories = plain(&read.directories);
        (profiles, WorkspaceSnapshot::new(&tenant.name, read.fresh.live, &directories).text())
    };
    let mut profiles = 0;
    let reads = source.read(&selected, ReadScope::AllAndRoster, turn).await?;
    for ((tenant, _), read) in selected.iter().zip(reads) {
        not_read.extend(read.not_read);
        taken.tenants.insert(
            tenant.name.clone(),
            TenantSnapshot {
                provider: tenant.provider.id().to_owned(),
                endpoint: tenant.endpoint.to_string(),
                names: snapshot::names(&plain(&read.directories)),
            },
        );
        for turned in read.workspaces {
            let (count, text) = turned.value;
            profiles += count;
            taken.workspaces.insert(turned.workspace, text);
        }
    }
    app.notices(&source);
    let mut report = SnapshotTaken {
        selection: selection.texts(),
        file: None,
        profiles,
        workspaces: taken.workspaces.len(),
        not_read,
    };
    if let Some(first) = report.not_read.first() {
        let exit = if first.files { Exit::Files } else { Exit::Api };
        show(app, &report)?;
        return Err(Stop::new(exit, "no snapshot was written: not everything could be read").into());
    }
    app.write_snapshot(&arguments.out, &taken)?;
    report.file = Some(arguments.out.display().to_string());
    show(app, &report)?;
    Ok(Exit::Done)
}

/// Reports the snapshot; as text on stderr, since the snapshot itself may go to stdout.
fn show(app: &App, taken: &SnapshotTaken) -> anyhow::Result<()> {
    let report = Report::Taken(taken);
    match app.globals.format {
        Format::Text => app.talk(&text::render(report, app.view())),
        Format::Json | Format::Markdown => app.show(report)?,
    }
    Ok(())
}

fn plain(indexes: &[Arc<Index>]) -> Vec<Directory> {
    indexes.iter().map(|index| index.directory().clone()).collect()
}
