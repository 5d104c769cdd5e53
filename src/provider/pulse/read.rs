//! Reading Pulse: roles and the account's permissions, each whole or not at all. Who has a role is
//! the business of [`super::people`].
//!
//! No list has pages, and every answer is a bare list. What a list holds differs between two builds
//! of the reference, or is not shown at all; both are read, and anything else is an error.

use std::collections::BTreeSet;

use futures_util::future::try_join;
use serde_json::Value as Json;

use crate::model::{
    Document, Holders, LiveProfile, ProfileId, SettingPath, Understood, WorkspaceId,
};
use crate::provider::errors::ApiError;
use crate::provider::http::{Answer, Reader};
use crate::provider::pulse::catalogue::{PERMISSIONS, ROLE};
use crate::provider::pulse::rules::is_super_admin;
use crate::provider::pulse::{self as routes, for_account};

/// The member of a role that lists its users.
const USERS: &str = "users";

/// Fetches the roles of an account and the permissions that it may use.
pub async fn profiles(
    reader: &Reader<'_>,
    workspace: &WorkspaceId,
) -> Result<Vec<Answer>, ApiError> {
    let (roles, permissions) = try_join(
        reader.send(for_account(routes::ROLES.request(), workspace)),
        reader.send(for_account(routes::PERMISSIONS.request(), workspace)),
    )
    .await?;
    Ok(vec![roles, permissions])
}

/// Understands what [`profiles`] fetched.
pub fn understand(answers: &[Answer]) -> Result<Understood, ApiError> {
    let [roles, permissions] = answers else {
        unreachable!("`profiles` gives the roles and the permissions")
    };
    let mut understood = Understood::default();
    let mut seen = BTreeSet::new();
    for item in items(roles, roles.json()?)? {
        let id = ProfileId(number(roles, &item)?);
        let name = roles.text(&item, ROLE)?;
        let Some(held) = item.get(PERMISSIONS).and_then(Json::as_array) else {
            return Err(roles.nonsense(format!("role {id} without the list `{PERMISSIONS}`")));
        };
        // What is not understood would read as nothing granted.
        if !held.iter().all(Json::is_string) {
            return Err(roles.nonsense(format!("role {id} with permissions that are no names")));
        }
        if !seen.insert(id.clone()) {
            return Err(roles.nonsense(format!("role {id} twice in one list")));
        }
        let Json::Object(document) = item else {
            unreachable!("a value with members is an object")
        };
        understood.profiles.push(LiveProfile { id, name, document });
    }
    let names: BTreeSet<String> = items(permissions, permissions.json()?)?
        .iter()
        .map(|item| match item {
            Json::String(name) => Ok(name.clone()),
            other => permissions.text(other, "permission"),
        })
        .collect::<Result<_, _>>()?;
    understood.vocabulary.insert(SettingPath::new([PERMISSIONS]), names);
    Ok(understood)
}

/// Says why a role is not the account's own to manage.
pub fn vendors_own(profile: &LiveProfile) -> Option<&'static str> {
    if is_super_admin(&profile.name) {
        return Some("it is the vendor's role over all accounts");
    }
    let of_all = account(profile).is_none();
    of_all.then_some("it is a role of the whole system")
}

/// Says that a role belongs to another account, if it does. Nobody has seen such an answer; a session
/// of the vendor's own lists roles without an account, so more than one account may come in a list.
pub fn elsewhere(workspace: &WorkspaceId, profile: &LiveProfile) -> Option<&'static str> {
    let other = account(profile).is_some_and(|account| account != workspace.0);
    other.then_some("it is a role of another account")
}

/// Returns the account of a role; `None` for a role of all accounts.
fn account(profile: &LiveProfile) -> Option<String> {
    match profile.document.get("accountId") {
        None | Some(Json::Null) => None,
        Some(Json::String(account)) => Some(account.clone()),
        // Documented as a text of digits.
        Some(other) => Some(other.to_string()),
    }
}

/// Counts who has a role, from the role itself; `None` when it does not list its users.
pub fn holders(profile: &LiveProfile) -> Option<Holders> {
    let users = profile.document.get(USERS)?.as_array()?;
    let mut names: Vec<String> = users.iter().filter_map(address).collect();
    names.sort();
    Some(Holders { count: users.len(), names })
}

/// Looks for the users of a role once more; no other route says who has it.
pub async fn look_up_holders(
    reader: &Reader<'_>,
    workspace: &WorkspaceId,
    profile: &LiveProfile,
) -> Result<Holders, ApiError> {
    let answer = reader.send(for_account(routes::ROLES.request(), workspace)).await?;
    let roles = items(&answer, answer.json()?)?;
    let of = |role: &Json| number(&answer, role).is_ok_and(|id| id == profile.id.0);
    let found = roles.into_iter().find(of).and_then(|role| role.as_object().cloned());
    let again = found.map(|document| LiveProfile { document, ..profile.clone() });
    let held = again.as_ref().and_then(holders);
    held.ok_or_else(|| answer.nonsense(format!("role {} without the list `{USERS}`", profile.id)))
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
        _ => Err(answer.nonsense("an answer that is no list")),
    }
}

/// Reads a role's id, which is a number.
fn number(answer: &Answer, item: &Json) -> Result<String, ApiError> {
    match item.get("id") {
        Some(Json::Number(id)) => Ok(id.to_string()),
        Some(Json::String(id)) => Ok(id.clone()),
        _ => Err(answer.nonsense("a role without an `id`")),
    }
}
