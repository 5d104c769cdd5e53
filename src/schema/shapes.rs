//! The key tables as JSON Schema.

use serde_json::{Map, Value as Json, json};

use crate::desired::allowed;
use crate::desired::keys::{Need, Object, Shape};
use crate::provider::SYSTEMS;

/// Writes shapes for the files of one vendor, or of all.
pub struct Shapes {
    settings: Option<Json>,
}

impl Shapes {
    /// Takes the schema of the settings that the files have; `None` where a file says the vendor itself.
    pub fn of(settings: Option<Json>) -> Self {
        Self { settings }
    }

    /// Writes a mapping with fixed keys.
    pub fn object(&self, object: &Object) -> Json {
        let mut properties = Map::new();
        for key in object.keys {
            let mut property = self.shape(key.shape);
            property["description"] = json!(plain(key.help));
            properties.insert(key.name.to_owned(), property);
        }
        let required = object.keys.iter().filter(|key| key.need == Need::Required);
        let required: Vec<&str> = required.map(|key| key.name).collect();
        json!({
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": false,
        })
    }

    fn shape(&self, shape: Shape) -> Json {
        let texts = || json!({"type": "string"});
        match shape {
            Shape::Word(words) => {
                json!({"enum": words.iter().flat_map(|word| spelled(word)).collect::<Vec<_>>()})
            }
            Shape::Text => json!({"type": ["string", "number"]}),
            Shape::Id => json!({"type": ["string", "integer"]}),
            Shape::Flag => json!({"type": "boolean"}),
            Shape::Calls => json!({"type": "integer", "minimum": 1}),
            Shape::Number => json!({"type": "integer", "minimum": 0}),
            Shape::Percent => json!({"type": "string", "pattern": "^[0-9]{1,3} *%$"}),
            Shape::Day => day(),
            Shape::Email => json!({"type": "string", "pattern": "^(list:.+|.+@.+)$"}),
            Shape::Address => texts(),
            Shape::Provider => {
                let ids: Vec<&str> = SYSTEMS.iter().map(|system| system.provider.id()).collect();
                json!({"enum": ids})
            }
            Shape::Credentials => credentials(),
            Shape::Settings => self.settings.clone().unwrap_or_else(|| json!({"type": "object"})),
            Shape::Value => json!({}),
            Shape::List(item) => json!({"type": "array", "items": self.shape(*item)}),
            Shape::Object(object) => self.object(object),
            Shape::Names(object) => names(&self.object(object)),
            Shape::Members(object) => {
                json!({"type": "object", "additionalProperties": self.object(object)})
            }
            Shape::Lists(item) => {
                let list = json!({"type": "array", "items": self.shape(*item)});
                json!({"type": "object", "additionalProperties": list})
            }
            Shape::Texts => {
                json!({"type": "object", "additionalProperties": self.shape(Shape::Text)})
            }
            Shape::Reasons => {
                let reason = self.shape(Shape::Text);
                let codes =
                    allowed::codes(true).into_iter().map(|code| (code.to_owned(), reason.clone()));
                json!({
                    "type": "object",
                    "properties": codes.collect::<Map<_, _>>(),
                    "additionalProperties": false,
                })
            }
            Shape::Either(shapes) => {
                let shapes: Vec<Json> = shapes.iter().map(|shape| self.shape(*shape)).collect();
                json!({"anyOf": shapes})
            }
        }
    }
}

/// Returns the values that a word may be: one of digits is usually written without quotes.
fn spelled(word: &str) -> Vec<Json> {
    let number = word.parse::<u64>().ok().map(Json::from);
    number.into_iter().chain([json!(word)]).collect()
}

/// Writes the shape of a day.
pub fn day() -> Json {
    json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"})
}

/// A mapping under names of the user's own.
fn names(value: &Json) -> Json {
    json!({
        "type": "object",
        "propertyNames": {"pattern": "^[a-z0-9][a-z0-9-]*$"},
        "additionalProperties": value,
    })
}

/// One complete set of credentials of a vendor, each by reference.
fn credentials() -> Json {
    let mut sets: Vec<Json> = Vec::new();
    for system in SYSTEMS {
        for scheme in system.provider.capabilities().schemes {
            let reference = json!({"type": "string", "pattern": "^\\$\\{(env|file):.+\\}$"});
            let keys = scheme.keys();
            let properties = keys.iter().map(|key| ((*key).to_owned(), reference.clone()));
            let set = json!({
                "type": "object",
                "properties": properties.collect::<Map<_, _>>(),
                "required": keys,
                "additionalProperties": false,
            });
            if !sets.contains(&set) {
                sets.push(set);
            }
        }
    }
    json!({"anyOf": sets})
}

/// Returns a text of the documentation without its links, which lead nowhere from an editor.
pub fn plain(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let link = after.split_once("](").and_then(|(words, after)| {
            let (_, after) = after.split_once(')')?;
            Some((words, after))
        });
        plain.push_str(before);
        match link {
            Some((words, after)) => {
                plain.push_str(words);
                rest = after;
            }
            None => {
                plain.push('[');
                rest = after;
            }
        }
    }
    plain + rest
}
