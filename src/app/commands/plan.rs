//! `permctl plan`

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use crate::app::pipeline::{self, How, Scope};
use crate::app::selection::Selection;
use crate::app::since::SinceArgs;
use crate::app::{App, Wanted, session};
use crate::error::Exit;
use crate::finding::Code;
use crate::plan::holders::{HolderScope, Whose};
use crate::plan::rules::Moment;
use crate::report::Report;

/// `permctl plan`
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// What to plan [default: everything]
    #[arg(value_name = "ADDRESS")]
    pub addresses: Vec<String>,
    /// Save the plan for review and `apply`
    #[arg(long, value_name = "FILE", conflicts_with = "as_of")]
    pub out: Option<PathBuf>,
    /// Plan for another day, YYYY-MM-DD; such a plan can't be saved or applied
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    #[command(flatten)]
    pub since: SinceArgs,
    /// Compare with a snapshot instead of the API; needs no credentials
    #[arg(long, value_name = "SNAPSHOT")]
    pub live: Option<PathBuf>,
    /// Name each setting that `unlisted: keep` leaves unwatched
    #[arg(long)]
    pub unwatched: bool,
    /// Exit with 2 when there is something to do
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Whose holders to look up, a call or more for each profile
    #[arg(long, value_name = "WHICH", default_value = "auto")]
    pub holders: Whose,
}

/// Compares files and live, shows and saves what would be done.
pub async fn run(app: &App, arguments: &PlanArgs) -> anyhow::Result<Exit> {
    let as_of = arguments.as_of;
    // How old a line will be then is no mistake of today.
    let tolerates: &[Code] = if as_of.is_some() { &[Code::ExpiredLongAgo] } else { &[] };
    let wanted = Wanted {
        from_apis: arguments.live.is_none(),
        as_of,
        tolerates,
        since: Some(&arguments.since),
        ..Wanted::default()
    };
    let (loaded, early) = app.load(&arguments.addresses, wanted).await?;
    let selection = Selection::new(&arguments.addresses, &loaded.desired)?;
    let names_unwatched = arguments.unwatched;
    let scope = Scope { names_unwatched, ..loaded.scope(&selection) };
    let source = session::source(app, loaded, scope, arguments.live.as_deref(), early).await?;
    let holders = HolderScope { whose: arguments.holders, ..scope.holders() };
    let planned =
        pipeline::plan(scope, &source, How { hold: false, holders, moment: Moment::Plan }).await;
    app.notices(&source);
    let mut plan = planned?.plan;
    plan.as_of = as_of.is_some();
    // A snapshot is large, and the report needs memory too.
    drop(source);
    // A plan of nothing that was read could be applied to nothing.
    let out = arguments.out.as_ref();
    let saved = out.filter(|_| !plan.workspaces.is_empty() || plan.not_read.is_empty());
    if let Some(path) = saved {
        app.write_plan(path, &plan)?;
    }
    app.hide_names(&mut plan);
    app.show(Report::Plan(&app.as_shown(&plan, &loaded.root)))?;
    match (out, saved) {
        (_, Some(path)) => {
            app.note(&format!("saved as {}, digest {}\n", path.display(), plan.digest));
        }
        (Some(path), None) => {
            app.talk(&format!("not saved as {}: nothing could be read\n", path.display()));
        }
        (None, None) => {}
    }
    let changes = arguments.detailed_exitcode && !plan.is_empty();
    Ok(pipeline::ending(&plan).worst(if changes { Exit::Changes } else { Exit::Done }))
}
