//! Settling: what became of a write whose answer was lost. It reads; it never repeats the write.

use crate::apply::Job;
use crate::apply::observe::Observed;
use crate::model::Change;
use crate::plan::diff::shortfall;

/// Looks for the write's effect a few times; says whether live shows it.
pub(super) async fn settle(job: &Job<'_>, observed: &mut Observed, change: &Change) -> bool {
    observed.outdated(change);
    for wait in &job.pace.settle {
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
