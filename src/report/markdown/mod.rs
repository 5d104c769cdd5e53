//! Reports as Markdown, for a comment on a pull request or the summary of a job.
//!
//! A plan and drift are a comment that is read in a minute; everything else is the text in a fence. No name is a link,
//! an image, a mention, a tag or a part of a table: it stands in a fence or in a span of code.

use crate::plan::review::{Review, Side};
use crate::report::{Report, View, text};

mod cells;
mod comment;
mod fence;
mod room;

pub use fence::fenced;

/// Writes a report.
pub fn render(report: Report<'_>, view: View) -> String {
    let longest = view.max_size;
    match report {
        Report::Plan(plan) => {
            let review = Review::of(plan, Side::Plan);
            comment::of_plan(plan, &review, text::plan::beside_review(plan, view), view)
        }
        Report::Drift(plan, drift) => {
            let review = Review::of(plan, Side::Drift);
            comment::of_drift(plan, &review, text::drift::beside_review(plan, drift, view), view)
        }
        _ => {
            let begin = match (report, view.comment) {
                (Report::Wrong(_) | Report::Stopped(_), Some(kind)) => {
                    format!(
                        "{}### permctl: no {kind}, something is wrong\n\n",
                        comment::marker(kind)
                    )
                }
                _ => String::new(),
            };
            let fence =
                fenced(&text::render(report, view), longest.saturating_sub(begin.len() + 200));
            begin + &fence
        }
    }
}
