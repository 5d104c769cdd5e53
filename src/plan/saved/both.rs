//! One change of a saved plan: what the fresh plan has of it. Pure.

use std::collections::BTreeSet;

use crate::desired::{self, Unlisted};
use crate::model::catalogue::Catalogue;
use crate::model::roster::{User, fold};
use crate::model::{
    Change, LiveProfile, LiveWorkspace, SettingPath, Settings, Transition, difference, document,
};
use crate::plan::confirm::{self, Settled};
use crate::plan::{Mismatch, Planned, WorkspacePlan, diff};

/// A change that both plans have.
pub(super) struct Kept {
    pub(super) planned: Planned,
    /// What is at neither side of the reviewed change; nothing is sent then.
    pub(super) moved: Option<Vec<Mismatch>>,
}

/// A fresh plan and what it was made from.
pub(super) struct Both<'a> {
    pub(super) desired: &'a desired::Workspace,
    pub(super) live: &'a LiveWorkspace,
    pub(super) catalogue: &'a Catalogue,
    pub(super) fresh: &'a WorkspacePlan,
}

impl Both<'_> {
    pub(super) fn change(&self, saved: &Planned) -> Result<Kept, Settled> {
        let change = &saved.change;
        match change.updates() {
            None => {
                // One that has the name may be renamed by the same plan.
                let mut all = self.fresh.changes.iter().map(|it| &it.change);
                let is_new = all.any(|it| it.creates() && it.name == change.name);
                let mut profiles = self.live.profiles.iter();
                match profiles.find(|it| !is_new && it.name == change.name) {
                    Some(profile) => self.begun(change, profile),
                    None => self.create(change),
                }
            }
            Some((id, live_name)) => {
                let profile = confirm::target(self.catalogue, self.live, id, live_name)?;
                self.update(saved, profile)
            }
        }
    }

    fn create(&self, change: &Change) -> Result<Kept, Settled> {
        let is_it = |it: &Planned| it.change.creates();
        let fresh = self.planned(change, is_it)?.filter(|it| is_it(it));
        let fresh = fresh.ok_or_else(another_profile)?;
        self.is_whole(change, fresh)?;
        self.is_asked(change, Some(fresh), |it| self.is_off(it))?;
        Ok(Kept { planned: self.part(fresh, change, |_| false), moved: None })
    }

    /// Goes on with a create whose profile is there: an earlier run died before it was filled.
    fn begun(&self, change: &Change, profile: &LiveProfile) -> Result<Kept, Settled> {
        let fresh = self.planned(change, |it| is_of(it, profile));
        match confirm::begun(self.catalogue, change, profile) {
            // A profile that was there before, or was made by hand: it may have holders.
            Err(Settled::Stale(moved)) => {
                let fresh = fresh.ok().flatten().filter(|it| is_of(it, profile));
                let planned = fresh.map(|fresh| self.part(fresh, change, |_| false));
                let planned = planned.filter(|it| !it.change.transitions.is_empty());
                let kept = planned.map(|planned| Kept { planned, moved: Some(moved.clone()) });
                return kept.ok_or(Settled::Stale(moved));
            }
            begun => begun?,
        }
        let settings = document::settings(self.catalogue, &profile.document);
        let fresh = this_profile(fresh?, profile)?;
        if let Some(fresh) = fresh {
            self.is_whole(change, fresh)?;
        }
        self.is_asked(change, fresh, |it| diff::is_at_after(self.catalogue, it, &settings))?;
        let kept =
            fresh.map(|fresh| Kept { planned: self.part(fresh, change, |_| false), moved: None });
        kept.ok_or(Settled::AlreadyApplied)
    }

    fn update(&self, saved: &Planned, profile: &LiveProfile) -> Result<Kept, Settled> {
        let (catalogue, change) = (self.catalogue, &saved.change);
        let settings = document::settings(catalogue, &profile.document);
        confirm::applied(catalogue, change, &settings)?;
        let fresh = self.planned(change, |it| is_of(it, profile))?;
        confirm::named(catalogue, change, profile)?;
        let fresh = this_profile(fresh, profile)?;
        self.is_asked(change, fresh, |it| diff::is_at_after(catalogue, it, &settings))?;
        let fresh = fresh.ok_or(Settled::AlreadyApplied)?;
        // The preview is for the note of what moved beside the change.
        let preview = saved.preview.clone();
        let done = |it: &Transition| {
            diff::is_at_after(catalogue, it, &settings) && self.is_decided(&change.name, &it.bundle)
        };
        let planned = Planned { preview, ..self.part(fresh, change, done) };
        match confirm::unmoved(catalogue, change, &settings) {
            Err(Settled::Stale(moved)) => Ok(Kept { planned, moved: Some(moved) }),
            unmoved => unmoved.map(|()| Kept { planned, moved: None }),
        }
    }

    /// Finds what the fresh plan changes of the profile that `is_it`, or else of another one of the
    /// same name; `None` when nothing.
    fn planned(
        &self,
        change: &Change,
        is_it: impl Fn(&Planned) -> bool,
    ) -> Result<Option<&Planned>, Settled> {
        let name = &change.name;
        // Profiles with an `id:` may share a name.
        let mut named = self.fresh.changes.iter().filter(|it| it.change.name == *name);
        if let Some(found) = named.clone().find(|it| is_it(it)) {
            return Ok(Some(found));
        }
        if self.fresh.blocked.contains(name) {
            return Err(Settled::Dropped(self.blocking(name)));
        }
        if !self.desired.profiles.iter().any(|profile| profile.name == *name) {
            return Err(Settled::Dropped("no file describes this profile any more".to_owned()));
        }
        Ok(named.next())
    }

    /// Says what keeps a profile from being planned.
    fn blocking(&self, profile: &str) -> String {
        let address = format!("{}/{profile}", self.desired.name);
        let mut findings = self.fresh.findings.iter();
        let why = findings.find(|it| it.is_error() && it.address.as_ref() == Some(&address));
        let otherwise = || "the files are wrong about this profile".to_owned();
        why.map_or_else(otherwise, |finding| finding.message.clone())
    }

    /// Ends a create that has less than the files ask of the new profile.
    fn is_whole(&self, change: &Change, fresh: &Planned) -> Result<(), Settled> {
        let has = |it: &Transition| change.transitions.iter().any(|own| own.bundle == it.bundle);
        let mut all = fresh.change.transitions.iter();
        match all.find(|it| !has(it) && !self.is_off(it)) {
            None => Ok(()),
            Some(Transition { bundle, .. }) => Err(Settled::Dropped(format!(
                "the files ask for `{bundle}` now; make a new plan, since a profile is created in one \
                 request"
            ))),
        }
    }

    /// Ends a change with a value that the fresh plan does not have, unless it is `met`.
    fn is_asked(
        &self,
        change: &Change,
        fresh: Option<&Planned>,
        met: impl Fn(&Transition) -> bool,
    ) -> Result<(), Settled> {
        let is_asked = |transition: &Transition| {
            let mut all = fresh.into_iter().flat_map(|it| &it.change.transitions);
            match all.find(|it| it.bundle == transition.bundle) {
                Some(it) => self.same(transition, &it.after),
                None => met(transition),
            }
        };
        let gone = change.transitions.iter().filter(|it| !is_asked(it));
        let gone: Vec<String> = gone.map(|it| format!("`{}`", it.bundle)).collect();
        if gone.is_empty() {
            return Ok(());
        }
        let gone = gone.join(", ");
        Err(Settled::Dropped(format!("the files no longer ask for this value of {gone}")))
    }

    /// Takes the reviewed bundles out of a fresh change: what the files ask beyond them waits. What is
    /// `done` of it stays a part of it, since it may be undone before it is written.
    fn part(
        &self,
        fresh: &Planned,
        reviewed: &Change,
        done: impl Fn(&Transition) -> bool,
    ) -> Planned {
        let mut part = fresh.clone();
        let transitions = reviewed.transitions.iter().filter_map(|own| {
            let mut all = fresh.change.transitions.iter();
            match all.find(|it| it.bundle == own.bundle) {
                Some(it) => self.same(own, &it.after).then(|| as_reviewed(it, own)),
                None => done(own).then(|| own.clone()),
            }
        });
        part.change.transitions = transitions.collect();
        part.direction = part.change.transitions.iter().map(|it| it.direction).collect();
        part
    }

    /// Tells whether the files say anything of a bundle of a live profile.
    fn is_decided(&self, profile: &str, bundle: &SettingPath) -> bool {
        let mut described = self.desired.profiles.iter().filter(|it| it.name == *profile);
        *bundle == *self.catalogue.name()
            || described.any(|it| {
                it.unlisted.0 == Unlisted::Deny
                    || it.bundles.iter().any(|named| named.path == bundle)
                    || it.whole_maps.iter().any(|(map, _)| bundle.starts_with(map))
            })
    }

    fn same(&self, transition: &Transition, after: &Settings) -> bool {
        let bundle = self.catalogue.bundle_over(&transition.bundle, &[&transition.after, after]);
        bundle.is_some_and(|bundle| {
            difference::is_at(self.catalogue, &bundle, &transition.after, after)
        })
    }

    /// Tells whether all that a transition states is empty entries, which is as stating nothing.
    fn is_off(&self, transition: &Transition) -> bool {
        transition.after.iter().all(|(path, value)| {
            let row = self.catalogue.row(path);
            row.is_some_and(|row| row.is_entry() && *value == row.empty())
        })
    }

    pub(super) fn user(&self, saved: &Planned) -> Result<Planned, Settled> {
        let dropped = |why: String| Err(Settled::Dropped(why));
        let reviewed = &saved.change;
        let roster = &self.live.roster;
        let person = roster.find(&reviewed.name);
        match person {
            Some(person) if diff::profiles(reviewed, &person.profiles).is_empty() => {
                return Err(Settled::AlreadyApplied);
            }
            Some(User { read_only: Some(why), .. }) => return dropped(why.clone()),
            // Without `holders:` in any file, who has what is not read.
            None if !roster.was_not_read() => {
                return dropped("the vendor has no such user any more".to_owned());
            }
            _ => {}
        }
        let has = |profile: &String| person.is_some_and(|it| it.profiles.contains(profile));
        let lacks = |profile: &String| person.is_some_and(|it| !it.profiles.contains(profile));
        let mut all = self.fresh.users.iter();
        let fresh = all.find(|it| fold(&it.change.name) == fold(&reviewed.name));
        let gets: BTreeSet<&String> = fresh.into_iter().flat_map(|it| it.change.gained()).collect();
        let loses: BTreeSet<&String> = fresh.into_iter().flat_map(|it| it.change.lost()).collect();
        let gone = reviewed.gained().filter(|it| !has(it) && !gets.contains(it));
        let gone = gone.chain(reviewed.lost().filter(|it| !lacks(it) && !loses.contains(it)));
        let gone: Vec<String> = gone.map(|profile| format!("\"{profile}\"")).collect();
        let Some(fresh) = fresh.filter(|_| gone.is_empty()) else {
            let gone = gone.join(", ");
            return dropped(format!("the files no longer ask for this of {gone}"));
        };
        // What is done of it already is not a part of it any more.
        let mut before = reviewed.had().clone();
        before.extend(reviewed.gained().filter(|it| has(it)).cloned());
        before.retain(|profile| !lacks(profile) || !reviewed.lost().any(|it| it == profile));
        let mut grants = reviewed.grants().clone();
        grants.retain(|profile, _| !has(profile));
        let origins = fresh.change.transitions.iter().flat_map(|it| it.origins.clone());
        let (user, after) = (reviewed.name.clone(), reviewed.will_have().clone());
        let mut change = Change::of_user(user, before, after, grants, origins.collect());
        for (transition, fresh) in change.transitions.iter_mut().zip(&fresh.change.transitions) {
            transition.expired.clone_from(&fresh.expired);
        }
        let direction = change.transitions.iter().map(|it| it.direction).collect();
        Ok(Planned { change, direction, ..saved.clone() })
    }
}

fn another_profile() -> Settled {
    Settled::Dropped("the files now mean another live profile by this name".to_owned())
}

/// Ends a change by whose name the files now mean another live profile, or a new one.
fn this_profile<'p>(
    found: Option<&'p Planned>,
    profile: &LiveProfile,
) -> Result<Option<&'p Planned>, Settled> {
    match found {
        Some(other) if !is_of(other, profile) => Err(another_profile()),
        found => Ok(found),
    }
}

/// Tells whether a change is of this live profile.
fn is_of(planned: &Planned, profile: &LiveProfile) -> bool {
    planned.change.updates().is_some_and(|(id, _)| *id == profile.id)
}

/// Returns a transition with the reviewed one's words for what grants the same: of the levels that grant
/// nothing, the one that was shown.
fn as_reviewed(fresh: &Transition, reviewed: &Transition) -> Transition {
    let mut transition = fresh.clone();
    for (path, value) in &mut transition.after {
        if let Some(shown) = reviewed.after.get(path) {
            value.clone_from(shown);
        }
    }
    transition
}
