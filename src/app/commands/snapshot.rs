//! `permctl snapshot`

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::app::selection::Selection;
use crate::app::{App, Wanted, files, session};
use crate::desired;
use crate::error::{Exit, Stop};
use crate::finding::Code;
use crate::live::locate::failed;
use crate::live::snapshot::{self, Snapshot, TenantSnapshot, WorkspaceSnapshot};
use crate::live::{ReadScope, WorkspaceRead, holders};
use crate::model::names::Index;
use crate::model::{Directory, LiveProfile, LiveWorkspace, ProfileId};
use crate::report::{self, Format, Report, SnapshotTaken, text};

/// `permctl snapshot`
#[derive(Debug, Args)]
pub struct SnapshotArgs {
    /// What to read [default: everything]
    #[arg(value_name = "ADDRESS")]
    pub addresses: Vec<String>,
    /// Also store who has each profile, so that plans from the snapshot count people; a call or more for each profile
    #[arg(long)]
    pub holders: bool,
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
    app.note(&report::text::selected(&selection.texts()));
    let scope = loaded.scope(&selection);
    let source = session::source(app, loaded, scope, None, early).await?;
    let mut taken = Snapshot { taken: files::minute(), ..Snapshot::default() };
    let mut not_read = Vec::new();
    let selected = scope.selected();
    let turn = |tenant: &desired::Tenant, read: WorkspaceRead<'_>| {
        let (profiles, directories) = (read.fresh.live.profiles.len(), plain(&read.directories));
        let unknown = unknown_holders(tenant, &read.fresh.live, arguments.holders);
        let workspace = WorkspaceSnapshot::new(&tenant.name, read.fresh.live, &directories);
        // A text takes less memory than what it stands for.
        let kept = match unknown.is_empty() {
            true => WorkspaceTaken::Text(workspace.text()),
            false => WorkspaceTaken::Without(Box::new(workspace), unknown),
        };
        (profiles, kept)
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
            let (count, kept) = turned.value;
            profiles += count;
            let text = match (kept, source.session()) {
                (WorkspaceTaken::Text(text), _) => text,
                (WorkspaceTaken::Without(workspace, _), None) => workspace.text(),
                (WorkspaceTaken::Without(mut workspace, unknown), Some(session)) => {
                    let connected = &session.tenants[&tenant.name];
                    match holders::look_up(connected, &workspace.id, &unknown).await {
                        Ok(found) => workspace.holders.extend(found),
                        Err(error) => {
                            not_read.push(failed(&tenant.name, &turned.workspace, &error));
                            continue;
                        }
                    }
                    workspace.text()
                }
            };
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

/// A workspace of a snapshot on its way.
enum WorkspaceTaken {
    /// All of it, as it is written.
    Text(String),
    /// Without the holders of these profiles.
    Without(Box<WorkspaceSnapshot>, Vec<ProfileId>),
}

/// Lists the profiles whose holders are asked for and not said by what was read.
fn unknown_holders(
    tenant: &desired::Tenant,
    live: &LiveWorkspace,
    is_asked_for: bool,
) -> Vec<ProfileId> {
    let unknown = |profile: &&LiveProfile| tenant.provider.holders_in(profile).is_none();
    let profiles = live.profiles.iter().filter(|_| is_asked_for).filter(unknown);
    profiles.map(|profile| profile.id.clone()).collect()
}

fn plain(indexes: &[Arc<Index>]) -> Vec<Directory> {
    indexes.iter().map(|index| index.directory().clone()).collect()
}
