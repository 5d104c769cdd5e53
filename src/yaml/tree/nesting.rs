//! Lists, mappings, anchors and aliases while a tree is built: what is open, and what it takes in.

use std::collections::HashSet;

use super::{Builder, YamlStop};
use crate::finding::Span;
use crate::yaml::limits::{self, DEEPEST};
use crate::yaml::{Content, MapEntry, Node, problems};

/// From so many entries on, keys are looked up in a set rather than one by one.
const FEW_ENTRIES: usize = 16;

/// A list or mapping whose end has not been seen.
pub(super) struct OpenNode {
    pub span: (usize, usize),
    pub bracketed: bool,
    pub anchor: usize,
    pub weight: usize,
    pub height: usize,
    pub body: Body,
}

pub(super) enum Body {
    List(Vec<Node>),
    Map { entries: Vec<MapEntry>, keys: HashSet<String>, next: Next },
}

/// What a mapping waits for.
pub(super) enum Next {
    Key,
    Value(String, Span),
    /// The value of a key that was refused; it is read and dropped.
    Nothing,
}

/// A complete value on its way to what holds it.
pub(super) struct Built {
    pub content: Content,
    pub span: (usize, usize),
    /// How many values it is, long texts counted more than once.
    pub weight: usize,
    /// How deep it nests.
    pub height: usize,
}

pub(super) struct Anchored {
    pub node: Node,
    pub weight: usize,
    pub height: usize,
    pub is_used: bool,
}

impl Builder<'_> {
    /// Takes a key, or refuses it with a finding; then its value is dropped.
    pub(super) fn key(&mut self, text: &str, plain: bool, at: (usize, usize)) {
        let span = self.span(at);
        let Some(OpenNode { span: whole, weight, body: Body::Map { entries, keys, next }, .. }) =
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

    pub(super) fn start(
        &mut self,
        body: Body,
        anchor: usize,
        span: (usize, usize),
    ) -> Result<(), YamlStop> {
        self.count(span)?;
        if self.open.len() >= DEEPEST {
            return Err(self.stop(&limits::DEPTH, span));
        }
        // The parser gives a bracket its place and a block the empty place before its first item.
        // Only a tag or an anchor can stand before the bracket, and neither may contain one.
        let bracketed =
            span.1 > span.0 && matches!(self.source.text.as_bytes()[span.1 - 1], b'[' | b'{');
        self.open.push(OpenNode { span, bracketed, anchor, weight: 1, height: 1, body });
        Ok(())
    }

    pub(super) fn end(&mut self, span: (usize, usize)) -> Result<(), YamlStop> {
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

    pub(super) fn alias(&mut self, anchor: usize, span: (usize, usize)) -> Result<(), YamlStop> {
        self.count(span)?;
        let Some(Anchored { node, weight, height, is_used }) = self.anchors.get_mut(&anchor) else {
            let place = self.span(span);
            let name = self.source.text[span.0..span.1].trim_start_matches('*').to_owned();
            let finding = match self.open.iter().any(|open| open.anchor == anchor) {
                true => problems::endless_alias(&place),
                false => problems::foreign_alias(&name, &place),
            };
            return Err(self.end_with(finding));
        };
        *is_used = true;
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
    pub(super) fn remember(&mut self, anchor: usize, built: &Built) -> Result<(), YamlStop> {
        self.budget.copy(built.weight).map_err(|limit| self.stop(limit, built.span))?;
        let node = Node { span: self.span(built.span), content: built.content.clone() };
        let Built { content: _, span: _, weight, height } = *built;
        self.anchors.insert(anchor, Anchored { node, weight, height, is_used: false });
        Ok(())
    }

    /// Notes the anchors of a document that no alias has used: a text that begins with `&` is read
    /// without its first word.
    pub(super) fn forget_anchors(&mut self) {
        let unused = self.anchors.drain().filter(|(_, anchored)| !anchored.is_used);
        let mut unused: Vec<_> = unused.collect();
        unused.sort_by_key(|(anchor, _)| *anchor);
        self.unused.extend(unused.into_iter().map(|(_, Anchored { node, .. })| {
            let is_text = matches!(node.content, Content::Scalar(_) | Content::Null);
            (node.span, is_text)
        }));
    }

    /// Hands a complete value to what holds it.
    pub(super) fn deliver(&mut self, built: Built) {
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
                Next::Value(key, key_span) => entries.push(MapEntry { key, key_span, value: node }),
                Next::Nothing => {}
                Next::Key => {
                    *next = Next::Nothing;
                    self.problems.add(|| problems::key_not_text(&node.span));
                }
            },
        }
    }
}
