//! Warnings that a document takes as they are: `allow: {CODE: reason}`.
//!
//! A line silences warnings of one code whose first place, the one to edit, is in its own document; never an error. One
//! that silences nothing is a warning itself: what it was written for may have gone.

use std::collections::HashMap;

use crate::desired::fields;
use crate::finding::{Code, Finding, Severity, Span, Spot};
use crate::text::listed;
use crate::yaml::{Content, MapEntry, Node};

/// Codes of warnings that the files of a day show: a line for one is of use on other days.
const OF_DAYS: [Code; 2] = [Code::ExpiresSoon, Code::Expired];

/// Codes of warnings that the files show.
const OF_FILES: [Code; 3] = [Code::BundleDrops, Code::NoEffect, Code::UnknownEntry];

/// Codes of warnings about a profile and what is live of it.
const OF_LIVE: [Code; 3] = [Code::RefusedAndLive, Code::UnknownValue, Code::UserDeactivated];

/// Codes of warnings that end with the change that they are about: a line for one is of use until it is applied.
const OF_A_CHANGE: [Code; 2] = [Code::BundleDrops, Code::RefusedAndLive];

/// Lists the codes that `allow` of a profile takes, or of a base.
pub fn codes(is_profile: bool) -> Vec<&'static str> {
    let of_live = OF_LIVE.iter().filter(|_| is_profile);
    let codes = OF_DAYS.iter().chain(&OF_FILES).chain(of_live);
    let mut codes: Vec<&str> = codes.map(|code| code.text()).collect();
    codes.sort_unstable();
    codes
}

/// Tells whether a day stands somewhere below a node.
fn names_a_day(node: &Node) -> bool {
    let mut nodes = vec![node];
    while let Some(node) = nodes.pop() {
        match &node.content {
            Content::Map(entries) => {
                if entries.iter().any(|entry| ["until", "retired"].contains(&entry.key.as_str())) {
                    return true;
                }
                nodes.extend(entries.iter().map(|entry| &entry.value));
            }
            Content::List(items) => nodes.extend(items),
            Content::Null | Content::Scalar(_) => {}
        }
    }
    false
}

/// A line of `allow`.
#[derive(Debug)]
pub struct Allowed {
    /// The code of the warnings.
    pub code: Code,
    /// Where it stands.
    pub span: Span,
    /// Where the name of its document stands.
    pub document: Span,
    lines: (usize, usize),
    is_profile: bool,
    /// Whether it silences something that the files alone show.
    is_used: bool,
    /// Whether it can be told that it is of no use.
    is_judged: bool,
}

/// Reads `allow` of a document; `name` is where the document is named.
pub fn read(
    value: Option<&Node>,
    document: &Node,
    name: &Span,
    is_profile: bool,
    findings: &mut Vec<Finding>,
) -> Vec<Allowed> {
    let Some(value) = value else { return Vec::new() };
    let Some(entries) = value.as_map() else {
        let codes = listed(codes(is_profile));
        let hint = format!("write `allow: {{CODE: reason}}`; the codes are {codes}");
        findings.push(fields::wrong_kind("`allow`", "a mapping", value, hint));
        return Vec::new();
    };
    let (lines, has_days) = (document.span.lines(), names_a_day(document));
    let mut allowed = Vec::new();
    for MapEntry { key, key_span, value } in entries {
        let word = key_span.quotable(key);
        let code = code(word, key_span, is_profile, findings);
        if value.as_map().is_some() {
            let message = format!("the reason for `{word}` must be a text, not a mapping");
            let finding = Finding::new(Code::WrongKind, message).at(&value.span);
            findings.push(finding.hint(format!("write `{word}: why the warning is meant`")));
            continue;
        }
        let of = format_args!("the reason for `{word}`");
        let reason = fields::reason_of(of, value, findings);
        let (Some(code), Some(_)) = (code, reason) else { continue };
        let comes_and_goes =
            OF_DAYS.contains(&code) && has_days || OF_A_CHANGE.contains(&code) && is_profile;
        let is_judged = !comes_and_goes;
        let (span, document) = (key_span.clone(), name.clone());
        let is_used = false;
        allowed.push(Allowed { code, span, document, lines, is_profile, is_used, is_judged });
    }
    allowed
}

/// Reads the code of a warning that a document can have.
fn code(word: &str, span: &Span, is_profile: bool, findings: &mut Vec<Finding>) -> Option<Code> {
    let known = codes(is_profile);
    let all = || format!("the codes are {}", listed(&known));
    let found = Code::ALL.iter().copied().find(|code| code.text() == word);
    let Some(code) = found else {
        let message = format!("no warning has the code `{word}`");
        let finding = Finding::new(Code::UnknownKey, message).at(span);
        findings.push(finding.suggest(word, &known, all()));
        return None;
    };
    if known.contains(&word) {
        return Some(code);
    }
    let what = if is_profile { "a profile" } else { "a base" };
    let (message, hint) = match code.severity() {
        Severity::Error => (
            format!("`{word}` is an error, and `allow` silences warnings only"),
            "take the line out, and mend the mistake".to_owned(),
        ),
        Severity::Warning => (
            format!("`{word}` is no warning about {what}"),
            format!("take the line out; {}", all()),
        ),
    };
    findings.push(Finding::new(Code::ImpossibleValue, message).at(span).hint(hint));
    None
}

impl Allowed {
    /// Tells whether a place is in its document.
    pub fn has(&self, spot: &Spot) -> bool {
        let (first, last) = self.lines;
        (first..=last).contains(&spot.place.line) && self.span.source().path == spot.place.file
    }

    /// Tells whether it is of a document that describes a profile.
    pub fn is_of_profile(&self) -> bool {
        self.is_profile
    }

    /// Tells whether the files alone show if it is of use.
    fn is_of_files(&self) -> bool {
        !self.is_profile || OF_DAYS.contains(&self.code) || self.code == Code::UnknownEntry
    }

    /// Tells whether what is live shows that it is of no use, where no plan has a use for it.
    pub fn is_for_plans(&self) -> bool {
        self.is_judged && !self.is_used && !self.is_of_files()
    }

    /// Says that it silences nothing. `others` are the places of warnings of its code.
    pub fn unused<'f>(&self, others: impl Iterator<Item = &'f Finding>) -> Finding {
        let code = self.code.text();
        let message = format!("`allow` has `{code}`, and this document has no such warning");
        let mut others = others.filter(|it| it.code == self.code && !it.is_error());
        let other = others.find_map(|it| it.spots.first());
        let hint = match other {
            Some(spot) => format!(
                "take the line out; a warning of this code is about {}:{}, where `allow` would stand",
                spot.place.file, spot.place.line
            ),
            None => "take the line out".to_owned(),
        };
        Finding::new(Code::NoEffect, message).at(&self.span).hint(hint)
    }
}

/// Takes the warnings out that documents allow. Where all files were read, it names the lines of `allow` that the files
/// alone show to be of no use.
pub fn in_files(allowed: &mut [Allowed], findings: &mut Vec<Finding>, is_all: bool) {
    if allowed.is_empty() {
        return;
    }
    let mut by_file: HashMap<(String, Code), Vec<usize>> = HashMap::new();
    for (at, it) in allowed.iter().enumerate() {
        by_file.entry((it.span.source().path.clone(), it.code)).or_default().push(at);
    }
    findings.retain(|finding| {
        let Some(first) = finding.spots.first().filter(|_| !finding.is_error()) else {
            return true;
        };
        let lines = by_file.get(&(first.place.file.clone(), finding.code));
        let at = lines.into_iter().flatten().find(|at| allowed[**at].has(first));
        at.inspect(|at| allowed[**at].is_used = true).is_none()
    });
    let unused =
        allowed.iter().filter(|it| is_all && it.is_judged && it.is_of_files() && !it.is_used);
    let unused: Vec<Finding> = unused.map(|it| it.unused(findings.iter())).collect();
    findings.extend(unused);
}
