//! Whose holders a plan needs to know, and where they stand in it. Looking them up is `live`'s. Pure.

use std::collections::BTreeMap;

use crate::model::{Holders, LiveProfile, LiveWorkspace, ProfileId};
use crate::plan::WorkspacePlan;

/// The most lookups that the user did not ask for.
const MOST_UNASKED: usize = 50;

/// The profiles whose holders are looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Whose {
    /// Those of profiles that get broader, or may; in drift also of unmanaged ones; at most 50.
    Auto,
    /// Those of every changed and every unmanaged profile.
    All,
    /// Only what the vendor says unasked.
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
    pub profile: LiveProfile,
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
            Some(Lookup { profile: profile.clone(), required })
        };
        live.profiles.iter().filter_map(lookup).collect()
    }
}

/// Cuts the lookups that the user did not ask for to a bearable number; returns how many were cut.
pub fn limit<'p>(lookups: impl IntoIterator<Item = &'p mut Vec<Lookup>>) -> usize {
    let (mut left, mut cut) = (MOST_UNASKED, 0);
    for lookups in lookups {
        lookups.retain(|lookup| {
            let stays = lookup.required || left > 0;
            left -= usize::from(!lookup.required && left > 0);
            cut += usize::from(!stays);
            stays
        });
    }
    cut
}

impl WorkspacePlan {
    /// Takes over the holders of a live profile.
    pub fn set_holders(&mut self, id: &ProfileId, holders: &Holders) {
        for planned in &mut self.changes {
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
