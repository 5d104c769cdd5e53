//! Reports as JSON: the value itself, keys in the order of its fields.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::json;

use crate::error::Stop;
use crate::plan::review::{Review, Side};
use crate::report::Report;
use crate::report::review::{ReviewedDrift, ReviewedPlan};

/// Writes a report, in pieces: that of a large plan takes more memory than the plan.
///
/// # Errors
/// What `out` says.
pub fn write(report: Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    match report {
        Report::Plan(plan) => pretty(&ReviewedPlan::new(plan, &Review::of(plan, Side::Plan)), out),
        Report::Drift(plan, drift) => {
            let review = Review::of(plan, Side::Drift);
            pretty(&ReviewedDrift::new(drift, &plan.gates, &review), out)
        }
        Report::Applied(applied) => pretty(applied, out),
        Report::Imported(imported) => pretty(imported, out),
        Report::Checked { findings, .. } | Report::Wrong(findings) => {
            pretty(&json!({ "findings": findings }), out)
        }
        Report::Tested { rules, findings } => {
            pretty(&json!({ "rules": rules, "findings": findings }), out)
        }
        Report::Approvals(states) => pretty(&json!({ "approvals": states }), out),
        Report::Taken(taken) => pretty(taken, out),
        Report::Why(why) => pretty(why, out),
        Report::Explained(found) => pretty(&json!({ "explained": found }), out),
        Report::Schemas(written) => pretty(written, out),
        Report::Sandbox(done) => pretty(done, out),
        Report::Stopped(Stop { exit, message, hint }) => {
            pretty(&json!({ "error": message, "help": hint, "exit": exit.code() }), out)
        }
    }
}

fn pretty(value: &impl Serialize, mut out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut out, value)?;
    out.write_all(b"\n")
}
