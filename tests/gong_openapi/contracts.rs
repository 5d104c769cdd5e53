//! The second dialect of Gong against the schemas of its OpenAPI document, reduced to what is used.
//!
//! The schemas close nothing, so one rule is added: a request has no member that its schema lacks,
//! but for switches that the vendor itself has served.

use std::collections::BTreeSet;

use permctl::model::catalogue::{Kind, Owner};
use permctl::provider::gong_openapi::catalogue::catalogue;
use permctl_sandbox::{Exchange, Fate, Received, Reply};
use serde_json::{Value as Json, json};

use crate::harness::{World, contract};

const EMEA: &str = "3517046198802156733";

fn schema() -> Json {
    serde_json::from_str(include_str!("contracts/schema.json")).expect("the fixture is JSON")
}

fn breaches(schema: &Json, exchange: &Exchange) -> Vec<String> {
    contract::breaches(schema, exchange)
}

/// Asserts that all exchanges so far fit, and returns what they were.
#[track_caller]
fn all_fit(world: &World) -> BTreeSet<String> {
    contract::all_fit(&schema(), world)
}

/// Plans, applies a create, a rename and an update, and plans again.
fn driven(readings: &[(&str, &str)]) -> World {
    let world = World::of("gong-openapi", None, readings);
    world.write(
        "profiles/emea/executive.yaml",
        "profile: Account Executive\nformerly: [Sales Representative]\nunlisted: deny\nsettings:\n  permissions: {viewOwnCalls: true}\n",
    );
    world.write("profiles/emea/manager.yaml", "profile: Sales Manager\ndescription: Leads\n");
    world.write("profiles/amer/observer.yaml", "profile: Observer\nunlisted: deny\n");
    world.write(
        "profiles/amer/new.yaml",
        "profile: Brand new\ndescription: New\nsettings:\n  permissions: {manageUsers: true}\n",
    );
    for command in [&["plan"][..], &["apply", "--auto-approve"], &["plan", "--detailed-exitcode"]] {
        let _ = world.run(command).exits(0);
    }
    world
}

const CREATED: &str = "POST /permission-profiles 201";
const UPDATED: &str = "PUT /permission-profiles/{profileId} 200";
const LISTED: &str = "GET /workspaces/{workspaceId}/permission-profiles 200";

#[test]
fn every_request_and_every_answer_fits_the_document() {
    assert_eq!(all_fit(&driven(&[])), BTreeSet::from([CREATED, UPDATED, LISTED].map(String::from)));
}

#[test]
fn every_setting_that_is_created_and_updated_fits_the_document() {
    let rows = catalogue().rows().iter().filter(|row| row.kind == Kind::Flag);
    let switches: Vec<&str> = rows.map(|row| row.path.leaf()).collect();
    assert_eq!(switches.len(), 8);
    let live = |(number, switch): (usize, &&str)| {
        let switches = json!({*switch: number % 2 == 0});
        json!({"profileId": number.to_string(), "name": format!("Live {number}"), "permissions": switches})
    };
    let profiles: Vec<Json> = switches.iter().enumerate().map(live).collect();
    let workspaces = json!({EMEA: "EMEA", "5520841937764401298": "AMER"});
    let state = json!({"workspaces": workspaces, "profiles": {EMEA: profiles}});
    let world = World::of("gong-openapi", Some(state), &[]);
    for (number, switch) in switches.iter().enumerate() {
        let value = number % 2 == 1;
        for (name, new) in [("Live", ""), ("Brand new", "new: true\n")] {
            world.write(
                &format!("profiles/emea/{name} {number}.yaml"),
                &format!(
                    "profile: {name} {number}\ndescription: Number {number}\n{new}settings: {{permissions: {{{switch}: {value}}}}}\n"
                ),
            );
        }
    }
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(world.writes().len(), switches.len() * 2);
    let sent = BTreeSet::from([CREATED, UPDATED, LISTED].map(String::from));
    assert!(sent.is_subset(&all_fit(&world)));
}

#[test]
fn every_request_fits_under_every_reading() {
    let table = permctl::provider::find("gong-openapi").expect("it is there");
    let table = (table.sandbox)().readings().table();
    for reading in table {
        for value in reading.values.iter().skip(1) {
            assert_eq!(all_fit(&driven(&[(reading.name, value)])).len(), 3, "{reading:?}");
        }
    }
}

#[test]
fn documents_with_null_are_updated_without_null() {
    let switches = json!({"viewOwnCalls": true, "viewAllCalls": null, "newest": null});
    let state = json!({
        "workspaces": {EMEA: "EMEA", "5520841937764401298": "AMER"},
        "profiles": {EMEA: [
            {"profileId": "1", "name": "A", "description": null, "permissions": switches},
            {"profileId": "2", "name": "B", "permissions": null},
        ]},
    });
    let world = World::of("gong-openapi", Some(state), &[]);
    for name in ["A", "B"] {
        world.write(
            &format!("profiles/emea/{name}.yaml"),
            &format!("profile: {name}\nsettings: {{permissions: {{manageUsers: true}}}}\n"),
        );
    }
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let schema = schema();
    let updates = world.writes();
    assert_eq!(updates.len(), 2);
    for update in updates {
        // The simulator's answers hold what was loaded, so only the requests are looked at.
        let breaches = breaches(&schema, &update);
        assert!(breaches.iter().all(|breach| !breach.contains("sent")), "{breaches:?}");
    }
}

#[test]
fn errors_fit_the_document() {
    let world = World::of("gong-openapi", None, &[("name-case", "insensitive")]);
    world.write(
        "profiles/emea/lower.yaml",
        "profile: sales manager\nnew: true\nsettings: {permissions: {viewOwnCalls: true}}\n",
    );
    let _ = world.run(&["apply", "--auto-approve"]).exits(4);
    let _ = world.run_with(&["plan"], &[("SECRET", "wrong-secret")]).exits(4);
    let config = crate::harness::config("gong-openapi");
    world.write("permctl.yaml", &config.replace(EMEA, "1"));
    let _ = world.run(&["plan"]).exits(4);
    world.write("permctl.yaml", &config);
    world.sandbox().set_options(|options| {
        options.rate = Some((1, std::time::Duration::from_millis(100)));
    });
    let _ = world.run(&["plan"]).exits(0);
    let seen = all_fit(&world);
    for error in [
        "POST /permission-profiles 400",
        "GET /workspaces/{workspaceId}/permission-profiles 401",
        "GET /workspaces/{workspaceId}/permission-profiles 404",
        "GET /workspaces/{workspaceId}/permission-profiles 429",
    ] {
        assert!(seen.contains(error), "{error} is not among {seen:?}");
    }
}

/// Asks the simulator for what no command asks for.
fn asked(world: &World, method: &str, path: String, body: Option<Json>) -> Exchange {
    let request = Received {
        method: method.to_owned(),
        path,
        query: Vec::new(),
        authorization: Some("Bearer dialect-token".to_owned()),
        headers: Vec::new(),
        body,
        malformed: false,
    };
    let reply: Reply = world.sandbox().with_vendor(|vendor| vendor.answer(&request));
    Exchange { request, reply, fate: Fate::Answered }
}

#[test]
fn the_other_answers_of_the_simulator_fit_the_document() {
    let world = World::of("gong-openapi", None, &[]);
    let state = world.sandbox().state();
    let schema = schema();
    let profiles = state["profiles"].as_object().expect("profiles by workspace").values();
    for profile in profiles.flat_map(|list| list.as_array().expect("a list")) {
        let one = format!("/permission-profiles/{}", profile["profileId"].as_str().expect("text"));
        for (path, status) in
            [(one.clone(), 200), (format!("{one}/users"), 200), (format!("{one}0"), 404)]
        {
            let exchange = asked(&world, "GET", path, None);
            assert_eq!(exchange.reply.status, status);
            assert_eq!(breaches(&schema, &exchange), Vec::<String>::new());
        }
        for (body, status) in [(json!({"name": ""}), 400), (json!({"name": "X"}), 200)] {
            let exchange = asked(&world, "PUT", one.clone(), Some(body));
            assert!([status, 400].contains(&exchange.reply.status));
            assert_eq!(breaches(&schema, &exchange), Vec::<String>::new());
        }
    }
}

#[test]
fn what_does_not_fit_is_noticed() {
    let world = driven(&[]);
    let fine = world.writes();
    let schema = schema();
    let update = fine.iter().find(|it| it.request.method == "PUT").expect("there is one");
    let create = fine.iter().find(|it| it.request.method == "POST").expect("there is one");
    let broken = |exchange: &Exchange, change: &dyn Fn(&mut Exchange)| {
        let mut exchange = exchange.clone();
        change(&mut exchange);
        breaches(&schema, &exchange)
    };
    let body = |exchange: &mut Exchange, member: &str, value: Json| {
        exchange.request.body.as_mut().expect("a write has a body")[member] = value;
    };
    for breaches in [
        broken(update, &|it| body(it, "profileId", json!("1"))),
        broken(update, &|it| body(it, "description", Json::Null)),
        broken(update, &|it| body(it, "permissions", json!({"manageUsers": "yes"}))),
        broken(update, &|it| it.request.query.push(("workspaceId".to_owned(), "1".to_owned()))),
        broken(update, &|it| it.request.method = "PATCH".to_owned()),
        broken(update, &|it| it.reply.status = 201),
        broken(update, &|it| it.reply.body["permissionProfile"]["userCount"] = json!("3")),
        broken(create, &|it| it.request.body = Some(json!({"description": "no name"}))),
        broken(create, &|it| it.request.query.clear()),
    ] {
        assert_eq!(breaches.len(), 1, "{breaches:?}");
    }
    assert_eq!(broken(update, &|_| {}), Vec::<String>::new());
}

#[test]
fn the_rows_are_the_documents_members_in_its_order() {
    let schema = schema();
    let members = |name: &str| -> Vec<String> {
        let properties = schema["$defs"][name]["properties"].as_object();
        properties.expect("a schema of an object").keys().cloned().collect()
    };
    let switches = members("Permissions");
    let expected = members("PermissionProfile").into_iter().flat_map(|member| {
        if member == "permissions" {
            switches.iter().map(|switch| format!("permissions.{switch}")).collect()
        } else {
            vec![member]
        }
    });
    let rows = catalogue().rows();
    let paths: Vec<String> = rows.iter().map(|row| row.path.to_string()).collect();
    assert_eq!(paths, expected.collect::<Vec<_>>());
    // What an update can say is what the files decide, and the rest is the server's.
    let sent = members("UpdatePermissionProfileRequest");
    for row in rows {
        let sendable = sent.contains(&row.path.segments()[0]);
        assert_eq!(row.owner != Owner::Server, sendable, "{}", row.path);
        assert_eq!(row.kind == Kind::Flag, row.path.segments().len() == 2, "{}", row.path);
    }
}
