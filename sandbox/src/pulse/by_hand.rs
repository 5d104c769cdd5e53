//! What a person changes in Pulse's web pages, where none of the API's rules are asked.

use serde_json::{Value as Json, json};

use super::Pulse;
use crate::members::text;

impl Pulse {
    /// Sets one value of one role.
    ///
    /// `permissions.NAME` takes a flag, `permissions` the whole list, `users` the addresses of all
    /// holders and `role` another name; any other member is stored as it is.
    pub(super) fn by_hand(
        &mut self,
        account: &str,
        role: &str,
        setting: &str,
        value: Json,
    ) -> Result<(), String> {
        let mut accounts = self.state.accounts.iter();
        let found = accounts.find(|it| it.id == account || it.name == account);
        let account = found.ok_or_else(|| format!("no account {account:?}"))?.id.clone();
        let place = self.place(&account, role).or_else(|| {
            let id = role.parse::<u64>().ok()?;
            self.state.roles.iter().position(|it| it.get("id").and_then(Json::as_u64) == Some(id))
        });
        let place = place.ok_or_else(|| format!("no role {role:?} in account {account:?}"))?;
        let name = text(&self.state.roles[place], "role").to_owned();
        match setting.split_once('.') {
            Some(("permissions", permission)) => {
                let on = value.as_bool().ok_or_else(|| format!("{setting} is on or off"))?;
                let role = &mut self.state.roles[place];
                let mut names = super::roles::names(role);
                names.retain(|other| other != permission);
                if on {
                    names.push(permission.to_owned());
                }
                role.insert("permissions".to_owned(), json!(names));
            }
            Some(_) => return Err(format!("a role has no {setting}")),
            None if setting == "users" => self.hand_out(&account, &name, &value)?,
            None => {
                if let ("role", Some(new)) = (setting, value.as_str()) {
                    let users = self.state.users.iter_mut().flat_map(|user| &mut user.roles);
                    users.filter(|held| **held == name).for_each(|held| new.clone_into(held));
                }
                self.state.roles[place].insert(setting.to_owned(), value);
            }
        }
        Ok(())
    }

    fn hand_out(&mut self, account: &str, role: &str, value: &Json) -> Result<(), String> {
        let holders = value.as_array().ok_or("users is a list of addresses")?;
        let places: Vec<usize> = (0..self.state.users.len())
            .filter(|place| self.belongs(&self.state.users[*place], account))
            .collect();
        for place in places {
            let user = &mut self.state.users[place];
            let had = user.roles.iter().any(|name| name == role);
            match (had, holders.iter().any(|holder| holder == user.email.as_str())) {
                (false, true) => user.roles.push(role.to_owned()),
                (true, false) => user.roles.retain(|name| name != role),
                _ => {}
            }
        }
        Ok(())
    }
}
