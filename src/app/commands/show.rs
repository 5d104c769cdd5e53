//! `permctl show`

use std::path::PathBuf;

use clap::Args;

use crate::app::{App, files};
use crate::error::Exit;
use crate::report::Report;

/// `permctl show`
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// A plan that `plan --out` saved
    #[arg(value_name = "PLAN")]
    pub plan: PathBuf,
}

/// Shows a saved plan.
pub fn run(app: &App, arguments: &ShowArgs) -> anyhow::Result<Exit> {
    let mut plan = files::plan(&arguments.plan)?;
    app.hide_names(&mut plan);
    app.show(Report::Plan(&plan))?;
    app.note(&format!("digest {}\n", plan.digest));
    Ok(Exit::Done)
}
