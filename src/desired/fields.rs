//! Reading single values, with a finding for each that does not fit.

use std::fmt::{self, Display};

use jiff::civil::Date;

use crate::finding::{Code, Finding};
use crate::text::{is_hidden, listed};
use crate::yaml::{self, Content, MapEntry, Meant, Node};

/// A key or a setting as messages name it. Most are named in none, so it is written where it is needed.
#[derive(Debug, Clone, Copy)]
pub struct Quoted<T>(pub T);

impl<T: Display> Display for Quoted<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "`{}`", self.0)
    }
}

/// Says what is wrong with a key that no mapping has: a colon without a blank is a part of the key.
pub fn miswritten(entry: &MapEntry) -> Option<String> {
    let MapEntry { key, key_span, value } = entry;
    yaml::miswritten_key(key, key_span, value.content == Content::Null)
}

/// Says how a path is written: one key below the other.
pub fn as_nested(outer: &str, inner: &str) -> String {
    format!("write it nested: `{outer}:`, and `{inner}:` below it")
}

/// Says that a value is of the wrong kind, and what to write instead; a mistake that the file shows comes
/// first.
pub fn wrong_kind(
    what: impl Display,
    expected: &str,
    node: &Node,
    hint: impl Into<String>,
) -> Finding {
    let meant = match expected {
        "a list" => Meant::List,
        "a text" => Meant::Text,
        expected if expected.starts_with("a mapping") => Meant::Map,
        _ => Meant::Single,
    };
    let of_key = || node.as_map().unwrap_or_default().iter().find_map(miswritten);
    let hint = yaml::miswritten(node, meant).or_else(of_key).unwrap_or_else(|| hint.into());
    Finding::new(Code::WrongKind, format!("{what} must be {expected}, not {}", node.kind()))
        .at(&node.span)
        .hint(hint)
}

/// Reads one of some words, which a hint lists where the value is no text.
pub fn word(
    what: impl Display,
    words: &[&str],
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Option<String> {
    let word = node.as_text();
    if word.is_none() {
        let hint = format!("its values are {}", listed(words));
        findings.push(wrong_kind(what, "a word", node, hint));
    }
    word.map(str::to_owned)
}

/// Reads a `reason`, which must say something.
pub fn reason(node: &Node, findings: &mut Vec<Finding>) -> Option<String> {
    reason_of("`reason`", node, findings)
}

/// Reads a reason under another key.
pub fn reason_of(what: impl Display, node: &Node, findings: &mut Vec<Finding>) -> Option<String> {
    let reason = text(&what, node, findings)?;
    if reason.trim().is_empty() {
        findings.push(
            Finding::new(Code::ReasonMissing, format!("{what} is blank"))
                .at(&node.span)
                .hint("say in a few words why, for those who read the file later"),
        );
        return None;
    }
    Some(reason)
}

/// Reads a text.
pub fn text(what: impl Display, node: &Node, findings: &mut Vec<Finding>) -> Option<String> {
    match node.as_text() {
        Some(text) if text.contains("${env:") || text.contains("${file:") => {
            let message = format!("{what} has a reference in it, and nothing fills that in");
            let hint = "write the text itself; `${env:NAME}` and `${file:PATH}` work under `credentials` only";
            findings.push(Finding::new(Code::ImpossibleValue, message).at(&node.span).hint(hint));
            None
        }
        Some(text) => Some(text.to_owned()),
        None => {
            let hint = match &node.content {
                Content::Scalar(scalar) => {
                    format!("write it in quotes if it is meant as a text: \"{}\"", scalar.text)
                }
                _ => "write one text".to_owned(),
            };
            findings.push(wrong_kind(what, "a text", node, hint));
            None
        }
    }
}

/// The longest name, far above what any vendor takes.
const LONGEST_NAME: usize = 1_000;

/// The signs with which templates and shells begin and end what they fill in.
const PLACEHOLDERS: [(&str, &str); 6] =
    [("${", "}"), ("{{", "}}"), ("$(", ")"), ("<%", "%>"), ("#{", "}"), ("%{", "}")];

/// Reads the name of something at the vendor. A name of blanks and one that a template should have
/// filled in are mistakes, and what is created with one can't be deleted.
pub fn name(what: impl Display, node: &Node, findings: &mut Vec<Finding>) -> Option<String> {
    let Some(name) = node.as_text().map(str::to_owned) else {
        return text(&what, node, findings);
    };
    if name.chars().all(|it| it.is_whitespace() || is_hidden(it)) {
        findings.push(
            Finding::new(Code::ImpossibleValue, format!("{what} can't be empty or blank"))
                .at(&node.span)
                .hint("write the name that people see in the vendor's settings"),
        );
        return None;
    }
    let length = name.chars().count();
    if length > LONGEST_NAME {
        let message = format!("{what} has {length} letters, and {LONGEST_NAME} are the most");
        let hint = "write the name that people see in the vendor's settings";
        findings.push(Finding::new(Code::ImpossibleValue, message).at(&node.span).hint(hint));
        return None;
    }
    let placeholder = PLACEHOLDERS.iter().find_map(|(begin, end)| {
        let (_, inner) = name.split_once(begin)?;
        let (inner, _) = inner.split_once(end)?;
        Some(format!("{begin}{inner}{end}"))
    });
    if let Some(placeholder) = placeholder {
        let placeholder = node.span.quotable(&placeholder);
        findings.push(
            Finding::new(
                Code::ImpossibleValue,
                format!("{what} has `{placeholder}` in it, and nothing fills that in"),
            )
            .at(&node.span)
            .hint("write the name itself; `${env:NAME}` and `${file:PATH}` work under `credentials` only"),
        );
        return None;
    }
    Some(name)
}

/// Reads a switch.
pub fn flag(what: impl Display, node: &Node, findings: &mut Vec<Finding>) -> Option<bool> {
    let flag = node.as_flag();
    if flag.is_none() {
        let hint = match node.as_text().map(str::to_ascii_lowercase).as_deref() {
            Some("yes" | "on" | "y" | "1") => "write `true`",
            Some("no" | "off" | "n" | "0") => "write `false`",
            Some("true" | "false") => "write it without quotes",
            Some("true," | "false," | "true;" | "false;") => "take the sign behind it out",
            Some(text) if ["true", "false"].contains(&text.trim_matches(CURLY)) => {
                "write it without quotes; these are curly ones, which come with text from a document"
            }
            _ => "write `true` or `false`",
        };
        let hint = node.as_text().and_then(comment).unwrap_or_else(|| hint.to_owned());
        findings.push(wrong_kind(what, "`true` or `false`", node, hint));
    }
    flag
}

/// Quotes that are none to YAML.
const CURLY: [char; 4] = ['\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}'];

/// Says how a comment is written that became a part of the value.
pub fn comment(text: &str) -> Option<String> {
    let (value, comment) = text.split_once('#')?;
    let is_joined = !value.is_empty() && !value.ends_with(char::is_whitespace);
    is_joined.then(|| format!("write a blank before the comment: `{value} #{comment}`"))
}

/// Reads an id: text, or an unquoted number that every YAML reader would leave as it is written.
pub fn id(what: impl Display, node: &Node, findings: &mut Vec<Finding>) -> Option<String> {
    let text = text(&what, node, findings)?;
    if let Content::Scalar(scalar) = &node.content
        && scalar.plain
        && changes_as_number(&text)
    {
        findings.push(
            Finding::new(
                Code::WrongKind,
                format!("{what} is a number that other YAML readers would change"),
            )
            .at(&node.span)
            .hint(format!("ids are texts; write it in quotes: \"{}\"", node.span.quotable(&text))),
        );
        return None;
    }
    Some(text)
}

/// Tells whether a plain text reads as a number whose value is not written the same way again.
fn changes_as_number(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    if digits {
        return text.len() > 1 && text.starts_with('0');
    }
    let prefixed = ["0x", "0o", "0b"].iter().any(|prefix| text.starts_with(prefix));
    prefixed || text.replace('_', "").parse::<f64>().is_ok()
}

/// Reads a list of nodes; one value alone is a finding, since it is usually a forgotten bracket.
pub fn list<'a>(
    what: impl Display,
    node: &'a Node,
    findings: &mut Vec<Finding>,
) -> Option<&'a [Node]> {
    match &node.content {
        Content::List(items) => Some(items),
        _ => {
            findings.push(wrong_kind(
                what,
                "a list",
                node,
                "write `[one, two]`, or a line with `- ` for each; `[]` for none",
            ));
            None
        }
    }
}

/// Reads a day.
pub fn day(what: impl Display, node: &Node, findings: &mut Vec<Finding>) -> Option<Date> {
    let text = node.as_text();
    let day = text.and_then(|text| text.parse().ok());
    match text.filter(|text| day.is_none() && looks_like_a_day(text)) {
        Some(text) => {
            let message = format!("there is no day {text}");
            let hint = "write year, month and day of the calendar, as in 2027-03-31";
            findings.push(Finding::new(Code::ImpossibleValue, message).at(&node.span).hint(hint));
        }
        None if day.is_none() => {
            findings.push(wrong_kind(what, "a day", node, "write it as 2027-03-31"));
        }
        None => {}
    }
    day
}

/// Tells whether a text has the form of a day: digits where those of a day are.
fn looks_like_a_day(text: &str) -> bool {
    let form = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    text.bytes().map(form).eq(*b"0000-00-00")
}

/// Reads a whole number.
pub fn number(
    what: impl Display,
    hint: &str,
    node: &Node,
    findings: &mut Vec<Finding>,
) -> Option<usize> {
    let number = node.as_text().and_then(|text| text.parse().ok());
    if number.is_none() {
        findings.push(wrong_kind(what, "a whole number, 0 or more", node, hint));
    }
    number
}

/// Reads a share in percent, from `least` to 100.
pub fn percent(node: &Node, least: u8) -> Option<u8> {
    node.as_text()
        .and_then(|text| text.strip_suffix('%'))
        .and_then(|text| text.trim().parse().ok())
        .filter(|percent| (least..=100).contains(percent))
}
