//! The routes that no reconciler may ever use: they reach beyond one role of one account.
//!
//! Each does what the vendor's page says and leaves a mark, so that a test can see that it was
//! never called.

use serde_json::{Value as Json, json};

use super::answers::{Answer, Refusal, done};
use super::{Pulse, is_super_admin, owner_of};
use crate::Received;
use crate::members::text;

impl Pulse {
    /// Notes that a request arrived that never should.
    pub(super) fn mark(&mut self, request: &Received) {
        self.state.damage.push(format!("{} {}", request.method, request.path));
    }

    /// Replaces the permissions that an account may use; roles lose what it no longer has.
    pub(super) fn put_permissions(&mut self, request: &Received) -> Answer {
        self.mark(request);
        let names = body(request)?;
        let id = request.parameter("accountId").unwrap_or_default();
        let account = self.state.accounts.iter_mut().find(|account| account.id == id);
        let account = account.ok_or_else(|| Refusal::new(400, "accountId is required"))?;
        account.permissions.clone_from(&names);
        for role in self.state.roles.iter_mut().filter(|role| owner_of(role) == Some(id)) {
            if let Some(Json::Array(permissions)) = role.get_mut("permissions") {
                permissions.retain(|it| names.iter().any(|name| it.as_str() == Some(name)));
            }
        }
        Ok((200, Json::Null))
    }

    /// Overwrites every role of this name, in all accounts.
    pub(super) fn put_role(&mut self, role: &str, request: &Received) -> Answer {
        self.mark(request);
        let names = body(request)?;
        if request.parameter("force") != Some("true") {
            return Err(Refusal::new(400, "force must be true"));
        }
        let mut accounts = 0;
        for found in self.state.roles.iter_mut().filter(|found| text(found, "role") == role) {
            found.insert("permissions".to_owned(), json!(names));
            accounts += 1;
        }
        let created = names.len() * accounts;
        Ok((200, json!({"totalAccountsUpdated": accounts, "totalPermissionsCreated": created})))
    }

    /// Removes a role, and takes it from everybody who has it.
    pub(super) fn delete_role(&mut self, account: &str, role: &str, request: &Received) -> Answer {
        self.mark(request);
        if is_super_admin(role) {
            let message = "Invalid request or attempt to delete SuperAdmin role";
            return Err(Refusal::new(400, message));
        }
        let place = self.place(account, role).ok_or_else(Refusal::no_role)?;
        self.state.roles.remove(place);
        for user in &mut self.state.users {
            user.roles.retain(|name| name != role);
        }
        done(200, format!("{role} role deleted from account: {account}"))
    }
}

fn body(request: &Received) -> Result<Vec<String>, Refusal> {
    let items = request.body.as_ref().and_then(Json::as_array);
    let names = items.and_then(|items| {
        items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<_>>()
    });
    names.ok_or_else(Refusal::permissions)
}
