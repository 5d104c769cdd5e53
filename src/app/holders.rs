//! Looking up who has the profiles of a plan.

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::app::session::Connected;
use crate::cli::WhoseHolders;
use crate::error::Stop;
use crate::live::{LiveProfile, LiveWorkspace};
use crate::plan::{Existence, WorkspacePlan};
use crate::profile::ProfileId;
use crate::provider::errors::ApiError;

/// How many lookups of a tenant run at once.
const AT_ONCE: usize = 8;

/// Takes those live profiles of a plan whose holders are wanted and not known yet.
pub fn unheld(plan: &WorkspacePlan, live: &LiveWorkspace, whose: WhoseHolders) -> Vec<LiveProfile> {
    if whose == WhoseHolders::None {
        return Vec::new();
    }
    let changed = plan.changes.iter().filter(|planned| planned.holders.is_none());
    let changed = changed.filter_map(|planned| match &planned.change.existence {
        Existence::Create => None,
        Existence::Update { id, .. } => Some(id),
    });
    let unmanaged = plan.unmanaged.iter().filter(|unmanaged| unmanaged.holders.is_none());
    let ids: Vec<&ProfileId> = changed.chain(unmanaged.map(|unmanaged| &unmanaged.id)).collect();
    live.profiles.iter().filter(|profile| ids.contains(&&profile.id)).cloned().collect()
}

/// Looks the holders up and writes them into the plan; one that can't be had ends the run, since a
/// plan that says "nobody" where nobody knows would be worse than none.
pub async fn look_up(
    connected: &Connected,
    plan: &mut WorkspacePlan,
    profiles: &[LiveProfile],
) -> Result<(), Stop> {
    let reader = connected.http.reader(connected.provider);
    let (reader, workspace) = (&reader, plan.id.clone());
    let lookups = stream::iter(profiles).map(|profile| {
        let workspace = &workspace;
        async move {
            let holders = connected.provider.holders(reader, workspace, profile).await?;
            Ok::<_, ApiError>((&profile.id, holders))
        }
    });
    let found: Vec<_> = lookups.buffered(AT_ONCE).try_collect().await.map_err(Stop::from)?;
    for (id, holders) in found {
        for planned in &mut plan.changes {
            if matches!(&planned.change.existence, Existence::Update { id: of, .. } if of == id) {
                planned.holders = Some(holders.clone());
            }
        }
        for unmanaged in plan.unmanaged.iter_mut().filter(|unmanaged| unmanaged.id == *id) {
            unmanaged.holders = Some(holders.clone());
        }
    }
    Ok(())
}
