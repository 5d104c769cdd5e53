//! The rules of a company: what no profile and no person may have, whatever the files of profiles say. They stand in
//! `rules/` beside the configuration, in the words of profiles.

use jiff::civil::Date;

use crate::desired::Workspace;
use crate::desired::address::Address;
use crate::finding::Span;
use crate::model::catalogue::Tier;
use crate::model::{SettingPath, Value};
use crate::provider::Provider;

pub mod grants;
mod kinds;
mod read;

pub use grants::lead;
pub(super) use kinds::addresses;
pub(super) use read::one_of;
pub use read::{RulesAround, read};

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Its whole document, by which a branch that changes the rule is noticed.
    pub document: String,
    /// What it asks for.
    pub asks: RuleAsks,
    /// Whether a plan that breaks it is refused.
    pub refuses: bool,
    /// Who may lift it.
    pub owner: String,
    /// Why it is there.
    pub reason: String,
    /// Where it does not hold.
    pub exceptions: Vec<RuleException>,
}

/// What a rule asks for.
#[derive(Debug)]
pub enum RuleAsks {
    /// Profiles may not exceed these settings.
    Ceiling(Ceiling),
    /// Profiles, or a person, can do this and can't do that.
    Expect(Expect),
    /// No profile and no person may have two of these; of each, any of its settings counts.
    Apart(Vec<Vec<NamedGrant>>),
    /// Only these profiles, or so many people, may have any of these settings.
    Who(Who),
}

/// What profiles may not exceed.
#[derive(Debug)]
pub struct Ceiling {
    /// The vendor.
    pub provider: &'static dyn Provider,
    /// Which profiles.
    pub profiles: Vec<Address>,
    /// The most that each setting may be.
    pub most: Vec<(SettingPath, Value, Span)>,
    /// Whether all other settings are at their floor.
    pub is_whole: bool,
}

/// A test.
#[derive(Debug)]
pub struct Expect {
    /// What it is about.
    pub of: Tested,
    /// What they can do.
    pub can: Vec<NamedGrant>,
    /// What they can't do.
    pub cannot: Vec<NamedGrant>,
}

/// What a test is about.
#[derive(Debug)]
pub enum Tested {
    /// Each of these profiles.
    Profiles(Vec<Address>),
    /// A person, by e-mail address in lower case.
    Person(String),
}

/// Who may have settings.
#[derive(Debug)]
pub struct Who {
    /// The settings, of which any counts.
    pub settings: Vec<NamedGrant>,
    /// The only profiles; `None` where any may.
    pub profiles: Option<Vec<Address>>,
    /// The most people; `None` where any number may.
    pub people: Option<usize>,
}

/// A setting as rules name it: by itself, at a level or above, or by its risk.
#[derive(Debug)]
pub struct NamedGrant {
    /// As the file has it.
    pub text: String,
    /// Where.
    pub span: Span,
    /// The only vendor that it is about; `None` for each that has such a setting.
    pub vendor: Option<&'static str>,
    /// What it is.
    pub what: GrantName,
}

/// What a setting of a rule is.
#[derive(Debug)]
pub enum GrantName {
    /// This setting, above its floor; or at this level, or one that lets people do more.
    Setting(SettingPath, Option<String>),
    /// Every setting whose value is of this tier or a worse one.
    Tier(Tier),
}

/// Where a rule does not hold for a while.
#[derive(Debug)]
pub struct RuleException {
    /// In which workspace.
    pub workspace: String,
    /// For which profile; `None` for all.
    pub profile: Option<String>,
    /// Why.
    pub reason: String,
    /// The last day, UTC.
    pub until: Date,
    /// Where the files say so.
    pub span: Span,
}

impl Rule {
    /// Finds the exception by which the rule does not count a profile on a day.
    pub fn exception(
        &self,
        workspace: &Workspace,
        profile: &str,
        day: Date,
    ) -> Option<&RuleException> {
        self.exceptions.iter().find(|it| {
            it.workspace == workspace.name
                && it.profile.as_deref().is_none_or(|only| only == profile)
                && it.until >= day
        })
    }

    /// Lists the settings of which it matters which person has them.
    pub fn of_people(&self) -> impl Iterator<Item = &NamedGrant> {
        match &self.asks {
            RuleAsks::Apart(duties) => duties.iter().flatten().collect::<Vec<_>>(),
            RuleAsks::Who(Who { settings, people: Some(_), .. }) => settings.iter().collect(),
            RuleAsks::Expect(Expect { of: Tested::Person(_), can, cannot }) => {
                can.iter().chain(cannot).collect()
            }
            RuleAsks::Ceiling(_) | RuleAsks::Expect(_) | RuleAsks::Who(_) => Vec::new(),
        }
        .into_iter()
    }

    /// Tells whether one of the settings of [`Self::of_people`] is one that a person can have.
    pub fn is_of_can(&self, nth: usize) -> bool {
        matches!(&self.asks, RuleAsks::Expect(Expect { can, .. }) if nth < can.len())
    }

    /// Lists the profiles that it names.
    pub fn profiles(&self) -> &[Address] {
        match &self.asks {
            RuleAsks::Ceiling(Ceiling { profiles, .. })
            | RuleAsks::Expect(Expect { of: Tested::Profiles(profiles), .. })
            | RuleAsks::Who(Who { profiles: Some(profiles), .. }) => profiles,
            RuleAsks::Expect(_) | RuleAsks::Apart(_) | RuleAsks::Who(_) => &[],
        }
    }
}
