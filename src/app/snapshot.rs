//! `permctl snapshot`

use std::collections::BTreeMap;

use futures_util::future::join_all;

use crate::app::output::write_private;
use crate::app::select::Selection;
use crate::app::{App, read, session};
use crate::error::{Exit, Stop};
use crate::live::snapshot::{self, Snapshot, TenantSnapshot, WorkspaceSnapshot};
use crate::text::counted;
use crate::{cli, report};

/// Writes what is live to a file: all profiles and all names, or nothing.
pub async fn run(app: &mut App, arguments: &cli::Snapshot) -> anyhow::Result<Exit> {
    let loaded = app.load()?;
    let selection = Selection::new(&arguments.addresses, &loaded.desired)?;
    read::announce(app, &selection);
    let used = read::used_tenants(&loaded, &selection);
    let session = session::open(app, &loaded, used).await?;
    let reads = session.tenants.values().map(|connected| {
        let workspaces = read::selected(&loaded, &selection, &connected.config.name);
        read::tenant(connected, workspaces, read::Wanted::AllAndRoster, |read| {
            let directories = read::plain(&read.directories);
            let tenant = &connected.config.name;
            let name = read.desired.name.clone();
            (name, WorkspaceSnapshot::new(tenant, read.fresh.live, &directories))
        })
    });
    let mut taken = Snapshot {
        snapshot_version: snapshot::VERSION,
        permctl: env!("CARGO_PKG_VERSION").to_owned(),
        tenants: BTreeMap::new(),
        workspaces: BTreeMap::new(),
    };
    let mut not_read = Vec::new();
    for (connected, read) in session.tenants.values().zip(join_all(reads).await) {
        not_read.extend(read.not_read);
        taken.tenants.insert(
            connected.config.name.clone(),
            TenantSnapshot {
                provider: connected.provider.id().to_owned(),
                endpoint: connected.config.endpoint.to_string(),
                names: snapshot::names(&read::plain(&read.directories)),
            },
        );
        taken.workspaces.extend(read.workspaces);
    }
    session.talk(app);
    if let Some(first) = not_read.first() {
        app.talk(&report::plan::not_read(&not_read));
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
