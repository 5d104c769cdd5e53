//! What GitLab takes: the counts that a merge request shows of a Terraform plan, and remarks of its code quality.

use serde_json::{Value as Json, json};

use crate::report::Report;
use crate::report::remarks::{Level, Remark, remarks};
use crate::text::visible;

/// Where a remark stands that has no line of its own.
const NOWHERE: &str = "permctl.yaml";

/// Writes `reports:terraform`: nothing is ever deleted.
pub fn terraform(report: Report<'_>) -> Json {
    let (mut create, mut update) = (0, 0);
    if let Report::Plan(plan) = report {
        for (_, planned) in plan.changes() {
            match planned.change.creates() {
                true => create += 1,
                false => update += 1,
            }
        }
        update += plan.users().count();
    }
    json!({ "create": create, "update": update, "delete": 0 })
}

/// Writes `reports:codequality`.
pub fn quality(report: Report<'_>) -> Json {
    remarks(report).iter().map(issue).collect()
}

fn issue(remark: &Remark) -> Json {
    let severity = match remark.level {
        Level::Error => "critical",
        Level::Warning => "major",
        Level::Notice => "info",
    };
    let place = remark.place.as_ref();
    json!({
        "description": visible(&remark.message),
        "check_name": format!("permctl: {}", visible(&remark.title)),
        "fingerprint": remark.id,
        "severity": severity,
        "location": {
            "path": place.map_or(NOWHERE, |place| &place.file),
            "lines": { "begin": place.map_or(1, |place| place.line) },
        },
    })
}
