//! Binding: names in files to ids at the vendor, by the directories that were read.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::desired::{Expired, FileValue, Profile, StatedBundle, StatedMember};
use crate::finding::{Code, Finding, Span};
use crate::model::catalogue::ReferenceKind;
use crate::model::names::{Index, Names};
use crate::model::{Entry, Settings, Value};
use crate::plan::expect::After;
use crate::text::did_you_mean_name;

/// One bundle of a profile with ids in place of names.
#[derive(Debug)]
pub struct Bound<'a> {
    /// The bundle as the file gives it.
    pub wanted: StatedBundle<'a>,
    /// Its members, also those that mean nothing beside the others.
    pub values: After<'a>,
}

/// What files name and is deactivated, with every place, by what to do about it.
pub type Deactivated = BTreeMap<&'static str, BTreeMap<String, Vec<Span>>>;

/// Binds a profile, of which `current` is live; `None` when a name of it stands for nothing or for several things.
pub fn bind<'a>(
    profile: &'a Profile,
    address: &str,
    names: &Names,
    current: Option<&Settings>,
    deactivated: &mut Deactivated,
    findings: &mut Vec<Finding>,
) -> Option<Vec<Bound<'a>>> {
    let findings_of = Vec::new();
    let mut binder =
        Binder { names, current, deactivated, findings: findings_of, takes_gone: false };
    let bound = profile.bundles.iter().map(|wanted| binder.bundle(wanted)).collect();
    let is_complete = binder.findings.is_empty();
    findings.extend(binder.findings.into_iter().map(|finding| finding.about(address)));
    is_complete.then_some(bound)
}

/// Binds a bundle as it was before a day passed; `None` when a name of it stands for nothing, and nothing live can
/// be meant by it.
pub fn bind_expired<'a>(
    expired: &'a Expired,
    names: &Names,
    current: &Settings,
) -> Option<Bound<'a>> {
    let mut deactivated = Deactivated::new();
    let findings = Vec::new();
    let current = Some(current);
    let deactivated = &mut deactivated;
    let mut binder = Binder { names, current, deactivated, findings, takes_gone: true };
    let bound = binder.bundle(expired.as_bundle());
    binder.findings.is_empty().then_some(bound)
}

/// Finds ids for names.
struct Binder<'n> {
    names: &'n Names,
    /// The settings of the live profile.
    current: Option<&'n Settings>,
    deactivated: &'n mut Deactivated,
    /// The names that stand for nothing or for several things.
    findings: Vec<Finding>,
    /// Whether a name that stands for nothing may be that of a live id which stands for nothing either: the user or
    /// folder has gone.
    takes_gone: bool,
}

impl Binder<'_> {
    fn bundle<'a>(&mut self, wanted: StatedBundle<'a>) -> Bound<'a> {
        let values = match wanted.members {
            [only] => After::One(&only.0, self.value(only)),
            several => {
                let values = several.iter().map(|it| (it.0.clone(), self.value(it).into_owned()));
                After::Several(Cow::Owned(values.collect()))
            }
        };
        Bound { wanted, values }
    }

    fn value<'a>(&mut self, (path, member): &'a StatedMember) -> Cow<'a, Value> {
        let (kind, references) = match &member.value {
            FileValue::Value(value) => return Cow::Borrowed(value),
            FileValue::References(kind, references) => (*kind, references),
        };
        let live = match self.current.and_then(|current| current.get(path)) {
            Some(Value::Set(ids)) => Some(ids),
            _ => None,
        };
        let mut ids = Vec::new();
        let is_gone = |id: &&String| self.names.entry(kind, id).is_none();
        let mut gone = live.into_iter().flatten().filter(is_gone).filter(|_| self.takes_gone);
        for (reference, span) in references {
            let is_live = live.is_some_and(|live| live.contains(reference));
            match resolve(kind, reference, span, self.names, is_live, self.deactivated) {
                Ok(id) => ids.push(id),
                Err(finding) => match gone.next() {
                    Some(id) => ids.push(id.clone()),
                    None => self.findings.push(finding),
                },
            }
        }
        Cow::Owned(Value::set(ids))
    }
}

fn resolve(
    kind: ReferenceKind,
    reference: &str,
    span: &Span,
    names: &Names,
    is_live: bool,
    deactivated: &mut Deactivated,
) -> Result<String, Finding> {
    let mut inactive = |entry: &Entry| {
        if let Some(hint) = kind.deactivated().filter(|_| !entry.active) {
            let named = deactivated.entry(hint).or_default();
            named.entry(entry.name.clone()).or_default().push(span.clone());
        }
    };
    let noun = kind.noun();
    let index = names.index(kind);
    if kind.is_id(reference) {
        // An id with letters is the same in any case; the vendor's spelling is the one to send.
        let entries = || index.into_iter().flat_map(|index| &index.directory().entries);
        let entry = names
            .entry(kind, reference)
            .or_else(|| entries().find(|entry| entry.id.eq_ignore_ascii_case(reference)));
        // Not every list has all that there is; and what the profile has already can stay.
        if entry.is_none() && index.is_some() && kind.lists_all() && !is_live {
            let message = format!("there is no {noun} with the id \"{reference}\"");
            return Err(Finding::new(Code::NameNotFound, message)
                .at(span)
                .hint(format!("write {} that the vendor lists, or take it out", kind.expected())));
        }
        entry.into_iter().for_each(&mut inactive);
        return Ok(entry.map_or(reference, |entry| &entry.id).to_owned());
    }
    let candidates = index.map(|index| index.candidates(reference)).unwrap_or_default();
    match candidates.as_slice() {
        [one] => {
            inactive(one);
            Ok(one.id.clone())
        }
        [] => Err(unknown(kind, reference, index).at(span)),
        several => {
            let choices: Vec<String> =
                several.iter().map(|entry| format!("\"{}\" ({})", entry.name, entry.id)).collect();
            Err(Finding::new(
                Code::NameAmbiguous,
                format!("\"{reference}\" stands for {} {noun}s", several.len()),
            )
            .at(span)
            .hint(format!("write one of {}: {}", choices.join(", "), kind.expected())))
        }
    }
}

/// Says that a name stands for nothing that the vendor lists.
fn unknown(kind: ReferenceKind, reference: &str, index: Option<&Index>) -> Finding {
    let noun = kind.noun();
    let known = index.into_iter().flat_map(|index| &index.directory().entries);
    let meant = did_you_mean_name(reference, known.map(|entry| entry.name.as_str()));
    let hint = match (index, meant) {
        (None, _) => {
            format!("the list of {noun}s was not read; take a new snapshot, or write the id")
        }
        (_, Some(meant)) => format!("{meant} if the {noun} has gone, take the line out"),
        _ => format!(
            "if the {noun} has gone, take the line out; otherwise write {}",
            kind.expected()
        ),
    };
    Finding::new(Code::NameNotFound, format!("there is no {noun} \"{reference}\"")).hint(hint)
}

/// Says which users are named who are deactivated.
pub fn still_named<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut names: Vec<&str> = names.collect();
    names.dedup();
    format!("deactivated at the vendor and still named: {}", names.join(", "))
}

/// Makes one warning about all that is deactivated and means the same.
pub fn deactivated_warnings(
    deactivated: Deactivated,
    workspace: &str,
) -> impl Iterator<Item = Finding> {
    deactivated.into_iter().map(move |(hint, named)| {
        let message = still_named(named.keys().map(String::as_str));
        let mut finding = Finding::new(Code::UserDeactivated, message).about(workspace).hint(hint);
        for (name, spans) in &named {
            for span in spans {
                finding = finding.at_labelled(span, name.clone());
            }
        }
        finding
    })
}
