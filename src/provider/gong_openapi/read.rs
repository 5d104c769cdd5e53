//! Reading the second dialect: profiles and who has them, each whole or not at all.
//!
//! Both lists come in one answer. There is no list of workspaces and none of users.

use serde_json::Value as Json;

use crate::model::{Document, Holders, LiveProfile, Understood, WorkspaceId};
use crate::provider::errors::ApiError;
use crate::provider::gong_openapi::catalogue::catalogue;
use crate::provider::http::{Answer, Reader};
use crate::provider::{answers, gong_openapi as routes};

/// Fetches all profiles of one workspace: one answer.
pub async fn profiles(
    reader: &Reader<'_>,
    workspace: &WorkspaceId,
) -> Result<Vec<Answer>, ApiError> {
    let request = routes::PROFILES.request().segment("workspaceId", &workspace.0);
    Ok(vec![reader.send(request).await?])
}

/// Understands what [`profiles`] fetched.
pub fn understand(answers: &[Answer]) -> Result<Understood, ApiError> {
    let profiles = answers::profiles(answers, "permissionProfiles", catalogue().identity())?;
    for profile in &profiles {
        let permissions = profile.document.get("permissions");
        // Anything else would read as nothing granted.
        if permissions.is_some_and(|it| !it.is_object() && !it.is_null()) {
            let what = format!("profile {} with permissions that are no object", profile.id);
            return Err(answers.first().expect("a profile came in an answer").nonsense(what));
        }
    }
    Ok(Understood { profiles, ..Understood::default() })
}

/// Lists who has a profile.
pub async fn holders(reader: &Reader<'_>, profile: &LiveProfile) -> Result<Holders, ApiError> {
    let request = routes::HOLDERS.request().segment("profileId", &profile.id.0);
    let answer = reader.send(request).await?;
    // No member of a user is mandatory.
    answers::holders(&answer, "users", &["emailAddress", "userId"])
}

/// Returns how many have a profile, as the profile itself says.
pub fn holders_in(document: &Document) -> Option<Holders> {
    let count = document.get("userCount").and_then(Json::as_u64)?;
    Some(Holders { count: usize::try_from(count).ok()?, names: Vec::new() })
}
