//! The simulated Pulse's roles: listing, creating and setting their permissions.

use serde_json::{Value as Json, json};

use super::answers::{Answer, Refusal, done};
use super::routes::list;
use super::{Pulse, is_super_admin, owner_of};
use crate::Received;
use crate::members::{Document, text};

/// Where a role keeps its permissions when it is read; it is written by another name.
const PERMISSIONS: &str = "permissions";

impl Pulse {
    /// Lists the roles of an account, those of the whole system and, under a reading, all.
    pub(super) fn roles(&self, account: &str) -> Json {
        let others = self.readings.is("other-accounts", "listed");
        let listed = self.state.roles.iter().filter(|role| match owner_of(role) {
            Some(owner) => others || owner == account,
            None => true,
        });
        listed.map(|role| Json::Object(self.served(account, role))).collect()
    }

    /// Puts `users` behind `accountId`, where the vendor's example has it.
    fn served(&self, account: &str, role: &Document) -> Document {
        let mut served = role.clone();
        if !served.contains_key("users") {
            let place = served.keys().position(|name| name == "accountId").map_or(0, |at| at + 1);
            let owner = owner_of(role).unwrap_or(account);
            served.shift_insert(place, "users".to_owned(), self.holders(owner, text(role, "role")));
        }
        served
    }

    fn holders(&self, account: &str, role: &str) -> Json {
        let users = self.state.users.iter().enumerate().filter(|(_, user)| {
            self.belongs(user, account) && user.roles.iter().any(|name| name == role)
        });
        users
            .map(|(at, user)| {
                if self.readings.is("role-users", "e-mails") {
                    json!(user.email)
                } else if self.readings.is("role-users", "objects") {
                    json!({"id": at + 1, "email": user.email, "name": user.name})
                } else {
                    json!(at + 1)
                }
            })
            .collect()
    }

    /// Creates a role without permissions; whatever the body says is not looked at.
    pub(super) fn create_role(&mut self, account: &str, role: &str) -> Answer {
        if role.trim().is_empty() {
            return Err(Refusal::new(400, "Bad request - invalid input"));
        }
        if self.place(account, role).is_some() {
            let readings = &self.readings;
            let mut statuses = [("409", 409), ("400", 400), ("500", 500)].into_iter();
            let status = statuses.find(|(value, _)| readings.is("duplicate-role", value));
            let (_, status) = status.expect("the reading has one of these values");
            return Err(Refusal::new(status, format!("Duplication: role {role} already exists")));
        }
        let ids = self.state.roles.iter().filter_map(|role| role.get("id").and_then(Json::as_u64));
        let id = ids.max().unwrap_or_default() + 1;
        let document = json!({"id": id, "role": role, "accountId": account, PERMISSIONS: []});
        let Json::Object(document) = document else { unreachable!("the literal is an object") };
        self.state.roles.push(document);
        let status = if self.readings.is("create-status", "201") { 201 } else { 200 };
        done(status, format!("{role} role added to account: {account}"))
    }

    /// Sets the permissions of a role.
    pub(super) fn patch_role(&mut self, account: &str, role: &str, request: &Received) -> Answer {
        if is_super_admin(role) {
            self.mark(request);
            if self.readings.is("patch-super-admin", "refused") {
                return Err(Refusal::new(400, "Invalid request: SuperAdmin can't be changed"));
            }
        }
        let place = self.place(account, role).ok_or_else(Refusal::no_role)?;
        if owner_of(&self.state.roles[place]).is_none() && !is_super_admin(role) {
            let message = "No permission (requires account admin privileges)";
            return Err(Refusal::new(403, message));
        }
        let wanted = list(request, "flatPermissionsList").ok_or_else(Refusal::permissions)?;
        let allowed = &self.account(account).permissions;
        if wanted.iter().any(|name| !allowed.contains(name)) {
            return Err(Refusal::permissions());
        }
        if wanted.is_empty() && self.readings.is("empty-permissions", "refused") {
            return Err(Refusal::permissions());
        }
        if !wanted.is_empty() || self.readings.is("empty-permissions", "clears") {
            let before = names(&self.state.roles[place]);
            // To clear is to clear, also for a server that otherwise only adds.
            let merges = self.readings.is("role-permissions", "merge") && !wanted.is_empty();
            let mut after = if merges { before.clone() } else { Vec::new() };
            for name in wanted {
                if !after.contains(&name) {
                    after.push(name);
                }
            }
            self.forget_ignored(&before, &mut after);
            self.state.roles[place].insert(PERMISSIONS.to_owned(), json!(after));
        }
        done(200, "Role permissions updated")
    }

    /// Leaves the ignored setting as it was before.
    fn forget_ignored(&self, before: &[String], after: &mut Vec<String>) {
        match self.readings.text("ignored-setting").map(|path| path.split_once('.')) {
            Some(None) => after.clone_from(&before.to_vec()),
            Some(Some((PERMISSIONS, name))) => {
                after.retain(|other| other != name);
                if before.iter().any(|other| other == name) {
                    after.push(name.to_owned());
                }
            }
            _ => {}
        }
    }
}

/// Reads the permissions of a role.
pub(super) fn names(role: &Document) -> Vec<String> {
    let names = role.get(PERMISSIONS).and_then(Json::as_array).into_iter().flatten();
    names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
}
