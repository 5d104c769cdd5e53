//! Values in the long form, those that change the set of a base, and what becomes of them once a day has passed.

use std::mem;

use super::{Given, Leaf, ValueReader};
use crate::desired::fields::Quoted;
use crate::desired::keys::LONG_FORM;
use crate::desired::set_changes::{self, SetChange};
use crate::desired::terms::{LongForm, Mistaken, Terms, Until};
use crate::finding::{Code, Finding, Span};
use crate::model::catalogue::Row;
use crate::model::{OriginKind, PathMap, SettingPath};
use crate::yaml::{MapEntry, Node};

/// Says where a key of the long form belongs that stands among settings.
pub(super) fn of_a_setting(key: &str) -> Option<String> {
    LONG_FORM.contains(&key).then(|| {
        "it belongs to one setting: `SETTING: {value: ..., until: 2027-03-31, reason: ...}`"
            .to_owned()
    })
}

impl ValueReader<'_> {
    /// Reads what is below a path: the members of a bundle may stand in the long form together.
    pub(super) fn below(&mut self, path: &SettingPath, entry: &MapEntry) {
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
        let then = long.then.map(|then| self.then(|reader| reader.apart(path, then)));
        let then = then.unwrap_or_default();
        let bundle = self.catalogue.bundle_over(path, &[]).expect("it was found");
        if let Some(node) = long.then.filter(|_| !then.contains_key(bundle.lead())) {
            let message = format!("`then` of `{path}` has no `{}`", bundle.lead().leaf());
            let hint = "name the level after the last day; it decides the others";
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

    /// Reads the value after a last day: what has expired of it says nothing of the days before.
    fn then<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.values.expired.clone();
        let then = read(self);
        self.values.expired = before;
        then
    }

    /// Takes the values after a last day, for the same reason.
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

    pub(super) fn read_leaf(
        &mut self,
        row: &Row,
        path: &SettingPath,
        key: &Span,
        node: &Node,
    ) -> Result<(), Mistaken> {
        // Most values are in the short form.
        if node.as_map().is_none() {
            let leaf = self.value(row, path, key, node).ok_or(Mistaken)?;
            self.values.set.insert(path.clone(), leaf);
            return Ok(());
        }
        let what = Quoted(path);
        if set_changes::is_given(row, node) {
            let (change, until, reason) =
                set_changes::read(row, path, node, self.lists, self.findings)?;
            let current = self.change(path, &change, key, node);
            self.named(path, current, until.as_ref(), reason.as_deref());
            return Ok(());
        }
        let today = self.lists.today;
        let long = LongForm::read(what, node, today, self.findings)?;
        let leaf = self.value(row, path, key, long.value).ok_or(Mistaken)?;
        let then = match long.then {
            Some(then) => {
                let then = self.then(|reader| reader.value(row, path, key, then));
                Some(then.ok_or(Mistaken)?)
            }
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
            leaf.terms.iter_mut().for_each(|terms| terms.alone = long.until.is_some());
        }
        if long.until.is_some_and(|until| until.is_over(today)) {
            let then = then.into_iter().map(|then| (path.clone(), then));
            self.afterwards(then, long.reason.as_deref());
        }
        Ok(())
    }

    /// Makes the leaf of a set that is given against that of a base; as it was on passed days is kept aside.
    fn change(&mut self, path: &SettingPath, change: &SetChange, key: &Span, node: &Node) -> Leaf {
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
        current
    }
}
