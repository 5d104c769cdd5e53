//! Who has which roles at Pulse, and the request that sets them.
//!
//! A role lists its users and a user lists the roles. One request sets all roles of a user, so a
//! role out of sight would be taken away: where the two lists do not agree about a user, or one
//! of them is missing, nothing is written for that user.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::model::request::{Request, WriteEffect};
use crate::model::roster::{Roster, User, fold};
use crate::model::{LiveProfile, WorkspaceId};
use crate::provider::http::{Answer, ApiError, Reader};
use crate::provider::pulse::catalogue::{PERMISSIONS, ROLE};
use crate::provider::pulse::read::{address, items, listed};
use crate::provider::pulse::rules::{built_in, is_super_admin};
use crate::provider::pulse::{self as routes, Pulse, calls, for_account};
use crate::provider::{self, Fetch};

impl provider::Users for Pulse {
    fn users<'a>(
        &self,
        reader: &'a Reader<'a>,
        workspace: &'a WorkspaceId,
    ) -> Fetch<'a, Vec<Answer>> {
        Box::pin(async move {
            Ok(vec![reader.send(for_account(routes::USERS.request(), workspace)).await?])
        })
    }

    fn roster(
        &self,
        _: &WorkspaceId,
        answers: &[Answer],
        profiles: &[LiveProfile],
    ) -> Result<Roster, ApiError> {
        let mut users = Vec::new();
        for answer in answers {
            users.extend(items(answer, answer.json()?)?);
        }
        Ok(roster(&users, profiles))
    }

    fn assign(
        &self,
        workspace: &WorkspaceId,
        user: &str,
        profiles: &BTreeSet<String>,
    ) -> Request<WriteEffect> {
        calls::assign(workspace, user, profiles)
    }
}

/// What the roles say of one user.
#[derive(Default)]
struct Seen {
    user: String,
    /// Roles of the account.
    own: BTreeSet<String>,
    /// The permissions that any of these or the vendor's roles gives.
    given: BTreeSet<String>,
    /// Roles of the vendor, with what they are.
    foreign: BTreeMap<String, &'static str>,
}

fn roster(users: &[Json], profiles: &[LiveProfile]) -> Roster {
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    for profile in profiles {
        // A list of roles can't name one that has no name.
        let nameless = profile.name.is_empty().then_some("it has no name");
        let foreign = built_in(profile).or(nameless);
        for user in listed(&profile.document) {
            let Some(user) = address(user) else {
                let what = format!("the users of \"{}\" are no e-mail addresses", profile.name);
                return Roster::Unreadable(what);
            };
            let seen = seen.entry(fold(&user)).or_default();
            seen.user = user;
            let given = profile.document.get(PERMISSIONS).and_then(Json::as_array);
            let given = given.into_iter().flatten().filter_map(Json::as_str);
            seen.given.extend(given.map(str::to_owned));
            match foreign {
                Some(why) => {
                    seen.foreign.insert(profile.name.clone(), why);
                }
                None => {
                    seen.own.insert(profile.name.clone());
                }
            }
        }
    }
    let mut people = Vec::new();
    for user in users {
        let Some(address) = address(user) else {
            return Roster::Unreadable("a user has no e-mail address".to_owned());
        };
        let seen = seen.remove(&fold(&address)).unwrap_or_default();
        let mut direct = names(user, PERMISSION_LISTS, "permission").unwrap_or_default();
        direct.retain(|permission| !seen.given.contains(permission));
        let read_only = read_only(&seen, names(user, ROLE_LISTS, ROLE));
        people.push(User { user: address, profiles: seen.own, direct, read_only });
    }
    people.extend(seen.into_values().map(|seen| User {
        user: seen.user,
        profiles: seen.own,
        direct: BTreeSet::new(),
        read_only: Some("the account does not list them among its users".to_owned()),
    }));
    Roster::of(people)
}

/// Says why the roles of a user can't be written, if so.
fn read_only(seen: &Seen, told: Option<BTreeSet<String>>) -> Option<String> {
    if let Some((role, why)) = seen.foreign.first_key_value() {
        return Some(format!("they have \"{role}\", and {why}"));
    }
    let Some(told) = told else {
        return Some(
            "the vendor does not list the roles of a user, so one out of sight would be lost"
                .to_owned(),
        );
    };
    if let Some(role) = told.iter().find(|role| is_super_admin(role)) {
        return Some(format!("they have \"{role}\", which is never touched"));
    }
    if let Some(role) = told.difference(&seen.own).next() {
        return Some(format!("they have \"{role}\", which is not among the roles of the account"));
    }
    let role = seen.own.difference(&told).next()?;
    Some(format!("the role \"{role}\" lists them, and they do not list the role"))
}

/// The members under which a user lists roles.
const ROLE_LISTS: [&str; 2] = ["roles", "flatRolesList"];

/// The members under which a user may list permissions: those of the roles, or direct ones as well.
const PERMISSION_LISTS: [&str; 2] = ["permissions", "flatPermissionsList"];

/// Reads the names that a user lists, as texts or under a member; `None` when there is no such list.
fn names(user: &Json, lists: [&str; 2], member: &str) -> Option<BTreeSet<String>> {
    let list = lists.into_iter().find_map(|name| user.get(name)?.as_array())?;
    let name = |item: &Json| match item {
        Json::String(name) => Some(name.clone()),
        item => item.get(member)?.as_str().map(str::to_owned),
    };
    list.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ProfileId;
    use serde_json::json;

    fn roster(roles: Json, users: Json) -> Roster {
        let profiles: Vec<LiveProfile> = roles
            .as_array()
            .unwrap()
            .iter()
            .map(|role| LiveProfile {
                id: ProfileId(role["id"].to_string()),
                name: role["role"].as_str().unwrap().to_owned(),
                document: role.as_object().unwrap().clone(),
            })
            .collect();
        super::roster(users.as_array().unwrap(), &profiles)
    }

    fn role(name: &str, account: Json, users: Json) -> Json {
        json!({"id": 1, "role": name, "accountId": account, "users": users})
    }

    #[test]
    fn roles_and_users_that_agree_make_a_person_whose_roles_can_be_written() {
        let found = roster(
            json!([role("agent", json!("12"), json!(["Ada@x.example", {"email": "b@x.example"}]))]),
            json!([
                {"email": "ada@x.example", "roles": ["agent"]},
                {"email": "b@x.example", "flatRolesList": [{"role": "agent"}]},
                {"email": "c@x.example", "roles": []},
            ]),
        );
        let ada = found.find("ADA@x.example").unwrap();
        assert_eq!((ada.user.as_str(), &ada.read_only), ("ada@x.example", &None));
        assert!(found.people().all(|person| person.read_only.is_none()));
        let holders: Vec<&str> = found.holders("agent").map(|it| it.user.as_str()).collect();
        assert_eq!(holders, ["ada@x.example", "b@x.example"]);
    }

    #[test]
    fn nothing_is_written_for_a_user_whose_roles_may_not_all_be_in_sight() {
        for (roles, users, why) in [
            (
                json!([role("SuperAdmin", json!(null), json!(["a@x"]))]),
                json!([{"email": "a@x", "roles": ["SuperAdmin"]}]),
                "they have \"SuperAdmin\"",
            ),
            (json!([]), json!([{"email": "a@x", "roles": ["superADMIN"]}]), "never touched"),
            (
                json!([role("all", json!(null), json!(["a@x"]))]),
                json!([{"email": "a@x", "roles": ["all"]}]),
                "whole system",
            ),
            (json!([]), json!([{"email": "a@x"}]), "does not list the roles of a user"),
            (json!([]), json!([{"email": "a@x", "roles": ["x"]}]), "not among the roles"),
            (
                json!([role("x", json!("12"), json!(["a@x"]))]),
                json!([{"email": "a@x", "roles": []}]),
                "do not list the role",
            ),
            (json!([role("x", json!("12"), json!(["a@x"]))]), json!([]), "among its users"),
        ] {
            let found = roster(roles, users);
            let read_only = found.find("a@x").unwrap().read_only.clone();
            assert!(read_only.is_some_and(|said| said.contains(why)), "{why}");
        }
    }

    #[test]
    fn users_that_are_no_addresses_can_not_be_understood() {
        let found = roster(json!([role("agent", json!("12"), json!([7]))]), json!([]));
        assert!(matches!(found, Roster::Unreadable(what) if what.contains("\"agent\"")));
        let found = roster(json!([]), json!([{"name": "Ada"}]));
        assert!(matches!(found, Roster::Unreadable(_)));
    }
}
