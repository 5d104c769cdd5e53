//! Settling: what became of a write whose answer was lost. It reads; it never repeats the write.

use crate::apply::Job;
use crate::apply::observe::Observed;
use crate::model::Change;
use crate::plan::diff::shortfall;

/// Looks for the write's effect, and a few times where the vendor did not say no; says whether live
/// shows it.
pub(super) async fn settle(
    job: &Job<'_>,
    observed: &mut Observed,
    change: &Change,
    says_no: bool,
) -> bool {
    observed.outdated(change);
    let times = if says_no { 1 } else { job.pace.settle.len() };
    for wait in &job.pace.settle[..times] {
        // A lost write may take effect a moment later.
        if !job.reader.wait(*wait).await {
            break;
        }
        // A read that fails says nothing about the write; the next one may succeed.
        if observed.reread(job, &[change]).await.is_ok()
            && shortfall(job.provider.catalogue(), observed.live(), change).is_empty()
        {
            return true;
        }
    }
    false
}
