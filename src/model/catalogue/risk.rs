//! What people can do by a setting, in words, and what that can cost the company that they work for.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::catalogue::{Access, Catalogue, Kind};
use crate::model::{SettingPath, Value};

/// What one person who misuses a setting can do, or one whose account is stolen.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// Nothing that hurts others: it opens a page, or is about the person's own data.
    Ordinary,
    /// See what others said or did in confidence, or change what others work with; it is noticed, and can be undone.
    Sensitive,
    /// Take data out, destroy what can't be restored, or hand out access.
    Critical,
}

impl Tier {
    /// All tiers, the one to look at first before the others.
    pub const WORST_FIRST: [Self; 3] = [Self::Critical, Self::Sensitive, Self::Ordinary];

    /// Returns the word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ordinary => "ordinary",
            Self::Sensitive => "sensitive",
            Self::Critical => "critical",
        }
    }
}

/// What a broader value of a setting lets people do, and how bad that can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    tier: Tier,
    /// The narrower levels that are of another tier, each with all levels up to the next one.
    steps: &'static [(&'static str, Tier)],
    /// What people can do.
    phrase: Phrase,
    /// Why it is of this tier: who could take or destroy what.
    pub reason: Cow<'static, str>,
}

/// What people can do by a setting: the words after "can".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phrase {
    /// Whatever the value.
    Same(&'static str),
    /// By level, in the order of the row's; nothing at the narrowest one.
    ByLevel(&'static [&'static str]),
    /// Before the members that a set gets.
    Before(&'static str),
    /// What is done at each level to a thing.
    To(&'static str, Verbs),
    /// What is done at each level to a thing that has no words but the setting's own name.
    ToNamed(Verbs),
}

/// The levels of settings, each with what people do to a thing at that level.
type Verbs = &'static [(&'static str, &'static str)];

/// The risk of each setting that has one, by its dotted path.
pub type Risks = &'static [(&'static str, Risk)];

impl Risk {
    /// A switch, or a level that lets people do one thing whatever it is: the words after "can", and the reason.
    pub const fn of(tier: Tier, can: &'static str, reason: &'static str) -> Self {
        Self { tier, steps: &[], phrase: Phrase::Same(can), reason: Cow::Borrowed(reason) }
    }

    /// A level: the words after "can" of each, narrowest first.
    pub const fn of_level(tier: Tier, can: &'static [&'static str], reason: &'static str) -> Self {
        Self { tier, steps: &[], phrase: Phrase::ByLevel(can), reason: Cow::Borrowed(reason) }
    }

    /// A set: the words after "can" and before the members.
    pub const fn of_set(tier: Tier, can: &'static str, reason: &'static str) -> Self {
        Self { tier, steps: &[], phrase: Phrase::Before(can), reason: Cow::Borrowed(reason) }
    }

    /// A thing that each level of a setting does something else to.
    pub const fn to(tier: Tier, thing: &'static str, verbs: Verbs, reason: &'static str) -> Self {
        Self { tier, steps: &[], phrase: Phrase::To(thing, verbs), reason: Cow::Borrowed(reason) }
    }

    /// Something that is known by its name only.
    pub const fn to_named(tier: Tier, verbs: Verbs, reason: &'static str) -> Self {
        Self { tier, steps: &[], phrase: Phrase::ToNamed(verbs), reason: Cow::Borrowed(reason) }
    }

    /// Narrower levels are of another tier: each of these, with all levels up to the next one.
    #[must_use]
    pub const fn but(mut self, steps: &'static [(&'static str, Tier)]) -> Self {
        self.steps = steps;
        self
    }

    /// Returns the worst tier of its values.
    pub fn tier(&self) -> Tier {
        self.tier
    }

    /// Returns the tier of what a value lets people do.
    pub fn tier_of(&self, path: &SettingPath, kind: &Kind, value: &Value) -> Tier {
        if self.is_named() && sounds_critical(path.leaf()) {
            return Tier::Critical;
        }
        let (Kind::Level(levels), Value::Level(level)) = (kind, value) else { return self.tier };
        let place = |wanted: &str| levels.iter().position(|it| *it == wanted);
        let at = place(level);
        // The last step that the level has not gone beyond.
        let step = self.steps.iter().find(|(through, _)| at <= place(through));
        step.map_or(self.tier, |(_, tier)| *tier)
    }

    /// Tells whether the setting's own name follows the words after "can".
    pub fn is_named(&self) -> bool {
        matches!(self.phrase, Phrase::ToNamed(_))
    }

    /// Says what a value lets people do; of a set, what comes before its members.
    pub fn can(&self, kind: &Kind, value: &Value) -> String {
        let verb = |verbs: Verbs| {
            let level = if let Value::Level(level) = value { level } else { "" };
            verbs.iter().find(|(of, _)| of == &level).map_or("use", |(_, verb)| *verb)
        };
        match (self.phrase, kind, value) {
            (Phrase::Same(can) | Phrase::Before(can), ..) => can.to_owned(),
            (Phrase::ByLevel(can), Kind::Level(levels), Value::Level(level)) => {
                let at = levels.iter().position(|it| it == level).unwrap_or(levels.len() - 1);
                can[at].to_owned()
            }
            (Phrase::ByLevel(can), ..) => can.last().copied().unwrap_or_default().to_owned(),
            (Phrase::To(thing, verbs), ..) => format!("{} {thing}", verb(verbs)),
            (Phrase::ToNamed(verbs), ..) => verb(verbs).to_owned(),
        }
    }
}

/// What names of settings say of access that is handed out, of data that leaves, and of what is gone.
const CRITICAL_WORDS: [&str; 10] = [
    "role",
    "user",
    "admin",
    "permission",
    "profile",
    "key",
    "token",
    "delete",
    "export",
    "download",
];

/// Tells whether a setting of which only the name is known may be critical. To look at something never is by its name.
fn sounds_critical(name: &str) -> bool {
    let name = name.to_lowercase();
    let looks = name.starts_with("read") || name.starts_with("view");
    !looks && CRITICAL_WORDS.iter().any(|word| name.contains(word))
}

/// What permctl says of a setting that gives nothing.
static NONE: Risk = Risk::of(Tier::Ordinary, "see another text", "It says nothing about access.");

/// What permctl says of a setting that it does not know.
static UNKNOWN: Risk = Risk::to_named(Tier::Sensitive, &[], "permctl does not know what it opens.");

/// A tier that a tenant gives a setting instead of permctl's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct OwnTier {
    /// The tier of all its broader values.
    pub tier: Tier,
    /// Why.
    pub reason: String,
}

/// The tiers that a tenant gives, by the dotted names of settings.
pub type OwnTiers = BTreeMap<String, OwnTier>;

impl Catalogue {
    /// Adds what settings let people do. Each setting that gives access has one.
    #[must_use]
    pub fn risks(mut self, risks: Risks) -> Self {
        let path = |dotted: &str| SettingPath::new(dotted.split('.'));
        self.risks.extend(risks.iter().map(|(dotted, risk)| (path(dotted), risk.clone())));
        self
    }

    /// Returns the table with tiers of a tenant's own, and reasons in place of permctl's.
    #[must_use]
    pub fn with_tiers(mut self, own: &OwnTiers) -> Self {
        for (name, OwnTier { tier, reason }) in own {
            let path = SettingPath::new(name.split('.'));
            let phrase = self.risk(&path).phrase;
            let reason = Cow::Owned(reason.clone());
            self.risks.insert(path, Risk { tier: *tier, steps: &[], phrase, reason });
        }
        self
    }

    /// Returns what a setting lets people do. An entry that the vendor does not document has that of its map.
    pub fn risk(&self, path: &SettingPath) -> &Risk {
        let of_map = || self.risks.get(&self.map_of(path)?.path);
        let stated = self.risks.get(path).or_else(of_map);
        stated.unwrap_or_else(|| match self.access(path) {
            Access::Neutral => &NONE,
            Access::Grants | Access::Restricts => &UNKNOWN,
        })
    }

    /// Lists the settings whose risk is stated.
    pub fn stated_risks(&self) -> impl Iterator<Item = &SettingPath> {
        self.risks.keys()
    }
}
