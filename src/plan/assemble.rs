//! The whole plan: workspaces gathered, totals, what it is bound to.

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::model::NotRead;
use crate::plan::since::BranchBase;
use crate::plan::{Binding, Cost, Plan, WorkspacePlan, file};

/// The parts of a plan.
#[derive(Debug, Default)]
pub struct PlanParts {
    /// The day, UTC.
    pub day: jiff::civil::Date,
    /// The first of the last days that have not passed.
    pub valid_through: Option<jiff::civil::Date>,
    /// The selected addresses.
    pub selection: Vec<String>,
    /// The files before the branch.
    pub since: Option<BranchBase>,
    /// The tenants used.
    pub tenants: BTreeMap<String, Binding>,
    /// The workspaces, in any order.
    pub workspaces: Vec<WorkspacePlan>,
    /// Those that could not be read, in any order.
    pub not_read: Vec<NotRead>,
    /// What reading took and applying takes, and the limits, per tenant.
    pub cost: Vec<Cost>,
    /// Whether the plan is made from a snapshot.
    pub from_snapshot: bool,
    /// When the snapshot was taken.
    pub snapshot_taken: Option<String>,
    /// How many profiles' holders were not looked up.
    pub holders_not_counted: usize,
    /// Of how many a plan counts the holders by itself, where there are more.
    pub holders_budget: usize,
    /// What is wrong between the configuration and all that is live.
    pub findings: Vec<Finding>,
}

/// Gathers a plan.
#[must_use = "a plan changes nothing by itself"]
pub fn assemble(parts: PlanParts) -> Plan {
    let PlanParts { day, selection, tenants, mut workspaces, mut not_read, cost, .. } = parts;
    workspaces.sort_by(|a, b| a.workspace.cmp(&b.workspace));
    not_read.sort_by(|a, b| (&a.tenant, &a.workspace).cmp(&(&b.tenant, &b.workspace)));
    let mut plan = Plan {
        plan_version: file::VERSION,
        permctl: env!("CARGO_PKG_VERSION").to_owned(),
        day: day.to_string(),
        as_of: false,
        valid_through: parts.valid_through.map(|day| day.to_string()),
        selection,
        since: parts.since,
        tenants,
        workspaces,
        not_read,
        cost,
        from_snapshot: parts.from_snapshot,
        snapshot_taken: parts.snapshot_taken,
        holders_not_counted: parts.holders_not_counted,
        holders_budget: parts.holders_budget,
        findings: parts.findings,
        gates: Vec::new(),
        judged_by: None,
        digest: String::new(),
    };
    plan.digest = file::digest(&plan);
    plan
}
