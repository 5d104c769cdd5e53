//! What an apply did, as text for a terminal.

use crate::apply::{Applied, Outcome, Status};
use crate::model::Value;
use crate::plan::Moved;
use crate::report::changes::value;
use crate::report::memberships;
use crate::report::paint::{Ink, paint};
use crate::text::{counted, quoted, visible};

/// Why something is held back, in the report.
pub const HELD_BACK: &str =
    "nobody would be left who administers: what gives it to others was not done";

/// Writes what became of each change, and what to do about what is left.
pub fn text(applied: &Applied) -> String {
    let mut text = String::new();
    for workspace in &applied.workspaces {
        text.push_str(&format!("{}\n", paint(Ink::Strong, visible(&workspace.workspace))));
        for outcome in &workspace.profiles {
            text.push_str(&outcome_text(outcome));
        }
        for outcome in &workspace.memberships {
            text.push_str(&memberships::outcome(outcome));
        }
        text.push('\n');
    }
    text.push_str(&summary(applied));
    text
}

fn outcome_text(outcome: &Outcome) -> String {
    let name = quoted(&outcome.profile);
    let past = if outcome.action == "create" { "created" } else { "updated" };
    let mut text = match &outcome.status {
        Status::Done => format!("  {} {name}\n", paint(Ink::Added, past)),
        Status::AlreadyDone => format!("  same {name}: already as planned, nothing sent\n"),
        Status::Stale { moved } => {
            let mut text = format!(
                "  {} {name}: changed since the plan, nothing sent\n",
                paint(Ink::Alarm, "stale")
            );
            moved.iter().for_each(|moved| text.push_str(&moved_line(moved, "planned from")));
            text
        }
        Status::Dropped { why } => {
            format!("  {} {name}: {}, nothing sent\n", paint(Ink::Alarm, "dropped"), visible(why))
        }
        Status::Failed { error, hint, partly } => format!(
            "  {} {name}: {}\n{}      help: {}\n",
            paint(Ink::Alarm, "failed"),
            visible(error),
            if *partly {
                "      it was made and is not filled; applying the same plan again finishes it\n"
            } else {
                ""
            },
            visible(hint)
        ),
        Status::Unknown { error } => format!(
            "  {} {name}: {}\n      help: it may or may not have been done; `permctl plan` shows which\n",
            paint(Ink::Alarm, "unknown"),
            visible(error)
        ),
        Status::NotTaken { differences, hint } => {
            let mut text = format!(
                "  {} {name}: the vendor accepted the change and did not keep all of it\n",
                paint(Ink::Alarm, "not taken")
            );
            differences.iter().for_each(|moved| text.push_str(&moved_line(moved, "sent")));
            if let Some(hint) = hint {
                text.push_str(&format!("      {hint}\n"));
            }
            text
        }
        Status::HeldBack => {
            format!("  {} {name}: {HELD_BACK}\n", paint(Ink::Alarm, "held back"))
        }
        Status::NotTried { why } => {
            format!("  {} {name}: {}\n", paint(Ink::Alarm, "not tried"), visible(why))
        }
    };
    for moved in &outcome.kept {
        let live = side(moved.live.as_ref());
        text.push_str(&format!(
            "      kept {}: {live}, changed by somebody since the plan\n",
            moved.setting
        ));
    }
    text
}

fn moved_line(moved: &Moved, planned: &str) -> String {
    let Moved { setting, planned: was, live } = moved;
    format!(
        "      {}: {planned} {}, live it is {}\n",
        visible(&setting.to_string()),
        side(was.as_ref()),
        paint(Ink::Alarm, side(live.as_ref()))
    )
}

fn side(side: Option<&Value>) -> String {
    side.map_or_else(|| "nothing".to_owned(), value)
}

fn summary(applied: &Applied) -> String {
    let done = |wanted: fn(&Outcome) -> bool| {
        let done = applied.outcomes().filter(|(_, outcome)| outcome.status == Status::Done);
        done.filter(|(_, outcome)| wanted(outcome)).count()
    };
    let count =
        |wanted: fn(&Status) -> bool| applied.statuses().filter(|status| wanted(status)).count();
    let mut words = vec![
        format!("{} created", done(|outcome| outcome.action == "create")),
        format!("{} updated", done(|outcome| outcome.action != "create")),
    ];
    let memberships = applied.workspaces.iter().flat_map(|workspace| &workspace.memberships);
    let users = memberships.filter(|outcome| outcome.status == Status::Done).count();
    if users > 0 {
        words.push(format!("profiles of {} changed", counted(users, "user")));
    }
    let rest: [(usize, &str); 8] = [
        (count(|status| *status == Status::AlreadyDone), "already as planned"),
        (count(|status| matches!(status, Status::Stale { .. })), "stale"),
        (count(|status| matches!(status, Status::Dropped { .. })), "dropped"),
        (count(|status| matches!(status, Status::Failed { .. })), "failed"),
        (count(|status| matches!(status, Status::Unknown { .. })), "unknown"),
        (count(|status| matches!(status, Status::NotTaken { .. })), "not taken"),
        (count(|status| *status == Status::HeldBack), "held back"),
        (count(|status| matches!(status, Status::NotTried { .. })), "not tried"),
    ];
    words.extend(
        rest.iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| format!("{number} {word}")),
    );
    let next: Vec<String> = applied
        .next
        .iter()
        .map(|next| format!("`{}` {}\n", visible(&next.command), next.why))
        .collect();
    let next = match next.as_slice() {
        [] => String::new(),
        lines => format!("Next: {}", lines.join("      ")),
    };
    format!("{}.\n{next}", paint(Ink::Strong, format!("Applied: {}", words.join(", "))))
}
