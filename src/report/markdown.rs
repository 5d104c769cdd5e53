//! Reports as Markdown, for a comment on a pull request or the summary of a job.
//!
//! The text stands in a fence, where no name is a link, an image, a mention, a tag or a table.

use crate::plan::Plan;
use crate::report;

/// The shortest fence there is.
const SHORTEST: usize = 3;

/// Puts a report into a fence that nothing in it can close.
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

/// Writes a plan, and what an approval of it names, where there is something to approve.
pub fn plan(plan: &Plan) -> String {
    let text = fenced(&report::plan::text(plan));
    match plan.is_empty() || !plan.refused.is_empty() {
        true => text,
        false => format!("{text}\nThe digest of this plan: `{}`\n", plan.digest),
    }
}
