//! What a profile says of settings: bundles, whole, each value with its place.

use std::collections::HashSet;

use crate::desired::terms::{Terms, Until};
use crate::finding::Span;
use crate::model::catalogue::{Catalogue, ReferenceKind, Row};
use crate::model::{OriginKind, PathMap, SettingPath, Value};

/// What a document states of settings, with its bases or without them.
#[derive(Debug, Clone, Default)]
pub struct Stated {
    /// The bundles.
    pub bundles: StatedBundles,
    /// Maps that are given as a list, which states the whole map, and where.
    pub whole_maps: Vec<(SettingPath, Span)>,
    /// What the files say beside values of these bundles.
    pub terms: Vec<TermsOf>,
    /// The members of bundles that a nearer document overrides, the farthest base first.
    pub overridden: Vec<Vec<StatedMember>>,
    /// Bundles that are otherwise than on last days that have passed, as they were then; of one bundle the latest
    /// day first.
    pub expired: Vec<Expired>,
    /// Bundles that have their narrowest value since all that was said of them has expired: a base that states one
    /// counts, in whatever order.
    pub lapsed: Vec<SettingPath>,
}

/// What the files say beside a value.
#[derive(Debug, Clone)]
pub struct TermsOf {
    /// The bundle of the setting.
    pub bundle: SettingPath,
    /// The setting.
    pub setting: SettingPath,
    /// What they say.
    pub terms: Terms,
}

/// A bundle as it was on a last day that has passed.
#[derive(Debug, Clone)]
pub struct Expired {
    /// The bundle's path in the catalogue.
    pub bundle: SettingPath,
    /// All its members, as they were on that day.
    pub members: Vec<StatedMember>,
    /// The day.
    pub until: Until,
}

impl Expired {
    /// Returns the bundle as it was on that day.
    pub fn as_bundle(&self) -> StatedBundle<'_> {
        StatedBundle { path: &self.bundle, members: &self.members }
    }
}

impl Stated {
    fn says_nothing(&self) -> bool {
        let Self { bundles, whole_maps, terms, overridden, expired, lapsed } = self;
        bundles.members.is_empty()
            && whole_maps.is_empty()
            && terms.is_empty()
            && overridden.is_empty()
            && expired.is_empty()
            && lapsed.is_empty()
    }

    /// Returns this with a nearer document over it: a bundle of both is as the nearer one states it, and a map
    /// that the nearer one gives as a list keeps nothing of this.
    #[must_use = "returns what both state"]
    pub fn overridden_by(mut self, mut nearer: Self, catalogue: &Catalogue) -> Self {
        // Most documents extend no base.
        if self.says_nothing() {
            return nearer;
        }
        let is_stated = |bundle: &SettingPath| self.bundles.iter().any(|it| it.path == bundle);
        let (lapsed, left) =
            std::mem::take(&mut nearer.lapsed).into_iter().partition::<Vec<_>, _>(is_stated);
        nearer.bundles = nearer.bundles.without(|bundle| lapsed.contains(bundle));
        nearer.lapsed = left;
        let near: PathMap<()> = nearer.bundles.iter().map(|it| (it.path.clone(), ())).collect();
        let is_listed =
            |path: &SettingPath| nearer.whole_maps.iter().any(|(map, _)| path.starts_with(map));
        let is_nearer = |bundle: &SettingPath| near.contains_key(bundle) || is_listed(bundle);
        self.terms.retain(|it| !is_nearer(&it.bundle));
        // Of a bundle that is inherited again, what the base said counts after the last of the nearer days.
        let last = |bundle: &SettingPath| {
            let of_bundle = nearer.expired.iter().filter(|it| it.bundle == *bundle);
            of_bundle.map(|it| it.until.day).max()
        };
        self.expired.retain(|it| {
            !is_nearer(&it.bundle) && last(&it.bundle).is_none_or(|last| it.until.day > last)
        });
        self.lapsed.retain(|bundle| !is_nearer(bundle));
        let below = std::mem::take(&mut self.bundles);
        for bundle in below.iter().filter(|bundle| is_nearer(bundle.path)) {
            self.overridden.push(bundle.members.to_vec());
        }
        let bundles = below.without(is_listed);
        self.whole_maps.retain(|(map, _)| nearer.whole_maps.iter().all(|(near, _)| near != map));
        self.whole_maps.extend(nearer.whole_maps);
        self.terms.extend(nearer.terms);
        // Bases that extend each other in a net lead to one place in many ways.
        let mut met = HashSet::new();
        let all = std::mem::take(&mut self.overridden).into_iter().chain(nearer.overridden);
        self.overridden = all.filter(|members| met.insert(place_of(members))).collect();
        self.expired.extend(nearer.expired);
        self.lapsed.extend(nearer.lapsed);
        Self { bundles: bundles.overridden_by(nearer.bundles, catalogue), ..self }
    }
}

/// Returns what tells the members of one document from those of another.
fn place_of(members: &[StatedMember]) -> Option<(SettingPath, String, u32)> {
    let (path, first) = members.first()?;
    let (file, begin) = first.span.begin();
    Some((path.clone(), file.to_owned(), begin))
}

/// The bundles that a profile states, in catalogue order.
///
/// Files state millions of values, so all of a profile's stand in one list.
#[derive(Debug, Clone, Default)]
pub struct StatedBundles {
    members: Box<[StatedMember]>,
    /// The bundles that are not one setting of the same path, in the order of their members.
    several: Box<[MembersOf]>,
}

/// Which members are of a bundle.
#[derive(Debug, Clone)]
struct MembersOf {
    bundle: SettingPath,
    begin: u32,
    end: u32,
}

/// A member of a bundle, as it is stated.
pub type StatedMember = (SettingPath, StatedValue);

/// A bundle that a profile states, whole.
#[derive(Debug, Clone, Copy)]
pub struct StatedBundle<'a> {
    /// The bundle's path in the catalogue.
    pub path: &'a SettingPath,
    /// All its members in catalogue order.
    pub members: &'a [StatedMember],
}

/// The value that a member of a bundle should have, and the place that says so.
#[derive(Debug, Clone)]
pub struct StatedValue {
    /// The value.
    pub value: FileValue,
    /// Where.
    pub span: Span,
    /// How the place says it.
    pub kind: OriginKind,
}

/// A value as a file gives it.
#[derive(Debug, Clone)]
pub enum FileValue {
    /// Ready to be compared.
    Value(Value),
    /// Names or ids of users or folders, to be looked up.
    References(ReferenceKind, Box<[(String, Span)]>),
}

impl FileValue {
    /// Returns it with names as the file has them.
    pub fn as_written(&self) -> Value {
        match self {
            Self::Value(value) => value.clone(),
            Self::References(_, names) => Value::set(names.iter().map(|(name, _)| name)),
        }
    }

    /// Tells whether it asks for something: it is not what stands for "nothing given" of its setting.
    pub fn asks(&self, row: &Row) -> bool {
        match self {
            Self::Value(value) => *value != row.empty(),
            Self::References(_, names) => !names.is_empty(),
        }
    }
}

impl StatedBundles {
    /// Takes bundles in catalogue order: the path and the members of each.
    pub fn new(bundles: impl IntoIterator<Item = (SettingPath, Vec<StatedMember>)>) -> Self {
        let (mut all, mut several) = (Vec::new(), Vec::new());
        let place = |at: usize| u32::try_from(at).expect("a file has fewer values");
        for (bundle, members) in bundles {
            let begin = place(all.len());
            let is_itself = matches!(members.as_slice(), [(only, _)] if *only == bundle);
            all.extend(members);
            if !is_itself {
                several.push(MembersOf { bundle, begin, end: place(all.len()) });
            }
        }
        Self { members: all.into(), several: several.into() }
    }

    /// Lists the members of all bundles.
    pub fn members(&self) -> &[StatedMember] {
        &self.members
    }

    /// Leaves out the bundles at these paths.
    pub fn without(self, is_left_out: impl Fn(&SettingPath) -> bool) -> Self {
        if !self.iter().any(|bundle| is_left_out(bundle.path)) {
            return self;
        }
        let kept = self.iter().filter(|bundle| !is_left_out(bundle.path));
        Self::new(kept.map(|bundle| (bundle.path.clone(), bundle.members.to_vec())))
    }

    /// Returns these bundles with others in the place of those that both state.
    fn overridden_by(self, over: Self, catalogue: &Catalogue) -> Self {
        if self.members.is_empty() {
            return over;
        }
        if over.members.is_empty() {
            return self;
        }
        let mut all: PathMap<Vec<StatedMember>> = PathMap::default();
        for bundle in self.iter().chain(over.iter()) {
            all.insert(bundle.path.clone(), bundle.members.to_vec());
        }
        let members = all.values().flatten().map(|(path, _)| path);
        let entries = members.filter(|path| catalogue.map_of(path).is_some()).cloned().collect();
        let in_order = catalogue.bundles_with(&entries);
        Self::new(in_order.iter().filter_map(|bundle| all.remove_entry(&bundle.path)))
    }

    /// Lists the bundles.
    pub fn iter(&self) -> impl Iterator<Item = StatedBundle<'_>> {
        let (mut at, mut several) = (0, self.several.iter().peekable());
        std::iter::from_fn(move || {
            let (path, _) = self.members.get(at)?;
            let begin = at;
            let path = match several.next_if(|it| it.begin as usize == begin) {
                Some(MembersOf { bundle, end, .. }) => {
                    at = *end as usize;
                    bundle
                }
                None => {
                    at += 1;
                    path
                }
            };
            Some(StatedBundle { path, members: &self.members[begin..at] })
        })
    }
}
