//! Settings that a tenant's own files add to a vendor's table: those that the vendor has and this version does not
//! know yet.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::SettingPath;
use crate::model::catalogue::{Access, Catalogue, Row};

/// What values a setting of a tenant's own takes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum OwnKind {
    /// On or off.
    Flag,
    /// One of some levels.
    Level,
}

/// A setting that a tenant's files add.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct OwnSetting {
    /// What values it takes.
    pub kind: OwnKind,
    /// What a broader value does.
    pub access: Access,
    /// The levels, narrowest first; none of a flag.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
}

/// The settings that a tenant's files add, by their dotted names.
pub type OwnSettings = BTreeMap<String, OwnSetting>;

/// What such a setting means, as far as permctl knows.
const HELP: &str = "A setting that `permctl.yaml` adds for this tenant.";

/// Says what is wrong with settings to be added; `None` where nothing is.
pub fn flaw_of(own: &OwnSettings, catalogue: &Catalogue) -> Option<String> {
    let mut names: Vec<(&String, SettingPath)> = Vec::new();
    for (name, setting) in own {
        if let Some(why) = setting.flaw().map(str::to_owned).or_else(|| catalogue.no_room(name)) {
            return Some(format!("setting `{name}` can't be added: {why}"));
        }
        let path = SettingPath::new(name.split('.'));
        if let Some((other, _)) = names.iter().find(|(_, it)| path.starts_with(it)) {
            return Some(format!("setting `{name}` can't be added: it is a part of `{other}`"));
        }
        names.push((name, path));
    }
    None
}

impl OwnSetting {
    /// Says what is wrong with it; `None` where nothing is.
    pub fn flaw(&self) -> Option<&'static str> {
        let Self { kind, levels, .. } = self;
        let mut known = BTreeSet::new();
        match kind {
            OwnKind::Flag if !levels.is_empty() => Some("a flag has no levels"),
            OwnKind::Level if levels.len() < 2 => Some("it has fewer than two levels"),
            _ if levels.iter().any(|level| level.is_empty() || !known.insert(level)) => {
                Some("it has a level twice, or an empty one")
            }
            _ => None,
        }
    }

    /// Makes its row. The levels are kept to the end of the run: a run has one configuration.
    fn row(&self, name: &str) -> Row {
        let row = match self.kind {
            OwnKind::Flag => Row::switch(name),
            OwnKind::Level => {
                let levels = self.levels.iter().map(|level| &*level.clone().leak());
                Row::level(name, levels.collect::<Vec<&str>>().leak())
            }
        };
        let row = match self.access {
            Access::Grants => row,
            // Its narrowest value gives most, so what no file says stays as it is live.
            Access::Restricts => row.restricts().no_floor(),
            Access::Neutral => row.neutral(),
        };
        Row { own: true, ..row.help(HELP) }
    }
}

impl Catalogue {
    /// Says why a setting of this dotted name can't be added; `None` where it can.
    pub fn no_room(&self, name: &str) -> Option<String> {
        let path = SettingPath::new(name.split('.'));
        if path.segments().iter().any(|segment| segment.trim() != segment || segment.is_empty()) {
            return Some("it is not the name of a setting".to_owned());
        }
        if self.row(&path).is_some() {
            return Some("this version knows it".to_owned());
        }
        let object = self.rows().iter().find(|row| row.path.starts_with(&path));
        if let Some(row) = object {
            return Some(format!("it has settings that this version knows, as `{}`", row.path));
        }
        let is_around = |known: &SettingPath| path.starts_with(known);
        let around = self.rows().iter().map(|row| &row.path).find(|known| is_around(known));
        let bundles = self.bundles().iter().filter(|bundle| bundle.members.len() > 1);
        let around = around.or_else(|| bundles.map(|it| &it.path).find(|known| is_around(known)));
        around.map(|known| format!("this version knows all of `{known}`"))
    }

    /// Returns the table with settings of a tenant's own, which [`flaw_of`] finds nothing wrong with; each is a bundle
    /// of its own.
    #[must_use]
    pub fn with(&self, own: &OwnSettings) -> Self {
        self.with_rows(own.iter().map(|(name, setting)| setting.row(name)).collect())
    }
}
