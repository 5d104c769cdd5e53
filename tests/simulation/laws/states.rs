//! The laws over the states that the vendor was in: S4, S6, and the truth of exit 0.

use std::collections::BTreeMap;

use permctl::error::Exit;
use permctl::model::{SettingPath, Settings};
use serde_json::Value as Json;

use super::{Broken, Case, Ran, Step, apart, meaning, same, side};
use crate::vendors::plain;

impl Case<'_> {
    /// S4, S6 and the end of S7 over all states of all runs.
    pub(super) fn states(&self, runs: &[Ran]) -> Result<(), Broken> {
        let steps = self.steps();
        let mut allowed: BTreeMap<(usize, SettingPath), Vec<Settings>> = BTreeMap::new();
        for run in runs {
            let mut last = None;
            for seen in &run.states {
                self.names(&seen.state)?;
                for (at, step) in steps.iter().enumerate() {
                    let profiles = self.facts.profiles(&seen.state, &step.workspace.id.0);
                    let Some(profile) = profiles.iter().find(|it| self.is(it, step.change)) else {
                        continue;
                    };
                    let catalogue = self.provider.catalogue();
                    for transition in &step.change.transitions {
                        let now = meaning(catalogue, transition, profile);
                        let values = allowed
                            .entry((at, transition.bundle.clone()))
                            .or_insert_with(|| self.ends(catalogue, step.change, transition));
                        if seen.by_editor {
                            values.push(now);
                        } else if !self.takes_parts
                            && !values.iter().any(|it| same(catalogue, transition, it, &now))
                        {
                            return Err(format!(
                                "S4: `{}` of {:?} is at no side of the plan, nor as somebody else made it: {}",
                                transition.bundle,
                                step.change.name,
                                apart(&now, values)
                            ));
                        }
                    }
                }
                last = Some(&seen.state);
            }
            let done = matches!(&run.ended, Some((Exit::Done, _)));
            if let Some(last) = last.filter(|_| done) {
                self.all_done(last, &steps, &allowed)?;
            }
        }
        Ok(())
    }

    /// Exit 0 is the truth: all that was planned is there, unless somebody else was later.
    pub(super) fn all_done(
        &self,
        state: &Json,
        steps: &[Step<'_>],
        allowed: &BTreeMap<(usize, SettingPath), Vec<Settings>>,
    ) -> Result<(), Broken> {
        for (at, step) in steps.iter().enumerate() {
            let profiles = self.facts.profiles(state, &step.workspace.id.0);
            let Some(profile) = profiles.iter().find(|it| self.is(it, step.change)) else {
                return Err(format!("S7: exit 0, and {:?} is not there", step.change.name));
            };
            let catalogue = self.provider.catalogue();
            for transition in &step.change.transitions {
                let now = meaning(catalogue, transition, profile);
                let others = allowed.get(&(at, transition.bundle.clone()));
                let ends = self.ends(catalogue, step.change, transition).len();
                let edited = others.is_some_and(|all| {
                    all.iter().skip(ends).any(|it| same(catalogue, transition, it, &now))
                });
                if !edited && !same(catalogue, transition, &transition.after, &now) {
                    return Err(format!(
                        "S7: exit 0, and `{}` of {:?} is not as planned: {}",
                        transition.bundle,
                        step.change.name,
                        apart(&now, &[side(catalogue, transition, &transition.after)])
                    ));
                }
            }
        }
        Ok(())
    }

    /// S6 for one state.
    pub(super) fn names(&self, state: &Json) -> Result<(), Broken> {
        for (_, workspace) in &self.facts.workspaces {
            let mut names: Vec<String> = self
                .facts
                .profiles(state, workspace)
                .iter()
                .filter_map(|profile| {
                    Some(plain(profile.get(self.provider.catalogue().name().leaf())?))
                })
                .collect();
            names.sort();
            if let Some(pair) =
                names.windows(2).find(|pair| pair[0] == pair[1] && !self.twice.contains(&pair[0]))
            {
                return Err(format!("S6: two profiles are named {:?}", pair[0]));
            }
        }
        Ok(())
    }
}
