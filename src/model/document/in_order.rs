//! Reading the members of a document in the order of the catalogue, which is the vendor's and so that of most
//! documents: the next member is mostly the next one asked for, and is found without being looked up.

use serde_json::Value as Json;

use super::MemberAt;
use crate::model::{Document, SettingPath};

/// How far ahead the next member is looked for, past some that no row is about.
const AHEAD: usize = 4;

/// A document that is read in order.
pub(super) struct InOrder<'d> {
    top: Members<'d>,
    /// The object in which the last leaf was, with what leads to it.
    inner: Option<(&'d [String], Inner<'d>)>,
}

/// What leaves below the top are in.
enum Inner<'d> {
    Members(Members<'d>),
    Absent,
    Null,
    Blocked(&'d Json),
}

/// The members of one object.
struct Members<'d> {
    all: &'d Document,
    rest: serde_json::map::Iter<'d>,
}

impl<'d> Members<'d> {
    fn new(all: &'d Document) -> Self {
        Self { all, rest: all.iter() }
    }

    fn get(&mut self, name: &str) -> Option<&'d Json> {
        let mut ahead = self.rest.clone();
        for _ in 0..AHEAD {
            match ahead.next() {
                Some((key, json)) if key == name => {
                    self.rest = ahead;
                    return Some(json);
                }
                Some(_) => {}
                None => break,
            }
        }
        self.all.get(name)
    }

    fn find(&mut self, leaf: &str) -> MemberAt<'d> {
        match self.get(leaf) {
            None => MemberAt::Absent,
            Some(Json::Null) => MemberAt::Null,
            Some(json) => MemberAt::Member(json),
        }
    }
}

impl<'d> InOrder<'d> {
    pub(super) fn new(document: &'d Document) -> Self {
        Self { top: Members::new(document), inner: None }
    }

    /// Finds what the document has at a path.
    pub(super) fn find(&mut self, path: &'d SettingPath) -> MemberAt<'d> {
        let Some((leaf, parents)) = path.segments().split_last() else { return MemberAt::Absent };
        let Some((first, deeper)) = parents.split_first() else { return self.top.find(leaf) };
        if self.inner.as_ref().is_none_or(|(last, _)| *last != parents) {
            let mut inner = Inner::of(self.top.get(first));
            for parent in deeper {
                inner = match inner {
                    Inner::Members(members) => Inner::of(members.all.get(parent)),
                    other => other,
                };
            }
            self.inner = Some((parents, inner));
        }
        match self.inner.as_mut().map(|(_, inner)| inner) {
            Some(Inner::Members(members)) => members.find(leaf),
            Some(Inner::Null) => MemberAt::Null,
            Some(Inner::Blocked(json)) => MemberAt::Blocked(json),
            Some(Inner::Absent) | None => MemberAt::Absent,
        }
    }
}

impl<'d> Inner<'d> {
    fn of(json: Option<&'d Json>) -> Self {
        match json {
            None => Self::Absent,
            Some(Json::Null) => Self::Null,
            Some(Json::Object(members)) => Self::Members(Members::new(members)),
            Some(other) => Self::Blocked(other),
        }
    }
}
