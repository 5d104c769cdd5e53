//! The change of a user: one transition, from the profiles that the user has to those that the user
//! will have.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Place;
use crate::model::change::{Action, Change, Direction, Origin, Transition};
use crate::model::{SettingPath, Settings, Value};

/// The only setting of a user: the names of all profiles that the user has.
const PROFILES: &str = "profiles";

impl Change {
    /// Makes the change of a user.
    ///
    /// `origins` has one place for each profile that the user gets or loses: the line that names the
    /// user, or the list that does not. Their paths are `profiles.NAME`.
    pub fn of_user(
        user: String,
        before: BTreeSet<String>,
        after: BTreeSet<String>,
        grants: BTreeMap<String, Settings>,
        origins: Vec<Origin>,
    ) -> Self {
        let first = origins.first().map(|asked| asked.place.clone());
        let side = |profiles| Settings::from_iter([(path(), Value::Set(profiles))]);
        let mut transition = Transition {
            bundle: path(),
            before: side(before),
            after: side(after),
            direction: Direction::Neutral,
            origins,
            expired: None,
            cause: None,
        };
        transition.direction = direction(&transition);
        Self {
            name: user,
            action: Action::Assign { grants },
            declared_at: first.unwrap_or_else(|| Place { file: String::new(), line: 0, column: 0 }),
            transitions: vec![transition],
        }
    }

    /// Returns what gives a profile to the user or takes it away.
    pub fn asked_for(&self, profile: &str) -> Option<&Origin> {
        let mut asked = self.transitions.iter().flat_map(|transition| &transition.origins);
        asked.find(|it| it.setting == of_profile(profile))
    }

    /// Tells whether the change is of a user.
    pub fn is_of_user(&self) -> bool {
        matches!(self.action, Action::Assign { .. })
    }

    /// Lists all profiles that the user had when it was planned; none for the change of a profile.
    pub fn had(&self) -> &BTreeSet<String> {
        self.profiles(|transition| &transition.before)
    }

    /// Lists all profiles that the user will have. Apply works the list out from what the user has
    /// then: only what differs from [`Change::had`] is a part of the change.
    pub fn will_have(&self) -> &BTreeSet<String> {
        self.profiles(|transition| &transition.after)
    }

    /// Lists the profiles that the user gets.
    pub fn gained(&self) -> impl Iterator<Item = &String> {
        self.will_have().difference(self.had())
    }

    /// Lists the profiles that the user loses.
    pub fn lost(&self) -> impl Iterator<Item = &String> {
        self.had().difference(self.will_have())
    }

    /// Applies the change to the profiles that the user has: the whole list to send. Profiles beside
    /// the change stay.
    pub fn applied_to(&self, now: &BTreeSet<String>) -> BTreeSet<String> {
        let kept = now.iter().filter(|profile| !self.lost().any(|lost| lost == *profile));
        kept.chain(self.gained()).cloned().collect()
    }

    /// Returns what each profile that the user gets grants; none for the change of a profile.
    pub fn grants(&self) -> &BTreeMap<String, Settings> {
        static NONE: BTreeMap<String, Settings> = BTreeMap::new();
        match &self.action {
            Action::Assign { grants } => grants,
            Action::Create | Action::Update { .. } => &NONE,
        }
    }

    fn profiles(&self, side: impl Fn(&Transition) -> &Settings) -> &BTreeSet<String> {
        static NONE: BTreeSet<String> = BTreeSet::new();
        match self.transitions.first() {
            Some(transition) if self.is_of_user() => set(side(transition)).unwrap_or(&NONE),
            _ => &NONE,
        }
    }
}

/// Returns the path under which a profile of a user is asked for.
pub fn of_profile(profile: &str) -> SettingPath {
    SettingPath::new([PROFILES, profile])
}

fn path() -> SettingPath {
    SettingPath::new([PROFILES])
}

fn set(side: &Settings) -> Option<&BTreeSet<String>> {
    match side.get(&path()) {
        Some(Value::Set(profiles)) => Some(profiles),
        _ => None,
    }
}

fn direction(transition: &Transition) -> Direction {
    match (set(&transition.before), set(&transition.after)) {
        (Some(had), Some(will_have)) => Direction::of_set(had, will_have),
        _ => Direction::Unclear,
    }
}
