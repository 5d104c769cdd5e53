//! `permctl validate`

use crate::app::select::Selection;
use crate::app::{App, from_snapshot, planning};
use crate::cli;
use crate::error::Exit;
use crate::finding::{self, Finding};
use crate::report::findings;
use crate::text::counted;

/// Checks the files without asking anybody.
pub fn run(app: &mut App, arguments: &cli::Validate) -> anyhow::Result<Exit> {
    let loaded = app.look()?;
    let mut all = loaded.desired.findings.clone();
    if let Some(path) = &arguments.live
        && !all.iter().any(Finding::is_error)
    {
        let snapshot = from_snapshot::open(path)?;
        for tenant in &loaded.desired.tenants {
            let everything = Selection::default();
            for read in from_snapshot::workspaces(tenant, &loaded, &everything, &snapshot)? {
                let plan = planning::plan_one(
                    tenant,
                    &loaded,
                    &everything,
                    read.desired,
                    &read.fresh.live,
                    &read.names,
                );
                all.extend(plan.findings);
            }
        }
        finding::sort(&mut all);
    }
    let wrong = all.iter().any(Finding::is_error);
    app.report(&all, |all| {
        if !all.is_empty() {
            return format!("{}\n{}.\n", findings::render(all, true), findings::summary(all));
        }
        let profiles: usize =
            loaded.desired.workspaces.iter().map(|workspace| workspace.profiles.len()).sum();
        format!(
            "{} in {}: nothing wrong.\n",
            counted(profiles, "profile"),
            counted(loaded.desired.workspaces.len(), "workspace")
        )
    })?;
    Ok(if wrong { Exit::Files } else { Exit::Done })
}
