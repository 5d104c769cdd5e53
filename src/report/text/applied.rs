//! What an apply did, as text for a terminal.

use crate::apply::{Applied, Outcome, Status};
use crate::model::Value;
use crate::plan::Mismatch;
use crate::report::text::changes::{for_people, value};
use crate::report::text::style::{Style, styled};
use crate::report::text::{plan, users};
use crate::text::{counted, quoted, visible};

/// Why something is held back, in the report.
pub const HELD_BACK: &str =
    "no administrator would be left: the change that makes another one was not done";

/// Writes what became of each change, and what to do about what is left.
pub fn text(applied: &Applied) -> String {
    if applied.workspaces.is_empty() && applied.not_read.is_empty() {
        return format!("{}The plan has nothing to do.\n", left_out(applied));
    }
    let mut text = plan::not_read(&applied.not_read);
    for workspace in &applied.workspaces {
        text.push_str(&format!("{}\n", styled(Style::Strong, visible(&workspace.workspace))));
        for outcome in workspace.profiles.iter().chain(&workspace.users) {
            text.push_str(&outcome_text(outcome));
        }
        text.push('\n');
    }
    text.push_str(&left_out(applied));
    text.push_str(&summary(applied));
    text
}

/// Says how many changes the run was limited not to do.
fn left_out(applied: &Applied) -> String {
    match applied.left_out {
        0 => String::new(),
        count => {
            format!("Left out by `--only`: {}.\n", counted(count, "change"))
        }
    }
}

fn outcome_text(outcome: &Outcome) -> String {
    let Outcome { target, action, status, preserved, unlisted, notes } = outcome;
    let is_user = target.user().is_some();
    let name = match target.user() {
        Some(user) => format!("user {}", visible(user)),
        None => quoted(target.name()),
    };
    let alarm = |word: &str| styled(Style::Alarm, word);
    let mut text = match status {
        Status::Done => {
            let past = if action == "create" { "created" } else { "updated" };
            format!("  {} {name}{}\n", styled(Style::Added, past), users::moved(target))
        }
        Status::AlreadyDone => format!("  same {name}: already as planned, nothing sent\n"),
        Status::Stale { .. } => {
            let what = if is_user { "a profile changed" } else { "changed" };
            format!("  {} {name}: {what} since the plan, nothing sent\n", alarm("stale"))
        }
        Status::Dropped { why } => {
            format!("  {} {name}: {}, nothing sent\n", alarm("dropped"), visible(why))
        }
        Status::Failed { error, .. } => {
            format!("  {} {name}: {}\n", alarm("failed"), visible(error))
        }
        Status::Unknown { error } => {
            format!("  {} {name}: {}\n", alarm("unknown"), visible(error))
        }
        Status::NotPersisted { .. } => format!(
            "  {} {name}: accepted by the vendor, but these values did not change\n",
            alarm("not persisted")
        ),
        Status::Doubled { ids } => format!(
            "  {} {name}: another person made a profile of this name at the same time: {}\n",
            alarm("doubled"),
            ids.iter().map(|id| visible(&id.0)).collect::<Vec<_>>().join(" and ")
        ),
        Status::HeldBack => format!("  {} {name}: {HELD_BACK}\n", alarm("held back")),
        Status::Skipped { why, .. } => {
            format!("  {} {name}: {}\n", alarm("skipped"), visible(why))
        }
    };
    text.push_str(&for_people(notes));
    if let Some(id) = unlisted {
        let id = visible(&id.0);
        text.push_str(&format!("      its id is {id}; the vendor's list does not show it yet\n"));
    }
    text.push_str(&details(status, is_user));
    for moved in preserved {
        text.push_str(&match is_user {
            true => users::preserved(moved),
            false => {
                let live = side(moved.live.as_ref());
                format!(
                    "      kept {}: {live}, changed by another person since the plan\n",
                    moved.setting
                )
            }
        });
    }
    text
}

/// Writes the lines below a status: what moved, and what to do.
fn details(status: &Status, is_user: bool) -> String {
    match status {
        Status::Stale { differences } => {
            let line = |moved: &Mismatch| match is_user {
                true => users::grants_otherwise(moved),
                false => moved_line(moved, "planned from"),
            };
            differences.iter().map(line).collect()
        }
        Status::NotPersisted { differences, hint } => {
            let line = |moved: &Mismatch| match is_user {
                true => users::not_taken(moved),
                false => moved_line(moved, "sent"),
            };
            let mut text: String = differences.iter().map(line).collect();
            if let Some(hint) = hint {
                text.push_str(&format!("      {hint}\n"));
            }
            text
        }
        Status::Failed { hint, partly, .. } => {
            let begun = if *partly {
                "      it was made and is not filled; applying the same plan again finishes it\n"
            } else {
                ""
            };
            format!("{begun}      help: {}\n", visible(hint))
        }
        Status::Doubled { .. } => {
            "      help: give one of them another name in the vendor's settings, or say with `id:` which one the file describes\n".to_owned()
        }
        Status::Unknown { .. } => {
            "      help: it may or may not have been done; `permctl plan` shows which\n".to_owned()
        }
        _ => String::new(),
    }
}

fn moved_line(moved: &Mismatch, planned: &str) -> String {
    let Mismatch { setting, planned: was, live } = moved;
    format!(
        "      {}: {planned} {}, live it is {}\n",
        visible(&setting.to_string()),
        side(was.as_ref()),
        styled(Style::Alarm, side(live.as_ref()))
    )
}

fn side(side: Option<&Value>) -> String {
    side.map_or_else(|| "nothing".to_owned(), value)
}

/// Counts what was done and what was not.
pub fn counts(applied: &Applied) -> String {
    let done = |wanted: fn(&Outcome) -> bool| {
        let done = applied.outcomes().filter(|(_, outcome)| outcome.status == Status::Done);
        done.filter(|(_, outcome)| wanted(outcome)).count()
    };
    let count =
        |wanted: fn(&Status) -> bool| applied.statuses().filter(|status| wanted(status)).count();
    let mut words = vec![
        format!("{} created", done(|outcome| outcome.action == "create")),
        format!("{} updated", done(|outcome| outcome.action == "update")),
    ];
    let users = done(|outcome| outcome.target.user().is_some());
    if users > 0 {
        words.push(format!("profiles of {} changed", counted(users, "user")));
    }
    let rest: [(usize, &str); 9] = [
        (count(|status| *status == Status::AlreadyDone), "already as planned"),
        (count(|status| matches!(status, Status::Stale { .. })), "stale"),
        (count(|status| matches!(status, Status::Dropped { .. })), "dropped"),
        (count(|status| matches!(status, Status::Failed { .. })), "failed"),
        (count(|status| matches!(status, Status::Unknown { .. })), "unknown"),
        (count(|status| matches!(status, Status::NotPersisted { .. })), "not persisted"),
        (count(|status| matches!(status, Status::Doubled { .. })), "doubled"),
        (count(|status| *status == Status::HeldBack), "held back"),
        (count(|status| matches!(status, Status::Skipped { .. })), "skipped"),
    ];
    words.extend(
        rest.iter()
            .filter(|(number, _)| *number > 0)
            .map(|(number, word)| format!("{number} {word}")),
    );
    words.join(", ")
}

fn summary(applied: &Applied) -> String {
    let next: Vec<String> = applied
        .next
        .iter()
        .map(|next| format!("`{}` {}\n", visible(&next.command), next.why))
        .collect();
    let next = match next.as_slice() {
        [] => String::new(),
        lines => format!("Next: {}", lines.join("      ")),
    };
    format!("{}.\n{next}", styled(Style::Strong, format!("Applied: {}", counts(applied))))
}
