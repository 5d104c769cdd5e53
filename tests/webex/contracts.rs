//! The contract with Webex: our fixtures, our simulator's answers and our requests against what of
//! the published description we use (`tests/webex/contracts/`).

use std::collections::BTreeSet;
use std::path::Path;

use permctl::provider::webex::Webex;
use permctl::provider::{Errors as _, Rules as _};
use permctl_sandbox::Exchange;
use serde_json::{Value as Json, json};

use super::{ANALYST, ORGANIZATION, answer, reply, world};
use crate::harness::World;

fn fixture(name: &str) -> Json {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/webex/contracts");
    let text = std::fs::read_to_string(folder.join(name)).expect("the fixture is there");
    serde_json::from_str(&text).expect("a fixture is JSON")
}

/// Returns what is wrong with a document by one definition of the schema.
fn flaws(definition: &str, document: &Json) -> Vec<String> {
    let mut schema = fixture("schema.json");
    schema["$ref"] = json!(format!("#/$defs/{definition}"));
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    // Numbers are kept by their digits in this program, which the validator reads as plain ones.
    validator.iter_errors(document).map(|error| error.to_string()).collect()
}

#[track_caller]
fn fits(definition: &str, document: &Json) {
    assert_eq!(flaws(definition, document), [""; 0], "{definition}: {document}");
}

#[test]
fn our_fixtures_are_what_the_description_says() {
    for (definition, file) in [
        ("whole", "answers/profile.json"),
        ("profiles", "answers/profiles.json"),
        ("collections", "answers/collections.json"),
        ("references", "answers/references.json"),
        ("error", "answers/error-schema.json"),
        ("error", "answers/error-reason.json"),
    ] {
        fits(definition, &fixture(file));
    }
    assert!(!flaws("whole", &fixture("answers/profile-of-old.json")).is_empty());
}

#[test]
fn a_description_that_was_broken_would_be_noticed() {
    let mut profile = fixture("answers/profile.json");
    profile["permissions"][0]["access"] = json!("SOME");
    profile["viewableFolderIds"] = json!(["12"]);
    assert_eq!(flaws("profile", &profile).len(), 2);
    let mut created = fixture("answers/profile.json");
    created.as_object_mut().expect("an object").retain(|member, _| {
        !["id", "version", "links", "organizationId"].contains(&member.as_str())
    });
    assert!(!flaws("created", &created).is_empty(), "entries with ids");
    assert!(!flaws("updated", &fixture("answers/profile.json")).is_empty(), "links");
}

#[test]
fn the_table_has_the_permissions_of_the_description_and_no_others() {
    let names = |list: &Json| -> BTreeSet<String> {
        let names = list.as_array().expect("a list").iter();
        names.map(|name| name.as_str().expect("a text").to_owned()).collect()
    };
    let described = fixture("names.json");
    let known: BTreeSet<String> =
        Webex.catalogue().maps()[0].known.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(known, names(&described["permissions"]));
    assert_eq!(known.len(), 75);
}

#[test]
fn every_shape_of_error_gives_words() {
    let words = |file: &str| Webex.error_message(fixture(file).to_string().as_bytes());
    for (file, id, said) in [
        ("answers/error-schema.json", Some("ccconfig_1"), "No such token"),
        (
            "answers/error-reason.json",
            Some("ccconfig_2"),
            "permissionAccessLevel has to be SPECIFIC",
        ),
        ("answers/error-referenced.json", None, "referred to by user"),
        ("answers/error-route.json", None, "Method Not Allowed"),
        ("answers/error-gateway.json", Some("ROUTER_3"), "The token has expired"),
    ] {
        let words = words(file);
        assert_eq!(words.request_id.as_deref(), id, "{file}");
        assert_eq!(words.messages, [said], "{file}");
    }
}

/// Serves the fixtures in place of the simulator's own data.
fn serving(profile: &'static str) -> World {
    let world = world(&[]);
    let lists = |request: &permctl_sandbox::Received| request.method == "GET";
    let last = std::sync::Mutex::new(String::new());
    world.sandbox().script(Box::new(move |request| {
        if !lists(request) {
            return permctl_sandbox::Fault::None;
        }
        last.lock().expect("no test panics in here").clone_from(&request.path);
        let file = match request.path.rsplit('/').next() {
            Some("user-profile") => "answers/profiles.json",
            Some("resource-collection") => "answers/collections.json",
            Some("incoming-references") => "answers/references.json",
            _ => profile,
        };
        permctl_sandbox::Fault::Reply(reply(200, fixture(file)))
    }));
    world
}

#[test]
fn the_fixtures_are_understood() {
    let world = serving("answers/profile.json");
    world.write(
        "profiles/center/night.yaml",
        "profile: Night Shift Lead\ndescription: Leads the night shift.\nunlisted: deny\nsettings:\n  profileType: SUPERVISOR\n  active: true\n  permissionAccessLevel: SPECIFIC\n  permissions: {team: EDIT, queue: VIEW, barge-in: ENABLED}\n  resourceAccessLevel: SPECIFIC\n  resourceCollections: [Nights]\n  viewableFolderIds: [\"3\", \"12\"]\n",
    );
    let ran = world.run(&["plan", "--detailed-exitcode"]);
    assert!(ran.stdout.contains("Nothing to do, 1 unchanged"), "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_profile_in_the_shape_of_an_older_version_is_an_error() {
    let world = serving("answers/profile-of-old.json");
    world.write("profiles/center/a.yaml", "profile: Night Shift Lead\n");
    let ran = world.run(&["plan"]).exits(4);
    let said = format!("{}{}", ran.stdout, ran.stderr);
    assert!(said.contains("in the shape of an older version"), "{said}");
}

/// Says which definition an exchange's answer has to fit, and its request's body.
fn definitions(exchange: &Exchange) -> (&'static str, Option<&'static str>) {
    let request = &exchange.request;
    let last = request.path.rsplit('/').next().unwrap_or_default();
    match (request.method.as_str(), last) {
        ("GET", "user-profile") => ("profiles", None),
        ("GET", "resource-collection") => ("collections", None),
        ("GET", "incoming-references") => ("references", None),
        ("GET", _) => ("whole", None),
        ("POST", _) => ("whole", Some("created")),
        _ => ("whole", Some("updated")),
    }
}

#[test]
fn every_request_and_every_answer_of_the_simulator_fits_the_description() {
    for readings in [&[][..], &[("arrays", "kept"), ("extra-members", "links"), ("page-size", "3")]]
    {
        let world = world(readings);
        world.write("profiles/center/analyst.yaml", ANALYST);
        world.write(
            "profiles/center/designer.yaml",
            "profile: Flow Builder\nformerly: [Flow Designer]\nunlisted: deny\nsettings:\n  permissionAccessLevel: SPECIFIC\n  permissions: {flow: EDIT, web-chat-asset: VIEW}\n  resourceAccessLevel: SPECIFIC\n  resourceCollections: [Shared Services]\n",
        );
        let _ = world.run(&["apply", "--auto-approve"]).exits(0);
        let exchanges = world.sandbox().exchanges();
        let mut seen = BTreeSet::new();
        for exchange in &exchanges {
            let (answer, body) = definitions(exchange);
            fits(answer, &exchange.reply.body);
            seen.insert(answer);
            if let Some(definition) = body {
                fits(definition, exchange.request.body.as_ref().expect("a write has a body"));
                seen.insert(definition);
            }
            assert!(exchange.request.path.starts_with(&format!("/organization/{ORGANIZATION}/")));
        }
        assert_eq!(
            seen.into_iter().collect::<Vec<_>>(),
            ["collections", "created", "profiles", "updated", "whole"]
        );
    }
}

/// The types of profiles, which only a create gives.
const PROFILE_TYPES: [&str; 8] = [
    "ANALYZER_USER",
    "ANALYZER_SUPERVISOR",
    "STANDARD_AGENT",
    "PREMIUM_AGENT",
    "ANALYZER_ADMINISTRATOR",
    "ADMINISTRATOR_ONLY",
    "SUPERVISOR",
    "ADMINISTRATOR",
];

/// Lists the settings of files that give each setting each of its values once.
fn settings() -> Vec<String> {
    let levels = |setting: &str, values: &[&str]| -> Vec<String> {
        values.iter().map(|value| format!("{setting}: {value}")).collect()
    };
    let mut all = levels("permissionAccessLevel", &["ALL"]);
    all.extend(levels("defaultResourceCollectionId", &["COLLECTION"]));
    all.extend(levels("resourceAccessLevel", &["ALL"]));
    all.push("resourceAccessLevel: SPECIFIC, resourceCollections: [Shared Services]".to_owned());
    all.extend(levels("active", &["true", "false"]));
    for folders in ["editableFolderIds", "viewableFolderIds", "nonViewableFolderIds"] {
        all.extend(levels(folders, &["[\"3\", \"12\"]", "[]"]));
    }
    let map = &Webex.catalogue().maps()[0];
    for (name, _) in map.known {
        let values = match map.switches.contains(name) {
            true => ["ENABLED", "DISABLED"],
            false => ["VIEW", "EDIT"],
        };
        let one =
            |value| format!("permissionAccessLevel: SPECIFIC, permissions: {{{name}: {value}}}");
        all.extend(values.map(one));
    }
    all
}

#[test]
fn every_setting_that_is_created_and_updated_fits_the_description() {
    let settings = settings();
    let world = world(&[]);
    let mut state = world.sandbox().state();
    let mut live = super::live(&world, "Flow Designer");
    let collection = state["organizations"][ORGANIZATION]["collections"][0]["id"].to_string();
    let profiles = &mut state["organizations"][ORGANIZATION]["profiles"];
    let profiles = profiles.as_array_mut().expect("a list");
    for (number, settings) in settings.iter().enumerate() {
        let settings = settings.replace("COLLECTION", &collection);
        live["id"] = json!(format!("b0000000-0000-4000-8000-{number:012}"));
        live["name"] = json!(format!("Live {number}"));
        live["profileType"] = json!("ADMINISTRATOR");
        profiles.push(live.clone());
        // What a new profile has to state, where these settings do not.
        let missing = |(member, value): &(&str, &str)| {
            (!settings.starts_with(member)).then(|| format!("{member}: {value}, "))
        };
        let stated = [
            ("profileType", "ADMINISTRATOR"),
            ("active", "true"),
            ("permissionAccessLevel", "ALL"),
            ("resourceAccessLevel", "ALL"),
        ];
        let stated: String = stated.iter().filter_map(missing).collect();
        for (name, new, more) in [("Live", "", ""), ("Brand new", "new: true\n", &*stated)] {
            let file = format!("profiles/center/{name} {number}.yaml");
            let text = format!(
                "profile: {name} {number}\ndescription: Number {number}\n{new}settings: {{{more}{settings}}}\n"
            );
            world.write(&file, &text);
        }
    }
    for of_type in PROFILE_TYPES {
        let text = format!(
            "profile: New {of_type}\nnew: true\nsettings: {{profileType: {of_type}, active: true, permissionAccessLevel: SPECIFIC, permissions: {{}}, resourceAccessLevel: ALL}}\n"
        );
        world.write(&format!("profiles/center/{of_type}.yaml"), &text);
    }
    world.sandbox().with_vendor(|vendor| vendor.load(state)).expect("it is a state");
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let mut sent = BTreeSet::new();
    for exchange in world.writes() {
        let (answer, body) = definitions(&exchange);
        let (definition, body) = (body.expect("a write has a body"), exchange.request.body);
        fits(definition, &body.expect("a write has a body"));
        fits(answer, &exchange.reply.body);
        sent.insert(definition);
    }
    assert_eq!(sent, BTreeSet::from(["created", "updated"]));
    assert_eq!(world.writes().len(), settings.len() * 2 + PROFILE_TYPES.len());
}

#[test]
fn the_simulators_refusals_fit_the_description() {
    let world = world(&[]);
    answer(
        &world,
        |request| request.method == "GET" && request.path.ends_with("v3/user-profile"),
        || reply(403, fixture("answers/error-schema.json")),
    );
    let _ = world.run(&["plan"]).exits(4);
    for exchange in world.sandbox().exchanges() {
        fits("error", &exchange.reply.body);
    }
}
