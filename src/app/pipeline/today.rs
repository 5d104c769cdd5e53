//! What is left of a day's calls, and whether an apply fits into it.

use crate::app::pipeline::{Work, ending};
use crate::error::{Exit, Stop};
use crate::live::Session;
use crate::plan::{Today, cost};
use crate::provider::Provider;
use crate::provider::http::Day;
use crate::text::{counted, visible};

/// Returns what a tenant may send today.
pub fn today(day: &Day) -> Today {
    Today { most: day.most, left: day.left(), over_runs: day.over_runs() }
}

/// Refuses what may take more calls than are left of the day; tenants that count together are judged
/// together.
///
/// # Errors
/// When it does not fit.
pub fn fits(work: &Work, session: &Session) -> Result<(), Stop> {
    let limited = || session.tenants.values().filter_map(|it| Some((it, it.http.day()?)));
    for (connected, day) in limited() {
        let together = limited().filter(|(_, other)| other.is_shared_with(day));
        let needed: usize =
            together.map(|(it, _)| needed(work, &it.config.name, it.provider)).sum();
        if u32::try_from(needed).is_ok_and(|needed| needed <= day.left()) {
            continue;
        }
        let tenant = visible(&connected.config.name);
        let message = format!(
            "nothing was sent: to apply this may take {} to {tenant}, and {}",
            counted(needed, "API call"),
            today(day).words()
        );
        return Err(Stop::new(ending(&work.plan).worst(Exit::Guard), message).hint(format!(
            "run it again tomorrow (UTC), select less, or raise `limits: {{perDay, share}}` of tenant {tenant}"
        )));
    }
    Ok(())
}

/// Returns the most calls that a tenant's part takes.
fn needed(work: &Work, tenant: &str, provider: &dyn Provider) -> usize {
    let own = work.plan.workspaces.iter().filter(|it| it.tenant == tenant);
    let held = own.filter_map(|plan| Some((plan, work.held.get(&plan.workspace)?)));
    held.map(|(plan, read)| cost::of_applying(plan, read.reads, provider)).sum()
}
