//! Reading, as users notice it: what is kept, what is refused and where the caret goes.

use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Content, Node, ParsedYaml, Scalar, parse};
use crate::finding::{Code, Finding, SourceText, Span};

fn read(text: &str) -> ParsedYaml {
    parse(&SourceText::new("a.yaml", text))
}

fn clean(text: &str) -> Node {
    let ParsedYaml { mut documents, findings, .. } = read(text);
    assert_eq!(findings, [], "{text}");
    assert_eq!(documents.len(), 1, "{text}");
    documents.remove(0)
}

/// Each finding as code, message, and its places with the text under the carets.
fn findings(text: &str) -> String {
    said(&read(text).findings)
}

pub(super) fn said(findings: &[Finding]) -> String {
    let mut lines = String::new();
    for finding in findings {
        write!(lines, "{}: {}", finding.code.text(), finding.message).unwrap();
        for spot in &finding.spots {
            let meant = &spot.excerpt.text[spot.excerpt.from..spot.excerpt.to];
            write!(lines, " | {} {meant:?}", spot.place).unwrap();
        }
        lines.push('\n');
    }
    lines
}

fn marked(span: &Span) -> String {
    let finding = crate::finding::Finding::new(Code::WrongKind, "").at(span);
    let spot = &finding.spots[0];
    let meant = &spot.excerpt.text[spot.excerpt.from..spot.excerpt.to];
    format!("{}:{} {meant}", spot.place.line, spot.place.column)
}

#[test]
fn ids_and_odd_numbers_stay_as_written() {
    for written in
        ["72734761315700142051", "0123", "1e3", "00e5000000", "1_000", "0x1F", "-0.0", "1.10"]
    {
        let node = clean(&format!("id: {written}\n"));
        assert_eq!(node.get("id").unwrap().as_text(), Some(written));
    }
}

#[test]
fn norway_is_a_country_and_only_true_is_true() {
    for word in ["no", "yes", "on", "off", "NO", "y", "tRue"] {
        let node = clean(&format!("country: {word}"));
        assert_eq!(node.get("country").unwrap().as_text(), Some(word));
        assert_eq!(node.get("country").unwrap().as_flag(), None);
    }
    let node = clean("[true, False, 'true', !!str false]");
    let flags: Vec<_> = node.as_list().unwrap().iter().map(Node::as_flag).collect();
    assert_eq!(flags, [Some(true), Some(false), None, None]);
    assert_eq!(node.as_list().unwrap()[0].as_text(), None);
    assert_eq!(node.as_list().unwrap()[3].as_text(), Some("false"));
}

#[test]
fn messages_can_name_the_kind_of_every_value() {
    let node = clean(
        "[~, , null, TRUE, 12, -1.5e-3, .inf, 0o17, 1.2.3, '12', 1e, ., [], {}]"
            .replace(", ,", ",")
            .as_str(),
    );
    let kinds: Vec<_> = node.as_list().unwrap().iter().map(Node::kind).collect();
    let (null, number, text) = ("nothing (null)", "a number", "a text");
    assert_eq!(
        kinds,
        [
            null,
            null,
            "true or false",
            number,
            number,
            number,
            number,
            text,
            text,
            text,
            text,
            "a list",
            "a mapping"
        ]
    );
}

#[test]
fn a_caret_goes_under_what_is_written() {
    let text = "\u{feff}名前: \"営業 部\"  # 注\r\n設定:\r\n  - 'a''b'\r\n  - {キー: [値, x]}\r\n  - |\r\n    one\r\n    two\r\n\r\nlast:\r\n";
    let node = clean(text);
    let entries = node.as_map().unwrap();
    assert_eq!(marked(&entries[0].key_span), "1:1 名前");
    assert_eq!(marked(&entries[0].value.span), "1:5 \"営業 部\"");
    let items = entries[1].value.as_list().unwrap();
    assert_eq!(marked(&items[0].span), "3:5 'a''b'");
    assert_eq!(items[0].as_text(), Some("a'b"));
    assert_eq!(marked(&items[1].span), "4:5 {キー: [値, x]}");
    assert_eq!(marked(&items[1].as_map().unwrap()[0].key_span), "4:6 キー");
    assert_eq!(marked(&items[1].get("キー").unwrap().span), "4:10 [値, x]");
    assert_eq!(marked(&items[2].span), "6:5 one");
    assert_eq!(items[2].as_text(), Some("one\ntwo\n"));
    assert_eq!(marked(&entries[2].value.span), "9:5 ");
}

#[test]
fn a_caret_stops_at_the_closing_quote() {
    for (text, written) in [
        ("a: 'x' # it's\n# that's\nb: 1", "1:4 'x'"),
        ("a: &it's !!str # c's\n  'x''y' # it's\nb: *it's", "1:4 &it's !!str # c's"),
        ("a: \"x\\\"y\" # \"\nb: 1", "1:4 \"x\\\"y\""),
        ("{a: 'x', b: 1}", "1:5 'x'"),
    ] {
        assert_eq!(marked(&clean(text).get("a").unwrap().span), written);
    }
}

#[test]
fn a_file_from_a_windows_editor_reads_like_any_other() {
    let node = clean("\u{feff}profile: Rep\r\nid: '1'\r\n");
    assert_eq!(node.get("profile").unwrap().as_text(), Some("Rep"));
    assert_eq!(node.get("id").unwrap().as_text(), Some("1"));
}

#[test]
fn empty_documents_do_not_count() {
    for text in ["", "# only a comment\n", "---\n", "---\n---\n...\n"] {
        assert_eq!(
            read(text),
            ParsedYaml { documents: vec![], findings: vec![], is_cut: false },
            "{text:?}"
        );
    }
    assert_eq!(read("---\na: 1\n---\n---\nb: 1\n---\n").documents.len(), 2);
}

#[test]
fn a_key_twice_shows_both_and_keeps_the_first() {
    let text = "a: 1\nb: 2\n'a': 3\n";
    let expected =
        "duplicate-key: the key `a` appears twice | a.yaml:3:1 \"'a'\" | a.yaml:1:1 \"a\"\n";
    assert_eq!(findings(text), expected);
    assert_eq!(read(text).documents[0].get("a").unwrap().as_text(), Some("1"));
}

#[test]
fn a_key_twice_is_seen_in_a_long_mapping_too() {
    let mut text: String = (0..100).map(|number| format!("k{number}: 1\n")).collect();
    text.push_str("k3: 2\nk99: 2\nk99: 3\n");
    let codes: Vec<_> =
        read(&text).findings.iter().map(|finding| finding.spots[1].place.line).collect();
    assert_eq!(codes, [4, 100, 100]);
    assert_eq!(read(&text).documents[0].as_map().unwrap().len(), 100);
}

#[test]
fn what_is_not_read_is_said_and_the_rest_is_read() {
    let text = "base: &b {x: 1}\nuse:\n  <<: *b\n  '<<': text\n[a, b]: 1\n*b : 1\n: 1\nt: !secret x\nok: true\n";
    let expected = "\
yaml-feature: merge keys are not supported | a.yaml:3:3 \"<<\"
yaml-feature: a key that is not a text | a.yaml:5:1 \"[a, b]\"
yaml-feature: a key that is not a text | a.yaml:6:1 \"*b\"
yaml-feature: a colon without a key before it | a.yaml:7:1 \"\"
yaml-feature: YAML tags are not supported | a.yaml:8:4 \"!secret\"
";
    assert_eq!(findings(text), expected);
    let document = &read(text).documents[0];
    let keys: Vec<_> = document.as_map().unwrap().iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(keys, ["base", "use", "t", "ok"]);
    assert_eq!(document.get("use").unwrap().get("<<").unwrap().as_text(), Some("text"));
}

#[test]
fn directives_are_refused_and_percent_signs_in_texts_are_not() {
    let text = "a: |\n  %YAML\n...\n%YAML 1.1\n---\nb: 1\n";
    assert_eq!(
        findings(text),
        "yaml-feature: YAML directives are not supported | a.yaml:4:1 \"%YAML 1.1\"\n"
    );
    assert_eq!(read(text).documents.len(), 2);
}

#[test]
fn an_alias_repeats_a_value() {
    let node = clean("a: &leads [x, y]\nb: *leads\n");
    let (first, again) = (node.get("a").unwrap(), node.get("b").unwrap());
    assert_eq!(first.content, again.content);
    assert_eq!(marked(&again.span), "2:4 *leads");
    assert_eq!(marked(&again.as_list().unwrap()[1].span), "1:15 y");
}

#[test]
fn an_alias_to_itself_ends() {
    let expected =
        "yaml-feature: an alias inside the value that it stands for | a.yaml:1:8 \"*x\"\n";
    assert_eq!(findings("a: &x [*x]\n"), expected);
}

#[test]
fn a_billion_laughs_are_not_laughed() {
    let mut text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(text, "a{level}: &a{level} [{aliases}]").unwrap();
    }
    let message =
        "yaml-limit: anchors and aliases copy more than 250,000 values in this file | a.yaml:6:";
    assert!(findings(&text).starts_with(message), "{}", findings(&text));
    // One long text many times is as bad as many values.
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(1 << 20), "*a, ".repeat(1000));
    assert!(findings(&long).starts_with("yaml-limit: anchors"), "a long text");
}

#[test]
fn depth_is_limited_however_it_is_reached() {
    let limit = "yaml-limit: lists and mappings nest more than 64 deep | a.yaml:";
    let bombs = [
        "[".repeat(100_000),
        format!("q: {}", "{a: ".repeat(100_000)),
        "- ".repeat(100_000),
        format!(
            "a: &a {}{}\nb: {}*a{}\n",
            "[".repeat(40),
            "]".repeat(40),
            "[".repeat(40),
            "]".repeat(40)
        ),
    ];
    for bomb in bombs {
        assert!(findings(&bomb).starts_with(limit), "{}", &bomb[..50]);
    }
    assert!(findings(&format!("{}{}", "[".repeat(64), "]".repeat(64))).is_empty());
}

#[test]
fn size_is_limited() {
    assert_eq!(findings(&"#".repeat((10 << 20) + 1)), "yaml-limit: a.yaml is larger than 10 MB\n");
    assert!(findings(&"#".repeat(10 << 20)).is_empty());
    let commas =
        "yaml-limit: more than 500,000 brackets and commas in one file | a.yaml:1:1000001 \",\"\n";
    assert_eq!(findings(&format!("[{}]", "a,".repeat(600_000))), commas);
}

#[test]
fn a_file_full_of_mistakes_gives_a_list_that_can_be_read() {
    let found = read(&"a: 1\n".repeat(10_000)).findings;
    assert_eq!(found.len(), 101);
    assert_eq!(found[100].message, "more findings in a.yaml than are listed; correct these first");
    let one_line = format!("{{{}}}", "a: 1, ".repeat(100_000));
    let found = read(&one_line).findings;
    assert_eq!(found.len(), 101);
    let kept = serde_json::to_string(&found).expect("findings are JSON");
    assert!(kept.len() < 101 * 1000, "{} bytes of a line of {}", kept.len(), one_line.len());
}

#[test]
fn tabs_are_found_where_they_are() {
    let message = "yaml-syntax: a tab is used for indentation";
    for (text, place) in [
        ("a:\n\tb: 1\n", "2:1"),
        ("a:\n  b: 1\n\tc: 2\n", "3:1"),
        ("a: 50% off\n  \tb: 1\n", "2:3"),
        ("a:\n  - b\n\t- c\n", "3:1"),
    ] {
        assert_eq!(findings(text), format!("{message} | a.yaml:{place} \"\\t\"\n"), "{text:?}");
    }
}

#[test]
fn a_syntax_error_loses_only_what_comes_after_it() {
    for broken in ["a:\n\tb: 1", "a: @x", "'x", "a: [", "- a\nb: 1", "a: 1\n b: 2"] {
        let parsed = read(&format!("a: 1\n---\n- b\n---\n{broken}\n---\nc: 1\n"));
        assert_eq!((parsed.documents.len(), parsed.findings.len()), (2, 1), "{broken}");
    }
}

fn assert_carets_fit(node: &Node) {
    match &node.content {
        Content::Null => {}
        Content::Scalar(Scalar { text, plain: true }) if !text.contains([' ', '\n']) => {
            assert!(marked(&node.span).ends_with(&format!(" {text}")), "{:?} {text:?}", node.span);
        }
        Content::Scalar(_) => {}
        Content::List(items) => items.iter().for_each(assert_carets_fit),
        Content::Map(entries) => entries.iter().for_each(|entry| assert_carets_fit(&entry.value)),
    }
}

proptest! {
    #[test]
    fn no_file_is_bad_enough_to_panic(parts in vec(select(PARTS), 0..24), any in any::<String>()) {
        let _ = read(&any);
        for ending in ["\n", "\r\n"] {
            let text = parts.concat().replace('\n', ending);
            for finding in read(&text).findings {
                let _ = crate::report::text::findings::render(&[finding], false);
            }
            // The parser miscounts in directives, which are refused anyway.
            let plain = text.replace(['&', '*', '!', '%'], "");
            read(&plain).documents.iter().for_each(assert_carets_fit);
        }
    }
}

const PARTS: &[&str] = &[
    "a",
    "語",
    "1",
    " ",
    "  ",
    "\n",
    "\n  ",
    "\n- ",
    "a: ",
    "b: ",
    "\n語: ",
    ":",
    "-",
    "- ",
    "? ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "'",
    "\"",
    "\\",
    "#",
    " # 語'\n",
    "&x ",
    "*x",
    "!t ",
    "!!str ",
    "|\n",
    ">-\n",
    "\t",
    "%A",
    "\n---\n",
    "\n...\n",
    "<<: ",
    "~",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\r",
    "@",
    "👍",
];
