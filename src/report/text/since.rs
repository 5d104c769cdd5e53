//! What a plan of a branch says beside the branch's changes: what it is compared with, what was different before, and what
//! the files decide no more.

use crate::model::Value;
use crate::plan::review::{Aspect, Difference, Quote, already_differing};
use crate::report::text::changes;
use std::cmp::Reverse;

use crate::plan::since::{BranchBase, Released, ReleasedWhat};
use crate::plan::{Plan, WorkspacePlan};
use crate::report::text::style::{Style, styled};
use crate::text::{counted, first_of, quoted, visible};

/// How much of a commit's id is shown.
const COMMIT: usize = 8;

/// How many settings are named in a line.
const MOST: usize = 3;

/// Says which files a plan is compared with, in one line.
pub fn compared(plan: &Plan, quote: Quote) -> Option<String> {
    let BranchBase { named, commit, touched, workspaces, .. } = plan.since.as_ref()?;
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

/// Writes which rules of `permctl.yaml` the branch makes less strict.
pub fn rules(plan: &Plan, quote: Quote) -> Vec<String> {
    let rules = plan.since.iter().flat_map(|since| &since.rules);
    rules.map(|rule| quote(rule)).collect()
}

/// Writes the workspaces that the files of the branch do not have any more.
pub fn dropped(plan: &Plan, quote: Quote) -> Vec<String> {
    let dropped = plan.since.iter().flat_map(|since| &since.dropped);
    let line = |(name, profiles): (&String, &usize)| {
        let profiles = counted(*profiles, "profile");
        format!(
            "{}: the whole workspace, {profiles}; `permctl.yaml` does not name it any more",
            quote(name)
        )
    };
    dropped.map(line).collect()
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
            ReleasedWhat::Retired => {
                "`retired` was taken out: what it took to its narrowest value may change".to_owned()
            }
            ReleasedWhat::Holders => "no file says any more who has it".to_owned(),
            ReleasedWhat::Settings(settings) => {
                let named = settings.iter().map(|path| quote(&path.to_string()));
                format!("no file decides {} any more", first_of(named, MOST))
            }
        };
        format!("{address}: {what} (was {})", quote(&format!("{}:{}", place.file, place.line)))
    };
    workspace.released.iter().map(line).collect()
}

/// Writes what was different before the branch, the most dangerous first.
pub fn already(plan: &Plan, quote: Quote) -> Vec<String> {
    let mut all = already_differing(plan);
    all.sort_by_key(|it| Reverse(it.tier()));
    let line = |it: &Difference<'_>| {
        let tier = it.tier().map_or_else(String::new, |tier| format!("{}: ", tier.word()));
        let address = quote(&format!("{}/{}", it.workspace, it.profile));
        let value =
            |side: Option<&Value>| side.map_or_else(|| "nothing".to_owned(), changes::value);
        let what = match it.aspect {
            Aspect::Setting(setting) => format!(
                "{} is {} live, {} in the files",
                quote(&setting.to_string()),
                quote(&value(it.before)),
                quote(&value(it.after))
            ),
            Aspect::Holder(user) if it.before.is_some() => format!("{} has it live", quote(user)),
            Aspect::Holder(user) => format!("{} has it in the files", quote(user)),
            Aspect::Missing => "is not live".to_owned(),
            Aspect::Unmanaged => "no file describes it".to_owned(),
        };
        format!("{tier}{address}: {what}")
    };
    all.iter().map(line).collect()
}

/// Writes both lists of all workspaces, each with its heading.
pub fn text(plan: &Plan) -> String {
    if plan.since.is_none() {
        return String::new();
    }
    let released =
        plan.workspaces.iter().flat_map(|workspace| released(workspace, quoted)).collect();
    let mut text = String::new();
    for (heading, style, lines) in [
        ("Rules that this change loosens", Style::Alarm, rules(plan, quoted)),
        ("No longer managed", Style::Alarm, [dropped(plan, quoted), released].concat()),
        ("Live already differed, and is left as it is", Style::Faint, already(plan, quoted)),
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
