//! The lens over a vendor's documents: reads settings out of a profile object and writes them back.
//!
//! Rows' paths are the JSON paths, so everything here comes from the catalogue and no member is
//! named. It decides nothing and sends nothing. Three laws hold, and are tested: what is written is
//! what reads; writing what was read changes no byte; members outside an edit keep bytes and order.
//! So members that a vendor adds without notice survive every edit. What a list carries beside plain
//! values is the business of [`lists`].

use std::collections::BTreeSet;

use serde_json::Value as Json;

use self::in_order::InOrder;
use crate::model::catalogue::{Catalogue, Empty, Kind, Owner, Row, Wire};
use crate::model::{Document, SettingPath, Settings, Value};

mod in_order;
mod lists;
mod readable;

pub use readable::{MOST_OF_ANSWER, MOST_OF_FILE, Unreadable, has_more_values, readable};

/// A member of a document that the catalogue does not know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnknownMember {
    /// Where it is.
    pub path: SettingPath,
    /// Whether it looks switched on: `true`, a number other than zero, a non-empty text or list.
    pub on: bool,
}

/// What a document has at a path.
enum MemberAt<'d> {
    /// The member, or an object above it, is not there.
    Absent,
    /// The member, or an object above it, is `null`.
    Null,
    /// The member.
    Member(&'d Json),
    /// Something above the member that is no object.
    Blocked(&'d Json),
}

/// Reads every setting but the server's own, in catalogue order; of a map, the entries that the
/// document has, ordered by name. A map that is no list is an opaque value under the map's own path.
///
/// What the row does not understand becomes [`Value::Opaque`]: a level without a place in its list,
/// another kind of JSON, a list with something else than text in it, or, for all leaves below it, a
/// scope that is no object. A missing member that the row does not take for empty is an opaque `null`.
pub fn settings<'a>(catalogue: &'a Catalogue, document: &'a Document) -> Settings {
    let mut settings =
        Settings::with_capacity_and_hasher(catalogue.rows().len(), Default::default());
    let mut in_order = InOrder::new(document);
    for row in writable(catalogue) {
        if !row.is_entry() {
            settings.insert(row.path.clone(), read(row, &row.path, in_order.find(&row.path)));
            continue;
        }
        if let MemberAt::Member(other) | MemberAt::Blocked(other) = find(document, &row.path)
            && !other.is_array()
        {
            settings.insert(row.path.clone(), Value::opaque(other.clone()));
        }
        settings.extend(entries_below(row, document).into_iter().map(|path| {
            let value = read_at(row, &path, document);
            (path, value)
        }));
    }
    settings
}

/// Reads one setting; `None` for a path that the catalogue does not have.
pub fn value(catalogue: &Catalogue, document: &Document, path: &SettingPath) -> Option<Value> {
    catalogue.row(path).map(|row| read_at(row, path, document))
}

/// Returns what a document says at a path, word for word; `None` where it says nothing.
pub fn said<'d>(document: &'d Document, path: &SettingPath) -> Option<&'d Json> {
    match find(document, path) {
        MemberAt::Member(json) => Some(json),
        _ => None,
    }
}

/// Writes the settings that do not read so yet; all other members keep bytes and order.
///
/// Missing objects are made, and a `null` or misshapen one gives way only to a member written below
/// it. A new member goes behind the nearest present member that the vendor's order puts before it, else
/// before the nearest one that comes after it, else to the end. Opaque values, values of another
/// kind than their row's and settings without a row are skipped: nothing is written that would not
/// read back.
pub fn edit(catalogue: &Catalogue, document: &mut Document, settings: &Settings) {
    // All are read before the first is written, since writing one can change what another reads as.
    let differing: Vec<(&Row, &SettingPath, &Value)> = given(catalogue, settings)
        .into_iter()
        .filter(|(row, path, value)| read_at(row, path, document) != **value)
        .collect();
    for (row, path, value) in differing {
        write(catalogue, document, row, path, value);
    }
}

/// Lists the settings that have a row, in catalogue order, the entries of a map by name.
fn given<'s>(
    catalogue: &'s Catalogue,
    settings: &'s Settings,
) -> Vec<(&'s Row, &'s SettingPath, &'s Value)> {
    let mut given = Vec::with_capacity(settings.len());
    for row in writable(catalogue) {
        let map = catalogue.maps().iter().find(|map| map.path == row.path);
        if let Some(map) = map {
            let mut entries: Vec<_> = settings.iter().filter(|(path, _)| map.has(path)).collect();
            entries.sort_by_key(|(path, _)| *path);
            given.extend(entries.into_iter().map(|(path, value)| (row, path, value)));
        } else if let Some((path, value)) = settings.get_key_value(&row.path) {
            given.push((row, path, value));
        }
    }
    given
}

/// Lists the entries of the catalogue's maps that a document has.
pub fn entries(catalogue: &Catalogue, document: &Document) -> BTreeSet<SettingPath> {
    let maps = catalogue.maps().iter().filter_map(|map| catalogue.row(&map.path));
    maps.flat_map(|row| entries_below(row, document)).collect()
}

/// Lists the entries that a document has of the map with this row.
fn entries_below(row: &Row, document: &Document) -> BTreeSet<SettingPath> {
    let MemberAt::Member(Json::Array(members)) = find(document, &row.path) else {
        return BTreeSet::new();
    };
    let names = members.iter().filter_map(|member| lists::name(row.wire, member));
    names.map(|name| row.path.join(name)).collect()
}

/// Makes a document that states every one of these settings, empty ones included.
///
/// [`edit`] on an empty document would leave those out, since they read as empty already.
pub fn build(catalogue: &Catalogue, settings: &Settings) -> Document {
    let mut document = Document::new();
    for (row, path, value) in given(catalogue, settings) {
        write(catalogue, &mut document, row, path, value);
    }
    document
}

/// Takes a member out; the others keep their order.
pub fn remove(document: &mut Document, path: &SettingPath) {
    let Some((leaf, parents)) = path.segments().split_last() else { return };
    let mut members = document;
    for parent in parents {
        let Some(Json::Object(inner)) = members.get_mut(parent) else { return };
        members = inner;
    }
    members.shift_remove(leaf);
}

/// Takes out the members with a row, or above one, that are `null`: they read as nothing, and the vendors'
/// schemas would not take them back. Members that the catalogue does not know stay as they came.
pub fn remove_nulls(catalogue: &Catalogue, document: &mut Document) {
    remove_nulls_below(catalogue, &SettingPath::nowhere(), document);
}

fn remove_nulls_below(catalogue: &Catalogue, above: &SettingPath, members: &mut Document) {
    let known = catalogue.names_below(above);
    members.retain(|name, value| !value.is_null() || !known.contains(name));
    for (name, value) in members {
        if let Json::Object(inner) = value
            && known.contains(name)
        {
            remove_nulls_below(catalogue, &above.join(name), inner);
        }
    }
}

/// Lists members without a row, in document order, also those inside objects that have rows.
///
/// Such a member is named once and not entered. It counts as on as [`UnknownMember::on`] says, with
/// two additions for scopes that a vendor may add: an object is on when something in it is, and a text
/// that is the narrowest level of some row is off.
pub fn unknown_members(catalogue: &Catalogue, document: &Document) -> Vec<UnknownMember> {
    let mut found = Vec::new();
    collect_unknown(catalogue, &SettingPath::nowhere(), document, &mut found);
    found
}

fn collect_unknown(
    catalogue: &Catalogue,
    above: &SettingPath,
    members: &Document,
    found: &mut Vec<UnknownMember>,
) {
    let mut known = catalogue.below(above);
    for (name, json) in members {
        match known.find(name) {
            None => {
                found.push(UnknownMember { path: above.join(name), on: is_on(catalogue, json) });
            }
            Some(path) => {
                if let Json::Object(inner) = json
                    && !catalogue.names_below(path).is_empty()
                {
                    collect_unknown(catalogue, path, inner, found);
                }
            }
        }
    }
}

fn is_on(catalogue: &Catalogue, json: &Json) -> bool {
    match json {
        Json::Null => false,
        Json::Bool(flag) => *flag,
        // By its digits, since no machine number holds every number that JSON can spell.
        Json::Number(number) => number
            .to_string()
            .split(['e', 'E'])
            .next()
            .is_some_and(|digits| digits.contains(|digit: char| ('1'..='9').contains(&digit))),
        Json::String(text) => !text.is_empty() && !is_narrowest_level(catalogue, text),
        Json::Array(members) => !members.is_empty(),
        Json::Object(members) => members.values().any(|member| is_on(catalogue, member)),
    }
}

fn is_narrowest_level(catalogue: &Catalogue, text: &str) -> bool {
    catalogue
        .rows()
        .iter()
        .any(|row| matches!(row.kind, Kind::Level(levels) if levels.first() == Some(&text)))
}

fn writable(catalogue: &Catalogue) -> impl Iterator<Item = &Row> {
    catalogue.rows().iter().filter(|row| row.owner != Owner::Server)
}

fn find<'d>(document: &'d Document, path: &SettingPath) -> MemberAt<'d> {
    let Some((leaf, parents)) = path.segments().split_last() else { return MemberAt::Absent };
    let mut members = document;
    for parent in parents {
        members = match members.get(parent) {
            None => return MemberAt::Absent,
            Some(Json::Null) => return MemberAt::Null,
            Some(Json::Object(inner)) => inner,
            Some(other) => return MemberAt::Blocked(other),
        };
    }
    match members.get(leaf) {
        None => MemberAt::Absent,
        Some(Json::Null) => MemberAt::Null,
        Some(json) => MemberAt::Member(json),
    }
}

fn read_at(row: &Row, path: &SettingPath, document: &Document) -> Value {
    read(row, path, find(document, &row.path))
}

/// Reads one leaf from what the document has at the row's own path. That of an entry stands in the list
/// that its map is.
fn read(row: &Row, path: &SettingPath, found: MemberAt<'_>) -> Value {
    let found = match row.wire {
        Wire::Entry { .. } | Wire::Listed => match lists::entry(row.wire, path.leaf(), found) {
            Ok(found) => found,
            Err(value) => return value,
        },
        Wire::Plain | Wire::Numbers | Wire::Objects(_) => found,
    };
    match found {
        MemberAt::Absent if row.empties.contains(&Empty::Absent) => row.empty(),
        MemberAt::Null if row.empties.contains(&Empty::Null) => row.empty(),
        MemberAt::Absent | MemberAt::Null => Value::opaque(Json::Null),
        MemberAt::Blocked(json) => Value::opaque(json.clone()),
        MemberAt::Member(json) => {
            understand(row, json).unwrap_or_else(|| Value::opaque(json.clone()))
        }
    }
}

fn understand(row: &Row, json: &Json) -> Option<Value> {
    match (&row.kind, json) {
        (Kind::Flag, Json::Bool(flag)) => Some(Value::Flag(*flag)),
        (Kind::Text, Json::String(text)) => Some(Value::text(text)),
        (Kind::Level(levels), Json::String(level)) => {
            levels.iter().find(|known| *known == level).map(|known| Value::Level(known))
        }
        (Kind::Set, Json::Array(members)) => members
            .iter()
            .map(|member| lists::id(row.wire, member))
            .collect::<Option<_>>()
            .map(Value::Set),
        _ => None,
    }
}

fn write(
    catalogue: &Catalogue,
    document: &mut Document,
    row: &Row,
    path: &SettingPath,
    value: &Value,
) {
    let Some(json) = spell(row, path.leaf(), value, find(document, &row.path)) else { return };
    let Some((leaf, parents)) = row.path.segments().split_last() else { return };
    let mut members = document;
    let mut above = SettingPath::nowhere();
    for parent in parents {
        let inner = member(catalogue, &above, members, parent);
        if !inner.is_object() {
            *inner = Json::Object(Document::new());
        }
        members = inner.as_object_mut().expect("whatever was no object was just replaced by one");
        above = above.join(parent);
    }
    *member(catalogue, &above, members, leaf) = json;
}

/// Returns a member as JSON, or `None` when the value is opaque or not of the row's kind.
fn spell(row: &Row, name: &str, value: &Value, found: MemberAt<'_>) -> Option<Json> {
    match (row.wire, value) {
        (Wire::Listed, Value::Flag(on)) => return Some(lists::listed(name, *on, found)),
        (Wire::Entry { name: key, value: member }, value) => {
            let json = plain(row, value)?;
            return Some(lists::with_entry((key, name), (member, json), found));
        }
        _ => {}
    }
    match value {
        Value::Set(wanted) if row.kind == Kind::Set => Some(spell_set(row.wire, wanted, found)),
        _ => plain(row, value),
    }
}

fn plain(row: &Row, value: &Value) -> Option<Json> {
    match (&row.kind, value) {
        (Kind::Flag, Value::Flag(flag)) => Some(Json::Bool(*flag)),
        (Kind::Text, Value::Text(text)) => Some(Json::String(text.clone())),
        (Kind::Level(levels), Value::Level(level)) => {
            levels.contains(level).then(|| Json::from(*level))
        }
        _ => None,
    }
}

/// Spells a set: members that stay in their old order, then the new ones sorted.
///
/// No ids are `[]` and never `null`: to a server that merges, `null` may mean "not given" and leave the
/// ids as they were.
fn spell_set(wire: Wire, wanted: &BTreeSet<String>, found: MemberAt<'_>) -> Json {
    let mut missing = wanted.clone();
    let mut members = Vec::with_capacity(wanted.len());
    if let MemberAt::Member(Json::Array(old)) = found {
        let stays = |old: &&Json| lists::id(wire, old).is_some_and(|id| missing.remove(&id));
        members.extend(old.iter().filter(stays).cloned());
    }
    members.extend(missing.into_iter().map(|id| lists::spell_id(wire, id)));
    Json::Array(members)
}

/// Returns a member for writing; a missing one is put at its place first.
fn member<'d>(
    catalogue: &Catalogue,
    above: &SettingPath,
    members: &'d mut Document,
    name: &str,
) -> &'d mut Json {
    if !members.contains_key(name) {
        let place = place_for(catalogue.names_below(above), members, name);
        members.shift_insert(place, name.to_owned(), Json::Null);
    }
    members.get_mut(name).expect("a missing member was just inserted")
}

fn place_for(order: &[String], members: &Document, name: &str) -> usize {
    let place_of = |known: &String| members.keys().position(|present| present == known);
    let own = order.iter().position(|known| *known == name).unwrap_or(order.len());
    let (earlier, later) = order.split_at(own);
    let behind = earlier.iter().rev().find_map(place_of).map(|place| place + 1);
    behind.or_else(|| later.iter().find_map(place_of)).unwrap_or(members.len())
}
