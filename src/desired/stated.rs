//! What a profile says of settings: bundles, whole, each value with its place.

use crate::finding::Span;
use crate::model::catalogue::ReferenceKind;
use crate::model::{OriginKind, SettingPath, Value};

/// The bundles that a profile states, in catalogue order.
///
/// Files state millions of values, so all of a profile's stand in one list.
#[derive(Debug)]
pub struct StatedBundles {
    members: Box<[(SettingPath, StatedValue)]>,
    /// The path of each bundle, and where its members end.
    ends: Box<[(SettingPath, usize)]>,
}

/// A bundle that a profile states, whole.
#[derive(Debug, Clone, Copy)]
pub struct StatedBundle<'a> {
    /// The bundle's path in the catalogue.
    pub path: &'a SettingPath,
    /// All its members in catalogue order.
    pub members: &'a [(SettingPath, StatedValue)],
}

/// The value that a member of a bundle should have, and the place that says so.
#[derive(Debug)]
pub struct StatedValue {
    /// The value.
    pub value: FileValue,
    /// Where.
    pub span: Span,
    /// How the place says it.
    pub kind: OriginKind,
}

/// A value as a file gives it.
#[derive(Debug)]
pub enum FileValue {
    /// Ready to be compared.
    Value(Value),
    /// Names or ids of users or folders, to be looked up.
    References(ReferenceKind, Box<[(String, Span)]>),
}

impl StatedBundles {
    /// Takes bundles in catalogue order: the path and the members of each.
    pub fn new(
        bundles: impl IntoIterator<Item = (SettingPath, Vec<(SettingPath, StatedValue)>)>,
    ) -> Self {
        let (mut all, mut ends) = (Vec::new(), Vec::new());
        for (path, members) in bundles {
            all.extend(members);
            ends.push((path, all.len()));
        }
        Self { members: all.into(), ends: ends.into() }
    }

    /// Lists the members of all bundles.
    pub fn members(&self) -> &[(SettingPath, StatedValue)] {
        &self.members
    }

    /// Lists the bundles.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = StatedBundle<'_>> {
        let mut begin = 0;
        self.ends.iter().map(move |(path, end)| {
            let members = &self.members[std::mem::replace(&mut begin, *end)..*end];
            StatedBundle { path, members }
        })
    }
}
