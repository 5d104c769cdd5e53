//! What permctl promises (`docs/architecture.md` numbers the promises), each shown over HTTP with
//! the real program.

use permctl_sandbox::{Exchange, Fault, Received, Reply};
use serde_json::{Value as Json, json};

use crate::harness::{Ran, World};

mod allow;
mod ambiguous;
mod approvals;
pub mod bounded;
mod connections;
mod created;
mod data_files;
mod early;
mod endings;
mod expiry;
mod expiry_of;
#[cfg(unix)]
mod files;
mod forged;
mod fresh;
mod guards;
mod holders;
mod hostile;
mod hosts;
mod idle;
mod ids;
mod import;
mod independent;
mod interrupted;
mod journal;
mod killed;
mod limits;
mod locked_out;
mod logs;
mod messages;
mod names;
mod notes;
mod one_at_a_time;
mod pace;
mod pages;
mod partial;
mod per_day;
mod reading;
mod readings;
mod reasons;
mod renamed;
mod reports;
mod review;
pub mod reviewed;
mod secrets;
mod selected;
mod set_aside;
mod shared;
mod since;
mod snapshots;
mod terminal;
mod trust;
mod twins;
mod unseen;
mod upgrade;
mod vendors;
mod why;

/// The sandbox's workspaces.
pub const EMEA: &str = "7273476131570014205";
pub const AMER: &str = "861402275930418857";

/// A configuration that needs no names of workspaces looked up.
pub const BY_ID: &str = "\
version: 1
tenants:
  acme:
    provider: gong
    endpoint: ENDPOINT
    credentials: {accessKey: \"${env:KEY}\", accessKeySecret: \"${env:SECRET}\"}
    limits: {perSecond: 1000, share: 100%}
    workspaces:
      emea: {id: \"7273476131570014205\"}
      amer: {id: \"861402275930418857\"}
";

/// Describes three profiles of EMEA, each with one change against a fresh tenant.
fn three_changes() -> World {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    for (profile, setting) in [
        ("Collaborator", "{aiBuilder: true}"),
        ("Deal Desk", "{forecast: false}"),
        ("Sales Manager", "{library: false}"),
    ] {
        world.write(
            &format!("profiles/emea/{}.yaml", profile.to_lowercase().replace(' ', "-")),
            &format!("profile: {profile}\nsettings: {setting}\n"),
        );
    }
    world
}

/// Returns a value of a live profile.
pub fn live(world: &World, workspace: &str, profile: &str, setting: &str) -> Json {
    let state = world.sandbox().state();
    let profiles = state["profiles"][workspace].as_array().expect("a list of profiles");
    let found = profiles.iter().find(|document| document["name"] == profile);
    let path = format!("/{}", setting.replace('.', "/"));
    found.expect("the profile is live").pointer(&path).cloned().unwrap_or(Json::Null)
}

fn methods(exchanges: &[Exchange]) -> Vec<String> {
    exchanges
        .iter()
        .map(|exchange| format!("{} {}", exchange.request.method, exchange.request.path))
        .collect()
}

/// Answers all requests to a path in this way.
pub fn answer(world: &World, method: &'static str, path: &'static str, reply: Reply) {
    world.sandbox().script(Box::new(move |request: &Received| {
        if request.method == method && request.path == path {
            return Fault::Reply(reply.clone());
        }
        Fault::None
    }));
}

pub fn reply(status: u16, body: Json) -> Reply {
    Reply { status, headers: Vec::new(), body }
}

pub fn refusal(status: u16) -> Reply {
    let mut reply =
        reply(status, json!({"requestId": "vendor4711", "errors": ["the vendor's words"]}));
    reply.headers.push(("retry-after".to_owned(), "0".to_owned()));
    reply
}

/// Checks that a command says this, on stdout or stderr.
#[track_caller]
pub fn tells(ran: &Ran, words: &str) {
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains(words), "no {words:?} in\n{said}");
}

/// Asserts that a run said this, on stdout.
#[track_caller]
pub fn says(ran: &Ran, words: &str) {
    assert!(ran.stdout.contains(words), "no {words:?} in\n{}\n{}", ran.stdout, ran.stderr);
}

const PROFILES: &str = "/v2/all-permission-profiles";
const PROFILE: &str = "/v2/permission-profile";
