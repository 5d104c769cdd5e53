//! `permctl snapshot`

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::app::output::write_private;
use crate::app::selection::Selection;
use crate::app::{App, session};
use crate::desired;
use crate::error::{Exit, Stop};
use crate::finding::Code;
use crate::live::snapshot::{self, TenantSnapshot, WorkspaceSnapshot};
use crate::live::{ReadScope, WorkspaceRead};
use crate::model::Directory;
use crate::model::names::Index;
use crate::report;
use crate::text::counted;

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
    let loaded = app.load_but(&[Code::NoProfiles, Code::WorkspaceWithoutFiles])?;
    let selection = Selection::new(&arguments.addresses, &loaded.desired)?;
    app.talk(&report::text::selected(&selection.texts()));
    let scope = loaded.scope(&selection);
    let source = session::source(app, &loaded, scope, None).await?;
    let mut taken = snapshot::Snapshot {
        snapshot_version: snapshot::VERSION,
        permctl: env!("CARGO_PKG_VERSION").to_owned(),
        tenants: BTreeMap::new(),
        workspaces: BTreeMap::new(),
    };
    let mut not_read = Vec::new();
    let selected = scope.selected();
    let turn = |tenant: &desired::Tenant, read: WorkspaceRead<'_>| {
        WorkspaceSnapshot::new(&tenant.name, read.fresh.live, &plain(&read.directories))
    };
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
        taken.workspaces.extend(read.workspaces.into_iter().map(|it| (it.workspace, it.value)));
    }
    app.notices(&source);
    if let Some(first) = not_read.first() {
        app.talk(&report::text::plan::not_read(&not_read));
        let exit = if first.files { Exit::Files } else { Exit::Api };
        return Err(Stop::new(exit, "no snapshot was written: not everything could be read").into());
    }
    write_private(&arguments.out, &app.redactor.redact(&snapshot::write(&taken)))?;
    let profiles: usize = taken.workspaces.values().map(|workspace| workspace.profiles.len()).sum();
    app.talk(&format!(
        "wrote {} of {} to {}\n",
        counted(profiles, "profile"),
        counted(taken.workspaces.len(), "workspace"),
        arguments.out.display()
    ));
    Ok(Exit::Done)
}

fn plain(indexes: &[Arc<Index>]) -> Vec<Directory> {
    indexes.iter().map(|index| index.directory().clone()).collect()
}
