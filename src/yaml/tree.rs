//! Builds the tree from the parser's events, under the limits of `limits`.
//!
//! No recursion, and nothing that grows faster than the file.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use self::nesting::{Anchored, Body, Built, Next, OpenNode};
use super::limits::{self, Budget, LARGEST_FILE, TOO_LARGE_HINT, YamlLimit};
use super::mistakes;
use super::positions::{Cursor, written_length};
use super::problems::{self, Problems};
use super::{Content, Node, ParsedYaml, Scalar};
use crate::finding::{Code, Finding, SourceText, Span};

mod nesting;

/// Reads the documents of a file.
///
/// A finding does not end the reading, except for a syntax error or a limit: these lose the document
/// they are in and all after it.
pub fn parse(source: &Arc<SourceText>) -> ParsedYaml {
    let mut builder = Builder::new(source);
    if source.text.len() > LARGEST_FILE {
        let message = format!("{} is larger than 10 MB", source.path);
        let _ = builder.end_with(Finding::new(Code::YamlLimit, message).hint(TOO_LARGE_HINT));
    } else {
        builder.read();
    }
    let Builder { documents, problems, is_cut, .. } = builder;
    ParsedYaml { documents, findings: problems.finish(&source.path), is_cut }
}

/// The reading ends here; the finding that says why has been added.
struct YamlStop;

struct Builder<'a> {
    source: &'a Arc<SourceText>,
    cursor: Cursor<'a>,
    problems: Problems,
    documents: Vec<Node>,
    open: Vec<OpenNode>,
    anchors: HashMap<usize, Anchored>,
    budget: Budget,
    /// Where the text between two documents starts: directives stand there.
    between: usize,
    is_cut: bool,
    /// Values with an anchor that no alias uses, and whether each is a text.
    unused: Vec<(Span, bool)>,
}

impl<'a> Builder<'a> {
    fn new(source: &'a Arc<SourceText>) -> Self {
        Self {
            source,
            cursor: Cursor::new(&source.text),
            problems: Problems::default(),
            documents: Vec::new(),
            open: Vec::new(),
            anchors: HashMap::new(),
            budget: Budget::default(),
            between: 0,
            is_cut: false,
            unused: Vec::new(),
        }
    }

    fn read(&mut self) {
        if let Some(conflict) = mistakes::conflict(&self.source.text, true) {
            let finding = problems::mistake(self.source, conflict);
            let _ = self.end_with(finding);
            return;
        }
        if let Some(at) = limits::bracket_too_many(&self.source.text) {
            let _ = self.stop(&limits::BRACKETS, (at, at + 1));
            return;
        }
        for event in Parser::new_from_str(&self.source.text) {
            let (event, span) = match event {
                Ok(event) => event,
                Err(error) => {
                    let at = self.cursor.byte(error.marker().index());
                    if error.info().contains("recursion limit") {
                        // The parser has a limit of its own, far beyond ours, on brackets that it
                        // must look through for the end of a key.
                        let _ = self.stop(&limits::DEPTH, (at, at));
                        return;
                    }
                    let opened = self.open.last().filter(|open| open.bracketed);
                    let opened = opened.map(|open| self.span((open.span.0, open.span.0 + 1)));
                    let finding = problems::syntax(self.source, &error, at, opened);
                    let _ = self.end_with(finding);
                    return;
                }
            };
            let start = self.cursor.byte(span.start.index());
            let end = self.cursor.byte(span.end.index()).max(start);
            if self.take(event, (start, end)).is_err() {
                return;
            }
        }
        for (value, is_text) in std::mem::take(&mut self.unused) {
            self.problems.add(|| problems::unused_anchor(&value, is_text));
        }
    }

    fn take(&mut self, event: Event<'_>, span: (usize, usize)) -> Result<(), YamlStop> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd => {}
            Event::DocumentStart(_) => self.directives(span.0),
            Event::DocumentEnd => {
                self.between = span.1;
                self.forget_anchors();
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.count(span)?;
                self.scalar(&text, style, anchor, tag.as_deref(), span)?;
            }
            Event::SequenceStart(anchor, tag) => {
                self.tag(tag.as_deref(), span);
                self.start(Body::List(Vec::new()), anchor, span)?;
            }
            Event::MappingStart(anchor, tag) => {
                self.tag(tag.as_deref(), span);
                let body = Body::Map { entries: Vec::new(), keys: HashSet::new(), next: Next::Key };
                self.start(body, anchor, span)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::Alias(anchor) => self.alias(anchor, span)?,
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        mut span: (usize, usize),
    ) -> Result<(), YamlStop> {
        let nothing_written =
            text.is_empty() && style == ScalarStyle::Plain && anchor == 0 && tag.is_none();
        if nothing_written {
            // The parser gives a missing value the place of the next token.
            span.1 = span.0;
        } else if style != ScalarStyle::Plain {
            span.1 = span.0 + written_length(&self.source.text[span.0..span.1], style);
        }
        self.tag(tag, span);
        if nothing_written && self.open.is_empty() {
            return Ok(()); // an empty document
        }
        let core = tag.filter(|tag| tag.is_yaml_core_schema()).map(|tag| tag.suffix.as_str());
        let plain = match core {
            Some("str") => false,
            Some(_) => true,
            None => style == ScalarStyle::Plain,
        };
        let null = plain && matches!(text, "" | "~" | "null" | "Null" | "NULL");
        let scalar = || Content::Scalar(Scalar { text: text.to_owned(), plain });
        let content = if null { Content::Null } else { scalar() };
        let built = Built { content, span, weight: limits::weight(text), height: 0 };
        if anchor != 0 {
            self.remember(anchor, &built)?;
        }
        if let Some(OpenNode { body: Body::Map { next: Next::Key, .. }, .. }) = self.open.last() {
            if let Some(odd) = plain.then(|| mistakes::odd_end(text)).flatten() {
                let finding = problems::odd_blank(odd, &self.span(span));
                return Err(self.end_with(finding));
            }
            self.key(text, plain, span);
            return Ok(());
        }
        self.deliver(built);
        Ok(())
    }

    fn tag(&mut self, tag: Option<&Tag>, at: (usize, usize)) {
        const CORE: [&str; 7] = ["str", "int", "float", "bool", "null", "seq", "map"];
        let Some(tag) = tag else { return };
        if tag.is_yaml_core_schema() && CORE.contains(&tag.suffix.as_str()) {
            return;
        }
        let written = &self.source.text[at.0..at.1];
        let end = written.find(char::is_whitespace).map_or(at.1, |length| at.0 + length);
        let span = self.span((at.0, end));
        self.problems.add(|| problems::tag(&span));
    }

    fn directives(&mut self, until: usize) {
        let text = &self.source.text[self.between.min(until)..until];
        let mut start = self.between;
        for line in text.split_inclusive('\n') {
            if line.starts_with('%') {
                let span = self.span((start, start + line.trim_end().len()));
                self.problems.add(|| problems::directive(&span));
            }
            start += line.len();
        }
    }

    fn count(&mut self, span: (usize, usize)) -> Result<(), YamlStop> {
        self.budget.value().map_err(|limit| self.stop(limit, span))
    }

    fn stop(&mut self, limit: &YamlLimit, at: (usize, usize)) -> YamlStop {
        let finding = limit.finding(&self.span(at));
        self.end_with(finding)
    }

    fn end_with(&mut self, finding: Finding) -> YamlStop {
        self.problems.add_last(finding);
        self.is_cut = true;
        YamlStop
    }

    fn span(&self, (start, end): (usize, usize)) -> Span {
        Span::new(self.source, start, end)
    }
}
