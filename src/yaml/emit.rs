//! Writes YAML for users: block style, and texts that every reader takes for the same texts.
//!
//! Knows nothing of profiles. Layout is `serde_yaml`'s; quoting is our own, because it leaves `yes`,
//! `1_000`, `12:30:45` or `<<` bare, which YAML 1.1 readers (PyYAML, Ruby, Go tools) take for a flag,
//! a number, a time or a merge.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::text::{is_hidden, is_odd_blank, yaml_text};

/// Readers need not look for the colon of a key further than this; `? ` announces a longer key.
const SHORT_KEY: usize = 1000;

/// A name so long that `serde_yaml` announces a key with it (it does from 129 characters on).
const LONG_NAME: usize = 160;

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
    let mut quotes = Quotes { mark: unused_mark(value), texts: Vec::new() };
    let marked = quotes.value(value);
    let text = serde_yaml::to_string(&marked)
        .expect("texts, flags, lists and mappings with text keys can be written as YAML");
    quotes.put_back(&text)
}

/// Texts that need quotes leave a plain name in the tree while `serde_yaml` lays it out, and come
/// back in quotes afterwards. That way its layout never depends on their content.
struct Quotes {
    mark: String,
    texts: Vec<String>,
}

impl Quotes {
    fn value(&mut self, value: &Emit) -> Emit {
        match value {
            Emit::Flag(flag) => Emit::Flag(*flag),
            Emit::Text(text) if is_plain(text) || is_block(text) => Emit::Text(text.clone()),
            Emit::Text(text) => Emit::Text(self.name(text, false)),
            Emit::List(items) => Emit::List(items.iter().map(|item| self.value(item)).collect()),
            Emit::Map(entries) => Emit::Map(
                entries.iter().map(|(key, value)| (self.key(key), self.value(value))).collect(),
            ),
        }
    }

    fn key(&mut self, key: &str) -> String {
        // A key of 129 characters would be announced with `? `, which few people know.
        if is_plain(key) && key.len() <= 100 { key.to_owned() } else { self.name(key, true) }
    }

    fn name(&mut self, text: &str, key: bool) -> String {
        let quoted = yaml_text(text);
        let number = self.texts.len();
        let width = if key && quoted.chars().count() > SHORT_KEY { LONG_NAME } else { 0 };
        self.texts.push(quoted);
        format!("{}{number:0width$}z", self.mark)
    }

    fn put_back(&self, text: &str) -> String {
        let mut parts = text.split(self.mark.as_str());
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (number, rest) = part.split_once('z').expect("every name ends in `z`");
            let number: usize = number.parse().expect("every name holds a number");
            whole.push_str(&self.texts[number]);
            whole.push_str(rest);
        }
        whole
    }
}

/// Returns a mark that no text of the tree contains.
fn unused_mark(value: &Emit) -> String {
    let mut mark = "quoted".to_owned();
    while contains(value, &mark) {
        mark.push('q');
    }
    mark
}

fn contains(value: &Emit, mark: &str) -> bool {
    match value {
        Emit::Flag(_) => false,
        Emit::Text(text) => text.contains(mark),
        Emit::List(items) => items.iter().any(|item| contains(item, mark)),
        Emit::Map(entries) => {
            entries.iter().any(|(key, value)| key.contains(mark) || contains(value, mark))
        }
    }
}

/// Tells whether a text may stand without quotes for readers of YAML 1.1 and 1.2 alike.
///
/// Rather too strict than too clever: whatever starts with a digit or a sign is quoted, and with it
/// every number, date, time and id in any of their spellings.
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

impl Serialize for Emit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Emit::Flag(flag) => serializer.serialize_bool(*flag),
            Emit::Text(text) => serializer.serialize_str(text),
            Emit::List(items) => serializer.collect_seq(items),
            Emit::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Emit, emit};
    use crate::finding::Source;
    use crate::yaml::{Content, Node, parse};

    fn text(text: &str) -> Emit {
        Emit::Text(text.to_owned())
    }

    fn map<const N: usize>(entries: [(&str, Emit); N]) -> Emit {
        Emit::Map(entries.map(|(key, value)| (key.to_owned(), value)).into())
    }

    fn read_back(node: &Node) -> Emit {
        match &node.content {
            Content::Null => panic!("nothing emits null"),
            Content::Scalar(scalar) => match node.as_flag() {
                Some(flag) => Emit::Flag(flag),
                None => Emit::Text(scalar.text.clone()),
            },
            Content::List(items) => Emit::List(items.iter().map(read_back).collect()),
            Content::Map(entries) => Emit::Map(
                entries.iter().map(|entry| (entry.key.clone(), read_back(&entry.value))).collect(),
            ),
        }
    }

    fn assert_reads_back(value: &Emit) {
        let written = emit(value);
        let parsed = parse(&Source::new("a.yaml", written.as_str()));
        assert_eq!(parsed.findings, [], "{written}");
        let documents: Vec<Emit> = parsed.documents.iter().map(read_back).collect();
        assert_eq!(documents, std::slice::from_ref(value), "{written}");
    }

    #[test]
    fn a_profile_reads_as_a_person_would_write_it() {
        let profile = map([
            ("profile", text("Sales Representative")),
            ("description", text("Sees the calls\nof their own team.\n")),
            ("id", text("7273476131570014205")),
            (
                "settings",
                map([
                    ("teamLeadIds", Emit::List(vec![text("ada@acme.example"), text("list:leads")])),
                    ("downloadCallMedia", Emit::Flag(false)),
                    ("none", Emit::List(vec![])),
                ]),
            ),
        ]);
        let written = "\
profile: Sales Representative
description: |
  Sees the calls
  of their own team.
id: \"7273476131570014205\"
settings:
  teamLeadIds:
  - ada@acme.example
  - list:leads
  downloadCallMedia: false
  none: []
";
        assert_eq!(emit(&profile), written);
    }

    #[test]
    fn no_reader_takes_a_text_for_something_else() {
        let traps = [
            "yes",
            "No",
            "ON",
            "off",
            "y",
            "N",
            "true",
            "FALSE",
            "null",
            "~",
            "",
            "=",
            "<<",
            "1_000",
            "2024-01-01",
            "12:30:45",
            "0o17",
            "017",
            "0x1F",
            "1e3",
            ".inf",
            "-.INF",
            ".nan",
            "+1",
            "00e5000000",
            "7273476131570014205",
            "- a",
            "? a",
            "a: b",
            "a #b",
            "#a",
            "a:",
            " a",
            "a ",
            "---",
            "...",
            "@a",
            "`a",
            "%a",
            "!a",
            "&a",
            "*a",
            "[a",
            "{a",
            "|",
            ">",
            "'a",
            "\"a\"",
        ];
        for trap in traps {
            let quoted = format!("\"{}\"", trap.replace('"', "\\\""));
            assert_eq!(emit(&text(trap)), format!("{quoted}\n"));
            assert_eq!(emit(&map([(trap, text("a"))])), format!("{quoted}: a\n"));
            assert_reads_back(&Emit::List(vec![text(trap), map([(trap, text(trap))])]));
        }
    }

    #[test]
    fn what_can_not_be_seen_is_escaped() {
        let hidden = text("a\u{202e}b\u{7}\u{e0041}\u{85}\u{a0}");
        assert_eq!(emit(&hidden), "\"a\\u202Eb\\x07\\U000E0041\\x85\\xA0\"\n");
        assert_reads_back(&hidden);
    }

    #[test]
    fn a_text_that_looks_like_our_own_mark_survives() {
        assert_reads_back(&Emit::List(vec![
            text("quoted0z"),
            text("quotedq1z"),
            text("1"),
            text("q"),
        ]));
    }

    #[test]
    fn long_keys_stay_readable() {
        for length in [100, 127, 130, 990, 1100, 5000] {
            assert_reads_back(&map([("k".repeat(length).as_str(), text("v"))]));
        }
        let long = emit(&map([("k".repeat(300).as_str(), text("v"))]));
        assert_eq!(long, format!("\"{}\": v\n", "k".repeat(300)));
    }

    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            prop::collection::vec(
                prop::sample::select(vec![
                    "a", "no", "1", "e", " ", "\n", ":", "#", "-", "'", "\"", "\\", "\t", "\r",
                    "|", ",", "[", "{", "}", "語", "\u{202e}", "\u{feff}", "\u{2028}", "quoted",
                    "z", "%", "~", "<<",
                ]),
                0..8
            )
            .prop_map(|parts| parts.concat()),
        ]
    }

    fn any_tree() -> impl Strategy<Value = Emit> {
        let leaf = prop_oneof![any::<bool>().prop_map(Emit::Flag), any_text().prop_map(Emit::Text)];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Emit::List),
                prop::collection::btree_map(any_text(), inner, 0..6)
                    .prop_map(|entries| Emit::Map(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn whatever_is_written_reads_back_the_same(value in any_tree()) {
            assert_reads_back(&value);
        }
    }
}
