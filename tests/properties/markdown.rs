//! Nothing in a report is Markdown to who renders it.

use permctl::report::markdown::fenced;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// What could end a fence, or mean something outside of one.
const PIECES: [&str; 16] = [
    "```",
    "`",
    "~~~",
    "\n",
    "\n```\n",
    "\n   ````\n",
    "@security-team",
    "[x](https://evil.example)",
    "![x](https://evil.example/x.png)",
    "<img src=x onerror=alert(1)>",
    "</code></pre>",
    "| a | b |\n|---|---|\n",
    "# ",
    "\t",
    "emea",
    "&lt;",
];

proptest! {
    #[test]
    fn a_report_in_a_fence_is_one_block_of_code_whatever_is_in_it(pieces in vec(select(&PIECES[..]), 1..12)) {
        let report = format!("x{}", pieces.concat());
        let markdown = fenced(&report, 60_000);
        let mut text = String::new();
        let mut events = Parser::new_ext(&markdown, Options::all()).peekable();
        let begins = events.next();
        let is_code = matches!(
            &begins,
            Some(Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(word)))) if &**word == "text"
        );
        prop_assert!(is_code, "{begins:?} in\n{markdown}");
        while let Some(Event::Text(part)) = events.peek() {
            text.push_str(part);
            events.next();
        }
        prop_assert_eq!(events.next(), Some(Event::End(TagEnd::CodeBlock)), "in\n{}", markdown);
        prop_assert_eq!(events.next(), None, "in\n{}", markdown);
        prop_assert_eq!(text.trim_end(), report.trim_end());
    }
}

#[test]
fn a_report_of_nothing_is_nothing() {
    assert_eq!(fenced("\u{1b}[1m\u{1b}[0m\n", 60_000), "");
}

#[test]
fn a_report_that_is_too_long_for_a_comment_begins_with_its_summary_and_counts_what_is_left_out() {
    let change = |number: usize| {
        format!("  ~ update P{number} (narrows)  a.yaml:1\n      deals  on -> off\n\n")
    };
    let changes: String = (0..4_000).map(change).collect();
    let report = format!(
        "emea (EMEA Sales, 1)\n\n{changes}  unmanaged: \"A\"\n\nerror[twin]: B\n --> b.yaml:1:1\n\nPlan: 4000 to update.\nacme: 1 API call.\n"
    );
    let markdown = fenced(&report, 60_000);
    assert!(markdown.len() < 65_000, "{}", markdown.len());
    assert!(
        markdown.starts_with("```text\nPlan: 4000 to update.\nacme: 1 API call.\n\nerror[twin]: B")
    );
    let shown = markdown.matches("\n  ~ update ").count();
    let said = format!("\n{} more entries do not fit here", 4_000 - shown);
    assert!(shown > 500 && markdown.contains(&said), "{shown} are shown, not {said}");
}
