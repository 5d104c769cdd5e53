//! The settings of a document, read by a vendor's catalogue: each leaf with its value and place.

use std::collections::HashSet;

use crate::desired::FileValue;
use crate::desired::fields::{miswritten, not_yet, wrong_kind};
use crate::desired::keys::LONG_FORM;
use crate::desired::lists::Lists;
use crate::finding::{Code, Finding, Span, is_full};
use crate::model::catalogue::{Catalogue, Owner, Row};
use crate::model::{PathMap, SettingPath};
use crate::yaml::{Content, MapEntry, Node};

mod kinds;
mod maps;
mod unknown;

/// The settings of a document.
pub struct Values {
    /// The leaves that it names.
    pub set: PathMap<Leaf>,
    /// Leaves whose values could not be read; each has its finding.
    pub unread: HashSet<SettingPath>,
    /// Maps that are given as a list, and where.
    pub whole_maps: Vec<(SettingPath, Span)>,
}

/// A value as a file gives it.
pub struct Leaf {
    /// The value.
    pub value: FileValue,
    /// Where its key stands.
    pub key: Span,
    /// Where the value itself stands.
    pub span: Span,
}

/// Reads the settings of a document, those that stand beside `settings` first.
pub fn read(
    description: Option<&MapEntry>,
    settings: Option<&Node>,
    catalogue: &Catalogue,
    lists: &Lists,
    findings: &mut Vec<Finding>,
) -> Values {
    let values = Values { set: PathMap::default(), unread: HashSet::new(), whole_maps: Vec::new() };
    let mut reader = ValueReader { catalogue, lists, values, findings };
    if let Some(MapEntry { key, value, .. }) = description {
        let path = SettingPath::new([key]);
        match catalogue.row(&path) {
            Some(row) => reader.leaf(row, &path, &value.span, value),
            None => reader.unknown(&path, &value.span),
        }
    }
    if let Some(settings) = settings {
        reader.members(&SettingPath::nowhere(), settings);
    }
    reader.values
}

/// Walks the tree of settings along the catalogue.
struct ValueReader<'a> {
    catalogue: &'a Catalogue,
    lists: &'a Lists,
    values: Values,
    findings: &'a mut Vec<Finding>,
}

impl ValueReader<'_> {
    /// Reads the members of a mapping below `prefix`.
    fn members(&mut self, prefix: &SettingPath, node: &Node) {
        let Content::Map(entries) = &node.content else {
            let what = if prefix.segments().is_empty() {
                "`settings`".to_owned()
            } else {
                format!("`{prefix}`")
            };
            let finding = wrong_kind(&what, "a mapping", node, self.members_of(prefix));
            self.findings.push(finding);
            return;
        };
        let mut below = self.catalogue.below(prefix);
        // Settings below a group without a value may be meant to be in it; the group has a finding.
        let mut of_group = Vec::new();
        for entry in entries {
            if is_full(self.findings) {
                break;
            }
            if of_group.contains(&entry.key) {
                continue;
            }
            if entry.value.content == Content::Null {
                of_group = self.children(&prefix.join(&entry.key));
            }
            let path = below.find(&entry.key).cloned();
            self.member(prefix, path.unwrap_or_else(|| prefix.join(&entry.key)), entry);
        }
    }

    fn member(&mut self, prefix: &SettingPath, path: SettingPath, entry: &MapEntry) {
        match self.catalogue.row(&path) {
            Some(row) if row.is_entry() => self.map(row, entry),
            Some(row) if row.owner == Owner::Files => {
                self.leaf(row, &path, &entry.key_span, &entry.value)
            }
            Some(row) => self.misplaced(row, &path, &entry.key_span),
            None if !self.catalogue.names_below(&path).is_empty() => {
                self.members(&path, &entry.value);
            }
            None => match miswritten(entry).or_else(|| self.dotted(prefix, &entry.key)) {
                Some(hint) => self.no_setting(&path, &entry.key_span, hint),
                None => self.unknown(&path, &entry.key_span),
            },
        }
    }

    /// Finds a setting of the profile itself, or of the vendor, under `settings`.
    fn misplaced(&mut self, row: &Row, path: &SettingPath, span: &Span) {
        let hint = match row.owner {
            Owner::Profile if path == self.catalogue.name() => {
                "the name stands beside `settings`, as `profile:`".to_owned()
            }
            Owner::Profile => format!("`{path}` stands beside `settings`, not in it"),
            Owner::Server | Owner::Files => "the vendor decides it; take it out".to_owned(),
        };
        let message = format!("`{path}` can't be set under `settings`");
        self.findings.push(Finding::new(Code::UnknownSetting, message).at(span).hint(hint));
    }

    fn leaf(&mut self, row: &Row, path: &SettingPath, key: &Span, node: &Node) {
        if let Some(entry) = node.as_map().and_then(|entries| {
            entries.iter().find(|entry| LONG_FORM.contains(&entry.key.as_str()))
        }) {
            self.findings.push(not_yet(&entry.key, &entry.key_span));
            self.values.unread.insert(path.clone());
            return;
        }
        match kinds::value(row, path, node, self.lists, self.findings) {
            Some(value) => {
                let leaf = Leaf { value, key: key.clone(), span: node.span.clone() };
                self.values.set.insert(path.clone(), leaf);
            }
            None => {
                self.values.unread.insert(path.clone());
            }
        }
    }
}
