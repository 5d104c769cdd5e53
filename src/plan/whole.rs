//! The whole plan: workspaces gathered, totals, what it is bound to.

use std::collections::BTreeMap;

use crate::plan::{Binding, Cost, NotRead, Plan, WorkspacePlan, file};

/// The parts of a plan.
#[derive(Debug, Default)]
pub struct Parts {
    /// The day, UTC.
    pub day: jiff::civil::Date,
    /// The selected addresses.
    pub selection: Vec<String>,
    /// The tenants used.
    pub tenants: BTreeMap<String, Binding>,
    /// The workspaces, in any order.
    pub workspaces: Vec<WorkspacePlan>,
    /// Those that could not be read, in any order.
    pub not_read: Vec<NotRead>,
    /// What reading took and the limits, per tenant; `apply` is worked out here.
    pub cost: Vec<Cost>,
}

/// Gathers a plan.
#[must_use = "a plan that nobody looks at changes nothing"]
pub fn gather(parts: Parts) -> Plan {
    let Parts { day, selection, tenants, mut workspaces, mut not_read, mut cost } = parts;
    workspaces.sort_by(|a, b| a.workspace.cmp(&b.workspace));
    not_read.sort_by(|a, b| (&a.tenant, &a.workspace).cmp(&(&b.tenant, &b.workspace)));
    for cost in &mut cost {
        cost.apply = workspaces
            .iter()
            .filter(|workspace| workspace.tenant == cost.tenant)
            .map(|workspace| {
                let writes: usize =
                    workspace.changes.iter().map(|planned| planned.preview.len()).sum();
                let members = workspace.memberships.len();
                // One fresh read before the writes and one read after them; who has what takes two
                // calls to read.
                let changes = if writes == 0 { 0 } else { writes + 2 };
                changes + if members == 0 { 0 } else { members + 4 }
            })
            .sum();
    }
    let digest = file::digest(&workspaces);
    Plan {
        plan_version: file::VERSION,
        permctl: env!("CARGO_PKG_VERSION").to_owned(),
        day: day.to_string(),
        selection,
        tenants,
        workspaces,
        not_read,
        cost,
        refused: Vec::new(),
        digest,
    }
}
