//! Promises 3 and 4: apply does the reviewed plan, can only do less, and can be run again.

use permctl::model::{Action, ProfileId, Value};
use permctl::plan::{Plan, file};
use serde_json::json;

use super::{EMEA, live, says, three_changes};
use crate::harness::World;

/// Three reviewed changes, saved as `plan.json`.
fn reviewed() -> World {
    let world = three_changes();
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.sandbox().clear_exchanges();
    world
}

/// Edits the saved plan and makes its digest fit again.
pub fn forge(world: &World, edit: impl FnOnce(&mut Plan)) {
    let mut plan = file::read(&world.read("plan.json")).expect("it was just saved");
    edit(&mut plan);
    plan.digest = file::digest(&plan);
    world.write("plan.json", &file::write(&plan));
}

pub fn change_at<'a>(plan: &'a mut Plan, profile: &str) -> &'a mut permctl::model::Change {
    let workspaces = plan.workspaces.iter_mut();
    let mut changes = workspaces.flat_map(|workspace| &mut workspace.changes);
    &mut changes.find(|it| it.change.name == profile).expect("it is planned").change
}

fn written(world: &World) -> Vec<String> {
    let bodies = world.writes().into_iter().map(|write| write.request.body.unwrap_or_default());
    let mut names: Vec<_> =
        bodies.map(|body| body["name"].as_str().unwrap_or_default().to_owned()).collect();
    names.sort();
    names
}

#[test]
fn promise_3_a_profile_that_moved_is_left_alone_and_named_and_the_others_are_done() {
    let world = reviewed();
    // By hand, and already as the plan has it.
    world.edit("EMEA Sales", "Deal Desk", "forecast", json!(false));
    world.edit("EMEA Sales", "Sales Manager", "callsAccess.permissionLevel", json!("all"));
    world.edit("EMEA Sales", "Collaborator", "aiBuilder", json!("all"));
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    assert_eq!(written(&world), ["Sales Manager"]);
    says(&ran, "Deal Desk: already as planned, nothing sent");
    says(&ran, "Collaborator: changed since the plan, nothing sent");
    says(&ran, "aiBuilder: planned from off, live it is \"all\" (not known to this version)");
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!("all"));
    assert_eq!(live(&world, EMEA, "Sales Manager", "library"), json!(false));
    // Nothing else was reset on the way.
    assert_eq!(live(&world, EMEA, "Sales Manager", "callsAccess.permissionLevel"), json!("all"));
}

#[test]
fn promise_3_a_moved_member_of_a_touched_bundle_makes_it_stale() {
    let world = World::fresh();
    world.write("permctl.yaml", super::BY_ID);
    world.write(
        "profiles/emea/a.yaml",
        "profile: Collaborator\nsettings:\n  callsAccess: {permissionLevel: own}\n",
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let lead = world.sandbox().state()["users"][0]["id"].clone();
    world.edit("EMEA Sales", "Collaborator", "callsAccess.teamLeadIds", json!([lead]));
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    assert_eq!(world.writes(), []);
    says(&ran, "callsAccess.teamLeadIds: planned from none, live it is");
}

#[test]
fn promise_3_an_edited_plan_is_refused_before_anything_is_sent() {
    let world = reviewed();
    let text = world.read("plan.json");
    let edited = text.replacen("\"aiBuilder\": true", "\"aiBuilder\": false", 1);
    assert_ne!(text, edited);
    world.write("plan.json", &edited);
    let ran = world.run(&["apply", "plan.json"]).exits(3);
    assert!(ran.stderr.contains("edited or damaged"), "{}", ran.stderr);
    assert_eq!(world.sandbox().exchanges(), []);
}

#[test]
fn promise_3_a_change_taken_out_of_a_plan_is_not_done() {
    let world = reviewed();
    forge(&world, |plan| {
        plan.workspaces
            .iter_mut()
            .for_each(|it| it.changes.retain(|it| it.change.name != "Deal Desk"));
    });
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    assert_eq!(written(&world), ["Collaborator", "Sales Manager"]);
}

#[test]
fn promise_3_a_value_that_no_file_asks_for_is_never_written() {
    let world = reviewed();
    forge(&world, |plan| {
        let transition = &mut change_at(plan, "Deal Desk").transitions[0];
        let mut forged = transition.clone();
        forged.bundle = "manageGeneralBusinessSettings".parse().unwrap();
        forged.before = [(forged.bundle.clone(), Value::Flag(false))].into_iter().collect();
        forged.after = [(forged.bundle.clone(), Value::Flag(true))].into_iter().collect();
        change_at(plan, "Deal Desk").transitions.push(forged);
    });
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    assert_eq!(written(&world), ["Collaborator", "Sales Manager"]);
    says(
        &ran,
        "Deal Desk: the files no longer ask for this value of `manageGeneralBusinessSettings`",
    );
}

#[test]
fn promise_3_a_change_is_never_written_to_another_profile() {
    let world = reviewed();
    let state = world.sandbox().state();
    let profiles = state["profiles"][EMEA].as_array().unwrap();
    let admin = profiles.iter().find(|document| document["name"] == "Business Admin").unwrap();
    let id = ProfileId(admin["id"].as_str().unwrap().to_owned());
    forge(&world, |plan| {
        change_at(plan, "Sales Manager").action =
            Action::Update { id: id.clone(), live_name: "Business Admin".to_owned() };
    });
    let _ = world.run(&["apply", "plan.json"]).exits(5);
    assert_eq!(written(&world), ["Collaborator", "Deal Desk"]);
    assert_eq!(live(&world, EMEA, "Business Admin", "library"), json!(true));
}

#[test]
fn promise_3_what_the_files_no_longer_ask_for_is_dropped() {
    let world = reviewed();
    world.write("profiles/emea/collaborator.yaml", "profile: Collaborator\n");
    world.write("profiles/emea/deal-desk.yaml", "profile: Deal Desk\nsettings: {forecast: true}\n");
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    assert_eq!(written(&world), ["Sales Manager"]);
    says(&ran, "dropped Collaborator: the files no longer ask for this value of `aiBuilder`");
    says(&ran, "dropped Deal Desk: the files no longer ask for this value of `forecast`");
}

#[test]
fn promise_3_what_was_added_to_the_files_after_the_review_is_not_done() {
    let world = reviewed();
    world.write(
        "profiles/emea/collaborator.yaml",
        "profile: Collaborator\nsettings: {aiBuilder: true, dealsDataExport: true}\n",
    );
    world.write("profiles/emea/new.yaml", "profile: Quite Another\nnew: true\n");
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    assert_eq!(written(&world), ["Collaborator", "Deal Desk", "Sales Manager"]);
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(true));
    assert_eq!(live(&world, EMEA, "Collaborator", "dealsDataExport"), json!(false));
}

#[test]
fn promise_3_a_setting_that_moved_elsewhere_is_kept_and_noted() {
    let world = reviewed();
    world.edit("EMEA Sales", "Collaborator", "dealsDataExport", json!(true));
    world.edit("EMEA Sales", "Collaborator", "newThing", json!([1.50, "x"]));
    let ran = world.run(&["apply", "plan.json"]).exits(0);
    says(&ran, "kept dealsDataExport: on, changed by another person since the plan");
    assert_eq!(live(&world, EMEA, "Collaborator", "dealsDataExport"), json!(true));
    assert_eq!(live(&world, EMEA, "Collaborator", "newThing").to_string(), r#"[1.5,"x"]"#);
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(true));
}

#[test]
fn promise_3_another_digest_than_the_approved_one_is_refused() {
    let world = reviewed();
    let digest = file::read(&world.read("plan.json")).unwrap().digest;
    let wrong = digest.replace(|c: char| c.is_ascii_digit(), "a");
    let _ = world.run(&["apply", "plan.json", "--approved", &wrong]).exits(5);
    assert_eq!(world.writes(), []);
    let _ = world.run(&["apply", "plan.json", "--approved", &digest]).exits(0);
    assert_eq!(world.writes().len(), 3);
}

#[test]
fn promise_3_a_plan_for_another_endpoint_is_refused() {
    let world = reviewed();
    let other = World::fresh();
    other.write("permctl.yaml", super::BY_ID);
    other.write("plan.json", &world.read("plan.json"));
    let ran = other.run(&["apply", "plan.json"]).exits(5);
    assert!(ran.stderr.contains("the plan is for tenant acme at"), "{}", ran.stderr);
    assert_eq!(other.sandbox().exchanges(), []);
}

#[test]
fn promise_3_a_plan_for_another_workspace_is_refused() {
    let world = reviewed();
    world.write(
        "permctl.yaml",
        &super::BY_ID.replace(EMEA, "EMEA").replace(super::AMER, EMEA).replace("EMEA", super::AMER),
    );
    let _ = world.run(&["apply", "plan.json"]).exits(5);
    assert_eq!(world.writes(), []);
}

#[test]
fn promise_4_a_plan_applied_twice_sends_nothing_the_second_time() {
    let world = reviewed();
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    world.sandbox().clear_exchanges();
    let ran = world.run(&["apply", "plan.json"]).exits(0);
    says(&ran, "Collaborator: already as planned, nothing sent");
    assert_eq!(world.writes(), []);
}

#[test]
fn promise_4_the_same_plan_finishes_what_a_run_left() {
    let world = three_changes();
    world.write("profiles/emea/new.yaml", "profile: Quite Another\nnew: true\n");
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let mut left = 2;
    world.sandbox().script(Box::new(move |request| {
        if request.method == "GET" {
            return permctl_sandbox::Fault::None;
        }
        left -= 1;
        if left >= 0 {
            permctl_sandbox::Fault::None
        } else {
            permctl_sandbox::Fault::Reply(super::refusal(403))
        }
    }));
    let _ = world.run(&["apply", "plan.json"]).exits(7);
    world.sandbox().script(Box::new(|_| permctl_sandbox::Fault::None));
    world.sandbox().clear_exchanges();
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    assert_eq!(world.writes().len(), 2);
    let ran = world.run(&["plan"]).exits(0);
    says(&ran, "Nothing to do, 4 unchanged");
}

#[test]
fn promise_3_what_somebody_did_of_a_change_already_is_left_and_the_rest_is_done() {
    let world = three_changes();
    world.write(
        "profiles/emea/deal-desk.yaml",
        "profile: Deal Desk\nsettings: {forecast: false, account: false}\n",
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.edit("EMEA Sales", "Deal Desk", "account", json!(false));
    let ran = world.run(&["apply", "plan.json"]).exits(0);
    says(&ran, "updated Deal Desk");
    assert!(!ran.stdout.contains("kept"), "nothing moved beside the change:\n{}", ran.stdout);
    assert_eq!(live(&world, EMEA, "Deal Desk", "forecast"), json!(false));
}

#[test]
fn promise_3_what_the_files_got_wrong_since_the_review_is_dropped_with_its_own_reason() {
    let world = reviewed();
    for (file, profile, setting, lead) in [
        ("collaborator", "Collaborator", "aiBuilder: true", "nobody@acme.example"),
        ("deal-desk", "Deal Desk", "forecast: false", "stranger@acme.example"),
    ] {
        let leads = format!("callsAccess: {{permissionLevel: own, teamLeadIds: [{lead}]}}");
        world.write(
            &format!("profiles/emea/{file}.yaml"),
            &format!("profile: {profile}\nsettings: {{{setting}, {leads}}}\n"),
        );
    }
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    let reason = |profile: &str| {
        let begin = format!("dropped {profile}: ");
        let line = ran.stdout.lines().find(|line| line.trim_start().starts_with(&begin));
        line.unwrap_or_else(|| panic!("{profile} is dropped:\n{}", ran.stdout)).to_owned()
    };
    assert!(reason("Collaborator").contains("nobody@acme.example"), "{}", ran.stdout);
    assert!(reason("Deal Desk").contains("stranger@acme.example"), "{}", ran.stdout);
    assert_eq!(written(&world), ["Sales Manager"]);
}

#[test]
fn promise_3_a_profile_pinned_since_the_review_to_what_is_not_there_is_dropped_and_says_so() {
    let world = reviewed();
    world.write(
        "profiles/emea/deal-desk.yaml",
        "profile: Deal Desk\nid: \"4200000000000000009\"\nsettings: {forecast: false}\n",
    );
    let ran = world.run(&["apply", "plan.json"]).exits(5);
    says(
        &ran,
        "dropped Deal Desk: workspace `emea` has no profile with the id 4200000000000000009",
    );
    assert_eq!(written(&world), ["Collaborator", "Sales Manager"]);
}

#[test]
fn what_is_not_watched_counts_only_the_profiles_that_leave_something_out() {
    let world = three_changes();
    world.write(
        "profiles/emea/deal-desk.yaml",
        "profile: Deal Desk\nunlisted: deny\nsettings: {forecast: false}\n",
    );
    world.remove("profiles/emea/sales-manager.yaml");
    says(&world.run(&["plan"]).exits(0), " settings of Collaborator are not watched");
}
