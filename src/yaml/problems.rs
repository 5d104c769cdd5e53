//! The findings of YAML itself, whatever the keys mean, in words for people who write configuration,
//! not parsers.
//!
//! Wording and bookkeeping only; reading is done in `tree`.

use std::sync::Arc;

use saphyr_parser::ScanError;

use super::mistakes::{self, Mistake};
use crate::finding::{Code, Finding, SourceText, Span};

/// The most findings of one file; a reader corrects these first.
const FINDINGS: usize = 100;

/// The findings of one file, bounded.
#[derive(Debug, Default)]
pub(super) struct Problems {
    findings: Vec<Finding>,
    left_out: bool,
}

impl Problems {
    /// Adds a finding. It is built only if there is room for it.
    pub(super) fn add(&mut self, finding: impl FnOnce() -> Finding) {
        if self.findings.len() >= FINDINGS {
            self.left_out = true;
            return;
        }
        self.findings.push(finding());
    }

    /// Adds the finding that ends the reading; there is always room for this one.
    pub(super) fn add_last(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Returns the findings, with a word on those left out.
    pub(super) fn finish(mut self, path: &str) -> Vec<Finding> {
        if self.left_out {
            self.findings.push(Finding::new(
                Code::YamlLimit,
                format!("more findings in {path} than are listed; correct these first"),
            ));
        }
        self.findings
    }
}

fn feature(span: &Span, message: &str, hint: &str) -> Finding {
    Finding::new(Code::YamlFeature, message).at(span).hint(hint)
}

pub(super) fn merge_key(span: &Span) -> Finding {
    let message = "merge keys are not supported";
    let hint =
        "write the settings out; an alias can stand for a whole value only, as in `key: *name`";
    feature(span, message, hint)
}

pub(super) fn no_key(span: &Span) -> Finding {
    feature(span, "a colon without a key before it", "write the key before the colon")
}

pub(super) fn key_not_text(span: &Span) -> Finding {
    let hint = "a key is a word before a colon; one that starts with `[`, `{` or `*` needs quotes";
    feature(span, "a key that is not a text", hint)
}

pub(super) fn tag(span: &Span) -> Finding {
    let hint = "leave the tag out; a text that starts with `!` needs quotes";
    feature(span, "YAML tags are not supported", hint)
}

pub(super) fn directive(span: &Span) -> Finding {
    feature(span, "YAML directives are not supported", "leave this line out")
}

pub(super) fn endless_alias(span: &Span) -> Finding {
    feature(span, "an alias inside the value that it stands for", "write the value out")
}

/// The anchor stands before a text, which it takes a word from, or before a mapping or list.
pub(super) fn unused_anchor(value: &Span, is_text: bool) -> Finding {
    match is_text {
        true => feature(
            value,
            "no alias uses this anchor, and it is no part of the text",
            "put a text that begins with `&` in quotes",
        ),
        false => Finding::new(Code::NoEffect, "no alias uses the anchor of this value")
            .at(value)
            .hint("take the word that begins with `&` out"),
    }
}

/// A key begins or ends with a blank of another kind, or with nothing that can be seen.
pub(super) fn odd_blank(odd: char, key: &Span) -> Finding {
    let (message, hint) = mistakes::of_blank(odd);
    Finding::new(Code::YamlSyntax, message).at(key).hint(hint)
}

/// The anchor stands in a document above.
pub(super) fn foreign_alias(name: &str, span: &Span) -> Finding {
    let message = format!("there is no anchor `{name}` in this document");
    let hint =
        format!("anchors end with their document: define it again below `---`, with `&{name}`");
    feature(span, &message, &hint)
}

/// The first of the two keys is the one that is read.
pub(super) fn duplicate_key(key: &str, again: &Span, first: Option<&Span>) -> Finding {
    let finding = Finding::new(
        Code::DuplicateKey,
        format!("the key `{}` appears twice", again.quotable(key)),
    )
    .at_labelled(again, "again here")
    .hint(match again.place().column {
        1 => "keep one of the two; where another document begins, write a line `---` above it",
        _ => "keep one of the two",
    });
    match first {
        Some(first) => finding.at_labelled(first, "first here"),
        None => finding,
    }
}

/// Words a mistake that the raw lines show.
pub(super) fn mistake(source: &Arc<SourceText>, mistake: Mistake) -> Finding {
    let Mistake { from, to, message, hint, example } = mistake;
    let span = Span::new(source, from, to);
    let hint = match example {
        // What must not be shown stands nowhere.
        Some(example) if source.is_shown(from) => format!("{hint}: {example}"),
        _ => hint,
    };
    Finding::new(Code::YamlSyntax, message).at(&span).hint(hint)
}

/// Words a syntax error. `opened` is the bracket that is open at that point, if any.
pub(super) fn syntax(
    source: &Arc<SourceText>,
    error: &ScanError,
    at: usize,
    opened: Option<Span>,
) -> Finding {
    let text = &*source.text;
    if let Some(tab) = indenting_tab(text, at, error.info().contains("tab")) {
        return Finding::new(Code::YamlSyntax, "a tab is used for indentation")
            .at(&Span::new(source, tab, tab + 1))
            .hint("YAML takes only spaces there: replace the tab with spaces, two for each level");
    }
    // An error at the end of the file would show an empty line: show the last one with something
    // on it.
    let at = if text[at..].trim().is_empty() { text.trim_end().len() } else { at };
    // Its own words say it: the mistake is in another line.
    let is_alias = error.info().contains("unknown anchor");
    let found = escape(text, at, error.info()).or_else(|| mistakes::find(text, at));
    if let Some(found) = found.filter(|_| !is_alias) {
        return mistake(source, found);
    }
    let end = text[at..].chars().next().map_or(at, |character| at + character.len_utf8());
    let span = Span::new(source, at, if text[at..end].trim().is_empty() { at } else { end });
    let (message, hint) = words(error.info());
    let finding = Finding::new(Code::YamlSyntax, message).hint(hint);
    match opened {
        Some(opened) => finding
            .at_labelled(&span, "reading stopped here")
            .at_labelled(&opened, "inside this bracket"),
        None => finding.at(&span),
    }
}

/// Finds the escape that the parser refused, in the text in quotes that begins at a byte.
fn escape(text: &str, at: usize, info: &str) -> Option<Mistake> {
    if !info.contains("escape") && !info.contains("hexadecimal") {
        return None;
    }
    mistakes::escape(text, at)
}

/// Finds the tab in the indentation that the parser stumbled over.
///
/// The parser marks the value before the tab or the key after it, and it may have taken the line
/// with the tab for a continuation of the one above. So the line of the error and the one above are
/// searched, and, when the parser itself speaks of a tab, the ones below too.
fn indenting_tab(text: &str, at: usize, named: bool) -> Option<usize> {
    let line_start = |before: usize| text[..before].rfind('\n').map_or(0, |newline| newline + 1);
    let tab_in_line = |start: usize| {
        let rest = &text.as_bytes()[start..];
        let indent = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
        indent.copied().position(|byte| byte == b'\t').map(|tab| start + tab)
    };
    let own = line_start(at);
    if let Some(tab) = tab_in_line(own) {
        return Some(tab);
    }
    if named {
        let mut start = own;
        while let Some(newline) = text[start..].find('\n') {
            start += newline + 1;
            if let Some(tab) = tab_in_line(start) {
                return Some(tab);
            }
        }
        return None;
    }
    own.checked_sub(1).and_then(|before| tab_in_line(line_start(before)))
}

/// The parser's message in plain words, and what to do.
fn words(info: &str) -> (String, &'static str) {
    const INDENTATION: &str =
        "compare the indentation with the lines above: keys of one mapping start in one column";
    let has = |part: &str| info.contains(part);
    let (message, hint) = if has("mapping values are not allowed") {
        (
            "a colon where no key can be",
            "check the indentation of this line and the line above; a text with `: ` in it needs quotes",
        )
    } else if has("unexpected character") || has("unexpected token") {
        ("a text can't start with this character", "put the text in quotes")
    } else if has("misplaced bracket") {
        (
            "a closing bracket without its opening one",
            "take it out, or write the opening one before it",
        )
    } else if has("unprintable") {
        ("a character that YAML does not allow", "remove it; double quotes take it as an escape")
    } else if has("quoted scalar") && has("end of stream") {
        ("a quote is opened and never closed", "add the closing quote")
    } else if has("trailing content after") {
        (
            "text goes on after a closing quote",
            "put all of it in one pair of quotes; a quote inside is written `\\\"` in double quotes",
        )
    } else if has("comment intercepting") {
        (
            "a text goes on behind a comment",
            "begin this line with `- ` if it is of a list, put the text in quotes, or take the comment out",
        )
    } else if has("unknown anchor") {
        (
            "an alias to an anchor that is not in this document",
            "define it above with `&name`; a text that starts with `*` needs quotes",
        )
    } else if has("escape") || has("hexadecimal") {
        (
            "an escape that double quotes do not have",
            "write a backslash as `\\\\`, or use single quotes",
        )
    } else if has("found a tab") || has("tabs disallowed") {
        ("a tab that YAML does not allow here", "replace the tab with spaces")
    } else if has("flow") || has("node content") || has("',' or") || has("illegal placement of ':'")
    {
        (
            "a list or mapping in brackets is not complete",
            "check that every `[` has its `]`, every `{` its `}`, and that a comma stands between \
             the items",
        )
    } else if has("block") || has("simple key") || has("indent") || has("'-' indicator") {
        ("this line does not fit the lines above it", INDENTATION)
    } else {
        return (format!("not YAML: {info}"), "check the indentation and the quotes around here");
    };
    (message.to_owned(), hint)
}
