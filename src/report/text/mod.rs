//! Reports as text for a terminal: with colour, which is taken out on the way to where there is none.

use crate::error::Stop;
use crate::finding::Finding;
use crate::report::{Report, SandboxDone, View};
use crate::text::{counted, visible};

pub mod applied;
mod approvals;
pub mod changes;
pub mod drift;
mod explained;
pub mod findings;
pub mod gates;
mod imported;
pub mod plan;
mod review;
pub mod since;
pub mod style;
mod taken;
mod tested;
mod users;
mod why;

/// Writes a report.
pub fn render(report: Report<'_>, view: View) -> String {
    match report {
        Report::Plan(plan) => plan::text(plan, view),
        Report::Drift(plan, drift) => drift::text(plan, drift, view),
        Report::Applied(applied) => applied::text(applied),
        Report::Imported(imported) => imported::text(imported),
        Report::Checked { findings, files: Some((files, errors)), .. } => {
            let files = counted(files, "file");
            let found = match findings {
                [] => format!("{files}: nothing wrong"),
                findings => {
                    let shown = findings::render(findings, true);
                    format!("{shown}\n{files}: {}", findings::summary(findings))
                }
            };
            match errors {
                0 => format!("{found}.\n"),
                errors => format!("{found}; {} in other files.\n", counted(errors, "error")),
            }
        }
        Report::Checked { findings: [], profiles, workspaces, .. } => format!(
            "{} in {}: nothing wrong.\n",
            counted(profiles, "profile"),
            counted(workspaces, "workspace")
        ),
        Report::Checked { findings, profiles, workspaces, .. } => {
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
        Report::Tested { rules, findings } => tested::text(rules, findings),
        Report::Approvals(states) => approvals::text(states),
        Report::Wrong(findings) => findings::render(findings, true),
        Report::Taken(taken) => taken::text(taken),
        Report::Why(of_profile) => why::text(of_profile),
        Report::Explained(found) => explained::text(found),
        Report::Schemas(written) if written.files.is_empty() => {
            "the schemas are as they should be\n".to_owned()
        }
        Report::Schemas(written) => {
            written.files.iter().map(|file| format!("wrote {}\n", visible(file))).collect()
        }
        Report::Sandbox(done) => match done {
            SandboxDone::Endpoint(address) => format!("{address}\n"),
            SandboxDone::Reset(vendors) => {
                format!("{}: the sandbox is as a fresh tenant again.\n", vendors.join(", "))
            }
            SandboxDone::Edited(profile) => {
                format!("changed by hand in the sandbox: {}\n", visible(profile))
            }
        },
        Report::Stopped(stop) => stopped(stop),
    }
}

/// Says why a run ended, and what to do.
fn stopped(stop: &Stop) -> String {
    // Vendor words may hold line breaks of ours only; anything else is made visible.
    let lines: Vec<String> = stop.message.lines().map(visible).collect();
    let heading = style::styled(style::Style::Alarm, "error");
    let mut text = format!("{heading}: {}\n", lines.join("\n  "));
    if let Some(hint) = &stop.hint {
        text.push_str(&format!("help: {}\n", visible(hint)));
    }
    text
}

/// Says what a command is limited to.
pub fn selected(selection: &[String]) -> String {
    match selection {
        [] => String::new(),
        all => format!("Selected: {}.\n", visible(&all.join(", "))),
    }
}
