//! Findings: something wrong in the files, or between the files and the world.
//!
//! A mistake in the user's files is collected, never an early return. A finding carries everything
//! that a report needs to show it, the source line included, so that rendering does no I/O.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::did_you_mean;

mod code;
mod place;
mod words;

pub use code::Code;
pub use place::{Excerpt, KEPT, Place, SourceText, Span};

/// A place that a finding points to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Spot {
    /// Where it is.
    pub place: Place,
    /// The line, for a caret under it.
    pub excerpt: Excerpt,
    /// The role of the place, when a finding has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl Spot {
    /// Points to a stretch of a file, with words of its own.
    pub fn of(span: &Span, label: Option<String>) -> Self {
        Self { place: span.place(), excerpt: span.excerpt(), label: label.map(words::cut) }
    }
}

/// How bad a finding is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The file, or the profile, can't be used as it is.
    Error,
    /// It can be used; a person should look at it.
    Warning,
}

/// Something wrong, with where it is and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// Which rule found it.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// The profile or workspace it is about, as an address, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The mistake, as a lowercase fragment.
    pub message: String,
    /// Where; the first place is the one to edit.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spots: Vec<Spot>,
    /// The way to correct it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl Finding {
    /// Starts a finding with the code's own severity. Long words in quotes are cut, in the message and in
    /// labels and hints.
    #[must_use = "a finding that is not collected is lost"]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            severity: code.severity(),
            code,
            address: None,
            message: words::cut(message.into()),
            spots: Vec::new(),
            hint: None,
        }
    }

    /// Adds a place.
    #[must_use = "returns the finding with the place"]
    pub fn at(mut self, span: &Span) -> Self {
        self.spots.push(Spot::of(span, None));
        self
    }

    /// Adds a place whose text must not be shown: something that looks like a secret.
    #[must_use = "returns the finding with the place"]
    pub fn at_masked(mut self, span: &Span) -> Self {
        self = self.at(span);
        if let Some(Spot { excerpt: Excerpt { text, from, to }, .. }) = self.spots.last_mut() {
            text.replace_range(*from.., "***");
            *to = text.len();
        }
        self
    }

    /// Adds a place with words of its own.
    #[must_use = "returns the finding with the place"]
    pub fn at_labelled(mut self, span: &Span, label: impl Into<String>) -> Self {
        self.spots.push(Spot::of(span, Some(label.into())));
        self
    }

    /// Sets the hint.
    #[must_use = "returns the finding with the hint"]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(words::cut(hint.into()));
        self
    }

    /// Sets the hint for a misspelt word: the known word that is probably meant, else `otherwise`.
    #[must_use = "returns the finding with the hint"]
    pub fn suggest<'a, T: AsRef<str> + ?Sized + 'a>(
        self,
        word: &str,
        known: impl IntoIterator<Item = &'a T>,
        otherwise: impl Into<String>,
    ) -> Self {
        self.hint(did_you_mean(word, known).unwrap_or_else(|| otherwise.into()))
    }

    /// Sets the profile or workspace it is about.
    #[must_use = "returns the finding with the address"]
    pub fn about(mut self, address: impl fmt::Display) -> Self {
        self.address = Some(address.to_string());
        self
    }

    /// Tells whether it is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The most findings that reading the files collects: far more than are shown, and few enough that a file
/// of nothing but mistakes takes no time.
const MOST: usize = 5_000;

/// Tells whether there are so many findings that the rest of the files is not looked at.
pub fn is_full(findings: &[Finding]) -> bool {
    findings.len() >= MOST
}

/// Says that the rest of the files was not looked at, where it was not.
pub fn overflow(findings: &[Finding]) -> Option<Finding> {
    let message =
        format!("there are more than {MOST} mistakes; the rest of the files is not looked at");
    let finding = || Finding::new(Code::YamlLimit, message).hint("mend these first");
    is_full(findings).then(finding)
}

fn place(finding: &Finding) -> Option<&Place> {
    finding.spots.first().map(|spot| &spot.place)
}

/// Orders findings for people: errors first, then by file, line and rule.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (a.severity, place(a), a.code, &a.message).cmp(&(b.severity, place(b), b.code, &b.message))
    });
}
