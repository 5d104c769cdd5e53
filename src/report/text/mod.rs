//! Reports as text for a terminal: with colour, which is taken out on the way to where there is none.

use crate::finding::Finding;
use crate::report::Report;
use crate::text::{counted, visible};

pub mod applied;
mod changes;
mod drift;
pub mod findings;
mod imported;
pub mod plan;
pub mod style;
mod users;

/// Writes a report.
pub fn render(report: Report<'_>) -> String {
    match report {
        Report::Plan(plan) => plan::text(plan),
        Report::Drift(plan, drift) => drift::text(plan, drift),
        Report::Applied(applied) => applied::text(applied),
        Report::Imported(imported) => imported::text(imported),
        Report::Checked { findings: [], profiles, workspaces } => format!(
            "{} in {}: nothing wrong.\n",
            counted(profiles, "profile"),
            counted(workspaces, "workspace")
        ),
        Report::Checked { findings, profiles, workspaces } => {
            let counts = match findings.iter().any(Finding::is_error) {
                true => String::new(),
                false => {
                    let (profiles, workspaces) =
                        (counted(profiles, "profile"), counted(workspaces, "workspace"));
                    format!("{profiles} in {workspaces}: ")
                }
            };
            let summary = findings::summary(findings);
            format!("{}\n{counts}{summary}.\n", findings::render(findings, true))
        }
        Report::Wrong(findings) => findings::render(findings, true),
    }
}

/// Says what a command is limited to.
pub fn selected(selection: &[String]) -> String {
    match selection {
        [] => String::new(),
        all => format!("Selected: {}.\n", visible(&all.join(", "))),
    }
}
