//! Reports as Markdown, for a comment on a pull request or the summary of a job.
//!
//! The text stands in a fence, where no name is a link, an image, a mention, a tag or a table.

use crate::report::{Report, text};

/// The shortest fence there is.
const SHORTEST: usize = 3;

/// Writes a report; of a plan also what an approval names, where there is something to approve.
pub fn render(report: Report<'_>) -> String {
    let text = fenced(&text::render(report));
    match report {
        Report::Plan(plan) if !plan.is_empty() && plan.refused.is_empty() => {
            format!("{text}\nThe digest of this plan: `{}`\n", plan.digest)
        }
        _ => text,
    }
}

/// Puts a text into a fence that nothing in it can close.
pub fn fenced(text: &str) -> String {
    let text = anstream::adapter::strip_str(text).to_string();
    let text = text.trim_end();
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|it| it != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(SHORTEST.max(longest + 1));
    format!("{fence}text\n{text}\n{fence}\n")
}
