//! Maps by name whose entries are settings: as a mapping, or as a list that states the whole map.

use super::{Leaf, ValueReader};
use crate::desired::FileValue;
use crate::desired::fields::wrong_kind;
use crate::desired::members::Member;
use crate::finding::{Code, Finding, Span, is_full};
use crate::model::catalogue::{EntryMap, EntryNames, Kind, Row};
use crate::model::{SettingPath, Value};
use crate::text::did_you_mean;
use crate::yaml::{Content, MapEntry, Node};

impl ValueReader<'_> {
    /// Reads the entries of the map that has this row for a pattern.
    pub(super) fn map(&mut self, row: &Row, entry: &MapEntry) {
        let map = self.catalogue.maps().iter().find(|map| map.path == row.path);
        let map = map.expect("a pattern is of a map");
        let flags = row.kind == Kind::Flag;
        match &entry.value.content {
            Content::Map(members) => {
                for member in members {
                    if is_full(self.findings) {
                        break;
                    }
                    let path = map.path.join(&member.key);
                    self.known(map, &path, &member.key_span);
                    self.leaf(row, &path, &member.key_span, &member.value);
                }
            }
            Content::List(items) if flags && map.names == EntryNames::Workspace => {
                self.values.whole_maps.push((map.path.clone(), entry.key_span.clone()));
                items.iter().for_each(|item| self.listed(map, item));
            }
            _ => {
                let expected = if flags { "a mapping or a list of names" } else { "a mapping" };
                self.findings.push(wrong_kind(
                    format_args!("`{}`", map.path),
                    expected,
                    &entry.value,
                    "write one `name: value` line for each entry",
                ));
            }
        }
    }

    fn listed(&mut self, map: &EntryMap, item: &Node) {
        let what = format_args!("a member of `{}`", map.path);
        let today = self.lists.today;
        let Some(itself) = Member::read(what, item, today, self.findings) else { return };
        let meant = self.lists.meant(itself, item, self.findings);
        meant.iter().flatten().for_each(|member| self.listed_member(map, member, item));
    }

    /// Takes an entry that a list names, or a list of `permctl.yaml` that the list names.
    fn listed_member(&mut self, map: &EntryMap, member: &Member, item: &Node) {
        let path = map.path.join(&member.name);
        if let Some(until) = member.until.as_ref().filter(|it| it.is_over(self.lists.today)) {
            let leaf = Leaf::named(FileValue::Value(Value::Flag(true)), &item.span, &item.span);
            self.values.expired.insert(path, vec![(leaf, until.clone())]);
            return;
        }
        self.listed_name(map, &member.name, item);
        if member.until.is_some() || member.reason.is_some() {
            let leaf = self.values.set.get_mut(&path).expect("it was just named");
            leaf.terms = Some(Box::new(member.terms()));
        }
    }

    fn listed_name(&mut self, map: &EntryMap, name: &str, item: &Node) {
        let path = map.path.join(name);
        self.known(map, &path, &item.span);
        let value = FileValue::Value(Value::Flag(true));
        let leaf = Leaf::named(value, &item.span, &item.span);
        if self.values.set.insert(path, leaf).is_some() {
            self.findings.push(
                Finding::new(Code::DuplicateKey, format!("`{name}` is in the list twice"))
                    .at(&item.span)
                    .hint("take one of them out"),
            );
        }
    }

    /// Warns of a name that the vendor's documentation does not have.
    fn known(&mut self, map: &EntryMap, path: &SettingPath, span: &Span) {
        let known = |name: &str| map.known.iter().any(|(known, _)| *known == name);
        if map.names != EntryNames::Documented || known(path.leaf()) {
            return;
        }
        self.findings.push(
            Finding::new(
                Code::UnknownEntry,
                format!("`{}` is not a documented name in `{}`", path.leaf(), map.path),
            )
            .at(span)
            .hint(
                match did_you_mean(path.leaf(), map.known.iter().map(|(name, _)| *name)) {
                    Some(meant) => format!("{meant} it is sent as it is written"),
                    None => "it is sent as it is written; the vendor may have added it".to_owned(),
                },
            ),
        );
    }
}
