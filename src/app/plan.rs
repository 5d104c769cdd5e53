//! `permctl plan`

use crate::app::select::Selection;
use crate::app::{App, read, write_private};
use crate::cli;
use crate::error::Exit;
use crate::finding::Finding;
use crate::plan::{Plan, file};
use crate::report;

/// Compares files and live, shows and saves what would be done.
pub async fn run(app: &mut App, arguments: &cli::Plan) -> anyhow::Result<Exit> {
    let loaded = app.load()?;
    let selection = Selection::new(&arguments.addresses, &loaded.desired)?;
    let planned = read::plan(app, &loaded, &selection, arguments.live.as_deref(), false).await?;
    if let Some(path) = &arguments.out {
        write_private(path, &app.redactor.redact(&file::write(&planned.plan)))?;
    }
    app.report(&planned.plan, report::plan::text)?;
    if let Some(path) = &arguments.out {
        app.talk(&format!("saved as {}, digest {}\n", path.display(), planned.plan.digest));
    }
    let changes = arguments.detailed_exitcode && !planned.plan.is_empty();
    Ok(ending(&planned.plan).worst(if changes { Exit::Changes } else { Exit::Done }))
}

/// Says how a run ends that only looked: by findings, and by what could not be read.
pub fn ending(plan: &Plan) -> Exit {
    let files = plan.findings().any(Finding::is_error)
        || plan.not_read.iter().any(|not_read| not_read.files);
    let api = plan.not_read.iter().any(|not_read| !not_read.files);
    match (files, api) {
        (true, _) => Exit::Files,
        (false, true) => Exit::Api,
        (false, false) => Exit::Done,
    }
}
