//! What a job sends to people and machines: a message of Slack, and an event as JSON. permctl itself sends nothing.

use serde_json::{Value as Json, json};

use crate::report::Report;
use crate::report::overview::Overview;
use crate::report::remarks::{Level, remarks};
use crate::text::visible;

/// The version of an event's format.
const VERSION: u32 = 1;

/// The longest header and the longest section that Slack takes, in characters.
const HEADER: usize = 150;
const SECTION: usize = 3_000;

/// How many remarks a message has.
const MOST: usize = 10;

/// Writes a message of Slack in blocks. All of it is plain text: no name is a link or a mention.
pub fn slack(report: Report<'_>) -> Json {
    let overview = Overview::of(report);
    let title = format!("permctl {}: {}", overview.kind, visible(&overview.verdict));
    let mut blocks = vec![json!({ "type": "header", "text": plain(&title, HEADER) })];
    let all = remarks(report);
    for remark in all.iter().take(MOST) {
        let mark = match remark.level {
            Level::Error => "refused",
            Level::Warning => "look at",
            Level::Notice => "note",
        };
        let text = format!("{mark}: {}: {}", visible(&remark.title), visible(&remark.message));
        blocks.push(json!({ "type": "section", "text": plain(&text, SECTION) }));
    }
    let more = all.len().saturating_sub(MOST);
    let digest = overview.digest.map(|digest| format!("plan {digest}"));
    let more = (more > 0).then(|| format!("{more} more"));
    let beside: Vec<Json> =
        more.into_iter().chain(digest).map(|text| plain(&text, SECTION)).collect();
    if !beside.is_empty() {
        blocks.push(json!({ "type": "context", "elements": beside }));
    }
    json!({ "text": cut(&title, SECTION), "blocks": blocks })
}

fn plain(text: &str, most: usize) -> Json {
    json!({ "type": "plain_text", "emoji": false, "text": cut(text, most) })
}

/// Leaves out what is too long, and says so.
fn cut(text: &str, most: usize) -> String {
    match text.chars().count() > most {
        true => text.chars().take(most - 3).chain("...".chars()).collect(),
        false => text.to_owned(),
    }
}

/// Writes an event: what came of the command, and each remark with an id that stays while it is so.
pub fn webhook(report: Report<'_>) -> Json {
    let Overview { kind, verdict, digest, changes, refused, people, broader, critical, approvals } =
        Overview::of(report);
    json!({
        "event_version": VERSION,
        "kind": kind,
        "verdict": verdict,
        "digest": digest,
        "changes": changes,
        "refused": refused,
        "people": people,
        "broader": broader,
        "critical": critical,
        "approvals": approvals,
        "remarks": remarks(report),
    })
}
