//! What is special about Pulse, with the real program over HTTP: sessions, two requests for one
//! role, roles that are never touched, and what nobody knows about the vendor.

use permctl_sandbox::{Fault, Received};
use serde_json::{Value as Json, json};

use crate::harness::{Ran, World};

mod expiring;
mod forged;
mod holders;
mod holders_forged;
mod holders_guards;
mod holders_readings;
mod holders_roles;
mod holders_timing;
mod odd_answers;
mod readings;
mod sessions;
mod traps;
mod two_requests;

const ACCOUNT: &str = "4731740365629714";

/// Starts a fresh tenant that follows these readings.
fn world(readings: &[(&str, &str)]) -> World {
    World::of("pulse", None, readings)
}

/// Describes `Manager Two` with this list of permissions.
fn manager(world: &World, permissions: &str) {
    world.write(
        "profiles/acme/manager.yaml",
        &format!("profile: Manager Two\nsettings:\n  permissions: {permissions}\n"),
    );
}

/// Describes who has the role `agent`, as it is live otherwise.
fn agents(world: &World, names: &[&str]) {
    let holders: Vec<String> = names.iter().map(|name| format!("{name}@acme.example")).collect();
    world.write(
        "profiles/acme/agent.yaml",
        &format!(
            "profile: agent\nsettings:\n  permissions: [readSupport]\nholders: [{}]\n",
            holders.join(", ")
        ),
    );
}

/// Returns the permissions of a role.
fn permissions(world: &World, role: &str) -> Json {
    let state = world.sandbox().state();
    let mut roles = state["roles"].as_array().expect("a list").iter();
    let found = roles.find(|it| it["role"] == role && it["accountId"] == ACCOUNT);
    found.map_or(Json::Null, |role| role["permissions"].clone())
}

/// Returns the roles of a user.
fn roles(world: &World, name: &str) -> Json {
    let state = world.sandbox().state();
    let email = format!("{name}@acme.example");
    let mut users = state["users"].as_array().expect("a list").iter();
    users.find(|user| user["email"] == *email).expect("the user")["roles"].clone()
}

/// Changes the roles of a user as somebody else would.
fn give(world: &World, name: &str, roles: Json) {
    let mut state = world.sandbox().state();
    set_roles(&mut state, name, roles);
    world.sandbox().with_vendor(|vendor| vendor.load(state)).expect("a state");
}

fn set_roles(state: &mut Json, name: &str, roles: Json) {
    let email = format!("{name}@acme.example");
    let users = state["users"].as_array_mut().expect("a list");
    let user = users.iter_mut().find(|user| user["email"] == *email).expect("the user");
    user["roles"] = roles;
}

/// Lists method and path of the writes so far.
fn writes(world: &World) -> Vec<String> {
    let text = |exchange: permctl_sandbox::Exchange| {
        format!("{} {}", exchange.request.method, exchange.request.path)
    };
    world.writes().into_iter().map(text).collect()
}

/// Counts the sign-ins so far.
fn logins(world: &World) -> usize {
    let exchanges = world.sandbox().exchanges();
    exchanges.iter().filter(|it| it.request.path == "/auth/login").count()
}

/// Lets something happen to each request that this is true of.
fn when(
    world: &World,
    meant: impl Fn(&Received) -> bool + Send + 'static,
    fault: impl Fn() -> Fault + Send + 'static,
) {
    world.sandbox().script(Box::new(
        move |request| {
            if meant(request) { fault() } else { Fault::None }
        },
    ));
}

#[track_caller]
fn says(ran: &Ran, words: &str) {
    assert!(ran.stdout.contains(words), "no {words:?} in\n{}\n{}", ran.stdout, ran.stderr);
}

/// Checks that there is nothing left to do.
#[track_caller]
fn is_settled(world: &World) {
    let again = world.run(&["plan", "--detailed-exitcode"]).exits(0);
    says(&again, "Nothing to do");
}

/// Checks that the vendor's roles were not touched and no dangerous route was used.
#[track_caller]
fn no_damage(world: &World) {
    assert_eq!(world.sandbox().state()["damage"], json!([]));
}
