//! A made-up help desk, for tests: roles with numbers for ids, in one account.

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use crate::members::{self, Document};
use crate::readings::TEXTS;
use crate::{Reading, Readings, Received, Reply, Vendor};

/// What the simulator takes, by the keys under which a configuration gives it.
pub const CREDENTIALS: &[(&str, &str)] = &[("token", "helpdesk-token")];

static READINGS: &[Reading] = &[TEXTS];

/// A help desk.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct State {
    /// Roles, just as the API returns them.
    roles: Vec<Document>,
    /// E-mail addresses with the id of each one's role.
    agents: Vec<(String, u64)>,
}

#[derive(Debug)]
struct Helpdesk {
    state: State,
    readings: Readings,
}

/// Makes the help desk that a sandbox starts with, from `seed.json`.
pub fn fresh() -> Box<dyn Vendor> {
    let state = super::seed(include_str!("seed.json"));
    Box::new(Helpdesk { state, readings: Readings::new(READINGS) })
}

impl Helpdesk {
    fn holders(&self, id: &str) -> Json {
        let of = self.state.agents.iter().filter(|(_, role)| role.to_string() == id);
        json!({"agents": of.map(|(email, _)| json!({"email": email})).collect::<Vec<_>>()})
    }

    /// Replaces the members that a body has; the id and `builtIn` stay.
    fn update(&mut self, id: &str, body: &Document) -> Reply {
        let role = self.state.roles.iter_mut().find(|role| is(role, "id", id));
        let Some(role) = role else { return self.error(404, "no such role") };
        if is(role, "builtIn", "true") {
            return self.error(403, "the role is built in");
        }
        let given = body.iter().filter(|(member, _)| !["id", "builtIn"].contains(&member.as_str()));
        role.extend(given.map(|(member, value)| (member.clone(), value.clone())));
        self.readings.store_description(body, role);
        reply(200, json!(role))
    }
}

/// Tells whether a member reads like this as JSON.
fn is(role: &Document, member: &str, json: &str) -> bool {
    serde_json::from_str::<Json>(json).is_ok_and(|json| role.get(member) == Some(&json))
}

fn reply(status: u16, body: Json) -> Reply {
    Reply { status, headers: Vec::new(), body }
}

impl Vendor for Helpdesk {
    fn answer(&mut self, request: &Received) -> Reply {
        let token = format!("Bearer {}", CREDENTIALS[0].1);
        if request.authorization.as_ref() != Some(&token) {
            return self.error(401, "who are you?");
        }
        let segments = request.segments();
        let path: Vec<&str> = segments.iter().map(String::as_str).collect();
        match (request.method.as_str(), path.as_slice(), &request.body) {
            ("GET", ["api", "roles"], _) => reply(200, json!({"roles": self.state.roles})),
            ("GET", ["api", "roles", id, "agents"], _) => reply(200, self.holders(id)),
            ("PUT", ["api", "roles", id], Some(Json::Object(body))) => self.update(id, body),
            _ => self.error(404, "no such route"),
        }
    }

    fn readings(&mut self) -> &mut Readings {
        &mut self.readings
    }

    fn save(&self) -> Json {
        json!(self.state)
    }

    fn load(&mut self, state: Json) -> Result<(), String> {
        self.state = serde_json::from_value(state).map_err(|error| error.to_string())?;
        Ok(())
    }

    fn edit(&mut self, _: &str, profile: &str, setting: &str, value: Json) -> Result<(), String> {
        let mut roles = self.state.roles.iter_mut();
        let role = roles.find(|role| is(role, "name", &json!(profile).to_string()));
        let role = role.ok_or_else(|| format!("no role {profile:?}"))?;
        members::set(role, &setting.split('.').collect::<Vec<_>>(), value, |_| 0)
    }

    fn error(&self, status: u16, message: &str) -> Reply {
        reply(status, json!({"error": message}))
    }
}
