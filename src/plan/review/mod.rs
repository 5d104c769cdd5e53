//! What a person who approves a plan is told first: who can do what afterwards, the most dangerous first. Pure.
//!
//! It follows from the plan alone, so a saved plan is reviewed like a fresh one. Drift is reviewed from the other
//! side: what people can do now and the files do not give them.

use std::collections::BTreeSet;

use crate::model::catalogue::Tier;
use crate::plan::Plan;

mod ability;
mod differences;
mod people;
mod rows;
mod sentences;
mod verdict;

pub use ability::{Ability, Quote};
pub use differences::{Aspect, Difference, already_differing, differences};
pub use people::People;
pub use rows::{ChangeRow, RowChange};
pub use sentences::Sentence;
pub use verdict::Verdict;

/// From which side differences are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// What people can do after the plan that they can't do now.
    Plan,
    /// What people can do now that they can't do after it.
    Drift,
    /// What people can do now, and the files before a branch would take back.
    Accepted,
}

/// What a person who approves a plan is told first.
#[derive(Debug)]
pub struct Review<'p> {
    /// Everything that differs, in the order of the plan.
    pub differences: Vec<Difference<'p>>,
    /// Who gets what, in one line.
    pub verdict: Verdict,
    /// Who can do what, the most dangerous first.
    pub sentences: Vec<Sentence<'p>>,
}

impl<'p> Review<'p> {
    /// Reviews a plan. It is complete: what is too much for a reader is left out where it is written.
    pub fn of(plan: &'p Plan, side: Side) -> Self {
        let differences = differences(plan, side);
        let sentences = sentences::sentences(&differences);
        let verdict = Verdict::of(plan, &differences, side);
        Self { differences, verdict, sentences }
    }

    /// Lists the changes as rows of a table, the most dangerous first.
    pub fn rows(&self) -> Vec<ChangeRow<'p>> {
        rows::rows(&self.differences)
    }

    /// Lists the tiers of what people get.
    pub fn tiers(&self) -> BTreeSet<Tier> {
        self.sentences.iter().map(|sentence| sentence.tier).collect()
    }
}
