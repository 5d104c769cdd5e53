//! Bases: partial profiles that others extend, and what a profile inherits from them.
//!
//! A base is resolved once, when the first document asks for it. What it states is merged by bundle: left to
//! right over the bases that a document extends, then the document itself.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::desired::bundles;
use crate::desired::folders::{FolderScope, Folders};
use crate::desired::stated::Stated;
use crate::desired::values::Values;
use crate::finding::{Code, Finding, Span};
use crate::provider::Provider;
use crate::text::listed;

/// The name of a base, where a document extends it.
pub type Extended = (String, Span);

/// A base as its document gives it.
pub struct Base {
    /// Its name.
    pub name: String,
    /// Where it is named.
    pub span: Span,
    /// The folder in which it stands, which decides which documents can extend it.
    pub scope: FolderScope,
    /// The vendor whose settings it states.
    pub provider: &'static dyn Provider,
    /// The bases that it extends.
    pub extends: Vec<Extended>,
    /// What it states itself.
    pub values: Values,
}

enum State {
    Unresolved(Box<Base>),
    /// A document asks for it while it is being resolved: it extends itself.
    Resolving,
    /// What it states, with the bases that it extends.
    Done(Rc<Stated>),
}

struct KnownBase {
    span: Span,
    scope: FolderScope,
    provider: &'static dyn Provider,
    state: State,
    is_used: bool,
}

/// All bases that were read so far.
#[derive(Default)]
pub struct Bases {
    by_name: BTreeMap<String, Vec<KnownBase>>,
    /// The names of bases that can't be read; each has its finding.
    unread: BTreeSet<String>,
    /// Whether a mistake hides which bases there are.
    is_partial: bool,
}

/// What a document begins with.
#[derive(Clone, Default)]
pub struct Inherited {
    /// What all its bases state together.
    pub merged: Stated,
    /// What each of them states.
    pub bases: Vec<Rc<Stated>>,
}

/// How many bases extend each other at most.
const DEEPEST: usize = 100;

/// Who extends bases.
#[derive(Clone, Copy)]
pub struct Extender<'a> {
    /// Its folder.
    pub scope: FolderScope,
    /// The vendor of its workspaces.
    pub provider: &'static dyn Provider,
    /// Which folders are of which workspaces.
    pub folders: &'a Folders,
}

impl Bases {
    /// Adds a base. Two of one name that one document could extend are a finding.
    pub fn add(&mut self, base: Base, folders: &Folders, findings: &mut Vec<Finding>) {
        let entries = self.by_name.entry(base.name.clone()).or_default();
        let rival = entries.iter().find(|other| folders.meet(other.scope, base.scope));
        if let Some(rival) = rival {
            let message = format!("two bases have the name `{}`", base.name);
            findings.push(
                Finding::new(Code::DuplicateName, message)
                    .at_labelled(&base.span, "again here")
                    .at_labelled(&rival.span, "first here")
                    .hint("rename one of them: a base never hides another one"),
            );
            return;
        }
        let (span, scope, provider) = (base.span.clone(), base.scope, base.provider);
        let state = State::Unresolved(Box::new(base));
        entries.push(KnownBase { span, scope, provider, state, is_used: false });
    }

    /// Tells whether these bases are known to a document, and those that they extend in turn.
    pub fn know(&self, extends: &[Extended], extender: Extender<'_>) -> bool {
        let mut asked: Vec<(&str, Extender<'_>)> =
            extends.iter().map(|(name, _)| (name.as_str(), extender)).collect();
        let mut met = BTreeSet::new();
        while let Some((name, extender)) = asked.pop() {
            let Some(at) = self.place(name, extender) else { return false };
            let entry = &self.by_name[name][at];
            if let State::Unresolved(base) = &entry.state
                && met.insert((name, entry.scope))
            {
                let own = Extender { scope: entry.scope, provider: entry.provider, ..extender };
                asked.extend(base.extends.iter().map(|(name, _)| (name.as_str(), own)));
            }
        }
        true
    }

    fn place(&self, name: &str, extender: Extender<'_>) -> Option<usize> {
        let entries = self.by_name.get(name)?;
        entries.iter().position(|it| extender.folders.reaches(it.scope, extender.scope))
    }

    /// Merges the bases that a document extends. A base that is not there, is of another vendor or extends
    /// itself is a finding, and left out.
    pub fn inherited(
        &mut self,
        extends: &[Extended],
        extender: Extender<'_>,
        findings: &mut Vec<Finding>,
    ) -> Inherited {
        self.merged(extends, extender, &mut Vec::new(), findings)
    }

    fn merged(
        &mut self,
        extends: &[Extended],
        extender: Extender<'_>,
        chain: &mut Vec<Extended>,
        findings: &mut Vec<Finding>,
    ) -> Inherited {
        let mut inherited = Inherited::default();
        let catalogue = extender.provider.catalogue();
        for (name, span) in extends {
            let Some(base) = self.resolved(name, span, extender, chain, findings) else { continue };
            inherited.merged = inherited.merged.overridden_by(Stated::clone(&base), catalogue);
            inherited.bases.push(base);
        }
        inherited
    }

    fn resolved(
        &mut self,
        name: &str,
        span: &Span,
        extender: Extender<'_>,
        chain: &mut Vec<Extended>,
        findings: &mut Vec<Finding>,
    ) -> Option<Rc<Stated>> {
        let Some(at) = self.place(name, extender) else {
            let has_finding = self.is_partial || self.unread.contains(name);
            findings.extend((!has_finding).then(|| self.unknown(name, span, extender)));
            return None;
        };
        if chain.len() >= DEEPEST {
            let message = format!("more than {DEEPEST} bases extend each other");
            let finding = Finding::new(Code::YamlLimit, message).at(span);
            findings.push(finding.hint("let some of them extend a common base"));
            return None;
        }
        self.by_name.get_mut(name)?[at].is_used = true;
        self.known(name, at, span, extender, chain, findings)
    }

    /// Resolves a base, where that was not done yet.
    fn known(
        &mut self,
        name: &str,
        at: usize,
        span: &Span,
        extender: Extender<'_>,
        chain: &mut Vec<Extended>,
        findings: &mut Vec<Finding>,
    ) -> Option<Rc<Stated>> {
        let entry = &mut self.by_name.get_mut(name)?[at];
        if entry.provider.id() != extender.provider.id() {
            let message = format!(
                "the base `{name}` is of {}, not of {}",
                entry.provider.id(),
                extender.provider.id()
            );
            findings.push(
                Finding::new(Code::ImpossibleValue, message)
                    .at_labelled(span, "extended here")
                    .at_labelled(&entry.span, "the base")
                    .hint("extend a base of the same provider: the settings of others have other names"),
            );
            return None;
        }
        match std::mem::replace(&mut entry.state, State::Resolving) {
            State::Done(stated) => {
                entry.state = State::Done(Rc::clone(&stated));
                Some(stated)
            }
            State::Resolving => {
                findings.push(cycle(name, span, chain));
                None
            }
            State::Unresolved(base) => {
                let Base { name, scope, provider, extends, values, .. } = *base;
                chain.push((name.clone(), span.clone()));
                let own = Extender { scope, provider, folders: extender.folders };
                let inherited = self.merged(&extends, own, chain, findings);
                chain.pop();
                let stated =
                    Rc::new(bundles::over(values, inherited, provider.catalogue(), findings));
                self.by_name.get_mut(&name)?[at].state = State::Done(Rc::clone(&stated));
                Some(stated)
            }
        }
    }

    fn unknown(&self, name: &str, span: &Span, extender: Extender<'_>) -> Finding {
        let quotable = span.quotable(name);
        if let Some(entry) = self.by_name.get(name).and_then(|entries| entries.first()) {
            let message = format!("the base `{quotable}` can't be extended from this folder");
            return Finding::new(Code::UnknownBase, message)
                .at_labelled(span, "extended here")
                .at_labelled(&entry.span, "the base")
                .hint("move the base to `profiles/bases/`, or to the folder of a group that has all workspaces of this folder");
        }
        let reached = |(name, entries): (&'_ String, &Vec<KnownBase>)| {
            let reaches = |it: &KnownBase| {
                it.provider.id() == extender.provider.id()
                    && extender.folders.reaches(it.scope, extender.scope)
            };
            entries.iter().any(reaches).then(|| name.clone())
        };
        let names: Vec<String> = self.by_name.iter().filter_map(reached).collect();
        let hint = match names.as_slice() {
            [] => "no base can be extended here; a document with `base: NAME` in `profiles/bases/` is one".to_owned(),
            names => format!("the bases are {}", listed(names)),
        };
        Finding::new(Code::UnknownBase, format!("this folder can extend no base `{quotable}`"))
            .at(span)
            .suggest(name, &names, hint)
    }

    /// Notes a base that can't be read; `None` where its name is not known either.
    pub fn unread(&mut self, name: Option<&str>) {
        match name {
            Some(name) => _ = self.unread.insert(name.to_owned()),
            None => self.is_partial = true,
        }
    }

    /// Resolves the bases that no profile has asked for, for what is wrong with them.
    pub fn resolve_all(&mut self, folders: &Folders, findings: &mut Vec<Finding>) {
        let places = self.by_name.iter().flat_map(|(name, entries)| {
            entries.iter().enumerate().map(|(at, entry)| {
                (name.clone(), at, entry.span.clone(), entry.scope, entry.provider)
            })
        });
        for (name, at, span, scope, provider) in places.collect::<Vec<_>>() {
            let extender = Extender { scope, provider, folders };
            self.known(&name, at, &span, extender, &mut Vec::new(), findings);
        }
    }

    /// Warns of bases that nothing extends.
    pub fn unused(&self, findings: &mut Vec<Finding>) {
        for (name, entries) in &self.by_name {
            for entry in entries.iter().filter(|entry| !entry.is_used) {
                findings.push(
                    Finding::new(Code::NoEffect, format!("nothing extends the base `{name}`"))
                        .at(&entry.span)
                        .hint(format!(
                            "write `extends: {name}` in a profile, or take the base out"
                        )),
                );
            }
        }
    }
}

/// Says that a base extends itself, with the way round.
fn cycle(name: &str, span: &Span, chain: &[Extended]) -> Finding {
    let begin = chain.iter().position(|(known, _)| known == name).unwrap_or_default();
    let round = &chain[begin..];
    let names: Vec<&str> = round.iter().map(|(name, _)| name.as_str()).chain([name]).collect();
    let message = format!("the base `{name}` extends itself: {}", names.join(" -> "));
    let finding =
        Finding::new(Code::BaseCycle, message).at_labelled(span, format!("back to `{name}`"));
    let steps = round.iter().skip(1);
    steps
        .fold(finding, |finding, (name, span)| finding.at_labelled(span, format!("to `{name}`")))
        .hint("take one of these `extends` out")
}
