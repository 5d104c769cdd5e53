//! What is special about Webex Contact Center, shown over HTTP with the real program.

use permctl_sandbox::webex::ORGANIZATION;
use permctl_sandbox::{Fault, Received, Reply};
use serde_json::Value as Json;

use crate::harness::World;

mod contracts;
mod lens;
mod live;
mod promises;
mod published;
mod race;
mod reading;
mod readings;
mod table;
mod tokens;

pub use live::state;

/// A profile that a fresh tenant does not have.
const ANALYST: &str = "\
profile: Quality Analyst
settings:
  profileType: SUPERVISOR
  active: true
  permissionAccessLevel: SPECIFIC
  permissions: {analyzer: ENABLED, tag: ENABLED, team: VIEW}
  resourceAccessLevel: SPECIFIC
  resourceCollections: [EMEA, AMER]
";

/// Starts a fresh tenant.
fn world(readings: &[(&str, &str)]) -> World {
    World::of("webex", None, readings)
}

/// Returns the live profile of a name, as it is stored.
fn live(world: &World, name: &str) -> Json {
    let state = world.sandbox().state();
    let profiles =
        state["organizations"][ORGANIZATION]["profiles"].as_array().expect("a list").clone();
    profiles.into_iter().find(|profile| profile["name"] == name).expect("the profile is live")
}

/// Returns the access of one permission of a live profile.
fn access(profile: &Json, name: &str) -> Json {
    let entries = profile["permissions"].as_array().expect("a list");
    let found = entries.iter().find(|entry| entry["name"] == name);
    found.map_or(Json::Null, |entry| entry["access"].clone())
}

/// Answers the requests that a test picks in this way, once each time it picks one.
fn answer(
    world: &World,
    picks: impl Fn(&Received) -> bool + Send + 'static,
    reply: impl Fn() -> Reply + Send + 'static,
) {
    world.sandbox().script(Box::new(move |request: &Received| {
        if picks(request) { Fault::Reply(reply()) } else { Fault::None }
    }));
}

fn reply(status: u16, body: Json) -> Reply {
    Reply { status, headers: Vec::new(), body }
}

/// Lists the paths below the organization that were asked for, without the ids.
fn asked(world: &World) -> Vec<String> {
    let prefix = format!("/organization/{ORGANIZATION}/");
    let exchanges = world.sandbox().exchanges();
    let asked = exchanges.iter().map(|exchange| {
        let request = &exchange.request;
        let below = request.path.strip_prefix(&prefix).unwrap_or(&request.path);
        let segments: Vec<&str> =
            below.split('/').map(|it| if it.len() == 36 { "ID" } else { it }).collect();
        format!("{} {}", request.method, segments.join("/"))
    });
    asked.collect()
}
