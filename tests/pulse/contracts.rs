//! Pulse against schemas written from its reference pages and guides, reduced to what is used; and
//! its reader against answers written from the same pages.

use jsonschema::Validator;
use permctl_sandbox::{Exchange, Fate, Fault, Received, Reply};
use serde_json::{Value as Json, json};

use crate::harness::World;

const ACCOUNT: &str = "4731740365629714";

fn fixture(text: &str) -> Json {
    serde_json::from_str(text).expect("the fixture is JSON")
}

fn schema() -> Json {
    fixture(include_str!("contracts/schema.json"))
}

/// Returns the documented operation that a request is of.
fn operation(schema: &Json, request: &Received) -> Option<Json> {
    let sent: Vec<&str> = request.path.split('/').collect();
    let operations = schema["operations"].as_array().expect("the fixture has operations");
    let found = operations.iter().find(|operation| {
        let path = operation["path"].as_str().expect("an operation has a path");
        let segments: Vec<&str> = path.split('/').collect();
        let fits =
            |(pattern, segment): (&&str, &&str)| pattern.starts_with('{') || pattern == segment;
        operation["method"] == *request.method
            && segments.len() == sent.len()
            && segments.iter().zip(&sent).all(fits)
    });
    found.cloned()
}

fn validator(schema: &Json, name: &str) -> Validator {
    let whole = json!({"$ref": format!("#/$defs/{name}"), "$defs": schema["$defs"]});
    jsonschema::validator_for(&whole).expect("it is a schema")
}

/// Lists what is not as documented about one exchange.
fn breaches(schema: &Json, exchange: &Exchange) -> Vec<String> {
    let Exchange { request, reply, fate: _ } = exchange;
    let at = format!("{} {}", request.method, request.path);
    let Some(operation) = operation(schema, request) else {
        return vec![format!("there is no {at}")];
    };
    let mut breaches = Vec::new();
    let account = (operation["account"] == true).then_some(ACCOUNT);
    if request.header("x-account-id") != account {
        breaches.push(format!("{at}: the account is {:?}", request.header("x-account-id")));
    }
    if !request.query.is_empty() {
        breaches.push(format!("{at}: a query"));
    }
    let sent = validator(schema, operation["request"].as_str().expect("a name"));
    let body = request.body.clone().unwrap_or_default();
    breaches.extend(sent.iter_errors(&body).map(|error| format!("{at}: sent {error}")));
    let answer = match operation["answers"][reply.status.to_string()].as_str() {
        Some(answer) => answer,
        None if reply.status >= 400 => "error",
        None => return vec![format!("{at}: status {}", reply.status)],
    };
    let errors = validator(schema, answer);
    breaches.extend(errors.iter_errors(&reply.body).map(|error| format!("{at}: got {error}")));
    breaches
}

#[test]
fn every_request_and_every_answer_is_as_the_pages_say() {
    let schema = schema();
    for readings in [
        &[][..],
        &[
            ("permissions-answer", "names"),
            ("create-status", "201"),
            ("role-users", "objects"),
            ("users-answer", "with-flat-list"),
            ("expires-at", "milliseconds"),
        ],
        &[
            ("error-shape", "older"),
            ("empty-permissions", "refused"),
            ("token-life", "two-requests"),
        ],
        &[
            ("error-shape", "sister-site"),
            ("empty-user-roles", "refused"),
            ("expires-at", "absent"),
        ],
    ] {
        let world = World::of("pulse", None, readings);
        world.write(
            "profiles/acme/all.yaml",
            "profile: Brand / new\nsettings:\n  permissions: [readCRM]\nholders: [ada.lovelace@acme.example]\n---\n\
             profile: agent\nsettings:\n  permissions: []\nholders: []\n",
        );
        let _ = world.run(&["apply", "--auto-approve"]);
        let exchanges = world.sandbox().exchanges();
        let writes = world.writes();
        assert!(writes.len() >= 5, "{writes:?}");
        let found: Vec<String> =
            exchanges.iter().flat_map(|exchange| breaches(&schema, exchange)).collect();
        assert_eq!(found, Vec::<String>::new(), "{readings:?}");
    }
}

#[test]
fn a_request_that_is_not_documented_would_be_noticed() {
    let schema = schema();
    let exchange = |method: &str, path: &str, body: Option<Json>| Exchange {
        request: Received {
            method: method.to_owned(),
            path: path.to_owned(),
            query: Vec::new(),
            authorization: None,
            headers: vec![("x-account-id".to_owned(), ACCOUNT.to_owned())],
            body,
            malformed: false,
        },
        reply: Reply { status: 200, headers: Vec::new(), body: json!({"message": "x"}) },
        fate: Fate::Answered,
    };
    let list = json!({"flatPermissionsList": ["readCRM"]});
    assert_eq!(
        breaches(&schema, &exchange("PATCH", "/roles/a", Some(list.clone()))),
        Vec::<String>::new()
    );
    for (method, path, body) in [
        ("PUT", "/roles/a", Some(json!(["readCRM"]))),
        ("PUT", "/permissions", Some(json!(["readCRM"]))),
        ("DELETE", "/roles/a", None),
        ("POST", "/roles/a", Some(list)),
        ("PATCH", "/roles/a", Some(json!({"permissions": ["readCRM"]}))),
        ("PATCH", "/roles/a", Some(json!({"flatPermissionsList": ["a", "a"]}))),
        ("PATCH", "/users/a/roles", Some(json!({"flatRolesList": "agent"}))),
    ] {
        assert!(!breaches(&schema, &exchange(method, path, body)).is_empty(), "{method} {path}");
    }
}

/// Serves these answers in place of the simulator's.
fn serving(answers: &[(&'static str, &'static str)]) -> World {
    let world = World::of("pulse", None, &[]);
    let answers: Vec<(&str, Json)> =
        answers.iter().map(|(path, text)| (*path, fixture(text))).collect();
    world.sandbox().script(Box::new(move |request: &Received| {
        match answers.iter().find(|(path, _)| *path == request.path) {
            Some((_, body)) => {
                Fault::Reply(Reply { status: 200, headers: Vec::new(), body: body.clone() })
            }
            None => Fault::None,
        }
    }));
    world
}

#[test]
fn the_documented_answers_are_understood() {
    let schema = schema();
    for (name, text) in [
        ("roles", include_str!("contracts/roles.json")),
        ("permissions", include_str!("contracts/permissions-objects.json")),
        ("permissions", include_str!("contracts/permissions-names.json")),
        ("session", include_str!("contracts/session.json")),
        ("users", include_str!("contracts/users.json")),
    ] {
        let errors = validator(&schema, name);
        let errors: Vec<String> =
            errors.iter_errors(&fixture(text)).map(|error| error.to_string()).collect();
        assert_eq!(errors, Vec::<String>::new(), "{name}");
    }
    for permissions in [
        include_str!("contracts/permissions-objects.json"),
        include_str!("contracts/permissions-names.json"),
    ] {
        let world = serving(&[
            ("/auth/login", include_str!("contracts/session.json")),
            ("/roles", include_str!("contracts/roles.json")),
            ("/permissions", permissions),
            ("/users", include_str!("contracts/users.json")),
        ]);
        world.write(
            "profiles/acme/agent.yaml",
            "profile: agent\nsettings:\n  permissions: {readCRM: true}\nholders: [one@customer.example]\n",
        );
        let plan = world.run(&["plan"]).exits(0);
        for words in [
            "permissions.readCRM  off -> on",
            "user one@customer.example\n      + gets agent",
            "unmanaged: \"user\"",
            "the vendor's own: \"superAdmin\"",
        ] {
            assert!(plan.stdout.contains(words), "no {words:?} in\n{}", plan.stdout);
        }
    }
}

#[test]
fn answers_of_another_shape_are_errors_and_never_an_empty_account() {
    for (path, body) in [
        ("/roles", json!({"roles": []})),
        ("/roles", json!(null)),
        ("/roles", json!([{"role": "agent", "accountId": ACCOUNT, "permissions": []}])),
        ("/roles", json!(["agent"])),
        ("/permissions", json!(null)),
        ("/permissions", json!({"Support": [{"permission": "readSupport"}]})),
        ("/permissions", json!([{"name": "View support"}])),
        ("/auth/login", json!({"session": {"token": "x"}})),
    ] {
        let world = World::of("pulse", None, &[]);
        world.write("profiles/acme/agent.yaml", "profile: agent\n");
        let shape = body.clone();
        world.sandbox().script(Box::new(move |request: &Received| {
            if request.path != path {
                return Fault::None;
            }
            Fault::Reply(Reply { status: 200, headers: Vec::new(), body: body.clone() })
        }));
        let ran = world.run(&["apply", "--auto-approve"]).exits(4);
        assert!(ran.stdout.contains("NOT READ"), "{path} {shape}\n{}", ran.stdout);
        assert_eq!(world.writes(), [], "{path} {shape}");
    }
}
