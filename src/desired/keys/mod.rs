//! The keys of the file language: one table for each object, read by the parser, by the messages about
//! a wrong or missing key, and by the documentation.
//!
//! The table of an object also makes the struct that its parser reads it into. A key without a row has
//! no field there, and a row that no parser reads is a field never read: neither compiles.

use crate::desired::fields::{self, Quoted};
use crate::finding::{Code, Finding};
use crate::provider::SYSTEMS;
use crate::yaml::{MapEntry, Node};

pub(super) mod check;
mod tables;

pub use tables::*;

/// What a value looks like.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// One of these words.
    Word(&'static [&'static str]),
    /// Any text.
    Text,
    /// An id: a text, or an unquoted number that every YAML reader leaves as it is written.
    Id,
    /// `true` or `false`.
    Flag,
    /// A whole number of calls, 1 or more.
    Calls,
    /// A whole number, 0 or more.
    Number,
    /// A share in percent.
    Percent,
    /// A day, written as 2027-03-31.
    Day,
    /// A user's e-mail address.
    Email,
    /// A URL that credentials may be sent to.
    Address,
    /// The id of a provider.
    Provider,
    /// One complete set of credentials of the provider, each by reference.
    Credentials,
    /// Settings of the provider's catalogue.
    Settings,
    /// A value as its short form has it.
    Value,
    /// A list.
    List(&'static Shape),
    /// A mapping with the keys of this object.
    Object(&'static Object),
    /// A mapping from names of the user's own to such objects.
    Names(&'static Object),
    /// A mapping from the vendor's names to such objects.
    Members(&'static Object),
    /// A mapping from names of the user's own to lists of such values.
    Lists(&'static Shape),
    /// A mapping from names of the user's own to texts.
    Texts,
    /// A mapping from codes of warnings to reasons.
    Reasons,
    /// One of several.
    Either(&'static [Shape]),
}

/// Whether an object must have a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must.
    Required,
    /// It may.
    Optional,
}

/// One key of an object.
#[derive(Debug)]
pub struct Key {
    /// The key as files write it.
    pub name: &'static str,
    /// Whether it must be there.
    pub need: Need,
    /// What its value looks like.
    pub shape: Shape,
    /// What it means: a sentence or two, in Markdown.
    pub help: &'static str,
}

/// A mapping with fixed keys.
#[derive(Debug)]
pub struct Object {
    /// The mapping in the documentation: `a profile`.
    pub title: &'static str,
    /// Its keys, in the order of the documentation.
    pub keys: &'static [Key],
    /// Keys that a later version of permctl reads; a file with one gets a finding that says so.
    pub later: &'static [&'static str],
}

/// A key that an object must have, as one file gives it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Required<'a> {
    object: &'a Node,
    what: &'a str,
    name: &'static str,
    shape: Shape,
    /// Whether an unknown key is the finding for it, where it is missing.
    is_meant: bool,
}

impl<'a> Required<'a> {
    fn of(object: &'a Node, what: &'a str, key: &'static Key, meant: Option<&str>) -> Self {
        let Key { name, shape, .. } = *key;
        Self { object, what, name, shape, is_meant: meant == Some(name) }
    }

    /// Returns the value; where there is none, that is a finding.
    pub fn take(self, findings: &mut Vec<Finding>) -> Option<&'a Node> {
        let Self { object, what, name, shape, is_meant } = self;
        let found = object.get(name);
        if found.is_none() && !is_meant {
            findings.push(
                Finding::new(Code::MissingKey, format!("{what} has no `{name}`"))
                    .at(&object.span)
                    .hint(format!("add `{name}:{}`", shape.example())),
            );
        }
        found
    }

    /// Lists the words that the value may be; none where it is no word.
    pub fn words(self) -> &'static [&'static str] {
        match self.shape {
            Shape::Word(words) => words,
            _ => &[],
        }
    }

    /// Reads the value as a text.
    pub fn text(self, findings: &mut Vec<Finding>) -> Option<String> {
        let node = self.take(findings)?;
        fields::text(self.quoted(), node, findings)
    }

    /// Returns the key as a message names it.
    pub fn quoted(self) -> Quoted<&'static str> {
        Quoted(self.name)
    }
}

/// A key that an object may have, as one file gives it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Optional<'a> {
    /// The key with its value, where the object has it.
    pub entry: Option<&'a MapEntry>,
    name: &'static str,
}

impl<'a> Optional<'a> {
    fn of(object: &'a Node, _what: &'a str, key: &'static Key, _meant: Option<&str>) -> Self {
        let name = key.name;
        let entry = object.as_map().and_then(|map| map.iter().find(|entry| entry.key == name));
        Self { entry, name }
    }

    /// Returns the key as files write it.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Returns the value.
    pub fn node(self) -> Option<&'a Node> {
        self.entry.map(|entry| &entry.value)
    }

    /// Returns the key as a message names it.
    pub fn quoted(self) -> Quoted<&'static str> {
        Quoted(self.name)
    }
}

impl Shape {
    /// Returns an example of a short value, with a blank before it; nothing where values are long.
    fn example(self) -> String {
        let example = match self {
            Self::Word(words) => words.join("` or `"),
            Self::Day => "2027-03-31".to_owned(),
            Self::Email => "ada@acme.example".to_owned(),
            Self::Text => "...".to_owned(),
            Self::Provider => {
                let ids = SYSTEMS.iter().map(|system| system.provider.id());
                ids.collect::<Vec<_>>().join("` or `")
            }
            _ => return String::new(),
        };
        format!(" {example}")
    }

    /// Tells whether the value can be a URL.
    pub fn has_address(self) -> bool {
        match self {
            Self::Address => true,
            Self::Either(shapes) => shapes.iter().any(|shape| shape.has_address()),
            _ => false,
        }
    }
}

impl Object {
    /// Lists the names of the keys that it must have.
    pub fn required(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().filter(|key| key.need == Need::Required).map(|key| key.name)
    }

    /// Tells whether a document of a profile file is one.
    pub fn is_document(&self) -> bool {
        std::ptr::eq(self, &PROFILE) || std::ptr::eq(self, &BASE)
    }

    /// Lists the names of its keys.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|key| key.name)
    }

    /// Lists this object and those that its keys hold, from the outside in, each once.
    pub fn with_inner(&'static self) -> Vec<&'static Self> {
        let mut found = vec![self];
        let mut at = 0;
        while at < found.len() {
            let mut met: Vec<&'static Self> = Vec::new();
            let mut shapes: Vec<&Shape> = found[at].keys.iter().map(|key| &key.shape).collect();
            while let Some(shape) = shapes.pop() {
                match shape {
                    Shape::Object(inner) | Shape::Names(inner) | Shape::Members(inner) => {
                        met.push(*inner)
                    }
                    Shape::List(item) | Shape::Lists(item) => shapes.push(item),
                    Shape::Settings => met.extend([&VALUE, &SET]),
                    Shape::Either(either) => shapes.extend(*either),
                    _ => {}
                }
            }
            for inner in met {
                if !found.iter().any(|known| std::ptr::eq(*known, inner)) {
                    found.push(inner);
                }
            }
            at += 1;
        }
        found
    }
}

/// Defines an object: its table, and the struct with a field for each key that its parser reads it into.
macro_rules! object {
    (
        $(#[$doc:meta])*
        $table:ident $fields:ident: $title:literal, later [$($later:literal),*];
        $($field:ident $name:literal $need:ident $shape:expr, $help:expr;)*
    ) => {
        $(#[$doc])*
        pub static $table: Object = Object {
            title: $title,
            keys: &[$(Key { name: $name, need: Need::$need, shape: $shape, help: $help }),*],
            later: &[$($later),*],
        };

        #[doc = concat!("The keys of ", $title, ", as a file gives them.")]
        pub(in crate::desired) struct $fields<'a> {
            $(pub $field: $need<'a>,)*
        }

        impl<'a> $fields<'a> {
            /// Reads the mapping; unknown keys are findings. `None` where it is no mapping.
            pub fn read(what: &'a str, node: &'a Node, findings: &mut Vec<Finding>) -> Option<Self> {
                Self::read_but(&[], what, node, findings)
            }

            /// Reads the mapping where these of its keys are unknown ones.
            pub fn read_but(
                but: &[&str],
                what: &'a str,
                node: &'a Node,
                findings: &mut Vec<Finding>,
            ) -> Option<Self> {
                debug_assert!(but.iter().all(|key| $table.names().any(|name| name == *key)));
                let known: Vec<&str> = $table.names().filter(|name| !but.contains(name)).collect();
                let checked = check::check_keys(what, &known, &$table, node, findings)?;
                let mut keys = $table.keys.iter();
                let mut key = || keys.next().expect("a table has a key for each field");
                Some(Self { $($field: $need::of(node, what, key(), checked.meant),)* })
            }
        }
    };
}
use object;
