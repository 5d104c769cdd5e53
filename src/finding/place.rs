//! Places in the files of the user: a file as read, a stretch of it, a position for messages.

use std::fmt;
use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How many characters are shown of each part of a line: before, under and after the carets. Long
/// enough for any line that a person wrote; a generated line of megabytes stays readable.
pub const KEPT: usize = 120;

/// One file of the user, as read.
#[derive(Debug)]
pub struct SourceText {
    /// The path as messages show it: relative to the configuration, with forward slashes.
    pub path: String,
    /// The whole text, without a byte order mark.
    pub text: Box<str>,
    /// The text as it is shown, if parts of it are masked; each byte has the same place in both.
    shown: Option<String>,
    /// Where each line begins. Most files have nothing to say of them, so they are counted only then.
    line_starts: OnceLock<Box<[u32]>>,
}

impl PartialEq for SourceText {
    fn eq(&self, other: &Self) -> bool {
        let Self { path, text, shown, line_starts: _ } = self;
        *path == other.path && *text == other.text && *shown == other.shown
    }
}

impl Eq for SourceText {}

impl SourceText {
    /// Takes a file's path and text; a byte order mark at its start is dropped.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.drain(..'\u{feff}'.len_utf8());
        }
        let (path, text) = (path.into(), text.into_boxed_str());
        Arc::new(Self { path, text, shown: None, line_starts: OnceLock::new() })
    }

    /// Returns the file with another text to be shown; masked parts keep their length.
    #[must_use = "the file itself stays as it is"]
    pub fn shown_as(&self, shown: String) -> Arc<Self> {
        let Self { path, text, .. } = self;
        assert_eq!(shown.len(), text.len(), "masked parts keep their length");
        let (path, text) = (path.clone(), text.clone());
        Arc::new(Self { path, text, shown: Some(shown), line_starts: OnceLock::new() })
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let behind = self.text.match_indices('\n').map(|(at, _)| short(at + 1));
            std::iter::once(0).chain(behind).collect()
        })
    }

    /// Returns the number of the line in which a byte stands, from 1, and the byte at which it begins.
    fn line_of(&self, at: usize) -> (usize, usize) {
        let starts = self.line_starts();
        let line = starts.partition_point(|start| *start as usize <= at);
        (line, starts[line - 1] as usize)
    }

    fn shown(&self) -> &str {
        self.shown.as_deref().unwrap_or(&self.text)
    }

    /// Tells whether the line in which a byte stands is shown as it is, with nothing masked.
    pub fn is_shown(&self, at: usize) -> bool {
        let start = self.text[..at].rfind('\n').map_or(0, |newline| newline + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |length| at + length);
        self.text.as_bytes()[start..end] == self.shown().as_bytes()[start..end]
    }

    /// Returns the byte offset of a line (from 1) and a column in characters (from 0).
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let start = self.line_starts().get(line.saturating_sub(1));
        let start = start.map_or(self.text.len(), |start| *start as usize);
        self.text[start..].char_indices().nth(column).map_or(self.text.len(), |(at, _)| start + at)
    }
}

/// Returns a place in a file as spans keep it; no file that is read is larger.
fn short(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A stretch of a user's file; carries its file, so that it can be shown anywhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Span {
    source: Arc<SourceText>,
    start: u32,
    end: u32,
}

impl fmt::Debug for Span {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Span({})", self.place())
    }
}

impl Span {
    /// Marks the bytes from `start` up to `end` of a file.
    pub fn new(source: &Arc<SourceText>, start: usize, end: usize) -> Self {
        let limit = source.text.len();
        let clamp = |at: usize| short(at.min(limit));
        Self { source: Arc::clone(source), start: clamp(start), end: clamp(end.max(start)) }
    }

    /// Returns the file.
    pub fn source(&self) -> &Arc<SourceText> {
        &self.source
    }

    /// Returns what spans are ordered by, without counting lines: the file and the first byte.
    pub fn begin(&self) -> (&str, u32) {
        (&self.source.path, self.start)
    }

    /// Returns the first byte's position as file, line and column (both from 1, columns in characters).
    pub fn place(&self) -> Place {
        let start = self.start as usize;
        let (line, line_start) = self.source.line_of(start);
        Place {
            file: self.source.path.clone(),
            line,
            column: self.source.text[line_start..start].chars().count() + 1,
        }
    }

    /// Returns its first and last line, from 1.
    pub fn lines(&self) -> (usize, usize) {
        let line_of = |at: u32| self.source.line_of(at as usize).0;
        (line_of(self.start), line_of(self.end.saturating_sub(1).max(self.start)))
    }

    /// Tells whether the next line with more than a comment begins in the same column as this one.
    pub fn is_followed_by_sibling(&self) -> bool {
        let text = &self.source.text;
        let start = text[..self.start as usize].rfind('\n').map_or(0, |newline| newline + 1);
        let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let mut lines = text[start..].lines();
        let own = lines.next().map(indent);
        let next = lines.find(|line| !matches!(line.trim_start().chars().next(), None | Some('#')));
        next.is_some_and(|line| Some(indent(line)) == own && !line.starts_with("---"))
    }

    /// Returns the line from here on, up to its end.
    pub fn rest_of_line(&self) -> &str {
        let rest = &self.source.text[self.start as usize..];
        rest[..rest.find('\n').unwrap_or(rest.len())].trim_end_matches('\r')
    }

    /// Returns a word that stands here as a message may quote it: `***` where it must not be shown.
    pub fn quotable<'a>(&self, word: &'a str) -> &'a str {
        let here = self.start as usize..self.end as usize;
        let SourceText { text, .. } = &*self.source;
        let shown = self.source.shown();
        if text.as_bytes()[here.clone()] == shown.as_bytes()[here] { word } else { "***" }
    }

    pub(super) fn excerpt(&self) -> Excerpt {
        let (start, end) = (self.start as usize, self.end as usize);
        let (_, line_start) = self.source.line_of(start);
        let rest = &self.source.shown()[line_start..];
        let text = rest[..rest.find('\n').unwrap_or(rest.len())].trim_end_matches('\r');
        let from = (start - line_start).min(text.len());
        let to = (end - line_start).clamp(from, text.len());
        // One character more than is shown marks the cut for the reader. A file of one long
        // line may have as many findings as it has words.
        let before = text[..from].char_indices().rev().nth(KEPT).map_or(0, |(at, _)| at);
        let head = |from: usize| {
            text[from..].char_indices().nth(KEPT + 1).map_or(text.len(), |(at, _)| from + at)
        };
        let meant = to.min(head(from));
        let after = if meant < to { meant } else { head(to) };
        Excerpt { text: text[before..after].to_owned(), from: from - before, to: meant - before }
    }
}

/// A position in a user's file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The path, relative to the configuration, with forward slashes. Of a create, a plan's file may leave
    /// out that of the profile.
    #[serde(default)]
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// The source line of a place and the bytes of it that are meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Excerpt {
    /// The line without its end.
    pub text: String,
    /// The first byte meant.
    pub from: usize,
    /// The byte after the last one meant.
    pub to: usize,
}
