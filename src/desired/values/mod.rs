//! The settings of a document, read by a vendor's catalogue: each leaf with its value and place.

use std::collections::HashSet;

use crate::desired::FileValue;
use crate::desired::fields::{miswritten, wrong_kind};
use crate::desired::lists::Lists;
use crate::desired::set_changes::SetChange;
use crate::desired::terms::{Terms, Until};
use crate::finding::{Code, Finding, Span, is_full};
use crate::model::catalogue::{Catalogue, Owner, Row};
use crate::model::{OriginKind, PathMap, SettingPath};
use crate::yaml::{Content, MapEntry, Node};

pub mod kinds;
mod long;
mod maps;
mod unknown;

/// The settings of a document.
pub struct Values {
    /// The leaves that it names, as they are today.
    pub set: PathMap<Leaf>,
    /// Leaves that are otherwise than they were before last days passed: as they were on each of these days, the
    /// latest first.
    pub expired: PathMap<Vec<(Leaf, Until)>>,
    /// Leaves whose values could not be read; each has its finding.
    pub unread: HashSet<SettingPath>,
    /// Maps that are given as a list, and where.
    pub whole_maps: Vec<(SettingPath, Span)>,
}

/// A value as a file gives it.
#[derive(Clone)]
pub struct Leaf {
    /// The value.
    pub value: Given,
    /// Where its key stands.
    pub key: Span,
    /// Where the value itself stands.
    pub span: Span,
    /// How the place asks for it.
    pub kind: OriginKind,
    /// What stands beside it, if anything does.
    pub terms: Option<Box<Terms>>,
}

/// The two ways of giving a value.
#[derive(Clone)]
pub enum Given {
    /// By itself.
    Whole(FileValue),
    /// By what differs from the set of a base.
    Against(SetChange),
}

impl Leaf {
    /// Returns its value and place, once changes of a base's set are made.
    pub fn whole(self) -> (FileValue, Span, OriginKind) {
        match self.value {
            Given::Whole(value) => (value, self.span, self.kind),
            Given::Against(_) => unreachable!("changes of a base's set are made before"),
        }
    }

    /// Tells whether it is given by what differs from the set of a base.
    pub fn is_change(&self) -> bool {
        matches!(self.value, Given::Against(_))
    }

    /// Makes a leaf that a file names and says nothing more of.
    pub fn named(value: FileValue, key: &Span, span: &Span) -> Self {
        let (key, span) = (key.clone(), span.clone());
        Self { value: Given::Whole(value), key, span, kind: OriginKind::Named, terms: None }
    }
}

/// Reads the settings of a document, those that stand beside `settings` first.
pub fn read(
    description: Option<&MapEntry>,
    settings: Option<&Node>,
    catalogue: &Catalogue,
    lists: &Lists,
    findings: &mut Vec<Finding>,
) -> Values {
    let values = Values {
        set: PathMap::default(),
        expired: PathMap::default(),
        unread: HashSet::new(),
        whole_maps: Vec::new(),
    };
    let mut reader = ValueReader { catalogue, lists, values, findings };
    if let Some(MapEntry { key, value, .. }) = description {
        let path = SettingPath::new([key]);
        match catalogue.row(&path) {
            Some(row) => match reader.value(row, &path, &value.span, value) {
                Some(leaf) => _ = reader.values.set.insert(path, leaf),
                None => _ = reader.values.unread.insert(path),
            },
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
            let hint = match (&node.content, prefix.segments().is_empty()) {
                (Content::List(_), _) if node.span.rest_of_line().starts_with('[') => {
                    "write `{name: value}`, or a line `name: value` for each".to_owned()
                }
                (Content::List(_), _) => {
                    "take the `- ` out: each is a line `name: value`".to_owned()
                }
                (Content::Scalar(scalar), _) if self.is_member(prefix, &scalar.text) => {
                    format!("write its value too: `{}: ...`", scalar.text)
                }
                (Content::Null, true) => {
                    "write `name: value` lines below it, or take the line out".to_owned()
                }
                _ => self.members_of(prefix),
            };
            let finding = wrong_kind(&what, "a mapping", node, hint);
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
            None if !self.catalogue.names_below(&path).is_empty() => self.below(&path, entry),
            None => match miswritten(entry)
                .or_else(|| long::of_a_setting(&entry.key))
                .or_else(|| self.dotted(prefix, &entry.key))
            {
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
        if self.read_leaf(row, path, key, node).is_err() {
            self.values.unread.insert(path.clone());
        }
    }

    /// Reads a value; of a set, the members whose last day has passed are kept aside.
    fn value(&mut self, row: &Row, path: &SettingPath, key: &Span, node: &Node) -> Option<Leaf> {
        let read = kinds::value(row, path, node, self.lists, self.findings)?;
        let mut leaf = Leaf::named(read.value, key, &node.span);
        leaf.terms = read.terms.map(Box::new);
        if let Some((_, latest)) = read.expired.first() {
            let span = latest.span.clone();
            leaf = Leaf { kind: OriginKind::Expired, span, ..leaf };
            let was = |(value, until)| (Leaf::named(value, key, &node.span), until);
            let expired = read.expired.into_iter().map(was).collect();
            self.values.expired.insert(path.clone(), expired);
        }
        Some(leaf)
    }
}
