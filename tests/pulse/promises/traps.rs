//! What no code path can send: the routes that reach beyond one role of one account, and anything
//! about the vendor's own roles.

use permctl::provider::pulse::{self, calls};

use super::{Json, agents, is_settled, manager, no_damage, says, world, writes};

#[test]
fn no_route_table_has_a_dangerous_route() {
    let writes = [&calls::CREATE, &calls::UPDATE, &calls::ASSIGN];
    let writes = writes.map(|route| format!("{} {}", route.method, route.path));
    assert_eq!(writes, ["POST /roles/{role}", "PATCH /roles/{role}", "PATCH /users/{email}/roles"]);
    for read in [&pulse::ROLES, &pulse::PERMISSIONS, &pulse::USERS] {
        assert_eq!(read.method, "GET");
    }
}

/// Every route is a constant of the source, so the source can be asked.
#[test]
fn no_other_route_of_pulse_is_anywhere_in_the_program() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    gather(&root, &mut sources);
    let mut routes = Vec::new();
    for (path, text) in sources {
        // Both ways of writing the constructor: with and without the effect.
        let made: Vec<String> = text
            .split("Route::")
            .skip(1)
            .filter_map(|rest| rest.split_once("new("))
            .filter(|(between, _)| between.is_empty() || between.starts_with('<'))
            .map(|(_, rest)| rest.split(')').next().unwrap_or_default())
            .map(|arguments| arguments.replace(['"', ','], "").trim().to_owned())
            .collect();
        assert!(!made.iter().any(|route| route.starts_with("DELETE")), "{}", path.display());
        let pulse = |route: &String| {
            let (_, path) = route.split_once(' ').expect("a method and a path");
            ["/roles", "/permissions"].iter().any(|it| path.starts_with(it))
        };
        if path.components().any(|part| part.as_os_str() == "pulse") {
            routes.extend(made);
        } else {
            assert!(!made.iter().any(pulse), "{} has a route of Pulse", path.display());
        }
    }
    routes.sort();
    assert_eq!(
        routes,
        [
            "GET /permissions",
            "GET /roles",
            "GET /users",
            "PATCH /roles/{role}",
            "PATCH /users/{email}/roles",
            "POST /auth/login",
            "POST /roles/{role}",
        ]
    );
}

/// Reads all sources of the client below a folder.
fn gather(folder: &std::path::Path, sources: &mut Vec<(std::path::PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            gather(&path, sources);
        } else if path.is_file() {
            let text = std::fs::read_to_string(&path).expect("a source");
            // Unit tests send nothing.
            let program = text.split("#[cfg(test)]").next().unwrap_or_default();
            sources.push((path, program.to_owned()));
        }
    }
}

#[test]
fn a_run_that_does_all_there_is_sends_nothing_else() {
    let world = world(&[("patch-super-admin", "accepted"), ("other-accounts", "listed")]);
    manager(&world, "[readSupport]");
    agents(&world, &["ada.lovelace", "alan.turing"]);
    world.write(
        "profiles/acme/new.yaml",
        "profile: Brand new\nsettings:\n  permissions: [readMerchants]\nholders: [barbara.liskov@acme.example]\n",
    );
    let vendors = |state: &Json| {
        let roles = state["roles"].as_array().expect("a list").clone();
        roles.into_iter().filter(|it| it["accountId"] != super::ACCOUNT).collect::<Vec<_>>()
    };
    let before = vendors(&world.sandbox().state());
    for command in [
        &["plan"][..],
        &["drift", "--fail-on", "missing"],
        &["snapshot", "--out", "live.json"],
        &["import"],
    ] {
        let _ = world.run(command);
        assert_eq!(writes(&world), Vec::<String>::new(), "{command:?}");
    }
    std::fs::remove_dir_all(world.folder().join("profiles")).expect("the folder is there");
    manager(&world, "[readSupport]");
    agents(&world, &["ada.lovelace", "alan.turing"]);
    world.write(
        "profiles/acme/new.yaml",
        "profile: Brand new\nsettings:\n  permissions: [readMerchants]\nholders: [barbara.liskov@acme.example]\n",
    );
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(
        writes(&world),
        [
            "PATCH /users/edsger.dijkstra%40acme.example/roles",
            "POST /roles/Brand%20new",
            "PATCH /roles/Brand%20new",
            "PATCH /roles/Manager%20Two",
            "PATCH /users/ada.lovelace%40acme.example/roles",
            "PATCH /users/barbara.liskov%40acme.example/roles",
        ]
    );
    no_damage(&world);
    assert_eq!(vendors(&world.sandbox().state()), before);
    is_settled(&world);
}

#[test]
fn the_vendors_roles_are_shown_and_never_planned_for() {
    let world = world(&[]);
    let plan = world.run(&["plan"]).exits(0);
    says(&plan, "the vendor's own: \"SuperAdmin\", \"systemSupport\"");
    let _ = world.run(&["import"]).exits(0);
    assert!(!world.folder().join("profiles/acme/superadmin.yaml").exists());
    is_settled(&world);
}
