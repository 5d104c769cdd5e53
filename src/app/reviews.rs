//! Who approved a change, as the API of the repository's host says it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value as Json;

use crate::app::files;
use crate::error::{Exit, Stop};

/// Reads the approvals of a commit.
///
/// Of GitHub it takes the list of a pull request's reviews: the last one of each person counts, and only one of this
/// commit. Of GitLab it takes the approvals of a merge request, which have no commit: the project has to remove them when
/// a commit is added.
///
/// # Errors
/// When the file is neither.
pub fn approved(path: &Path, commit: &str) -> Result<BTreeSet<String>, Stop> {
    let stop = |problem: &str| {
        Stop::new(Exit::Files, format!("could not use the reviews {}: {problem}", path.display()))
            .hint("give the answer of the host's API as it is: GitHub `GET /repos/OWNER/REPO/pulls/N/reviews`, all pages in one list, or GitLab `GET /projects/ID/merge_requests/N/approvals`")
    };
    let text = files::saved(path).map_err(|error| stop(&error.to_string()))?;
    let answer: Json = serde_json::from_str(&text).map_err(|error| stop(&error.to_string()))?;
    if let Some(reviews) = answer.as_array() {
        return of_github(reviews, commit).ok_or_else(|| stop("an entry has no user or no state"));
    }
    let approvals = answer.get("approved_by").and_then(Json::as_array);
    let approvals = approvals.ok_or_else(|| stop("it is no list, and has no `approved_by`"))?;
    let name = |approval: &Json| Some(approval.pointer("/user/username")?.as_str()?.to_owned());
    let names: Option<BTreeSet<String>> = approvals.iter().map(name).collect();
    names.ok_or_else(|| stop("an entry of `approved_by` has no user"))
}

/// Finds who approved a commit and did not take it back.
fn of_github(reviews: &[Json], commit: &str) -> Option<BTreeSet<String>> {
    let mut last: BTreeMap<String, bool> = BTreeMap::new();
    for review in reviews {
        let state = review.get("state")?.as_str()?;
        // A person who left has no account any more.
        let Some(user) = review.pointer("/user/login").and_then(Json::as_str) else { continue };
        let of_commit = review.get("commit_id").and_then(Json::as_str) == Some(commit);
        match state {
            "APPROVED" => last.insert(user.to_lowercase(), of_commit),
            "CHANGES_REQUESTED" | "DISMISSED" => last.insert(user.to_lowercase(), false),
            _ => None,
        };
    }
    Some(last.into_iter().filter_map(|(user, approves)| approves.then_some(user)).collect())
}
