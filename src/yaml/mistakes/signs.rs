//! Signs that are missing between a key and its value, or behind the sign of a list.

use super::{Mistake, of_blank};
use crate::text::{is_hidden, is_odd_blank};
use crate::yaml::lines::{LinePart, SourceLine, is_block_head, lines_above};

/// Finds a sign that is missing in the line of the error or in the one above it, which has then swallowed
/// it.
pub(super) fn missing_sign(
    text: &str,
    own: SourceLine<'_>,
    above: Option<&SourceLine<'_>>,
) -> Option<Mistake> {
    let in_block = |line: SourceLine<'_>| {
        let outer = lines_above(text, line).find(|it| it.indentation() < line.indentation());
        outer.and_then(SourceLine::entry).is_some_and(|(_, value)| is_block_head(value.text))
    };
    std::iter::once(own)
        .chain(above.copied())
        .filter(|line| !in_block(*line) && !is_item(*line))
        .find_map(|line| unfinished(line.content()).or_else(|| no_colon(line.content())))
}

/// Tells whether a line begins with the sign of a list.
pub(super) fn is_item(line: SourceLine<'_>) -> bool {
    line.content().start > line.start + line.indentation()
}

/// Finds what is missing between a key and its value, or behind the sign of a list.
pub fn unfinished(content: LinePart<'_>) -> Option<Mistake> {
    let text = content.text;
    if text.starts_with('%') {
        let hint = "leave this line out; put a text that begins with `%` in quotes";
        return Some(Mistake::at(content, "YAML directives are not supported", hint));
    }
    if text.starts_with("//") || text.starts_with("/*") {
        return Some(Mistake::at(content, "not a comment of YAML", "a comment begins with `#`"));
    }
    let (key, rest) = after_key(text);
    if let Some(item) = text.strip_prefix('-').filter(|it| it.starts_with(char::is_alphabetic)) {
        let mistake =
            Mistake::at(content, "no blank behind `-`", "write a blank behind the sign of a list");
        return Some(mistake.like(format!("`- {item}`")));
    }
    let odd = |it: char| is_odd_blank(it) || is_hidden(it);
    if let Some(blank) =
        rest.strip_prefix([':', '-']).and_then(|it| it.chars().next()).filter(|it| odd(*it))
    {
        let (message, hint) = of_blank(blank);
        return Some(Mistake::at(content, message, hint));
    }
    if key.is_empty() || key.starts_with('-') {
        return None;
    }
    if let Some(value) = rest
        .trim_start_matches(' ')
        .strip_prefix(':')
        .filter(|it| !it.is_empty() && !it.starts_with([' ', '/']))
    {
        let mistake =
            Mistake::at(content, "no blank behind the colon", "write a blank behind the colon");
        return Some(mistake.like(format!("`{key}: {value}`")));
    }
    if let Some(value) = rest.trim_start().strip_prefix('=') {
        let mistake =
            Mistake::at(content, "`=` where a colon belongs", "write a colon and a blank");
        return Some(mistake.like(format!("`{key}: {}`", value.trim_start())));
    }
    None
}

/// Finds a key that has no colon behind it.
fn no_colon(content: LinePart<'_>) -> Option<Mistake> {
    let (key, rest) = after_key(content.text);
    let colonless =
        rest.is_empty() || (rest.starts_with(' ') && !rest.contains(": ") && !rest.ends_with(':'));
    let example = match rest.trim() {
        "" => format!("`{key}:`"),
        value => format!("`{key}: {value}`"),
    };
    (colonless && !key.is_empty()).then(|| {
        Mistake::at(content, "a key without a colon", "write a colon behind the key").like(example)
    })
}

/// Splits what may be a key from the rest of a text.
fn after_key(text: &str) -> (&str, &str) {
    let of_key = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-' | '.');
    text.split_at(text.find(|it| !of_key(it)).unwrap_or(text.len()))
}
