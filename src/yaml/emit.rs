//! Writes YAML for users: block style, and texts that every reader takes for the same texts.
//!
//! Knows nothing of profiles. The lines are laid out here and `serde_yaml` writes the texts in them,
//! except those that need quotes: it leaves `yes`, `1_000`, `12:30:45` or `<<` bare, which YAML 1.1
//! readers (PyYAML, Ruby, Go tools) take for a flag, a number, a time or a merge.

use crate::text::{is_hidden, is_odd_blank, yaml_text};

/// Readers need not look for the colon of a key further than this; `? ` announces a longer key.
const SHORT_KEY: usize = 1000;

/// A value to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Emit {
    /// `true` or `false`.
    Flag(bool),
    /// A text; quoted wherever it could be taken for anything else.
    Text(String),
    /// A list.
    List(Vec<Emit>),
    /// A mapping, in this order. Keys must differ.
    Map(Vec<(String, Emit)>),
}

/// Writes a value as a YAML document.
pub fn emit(value: &Emit) -> String {
    lines(value).into_iter().map(|line| line + "\n").collect()
}

/// Returns the lines of a value, those below a key or a dash without the indentation that it needs.
fn lines(value: &Emit) -> Vec<String> {
    match value {
        Emit::Flag(flag) => vec![flag.to_string()],
        Emit::Text(text) => text_lines(text),
        Emit::List(items) if items.is_empty() => vec!["[]".to_owned()],
        Emit::List(items) => items.iter().flat_map(|item| behind("- ", lines(item))).collect(),
        Emit::Map(entries) if entries.is_empty() => vec!["{}".to_owned()],
        Emit::Map(entries) => entries.iter().flat_map(|(key, value)| entry(key, value)).collect(),
    }
}

/// Returns the lines of one key and its value.
fn entry(key: &str, value: &Emit) -> Vec<String> {
    let key = if is_plain(key) && key.len() <= 100 { key.to_owned() } else { yaml_text(key) };
    let below = lines(value);
    if key.chars().count() > SHORT_KEY {
        return [vec![format!("? {key}")], behind(": ", below)].concat();
    }
    let mut whole = vec![format!("{key}:")];
    match value {
        Emit::List(items) if !items.is_empty() => whole.extend(below),
        Emit::Map(entries) if !entries.is_empty() => {
            whole.extend(below.into_iter().map(|line| indented("  ", line)));
        }
        _ => {
            let mut below = below.into_iter();
            whole[0].extend(below.next().map(|first| format!(" {first}")));
            whole.extend(below);
        }
    }
    whole
}

/// Puts lines behind a sign of two characters, which is before the first of them.
fn behind(sign: &str, lines: Vec<String>) -> Vec<String> {
    let lines = lines.into_iter().enumerate();
    lines.map(|(at, line)| indented(if at == 0 { sign } else { "  " }, line)).collect()
}

/// Indents a line that has something in it.
fn indented(by: &str, line: String) -> String {
    if line.is_empty() { line } else { format!("{by}{line}") }
}

fn text_lines(text: &str) -> Vec<String> {
    if !is_plain(text) && !is_block(text) {
        return vec![yaml_text(text)];
    }
    let written = serde_yaml::to_string(text).expect("a text can be written as YAML");
    let written = written.strip_suffix('\n').unwrap_or(&written);
    written.split('\n').map(str::to_owned).collect()
}

/// Tells whether a text may stand without quotes for readers of YAML 1.1 and 1.2 alike.
///
/// The rule is strict rather than clever: every text that starts with a digit or a sign is quoted, and
/// with it every number, date, time and id in any of their spellings.
fn is_plain(text: &str) -> bool {
    let words = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let starts_well = text
        .starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | '/' | '(' | '$'));
    starts_well
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.chars().any(|character| is_hidden(character) || is_odd_blank(character))
        && !words.contains(&text.to_ascii_lowercase().as_str())
}

/// Tells whether a text of several lines reads well, and safely, as a block with `|`.
fn is_block(text: &str) -> bool {
    let shown = |character| !is_hidden(character) && !is_odd_blank(character);
    text.trim_end_matches('\n').contains('\n')
        && !text.starts_with([' ', '\n'])
        && !text.ends_with("\n\n")
        && text.lines().all(|line| !line.ends_with(' ') && line.chars().all(shown))
}

#[cfg(test)]
mod tests;
