//! The long form of a value: until when it holds, what it is afterwards, and why.

use std::fmt::Display;

use jiff::civil::Date;

use crate::desired::fields;
use crate::desired::keys::{LONG_FORM, ValueFields};
use crate::finding::{Code, Finding, Span};
use crate::text::counted;
use crate::yaml::{self, Content, MapEntry, Node};

/// The last day of a value, UTC, and where it is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Until {
    /// The day; the value holds through it.
    pub day: Date,
    /// Where.
    pub span: Span,
}

impl Until {
    /// Tells whether the day has passed.
    pub fn is_over(&self, today: Date) -> bool {
        today > self.day
    }
}

/// What the files say of a value beside it.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Why.
    pub reason: Option<String>,
    /// The last days of the value, or of members of it, that have not passed.
    pub until: Vec<Until>,
    /// Whether the setting ends by itself, beside others of its bundle, and has no value afterwards.
    pub alone: bool,
}

/// A value and what stands beside it in the long form.
#[derive(Debug)]
pub struct LongForm<'a> {
    /// The value.
    pub value: &'a Node,
    /// Its last day.
    pub until: Option<Until>,
    /// The value afterwards.
    pub then: Option<&'a Node>,
    /// Why.
    pub reason: Option<String>,
}

/// A long form with a mistake that hides what it says; the mistake has its finding.
#[derive(Debug)]
pub struct Mistaken;

impl<'a> LongForm<'a> {
    /// Tells whether a value is given in the long form.
    pub fn is_given(node: &Node) -> bool {
        let mut entries = node.as_map().unwrap_or_default().iter();
        entries.any(|entry| LONG_FORM.contains(&entry.key.as_str()))
    }

    /// Reads a value, which may be given in the long form. `what` names it in messages.
    ///
    /// # Errors
    /// When what it says is not known; the findings say why.
    pub fn read(
        what: impl Display,
        node: &'a Node,
        today: Date,
        findings: &mut Vec<Finding>,
    ) -> Result<Self, Mistaken> {
        if !Self::is_given(node) {
            return Ok(Self { value: node, until: None, then: None, reason: None });
        }
        if let Some(mixed) = mixed(&what, node) {
            findings.push(mixed);
            return Err(Mistaken);
        }
        let keys = ValueFields::read("the long form", node, findings).ok_or(Mistaken)?;
        let value = keys.value.take(findings).ok_or(Mistaken)?;
        let reason = keys.reason.node().and_then(|node| fields::reason(node, findings));
        let until = until(&what, keys.until.node(), findings)?;
        if let (Some(entry), None) = (keys.then.entry, &until) {
            let message = format!("{what} has `then` and no day on which it begins to hold");
            let hint = "add `until: DAY`, or take `then` out";
            findings.push(Finding::new(Code::MissingKey, message).at(&entry.key_span).hint(hint));
        }
        if let Some(until) = &until {
            check(&what, until, keys.reason.entry.is_some(), today, findings);
        }
        Ok(Self { value, until, then: keys.then.node(), reason })
    }
}

/// Finds settings that stand beside the keys of the long form.
fn mixed(what: impl Display, node: &Node) -> Option<Finding> {
    let entries = node.as_map()?;
    let is_of_form = |entry: &&MapEntry| LONG_FORM.contains(&entry.key.as_str());
    let MapEntry { key: of_form, .. } = entries.iter().find(is_of_form)?;
    let MapEntry { key, key_span, value } = entries.iter().find(|entry| !is_of_form(entry))?;
    let is_null = value.content == Content::Null;
    if node.get("value").is_some() || yaml::miswritten_key(key, key_span, is_null).is_some() {
        return None;
    }
    let message = format!("`{key}` stands beside `{of_form}` in {what}");
    let hint =
        format!("put the settings below `value:`: `{{value: {{{key}: ...}}, {of_form}: ...}}`");
    Some(Finding::new(Code::MissingKey, message).at(key_span).hint(hint))
}

/// Reads the last day of a value.
pub fn until(
    what: impl Display,
    node: Option<&Node>,
    findings: &mut Vec<Finding>,
) -> Result<Option<Until>, Mistaken> {
    let Some(node) = node else { return Ok(None) };
    let day = fields::day(format_args!("`until` of {what}"), node, findings).ok_or(Mistaken)?;
    Ok(Some(Until { day, span: node.span.clone() }))
}

/// How many days before its last day a value is named.
const AHEAD: i32 = 14;

/// How many days after its last day a line may stay.
const KEPT: i32 = 30;

/// Finds a last day without a reason, one that is near, and one that has passed.
pub fn check(
    what: impl Display,
    until: &Until,
    has_reason: bool,
    today: Date,
    findings: &mut Vec<Finding>,
) {
    let Until { day, span } = until;
    if !has_reason {
        let message = format!("{what} expires on {day} and has no reason");
        let hint =
            "add `reason: \"...\"`: those who read the file when it expires need to know why";
        findings.push(Finding::new(Code::ReasonMissing, message).at(span).hint(hint));
    }
    let left = (*day - today).get_days();
    let (code, message, hint) = match left {
        ..0 if -left > KEPT => (
            Code::ExpiredLongAgo,
            format!(
                "{what} expired on {day}, {} ago",
                counted(left.unsigned_abs() as usize, "day")
            ),
            "take out all lines of the value, not the day alone: without its day it would hold for good",
        ),
        ..0 => (
            Code::Expired,
            format!("{what} expired on {day}"),
            "take out all lines of the value, not the day alone, or give it another day; after 30 days it is an error",
        ),
        0 => (Code::ExpiresSoon, format!("{what} expires today"), SOON),
        1 => (Code::ExpiresSoon, format!("{what} expires tomorrow, after {day}"), SOON),
        2..=AHEAD => {
            (Code::ExpiresSoon, format!("{what} expires in {left} days, after {day}"), SOON)
        }
        _ => return,
    };
    findings.push(Finding::new(code, message).at(span).hint(hint));
}

const SOON: &str = "if it should stay, give it another day in a reviewed change";
