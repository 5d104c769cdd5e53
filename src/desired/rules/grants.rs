//! Settings as rules name them: `exportCRM`, `callsAccess>=managers-team`, `pulse:exportCRM`, `risk:critical`.

use super::read::RulesAround;
use super::{GrantName, NamedGrant};
use crate::desired::fields;
use crate::finding::{Code, Finding, Span};
use crate::model::catalogue::{Access, Catalogue, Explained, Kind, Owner, Row, Tier};
use crate::model::{SettingPath, Value};
use crate::provider::{Provider, SYSTEMS};
use crate::text::{closest, listed};
use crate::yaml::Node;

/// What stands before a tier.
const RISK: &str = "risk:";

/// What stands between a setting and its least level.
const AT_LEAST: &str = ">=";

/// Reads a list of settings.
pub fn read_all(
    what: impl std::fmt::Display,
    node: &Node,
    around: &RulesAround<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<NamedGrant> {
    let Some(items) = fields::list(&what, node, findings) else { return Vec::new() };
    if items.is_empty() {
        let message = format!("{what} is empty, so the rule asks for nothing");
        let finding = Finding::new(Code::ImpossibleValue, message).at(&node.span);
        findings.push(finding.hint("name a setting, or take the key out"));
    }
    items.iter().filter_map(|item| read(item, around, findings)).collect()
}

/// Reads a setting; one that no vendor of the configuration has is a finding.
pub fn read(
    node: &Node,
    around: &RulesAround<'_>,
    findings: &mut Vec<Finding>,
) -> Option<NamedGrant> {
    let text = fields::text("a setting of a rule", node, findings)?;
    let span = &node.span;
    if let Some(word) = text.strip_prefix(RISK) {
        let what = GrantName::Tier(tier(word, span, findings)?);
        return Some(NamedGrant { what, vendor: None, span: span.clone(), text });
    }
    let ids = || SYSTEMS.iter().map(|system| system.provider.id());
    let (vendor, rest) = match text.split_once(':') {
        Some((before, rest)) => match ids().find(|id| *id == before) {
            Some(vendor) => (Some(vendor), rest),
            None => {
                let message = format!("there is no provider `{}`", span.quotable(before));
                let known: Vec<&str> = ids().collect();
                let otherwise = format!("the providers are {}", listed(&known));
                let finding = Finding::new(Code::ImpossibleValue, message).at(span);
                findings.push(finding.suggest(before, &known, otherwise));
                return None;
            }
        },
        None => (None, text.as_str()),
    };
    let (name, level) = match rest.split_once(AT_LEAST) {
        Some((name, level)) => (name.trim(), Some(level.trim())),
        None => (rest.trim(), None),
    };
    let providers = around.providers(vendor);
    let path = SettingPath::new(name.split('.'));
    let rows: Vec<(&Catalogue, &Row)> = providers
        .iter()
        .filter_map(|provider| Some((provider.catalogue(), lead(provider.catalogue(), &path)?.1)))
        .collect();
    let is_known = |it: &&dyn Provider| it.catalogue().row(&path).is_some();
    if rows.is_empty() && !providers.iter().any(is_known) {
        if !around.settings_unread {
            findings.push(unknown(name, vendor, &providers, span));
        }
        return None;
    }
    if rows.iter().all(|(catalogue, row)| catalogue.access(&row.path) == Access::Neutral) {
        let message = format!("`{}` gives no access, so no rule asks for it", span.quotable(name));
        findings.push(
            Finding::new(Code::ImpossibleValue, message).at(span).hint("name another setting"),
        );
        return None;
    }
    if let Some(level) = level {
        is_level(name, level, &rows, span, findings)?;
    }
    let what = GrantName::Setting(path, level.map(str::to_owned));
    Some(NamedGrant { what, vendor, span: span.clone(), text })
}

fn tier(word: &str, span: &Span, findings: &mut Vec<Finding>) -> Option<Tier> {
    let tiers = [Tier::Critical, Tier::Sensitive, Tier::Ordinary];
    let found = tiers.into_iter().find(|tier| tier.word() == word);
    if found.is_none() {
        let words = tiers.map(Tier::word);
        let message = format!("there is no tier `{}`", span.quotable(word));
        let otherwise = format!("the tiers are {}", listed(words));
        findings.push(
            Finding::new(Code::ImpossibleValue, message).at(span).suggest(word, words, otherwise),
        );
    }
    found
}

/// Finds the setting of a path, or that which decides the bundle of the path; of one name alone, the only setting whose
/// path ends with it. One that files don't decide is none.
pub fn lead<'c>(catalogue: &'c Catalogue, path: &SettingPath) -> Option<(SettingPath, &'c Row)> {
    let of_path = |path: &SettingPath| {
        let row = catalogue.row(path)?;
        let is_map = row.is_entry() && row.path == *path;
        (row.owner == Owner::Files && !is_map).then(|| (path.clone(), row))
    };
    let bundle = || catalogue.bundles().iter().find(|bundle| bundle.path == *path);
    of_path(path)
        .or_else(|| of_path(bundle()?.lead()))
        .or_else(|| of_path(&ending_with(catalogue, path)?))
}

/// Finds the only setting whose path ends with a name.
fn ending_with(catalogue: &Catalogue, path: &SettingPath) -> Option<SettingPath> {
    let [name] = path.segments() else { return None };
    let rows = catalogue.rows().iter().filter(|row| row.path.leaf() == name);
    let rows = rows.map(|row| row.path.clone());
    let maps = catalogue.maps().iter().filter(|map| map.known(name).is_some());
    let mut found = rows.chain(maps.map(|map| map.path.join(name)));
    found.next().filter(|_| found.next().is_none())
}

fn unknown(
    name: &str,
    vendor: Option<&str>,
    providers: &[&'static dyn Provider],
    span: &Span,
) -> Finding {
    let of = match (vendor, providers) {
        (Some(vendor), _) => format!("{vendor} has no setting"),
        (None, []) => "no tenant is there that has a setting".to_owned(),
        (None, _) => "no tenant's vendor has a setting".to_owned(),
    };
    let known: Vec<String> = providers
        .iter()
        .flat_map(|provider| Explained::all(provider.catalogue()))
        .map(|explained| explained.setting)
        .collect();
    let leaf_of = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let leaves: Vec<String> = known.iter().map(|path| leaf_of(path)).collect();
    let near = closest(&leaf_of(name), &leaves);
    let by_leaf = known.iter().find(|path| near == Some(leaf_of(path).as_str()));
    let finding = Finding::new(Code::UnknownSetting, format!("{of} `{}`", span.quotable(name)));
    let finding = finding.at(span);
    match by_leaf {
        Some(near) => finding.hint(format!("did you mean `{near}`?")),
        None => {
            // A vendor with names of each account's own takes any.
            let mut maps = providers.iter().flat_map(|provider| provider.catalogue().maps());
            let of_map = maps.next().map(|map| map.path.join(span.quotable(name)).to_string());
            let of_map = of_map.filter(|_| vendor.is_some() || !name.contains('.'));
            let of_account = of_map.map_or_else(String::new, |path| {
                format!("; a name of an account's own is written `{path}`")
            });
            let otherwise = format!(
                "names are the vendor's own, with dots; `permctl explain WORD` searches them{of_account}"
            );
            finding.suggest(name, &known, otherwise)
        }
    }
}

/// Checks that a level is one of the setting, and none that every profile has.
fn is_level(
    name: &str,
    level: &str,
    rows: &[(&Catalogue, &Row)],
    span: &Span,
    findings: &mut Vec<Finding>,
) -> Option<()> {
    let levels = rows.iter().filter_map(|(_, row)| match &row.kind {
        Kind::Level(levels) => Some((row, *levels)),
        Kind::Flag | Kind::Text | Kind::Set => None,
    });
    let levels: Vec<_> = levels.collect();
    let finding = |message: String| Finding::new(Code::ImpossibleValue, message).at(span);
    let name = span.quotable(name);
    if levels.is_empty() {
        let hint = format!("write `{name}`");
        findings.push(finding(format!("`{name}` has no levels")).hint(hint));
        return None;
    }
    let known: Vec<&str> = levels.iter().flat_map(|(_, levels)| levels.iter().copied()).collect();
    if !known.contains(&level) {
        let message = format!("`{name}` can't be `{}`", span.quotable(level));
        let otherwise = format!("its values are {}", listed(&known));
        findings.push(finding(message).suggest(level, &known, otherwise));
        return None;
    }
    let is_floor = |row: &Row| matches!(row.floor, Some(Value::Level(floor)) if floor == level);
    if levels.iter().all(|(row, _)| is_floor(row)) {
        let message = format!("every profile has at least `{level}` of `{name}`");
        findings.push(finding(message).hint("name a level above the narrowest one"));
        return None;
    }
    Some(())
}
