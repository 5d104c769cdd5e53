//! `permctl plan`

use crate::app::output::write_private;
use crate::app::planning::{self, How};
use crate::app::select::Selection;
use crate::app::{App, holders};
use crate::cli;
use crate::error::Exit;
use crate::plan::file;

/// Compares files and live, shows and saves what would be done.
pub async fn run(app: &mut App, arguments: &cli::Plan) -> anyhow::Result<Exit> {
    let loaded = app.load()?;
    let selection = Selection::new(&arguments.addresses, &loaded.desired)?;
    let wanted = holders::Wanted { whose: arguments.holders, ..app.holders(&loaded) };
    let how = How { snapshot: arguments.live.as_deref(), hold: false, holders: wanted };
    let planned = planning::plan(app, &loaded, &selection, how).await?;
    if let Some(path) = &arguments.out {
        write_private(path, &app.redactor.redact(&file::write(&planned.plan)))?;
    }
    app.report_plan(&planned.plan)?;
    if let Some(path) = &arguments.out {
        app.talk(&format!("saved as {}, digest {}\n", path.display(), planned.plan.digest));
    }
    let changes = arguments.detailed_exitcode && !planned.plan.is_empty();
    Ok(planning::ending(&planned.plan).worst(if changes { Exit::Changes } else { Exit::Done }))
}
