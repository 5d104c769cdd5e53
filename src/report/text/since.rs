//! What a plan of a branch says beside the branch's changes: what it is compared with, what was different before, and what
//! the files decide no more.

use crate::plan::review::Quote;
use crate::plan::since::{BranchBase, Released, ReleasedWhat};
use crate::plan::{Plan, Planned, WorkspacePlan};
use crate::report::text::style::{Style, styled};
use crate::text::{counted, quoted, visible};

/// How much of a commit's id is shown.
const COMMIT: usize = 8;

/// How many settings are named in a line.
const MOST: usize = 3;

/// Says which files a plan is compared with, in one line.
pub fn compared(plan: &Plan, quote: Quote) -> Option<String> {
    let BranchBase { named, commit, touched, workspaces } = plan.since.as_ref()?;
    let commit = match commit {
        Some(commit) => {
            let commit: String = commit.chars().take(COMMIT).collect();
            format!(" at {}, where the branch began", quote(&commit))
        }
        None => String::new(),
    };
    let touched = format!("{touched} of {}", counted(*workspaces, "workspace"));
    Some(format!("Only what differs from {}{commit}: {touched} may be touched.", quote(named)))
}

/// Writes what the files of a workspace decide no more, each in a line.
pub fn released(workspace: &WorkspacePlan, quote: Quote) -> Vec<String> {
    let line = |Released { profile, what, place }: &Released| {
        let address = quote(&format!("{}/{profile}", workspace.workspace));
        let what = match what {
            ReleasedWhat::Profile => "no file describes it any more".to_owned(),
            ReleasedWhat::Ignored => "`ignore` leaves it out of sight".to_owned(),
            ReleasedWhat::Unlisted => {
                "what it does not list stays as it is live: `deny` became `keep`".to_owned()
            }
            ReleasedWhat::Holders => "no file says any more who has it".to_owned(),
            ReleasedWhat::Settings(settings) => {
                let named = settings.iter().take(MOST).map(|path| quote(&path.to_string()));
                let named = named.collect::<Vec<_>>().join(", ");
                let more = match settings.len().saturating_sub(MOST) {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                format!("no file decides {named}{more} any more")
            }
        };
        format!("{address}: {what} (was {})", quote(&format!("{}:{}", place.file, place.line)))
    };
    workspace.released.iter().map(line).collect()
}

/// Writes what was different before the branch, a line for each profile or user.
pub fn already(workspace: &WorkspacePlan, quote: Quote) -> Vec<String> {
    let line = |planned: &Planned| {
        let change = &planned.change;
        let settings = change.transitions.iter().map(|transition| transition.bundle.to_string());
        let named: Vec<String> = settings.take(MOST).map(|setting| quote(&setting)).collect();
        let named = match change.transitions.len().saturating_sub(MOST) {
            0 => named.join(", "),
            more => format!("{} and {more} more", named.join(", ")),
        };
        let what = match (change.is_of_user(), change.creates()) {
            (true, _) => "has other profiles".to_owned(),
            (false, true) => "is not there".to_owned(),
            (false, false) => format!("{named} ({})", planned.direction.word()),
        };
        format!("{}: {what}", quote(&format!("{}/{}", workspace.workspace, change.name)))
    };
    workspace.already.iter().map(line).collect()
}

/// Writes both lists of all workspaces, each with its heading.
pub fn text(plan: &Plan) -> String {
    if plan.since.is_none() {
        return String::new();
    }
    let all = |list: fn(&WorkspacePlan, Quote) -> Vec<String>| -> Vec<String> {
        plan.workspaces.iter().flat_map(|workspace| list(workspace, quoted)).collect()
    };
    let mut text = String::new();
    for (heading, style, lines) in [
        ("No longer managed", Style::Alarm, all(released)),
        ("Live already differed, and is left as it is", Style::Faint, all(already)),
    ] {
        if !lines.is_empty() {
            text.push_str(&format!("{}\n", styled(style, heading)));
            lines.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
            text.push('\n');
        }
    }
    text
}

/// Says which files a plan is compared with.
pub fn first_line(plan: &Plan) -> String {
    compared(plan, visible).map_or_else(String::new, |line| format!("{line}\n\n"))
}
