//! The changes as rows of a table: the same change in many profiles is one row.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::finding::Place;
use crate::model::catalogue::Tier;
use crate::model::{Direction, SettingPath, Value};
use crate::plan::review::{Aspect, Difference, People, Side};

/// One change, in one profile or many.
#[derive(Debug)]
pub struct ChangeRow<'p> {
    /// What changes.
    pub change: RowChange<'p>,
    /// What it does to access.
    pub direction: Direction,
    /// How bad what people get by it can be; `None` where they get nothing.
    pub tier: Option<Tier>,
    /// Who has the profiles.
    pub people: People<'p>,
    /// The profiles, each with its workspace, in the order of the plan.
    pub profiles: Vec<(&'p str, &'p str)>,
    /// The first line that asks for it.
    pub place: Option<&'p Place>,
    /// From which side it is looked at.
    pub side: Side,
    /// The names of ids in the values.
    pub labels: &'p BTreeMap<String, String>,
}

/// What changes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum RowChange<'p> {
    /// The profile is made, with these settings beside the narrowest ones.
    New(Vec<(&'p SettingPath, String)>),
    /// A setting gets another value.
    Setting {
        /// The setting.
        setting: &'p SettingPath,
        /// The value that is live.
        before: RowValue<'p>,
        /// The value that the files ask for.
        after: RowValue<'p>,
    },
    /// It is described and not live.
    Missing,
    /// It is live and not described.
    Unmanaged,
    /// Users get the profile, or lose it.
    Holders {
        /// Whether they get it.
        gain: bool,
    },
}

/// A value on one side of a change. Values are compared as they are written.
#[derive(Debug, Clone)]
pub struct RowValue<'p> {
    /// The value; `None` for nothing.
    pub value: Option<&'p Value>,
    written: String,
}

impl<'p> RowValue<'p> {
    fn new(value: Option<&'p Value>) -> Self {
        Self { value, written: written(value) }
    }
}

impl PartialEq for RowValue<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for RowValue<'_> {}

impl std::hash::Hash for RowValue<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.written.hash(state);
    }
}

fn written(value: Option<&Value>) -> String {
    serde_json::to_string(&value).expect("a value can be written as JSON")
}

/// Lists the changes of access and beside it, the most dangerous first.
pub(super) fn rows<'p>(differences: &[Difference<'p>]) -> Vec<ChangeRow<'p>> {
    let mut rows: Vec<ChangeRow<'p>> = Vec::new();
    let mut known: HashMap<(RowChange<'p>, Direction, Option<Tier>), usize> = HashMap::new();
    let mut rest = differences;
    while let Some(first) = rest.first() {
        // Nothing of it changes.
        if first.side == Side::Accepted {
            rest = &rest[1..];
            continue;
        }
        let of_profile = |it: &&Difference<'_>| {
            (it.workspace, it.profile, it.user()) == (first.workspace, first.profile, first.user())
        };
        let length = match first.aspect {
            // A new profile is one change, however many settings it has.
            Aspect::Missing => rest.iter().take_while(of_profile).count(),
            _ => 1,
        };
        let (together, after) = rest.split_at(length);
        rest = after;
        let direction = together.iter().map(|it| it.direction).collect();
        let tier = together.iter().filter_map(Difference::tier).max();
        let change = change(first, together);
        let at = *known.entry((change.clone(), direction, tier)).or_insert_with(|| {
            let (people, profiles) = (People::default(), Vec::new());
            let Difference { side, place, labels, .. } = *first;
            rows.push(ChangeRow { change, direction, tier, people, profiles, place, side, labels });
            rows.len() - 1
        });
        let row = &mut rows[at];
        match first.user() {
            Some(user) => row.people.add_user(user),
            None => row.people.add(first.holders, first.is_new),
        }
        row.profiles.push((first.workspace, first.profile));
    }
    rows.sort_by_key(|row| {
        let worst = (row.tier, row.direction.may_broaden(), row.direction == Direction::Narrows);
        std::cmp::Reverse((worst, row.people.count(), row.profiles.len()))
    });
    rows
}

fn change<'p>(first: &Difference<'p>, together: &[Difference<'p>]) -> RowChange<'p> {
    match first.aspect {
        Aspect::Setting(setting) => {
            let (before, after) = (RowValue::new(first.before), RowValue::new(first.after));
            RowChange::Setting { setting, before, after }
        }
        Aspect::Holder(_) => RowChange::Holders { gain: first.after.is_some() },
        Aspect::Unmanaged => RowChange::Unmanaged,
        Aspect::Missing if first.side == Side::Drift => RowChange::Missing,
        Aspect::Missing => {
            let setting = |it: &Difference<'p>| match it.aspect {
                // The name is that of each profile.
                Aspect::Setting(path) if it.direction != Direction::Neutral => {
                    Some((path, written(it.after)))
                }
                _ => None,
            };
            let mut worst_first: Vec<&Difference<'p>> = together.iter().collect();
            worst_first.sort_by_key(|it| std::cmp::Reverse(it.tier()));
            RowChange::New(worst_first.into_iter().filter_map(setting).collect())
        }
    }
}

impl ChangeRow<'_> {
    /// Returns how many profiles are changed like this.
    pub fn count(&self) -> usize {
        self.profiles.iter().collect::<BTreeSet<_>>().len()
    }
}
