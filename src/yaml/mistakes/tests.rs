use crate::finding::SourceText;
use crate::yaml::{parse, tests::said};

/// A text with one mistake: what is said of it, where, and what to do.
const MISTAKES: &[(&str, &str, &str)] = &[
    // Quotes.
    ("a: \"x\nb:\n  c: d\n", "this quote is not closed | a.yaml:1:4", "closing `\"`"),
    ("a: 'x\nb:\n  c: d\n", "this quote is not closed | a.yaml:1:4", "closing `'`"),
    ("a: \"x\nb: \"y\"\n", "this quote is not closed | a.yaml:1:4", "closing `\"`"),
    ("a: 'x\n", "this quote is not closed | a.yaml:1:4", "closing `'`"),
    ("a:\n  - \"x\n  - y\n", "this quote is not closed | a.yaml:2:5", "closing `\"`"),
    ("- 'x\n- 'y'\n", "this quote is not closed | a.yaml:1:3", "closing `'`"),
    ("\"a: b\n", "this quote is not closed | a.yaml:1:1", "closing `\"`"),
    ("a: \"x\" y\n", "text goes on after a closing quote | a.yaml:1:4", "written `\\\"`"),
    ("a: 'x's'\n", "text goes on after a closing quote | a.yaml:1:4", "written `''`"),
    (
        "a: \"C:\\Users\"\n",
        "an escape that double quotes do not have | a.yaml:1:7",
        "single quotes",
    ),
    ("a: \"\\xZZ\"\n", "an escape that double quotes do not have | a.yaml:1:5", "single quotes"),
    ("a: \"\\ud800\"\n", "an escape that double quotes do not have | a.yaml:1:5", "single quotes"),
    (
        "{\"a\": \"T \\ud83d\\ude00\"}\n",
        "a character in two halves, as JSON writes it | a.yaml:1:10",
        "`\\U0001F600`",
    ),
    // Signs at the start of a text.
    ("a: [x] y\n", "a text that begins with `[` needs quotes | a.yaml:1:4", "\"[x] y\""),
    ("a: {x} y\n", "a text that begins with `{` needs quotes | a.yaml:1:4", "\"{x} y\""),
    ("- [x] y\n", "a text that begins with `[` needs quotes | a.yaml:1:3", "\"[x] y\""),
    ("a: @x\n", "a text that begins with `@` needs quotes | a.yaml:1:4", "\"@x\""),
    ("a: `x`\n", "a text that begins with a backtick needs quotes | a.yaml:1:4", "\"`x`\""),
    ("a: %x\n", "a text that begins with `%` needs quotes | a.yaml:1:4", "\"%x\""),
    ("a: , x\n", "a text that begins with `,` needs quotes | a.yaml:1:4", "\", x\""),
    ("a: ]x\n", "a text that begins with `]` needs quotes | a.yaml:1:4", "\"]x\""),
    ("a: & x\n", "a text that begins with `&` needs quotes | a.yaml:1:4", "\"& x\""),
    ("a: ? x\n", "a text that begins with `?` needs quotes | a.yaml:1:4", "\"? x\""),
    ("a: > 5 x\n", "text behind `>`, which needs quotes | a.yaml:1:4", "\"> 5 x\""),
    ("a: | x\n", "text behind `|`, which needs quotes | a.yaml:1:4", "\"| x\""),
    ("a: - x\n", "a list on the line of its key | a.yaml:1:4", "next line"),
    ("a: *all\n", "an alias to an anchor that is not in this document | a.yaml:1:4", "quotes"),
    ("a: x: y\n", "a text with a colon and a blank in it needs quotes | a.yaml:1:4", "\"x: y\""),
    // Signs that are missing.
    ("a:x\nb: y\n", "no blank behind the colon | a.yaml:1:1", "`a: x`"),
    ("a:\n  b: 1\n  c:d\n", "no blank behind the colon | a.yaml:3:3", "`c: d`"),
    ("- x\n-y\n", "no blank behind `-` | a.yaml:2:1", "`- y`"),
    ("a\n  b: c\n", "a key without a colon | a.yaml:1:1", "`a:`"),
    ("a x\nb: c\n", "a key without a colon | a.yaml:1:1", "`a: x`"),
    ("a:\n  b x\n  c: d\n", "a key without a colon | a.yaml:2:3", "`b: x`"),
    ("a = x\nb: c\n", "`=` where a colon belongs | a.yaml:1:1", "`a: x`"),
    ("a: |\ntext\nb: c\n", "the text below `|` is not indented | a.yaml:2:1", "deeper"),
    ("日本: [1, 2\n\n", "a list or mapping in brackets is not complete | a.yaml:1:10", "every `[`"),
    ("a: [1, 2\nb: 3\n", "a list or mapping in brackets is not complete", "every `[`"),
    ("a: {b: c d: e}\n", "a list or mapping in brackets is not complete", "comma"),
    (
        "a: {k: ${env:K}, s: ${env:S}}\n",
        "a reference in braces needs quotes | a.yaml:1:8",
        "'${env:K}'",
    ),
    // Indentation and blanks.
    ("a: 1\n b: 2\n", "this line is indented like none above it", "column 1"),
    ("a:\n   b: 1\n  c: 2\n", "this line is indented like none above it", "column 1 and 4"),
    ("a:\n  b: 1\n   c: 2\n", "this line is indented like none above it", "column 1 and 3"),
    ("- a\nb: 1\n", "this line does not fit the lines above it | a.yaml:2:1", "one column"),
    ("a:\tb\n", "a tab behind the colon | a.yaml:1:3", "one plain space"),
    ("a:\n\u{a0}\u{a0}b: c\n", "a no-break space (U+00A0) stands where", "plain spaces"),
    ("a:\n  b: c\n\u{a0}\u{a0}d: e\n", "a no-break space (U+00A0) stands where", "plain spaces"),
    ("a:\u{a0}b\nc: d\n", "a no-break space (U+00A0) stands where", "plain spaces"),
    ("a\u{200b}: b\n", "a zero-width space (U+200B) stands where", "plain spaces"),
    ("\u{3000}a: b\n", "a blank of another kind (U+3000) stands where", "plain spaces"),
    // Signs of other languages.
    ("// x\na: b\n", "not a comment of YAML | a.yaml:1:1", "begins with `#`"),
    ("%YAML 1.2\na: b\n", "YAML directives are not supported | a.yaml:1:1", "leave this line out"),
    ("a: [x]]\n", "a closing bracket without its opening one", "take it out"),
    ("a: b\nc :d\n", "no blank behind the colon | a.yaml:2:1", "`c: d`"),
    ("a: b\u{0}\n", "a character that YAML does not allow", "remove it"),
    // Conflicts.
    ("a: b\n=======\nc: d\n", "a merge conflict that is not resolved | a.yaml:2:1", "one side"),
    ("a: b\n||||||| x\nc: d\n", "a merge conflict that is not resolved | a.yaml:2:1", "one side"),
    (
        "a:\n<<<<<<< HEAD\n  b: c\n=======\n  b: d\n>>>>>>> x\n",
        "a merge conflict that is not resolved | a.yaml:2:1",
        "one side",
    ),
    (
        "<<<<<<< HEAD\na: b\n=======\na: c\n>>>>>>> x\n",
        "a merge conflict that is not resolved | a.yaml:1:1",
        "one side",
    ),
    (
        "a: \"b\n<<<<<<< HEAD\nc\n=======\nd\n>>>>>>> x\n\"\n",
        "a merge conflict that is not resolved | a.yaml:2:1",
        "one side",
    ),
];

#[test]
fn a_mistake_is_said_as_what_it_is_at_its_place_and_alone() {
    let mut wrong = Vec::new();
    for (text, message, hint) in MISTAKES {
        let parsed = parse(&SourceText::new("a.yaml", *text));
        let found = said(&parsed.findings);
        let given = parsed.findings.first().and_then(|it| it.hint.clone()).unwrap_or_default();
        let says = found.starts_with(&format!("yaml-syntax: {message}")) && given.contains(hint);
        if !says || parsed.findings.len() != 1 || !parsed.is_cut {
            wrong.push(format!("{text:?} gave {found} {given}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_masked_is_in_no_hint() {
    let text = "k:sekret\na: b\n";
    let source = SourceText::new("a.yaml", text).shown_as(text.replace("sekret", "******"));
    let found = parse(&source).findings;
    assert!(found[0].message.contains("no blank"), "{found:?}");
    assert!(!format!("{found:?}").contains("sekret"), "{found:?}");
}

#[test]
fn an_anchor_ends_with_its_document() {
    let parsed = parse(&SourceText::new("a.yaml", "a: &s b\n---\nc: *s\n"));
    let found = said(&parsed.findings);
    assert!(found.starts_with("yaml-feature: there is no anchor `s` in this document"), "{found}");
    assert_eq!((parsed.findings.len(), parsed.is_cut), (1, true));
}
