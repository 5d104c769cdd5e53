//! A vendor's settings as JSON Schema: nested as in its API, each with its values and the forms that a file may
//! give it in.

use serde_json::{Map, Value as Json, json};

use crate::desired::keys::{Key, MEMBER, Object, SET, VALUE};
use crate::model::SettingPath;
use crate::model::catalogue::{Catalogue, EntryMap, EntryNames, Kind, Owner, Row};
use crate::schema::shapes::{Shapes, day, plain};

/// The settings of a vendor. What many of them share stands once, among the definitions.
pub struct SettingsSchema<'a> {
    catalogue: &'a Catalogue,
    /// Where the definitions stand in the schema, as a JSON pointer.
    at: String,
    definitions: Map<String, Json>,
}

/// The name of the definition that has all settings.
const ALL: &str = "settings";

impl<'a> SettingsSchema<'a> {
    /// Writes the settings of a vendor, whose definitions will stand at this place.
    pub fn new(catalogue: &'a Catalogue, at: &str) -> Self {
        let mut settings = Self { catalogue, at: at.to_owned(), definitions: Map::new() };
        let text = json!({"type": ["string", "number"]});
        let member = json!({"anyOf": [text, long_form(&MEMBER, &text)]});
        settings.definitions.insert("member".to_owned(), member);
        let members = json!({"type": "array", "items": settings.reference("member")});
        settings.definitions.insert("members".to_owned(), members);
        let change = Shapes::of(None).object(&SET);
        settings.definitions.insert("change of a set".to_owned(), change);
        let mut all = settings.group(&SettingPath::nowhere());
        all["description"] = json!("The vendor's own names, nested as in its API.");
        settings.definitions.insert(ALL.to_owned(), all);
        settings
    }

    /// Refers to all settings.
    pub fn all(&self) -> Json {
        self.reference(ALL)
    }

    /// Returns the definitions.
    pub fn definitions(self) -> Json {
        Json::Object(self.definitions)
    }

    fn reference(&self, name: &str) -> Json {
        json!({"$ref": format!("{}/{}", self.at, name.replace(' ', "%20"))})
    }

    /// Refers to a definition, which is made where it is not there yet.
    fn shared(&mut self, name: &str, make: impl FnOnce(&Self) -> Json) -> Json {
        if !self.definitions.contains_key(name) {
            let made = make(self);
            self.definitions.insert(name.to_owned(), made);
        }
        self.reference(name)
    }

    /// Writes the members below a path.
    fn group(&mut self, path: &SettingPath) -> Json {
        let (catalogue, depth) = (self.catalogue, path.segments().len());
        let mut properties = Map::new();
        for row in catalogue.rows().iter().filter(|row| row.owner == Owner::Files) {
            let segments = row.path.segments();
            if !row.path.starts_with(path) || segments.len() <= depth {
                continue;
            }
            let name = &segments[depth];
            if properties.contains_key(name) {
                continue;
            }
            let member = path.join(name);
            let value = match catalogue.maps().iter().find(|map| map.path == member) {
                Some(map) => self.entries(map, row),
                None if segments.len() == depth + 1 => self.leaf(row),
                None => self.bundle(&member),
            };
            properties.insert(name.clone(), value);
        }
        json!({"type": "object", "properties": properties, "additionalProperties": false})
    }

    /// Writes settings that are nested: those that belong together may stand in the long form together.
    fn bundle(&mut self, path: &SettingPath) -> Json {
        let group = self.group(path);
        let mut bundles = self.catalogue.bundles().iter();
        let Some(bundle) = bundles.find(|bundle| bundle.path == *path) else { return group };
        let group = self.shared(&path.to_string(), |_| group);
        let lead = self.catalogue.row(bundle.lead()).expect("a bundle's members have rows");
        let long = long_form(&VALUE, &group);
        json!({"anyOf": [group, long], "description": lead.help})
    }

    /// Writes a map by name: each entry is a setting.
    fn entries(&mut self, map: &EntryMap, row: &Row) -> Json {
        let mut known = Map::new();
        for (name, help) in map.known {
            let mut entry = self.leaf(row);
            entry["description"] = json!(help);
            known.insert((*name).to_owned(), entry);
        }
        let mut by_name = json!({
            "type": "object",
            "properties": known,
            "additionalProperties": self.leaf(row),
        });
        if row.kind == Kind::Flag && map.names == EntryNames::Workspace {
            by_name = json!({"anyOf": [by_name, self.reference("members")]});
        }
        by_name["description"] = json!(row.help);
        by_name
    }

    /// Writes one setting, in the short form and the long one.
    fn leaf(&mut self, row: &Row) -> Json {
        let (name, short) = match &row.kind {
            Kind::Flag => ("switch".to_owned(), json!({"type": "boolean"})),
            Kind::Level(levels) => (levels.join(" or "), json!({"enum": levels})),
            Kind::Text => ("text".to_owned(), json!({"type": "string"})),
            Kind::Set => ("set".to_owned(), self.reference("members")),
        };
        let is_set = row.kind == Kind::Set;
        let mut leaf = self.shared(&name, |settings| {
            let mut forms = vec![short.clone(), long_form(&VALUE, &short)];
            forms.extend(is_set.then(|| settings.reference("change of a set")));
            json!({"anyOf": forms})
        });
        leaf["description"] = json!(help(row));
        leaf
    }
}

/// Says what a setting means and what its values are.
fn help(row: &Row) -> String {
    match &row.kind {
        Kind::Level(levels) => {
            format!("{} Values, narrowest first: {}.", row.help, levels.join(", "))
        }
        Kind::Set => match row.references {
            Some(kind) => format!("{} A list of {}s: {}.", row.help, kind.noun(), kind.expected()),
            None => row.help.to_owned(),
        },
        Kind::Flag | Kind::Text => row.help.to_owned(),
    }
}

/// Writes a long form around a value.
fn long_form(object: &Object, value: &Json) -> Json {
    let property = |key: &Key| {
        let mut property = match key.name {
            "value" | "then" => value.clone(),
            "until" => day(),
            _ => json!({"type": ["string", "number"]}),
        };
        property["description"] = json!(plain(key.help));
        (key.name.to_owned(), property)
    };
    json!({
        "type": "object",
        "properties": object.keys.iter().map(property).collect::<Map<_, _>>(),
        "required": ["value"],
        "additionalProperties": false,
    })
}
