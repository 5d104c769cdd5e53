//! Whether a setting at a value is what a rule names.

use crate::desired::rules::{GrantName, NamedGrant, lead};
use crate::model::catalogue::{Catalogue, Tier};
use crate::model::{Direction, SettingPath, Value, direction};
use crate::provider::Provider;

/// What a rule names, among the settings of one vendor.
pub struct Matcher {
    catalogue: &'static Catalogue,
    /// The setting, and its least level where one is named; `None` where it is of a tier, or of another vendor.
    setting: Option<(SettingPath, Option<Value>)>,
    tier: Option<Tier>,
}

impl Matcher {
    /// Finds what a rule names among the settings of a vendor.
    pub fn new(grant: &NamedGrant, provider: &dyn Provider) -> Self {
        let catalogue = provider.catalogue();
        let nothing = Self { catalogue, setting: None, tier: None };
        if grant.vendor.is_some_and(|vendor| vendor != provider.id()) {
            return nothing;
        }
        match &grant.what {
            GrantName::Tier(tier) => Self { tier: Some(*tier), ..nothing },
            GrantName::Setting(path, level) => {
                let setting = lead(catalogue, path).and_then(|(path, row)| match level {
                    None => Some((path, None)),
                    Some(level) => Some((path, Some(row.find_level(level)?))),
                });
                Self { setting, ..nothing }
            }
        }
    }

    /// Returns the setting that it names by itself.
    pub fn path(&self) -> Option<&SettingPath> {
        self.setting.as_ref().map(|(path, _)| path)
    }

    /// Tells whether the vendor has what it names.
    pub fn names_something(&self) -> bool {
        self.setting.is_some() || self.tier.is_some()
    }

    /// Tells whether a value is one that it names; the value is above its floor.
    pub fn has(&self, path: &SettingPath, value: &Value) -> bool {
        let Self { catalogue, setting, tier } = self;
        if let (Some(tier), Some(row)) = (tier, catalogue.row(path)) {
            return catalogue.risk(path).tier_of(path, &row.kind, value) >= *tier;
        }
        match setting {
            Some((named, None)) => named == path,
            // Where the vendor leaves open which is wider, it may be.
            Some((named, Some(least))) => {
                named == path
                    && direction::of_setting(catalogue, path, value, least) != Direction::Broadens
            }
            None => false,
        }
    }
}
