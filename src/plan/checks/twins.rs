//! Twins: a new profile that may be an unmanaged live one by another name. It is asked about, since what is
//! created can't be deleted.

use std::borrow::Cow;
use std::cell::OnceCell;

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::desired;
use crate::finding::{Code, Finding, Span};
use crate::model::catalogue::Catalogue;
use crate::model::{LiveProfile, SettingPath, Settings, Value, difference, document};
use crate::plan::expect::DesiredBundle;
use crate::plan::unmanaged::ignored;
use crate::plan::{Input, Match};

/// So many grants in common can make two profiles alike; one is common to any two of little access.
const ENOUGH: usize = 2;

/// In so many settings two profiles that are alike differ at most.
const MOST_DIFFERING: usize = 2;

/// The unmanaged live profiles of a workspace, ready to be compared with many new ones.
pub(in crate::plan) struct Twins<'a> {
    live: Vec<&'a LiveProfile>,
    /// Made for the first new profile: most plans have none.
    candidates: OnceCell<Vec<Candidate<'a>>>,
}

/// An unmanaged live profile.
struct Candidate<'a> {
    live: &'a LiveProfile,
    name: Name<'a>,
    settings: Settings,
    /// Which bundles give nothing.
    off: Bits,
}

/// One bit for each of the workspace's bundles, in their order; those that have no room are in none.
type Bits = u128;

impl<'a> Twins<'a> {
    /// Takes the live profiles that no described profile matches.
    pub(in crate::plan) fn new(input: &Input<'a>, matches: &[Match]) -> Self {
        let mut managed = vec![false; input.live.profiles.len()];
        for matched in matches {
            if let Match::Live(at) = matched {
                managed[*at] = true;
            }
        }
        let live = input.live.profiles.iter().zip(managed);
        let live = live.filter_map(|(live, managed)| (!managed).then_some(live));
        Self { live: live.collect(), candidates: OnceCell::new() }
    }

    fn candidates(&self, input: &Input<'_>) -> &[Candidate<'a>] {
        self.candidates.get_or_init(|| {
            let mine = self.live.iter().copied().filter(|live| {
                ignored(input, live).is_none()
                    && input.provider.built_in(&input.live.id, live).is_none()
            });
            mine.map(|live| Candidate::new(input, live)).collect()
        })
    }

    /// Asks about a new profile that looks like one of them; tells whether it does.
    pub(in crate::plan) fn refuse(
        &self,
        input: &Input<'_>,
        profile: &desired::Profile,
        address: &str,
        asked: &[DesiredBundle<'_>],
        findings: &mut Vec<Finding>,
    ) -> bool {
        let new = Newcomer::new(input, profile, asked);
        let twin = self.candidates(input).iter().find_map(|candidate| {
            let (why, place) = new.likeness(input.catalogue, candidate)?;
            Some((candidate.live, why, place))
        });
        let Some((twin, why, place)) = twin else { return false };
        findings.push(
            Finding::new(
                Code::Twin,
                format!(
                    "\"{}\" would be created beside \"{}\" ({}), which no file names and which has {why}",
                    profile.name, twin.name, twin.id
                ),
            )
            .about(address)
            .at(place)
            .hint(format!(
                "a typing error: correct the name; {}really new: add `new: true` (what is created can't be deleted)",
                if input.catalogue.identity().renames {
                    format!("a rename: add `formerly: [\"{}\"]`; ", twin.name)
                } else {
                    String::new()
                }
            )),
        );
        true
    }
}

impl<'a> Candidate<'a> {
    fn new(input: &Input<'_>, live: &'a LiveProfile) -> Self {
        let catalogue = input.catalogue;
        let settings = document::settings(catalogue, &live.document);
        let bundles = input.bundles.iter().take(Bits::BITS as usize).enumerate();
        let off = bundles.filter(|(_, bundle)| {
            let floor = catalogue.floor(bundle);
            floor.is_some_and(|floor| difference::is_at(catalogue, bundle, &floor, &settings))
        });
        let off = off.map(|(at, _)| 1 << at).fold(0, |bits: Bits, bit| bits | bit);
        Self { live, name: Name::new(&live.name), settings, off }
    }
}

/// A new profile, ready to be compared with many.
struct Newcomer<'p> {
    profile: &'p desired::Profile,
    asked: &'p [DesiredBundle<'p>],
    name: Name<'p>,
    formerly: Vec<(Name<'p>, &'p Span)>,
    /// Which bundles are to give nothing, and which something.
    off: Bits,
    on: Bits,
}

impl<'p> Newcomer<'p> {
    fn new(
        input: &Input<'_>,
        profile: &'p desired::Profile,
        asked: &'p [DesiredBundle<'p>],
    ) -> Self {
        let catalogue = input.catalogue;
        let (mut off, mut on) = (0, 0);
        let mut places = input.bundles.iter().take(Bits::BITS as usize).enumerate();
        for wanted in asked {
            // Both are in catalogue order.
            let Some((at, bundle)) = places.find(|(_, it)| it.path == wanted.bundle.path) else {
                break;
            };
            let Some(floor) = catalogue.floor(bundle) else { continue };
            match wanted.is_met_by(catalogue, &floor) {
                true => off |= 1 << at,
                false => on |= 1 << at,
            }
        }
        // The plan has matched former names that are the same byte for byte.
        let formerly = profile.formerly.iter().map(|(name, place)| (Name::new(name), place));
        let (name, formerly) = (Name::new(&profile.name), formerly.collect());
        Self { profile, asked, name, formerly, off, on }
    }

    /// Says in what a live profile is like this one, and where the files say it.
    fn likeness(
        &self,
        catalogue: &Catalogue,
        other: &Candidate<'_>,
    ) -> Option<(&'static str, &'p Span)> {
        let formerly = || self.formerly.iter().find(|(name, _)| name.is_nearly(&other.name));
        if self.name.composed == other.name.composed {
            // Two that look the same would make a riddle of the message.
            Some(("the same name, its accents stored in another way", &self.profile.span))
        } else if self.name.is_nearly(&other.name) {
            Some(("nearly the same name", &self.profile.span))
        } else if let Some((_, place)) = formerly() {
            Some(("nearly the name that `formerly` has here", place))
        } else if self.can_be_alike(catalogue, other) && self.is_alike(catalogue, other) {
            Some(("nearly the same settings", &self.profile.span))
        } else {
            None
        }
    }

    /// Tells whether the bundles that give something leave it possible that two profiles are alike.
    fn can_be_alike(&self, catalogue: &Catalogue, other: &Candidate<'_>) -> bool {
        let differing = (self.on & other.off).count_ones() + (self.off & !other.off).count_ones();
        let shared = (self.on & !other.off).count_ones() as usize;
        // An entry of a map is a grant by itself, and a bundle without a bit is not counted here.
        let is_all = catalogue.maps().is_empty() && self.asked.len() <= Bits::BITS as usize;
        differing as usize <= MOST_DIFFERING && (shared >= ENOUGH || !is_all)
    }

    fn is_alike(&self, catalogue: &Catalogue, other: &Candidate<'_>) -> bool {
        let settings = &other.settings;
        // What can't be changed tells two profiles apart for good.
        let fixed = |(path, value): (&SettingPath, &Value)| {
            catalogue.row(path).is_some_and(|row| row.immutable)
                && catalogue.value(path, settings) != Some(value)
        };
        if self.asked.iter().flat_map(|wanted| wanted.after.iter()).any(fixed) {
            return false;
        }
        let (mut differing, mut shared) = (0, 0);
        for wanted in self.asked {
            let Some(floor) = catalogue.floor(wanted.bundle) else { continue };
            if !wanted.is_met_by(catalogue, settings) {
                differing += distance(wanted, settings, catalogue);
            } else if !wanted.after.is(&floor) {
                shared += grants(wanted, catalogue);
            }
            if differing > MOST_DIFFERING {
                return false;
            }
        }
        // Two profiles of few grants differ in few settings whatever they are for.
        shared >= ENOUGH && shared > differing
    }
}

/// Counts what a bundle grants: each entry of a map by itself, all else as one.
fn grants(wanted: &DesiredBundle<'_>, catalogue: &Catalogue) -> usize {
    let entries = wanted.after.iter().filter(|(path, value)| {
        let row = catalogue.row(path).filter(|_| catalogue.map_of(path).is_some());
        row.is_some_and(|row| !row.at_floor(value))
    });
    entries.count().max(1)
}

/// Counts how far a bundle is from what is asked: each entry of a map by itself, all else as one.
fn distance(wanted: &DesiredBundle<'_>, settings: &Settings, catalogue: &Catalogue) -> usize {
    let after = wanted.after.settings();
    let differing = difference::between(catalogue, wanted.bundle, &after, settings);
    let entries = differing.filter(|(path, ..)| catalogue.map_of(path).is_some());
    entries.count().max(1)
}

/// The longest name that is compared letter by letter with others.
const LONGEST_COMPARED: usize = 300;

/// The shortest: short names are near each other by accident.
const SHORTEST_COMPARED: usize = 6;

/// In so many letters two names that are nearly the same differ at most.
const MOST_APART: usize = 2;

/// A name, ready to be compared with many.
struct Name<'n> {
    /// Each accent in the one way; a keyboard may give one character or two that look the same.
    composed: Cow<'n, str>,
    /// Letters and digits only, in lower case.
    plain: String,
    /// The same without digits.
    words: String,
    /// How many characters `plain` has.
    length: usize,
    /// A bit for each character that `plain` has, some sharing one.
    letters: u64,
}

impl<'n> Name<'n> {
    fn new(name: &'n str) -> Self {
        let composed = ComposingNormalizerBorrowed::new_nfc().normalize(name);
        let plain = composed.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
        let plain: String = plain.collect();
        let words = plain.chars().filter(|c| !c.is_numeric()).collect();
        let letters = plain.chars().fold(0, |letters, c| letters | 1 << (c as u32 % 64));
        Self { composed, length: plain.chars().count(), letters, words, plain }
    }

    /// Tells whether two names look like one name typed twice.
    fn is_nearly(&self, other: &Self) -> bool {
        if self.plain == other.plain {
            return true;
        }
        let (short, long) = (self.length.min(other.length), self.length.max(other.length));
        // Each letter apart is at most one that the other lacks on either side.
        let lacking = (self.letters ^ other.letters).count_ones() as usize;
        // "Tier 1" and "Tier 2" are two things. The distance of long names takes a time that grows with the
        // square of their length.
        short >= SHORTEST_COMPARED
            && long <= LONGEST_COMPARED
            && long - short <= MOST_APART
            && lacking <= 2 * MOST_APART
            && self.words != other.words
            && strsim::damerau_levenshtein(&self.plain, &other.plain) <= MOST_APART
    }
}
