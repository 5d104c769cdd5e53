//! The simulated Pulse's routes: which method and path leads where.
//!
//! Segments of a path are decoded one by one, so a role's name may hold a slash, a space or letters
//! of any alphabet.

use serde_json::{Value as Json, json};

use super::answers::{Answer, Refusal};
use super::{Account, Pulse};
use crate::Received;

/// Where a session begins.
pub(super) const LOGIN: &str = "/auth/login";

/// The header that says which account is meant.
pub(super) const ACCOUNT_HEADER: &str = "x-account-id";

impl Pulse {
    /// Answers one request.
    pub(super) fn route(&mut self, request: &Received) -> Answer {
        if request.malformed {
            return Err(Refusal::new(400, "Invalid request body"));
        }
        if request.path == LOGIN {
            return self.login(request);
        }
        let (token, account) = self.admit(request)?;
        let segments = request.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        let method = request.method.as_str();
        match (method, path.as_slice()) {
            ("GET", ["auth", "session"]) => Ok((200, self.payload(&token))),
            ("GET", ["permissions"]) => Ok((200, self.permissions(&account))),
            ("GET", ["roles"]) => Ok((200, self.roles(&account))),
            ("GET", ["users"]) => Ok((200, self.users(&account))),
            ("POST", ["roles", role]) => self.create_role(&account, role),
            ("PATCH", ["roles", role]) => self.patch_role(&account, role, request),
            ("PATCH", ["users", email, "roles"]) => self.patch_user(&account, email, request),
            ("PUT", ["permissions"]) => self.put_permissions(request),
            ("PUT", ["roles", role]) => self.put_role(role, request),
            ("DELETE", ["roles", role]) => self.delete_role(&account, role, request),
            (_, ["auth", "session"] | ["permissions"] | ["roles"] | ["users"])
            | (_, ["roles", _] | ["users", _, "roles"]) => {
                Err(Refusal::new(405, format!("{method} is not supported here")))
            }
            _ => Err(Refusal::new(404, format!("there is nothing at {}", request.path))),
        }
    }

    fn permissions(&self, account: &str) -> Json {
        let names = &self.account(account).permissions;
        if self.readings.is("permissions-answer", "names") {
            return json!(names);
        }
        let object = |(at, name): (usize, &String)| {
            let known = self.state.permissions.iter().find(|it| it.permission == *name);
            let (description, category) =
                known.map_or(("", "Other"), |it| (it.description.as_str(), it.category.as_str()));
            let id = at + 1;
            json!({"id": id, "permission": name, "description": description, "category": category})
        };
        names.iter().enumerate().map(object).collect()
    }

    /// Returns an account that a request was admitted to.
    pub(super) fn account(&self, id: &str) -> &Account {
        let mut accounts = self.state.accounts.iter();
        accounts.find(|it| it.id == id).expect("a request is admitted to known accounts only")
    }
}

/// Reads a body of one list of texts, and nothing else that a list may hold.
pub(super) fn list(request: &Received, member: &str) -> Option<Vec<String>> {
    let items = request.body.as_ref()?.get(member)?.as_array()?;
    items.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}
