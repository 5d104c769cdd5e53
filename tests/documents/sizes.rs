//! How long reports of large plans are, and how soon they come to what is dangerous: `docs/review.md` is made of it.

use std::fmt::Write as _;

use permctl::model::Document;
use permctl::model::names::Names;
use permctl::report::{Report, View, markdown, text};
use serde_json::json;

use super::up_to_date;
use crate::properties::state;

const SIZES: [usize; 5] = [1, 10, 100, 1_000, 10_000];

/// What a profile of a plan changes: most take something away, some give something, the last one something critical.
fn change(at: usize, all: usize) -> (&'static str, bool) {
    match at {
        _ if at + 1 == all => ("deleteCalls", true),
        _ if at % 10 == 3 => ("overrideScore", true),
        _ if at % 10 == 6 => ("library", true),
        _ => ("dealsInlineEditing", false),
    }
}

/// Writes the three reports of a plan with so many changes: text at 80 and 200 columns, and a comment.
fn reports(changes: usize) -> [String; 3] {
    let live = state::of((0..changes).map(|at| {
        let (setting, on) = change(at, changes);
        let mut document = Document::new();
        document.insert(setting.to_owned(), json!(!on));
        (format!("Profile {at:05}"), document)
    }));
    let files = (0..changes).map(|at| {
        let (setting, on) = change(at, changes);
        (at, format!("profile: Profile {at:05}\nsettings: {{{setting}: {on}}}\n"))
    });
    let desired = state::loaded(files);
    let plan = state::whole(state::planned(&desired, &live, &Names::default()));
    assert_eq!(plan.changes().count(), changes);
    let text =
        |width| text::render(Report::Plan(&plan), View { width: Some(width), ..View::default() });
    let plain = |report: String| anstream::adapter::strip_str(&report).to_string();
    let comment = markdown::render(Report::Plan(&plan), View::default());
    [plain(text(80)), plain(text(200)), comment]
}

#[test]
fn what_a_reviewer_reads_of_plans_of_any_size_is_up_to_date() {
    let mut page = "# Reports of any size\n\nMade by `UPDATE_DOCS=1 cargo test documents`: plans of Gong profiles in which seven of ten changes take something \
        away, three give\nsomething, and the last profile of all gets something critical.\n\n\
        | changes | report | bytes | lines | first critical change in line | left out |\n|---|---|---|---|---|---|\n"
        .to_owned();
    for changes in SIZES {
        let names = ["text, 80 columns", "text, 200 columns", "Markdown"];
        for (name, report) in names.into_iter().zip(reports(changes)) {
            let critical = report.lines().position(|line| line.contains("delete calls"));
            let critical = critical.expect("it is said, however long the plan is") + 1;
            assert!(critical <= 12, "{name} of {changes}: line {critical}");
            let left_out = report.lines().filter(|line| line.contains(" not fit here"));
            let left_out: Vec<&str> =
                left_out.map(|line| line.split(" do").next().unwrap_or(line)).collect();
            let left_out =
                if left_out.is_empty() { "nothing".to_owned() } else { left_out.join(", ") };
            let (bytes, lines) = (report.len(), report.lines().count());
            writeln!(page, "| {changes} | {name} | {bytes} | {lines} | {critical} | {left_out} |")
                .unwrap();
        }
    }
    up_to_date("docs/review.md", &page);
}
