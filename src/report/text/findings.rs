//! Findings as text: title, place, the source line with carets, and what to do.
//!
//! Shows them in the order given and reads no file: a finding carries its source line.

use std::collections::BTreeMap;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Renderer, Snippet};

use crate::finding::{Excerpt, Finding, KEPT, Place, Severity, Spot};
use crate::text::visible;

/// Stands where a place goes until the line is rendered; it never comes out of [`inert`].
const MARK: char = '\u{10fffd}';

/// More findings of one file than this are not shown as text; JSON has all of them.
const MOST_OF_A_FILE: usize = 100;

/// Renders findings, an empty line between two of them, and last how many more there are of a file
/// that has very many.
pub fn render(findings: &[Finding], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let (first, left_out) = first_of_each_file(findings);
    let mut texts: Vec<String> = first
        .into_iter()
        .map(|finding| {
            let text = with_places(&renderer.render(&[group(finding)]), &finding.spots);
            // Without a place the renderer still draws the margin of an empty one.
            let margin = |line: &str| {
                finding.spots.is_empty()
                    && anstream::adapter::strip_str(line).to_string().trim() == "|"
            };
            text.lines()
                .filter(|line| !margin(line))
                .map(|line| format!("{}\n", line.trim_end()))
                .collect()
        })
        .collect();
    texts.extend(left_out.into_iter().map(|(file, count)| {
        let word = if count == 1 { "finding" } else { "findings" };
        format!("and {count} more {word} in {}\n", inert(file))
    }));
    texts.join("\n")
}

/// Returns the findings that are shown, and how many more there are of which file. All that are about
/// no file are shown.
fn first_of_each_file(findings: &[Finding]) -> (Vec<&Finding>, BTreeMap<&str, usize>) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut left_out = BTreeMap::new();
    let mut first = Vec::new();
    for finding in findings {
        let Some(spot) = finding.spots.first() else {
            first.push(finding);
            continue;
        };
        let file = spot.place.file.as_str();
        let count = counts.entry(file).or_default();
        *count += 1;
        if *count <= MOST_OF_A_FILE {
            first.push(finding);
        } else {
            left_out.insert(file, *count - MOST_OF_A_FILE);
        }
    }
    (first, left_out)
}

/// Counts findings: `2 errors, 1 warning`.
pub fn summary(findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.is_error()).count();
    let parts: Vec<String> = [(errors, "error"), (findings.len() - errors, "warning")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
        .collect();
    if parts.is_empty() { "no errors, no warnings".to_owned() } else { parts.join(", ") }
}

fn group(finding: &Finding) -> Group<'static> {
    let Finding { code, severity, address, message, spots, hint } = finding;
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut elements: Vec<Element<'static>> = Vec::new();
    for (index, spot) in spots.iter().enumerate() {
        elements.push(snippet(index, spot).into());
    }
    if let Some(hint) = hint {
        elements.push(Level::HELP.message(inert(hint)).into());
    }
    let title = match address {
        Some(address) if spots.is_empty() => format!("{}: {}", inert(address), inert(message)),
        _ => inert(message),
    };
    level.primary_title(title).id(code.text()).elements(elements)
}

fn snippet(index: usize, spot: &Spot) -> Snippet<'static, Annotation<'static>> {
    let Spot { place, excerpt, label } = spot;
    let (line, carets) = shown(excerpt);
    let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
    Snippet::source(line)
        .line_start(place.line)
        .fold(false)
        .path(format!("{MARK}{index}"))
        .annotation(kind.span(carets).label(label.as_deref().map(inert)))
}

/// Puts the places in.
///
/// The renderer counts columns in the line that it shows, where escapes and cuts have moved them;
/// the user's editor counts those of the file.
fn with_places(text: &str, spots: &[Spot]) -> String {
    let mut parts = text.split(MARK);
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for (part, spot) in parts.zip(spots) {
        let Place { file, line, column } = &spot.place;
        whole.push_str(&format!("{}:{line}:{column}", inert(file)));
        whole.push_str(
            part.trim_start_matches(|shown: char| shown.is_ascii_digit() || shown == ':'),
        );
    }
    whole
}

fn inert(text: &str) -> String {
    visible(text).replace(MARK, "\\u{10fffd}")
}

/// Returns the line as it can be shown, and which bytes of that the carets go under.
fn shown(excerpt: &Excerpt) -> (String, std::ops::Range<usize>) {
    let Excerpt { text, from, to } = excerpt;
    let (before, meant, after) = (&text[..*from], &text[*from..*to], &text[*to..]);
    let mut line = match before.char_indices().rev().nth(KEPT - 1) {
        Some((start, _)) if start > 0 => format!("...{}", inert(&before[start..])),
        _ => inert(before),
    };
    let start = line.len();
    line.push_str(&inert(head(meant)));
    let end = line.len();
    if head(meant).len() < meant.len() {
        line.push_str("...");
    } else {
        line.push_str(&inert(head(after)));
        if head(after).len() < after.len() {
            line.push_str("...");
        }
    }
    (line, start..end)
}

fn head(text: &str) -> &str {
    &text[..text.char_indices().nth(KEPT).map_or(text.len(), |(at, _)| at)]
}

#[cfg(test)]
mod tests {
    use super::{render, summary};
    use crate::finding::{Code, Finding, SourceText, Span};

    #[test]
    fn a_finding_keeps_what_is_shown_of_its_line_and_not_all_of_it() {
        let line = "key: 1, ".repeat(100_000);
        let source = SourceText::new("a.yaml".to_owned(), line.clone());
        for at in [0, line.len() / 2, line.len() - 8] {
            let finding = Finding::new(Code::UnknownKey, "x").at(&Span::new(&source, at, at + 3));
            let kept = serde_json::to_string(&finding).expect("it is JSON");
            assert!(kept.len() < 1000, "{} bytes", kept.len());
            assert!(rendered(finding).contains("^^^"));
        }
    }

    fn rendered(finding: Finding) -> String {
        render(&[finding], false)
    }

    fn span(source: &std::sync::Arc<SourceText>, text: &str) -> Span {
        let start = source.text.find(text).unwrap();
        Span::new(source, start, start + text.len())
    }

    #[test]
    fn a_typing_error_is_shown_in_its_line_with_the_way_out() {
        let source = SourceText::new(
            "profiles/emea/rep.yaml",
            "profile: Rep\nsettings:\n  \"日本\": {callsAcess: true}\n",
        );
        let finding = Finding::new(Code::UnknownKey, "unknown key `callsAcess`")
            .at(&span(&source, "callsAcess"))
            .hint("did you mean `callsAccess`?");
        let text = "\
error[unknown-key]: unknown key `callsAcess`
 --> profiles/emea/rep.yaml:3:10
  |
3 |   \"日本\": {callsAcess: true}
  |            ^^^^^^^^^^
  |
  = help: did you mean `callsAccess`?
";
        assert_eq!(rendered(finding), text);
    }

    #[test]
    fn two_files_for_one_profile_are_both_shown() {
        let old = SourceText::new("profiles/emea/a.yaml", "profile: Rep\r\nid: \"1\"\r\n");
        let new = SourceText::new("profiles/emea/b.yaml", "# new\n\nprofile: Rep");
        let finding = Finding::new(Code::DuplicateProfile, "two files describe `Rep`")
            .at_labelled(&span(&new, "Rep"), "again here")
            .at_labelled(&span(&old, "Rep"), "first here")
            .hint("keep one");
        let text = "\
error[duplicate-profile]: two files describe `Rep`
 --> profiles/emea/b.yaml:3:10
  |
3 | profile: Rep
  |          ^^^ again here
  |
 ::: profiles/emea/a.yaml:1:10
  |
1 | profile: Rep
  |          --- first here
  |
  = help: keep one
";
        assert_eq!(rendered(finding), text);
    }

    #[test]
    fn a_finding_without_a_place_still_says_what_to_do() {
        let finding = Finding::new(Code::UserDeactivated, "ada@acme.example is deactivated")
            .about("emea")
            .hint("name another user");
        let text = "\
warning[user-deactivated]: emea: ada@acme.example is deactivated
 = help: name another user
";
        assert_eq!(rendered(finding), text);
    }

    #[test]
    fn hostile_text_is_inert_and_its_column_is_that_of_the_file() {
        let source = SourceText::new("a\u{1b}[2J.yaml", "\u{202e}a: \"x\u{10fffd}\"\n");
        let finding = Finding::new(Code::WrongKind, "not \u{1b}[31mred\n\u{10fffd}0:1:1")
            .at_labelled(&span(&source, "\"x"), "la\u{9b}bel")
            .hint("no\u{202e}");
        let text = "\
error[wrong-kind]: not \\u{1b}[31mred\\u{a}\\u{10fffd}0:1:1
 --> a\\u{1b}[2J.yaml:1:5
  |
1 | \\u{202e}a: \"x\\u{10fffd}\"
  |            ^^ la\\u{9b}bel
  |
  = help: no\\u{202e}
";
        assert_eq!(rendered(finding), text);
    }

    #[test]
    fn a_line_of_a_megabyte_is_cut_around_the_carets() {
        let source = SourceText::new(
            "a.yaml",
            format!("{}here{}", "语x".repeat(300_000), "z".repeat(300_000)),
        );
        let finding = Finding::new(Code::WrongKind, "wrong").at(&span(&source, "here"));
        let text = rendered(finding);
        assert!(text.len() < 2_000 && text.contains("a.yaml:1:600001"), "{text}");
        assert!(text.contains("语xherezzz"), "{text}");
    }

    #[test]
    fn the_place_of_a_missing_value_can_be_seen() {
        let source = SourceText::new("a.yaml", "a:");
        let finding = Finding::new(Code::WrongKind, "nothing").at(&Span::new(&source, 2, 2));
        let text = "\
error[wrong-kind]: nothing
 --> a.yaml:1:3
  |
1 | a:
  |   ^
";
        assert_eq!(rendered(finding), text);
    }

    #[test]
    fn colour_changes_no_words() {
        let source = SourceText::new("a.yaml", "a: b\n");
        let finding = [Finding::new(Code::WrongKind, "wrong").at(&span(&source, "b")).hint("do")];
        let colourful = render(&finding, true);
        assert!(colourful.contains("\u{1b}["));
        assert_eq!(anstream::adapter::strip_str(&colourful).to_string(), render(&finding, false));
    }

    #[test]
    fn the_summary_counts_in_english() {
        let error = || Finding::new(Code::WrongKind, "");
        let warning = || Finding::new(Code::UnknownValue, "");
        assert_eq!(summary(&[error(), warning(), error()]), "2 errors, 1 warning");
        assert_eq!(summary(&[error()]), "1 error");
        assert_eq!(summary(&[warning(), warning()]), "2 warnings");
        assert_eq!(summary(&[]), "no errors, no warnings");
    }
}
