//! A report in a few values: what outputs of a job and notifications are made of.

use std::collections::BTreeSet;

use crate::apply::Status;
use crate::plan::Plan;
use crate::plan::gate::GateOutcome;
use crate::plan::review::{Review, Side};
use crate::plan::rules::files::RuleOutcome;
use crate::report::Report;
use crate::report::text::{applied, findings};
use crate::text::counted;

/// A report in a few values.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Overview {
    /// What the report is of: `plan`, `drift`, `apply`, `check`, `stopped` or `other`.
    pub kind: &'static str,
    /// All of it in one line.
    pub verdict: String,
    /// The digest of a plan.
    pub digest: Option<String>,
    /// Whether something would be changed, differs, or was changed.
    pub changes: bool,
    /// Whether a gate refuses; of drift, whether live breaks a rule; of rules over the files, whether one is broken.
    pub refused: bool,
    /// How many people get or may get more access.
    pub people: usize,
    /// In how many profiles.
    pub broader: usize,
    /// In how many profiles something critical.
    pub critical: usize,
    /// The approvals that a plan needs.
    pub approvals: Vec<String>,
}

impl Overview {
    /// Makes the overview of a report.
    pub fn of(report: Report<'_>) -> Self {
        match report {
            Report::Plan(plan) => Self::of_plan(plan, Side::Plan),
            Report::Drift(plan, _) => Self::of_plan(plan, Side::Drift),
            Report::Checked { findings, .. } | Report::Wrong(findings) => {
                let verdict = match findings {
                    [] => "nothing wrong".to_owned(),
                    findings => findings::summary(findings),
                };
                Self { kind: "check", verdict, ..Self::default() }
            }
            Report::Tested { rules, .. } => {
                let broken = rules.iter().filter(|rule| !rule.findings.is_empty()).count();
                let verdict = format!("{broken} of {} broken", counted(rules.len(), "rule"));
                let refused = rules.iter().any(|rule| rule.outcome == RuleOutcome::Broken);
                Self { kind: "check", verdict, refused, ..Self::default() }
            }
            Report::Approvals(states) => {
                let missing = states.iter().filter(|state| !state.passed);
                let approvals: Vec<String> = missing.map(|it| it.approval.clone()).collect();
                let verdict = format!("{} missing", counted(approvals.len(), "approval"));
                let refused = !approvals.is_empty();
                Self { kind: "check", verdict, refused, approvals, ..Self::default() }
            }
            Report::Applied(applied) => {
                let changes = applied.statuses().any(|status| *status == Status::Done);
                let verdict = applied::counts(applied);
                Self { kind: "apply", verdict, changes, ..Self::default() }
            }
            Report::Stopped(stop) => {
                Self { kind: "stopped", verdict: stop.message.clone(), ..Self::default() }
            }
            _ => Self { kind: "other", ..Self::default() },
        }
    }

    fn of_plan(plan: &Plan, side: Side) -> Self {
        let Review { verdict, differences, .. } = Review::of(plan, side);
        let text = match (verdict.text(), differences.is_empty(), plan.not_read.is_empty()) {
            (text, ..) if !text.is_empty() => text,
            (_, _, false) => "not everything could be read".to_owned(),
            (_, true, true) => "nothing differs".to_owned(),
            (_, false, true) => format!("{} differences", differences.len()),
        };
        let needed = plan.gates.iter().filter(|it| it.outcome == GateOutcome::NeedsApproval);
        Self {
            kind: if side == Side::Plan { "plan" } else { "drift" },
            verdict: text,
            digest: (side == Side::Plan).then(|| plan.digest.clone()),
            changes: match side {
                Side::Plan => !plan.is_empty(),
                Side::Drift | Side::Accepted => !differences.is_empty(),
            },
            refused: verdict.refused > 0,
            people: verdict.people,
            broader: verdict.broader,
            critical: verdict.critical,
            approvals: needed
                .map(|gate| gate.gate.clone())
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
        }
    }
}
