//! Promise 2: plan cannot write; and what looking costs.

use super::{BY_ID, PROFILES, methods, three_changes};
use crate::harness::World;

#[test]
fn promise_2_commands_that_look_never_write() {
    let world = three_changes();
    world.sandbox().set_options(|options| options.refuse_writes = true);
    for (arguments, code) in [
        (&["validate"][..], 0),
        (&["plan"], 0),
        (&["plan", "--detailed-exitcode"], 2),
        (&["plan", "--out", "plan.json"], 0),
        (&["plan", "--format", "json"], 0),
        (&["show", "plan.json"], 0),
        (&["drift"], 2),
        (&["snapshot", "--out", "live.json"], 0),
        (&["plan", "--live", "live.json"], 0),
        (&["import"], 0),
        (&["drift"], 2),
    ] {
        let _ = world.run(arguments).exits(code);
    }
    assert!(!world.sandbox().exchanges().is_empty());
    assert_eq!(world.writes(), []);
    // The same sandbox does refuse: that nothing was refused above means something.
    let ran = world.run(&["apply", "--auto-approve"]);
    assert_ne!(ran.code, 0, "{}", ran.stdout);
    assert!(!world.writes().is_empty());
}

#[test]
fn validate_and_show_ask_nobody() {
    let world = three_changes();
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.sandbox().clear_exchanges();
    let _ = world.run_with(&["validate"], &[("KEY", ""), ("SECRET", "")]).exits(0);
    let _ = world.run_with(&["show", "plan.json"], &[("KEY", ""), ("SECRET", "")]).exits(0);
    assert_eq!(world.sandbox().exchanges(), []);
}

#[test]
fn a_plan_costs_one_list_a_workspace() {
    let world = three_changes();
    let _ = world.run(&["plan", "--holders", "none"]).exits(0);
    assert_eq!(methods(&world.sandbox().exchanges()), vec![format!("GET {PROFILES}"); 2]);
    world.sandbox().clear_exchanges();
    let _ = world.run(&["plan", "emea", "--holders", "none"]).exits(0);
    assert_eq!(methods(&world.sandbox().exchanges()), [format!("GET {PROFILES}")]);
}

#[test]
fn a_plan_costs_one_call_more_to_find_workspaces_by_name() {
    let world = World::fresh();
    let _ = world.run(&["plan"]).exits(0);
    let mut calls = methods(&world.sandbox().exchanges());
    calls.sort();
    assert_eq!(
        calls,
        [format!("GET {PROFILES}"), format!("GET {PROFILES}"), "GET /v2/workspaces".to_owned()]
    );
}

#[test]
fn lists_of_users_and_folders_are_read_only_where_a_file_uses_a_name() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    let user = world.sandbox().state()["users"][0].clone();
    let (id, address) = (user["id"].as_str().unwrap(), user["emailAddress"].as_str().unwrap());
    let scope = |lead: &str| {
        format!(
            "profile: Sales Manager\nsettings:\n  callsAccess: {{permissionLevel: own, teamLeadIds: [\"{lead}\"]}}\n"
        )
    };
    world.write("profiles/emea/a.yaml", &scope(id));
    let _ = world.run(&["plan", "--holders", "none"]).exits(0);
    assert_eq!(methods(&world.sandbox().exchanges()), vec![format!("GET {PROFILES}"); 2]);

    world.sandbox().clear_exchanges();
    world.write("profiles/emea/a.yaml", &scope(address));
    let ran = world.run(&["plan", "--holders", "none"]).exits(0);
    let calls = methods(&world.sandbox().exchanges());
    let of = |path: &str| calls.iter().filter(|call| **call == format!("GET {path}")).count();
    let users = world.sandbox().state()["users"].as_array().unwrap().len();
    assert_eq!((of("/v2/users"), of(PROFILES)), (users.div_ceil(100), 2));
    assert_eq!(calls.len(), of("/v2/users") + 2);
    super::says(&ran, &format!("{} API calls to plan", calls.len()));

    // Folders belong to a workspace; the other workspace's are not read.
    world.sandbox().clear_exchanges();
    world.write(
        "profiles/emea/a.yaml",
        "profile: Sales Manager\nsettings:\n  libraryFolderAccess: {permissionLevel: specific-folders, libraryFolderIds: [Onboarding]}\n",
    );
    let _ = world.run(&["plan", "--holders", "none"]).exits(0);
    let mut calls = methods(&world.sandbox().exchanges());
    calls.sort();
    assert_eq!(
        calls,
        [
            format!("GET {PROFILES}"),
            format!("GET {PROFILES}"),
            "GET /v2/library/folders".to_owned()
        ]
    );
}

#[test]
fn promise_8_one_workspace_under_two_names_is_written_to_under_neither() {
    let world = World::fresh();
    let by_name = BY_ID.replace("amer: {id: \"861402275930418857\"}", "two: {name: EMEA Sales}");
    world.write("permctl.yaml", &by_name);
    let file = |setting: &str| format!("profile: Collaborator\nsettings: {{{setting}}}\n");
    world.write("profiles/emea/a.yaml", &file("aiBuilder: true"));
    world.write("profiles/two/a.yaml", &file("forecast: true"));
    let plan = world.run(&["plan"]).exits(3);
    for (name, other) in [("emea", "two"), ("two", "emea")] {
        assert!(plan.stdout.contains(&format!("workspace \"{name}\"")), "{}", plan.stdout);
        let says = format!("it is the same workspace at the vendor as `{other}`");
        assert!(plan.stdout.contains(&says), "{}", plan.stdout);
    }
    let _ = world.run(&["apply", "--auto-approve"]).exits(3);
    assert_eq!(world.writes(), []);
}
