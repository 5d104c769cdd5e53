//! `permctl drift`

use crate::app::planning::{self, How};
use crate::app::select::Selection;
use crate::app::{App, holders};
use crate::cli;
use crate::error::Exit;
use crate::plan::drift::Drift;
use crate::report::drift;

/// Says where live differs from the files.
pub async fn run(app: &mut App, arguments: &cli::Drift) -> anyhow::Result<Exit> {
    let loaded = app.load()?;
    let selection = Selection::new(&arguments.addresses, &loaded.desired)?;
    let wanted =
        holders::Wanted { whose: arguments.holders, unmanaged: true, ..app.holders(&loaded) };
    let how = How { snapshot: arguments.live.as_deref(), hold: false, holders: wanted };
    let planned = planning::plan(app, &loaded, &selection, how).await?;
    let found = Drift::new(&planned.plan);
    app.report(&found, |found| drift::text(&planned.plan, found))?;
    let counts = arguments.fail_on.iter().any(|kind| found.count(*kind) > 0);
    Ok(planning::ending(&planned.plan).worst(if counts { Exit::Changes } else { Exit::Done }))
}
