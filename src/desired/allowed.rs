//! Warnings that a document takes as they are: `allow: {CODE: reason}`.
//!
//! A line silences warnings of one code about its own document, never an error. One that silences nothing is a
//! warning itself: what it was written for may have gone.

use crate::desired::Workspace;
use crate::desired::fields;
use crate::finding::{Code, Finding, Severity, Span, Spot};
use crate::text::listed;
use crate::yaml::{MapEntry, Node};

/// Codes of warnings about a document that the files alone show.
const OF_FILES: [Code; 3] = [Code::ExpiresSoon, Code::Expired, Code::UnknownEntry];

/// Codes of warnings about a document that come up against what is live too.
const OF_LIVE: [Code; 5] = [
    Code::BundleDrops,
    Code::NoEffect,
    Code::RefusedAndLive,
    Code::UnknownValue,
    Code::UserDeactivated,
];

/// Lists the codes that `allow` takes, as users write them.
pub fn codes() -> Vec<&'static str> {
    let mut codes: Vec<&str> = OF_FILES.iter().chain(&OF_LIVE).map(|code| code.text()).collect();
    codes.sort_unstable();
    codes
}

/// The document of a line of `allow`.
#[derive(Debug, Clone)]
pub struct AllowingDocument {
    /// Where its name stands.
    pub name: Span,
    /// All of it.
    pub span: Span,
    /// Whether it describes a profile, which is compared with what is live.
    pub is_profile: bool,
}

/// A line of `allow`.
#[derive(Debug)]
pub struct Allowed {
    code: Code,
    /// Where it stands.
    span: Span,
    document: AllowingDocument,
    /// Whether it silences something that the files alone show.
    is_used: bool,
}

/// Reads `allow` of a document.
pub fn read(
    value: Option<&Node>,
    document: &AllowingDocument,
    findings: &mut Vec<Finding>,
) -> Vec<Allowed> {
    let Some(value) = value else { return Vec::new() };
    let Some(entries) = value.as_map() else {
        let hint = format!("write `allow: {{CODE: reason}}`; the codes are {}", listed(codes()));
        findings.push(fields::wrong_kind("`allow`", "a mapping", value, hint));
        return Vec::new();
    };
    let mut allowed = Vec::new();
    for MapEntry { key, key_span, value } in entries {
        let code = code(key, key_span, findings);
        let of = format_args!("the reason for `{}`", key_span.quotable(key));
        let reason = fields::reason_of(of, value, findings);
        let (Some(code), Some(_)) = (code, reason) else { continue };
        let (span, document) = (key_span.clone(), document.clone());
        allowed.push(Allowed { code, span, document, is_used: false });
    }
    allowed
}

/// Reads the code of a warning that a document can have.
fn code(word: &str, span: &Span, findings: &mut Vec<Finding>) -> Option<Code> {
    let all = || format!("the codes are {}", listed(codes()));
    let found = Code::ALL.iter().copied().find(|code| code.text() == word);
    let Some(code) = found else {
        let message = format!("no warning has the code `{}`", span.quotable(word));
        findings.push(Finding::new(Code::UnknownKey, message).at(span).suggest(
            word,
            &codes(),
            all(),
        ));
        return None;
    };
    if OF_FILES.contains(&code) || OF_LIVE.contains(&code) {
        return Some(code);
    }
    let (message, hint) = match code.severity() {
        Severity::Error => (
            format!("`{word}` is an error, and `allow` silences warnings only"),
            "take the line out, and mend the mistake".to_owned(),
        ),
        Severity::Warning => (
            format!("`{word}` is no warning about a profile or a base"),
            format!("take the line out; {}", all()),
        ),
    };
    findings.push(Finding::new(Code::ImpossibleValue, message).at(span).hint(hint));
    None
}

impl Allowed {
    fn has(&self, spot: &Spot) -> bool {
        let (first, last) = self.document.span.lines();
        self.span.source().path == spot.place.file && (first..=last).contains(&spot.place.line)
    }

    /// Tells whether each place of a warning is in the document.
    fn has_all_of(&self, finding: &Finding) -> bool {
        self.code == finding.code
            && !finding.spots.is_empty()
            && finding.spots.iter().all(|spot| self.has(spot))
    }

    /// Tells whether it is a line of the document that describes a profile of a workspace.
    fn is_of(&self, workspace: &Workspace, name: &str) -> bool {
        let from = workspace.profiles.partition_point(|profile| profile.name.as_str() < name);
        let mut named = workspace.profiles[from..].iter().take_while(|it| it.name == name);
        named.any(|profile| profile.span == self.document.name)
    }

    /// Tells whether the files alone show if it is of use.
    fn is_of_files(&self) -> bool {
        !self.document.is_profile || OF_FILES.contains(&self.code)
    }

    fn unused(&self) -> Finding {
        let message = format!("`allow` has `{}`, and there is no such warning", self.code.text());
        Finding::new(Code::NoEffect, message).at(&self.span).hint("take the line out")
    }
}

/// Takes the warnings out that documents allow, and names lines of `allow` that the files alone show to be of no use.
pub fn in_files(allowed: &mut [Allowed], findings: &mut Vec<Finding>) {
    if allowed.is_empty() {
        return;
    }
    findings.retain(|finding| {
        let mut silences = false;
        for allowed in allowed.iter_mut().filter(|it| !finding.is_error() && it.has_all_of(finding))
        {
            (allowed.is_used, silences) = (true, true);
        }
        !silences
    });
    let unused = allowed.iter().filter(|it| it.is_of_files() && !it.is_used);
    findings.extend(unused.map(Allowed::unused));
}

/// Takes the warnings of a plan of a workspace out that documents allow: those about their profile, and those whose
/// places are all in them. Returns the places of the lines that were of use.
pub fn in_plan(
    allowed: &[Allowed],
    workspace: &Workspace,
    findings: &mut Vec<Finding>,
) -> Vec<Span> {
    let mut used = Vec::new();
    if allowed.is_empty() {
        return used;
    }
    findings.retain(|finding| {
        let address = finding.address.as_deref().and_then(|address| address.split_once('/'));
        let silences = |it: &&Allowed| {
            it.has_all_of(finding)
                || it.code == finding.code
                    && address.is_some_and(|(_, name)| it.is_of(workspace, name))
        };
        let silent: Vec<&Allowed> = match finding.is_error() {
            true => Vec::new(),
            false => allowed.iter().filter(silences).collect(),
        };
        used.extend(silent.iter().map(|it| it.span.clone()));
        silent.is_empty()
    });
    used
}

/// Names the lines of `allow` that neither the files nor the plans of all workspaces have a use for.
pub fn unused(allowed: &[Allowed], used: &[Span]) -> Vec<Finding> {
    let is_unused = |it: &&Allowed| !it.is_of_files() && !it.is_used && !used.contains(&it.span);
    allowed.iter().filter(is_unused).map(Allowed::unused).collect()
}
