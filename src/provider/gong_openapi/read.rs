//! Reading the second dialect: profiles and who has them, each whole or not at all.
//!
//! Both lists come in one answer. There is no list of workspaces and none of users.

use serde_json::Value as Json;

use crate::model::{Holders, LiveProfile, Parsed, ProfileId, WorkspaceId};
use crate::provider::gong_openapi::catalogue::catalogue;
use crate::provider::gong_openapi::{self as routes, GongOpenapi};
use crate::provider::http::{Answer, ApiError, Reader};
use crate::provider::{self, Fetch, lists};

impl provider::Read for GongOpenapi {
    fn profiles<'a>(
        &self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
    ) -> Fetch<'a, Vec<Answer>> {
        let request = routes::PROFILES.request().segment("workspaceId", &workspace.0);
        Box::pin(async move { Ok(vec![reader.send(request).await?]) })
    }

    fn parse(&self, answers: &[Answer]) -> Result<Parsed, ApiError> {
        let members = ("permissionProfiles", "permissionProfile");
        let profiles = lists::profiles(answers, members, catalogue().identity(), Answer::text)?;
        for profile in &profiles {
            let permissions = profile.document.get("permissions");
            // Anything else would read as nothing granted.
            if permissions.is_some_and(|it| !it.is_object() && !it.is_null()) {
                let what = format!("profile {} with permissions that are no object", profile.id);
                return Err(answers.first().expect("a profile came in an answer").invalid(what));
            }
        }
        Ok(Parsed { profiles, ..Parsed::default() })
    }

    fn profile<'a>(
        &self,
        reader: &'a Reader<'a>,
        _: &'a WorkspaceId,
        id: &'a ProfileId,
    ) -> Fetch<'a, Option<Answer>> {
        let request = routes::PROFILE.request().segment("profileId", &id.0);
        Box::pin(async move { lists::unless_gone(reader.send(request).await, &[404]) })
    }

    /// A profile says how many have it, and not who.
    fn holders_in(&self, profile: &LiveProfile) -> Option<Holders> {
        let count = profile.document.get("userCount").and_then(Json::as_u64)?;
        Some(Holders::new(usize::try_from(count).ok()?, Vec::new()))
    }

    fn holders<'a>(
        &self,
        reader: &'a Reader<'a>,
        _: &'a WorkspaceId,
        profile: &'a ProfileId,
    ) -> Fetch<'a, Holders> {
        let request = routes::HOLDERS.request().segment("profileId", &profile.0);
        Box::pin(async move {
            let answer = reader.send(request).await?;
            // No member of a user is mandatory.
            lists::holders(&answer, "users", &["emailAddress", "userId"])
        })
    }
}
