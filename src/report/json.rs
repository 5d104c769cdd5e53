//! Reports as JSON: the value itself, keys in the order of its fields.

use serde::Serialize;
use serde_json::json;

use crate::error::Stop;
use crate::report::Report;

/// Writes a report.
pub fn render(report: Report<'_>) -> String {
    match report {
        Report::Plan(plan) => pretty(plan),
        Report::Drift(_, drift) => pretty(drift),
        Report::Applied(applied) => pretty(applied),
        Report::Imported(imported) => pretty(imported),
        Report::Checked { findings, .. } | Report::Wrong(findings) => {
            pretty(&json!({ "findings": findings }))
        }
        Report::Taken(taken) => pretty(taken),
        Report::Sandbox(done) => pretty(done),
        Report::Stopped(Stop { exit, message, hint }) => {
            pretty(&json!({ "error": message, "help": hint, "exit": exit.code() }))
        }
    }
}

fn pretty(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string_pretty(value).expect("a report has text keys only");
    text.push('\n');
    text
}
