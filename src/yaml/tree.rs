//! Builds the tree from the parser's events, under the limits of `limits`.
//!
//! No recursion, and nothing that grows faster than the file.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::limits::{self, Budget, DEEPEST, LARGEST_FILE, Limit, TOO_LARGE_HINT};
use super::positions::{Cursor, written_length};
use super::problems::{self, Problems};
use super::{Content, Entry, Node, Parsed, Scalar};
use crate::finding::{Code, Finding, Source, Span};

/// From so many entries on, keys are looked up in a set rather than one by one.
const FEW_ENTRIES: usize = 16;

/// Reads the documents of a file.
///
/// A finding does not end the reading, except for a syntax error or a limit: these lose the document
/// they are in and all after it.
pub fn parse(source: &Arc<Source>) -> Parsed {
    let mut builder = Builder::new(source);
    if source.text.len() > LARGEST_FILE {
        let message = format!("{} is larger than 10 MB", source.path);
        builder.problems.add_last(Finding::new(Code::YamlLimit, message).hint(TOO_LARGE_HINT));
    } else {
        builder.read();
    }
    Parsed { documents: builder.documents, findings: builder.problems.finish(&source.path) }
}

/// The reading ends here; the finding that says why has been added.
struct Stop;

/// A list or mapping whose end has not been seen.
struct Open {
    span: (usize, usize),
    bracketed: bool,
    anchor: usize,
    weight: usize,
    height: usize,
    body: Body,
}

enum Body {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, keys: HashSet<String>, next: Next },
}

/// What a mapping waits for.
enum Next {
    Key,
    Value(String, Span),
    /// The value of a key that was refused; it is read and dropped.
    Nothing,
}

/// A complete value on its way to what holds it.
struct Built {
    content: Content,
    span: (usize, usize),
    /// How many values it is, long texts counted more than once.
    weight: usize,
    /// How deep it nests.
    height: usize,
}

struct Anchored {
    node: Node,
    weight: usize,
    height: usize,
}

struct Builder<'a> {
    source: &'a Arc<Source>,
    cursor: Cursor<'a>,
    problems: Problems,
    documents: Vec<Node>,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchored>,
    budget: Budget,
    /// Where the text between two documents starts: directives stand there.
    between: usize,
}

impl<'a> Builder<'a> {
    fn new(source: &'a Arc<Source>) -> Self {
        Self {
            source,
            cursor: Cursor::new(&source.text),
            problems: Problems::default(),
            documents: Vec::new(),
            open: Vec::new(),
            anchors: HashMap::new(),
            budget: Budget::default(),
            between: 0,
        }
    }

    fn read(&mut self) {
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
                    self.problems.add_last(finding);
                    return;
                }
            };
            let start = self.cursor.byte(span.start.index());
            let end = self.cursor.byte(span.end.index()).max(start);
            if self.take(event, (start, end)).is_err() {
                return;
            }
        }
    }

    fn take(&mut self, event: Event<'_>, span: (usize, usize)) -> Result<(), Stop> {
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd => {}
            Event::DocumentStart(_) => self.directives(span.0),
            Event::DocumentEnd => {
                self.between = span.1;
                self.anchors.clear();
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
    ) -> Result<(), Stop> {
        let nothing_written =
            text.is_empty() && style == ScalarStyle::Plain && anchor == 0 && tag.is_none();
        if nothing_written {
            // The parser gives a value that is not there the place of whatever comes next.
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
        if let Some(Open { body: Body::Map { next: Next::Key, .. }, .. }) = self.open.last() {
            self.key(text, plain, span);
            return Ok(());
        }
        self.deliver(built);
        Ok(())
    }

    /// Takes a key, or refuses it with a finding; then its value is dropped.
    fn key(&mut self, text: &str, plain: bool, at: (usize, usize)) {
        let span = self.span(at);
        let Some(Open { span: whole, weight, body: Body::Map { entries, keys, next }, .. }) =
            self.open.last_mut()
        else {
            return;
        };
        *weight += limits::weight(text);
        whole.1 = whole.1.max(at.1);
        *next = Next::Nothing;
        if plain && text == "<<" {
            self.problems.add(|| problems::merge_key(&span));
            return;
        }
        if plain && text.is_empty() {
            self.problems.add(|| problems::no_key(&span));
            return;
        }
        let twice = if entries.len() < FEW_ENTRIES {
            entries.iter().any(|entry| entry.key == text)
        } else {
            if keys.is_empty() {
                keys.extend(entries.iter().map(|entry| entry.key.clone()));
            }
            !keys.insert(text.to_owned())
        };
        if !twice {
            *next = Next::Value(text.to_owned(), span);
            return;
        }
        let first = entries.iter().find(|entry| entry.key == text).map(|entry| &entry.key_span);
        self.problems.add(|| problems::duplicate_key(text, &span, first));
    }

    fn start(&mut self, body: Body, anchor: usize, span: (usize, usize)) -> Result<(), Stop> {
        self.count(span)?;
        if self.open.len() >= DEEPEST {
            return Err(self.stop(&limits::DEPTH, span));
        }
        // The parser gives a bracket its place and a block the empty place before its first item.
        // Only a tag or an anchor can stand before the bracket, and neither may contain one.
        let bracketed =
            span.1 > span.0 && matches!(self.source.text.as_bytes()[span.1 - 1], b'[' | b'{');
        self.open.push(Open { span, bracketed, anchor, weight: 1, height: 1, body });
        Ok(())
    }

    fn end(&mut self, span: (usize, usize)) -> Result<(), Stop> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        // A block has no sign for its end; there the parser has gone on to what comes next.
        let end = if open.bracketed { span.1 } else { open.span.1 };
        let content = match open.body {
            Body::List(items) => Content::List(items),
            Body::Map { entries, .. } => Content::Map(entries),
        };
        let built =
            Built { content, span: (open.span.0, end), weight: open.weight, height: open.height };
        if open.anchor != 0 {
            self.remember(open.anchor, &built)?;
        }
        self.deliver(built);
        Ok(())
    }

    fn alias(&mut self, anchor: usize, span: (usize, usize)) -> Result<(), Stop> {
        self.count(span)?;
        let Some(Anchored { node, weight, height }) = self.anchors.get(&anchor) else {
            let place = self.span(span);
            self.problems.add(|| problems::endless_alias(&place));
            self.deliver(Built { content: Content::Null, span, weight: 1, height: 0 });
            return Ok(());
        };
        let (weight, height) = (*weight, *height);
        if self.open.len() + height > DEEPEST {
            return Err(self.stop(&limits::DEPTH, span));
        }
        // The budget is checked before anything is copied.
        if let Err(limit) = self.budget.copy(weight) {
            return Err(self.stop(limit, span));
        }
        let content = node.content.clone();
        self.deliver(Built { content, span, weight, height });
        Ok(())
    }

    /// Keeps a copy for aliases; it counts too, since anchors nest.
    fn remember(&mut self, anchor: usize, built: &Built) -> Result<(), Stop> {
        self.budget.copy(built.weight).map_err(|limit| self.stop(limit, built.span))?;
        let node = Node { span: self.span(built.span), content: built.content.clone() };
        let Built { content: _, span: _, weight, height } = *built;
        self.anchors.insert(anchor, Anchored { node, weight, height });
        Ok(())
    }

    /// Hands a complete value to what holds it.
    fn deliver(&mut self, built: Built) {
        let Built { content, span: at, weight, height } = built;
        let node = Node { span: self.span(at), content };
        let Some(open) = self.open.last_mut() else {
            self.documents.push(node);
            return;
        };
        open.span.1 = open.span.1.max(at.1);
        open.weight += weight;
        open.height = open.height.max(height + 1);
        match &mut open.body {
            Body::List(items) => items.push(node),
            Body::Map { entries, next, .. } => match std::mem::replace(next, Next::Key) {
                Next::Value(key, key_span) => entries.push(Entry { key, key_span, value: node }),
                Next::Nothing => {}
                Next::Key => {
                    *next = Next::Nothing;
                    self.problems.add(|| problems::key_not_text(&node.span));
                }
            },
        }
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

    fn count(&mut self, span: (usize, usize)) -> Result<(), Stop> {
        self.budget.value().map_err(|limit| self.stop(limit, span))
    }

    fn stop(&mut self, limit: &Limit, at: (usize, usize)) -> Stop {
        let finding = limit.finding(&self.span(at));
        self.problems.add_last(finding);
        Stop
    }

    fn span(&self, (start, end): (usize, usize)) -> Span {
        Span::new(self.source, start, end)
    }
}
