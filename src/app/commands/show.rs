//! `permctl show`

use std::path::{Path, PathBuf};

use clap::Args;

use crate::app::{App, files};
use crate::error::{Exit, Stop};
use crate::plan::{Plan, file};
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
    let plan = read(&arguments.plan)?;
    app.show(Report::Plan(&plan))?;
    app.talk(&format!("digest {}\n", plan.digest));
    Ok(Exit::Done)
}

/// Reads a saved plan from its file.
pub fn read(path: &Path) -> Result<Plan, Stop> {
    let stop = |problem: String| {
        Stop::new(Exit::Files, format!("could not use the plan {}: {problem}", path.display()))
            .hint("make a new one with `permctl plan --out FILE`, and leave the file as it is")
    };
    let text = files::saved(path).map_err(|error| stop(error.to_string()))?;
    file::read(&text).map_err(|error| stop(error.to_string()))
}
