//! What a person wrote where the parser gave up: looks at the lines around a syntax error and says the
//! mistake itself, not what the parser made of it.

use super::lines::{
    LinePart, SourceLine, bracket_end, is_block_head, line_at, lines_above, quote_end,
};
use crate::text::{is_hidden, is_odd_blank, yaml_text};

mod escapes;
mod signs;

pub(super) use escapes::escape;
pub(super) use signs::unfinished;
use signs::{is_item, missing_sign};

/// How many lines above the error are looked at: a text without quotes or with one quote swallows the
/// lines that follow.
const LINES_ABOVE: usize = 3;

/// A mistake, and the bytes of the file that it is about.
#[derive(Debug)]
pub(super) struct Mistake {
    pub from: usize,
    pub to: usize,
    pub message: String,
    pub hint: String,
    /// How the text is written right, which shows a part of the file.
    pub example: Option<String>,
}

impl Mistake {
    fn at(part: LinePart<'_>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let (message, hint) = (message.into(), hint.into());
        Self { from: part.start, to: part.end(), message, hint, example: None }
    }

    fn like(mut self, example: impl Into<String>) -> Self {
        self.example = Some(example.into());
        self
    }
}

/// Finds the first line of a merge conflict that is not resolved.
pub(super) fn conflict(text: &str, is_certain: bool) -> Option<Mistake> {
    if is_certain && !text.contains("<<<<<<<") {
        return None;
    }
    let marker = |sign: &str| {
        let mut starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1));
        starts.find(|start| {
            let rest = text[*start..].strip_prefix(sign);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\r', '\n']))
        })
    };
    let (ours, theirs) = (marker("<<<<<<<"), marker(">>>>>>>"));
    let start = match is_certain {
        true => ours.filter(|_| theirs.is_some()),
        false => ours.or(theirs).or_else(|| marker("=======")).or_else(|| marker("|||||||")),
    }?;
    let line = line_at(text, start);
    let part = LinePart { start, text: line.text };
    let message = "a merge conflict that is not resolved";
    Some(Mistake::at(
        part,
        message,
        "keep the lines of one side, and take out those that begin with `<<<<<<<`, `=======` and `>>>>>>>`",
    ))
}

/// Finds the mistake behind a syntax error at a byte.
pub(super) fn find(text: &str, at: usize) -> Option<Mistake> {
    let own = line_at(text, at);
    let above: Vec<SourceLine<'_>> = lines_above(text, own).take(LINES_ABOVE).collect();
    conflict(text, false)
        .or_else(|| std::iter::once(&own).chain(&above).find_map(|line| odd_blank(*line)))
        .or_else(|| open_quote(text, own, &above))
        .or_else(|| value(own))
        .or_else(|| above.first().and_then(|line| block_text(*line, own)))
        .or_else(|| above.get(1).and_then(|head| block_text(*head, above[0])))
        .or_else(|| missing_sign(text, own, above.first()))
        .or_else(|| second_colon(own, at))
        .or_else(|| indentation(text, own))
}

/// Finds a blank that only looks like one where YAML takes blanks alone: before a text or behind a
/// colon.
fn odd_blank(line: SourceLine<'_>) -> Option<Mistake> {
    let odd = |it: char| is_odd_blank(it) || (is_hidden(it) && it != '\t');
    let mut leads = line.text.char_indices().take_while(|(_, it)| it.is_whitespace() || odd(*it));
    let mut behind = line.text.char_indices().zip(line.text.chars().skip(1));
    let (offset, character) = leads.find(|(_, it)| odd(*it)).or_else(|| {
        let (key, _) = line.entry()?;
        let of_key = |at: usize| line.start + line.text[..at].trim_end().len() == key.end();
        let found = behind.find(|((at, colon), next)| *colon == ':' && odd(*next) && of_key(*at));
        found.map(|((at, _), next)| (at + 1, next))
    })?;
    let end = offset + character.len_utf8();
    let part = LinePart { start: line.start + offset, text: &line.text[offset..end] };
    let (message, hint) = of_blank(character);
    Some(Mistake::at(part, message, hint))
}

/// Returns the first character of a key, or else its last one, if that is a blank of another kind or can't be
/// seen.
pub(super) fn odd_end(key: &str) -> Option<char> {
    let odd = |it: &char| !it.is_ascii_graphic() && (is_odd_blank(*it) || is_hidden(*it));
    key.chars().next().filter(odd).or_else(|| key.chars().next_back().filter(odd))
}

/// Names a character that looks like a blank or like nothing, and says what to do.
pub(super) fn of_blank(character: char) -> (String, &'static str) {
    let name = match character {
        '\u{a0}' | '\u{202f}' => "no-break space",
        '\u{200b}' => "zero-width space",
        it if is_odd_blank(it) => "blank of another kind",
        _ => "character that can't be seen",
    };
    let code = u32::from(character);
    let message = format!("a {name} (U+{code:04X}) stands where YAML takes plain spaces only");
    (message, "replace it with plain spaces; it often comes with text from a web page")
}

/// Finds a quote that is opened and closed on another line, or never.
fn open_quote<'a>(text: &'a str, own: SourceLine<'a>, above: &[SourceLine<'a>]) -> Option<Mistake> {
    let opened = |line: SourceLine<'a>| {
        let value = line.value();
        let quote = value.text.starts_with(['"', '\'']) && quote_end(value.text).is_none();
        // One that is closed above the error is a text of several lines.
        let closed = quote_end(&text[value.start..]).map(|length| value.start + length);
        (quote && closed.is_none_or(|end| end > own.start)).then_some(value)
    };
    let value = std::iter::once(own).chain(above.iter().copied()).find_map(opened)?;
    let (quote, inside) = value.text.split_at(1);
    let hint = match inside.contains(quote) {
        false => format!("add the closing `{quote}` at the end of the text"),
        true => "add the closing quote at the end of the text".to_owned(),
    };
    let part = LinePart { text: value.text, ..value };
    Some(Mistake::at(part, "this quote is not closed", hint))
}

/// Finds a value that begins with a sign of YAML and is meant as a text.
fn value(line: SourceLine<'_>) -> Option<Mistake> {
    let value = line.value();
    let first = value.text.chars().next()?;
    let rest = &value.text[first.len_utf8()..];
    let needs_quotes = || {
        let message = match first {
            '`' => "a text that begins with a backtick needs quotes".to_owned(),
            sign => format!("a text that begins with `{sign}` needs quotes"),
        };
        Mistake::at(value, message, "put it in quotes").like(yaml_text(value.text))
    };
    if line.entry().is_some() && line_has_tab(line, value) {
        let tab = LinePart { start: value.start - 1, text: "\t" };
        let hint = "write one plain space between the colon and the value";
        return Some(Mistake::at(tab, "a tab behind the colon", hint));
    }
    match first {
        '[' | '{' => match bracket_end(value.text) {
            _ if reference(value).is_some() => reference(value),
            Some(end) if !value.text[end..].trim_matches([' ', ']', '}']).is_empty() => {
                Some(needs_quotes())
            }
            _ => None,
        },
        '|' | '>' if !is_block_head(value.text) => Some(
            Mistake::at(
                value,
                format!("text behind `{first}`, which needs quotes"),
                format!("`{first}` begins a text on the next lines; put a text that begins with it in quotes"),
            )
            .like(yaml_text(value.text)),
        ),
        '-' if line.entry().is_some() && rest.starts_with(' ') => Some(
            Mistake::at(
                value,
                "a list on the line of its key",
                "a list begins on the next line; put a text that begins with `- ` in quotes",
            )
            .like(yaml_text(value.text)),
        ),
        '\'' | '"' => {
            let end = quote_end(value.text)?;
            let behind = value.text[end..].trim_start();
            let inside = if first == '"' { "`\\\"`" } else { "`''`" };
            (!behind.is_empty() && !behind.starts_with([',', ':', ']', '}'])).then(|| {
                Mistake::at(
                    value,
                    "text goes on after a closing quote",
                    format!("put all of it in one pair of quotes; in these, a quote is written {inside}"),
                )
            })
        }
        '@' | '`' | '%' | ']' | '}' | ',' => Some(needs_quotes()),
        '&' | '?' if rest.is_empty() || rest.starts_with(' ') => Some(needs_quotes()),
        _ => None,
    }
}

fn line_has_tab(line: SourceLine<'_>, value: LinePart<'_>) -> bool {
    let before = value.start - line.start;
    before > 0 && line.text.as_bytes()[before - 1] == b'\t'
}

/// Finds a reference to a secret in braces.
fn reference(value: LinePart<'_>) -> Option<Mistake> {
    let at = ["${env:", "${file:"].iter().filter_map(|it| value.text.find(it)).min()?;
    let before = value.text[..at].chars().next_back();
    if matches!(before, Some('"' | '\'')) {
        return None;
    }
    let end = value.text[at..].find('}').map_or(value.text.len(), |length| at + length + 1);
    let part = LinePart { start: value.start + at, text: &value.text[at..end] };
    let mistake =
        Mistake::at(part, "a reference in braces needs quotes", "in braces, write it in quotes");
    Some(mistake.like(format!("'{}'", part.text)))
}

/// Finds a text below `|` or `>` that is not indented.
fn block_text(head: SourceLine<'_>, below: SourceLine<'_>) -> Option<Mistake> {
    let (_, value) = head.entry()?;
    let flat = below.indentation() <= head.indentation();
    // A line with a key is the next key.
    if !is_block_head(value.text) || !flat || below.entry().is_some() {
        return None;
    }
    let message = format!("the text below `{}` is not indented", value.text);
    let hint = "indent each line of the text deeper than its key";
    Some(Mistake::at(below.content(), message, hint))
}

/// Finds a text with a colon in it.
fn second_colon(own: SourceLine<'_>, at: usize) -> Option<Mistake> {
    let (_, value) = own.entry()?;
    let inside = at > value.start && at < value.end() + 1 && value.text.contains(':');
    // In brackets it is the sign behind a key.
    (inside && !value.text.starts_with(['[', '{'])).then(|| {
        let message = "a text with a colon and a blank in it needs quotes";
        Mistake::at(value, message, "put it in quotes").like(yaml_text(value.text))
    })
}

/// Finds a line that begins in a column in which nothing above it begins.
fn indentation(text: &str, own: SourceLine<'_>) -> Option<Mistake> {
    if own.entry().is_none() && !is_item(own) {
        return None;
    }
    // The first line below a key may begin anywhere deeper.
    let opens = |above: SourceLine<'_>| {
        above.indentation() < own.indentation() && above.content().text.ends_with(':')
    };
    if lines_above(text, own).next().is_some_and(opens) {
        return None;
    }
    let mut columns: Vec<usize> = Vec::new();
    let mut least = usize::MAX;
    for line in lines_above(text, own) {
        // A list's own column counts as well as that of the key behind its sign.
        for column in [line.indentation(), line.content().start - line.start] {
            if column < least {
                columns.push(column);
            }
        }
        least = least.min(line.indentation());
        if least == 0 || columns.len() > 8 {
            break;
        }
    }
    let column = own.indentation();
    if columns.is_empty() || columns.contains(&column) {
        return None;
    }
    columns.sort_unstable();
    columns.dedup();
    let columns: Vec<String> = columns.iter().map(|it| (it + 1).to_string()).collect();
    let message =
        format!("this line is indented like none above it: it begins in column {}", column + 1);
    let hint = format!(
        "the lines above begin in column {}; keys of one mapping begin in one column",
        columns.join(" and ")
    );
    Some(Mistake::at(own.content(), message, hint))
}

#[cfg(test)]
mod tests;
