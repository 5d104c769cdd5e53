//! What tells an editor which schema is of which file: `.vscode/settings.json`, which other editors with the same
//! language server read too, and the extension to install.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::desired::Desired;
use crate::model::catalogue::{OwnSettings, OwnTiers};
use crate::provider::tailored::{self, tailored};
use crate::schema::Subject;

/// The editor's settings, relative to the configuration.
pub const SETTINGS: &str = ".vscode/settings.json";

/// The extensions that the editor proposes, relative to the configuration.
pub const EXTENSIONS: &str = ".vscode/extensions.json";

/// The setting that maps schemas to files.
const SCHEMAS: &str = "yaml.schemas";

/// The extension that reads it.
const EXTENSION: &str = "redhat.vscode-yaml";

/// A schema that files need, with the patterns of these files.
pub type Needed = (Subject, Vec<String>);

/// Lists the schemas that these files need.
pub fn needed(desired: &Desired) -> Vec<Needed> {
    let mut folders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for workspace in &desired.workspaces {
        let of_provider = folders.entry(workspace.provider.id()).or_default();
        of_provider.insert(&workspace.name);
        of_provider.extend(workspace.groups.iter().map(String::as_str));
    }
    let patterns = |folder: &str| {
        ["yaml", "yml"].map(|ending| format!("profiles/{folder}/**/*.{ending}")).into_iter()
    };
    let mut needed = vec![
        (Subject::Config, vec!["permctl.yaml".to_owned()]),
        (Subject::Bases, patterns("bases").collect()),
        (Subject::Rules, ["yaml", "yml"].map(|ending| format!("rules/**/*.{ending}")).to_vec()),
    ];
    for subject in Subject::all() {
        let Subject::Profiles(provider) = subject else { continue };
        let Some(folders) = folders.get(provider.id()) else { continue };
        let tenants = desired.tenants.iter().filter(|it| it.provider.id() == provider.id());
        let own: OwnSettings = tenants.flat_map(|tenant| tenant.settings.clone()).collect();
        let subject =
            Subject::Profiles(tailored(provider, tailored::newest(), &own, &OwnTiers::new()));
        needed.push((subject, folders.iter().copied().flat_map(patterns).collect()));
    }
    needed
}

/// Returns the editor's settings with the schemas in them; what else is there stays.
///
/// # Errors
/// When the text that is there is no JSON, which may be since it has comments.
pub fn settings(before: Option<&str>, needed: &[Needed]) -> Result<String, serde_json::Error> {
    let mut settings = object(before)?;
    let mut schemas = match settings.get(SCHEMAS) {
        Some(Json::Object(schemas)) => schemas.clone(),
        _ => serde_json::Map::new(),
    };
    let own = Subject::all().map(|subject| format!("./{}", subject.path()));
    own.for_each(|path| _ = schemas.shift_remove(&path));
    for (subject, patterns) in needed {
        schemas.insert(format!("./{}", subject.path()), json!(patterns));
    }
    settings[SCHEMAS] = Json::Object(schemas);
    Ok(pretty(&settings))
}

/// Returns the extensions that the editor proposes, with the one that reads schemas.
///
/// # Errors
/// When the text that is there is no JSON.
pub fn extensions(before: Option<&str>) -> Result<String, serde_json::Error> {
    let mut extensions = object(before)?;
    let mut proposed = extensions["recommendations"].as_array().cloned().unwrap_or_default();
    if !proposed.contains(&json!(EXTENSION)) {
        proposed.push(json!(EXTENSION));
    }
    extensions["recommendations"] = Json::Array(proposed);
    Ok(pretty(&extensions))
}

fn object(before: Option<&str>) -> Result<Json, serde_json::Error> {
    match before.filter(|text| !text.trim().is_empty()) {
        Some(text) => serde_json::from_str::<serde_json::Map<_, _>>(text).map(Json::Object),
        None => Ok(json!({})),
    }
}

fn pretty(json: &Json) -> String {
    let mut text = serde_json::to_string_pretty(json).expect("JSON has text keys only");
    text.push('\n');
    text
}
