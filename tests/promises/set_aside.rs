//! One odd profile stays one: it is set aside and named, and the rest of the workspace goes on.

use permctl::provider::systems;
use serde_json::{Value as Json, json};

use super::says;
use crate::harness::World;
use crate::vendors::{self, VendorFacts};

type Bend = fn(&mut Json);

/// Makes a tenant with one more profile than a fresh one, a copy that is bent.
fn bent(facts: &VendorFacts, bend: Bend) -> World {
    let mut state = World::of(facts.provider, None, &[]).sandbox().state();
    let (_, workspace) = &facts.workspaces[0];
    let list = state.pointer_mut(&facts.profiles.replace('*', workspace)).expect("profiles");
    let list = list.as_array_mut().expect("a list");
    let template = list
        .iter()
        .find(|it| ["name", "role"].iter().any(|name| it[*name] == *facts.change.profile));
    let mut odd = template.expect("the profile of the change").clone();
    let key = if odd.get("profileId").is_some() { "profileId" } else { "id" };
    odd[key] = match &odd[key] {
        Json::Number(_) => json!(4711),
        _ if facts.provider == "webex" => json!("0dd00000-0000-4000-8000-000000000001"),
        _ => json!("4711471147114711471"),
    };
    for name in ["name", "role"] {
        if odd.get(name).is_some() {
            odd[name] = json!("Odd One");
        }
    }
    bend(&mut odd);
    list.push(odd);
    World::of(facts.provider, Some(state), &[])
}

/// Runs every command over a tenant with the odd profile.
#[track_caller]
fn set_aside(facts: &VendorFacts, bend: Bend, name: &str, flaw: &str) {
    let world = bent(facts, bend);
    let workspace = match facts.provider {
        "pulse" => "acme",
        _ => facts.workspaces[0].0.as_str(),
    };
    world.write(&format!("profiles/{workspace}/one.yaml"), &facts.change.file);
    let ran = world.run(&["apply", "--auto-approve", workspace]).exits(0);
    says(&ran, &format!("warning[set-aside]: {workspace}: profile \"{name}\""));
    says(&ran, flaw);
    assert_eq!(world.writes().len(), 1, "{}", ran.stdout);
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    let ran = world.run(&["plan", "--live", "live.json", workspace]).exits(0);
    says(&ran, flaw);
    let ran = world.run(&["plan", "--format", "json", workspace]).exits(0);
    says(&ran, "set-aside");
    // What is imported can be validated, and the odd one is named.
    let ran = world.run(&["import", workspace]).exits(0);
    says(&ran, if name.is_empty() { "1 profile without a name" } else { flaw });
    let _ = world.run(&["validate"]).exits(0);
    let _ = world.run(&["plan", "--detailed-exitcode", workspace]).exits(0);
    if name.is_empty() {
        return;
    }
    // A file that describes it is an error of this profile; the other one goes on.
    world.write(&format!("profiles/{workspace}/odd.yaml"), &format!("profile: {name}\n"));
    let ran = world.run(&["plan", workspace]).exits(3);
    says(&ran, "error[not-understood]");
    assert!(!ran.stdout.contains("NOT READ"), "{}", ran.stdout);
}

#[test]
fn a_profile_without_a_name_is_set_aside_at_every_vendor() {
    for system in systems() {
        let facts = vendors::facts(system.provider.id());
        let nameless: Bend = |it| {
            for name in ["name", "role"] {
                if it.get(name).is_some() {
                    it[name] = Json::Null;
                }
            }
        };
        set_aside(facts, nameless, "", "can't be understood: it has no name");
    }
}

#[test]
fn grants_that_can_not_be_understood_are_those_of_one_profile() {
    let webex = vendors::facts("webex");
    let without: Bend = |it| {
        it["permissionAccessLevel"] = json!("SPECIFIC");
        it["permissions"] = Json::Null;
    };
    set_aside(webex, without, "Odd One", "it comes without the list `permissions`");
    let twice: Bend = |it| {
        it["permissions"] = json!([
            {"id": "1", "name": "queue", "access": "VIEW"},
            {"id": "2", "name": "queue", "access": "EDIT"}
        ]);
    };
    set_aside(webex, twice, "Odd One", "it comes with the permission `queue` twice");
    let pulse = vendors::facts("pulse");
    let no_list: Bend = |it| it["permissions"] = Json::Null;
    set_aside(pulse, no_list, "Odd One", "it comes without the list `permissions`");
}

#[test]
fn an_organization_is_the_same_with_and_without_hyphens() {
    let facts = vendors::facts("webex");
    let bend: Bend = |it| {
        let id = it["organizationId"].as_str().expect("an id").replace('-', "").to_uppercase();
        it["organizationId"] = json!(id);
    };
    let world = bent(facts, bend);
    let ran = world.run(&["plan"]).exits(0);
    says(&ran, "\"Odd One\"");
    assert!(!ran.stdout.contains("can't be understood"), "{}", ran.stdout);
}

#[test]
fn what_validate_would_refuse_is_left_out_of_an_import_and_named() {
    let all: Bend = |it| {
        it["profileType"] = json!("STANDARD_AGENT");
        it["permissionAccessLevel"] = json!("ALL");
    };
    let long: Bend = |it| it["description"] = json!("x".repeat(300));
    let lead: Bend = |it| {
        it["callsAccess"] = json!({"permissionLevel": "managers-team", "teamLeadIds": ["lead-7"]});
    };
    for (provider, bend, words) in [
        ("webex", all, "`permissionAccessLevel` can't be `ALL`"),
        ("webex", long, "the description has 300 characters"),
        ("gong", lead, "lead-7"),
    ] {
        let world = bent(vendors::facts(provider), bend);
        let ran = world.run(&["import"]).exits(0);
        says(&ran, "left out, since \"Odd One\" can't be described: ");
        says(&ran, words);
        let _ = world.run(&["validate"]).exits(0);
        let _ = world.run(&["plan"]).exits(0);
        let _ = world.run(&["drift"]).exits(2);
    }
}

#[test]
fn a_rule_judges_changes_and_what_is_live_already_is_a_warning() {
    let all: Bend = |it| {
        it["profileType"] = json!("STANDARD_AGENT");
        it["permissionAccessLevel"] = json!("ALL");
    };
    let world = bent(vendors::facts("webex"), all);
    world.write("profiles/center/odd.yaml", "profile: Odd One\ndescription: Other words\n");
    let ran = world.run(&["plan"]).exits(0);
    says(&ran, "warning[refused-and-live]");
    says(&ran, "1 to update");
}
