//! `permctl show`

use std::path::Path;

use crate::app::{App, files};
use crate::cli;
use crate::error::{Exit, Stop};
use crate::plan::{Plan, file};

/// Shows a saved plan.
pub fn run(app: &App, arguments: &cli::Show) -> anyhow::Result<Exit> {
    let plan = read(&arguments.plan)?;
    app.report_plan(&plan)?;
    app.talk(&format!("digest {}\n", plan.digest));
    Ok(Exit::Done)
}

/// Reads a saved plan from its file.
pub fn read(path: &Path) -> anyhow::Result<Plan> {
    let stop = |problem: String| {
        Stop::new(Exit::Files, format!("could not use the plan {}: {problem}", path.display()))
            .hint("make it anew with `permctl plan --out FILE`, and leave the file as it is")
    };
    let text = files::saved(path).map_err(|error| stop(error.to_string()))?;
    Ok(file::read(&text).map_err(|error| stop(error.to_string()))?)
}
