//! What rules come to over the files.

use crate::finding::Finding;
use crate::plan::rules::files::{RuleOutcome, TestedRule};
use crate::report::text::findings;
use crate::report::text::gates::kind;
use crate::report::text::style::{Style, styled};
use crate::text::{counted, first_of, quoted, visible};

/// How much of what the files leave open is named.
const MOST_OPEN: usize = 3;

/// Writes what each rule comes to, and what breaks it.
pub fn text(rules: &[TestedRule], found: &[Finding]) -> String {
    if rules.is_empty() {
        return "there are no rules: `rules/` beside permctl.yaml has none\n".to_owned();
    }
    let mut text: String = rules.iter().map(one).collect();
    let all = rules.iter().flat_map(|rule| &rule.findings).chain(found);
    let all: Vec<Finding> = all.cloned().collect();
    text.push('\n');
    if !all.is_empty() {
        text.push_str(&findings::render(&all, true));
        text.push('\n');
    }
    let count = |outcome| rules.iter().filter(|rule| rule.outcome == outcome).count();
    let parts = [
        (RuleOutcome::Holds, "held by the files"),
        (RuleOutcome::Broken, "broken"),
        (RuleOutcome::Warns, "broken with a warning"),
        (RuleOutcome::Open, "left open by the files"),
    ];
    let parts = parts.map(|(outcome, words)| (count(outcome), words));
    let parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let parts: Vec<String> = parts.map(|(count, words)| format!("{count} {words}")).collect();
    let summary = format!("{}: {}.", counted(rules.len(), "rule"), parts.join(", "));
    text.push_str(&format!("{}\n", styled(Style::Strong, summary)));
    if count(RuleOutcome::Open) > 0 {
        text.push_str("`permctl plan` and `permctl drift` judge with what is live.\n");
    }
    text
}

fn one(rule: &TestedRule) -> String {
    let (style, word) = match rule.outcome {
        RuleOutcome::Holds => (Style::Added, "holds "),
        RuleOutcome::Broken => (Style::Alarm, "BROKEN"),
        RuleOutcome::Warns => (Style::Changed, "warns "),
        RuleOutcome::Open => (Style::Faint, "open  "),
    };
    let open = match rule.open.as_slice() {
        [] => String::new(),
        open => {
            let open = open.iter().map(|it| visible(it));
            format!("  (open: {})", first_of(open, MOST_OPEN))
        }
    };
    let lifted = match rule.lifted.is_empty() {
        true => String::new(),
        false => {
            let lifted = rule.lifted.iter().map(|it| visible(it));
            format!("  (lifted for {})", first_of(lifted, MOST_OPEN))
        }
    };
    let name = quoted(&rule.rule);
    format!("{} {} {name}{open}{lifted}\n", styled(style, word), kind(rule.kind))
}
