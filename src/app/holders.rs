//! Looking up who has the profiles of a plan.

use std::collections::BTreeMap;

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::app::session::Connected;
use crate::cli::WhoseHolders;
use crate::model::{Action, LiveProfile, LiveWorkspace, ProfileId};
use crate::plan::WorkspacePlan;
use crate::provider::http::ApiError;

/// How many lookups of a tenant run at once.
const AT_ONCE: usize = 8;

/// The most lookups that nobody asked for by name.
const MOST_UNASKED: usize = 50;

/// Which holders a command needs to know.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Whose were asked for.
    pub whose: WhoseHolders,
    /// Whether unmanaged profiles matter: in drift, people have what nobody describes.
    pub unmanaged: bool,
    /// Whether a guard counts the holders of what gets broader.
    pub guarded: bool,
}

impl Wanted {
    /// Takes those live profiles of a plan whose holders are wanted and not known yet, with whether
    /// they have to be known.
    pub fn unheld(self, plan: &WorkspacePlan, live: &LiveWorkspace) -> Vec<(LiveProfile, bool)> {
        let Self { whose, unmanaged, guarded } = self;
        let mut ids: BTreeMap<&ProfileId, bool> = BTreeMap::new();
        for planned in plan.changes.iter().filter(|planned| planned.holders.is_none()) {
            let Action::Update { id, .. } = &planned.change.action else { continue };
            let broadens = planned.direction.may_broaden();
            let wanted = match whose {
                WhoseHolders::All => true,
                WhoseHolders::Auto => broadens,
                WhoseHolders::None => false,
            };
            if wanted || guarded && broadens {
                ids.insert(id, whose == WhoseHolders::All || guarded && broadens);
            }
        }
        for profile in plan.unmanaged.iter().filter(|unmanaged| unmanaged.holders.is_none()) {
            if whose == WhoseHolders::All || whose == WhoseHolders::Auto && unmanaged {
                ids.insert(&profile.id, whose == WhoseHolders::All);
            }
        }
        // Whoever plans to take administration away has to know whether anybody keeps it.
        let unknown = plan.administrators.iter().filter(|it| it.holders.is_none());
        ids.extend(unknown.map(|it| (&it.id, true)));
        let wanted = |profile: &LiveProfile| ids.get(&profile.id).copied();
        live.profiles.iter().filter_map(|it| Some((it.clone(), wanted(it)?))).collect()
    }
}

/// Cuts what nobody asked for by name to a bearable number of calls; returns how many were cut.
pub fn limit<'p>(unheld: impl IntoIterator<Item = &'p mut Vec<(LiveProfile, bool)>>) -> usize {
    let (mut left, mut cut) = (MOST_UNASKED, 0);
    for profiles in unheld {
        profiles.retain(|(_, needed)| {
            let stays = *needed || left > 0;
            left -= usize::from(!needed && left > 0);
            cut += usize::from(!stays);
            stays
        });
    }
    cut
}

/// Looks the holders up and writes them into the plan.
///
/// # Errors
/// When one of them can't be had: the workspace then counts as not read, since a plan that says
/// "nobody" where nobody knows would be worse than none.
pub async fn look_up(
    connected: &Connected,
    plan: &mut WorkspacePlan,
    profiles: &[(LiveProfile, bool)],
) -> Result<(), ApiError> {
    let reader = connected.http.reader(connected.provider);
    let (reader, workspace) = (&reader, plan.id.clone());
    let lookups = stream::iter(profiles).map(|(profile, _)| {
        let workspace = &workspace;
        async move {
            let holders = connected.provider.holders(reader, workspace, profile).await?;
            Ok::<_, ApiError>((&profile.id, holders))
        }
    });
    let found: Vec<_> = lookups.buffered(AT_ONCE).try_collect().await?;
    for (id, holders) in found {
        for planned in &mut plan.changes {
            if matches!(&planned.change.action, Action::Update { id: of, .. } if of == id) {
                planned.holders = Some(holders.clone());
            }
        }
        for administrator in plan.administrators.iter_mut().filter(|it| it.id == *id) {
            administrator.holders = Some(holders.count);
        }
        for unmanaged in plan.unmanaged.iter_mut().filter(|unmanaged| unmanaged.id == *id) {
            unmanaged.holders = Some(holders.clone());
        }
    }
    Ok(())
}
