//! What a report has to say of lines and profiles, worst first: what annotations, code quality and notifications are
//! made of.

use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::apply::{Outcome, Status, WorkspaceOutcome};
use crate::finding::{Finding, Place};
use crate::model::catalogue::Tier;
use crate::model::{Direction, NotRead};
use crate::plan::Plan;
use crate::plan::gate::{Gate, GateOutcome};
use crate::plan::review::{Difference, Review, Side};
use crate::report::Report;
use crate::report::text::gates::{named, why};
use crate::text::quoted;

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It keeps the command from succeeding.
    Error,
    /// A person should look at it.
    Warning,
    /// It is good to know.
    Notice,
}

/// Something that a report says of a line, or of a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Remark {
    /// Its name, which stays while it is so: of a difference the one that plans and drift give it.
    pub id: String,
    /// How bad it is.
    pub level: Level,
    /// What it is, in a few words.
    pub title: String,
    /// What is so, and what to do.
    pub message: String,
    /// Where in the files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// Lists what a report has to say, worst first.
pub fn remarks(report: Report<'_>) -> Vec<Remark> {
    let mut all: Vec<Remark> = match report {
        Report::Plan(plan) => of_plan(plan, Side::Plan),
        Report::Drift(plan, _) => of_plan(plan, Side::Drift),
        Report::Checked { findings, .. } | Report::Wrong(findings) => {
            findings.iter().map(of_finding).collect()
        }
        Report::Tested { rules, findings } => {
            let of_rules = rules.iter().flat_map(|rule| &rule.findings);
            of_rules.chain(findings).map(of_finding).collect()
        }
        Report::Stopped(stop) => {
            let hint = stop.hint.as_ref().map_or_else(String::new, |hint| format!("; {hint}"));
            vec![Remark::new(Level::Error, "stopped", format!("{}{hint}", stop.message), None)]
        }
        Report::Approvals(states) => {
            let missing = states.iter().filter(|state| !state.passed);
            let remark = |state: &crate::plan::approvals::ApprovalState| {
                let (owners, by) = (state.owners.join(", "), state.approved_by.len());
                let message =
                    format!("{}: {by} of {} approved; owners: {owners}", state.reason, state.count);
                let title = format!("approval {}", quoted(&state.approval));
                Remark::new(Level::Error, &title, message, None)
            };
            missing.map(remark).collect()
        }
        Report::Applied(applied) => applied.outcomes().filter_map(of_outcome).collect(),
        _ => Vec::new(),
    };
    all.sort_by_key(|remark| remark.level);
    all
}

impl Remark {
    fn new(level: Level, title: &str, message: String, place: Option<&Place>) -> Self {
        let mut hasher = Sha256::new();
        for part in [title, &message, place.map_or("", |place| &place.file)] {
            hasher.update(part.len().to_le_bytes());
            hasher.update(part);
        }
        let id = hasher.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        Self { id, level, title: title.to_owned(), message, place: place.cloned() }
    }
}

/// Says what was not done as planned.
fn of_outcome((workspace, outcome): (&WorkspaceOutcome, &Outcome)) -> Option<Remark> {
    let (level, title) = match &outcome.status {
        Status::Done | Status::AlreadyDone => return None,
        Status::Failed { .. } => (Level::Error, "failed"),
        Status::Unknown { .. } => (Level::Error, "unknown whether it was done"),
        Status::NotPersisted { .. } => (Level::Error, "not persisted"),
        Status::Doubled { .. } => (Level::Error, "doubled"),
        Status::Stale { .. } => (Level::Warning, "stale"),
        Status::Dropped { .. } => (Level::Warning, "dropped"),
        Status::HeldBack => (Level::Warning, "held back"),
        Status::Skipped { .. } => (Level::Warning, "skipped"),
    };
    let target = outcome.target.user().unwrap_or_else(|| outcome.target.name());
    let message = format!("{}/{target}: {title}; the report has the reason", workspace.workspace);
    Some(Remark::new(level, title, message, None))
}

fn of_finding(finding: &Finding) -> Remark {
    let level = if finding.is_error() { Level::Error } else { Level::Warning };
    let address = finding.address.as_ref().map_or_else(String::new, |it| format!("{it}: "));
    let hint = finding.hint.as_ref().map_or_else(String::new, |hint| format!("; {hint}"));
    let message = format!("{address}{}{hint}", finding.message);
    let place = finding.spots.first().map(|spot| &spot.place);
    Remark::new(level, finding.code.text(), message, place)
}

fn of_plan(plan: &Plan, side: Side) -> Vec<Remark> {
    let not_read =
        plan.not_read.iter().map(|NotRead { tenant, workspace, error, hint, .. }| {
            let message = format!("{tenant}, {workspace}: {error}; {hint}");
            Remark::new(Level::Error, "not read", message, None)
        });
    let findings = plan.findings().map(of_finding);
    let gates = plan.gates.iter().filter_map(of_gate);
    let review = Review::of(plan, side);
    let mut dangerous: Vec<&Difference<'_>> =
        review.differences.iter().filter(|it| it.tier() >= Some(Tier::Sensitive)).collect();
    dangerous.sort_by_key(|it| std::cmp::Reverse(it.tier()));
    let differences = dangerous.into_iter().map(|it| of_difference(it, side));
    not_read.chain(gates).chain(differences).chain(findings).collect()
}

fn of_gate(gate: &Gate) -> Option<Remark> {
    let level = match gate.outcome {
        GateOutcome::Refuses | GateOutcome::RefusesApply => Level::Error,
        GateOutcome::WouldRefuse | GateOutcome::NotJudged | GateOutcome::Stands => Level::Warning,
        GateOutcome::NeedsApproval => Level::Notice,
        GateOutcome::Lifted | GateOutcome::NotNeeded => return None,
    };
    let address = gate.address().map_or_else(String::new, |it| format!("{it}: "));
    let message = format!("{address}{}; {}", why(gate, false), gate.hint);
    // The line of the profile is the one that is edited.
    let place = gate.places.last().map(|spot| &spot.place);
    Some(Remark::new(level, &named(gate), message, place))
}

fn of_difference(it: &Difference<'_>, side: Side) -> Remark {
    let tier = it.tier().unwrap_or(Tier::Ordinary);
    let level = if tier == Tier::Critical { Level::Warning } else { Level::Notice };
    let can: Vec<String> = it.abilities.iter().map(|ability| ability.words(quoted)).collect();
    let people = match it.holders {
        Some(holders) if holders.count == 1 => "1 person".to_owned(),
        Some(holders) => format!("{} people", holders.count),
        None => "its holders".to_owned(),
    };
    let can_now = match (it.direction, side) {
        (Direction::Unclear, Side::Plan) => "may now",
        (Direction::Unclear, _) => "may",
        (_, Side::Plan) => "can now",
        (_, _) => "can",
    };
    let message = format!("{}/{}: {people} {can_now} {}", it.workspace, it.profile, can.join(", "));
    Remark { id: it.id(), ..Remark::new(level, tier.word(), message, it.place) }
}
