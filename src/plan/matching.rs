//! Which live profile each described profile is: by pin, by name, or by a name it had before.

use crate::plan::Match;
use std::collections::{BTreeMap, HashMap};

use crate::desired::{Profile, Workspace};
use crate::finding::{Code, Finding};
use crate::model::LiveWorkspace;

/// Claims a live profile for each described one, in the order of `desired.profiles`.
pub fn matched(
    desired: &Workspace,
    live: &LiveWorkspace,
    findings: &mut Vec<Finding>,
) -> Vec<Match> {
    let mut matching = Matching {
        desired,
        live,
        by_name: BTreeMap::new(),
        matches: vec![None; desired.profiles.len()],
        owner: BTreeMap::new(),
        findings,
    };
    for (at, profile) in live.profiles.iter().enumerate() {
        matching.by_name.entry(&profile.name).or_default().push(at);
    }
    matching.pins();
    matching.renames();
    matching.names();
    matching.refuse_cycles();
    matching.refuse_taken();
    matching.matches.into_iter().map(|matched| matched.expect("`names` decides the rest")).collect()
}

struct Matching<'a> {
    desired: &'a Workspace,
    live: &'a LiveWorkspace,
    by_name: BTreeMap<&'a str, Vec<usize>>,
    matches: Vec<Option<Match>>,
    /// Which described profile has claimed a live one.
    owner: BTreeMap<usize, usize>,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Matching<'a> {
    fn address(&self, profile: &Profile) -> String {
        format!("{}/{}", self.desired.name, profile.name)
    }

    /// Lists the live profiles of a name that no described profile matches yet.
    fn free(&self, name: &str) -> Vec<usize> {
        let bearers = self.by_name.get(name).into_iter().flatten();
        bearers.copied().filter(|at| !self.owner.contains_key(at)).collect()
    }

    fn take(&mut self, described: usize, live: usize) {
        self.matches[described] = Some(Match::Live(live));
        self.owner.insert(live, described);
    }

    fn block(&mut self, described: usize, finding: Finding) {
        let address = self.address(&self.desired.profiles[described]);
        self.findings.push(finding.about(address));
        self.matches[described] = Some(Match::Blocked);
    }

    fn pins(&mut self) {
        if self.desired.profiles.iter().all(|profile| profile.pin.is_none()) {
            return;
        }
        let live = self.live.profiles.iter().enumerate();
        let by_id: HashMap<&str, usize> = live.map(|(at, live)| (live.id.0.as_str(), at)).collect();
        for (at, profile) in self.desired.profiles.iter().enumerate() {
            let Some((pin, span)) = &profile.pin else { continue };
            match by_id.get(pin.0.as_str()).copied() {
                Some(live) if !self.owner.contains_key(&live) => self.take(at, live),
                // The files are wrong already (two pins to one); the finding stands there.
                Some(_) => self.matches[at] = Some(Match::Blocked),
                None => self.block(
                    at,
                    Finding::new(
                        Code::ForeignPin,
                        format!(
                            "workspace `{}` has no profile with the id {pin}",
                            self.desired.name
                        ),
                    )
                    .at(span)
                    .hint("copy the id from this workspace, or take `id:` out to go by the name"),
                ),
            }
        }
    }

    /// Follows `formerly` from profiles whose new name is free, so that chains resolve:
    /// once B has become C, the name B is free for what was A.
    fn renames(&mut self) {
        let profiles = self.desired.profiles.iter().enumerate();
        let formerly = profiles.map(|(at, profile)| (at, &**profile));
        let formerly = formerly.filter(|(_, profile)| !profile.formerly.is_empty());
        let formerly: Vec<(usize, &Profile)> = formerly.collect();
        loop {
            let mut moved = false;
            for (at, profile) in formerly.iter().copied() {
                if self.matches[at].is_some() || !self.free(&profile.name).is_empty() {
                    continue;
                }
                let former: Vec<usize> =
                    profile.formerly.iter().flat_map(|(name, _)| self.free(name)).collect();
                match former.as_slice() {
                    [] => {}
                    [one] => {
                        self.take(at, *one);
                        moved = true;
                    }
                    several => {
                        let finding = self.several(profile, several);
                        self.block(at, finding);
                    }
                }
            }
            if !moved {
                return;
            }
        }
    }

    fn several(&self, profile: &Profile, live: &[usize]) -> Finding {
        let ids: Vec<String> = live
            .iter()
            .map(|at| &self.live.profiles[*at])
            .map(|live| format!("\"{}\" ({})", live.name, live.id))
            .collect();
        Finding::new(
            Code::LiveNameTwice,
            format!(
                "\"{}\" could be any of {} live profiles: {}",
                profile.name,
                live.len(),
                ids.join(", ")
            ),
        )
        .at(&profile.span)
        .hint("say which one it is: add `id:` with the id in quotes")
    }

    fn names(&mut self) {
        for (at, profile) in self.desired.profiles.iter().enumerate() {
            if self.matches[at].is_some() {
                continue;
            }
            let free = self.free(&profile.name);
            match free.as_slice() {
                [] => match self.rival(profile) {
                    Some((owner, finding)) => {
                        self.block(at, finding);
                        // Were it still renamed, the next run would find the name free and make
                        // what can't be deleted.
                        self.matches[owner] = Some(Match::Blocked);
                    }
                    None => self.matches[at] = Some(Match::New),
                },
                [one] => self.take(at, *one),
                several => {
                    let finding = self.several(profile, several);
                    self.block(at, finding);
                }
            }
        }
        // A former name that is still live and matches no other profile is a rename that a person made by hand
        // in part, or a new profile under the old name: not ours to guess.
        for at in 0..self.desired.profiles.len() {
            let profile = &self.desired.profiles[at];
            if !matches!(self.matches[at], Some(Match::Live(live)) if self.live.profiles[live].name == profile.name)
            {
                continue;
            }
            let still = profile.formerly.iter().find(|(name, _)| !self.free(name).is_empty());
            if let Some((former, span)) = still {
                let finding = Finding::new(
                    Code::RenameBothLive,
                    format!("both \"{}\" and its former name \"{former}\" are live", profile.name),
                )
                .at_labelled(&profile.span, "the new name")
                .at_labelled(span, "the former name")
                .hint("take `formerly` out if the rename is done, or pin the right one with `id:`");
                self.block(at, finding);
            }
        }
    }

    /// Says who else took the live profile of this name as a former one of its own, when that is
    /// what makes it look new.
    fn rival(&self, profile: &Profile) -> Option<(usize, Finding)> {
        let live = *self.by_name.get(profile.name.as_str())?.first()?;
        let owner_at = *self.owner.get(&live)?;
        let owner = &self.desired.profiles[owner_at];
        // A pin that renames gives the name up; a former name may as well be a leftover.
        let (_, span) = owner.formerly.iter().find(|(name, _)| *name == profile.name)?;
        let finding = Finding::new(
            Code::ClaimedTwice,
            format!("the live profile \"{}\" is claimed by two profiles", profile.name),
        )
        .at_labelled(&profile.span, "by its name")
        .at_labelled(span, format!("as the former name of \"{}\"", owner.name))
        .hint("if the live one is to be renamed and a new one made, rename first and add the new one after");
        Some((owner_at, finding))
    }

    /// Refuses renames to a name that a live profile keeps: two profiles of one name can't be told
    /// apart afterwards, and none of them can be deleted.
    fn refuse_taken(&mut self) {
        loop {
            let mut refused = false;
            for at in self.renamed() {
                let profile = &self.desired.profiles[at];
                let bearers = self.by_name.get(profile.name.as_str()).into_iter().flatten();
                let keeper = bearers.copied().find(|bearer| !self.moves_away(*bearer));
                let Some(keeper) = keeper.map(|keeper| &self.live.profiles[keeper]) else {
                    continue;
                };
                let place = profile.pin.as_ref().map_or(&profile.span, |(_, span)| span);
                let finding = Finding::new(
                    Code::NameTaken,
                    format!(
                        "\"{}\" is the name of another live profile ({})",
                        profile.name, keeper.id
                    ),
                )
                .at_labelled(&profile.span, "the new name")
                .at_labelled(place, "the profile to be renamed")
                .hint("choose another name, or rename the other profile away in the same files");
                self.block(at, finding);
                refused = true;
            }
            // Others may have counted on one of these to give its name up, so look again.
            if !refused {
                return;
            }
        }
    }

    /// Lists the described profiles whose live ones have another name.
    fn renamed(&self) -> Vec<usize> {
        let renames = |at: &usize| match self.matches[*at] {
            Some(Match::Live(live)) => {
                self.live.profiles[live].name != self.desired.profiles[*at].name
            }
            _ => false,
        };
        (0..self.matches.len()).filter(renames).collect()
    }

    /// Tells whether a live profile gets another name.
    fn moves_away(&self, live: usize) -> bool {
        self.owner.get(&live).is_some_and(|owner| {
            self.matches[*owner] == Some(Match::Live(live))
                && self.desired.profiles[*owner].name != self.live.profiles[live].name
        })
    }

    /// Refuses pins that would make profiles exchange names: no order of writes does that.
    ///
    /// One of each circle is refused, the first of the files.
    fn refuse_cycles(&mut self) {
        loop {
            let renamed = self.renamed();
            let mut mover: HashMap<&str, usize> = HashMap::new();
            for at in renamed.iter().copied() {
                if let Some(Match::Live(live)) = self.matches[at] {
                    mover.entry(&self.live.profiles[live].name).or_insert(at);
                }
            }
            let next = |at: usize| mover.get(self.desired.profiles[at].name.as_str()).copied();
            // Where the walk that met a profile began.
            let mut met: HashMap<usize, usize> = HashMap::new();
            let mut refused = Vec::new();
            for start in renamed {
                let mut step = Some(start);
                while let Some(at) = step {
                    match met.insert(at, start) {
                        None => step = next(at),
                        Some(earlier) => {
                            met.insert(at, earlier);
                            let circle = std::iter::successors(Some(at), |at| next(*at));
                            let circle = circle.skip(1).take_while(|it| *it != at).chain([at]);
                            refused.extend((earlier == start).then(|| circle.min()).flatten());
                            break;
                        }
                    }
                }
            }
            if refused.is_empty() {
                return;
            }
            for at in refused {
                let profile = &self.desired.profiles[at];
                let finding = Finding::new(
                    Code::RenameCycle,
                    format!("\"{}\" would exchange its name with another profile", profile.name),
                )
                .at(&profile.span)
                .hint("rename one of them to a third name first, apply, and then to the name it should have");
                self.block(at, finding);
            }
        }
    }
}
