//! JSON Schema of the files, for editors: from the key tables and the catalogues, so that completion and checks in
//! an editor say what the program says.
//!
//! One file describes `permctl.yaml`, one the profiles of each vendor, one the bases of all. Pure: the texts are made
//! here, and `app` writes them.

use serde_json::{Map, Value as Json, json};

use crate::desired::keys::{
    APART, BASE, CEILING, CONFIG, EXPECT, IS_BASE, PROFILE, RULE_KINDS, WHO,
};
use crate::provider::{Provider, SYSTEMS};
use crate::schema::settings::SettingsSchema;
use crate::schema::shapes::Shapes;

pub mod editor;
mod settings;
mod shapes;

/// The folder of the schemas, beside `permctl.yaml`.
pub const FOLDER: &str = "schemas";

/// The dialect of the schemas.
const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// What a schema describes.
#[derive(Clone, Copy)]
pub enum Subject {
    /// `permctl.yaml`.
    Config,
    /// The profile files of this vendor's workspaces.
    Profiles(&'static dyn Provider),
    /// The files in `profiles/bases/`.
    Bases,
    /// The files in `rules/`.
    Rules,
}

impl Subject {
    /// Lists all of them.
    pub fn all() -> impl Iterator<Item = Self> {
        let profiles = SYSTEMS.iter().map(|system| Self::Profiles(system.provider));
        [Self::Config, Self::Bases, Self::Rules].into_iter().chain(profiles)
    }

    /// Returns the word for it, which is also the name of its file without the ending.
    pub fn word(self) -> &'static str {
        match self {
            Self::Config => "permctl",
            Self::Profiles(provider) => provider.id(),
            Self::Bases => "bases",
            Self::Rules => "rules",
        }
    }

    /// Finds the subject of a word.
    pub fn find(word: &str) -> Option<Self> {
        Self::all().find(|subject| subject.word() == word)
    }

    /// Returns the path of its file, relative to the configuration.
    pub fn path(self) -> String {
        format!("{FOLDER}/{}.json", self.word())
    }

    /// Returns the schema as the text of a file.
    pub fn text(self) -> String {
        let mut schema = json!({"$schema": DIALECT, "$comment": comment()});
        let members = match self {
            Self::Config => Shapes::of(None).object(&CONFIG),
            Self::Profiles(provider) => profiles(provider),
            Self::Bases => bases(),
            Self::Rules => rules(),
        };
        if let (Json::Object(schema), Json::Object(members)) = (&mut schema, members) {
            schema.extend(members);
        }
        let mut text = serde_json::to_string_pretty(&schema).expect("a schema has text keys only");
        text.push('\n');
        text
    }
}

/// Says which program made a schema.
fn comment() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!("Made by permctl {version}: `permctl schema --write` makes it again.")
}

/// A document of a vendor's profile file is a profile, or a base where it says so.
fn profiles(provider: &'static dyn Provider) -> Json {
    let settings = SettingsSchema::new(provider.catalogue(), "#/$defs");
    let shapes = Shapes::of(Some(settings.all()));
    json!({
        "title": format!("Profiles of {}", provider.title()),
        "if": {"required": [IS_BASE]},
        "then": shapes.object(&BASE),
        "else": shapes.object(&PROFILE),
        "$defs": settings.definitions(),
    })
}

/// A base of all workspaces names its vendor, which decides its settings.
fn bases() -> Json {
    let (of_vendors, definitions) = settings_of_vendors();
    let mut base = Shapes::of(None).object(&BASE);
    base["title"] = json!("Bases of all workspaces");
    base["required"] = json!([IS_BASE, "provider", "settings"]);
    base["allOf"] = json!(of_vendors);
    base["$defs"] = Json::Object(definitions);
    base
}

/// A rule says by its first key what kind it is; a ceiling names its vendor, which decides its settings.
fn rules() -> Json {
    let (of_vendors, definitions) = settings_of_vendors();
    let shapes = Shapes::of(None);
    let required = RULE_KINDS.map(|kind| json!({"required": [kind]}));
    let mut kinds = json!({"anyOf": required});
    for (kind, object) in RULE_KINDS.into_iter().zip([&CEILING, &EXPECT, &APART, &WHO]).rev() {
        kinds = json!({
            "if": {"required": [kind]},
            "then": shapes.object(object),
            "else": kinds,
        });
    }
    kinds["title"] = json!("Rules");
    kinds["allOf"] = json!(of_vendors);
    kinds["$defs"] = Json::Object(definitions);
    kinds
}

/// Writes what each vendor's settings look like, for documents that name their vendor.
fn settings_of_vendors() -> (Vec<Json>, Map<String, Json>) {
    let (mut of_vendors, mut definitions) = (Vec::new(), Map::new());
    for system in SYSTEMS {
        let id = system.provider.id();
        let settings = SettingsSchema::new(system.provider.catalogue(), &format!("#/$defs/{id}"));
        of_vendors.push(json!({
            "if": {"properties": {"provider": {"const": id}}, "required": ["provider"]},
            "then": {"properties": {"settings": settings.all()}},
        }));
        definitions.insert(id.to_owned(), settings.definitions());
    }
    (of_vendors, definitions)
}
