use proptest::prelude::*;

use super::{Emit, emit};
use crate::finding::SourceText;
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
    let parsed = parse(&SourceText::new("a.yaml", written.as_str()));
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
                "a", "no", "1", "e", " ", "\n", ":", "#", "-", "'", "\"", "\\", "\t", "\r", "|",
                ",", "[", "{", "}", "語", "\u{202e}", "\u{feff}", "\u{2028}", "quoted", "z", "%",
                "~", "<<",
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
