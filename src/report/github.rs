//! What GitHub Actions takes: annotations of lines, and the outputs of a step.

use crate::report::Report;
use crate::report::overview::Overview;
use crate::report::remarks::{Level, Remark, remarks};
use crate::text::visible;

/// GitHub shows so many annotations of each level of a step.
const MOST: usize = 10;

/// The longest message that is worth an annotation, in characters.
const LONGEST: usize = 1_000;

/// Writes the annotations, worst first; what is more than GitHub shows is counted in the last one of its level.
pub fn annotations(report: Report<'_>) -> String {
    let all = remarks(report);
    let mut text = String::new();
    for level in [Level::Error, Level::Warning, Level::Notice] {
        let of_level: Vec<&Remark> = all.iter().filter(|it| it.level == level).collect();
        let more = of_level.len().saturating_sub(MOST);
        let shown = if more > 0 { MOST - 1 } else { of_level.len() };
        of_level[..shown].iter().for_each(|remark| text.push_str(&annotation(remark)));
        if more > 0 {
            let message = format!("{} more; the summary of the job has them", more + 1);
            text.push_str(&format!("::{}::{message}\n", word(level)));
        }
    }
    text
}

fn annotation(remark: &Remark) -> String {
    let mut properties = Vec::new();
    if let Some(place) = &remark.place {
        properties.push(format!("file={}", property(&place.file)));
        properties.push(format!("line={}", place.line));
    }
    properties.push(format!("title={}", property(&format!("permctl: {}", remark.title))));
    let message: String = remark.message.chars().take(LONGEST).collect();
    format!("::{} {}::{}\n", word(remark.level), properties.join(","), data(&message))
}

fn word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Notice => "notice",
    }
}

/// Writes a text so that it ends no command: on one line, and with nothing that GitHub takes for an escape.
fn data(text: &str) -> String {
    visible(text).replace('%', "%25")
}

/// Writes a text so that it ends no property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Writes the outputs of the step, a line each: `docs/ci.md` has their names.
pub fn outputs(report: Report<'_>) -> String {
    let Overview { kind, verdict, digest, changes, refused, people, broader, critical, approvals } =
        Overview::of(report);
    let outputs = [
        ("kind", kind.to_owned()),
        ("verdict", verdict),
        ("changes", changes.to_string()),
        ("refused", refused.to_string()),
        ("digest", digest.unwrap_or_default()),
        ("people", people.to_string()),
        ("broader", broader.to_string()),
        ("critical", critical.to_string()),
        ("approvals", approvals.join(", ")),
    ];
    let line = |(name, value): (&str, String)| format!("{name}={}\n", visible(&value));
    outputs.into_iter().map(line).collect()
}
