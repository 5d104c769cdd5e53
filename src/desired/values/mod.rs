//! The settings of a document, read by a vendor's catalogue: each leaf with its value and place.

use std::collections::HashSet;
use std::mem;

use crate::desired::FileValue;
use crate::desired::fields::{Quoted, miswritten, wrong_kind};
use crate::desired::keys::LONG_FORM;
use crate::desired::lists::Lists;
use crate::desired::set_changes::{self, SetChange};
use crate::desired::terms::{LongForm, Mistaken, Terms, Until};
use crate::finding::{Code, Finding, Span, is_full};
use crate::model::catalogue::{Catalogue, Owner, Row};
use crate::model::{OriginKind, PathMap, SettingPath};
use crate::yaml::{Content, MapEntry, Node};

pub mod kinds;
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

/// Says where a key of the long form belongs that stands among settings.
fn of_long_form(key: &str) -> Option<String> {
    LONG_FORM.contains(&key).then(|| {
        "it belongs to one setting: `SETTING: {value: ..., until: 2027-03-31, reason: ...}`"
            .to_owned()
    })
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
                (Content::List(_), _) => {
                    "take the `- ` out: each is a line `name: value`".to_owned()
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
                .or_else(|| of_long_form(&entry.key))
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

    /// Reads what is below a path: the members of a bundle may stand in the long form together.
    fn below(&mut self, path: &SettingPath, entry: &MapEntry) {
        if !LongForm::is_given(&entry.value) {
            return self.members(path, &entry.value);
        }
        let mut bundles = self.catalogue.bundles().iter();
        if !bundles.any(|bundle| bundle.path == *path) {
            let message = format!("the settings of `{path}` do not belong together");
            let hint = "write the long form at each of its settings";
            let finding = Finding::new(Code::WrongKind, message).at(&entry.key_span).hint(hint);
            return self.findings.push(finding);
        }
        let today = self.lists.today;
        let Ok(long) = LongForm::read(Quoted(path), &entry.value, today, self.findings) else {
            let names = self.children(path);
            return self.values.unread.extend(names.iter().map(|name| path.join(name)));
        };
        let named = self.apart(path, long.value);
        let then = long.then.map(|then| self.apart(path, then)).unwrap_or_default();
        let bundle = self.catalogue.bundle_over(path, &[]).expect("it was found");
        if let Some(node) = long.then.filter(|_| !then.contains_key(bundle.lead())) {
            let message = format!("`then` of `{path}` has no `{}`", bundle.lead().leaf());
            let hint = "name the level that is there after the last day; it decides the others";
            let finding = Finding::new(Code::BundleWithoutLevel, message).at(&node.span);
            self.findings.push(finding.hint(hint));
        }
        for (at, leaf) in named {
            self.named(&at, leaf, long.until.as_ref(), long.reason.as_deref());
        }
        if long.until.is_some_and(|until| until.is_over(today)) {
            self.afterwards(then, long.reason.as_deref());
        }
    }

    /// Takes what there is after a last day, for the same reason.
    fn afterwards(
        &mut self,
        then: impl IntoIterator<Item = (SettingPath, Leaf)>,
        reason: Option<&str>,
    ) {
        for (path, leaf) in then {
            let terms = Terms { reason: reason.map(str::to_owned), ..Terms::default() };
            let leaf = Leaf { kind: OriginKind::Expired, terms: Some(Box::new(terms)), ..leaf };
            self.values.set.insert(path, leaf);
        }
    }

    /// Reads the members of a mapping without setting them.
    fn apart(&mut self, path: &SettingPath, node: &Node) -> PathMap<Leaf> {
        let before = mem::take(&mut self.values.set);
        self.members(path, node);
        mem::replace(&mut self.values.set, before)
    }

    /// Takes a leaf that a file names, with what the long form says of it.
    fn named(
        &mut self,
        path: &SettingPath,
        mut leaf: Leaf,
        until: Option<&Until>,
        reason: Option<&str>,
    ) {
        if let Some(until) = until.filter(|until| until.is_over(self.lists.today)) {
            leaf.terms.get_or_insert_default().reason = reason.map(str::to_owned);
            self.values.expired.entry(path.clone()).or_default().insert(0, (leaf, until.clone()));
            return;
        }
        if until.is_some() || reason.is_some() {
            let terms = leaf.terms.get_or_insert_default();
            terms.reason = terms.reason.take().or(reason.map(str::to_owned));
            terms.until.extend(until.cloned());
        }
        self.values.set.insert(path.clone(), leaf);
    }

    fn leaf(&mut self, row: &Row, path: &SettingPath, key: &Span, node: &Node) {
        if self.read_leaf(row, path, key, node).is_err() {
            self.values.unread.insert(path.clone());
        }
    }

    fn read_leaf(
        &mut self,
        row: &Row,
        path: &SettingPath,
        key: &Span,
        node: &Node,
    ) -> Result<(), Mistaken> {
        let what = Quoted(path);
        if set_changes::is_given(row, node) {
            let (change, terms) = set_changes::read(row, path, node, self.lists, self.findings)?;
            self.change(path, change, key, node, &terms);
            return Ok(());
        }
        let today = self.lists.today;
        let long = LongForm::read(what, node, today, self.findings)?;
        let leaf = self.value(row, path, key, long.value).ok_or(Mistaken)?;
        let then = match long.then {
            Some(then) => Some(self.value(row, path, key, then).ok_or(Mistaken)?),
            None => None,
        };
        let floor = row.floor.as_ref().filter(|_| !self.catalogue.is_restriction(path));
        if let (Some(until), None, None) = (&long.until, floor, &then) {
            let message = format!("{what} has no narrowest value that it could have afterwards");
            let hint = "add `then:` with the value after that day";
            let finding = Finding::new(Code::MissingKey, message).at(&until.span).hint(hint);
            self.findings.push(finding);
            return Err(Mistaken);
        }
        self.named(path, leaf, long.until.as_ref(), long.reason.as_deref());
        if let (Some(leaf), None) = (self.values.set.get_mut(path), &then) {
            leaf.terms.iter_mut().for_each(|terms| terms.alone = !terms.until.is_empty());
        }
        if long.until.is_some_and(|until| until.is_over(today)) {
            let then = then.into_iter().map(|then| (path.clone(), then));
            self.afterwards(then, long.reason.as_deref());
        }
        Ok(())
    }

    /// Takes a set that is given against that of a base.
    fn change(
        &mut self,
        path: &SettingPath,
        change: SetChange,
        key: &Span,
        node: &Node,
        long: &LongForm<'_>,
    ) {
        let today = self.lists.today;
        let leaf = |change: SetChange, kind: OriginKind, span: &Span| Leaf {
            terms: Some(Box::new(change.terms(today))),
            value: Given::Against(change),
            key: key.clone(),
            span: span.clone(),
            kind,
        };
        let passed = change.passed(today);
        let current = match passed.first() {
            Some(latest) => leaf(change.on(today), OriginKind::Expired, &latest.span),
            None => leaf(change.on(today), OriginKind::Named, &node.span),
        };
        let was = |until: Until| (leaf(change.on(until.day), OriginKind::Named, &node.span), until);
        let expired: Vec<(Leaf, Until)> = passed.into_iter().map(was).collect();
        if !expired.is_empty() {
            self.values.expired.insert(path.clone(), expired);
        }
        self.named(path, current, long.until.as_ref(), long.reason.as_deref());
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
