//! Reading Pulse: roles and the account's permissions, each whole or not at all. Who has a role is
//! the business of [`super::people`].
//!
//! No list has pages, and every answer is a bare list. What a list holds differs between two builds
//! of the reference, or is not shown at all; both are read, and anything else is an error.

use std::collections::BTreeSet;

use futures_util::future::try_join;
use serde_json::Value as Json;

use crate::model::{Document, Holders, LiveProfile, Parsed, ProfileId, SettingPath, WorkspaceId};
use crate::provider::http::{Answer, ApiError, Reader};
use crate::provider::pulse::catalogue::{PERMISSIONS, catalogue};
use crate::provider::pulse::{self as routes, Pulse, for_account};
use crate::provider::{self, Fetch, lists};

/// The member of a role that lists its users.
const USERS: &str = "users";

impl provider::Read for Pulse {
    fn profiles<'a>(
        &self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
    ) -> Fetch<'a, Vec<Answer>> {
        Box::pin(async move {
            let (roles, permissions) = try_join(
                reader.send(for_account(routes::ROLES.request(), workspace)),
                reader.send(for_account(routes::PERMISSIONS.request(), workspace)),
            )
            .await?;
            Ok(vec![roles, permissions])
        })
    }

    fn parse(&self, answers: &[Answer]) -> Result<Parsed, ApiError> {
        let [roles, permissions] = answers else {
            unreachable!("`profiles` gives the roles and the permissions")
        };
        let mut parsed = Parsed { profiles: parse_roles(roles)?, ..Parsed::default() };
        let names: BTreeSet<String> = items(permissions, permissions.json()?)?
            .iter()
            .map(|item| match item {
                Json::String(name) => Ok(name.clone()),
                other => permissions.text(other, "permission"),
            })
            .collect::<Result<_, _>>()?;
        parsed.vocabulary.insert(SettingPath::new([PERMISSIONS]), names);
        Ok(parsed)
    }

    /// A role lists its users, in most answers.
    fn holders_in(&self, profile: &LiveProfile) -> Option<Holders> {
        held(profile.document.get(USERS)?)
    }

    /// Reads the roles once more; no other route says who has one.
    fn holders<'a>(
        &self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
        profile: &'a ProfileId,
    ) -> Fetch<'a, Holders> {
        Box::pin(async move {
            let answer = reader.send(for_account(routes::ROLES.request(), workspace)).await?;
            let roles = items(&answer, answer.json()?)?;
            let of = |role: &Json| answer.id(role, "id").is_ok_and(|id| id == profile.0);
            let found = roles.into_iter().find(of).and_then(|role| held(role.get(USERS)?));
            found
                .ok_or_else(|| answer.invalid(format!("role {profile} without the list `{USERS}`")))
        })
    }
}

/// Counts the users that a role lists.
fn held(users: &Json) -> Option<Holders> {
    let users = users.as_array()?;
    let mut names: Vec<String> = users.iter().filter_map(address).collect();
    names.sort();
    Some(Holders::new(users.len(), names))
}

/// Parses the list of roles.
fn parse_roles(answer: &Answer) -> Result<Vec<LiveProfile>, ApiError> {
    let mut seen = BTreeSet::new();
    let mut profiles = Vec::new();
    for item in items(answer, answer.json()?)? {
        let id = ProfileId(answer.id(&item, "id")?);
        let name = lists::name(&item, catalogue().identity());
        if !seen.insert(id.clone()) {
            return Err(answer.invalid(format!("role {id} twice in one list")));
        }
        let Json::Object(document) = item else {
            unreachable!("a value with members is an object")
        };
        profiles.push(LiveProfile { id, name, document });
    }
    Ok(profiles)
}

/// Says what makes a role one that can't be compared: what is not understood would read as nothing
/// granted.
pub(super) fn flaw(role: &Document) -> Option<String> {
    match role.get(PERMISSIONS).and_then(Json::as_array) {
        None => Some(format!("it comes without the list `{PERMISSIONS}`")),
        Some(held) if !held.iter().all(Json::is_string) => {
            Some("it comes with permissions that are no names".to_owned())
        }
        Some(_) => None,
    }
}

/// Returns the users that a role lists, in whatever form.
pub(super) fn listed(role: &Document) -> &[Json] {
    role.get(USERS).and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

/// Reads an e-mail address: alone, or as the member of a user.
pub(super) fn address(user: &Json) -> Option<String> {
    let text = match user {
        Json::String(text) => text,
        Json::Object(members) => members.get("email")?.as_str()?,
        _ => return None,
    };
    text.contains('@').then(|| text.to_owned())
}

/// Reads a bare list.
pub(super) fn items(answer: &Answer, json: Json) -> Result<Vec<Json>, ApiError> {
    match json {
        Json::Array(items) => Ok(items),
        _ => Err(answer.invalid("an answer that is no list")),
    }
}
