//! Whose holders a plan needs to know, and where they stand in it. Looking them up is `live`'s. Pure.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::desired::Limits;
use crate::model::{Holders, LiveProfile, LiveWorkspace, ProfileId};
use crate::plan::WorkspacePlan;

/// The most lookups in a tenant that the user did not ask for.
const MOST_UNASKED: usize = 50;

/// How much longer a plan may take for lookups that the user did not ask for, whatever reading took.
const MOMENT: Duration = Duration::from_millis(250);

/// The profiles whose holders are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Whose {
    /// Those of profiles that get broader, or may; in drift also of unmanaged ones. At most 50 a tenant, and
    /// where its pace is slow no more lookups than reading its profiles takes requests.
    Auto,
    /// Those of every changed and every unmanaged profile.
    All,
    /// Only what the vendor says unasked, and no names of ids that no file uses.
    None,
}

/// Which holders a command needs to know.
#[derive(Debug, Clone, Copy)]
pub struct HolderScope {
    /// Whose the user asks for.
    pub whose: Whose,
    /// Whether unmanaged profiles matter: in drift, people have what no file describes.
    pub unmanaged: bool,
    /// Whether a guard counts the holders of profiles that get broader.
    pub guarded: bool,
}

/// A live profile whose holders are to be looked up.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// The profile.
    pub profile: ProfileId,
    /// Whether they have to be known.
    pub required: bool,
}

impl HolderScope {
    /// Lists the live profiles of a plan whose holders are needed and not known yet.
    pub fn lookups(self, plan: &WorkspacePlan, live: &LiveWorkspace) -> Vec<Lookup> {
        let Self { whose, unmanaged, guarded } = self;
        let mut ids: BTreeMap<&ProfileId, bool> = BTreeMap::new();
        for planned in plan.changes.iter().filter(|planned| planned.holders.is_none()) {
            let Some((id, _)) = planned.change.updates() else { continue };
            let broadens = planned.direction.may_broaden();
            // In drift, people have now what a change back would take away.
            let broader = if unmanaged { planned.direction.reversed() } else { planned.direction };
            let asked = match whose {
                Whose::All => true,
                Whose::Auto => broader.may_broaden(),
                Whose::None => false,
            };
            if asked || guarded && broadens {
                ids.insert(id, whose == Whose::All || guarded && broadens);
            }
        }
        for accepted in plan.accepted.changes.iter().filter(|it| it.holders.is_none()) {
            let Some((id, _)) = accepted.change.updates() else { continue };
            if whose != Whose::None || guarded {
                ids.insert(id, whose == Whose::All || guarded);
            }
        }
        for profile in plan.unmanaged.iter().filter(|unmanaged| unmanaged.holders.is_none()) {
            if whose == Whose::All || whose == Whose::Auto && unmanaged {
                ids.insert(&profile.id, whose == Whose::All);
            }
        }
        // A plan that takes administration away needs to know whether an administrator remains.
        let unknown = plan.administrators.iter().filter(|it| it.holders.is_none());
        ids.extend(unknown.map(|it| (&it.id, true)));
        let lookup = |profile: &LiveProfile| {
            let required = *ids.get(&profile.id)?;
            Some(Lookup { profile: profile.id.clone(), required })
        };
        live.profiles.iter().filter_map(lookup).collect()
    }
}

/// The lookups that a plan spends unasked on the holders of one tenant's profiles.
///
/// Where the pace of the tenant is slow they are never more than the requests that read its profiles; some
/// are free where the pace allows that many requests in a moment.
#[derive(Debug)]
pub struct Unasked {
    most: usize,
    spent: usize,
}

impl Unasked {
    /// Begins with the lookups that a tenant's pace makes free.
    pub fn new(limits: &Limits) -> Self {
        let free = limits.rate.map_or(MOST_UNASKED, |rate| {
            let calls = u128::from(rate.calls) * u128::from(limits.share) * MOMENT.as_millis();
            let free = calls / (100 * rate.per.as_millis().max(1));
            usize::try_from(free).unwrap_or(MOST_UNASKED)
        });
        Self { most: free.min(MOST_UNASKED), spent: 0 }
    }

    /// Takes note of how many requests it took to read the tenant's profiles.
    pub fn all_read(&mut self, requests: usize) {
        self.most = self.most.max(requests).min(MOST_UNASKED);
    }

    /// Returns how many lookups it allows in all.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Takes the lookups out that may be made now: those that have to be, and what the budget allows.
    pub fn take(&mut self, lookups: &mut Vec<Lookup>) -> Vec<Lookup> {
        let may = |lookup: &mut Lookup| {
            let free = !lookup.required && self.spent < self.most;
            self.spent += usize::from(free);
            lookup.required || free
        };
        lookups.extract_if(.., may).collect()
    }
}

impl WorkspacePlan {
    /// Takes over the holders that a snapshot has.
    pub fn take_holders(&mut self, known: &BTreeMap<ProfileId, Holders>) {
        if known.is_empty() {
            return;
        }
        for planned in self.changes.iter_mut().chain(&mut self.accepted.changes) {
            let of_live = planned.change.updates().and_then(|(id, _)| known.get(id));
            planned.holders = planned.holders.take().or_else(|| of_live.cloned());
        }
        for administrator in &mut self.administrators {
            let counted = known.get(&administrator.id).map(|holders| holders.count);
            administrator.holders = administrator.holders.or(counted);
        }
        for unmanaged in &mut self.unmanaged {
            unmanaged.holders =
                unmanaged.holders.take().or_else(|| known.get(&unmanaged.id).cloned());
        }
    }

    /// Takes over the holders of a live profile.
    pub fn set_holders(&mut self, id: &ProfileId, holders: &Holders) {
        for planned in self.changes.iter_mut().chain(&mut self.accepted.changes) {
            if planned.change.updates().is_some_and(|(of, _)| of == id) {
                planned.holders = Some(holders.clone());
            }
        }
        for administrator in self.administrators.iter_mut().filter(|it| it.id == *id) {
            administrator.holders = Some(holders.count);
        }
        for unmanaged in self.unmanaged.iter_mut().filter(|unmanaged| unmanaged.id == *id) {
            unmanaged.holders = Some(holders.clone());
        }
    }
}
