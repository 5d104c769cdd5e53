//! `risk` of a tenant: tiers of settings that the company judges otherwise than permctl does.

use super::own::one_of;
use crate::desired::fields::{reason, wrong_kind};
use crate::desired::keys::OwnTierFields;
use crate::finding::{Code, Finding};
use crate::model::SettingPath;
use crate::model::catalogue::{Access, Catalogue, OwnTier, OwnTiers};
use crate::text::closest;
use crate::yaml::{MapEntry, Node};

/// Reads the tiers that a tenant gives to settings of its catalogue.
pub(super) fn read(
    node: Option<&Node>,
    catalogue: &Catalogue,
    findings: &mut Vec<Finding>,
) -> OwnTiers {
    let Some(node) = node else { return OwnTiers::new() };
    let Some(entries) = node.as_map() else {
        let hint = "write `risk: {SETTING: {tier: critical, reason: ...}}`";
        findings.push(wrong_kind("`risk`", "a mapping", node, hint));
        return OwnTiers::new();
    };
    let tier = |entry: &MapEntry| Some((entry.key.clone(), tier(entry, catalogue, findings)?));
    entries.iter().filter_map(tier).collect()
}

fn tier(entry: &MapEntry, catalogue: &Catalogue, findings: &mut Vec<Finding>) -> Option<OwnTier> {
    let MapEntry { key, key_span, value } = entry;
    let name = key_span.quotable(key);
    let path = SettingPath::new(key.split('.'));
    if catalogue.row(&path).is_none() || catalogue.access(&path) == Access::Neutral {
        let (message, hint) = no_risk(name, &path, catalogue);
        findings.push(Finding::new(Code::UnknownSetting, message).at(key_span).hint(hint));
        return None;
    }
    let what = format!("the risk of `{name}`");
    let keys = OwnTierFields::read(&what, value, findings)?;
    let tier = one_of(keys.tier, findings);
    let reason = keys.reason.take(findings).and_then(|node| reason(node, findings));
    Some(OwnTier { tier: tier?, reason: reason? })
}

/// Says why a setting can have no tier, and what to do.
fn no_risk(name: &str, path: &SettingPath, catalogue: &Catalogue) -> (String, String) {
    if catalogue.row(path).is_some() {
        let message = format!("`{name}` gives no access, so it has no tier");
        return (message, "take it out".to_owned());
    }
    let message = format!("there is no setting `{name}`");
    let rows = || catalogue.rows().iter().filter(|row| row.access != Access::Neutral);
    let known: Vec<String> = rows().map(|row| row.path.to_string()).collect();
    let below = rows().find(|row| row.path.starts_with(path));
    let by_leaf = || rows().find(|row| row.path.leaf() == path.leaf());
    let near = below.or_else(by_leaf).map(|row| row.path.to_string());
    let near = near.or_else(|| closest(name, &known).map(str::to_owned));
    let hint = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "names are the vendor's own, with dots; see docs/settings.md".to_owned(),
    };
    (message, hint)
}
