//! What to type after an apply that left something to do; pure.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::apply::{Applied, Status};
use crate::text::{is_hidden, shell_word};

/// More addresses than this are written as their workspaces: a longer line is hard to read.
const MOST_ADDRESSES: usize = 6;

/// A command to type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NextStep {
    /// As a shell takes it.
    pub command: String,
    /// What it does.
    pub why: String,
}

/// How the program was called, as far as the next call has to be like it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Called<'a> {
    /// The program with the flags that say where the files are.
    pub program: &'a str,
    /// The saved plan; `None` where the plan was made on the way.
    pub saved: Option<&'a Saved>,
}

/// A saved plan, to be applied again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// Its file and what limited it, as they are typed.
    pub typed: String,
    /// The tenants that it was made for in part, so that it is not applied to them.
    pub uncovered: BTreeSet<String>,
}

/// Lists what to type next.
pub fn next(applied: &Applied, called: Called<'_>) -> Vec<NextStep> {
    let Called { program, saved } = called;
    let mut again = false;
    let mut planned = Vec::new();
    for (workspace, outcome) in applied.outcomes() {
        // A user has no address and is planned with the workspace.
        let profile = outcome.target.user().is_none().then(|| outcome.target.name());
        let plan_again = match outcome.status {
            Status::Done | Status::AlreadyDone => continue,
            Status::Failed { .. }
            | Status::Unknown { .. }
            | Status::HeldBack
            | Status::Skipped { .. } => {
                saved.is_none_or(|saved| saved.uncovered.contains(&workspace.tenant))
            }
            Status::Stale { .. }
            | Status::Dropped { .. }
            | Status::NotPersisted { .. }
            | Status::Doubled { .. } => true,
        };
        if plan_again {
            planned.push((workspace.workspace.as_str(), profile));
        } else {
            again = true;
        }
    }
    for not_read in &applied.not_read {
        // What a saved plan covers is read again when it is applied again.
        if saved.is_none_or(|saved| saved.uncovered.contains(&not_read.tenant)) {
            planned.push((not_read.workspace.as_str(), None));
        }
    }
    let mut next = Vec::new();
    if let Some(saved) = saved.filter(|_| again) {
        next.push(NextStep {
            command: format!("{program} apply {}", saved.typed),
            why: "does what is left; what is done is not done again".to_owned(),
        });
    }
    if !planned.is_empty() {
        next.push(NextStep {
            command: format!("{program} plan {}", addresses(&planned)),
            why: "shows what is live and what is left; review it and apply that".to_owned(),
        });
    }
    next
}

/// Writes addresses for a shell: profiles while there are few, else their workspaces.
fn addresses(places: &[(&str, Option<&str>)]) -> String {
    let whole = |workspace: &str| places.contains(&(workspace, None));
    let written = |(workspace, profile): &(&str, Option<&str>)| match profile {
        // A name that can't be seen can't be typed.
        Some(profile) if !whole(workspace) && !profile.chars().any(is_hidden) => {
            shell_word(&format!("{workspace}/{profile}"))
        }
        _ => shell_word(workspace),
    };
    let mut all: BTreeSet<String> = places.iter().map(written).collect();
    if all.len() > MOST_ADDRESSES {
        all = places.iter().map(|(workspace, _)| shell_word(workspace)).collect();
    }
    Vec::from_iter(all).join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::{Outcome, Target, WorkspaceOutcome};
    use crate::model::NotRead;
    use std::collections::BTreeMap;

    fn saved(uncovered: &[&str]) -> Saved {
        let uncovered = uncovered.iter().map(|&tenant| tenant.to_owned()).collect();
        Saved { typed: "plan.json".to_owned(), uncovered }
    }

    fn applied(profiles: &[(&str, Status)]) -> Applied {
        let profiles = profiles.iter().map(|(profile, status)| Outcome {
            target: Target::Profile { profile: (*profile).to_owned() },
            action: "update".to_owned(),
            status: status.clone(),
            preserved: Vec::new(),
            unlisted: None,
            notes: BTreeMap::new(),
        });
        let workspace = WorkspaceOutcome {
            workspace: "emea".to_owned(),
            tenant: "acme".to_owned(),
            profiles: profiles.collect(),
            users: Vec::new(),
        };
        Applied { workspaces: vec![workspace], ..Applied::default() }
    }

    fn commands(applied: &Applied, saved: Option<&Saved>) -> Vec<String> {
        let called = Called { program: "permctl", saved };
        next(applied, called).into_iter().map(|next| next.command).collect()
    }

    fn unknown() -> Status {
        Status::Unknown { error: "lost".to_owned() }
    }

    fn stale() -> Status {
        Status::Stale { differences: Vec::new() }
    }

    #[test]
    fn when_all_is_done_there_is_nothing_to_type() {
        let applied = applied(&[("A", Status::Done), ("B", Status::AlreadyDone)]);
        assert_eq!(commands(&applied, Some(&saved(&[]))), Vec::<String>::new());
    }

    #[test]
    fn a_saved_plan_is_applied_again_and_what_moved_is_planned_again() {
        let applied = applied(&[("A", Status::Done), ("B C", stale()), ("D", unknown())]);
        assert_eq!(
            commands(&applied, Some(&saved(&[]))),
            ["permctl apply plan.json", "permctl plan \"emea/B C\""]
        );
        assert_eq!(commands(&applied, None), ["permctl plan \"emea/B C\" emea/D"]);
    }

    #[test]
    fn a_plan_of_a_tenant_that_was_read_in_part_is_not_applied_again() {
        let why = "another workspace of this tenant could not be read".to_owned();
        let mut applied = applied(&[("A", Status::skipped(why))]);
        applied.not_read.push(NotRead {
            tenant: "acme".to_owned(),
            workspace: "amer".to_owned(),
            error: "403".to_owned(),
            hint: String::new(),
            files: false,
        });
        assert_eq!(commands(&applied, Some(&saved(&["acme"]))), ["permctl plan amer emea/A"]);
        // Where only this run could not read it, the next one may.
        assert_eq!(commands(&applied, Some(&saved(&[]))), ["permctl apply plan.json"]);
    }

    #[test]
    fn many_or_invisible_names_become_their_workspaces() {
        let names: Vec<String> = (0..9).map(|number| format!("P{number}")).collect();
        let many: Vec<(&str, Status)> = names.iter().map(|name| (&**name, stale())).collect();
        assert_eq!(commands(&applied(&many), Some(&saved(&[]))), ["permctl plan emea"]);
        let hidden = applied(&[("a\u{202e}b", stale())]);
        assert_eq!(commands(&hidden, Some(&saved(&[]))), ["permctl plan emea"]);
    }
}
