//! The other way round: a live profile as a file that describes it. Pure; `app` writes the file.

use std::collections::BTreeSet;

use crate::model::catalogue::{Bundle, Catalogue, Owner};
use crate::model::names::Names;
use crate::model::{ProfileId, SettingPath, Settings, Value};
use crate::yaml::{Emit, emit};

/// The longest file name that is made from a profile's name, without its ending.
const LONGEST_NAME: usize = 60;

/// Names that some file system keeps for itself, whatever their ending.
const RESERVED: &[&str] = &[
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8",
    "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// A live profile to be described.
pub struct Described<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its id, when the name alone does not tell it from another one.
    pub pin: Option<&'a ProfileId>,
    /// Its settings.
    pub settings: &'a Settings,
    /// Who has it, when the file is to say so.
    pub holders: Option<Vec<String>>,
}

/// Writes the file of a profile: `unlisted: deny`, and only what is not at its floor.
///
/// Values that the catalogue does not understand are left out; they stay as they are live.
pub fn file(described: &Described<'_>, catalogue: &Catalogue, names: &Names) -> String {
    let Described { name, pin, settings, holders } = described;
    let mut top = vec![("profile".to_owned(), Emit::Text((*name).to_owned()))];
    if let Some(pin) = pin {
        top.push(("id".to_owned(), Emit::Text(pin.0.clone())));
    }
    let mut tree: Vec<(String, Emit)> = Vec::new();
    for bundle in catalogue.bundles_over([*settings]).iter() {
        if !catalogue.understands(bundle, settings) {
            continue;
        }
        let meaning = catalogue.effective(bundle, settings);
        for (path, value) in worth_writing(bundle, &meaning, catalogue) {
            let row = catalogue.row(path).expect("a bundle's members have rows");
            match row.owner {
                Owner::Files => {
                    insert(&mut tree, path.segments(), write(value, row.references, names))
                }
                Owner::Profile if path != catalogue.name() => {
                    top.push((path.to_string(), write(value, None, names)));
                }
                _ => {}
            }
        }
    }
    top.push(("unlisted".to_owned(), Emit::Text("deny".to_owned())));
    if !tree.is_empty() {
        top.push(("settings".to_owned(), Emit::Map(tree)));
    }
    if let Some(holders) = holders {
        let users = holders.iter().cloned().map(Emit::Text).collect();
        top.push(("holders".to_owned(), Emit::List(users)));
    }
    emit(&Emit::Map(top))
}

/// Lists a bundle's members that have to be written: none at the floor; else the deciding one and
/// whatever is not empty.
fn worth_writing<'a>(
    bundle: &Bundle,
    meaning: &'a Settings,
    catalogue: &Catalogue,
) -> Vec<(&'a SettingPath, &'a Value)> {
    if catalogue.floor(bundle).as_deref() == Some(meaning) {
        return Vec::new();
    }
    meaning
        .iter()
        .filter(|(path, value)| {
            let row = catalogue.row(path).expect("a bundle's members have rows");
            // What a new profile has to state is written, so that the file could create it again.
            let required = row.on_create.is_none() && row.owner == Owner::Files;
            required || *path == bundle.lead() && bundle.members.len() > 1 || row.empty() != **value
        })
        .collect()
}

fn write(
    value: &Value,
    kind: Option<crate::model::catalogue::ReferenceKind>,
    names: &Names,
) -> Emit {
    match value {
        Value::Flag(on) => Emit::Flag(*on),
        Value::Level(level) => Emit::Text((*level).to_owned()),
        Value::Text(text) => Emit::Text(text.clone()),
        Value::Set(ids) => {
            let mut members: Vec<String> = ids
                .iter()
                .map(|id| {
                    let name = kind.and_then(|kind| names.name_of(kind, id));
                    name.map_or_else(|| id.clone(), str::to_owned)
                })
                .collect();
            members.sort();
            Emit::List(members.into_iter().map(Emit::Text).collect())
        }
        Value::Opaque(_) => unreachable!("bundles with opaque values are left out"),
    }
}

fn insert(tree: &mut Vec<(String, Emit)>, segments: &[String], value: Emit) {
    let [first, rest @ ..] = segments else { return };
    if rest.is_empty() {
        tree.push((first.clone(), value));
        return;
    }
    if !tree.iter().any(|(key, _)| key == first) {
        tree.push((first.clone(), Emit::Map(Vec::new())));
    }
    if let Some((_, Emit::Map(below))) = tree.iter_mut().find(|(key, _)| key == first) {
        insert(below, rest, value);
    }
}

/// Makes a file name for a profile that is safe on every file system and not among `taken`.
///
/// `taken` holds names in lower case, without their ending; the new one is added.
pub fn file_name(name: &str, id: &ProfileId, taken: &mut BTreeSet<String>) -> String {
    let mut plain = String::new();
    for character in name.chars().flat_map(char::to_lowercase) {
        if character.is_ascii_alphanumeric() {
            plain.push(character);
        } else if !plain.ends_with('-') && !plain.is_empty() {
            plain.push('-');
        }
        if plain.len() >= LONGEST_NAME {
            break;
        }
    }
    let mut plain = plain.trim_matches('-').to_owned();
    if plain.is_empty() || RESERVED.contains(&plain.as_str()) {
        let digits: String = id.0.chars().filter(char::is_ascii_alphanumeric).take(40).collect();
        plain = format!("profile-{}", digits.to_lowercase());
    }
    let mut free = plain.clone();
    let mut number = 1;
    while !taken.insert(free.clone()) {
        number += 1;
        free = format!("{plain}-{number}");
    }
    free
}
