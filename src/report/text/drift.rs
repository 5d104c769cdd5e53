//! Drift as text for a terminal.

use crate::model::DriftCause;
use crate::plan::Plan;
use crate::plan::drift::{Drift, DriftKind};
use crate::plan::gate::GateOutcome;
use crate::plan::review::{Review, Side};
use crate::report::View;
use crate::report::text::changes::Perspective;
use crate::report::text::style::{Style, styled};
use crate::report::text::{gates, plan, review, selected};
use crate::text::counted;

/// Writes drift for a terminal.
pub fn text(plan: &Plan, drift: &Drift, view: View) -> String {
    let review = review::text(&Review::of(plan, Side::Drift), view);
    let before = format!("{}{}", plan::not_read(&plan.not_read), plan::of_snapshot(plan));
    format!("{before}{review}{}", beside_review(plan, drift, view))
}

/// Writes all of drift but what was not read and the review.
pub fn beside_review(plan: &Plan, drift: &Drift, view: View) -> String {
    let mut text = String::new();
    for workspace in &plan.workspaces {
        text.push_str(&plan::workspace_text(workspace, Perspective::Drift));
    }
    text.push_str(&plan::world_findings(plan));
    text.push_str(&gates::of_live(&plan.gates, view));
    let [changed, missing, unmanaged, holders, expired] = [
        DriftKind::Changed,
        DriftKind::Missing,
        DriftKind::Unmanaged,
        DriftKind::Holders,
        DriftKind::Expired,
    ]
    .map(|kind| drift.count(kind));
    let compared: usize = plan.workspaces.iter().map(|workspace| workspace.unchanged).sum();
    let blocked: usize = plan.workspaces.iter().map(|workspace| workspace.blocked.len()).sum();
    let same = changed + missing + unmanaged + holders + expired == 0;
    let mut summary = if same && (blocked > 0 || !plan.not_read.is_empty()) {
        format!("Not all compared: {} as the files say", counted(compared, "profile"))
    } else if same {
        format!("No drift: {} as the files say", counted(compared, "profile"))
    } else {
        let holders = match holders {
            0 => String::new(),
            users => format!(", {} with other profiles", counted(users, "user")),
        };
        let expired = match expired {
            0 => String::new(),
            expired => format!(", {expired} expired"),
        };
        format!(
            "Drift: {changed} changed, {missing} missing, {unmanaged} unmanaged{holders}{expired}; {compared} as the files say"
        )
    };
    for (number, words) in causes(plan) {
        summary.push_str(&format!("; {number} {words}"));
    }
    let broken = plan.gates.iter().filter(|gate| gate.outcome == GateOutcome::Stands).count();
    if broken > 0 {
        summary.push_str(&format!("; rules are broken live in {}", counted(broken, "place")));
    }
    if blocked > 0 {
        summary.push_str(&format!("; {blocked} blocked"));
    }
    if !plan.not_read.is_empty() {
        summary.push_str(&format!("; {} not read", counted(plan.not_read.len(), "workspace")));
    }
    text.push_str(&format!("{}.\n", styled(Style::Strong, summary)));
    text.push_str(&selected(&plan.selection));
    text.push_str(&plan::coverage(plan));
    text.push_str(&plan::not_counted(plan));
    text
}

/// Counts the profiles of which live moved, the files, or both; nothing without a baseline.
fn causes(plan: &Plan) -> impl Iterator<Item = (usize, &'static str)> {
    let counted = [DriftCause::ByHand, DriftCause::Pending, DriftCause::Both].map(|cause| {
        let of_cause = plan.changes().filter(|(_, it)| it.change.cause() == Some(cause));
        (of_cause.count(), cause.words())
    });
    counted.into_iter().filter(|(number, _)| *number > 0)
}
