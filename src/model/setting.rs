//! The nouns: a profile's settings, their paths and values, and the vendor's own document.
//!
//! Nothing here knows a vendor, a file or the network. What a setting means is the business of
//! [`crate::model::catalogue`]; how a document carries it is the business of a provider's lens.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};
use std::str::FromStr;
use std::sync::Arc;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize};

/// The vendor's own JSON object for one profile, member order and number spelling included.
///
/// Numbers keep their digits (`arbitrary_precision`) and members their order (`preserve_order`), so
/// that writing back what was read loses nothing that no catalogue knows. (Of a number with an
/// exponent the value stays and the spelling may change: `1e3` comes back as `1e+3`.)
pub type Document = serde_json::Map<String, serde_json::Value>;

/// The settings of one profile or bundle, in catalogue order. Equality ignores the order.
pub type Settings = IndexMap<SettingPath, Value, PathHashing>;

/// Something for each of some paths.
pub type PathMap<T> = HashMap<SettingPath, T, PathHashing>;

/// Makes hashers of paths.
pub type PathHashing = BuildHasherDefault<PathHasher>;

/// Takes the hash that a path carries.
#[derive(Debug, Clone, Copy, Default)]
pub struct PathHasher(u64);

impl Hasher for PathHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        unreachable!("a path hashes as one number, not as {bytes:?}")
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Names one leaf of a profile: a list of segments, written `callsAccess.permissionLevel`.
///
/// A segment with a dot, a quote or white space in it is written in double quotes, so that the
/// written form always reads back as the same path. Every value of every profile carries its path, so
/// a copy is one pointer to the same segments.
#[derive(Debug, Clone)]
pub struct SettingPath(Arc<HashedSegments>);

/// The segments, with their hash: maps of settings are looked into for every setting of every profile, so it
/// is made once.
#[derive(Debug)]
struct HashedSegments {
    hash: u64,
    all: Segments,
}

/// The segments of a path; most have one, which then needs no list of its own.
#[derive(Debug)]
enum Segments {
    One([String; 1]),
    Several(Box<[String]>),
}

impl PartialEq for SettingPath {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.0.hash == other.0.hash && self.segments() == other.segments())
    }
}

impl Eq for SettingPath {}

impl PartialOrd for SettingPath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SettingPath {
    fn cmp(&self, other: &Self) -> Ordering {
        self.segments().cmp(other.segments())
    }
}

impl Hash for SettingPath {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.hash);
    }
}

impl SettingPath {
    /// Builds a path from its segments.
    pub fn new<I: IntoIterator<Item = S>, S: Into<String>>(segments: I) -> Self {
        segments.into_iter().map(Into::into).collect::<Vec<String>>().into()
    }

    /// Returns the path of a whole document.
    pub fn nowhere() -> Self {
        Self::new::<_, String>([])
    }

    /// Returns the segments, outermost first.
    pub fn segments(&self) -> &[String] {
        match &self.0.all {
            Segments::One(one) => one,
            Segments::Several(several) => several,
        }
    }

    /// Returns the innermost segment.
    pub fn leaf(&self) -> &str {
        self.segments().last().map_or("", String::as_str)
    }

    /// Returns this path with one more segment.
    pub fn join(&self, segment: &str) -> Self {
        self.segments().iter().cloned().chain([segment.to_owned()]).collect::<Vec<_>>().into()
    }

    /// Tells whether this path is `prefix` or lies below it.
    pub fn starts_with(&self, prefix: &SettingPath) -> bool {
        self.segments().starts_with(prefix.segments())
    }
}

impl From<Vec<String>> for SettingPath {
    fn from(segments: Vec<String>) -> Self {
        let mut hasher = DefaultHasher::new();
        segments.hash(&mut hasher);
        let all = match <[String; 1]>::try_from(segments) {
            Ok(one) => Segments::One(one),
            Err(several) => Segments::Several(several.into()),
        };
        Self(Arc::new(HashedSegments { hash: hasher.finish(), all }))
    }
}

impl fmt::Display for SettingPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, segment) in self.segments().iter().enumerate() {
            if index > 0 {
                formatter.write_str(".")?;
            }
            let plain = !segment.is_empty()
                && !segment.chars().any(|c| c == '.' || c == '"' || c == '\\' || c.is_whitespace());
            if plain {
                formatter.write_str(segment)?;
            } else {
                let escaped = segment.replace('\\', "\\\\").replace('"', "\\\"");
                write!(formatter, "\"{escaped}\"")?;
            }
        }
        Ok(())
    }
}

/// Says why a text is not a setting path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a setting path (segments separated by dots, quoted where they hold one)")]
pub struct SettingPathError(String);

impl FromStr for SettingPath {
    type Err = SettingPathError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || SettingPathError(text.to_owned());
        let mut segments = Vec::new();
        let mut characters = text.chars().peekable();
        loop {
            let mut segment = String::new();
            if characters.peek() == Some(&'"') {
                characters.next();
                loop {
                    match characters.next().ok_or_else(bad)? {
                        '"' => break,
                        '\\' => segment.push(characters.next().ok_or_else(bad)?),
                        other => segment.push(other),
                    }
                }
            } else {
                while let Some(character) = characters.next_if(|c| *c != '.') {
                    if character == '"' || character == '\\' || character.is_whitespace() {
                        return Err(bad());
                    }
                    segment.push(character);
                }
                if segment.is_empty() {
                    return Err(bad());
                }
            }
            segments.push(segment);
            match characters.next() {
                None => return Ok(segments.into()),
                Some('.') => {}
                Some(_) => return Err(bad()),
            }
        }
    }
}

impl Serialize for SettingPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for SettingPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for SettingPath {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SettingPath".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "The vendor's own member names from the outside in, joined by dots: `callsAccess.permissionLevel`."
        })
    }
}

/// One value of a setting.
///
/// Written in JSON as what it is (`true`, `"own"`, `["12"]`), so that a policy or a person can read
/// a plan without a key; only `Opaque` is wrapped, as `{"unknown": ...}`, so that it reads back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A switch that is on or off.
    Flag(bool),
    /// One of the ordered values that the catalogue gives a level.
    Level(&'static str),
    /// Free text.
    Text(String),
    /// A set of ids or names; order and repetition mean nothing.
    Set(BTreeSet<String>),
    /// A live value of a kind, or a level of a name, that the catalogue does not know. It is kept
    /// and shown; it is never written by us. Boxed: it is rare, and would make every value large.
    Opaque(Box<serde_json::Value>),
}

impl Value {
    /// Builds a text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Wraps a live value that the catalogue does not know.
    pub fn opaque(json: serde_json::Value) -> Self {
        Self::Opaque(Box::new(json))
    }

    /// Builds a set from its members.
    pub fn set<I: IntoIterator<Item = S>, S: Into<String>>(members: I) -> Self {
        Self::Set(members.into_iter().map(Into::into).collect())
    }
}

/// The one member of the JSON object that stands for an opaque value.
const OPAQUE: &str = "unknown";

impl Serialize for Value {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Level(level) => serializer.serialize_str(level),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Set(members) => members.serialize(serializer),
            Self::Opaque(json) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(OPAQUE, json)?;
                map.end()
            }
        }
    }
}

/// Reads a level as text, since JSON does not tell the two apart; [`Catalogue::retype`] does.
///
/// [`Catalogue::retype`]: crate::model::catalogue::Catalogue::retype
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        use serde_json::Value as Json;
        let wrong = || {
            serde::de::Error::custom(
                "expected true, false, a text, a list of texts or {\"unknown\": ...}",
            )
        };
        match Json::deserialize(deserializer)? {
            Json::Bool(flag) => Ok(Self::Flag(flag)),
            Json::String(text) => Ok(Self::Text(text)),
            Json::Array(members) => members
                .into_iter()
                .map(|member| match member {
                    Json::String(text) => Ok(text),
                    _ => Err(wrong()),
                })
                .collect::<Result<_, _>>()
                .map(Self::Set),
            Json::Object(mut members) if members.len() == 1 => members
                .shift_remove(OPAQUE)
                .map(|json| Self::Opaque(Box::new(json)))
                .ok_or_else(wrong),
            _ => Err(wrong()),
        }
    }
}

impl JsonSchema for Value {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Value".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A switch, a level or text, or a set of ids. `{\"unknown\": ...}` is a live value that this version of permctl does not understand.",
            "oneOf": [
                { "type": "boolean" },
                { "type": "string" },
                { "type": "array", "items": { "type": "string" }, "uniqueItems": true },
                { "type": "object", "required": ["unknown"], "additionalProperties": false, "properties": { "unknown": {} } }
            ]
        })
    }
}

/// The vendor's id of a profile. Text from end to end: live ids exceed 2^53.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct ProfileId(pub String);

impl fmt::Display for ProfileId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The vendor's id of a workspace. Text from end to end.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct WorkspaceId(pub String);

impl WorkspaceId {
    /// Returns what stands for the id where credentials reach one workspace only and requests name none.
    pub fn only() -> Self {
        Self("only".to_owned())
    }

    /// Returns the id in one spelling: UUIDs are written with and without hyphens, in either case.
    pub fn folded(&self) -> String {
        self.0.replace('-', "").to_lowercase()
    }
}

impl fmt::Display for WorkspaceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
