//! The simulated Pulse's users and the roles that they have.

use serde_json::{Value as Json, json};

use super::answers::{Answer, Refusal, done};
use super::routes::list;
use super::{Pulse, is_super_admin};
use crate::Received;

impl Pulse {
    /// Lists the users of an account.
    pub(super) fn users(&self, account: &str) -> Json {
        let users = self.state.users.iter().enumerate();
        let users = users.filter(|(_, user)| self.belongs(user, account));
        users
            .map(|(at, user)| {
                let id = at + 1;
                let mut served =
                    json!({"id": id, "email": user.email, "name": user.name, "active": true});
                if self.readings.is("users-answer", "with-roles") {
                    served["roles"] = json!(user.roles);
                } else if self.readings.is("users-answer", "with-flat-list") {
                    served["flatRolesList"] = json!(user.roles);
                }
                if self.readings.is("user-permissions", "listed") {
                    served["permissions"] = json!(user.permissions);
                }
                served
            })
            .collect()
    }

    /// Sets the roles of a user.
    pub(super) fn patch_user(&mut self, account: &str, email: &str, request: &Received) -> Answer {
        let is_meant = |user: &super::User| user.email == email && self.belongs(user, account);
        let place = self.state.users.iter().position(is_meant);
        let place =
            place.ok_or_else(|| Refusal::new(404, "user with specified email does not exist"))?;
        let invalid = || Refusal::new(400, "Bad request - invalid input");
        let wanted = list(request, "flatRolesList").ok_or_else(invalid)?;
        if wanted.iter().any(|role| self.place(account, role).is_none()) {
            return Err(invalid());
        }
        if wanted.is_empty() && self.readings.is("empty-user-roles", "refused") {
            return Err(invalid());
        }
        if wanted.is_empty() && self.readings.is("empty-user-roles", "ignored") {
            return done(200, "Roles updated");
        }
        let before = self.state.users[place].roles.clone();
        let merges = self.readings.is("user-roles", "merge") && !wanted.is_empty();
        let mut after = if merges { before.clone() } else { Vec::new() };
        for role in wanted {
            if !after.contains(&role) {
                after.push(role);
            }
        }
        let supreme = |roles: &[String]| roles.iter().any(|role| is_super_admin(role));
        if supreme(&before) != supreme(&after) {
            self.mark(request);
        }
        if self.readings.text("ignored-setting") != Some("users") {
            self.state.users[place].roles = after;
        }
        done(200, "Roles updated")
    }
}
