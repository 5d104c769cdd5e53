//! What a setting means, for people: its values in order, its narrowest value, and what stands beside it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::catalogue::{Access, Catalogue, Kind, Owner, Row, Tier};
use crate::model::{SettingPath, Value};

/// What a setting means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Explained {
    /// The setting as files and plans name it; `permissions.<name>` for the entries of a map that the vendor does
    /// not name.
    pub setting: String,
    /// Its meaning.
    pub help: String,
    /// Its values; narrowest first where one is narrower than another.
    pub values: Vec<String>,
    /// The kind of its values, where they are not listed: "a list of users, each an e-mail address or an id".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The narrowest value, to which `unlisted: deny` takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub narrowest: Option<String>,
    /// What people can do by each value that gives something, and how bad that can be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub abilities: Vec<ExplainedAbility>,
    /// Why it is as bad as that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<String>,
    /// What else is to be known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// What people can do by a value of a setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExplainedAbility {
    /// The values that let people do it: narrowest first; none where they are not listed.
    pub values: Vec<String>,
    /// The words after "can"; of a set, what stands before its members.
    pub can: String,
    /// How bad that can be.
    pub tier: Tier,
}

impl Explained {
    /// Explains the setting of a row.
    pub fn of(row: &Row, catalogue: &Catalogue) -> Self {
        let map = catalogue.maps().iter().find(|map| map.path == row.path);
        let setting = match map {
            Some(map) => format!("{}.<name>", map.path),
            None => row.path.to_string(),
        };
        let (values, kind) = match (&row.kind, row.references) {
            (Kind::Flag, _) => (vec!["false".to_owned(), "true".to_owned()], None),
            (Kind::Level(levels), _) => {
                (levels.iter().map(|level| (*level).to_owned()).collect(), None)
            }
            (Kind::Text, _) => (Vec::new(), Some("text".to_owned())),
            (Kind::Set, Some(kind)) => {
                let kind = format!("a list of {}s, each {}", kind.noun(), kind.expected());
                (Vec::new(), Some(kind))
            }
            (Kind::Set, None) => (Vec::new(), Some("a list".to_owned())),
        };
        let narrowest = row.floor.as_ref().map(|floor| match floor {
            Value::Flag(flag) => flag.to_string(),
            Value::Level(level) => (*level).to_owned(),
            Value::Text(text) => text.clone(),
            Value::Set(_) | Value::Opaque(_) => "[]".to_owned(),
        });
        let (help, notes) = (row.help.to_owned(), notes(row, catalogue));
        let pattern = row.path.join("<name>");
        let path = if map.is_some() { &pattern } else { &row.path };
        let (abilities, risk) = abilities(row, path, catalogue);
        Self { setting, help, values, kind, narrowest, abilities, risk, notes }
    }

    /// Explains all settings that files decide; each entry of a map that the vendor names is one.
    pub fn all(catalogue: &Catalogue) -> Vec<Self> {
        let mut all = Vec::new();
        for row in catalogue.rows().iter().filter(|row| row.owner != Owner::Server) {
            let pattern = Self::of(row, catalogue);
            let map = catalogue.maps().iter().find(|map| map.path == row.path);
            for (name, help) in map.into_iter().flat_map(|map| map.known) {
                let path = row.path.join(name);
                let (abilities, risk) = abilities(row, &path, catalogue);
                let (setting, help) = (path.to_string(), (*help).to_owned());
                all.push(Self { setting, help, abilities, risk, ..pattern.clone() });
            }
            all.push(pattern);
        }
        all
    }

    /// Finds what a word is about: the setting of that name; else all with it in their names or meanings.
    pub fn find(catalogue: &Catalogue, word: &str) -> Vec<Self> {
        let word = word.to_lowercase();
        let word = word.strip_suffix('s').filter(|stem| stem.len() > 3).unwrap_or(&word).to_owned();
        let all = Self::all(catalogue);
        let is_named = |it: &&Self| {
            let setting = it.setting.to_lowercase();
            let setting = setting.strip_suffix('s').unwrap_or(&setting);
            setting == word || setting.ends_with(&format!(".{word}"))
        };
        let named: Vec<Self> = all.iter().filter(is_named).cloned().collect();
        if !named.is_empty() {
            return named;
        }
        let has = |it: &Self| {
            it.setting.to_lowercase().contains(&word) || it.help.to_lowercase().contains(&word)
        };
        all.into_iter().filter(has).collect()
    }
}

/// Lists what people can do by the values of a setting, and says how bad that can be.
fn abilities(
    row: &Row,
    path: &SettingPath,
    catalogue: &Catalogue,
) -> (Vec<ExplainedAbility>, Option<String>) {
    if catalogue.access(path) == Access::Neutral {
        return (Vec::new(), None);
    }
    let risk = catalogue.risk(path);
    let values: Vec<Value> = match (&row.kind, catalogue.access(path)) {
        (Kind::Level(levels), Access::Restricts) => vec![Value::Level(levels[0])],
        (Kind::Level(levels), _) => levels.iter().map(|level| Value::Level(level)).collect(),
        (kind, _) => vec![Value::Flag(*kind == Kind::Flag)],
    };
    let mut abilities: Vec<ExplainedAbility> = Vec::new();
    let gives = |value: &&Value| !row.at_floor(value) || values.len() == 1;
    for value in values.iter().filter(gives) {
        let (can, tier) = (risk.can(&row.kind, value), risk.tier_of(path, &row.kind, value));
        let can = if risk.is_named() { format!("{can} `{}`", path.leaf()) } else { can };
        let named = match value {
            Value::Level(level) => Some((*level).to_owned()),
            _ => (row.kind == Kind::Flag).then(|| "true".to_owned()),
        };
        match abilities.last_mut() {
            Some(last) if last.can == can && last.tier == tier => last.values.extend(named),
            _ => {
                abilities.push(ExplainedAbility { values: named.into_iter().collect(), can, tier })
            }
        }
    }
    (abilities, Some(risk.reason.clone().into_owned()))
}

/// Lists what is to be known of a setting beside its values.
fn notes(row: &Row, catalogue: &Catalogue) -> Vec<String> {
    let Row { path, equal_to_floor, on_create, owner, immutable, access, .. } = row;
    let mut notes = Vec::new();
    if !equal_to_floor.is_empty() {
        let equal: Vec<String> = equal_to_floor.iter().map(|level| format!("`{level}`")).collect();
        notes.push(format!(
            "{} grants as little and stays where no file names it.",
            equal.join(", ")
        ));
    }
    if *immutable {
        notes.push("Set once, when the profile is made.".to_owned());
    }
    if on_create.is_none() && *owner == Owner::Files {
        notes.push("A new profile has to state it.".to_owned());
    }
    if *access == Access::Restricts {
        notes.push("A broader value lets people do less.".to_owned());
    }
    if row.administers {
        notes.push("Gives administration of the system itself.".to_owned());
    }
    if let Some((decider, level)) = &row.inert_when {
        notes.push(format!("Means nothing while `{decider}` is `{level}`."));
    }
    let map = catalogue.maps().iter().find(|map| map.path == *path);
    if let Some(bundle) = map.and_then(|map| map.bundle.as_ref()) {
        notes.push(format!("Part of `{bundle}`."));
    }
    let bundle = catalogue.bundles().iter().find(|bundle| bundle.members.contains(path));
    if let Some(bundle) = bundle
        && (bundle.members.len() > 1
            || catalogue.maps().iter().any(|it| it.bundle.as_ref() == Some(&bundle.path)))
        && bundle.lead() == path
    {
        notes.push(format!("Decides `{}` together with its other members.", bundle.path));
    }
    notes
}
