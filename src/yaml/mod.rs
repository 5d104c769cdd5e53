//! The users' YAML as a tree that knows where everything stands, and the way back to text.
//!
//! Reading keeps the text of the file: a plain scalar stays raw text, so an id of twenty digits or
//! `00e5000000` is never taken for a number and spoiled. Keys have no meaning here, and a mistake
//! becomes a finding, never an early return. No file is opened.

use crate::finding::{Finding, Span};

pub mod emit;
mod limits;
mod lines;
mod mistakes;
mod positions;
mod problems;
#[cfg(test)]
mod tests;
mod tree;

pub use emit::{Emit, emit};
pub use limits::{LARGEST_FILE, TOO_LARGE_HINT};
pub use tree::parse;

/// A file, read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "the findings are to be reported"]
pub struct ParsedYaml {
    /// The documents up to the first one that could not be read; empty ones are left out.
    pub documents: Vec<Node>,
    /// Mistakes, in the order of the file.
    pub findings: Vec<Finding>,
    /// Whether a mistake ended the reading before the end of the file. What stands above it may then be
    /// a part of what was meant.
    pub is_cut: bool,
}

/// A value and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// All of it: quotes and brackets included. A value that came through an alias has the place of
    /// the alias, and what is inside it has the place where it was written.
    pub span: Span,
    /// The value.
    pub content: Content,
}

/// What a value is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Nothing: `null`, `~`, or no value at all.
    Null,
    /// A text, a number or a flag.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the file; no key is in it twice.
    Map(Vec<MapEntry>),
}

/// A single value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// The text, exactly as written; quotes and escapes are resolved.
    pub text: String,
    /// Whether it stands without quotes, so that it may be a flag or a number.
    pub plain: bool,
}

/// A key of a mapping and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapEntry {
    /// The key, without quotes.
    pub key: String,
    /// Where the key is written.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// Returns the value of a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// Returns what this is, in words for a message.
    pub fn kind(&self) -> &'static str {
        match &self.content {
            Content::Null => "nothing (null)",
            Content::Scalar(scalar) if scalar.flag().is_some() => "true or false",
            Content::Scalar(scalar) if scalar.is_number() => "a number",
            Content::Scalar(_) => "a text",
            Content::List(_) => "a list",
            Content::Map(_) => "a mapping",
        }
    }

    /// Returns the flag, if this is `true` or `false` without quotes.
    pub fn as_flag(&self) -> Option<bool> {
        match &self.content {
            Content::Scalar(scalar) => scalar.flag(),
            Content::Null | Content::List(_) | Content::Map(_) => None,
        }
    }

    /// Returns the text of a single value that is neither a flag nor null; a number as it is
    /// written.
    pub fn as_text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(scalar) if scalar.flag().is_none() => Some(&scalar.text),
            Content::Scalar(_) | Content::Null | Content::List(_) | Content::Map(_) => None,
        }
    }

    /// Returns the entries, if this is a mapping.
    pub fn as_map(&self) -> Option<&[MapEntry]> {
        match &self.content {
            Content::Map(entries) => Some(entries),
            Content::Null | Content::Scalar(_) | Content::List(_) => None,
        }
    }

    /// Returns the items, if this is a list.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.content {
            Content::List(items) => Some(items),
            Content::Null | Content::Scalar(_) | Content::Map(_) => None,
        }
    }
}

impl Scalar {
    /// YAML 1.2 only: `yes`, `no`, `on` and `off` are texts, so that Norway stays a country.
    fn flag(&self) -> Option<bool> {
        match self.text.as_str() {
            "true" | "True" | "TRUE" if self.plain => Some(true),
            "false" | "False" | "FALSE" if self.plain => Some(false),
            _ => None,
        }
    }

    fn is_number(&self) -> bool {
        self.plain && is_number(&self.text)
    }
}

/// What a value was meant to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// A mapping.
    Map,
    /// A list.
    List,
    /// A text.
    Text,
    /// Another single value.
    Single,
}

/// Says which mistake made a value another kind of thing than was meant, as far as the file shows it: a
/// comment in place of a value, and where a mapping or a list was meant, a missing sign in it.
pub fn miswritten(node: &Node, meant: Meant) -> Option<String> {
    match &node.content {
        Content::Null if matches!(meant, Meant::Map | Meant::List) => {
            node.span.is_followed_by_sibling().then(|| {
                "indent the lines that belong to it: those below begin in its own column".to_owned()
            })
        }
        Content::Null => {
            let rest = node.span.rest_of_line().trim_start_matches(':');
            let is_comment = rest.starts_with(' ') && rest.trim_start().starts_with('#');
            is_comment.then(|| {
                "`#` after a blank begins a comment; put a text that begins with it in quotes"
                    .to_owned()
            })
        }
        Content::Scalar(Scalar { text, plain: false })
            if meant == Meant::Map && text.contains(':') =>
        {
            let hint = "in quotes, or below `|`, it is one text; take these out and begin on the next line";
            Some(hint.to_owned())
        }
        Content::List(_) | Content::Map(_) if meant == Meant::Text => {
            let sign = node.span.rest_of_line().chars().next();
            let sign = sign.filter(|it| matches!(it, '[' | '{'))?;
            Some(format!("a text that begins with `{sign}` needs quotes"))
        }
        Content::Scalar(Scalar { text, plain: true })
            if meant == Meant::Map || (meant == Meant::List && text.starts_with('-')) =>
        {
            // A text of several lines is one line in `text`.
            let line = node.span.rest_of_line();
            let first = if line.len() < text.len() { line } else { text };
            hint(mistakes::unfinished(lines::LinePart { start: 0, text: first })?, &node.span)
        }
        Content::Scalar(_) | Content::List(_) | Content::Map(_) => None,
    }
}

/// Says which mistake made a key of what was meant as a key and a value; `is_whole` tells whether all of
/// the value is in the key.
pub fn miswritten_key(key: &str, span: &Span, is_whole: bool) -> Option<String> {
    if !key.contains([':', '=']) {
        return None;
    }
    let mistake = mistakes::unfinished(lines::LinePart { start: 0, text: key })?;
    if is_whole { hint(mistake, span) } else { Some(mistake.hint) }
}

fn hint(mistake: mistakes::Mistake, span: &Span) -> Option<String> {
    let mistakes::Mistake { hint, example, .. } = mistake;
    let example = example.filter(|example| span.quotable(example) == example);
    Some(example.map_or_else(|| hint.clone(), |example| format!("{hint}: {example}")))
}

/// Tells whether YAML 1.2 (core schema) reads a plain text as a number.
fn is_number(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix("0x") {
        return !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return !digits.is_empty() && digits.bytes().all(|byte| matches!(byte, b'0'..=b'7'));
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let exponent_fits = exponent.is_none_or(|exponent| {
        let unsigned = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !unsigned.is_empty() && digits(unsigned)
    });
    !(whole.is_empty() && fraction.is_empty()) && digits(whole) && digits(fraction) && exponent_fits
}
