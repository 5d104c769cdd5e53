//! Promise 13 when a plan succeeds in part: who administers last keeps it until others have it.

use permctl_sandbox::{Fault, Received, RetryAfter, Vendor};
use serde_json::{Value as Json, json};

use super::{BY_ID, EMEA, live, reply, says};
use crate::harness::World;

const ADMINISTERS: &str = "manageGeneralBusinessSettings";

/// Takes administration from one profile and gives it to another, which somebody holds.
fn handed_over() -> World {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write(
        "profiles/emea/admins.yaml",
        &format!(
            "profile: Business Admin\nsettings: {{{ADMINISTERS}: false}}\n---\n\
             profile: Sales Manager\nsettings: {{{ADMINISTERS}: true, deals: false}}\n"
        ),
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world
}

#[track_caller]
fn keeps_it(world: &World, arguments: &[&str], code: i32) {
    let ran = world.run(arguments).exits(code);
    says(&ran, "held back Business Admin");
    says(&ran, "no administrator would be left");
    assert_eq!(live(world, EMEA, "Business Admin", ADMINISTERS), json!(true));
}

#[test]
fn promise_13_administration_stays_where_giving_it_to_others_is_stale() {
    let world = handed_over();
    let scope = json!({"permissionLevel": "all", "teamLeadIds": []});
    world.edit("EMEA Sales", "Sales Manager", ADMINISTERS, Json::Null);
    world.edit("EMEA Sales", "Sales Manager", "callsAccess", scope);
    world.edit("EMEA Sales", "Sales Manager", "deals", json!("sometimes"));
    keeps_it(&world, &["apply", "plan.json"], 6);
    assert_eq!(world.writes(), []);
}

#[test]
fn promise_13_administration_stays_where_giving_it_to_others_is_refused_and_goes_the_next_time() {
    let world = handed_over();
    let refused = reply(400, json!({"errors": ["not today"]}));
    let first = |request: &Received| {
        request.body.as_ref().is_some_and(|body| body["name"] == "Sales Manager")
    };
    world.sandbox().script(Box::new(move |request: &Received| match first(request) {
        true => Fault::Reply(refused.clone()),
        false => Fault::None,
    }));
    keeps_it(&world, &["apply", "plan.json"], 4);
    world.sandbox().script(Box::new(|_: &Received| Fault::None));
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    assert_eq!(live(&world, EMEA, "Business Admin", ADMINISTERS), json!(false));
    assert_eq!(live(&world, EMEA, "Sales Manager", ADMINISTERS), json!(true));
}

/// Takes the write of this profile in this way.
fn befalls(world: &World, profile: &'static str, fault: fn() -> Fault) {
    world.sandbox().script(Box::new(move |request: &Received| {
        let of_it = request.body.as_ref().is_some_and(|body| body["name"] == profile);
        if of_it { fault() } else { Fault::None }
    }));
}

#[test]
fn promise_13_administration_stays_where_giving_it_to_others_is_accepted_and_not_kept() {
    let world = handed_over();
    befalls(&world, "Sales Manager", || Fault::Pretend);
    keeps_it(&world, &["apply", "plan.json"], 7);
    befalls(&world, "Sales Manager", || Fault::None);
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    assert_eq!(live(&world, EMEA, "Business Admin", ADMINISTERS), json!(false));
}

#[test]
fn promise_13_administration_goes_once_the_vendor_shows_that_others_have_it() {
    let world = handed_over();
    // Two reads after the write still show what was there before it.
    befalls(&world, "Sales Manager", || Fault::Stale(2));
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    assert_eq!(live(&world, EMEA, "Business Admin", ADMINISTERS), json!(false));
}

#[test]
fn promise_13_a_profile_that_was_just_made_keeps_nobody_in() {
    let world = handed_over();
    world.write(
        "profiles/emea/owners.yaml",
        &format!("profile: Platform Owners\nnew: true\nsettings: {{{ADMINISTERS}: true}}\n"),
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    befalls(&world, "Sales Manager", || Fault::Status(400));
    keeps_it(&world, &["apply", "plan.json"], 7);
}

#[test]
fn promise_13_what_this_run_has_taken_counts_for_nobody_whatever_a_read_shows() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.edit("EMEA Sales", "Sales Manager", ADMINISTERS, json!(true));
    let profile = |name: &str, gives: bool| {
        format!("profile: {name}\nsettings: {{{ADMINISTERS}: {gives}}}\n")
    };
    world.write(
        "profiles/emea/a.yaml",
        &[("Business Admin", false), ("Sales Manager", false), ("Deal Desk", true)]
            .map(|(name, gives)| profile(name, gives))
            .join("---\n"),
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.sandbox().script(Box::new(|request: &Received| {
        match request.body.as_ref().and_then(|body| body["name"].as_str()) {
            Some("Deal Desk") => Fault::Status(400),
            Some(_) => Fault::Stale(3),
            None => Fault::None,
        }
    }));
    let ran = world.run(&["apply", "plan.json"]).exits(7);
    says(&ran, "held back");
    let administering = ["Business Admin", "Sales Manager"]
        .map(|name| live(&world, EMEA, name, ADMINISTERS) == json!(true));
    assert_eq!(administering.iter().filter(|it| **it).count(), 1, "{}", ran.stdout);
}

#[test]
fn promise_13_administration_that_came_back_meanwhile_is_not_taken_from_the_last() {
    let world = handed_over();
    world.write(
        "profiles/emea/admins.yaml",
        &world.read("profiles/emea/admins.yaml").replacen(
            &format!("{ADMINISTERS}: false"),
            &format!("{ADMINISTERS}: false, library: false"),
            1,
        ),
    );
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    world.edit("EMEA Sales", "Business Admin", ADMINISTERS, json!(false));
    let mut writes = 0;
    // What gives it to others is held off for longer than a document may age, and then refused.
    world.sandbox().script(Box::new(move |request: &Received| {
        let gives = request.body.as_ref().is_some_and(|body| body["name"] == "Sales Manager");
        writes += i32::from(gives);
        if gives && writes == 1 {
            return Fault::RateLimited(RetryAfter::Seconds(6));
        }
        if gives {
            return Fault::Status(400);
        }
        if writes == 1 && request.method == "GET" {
            return Fault::Edit(Box::new(|vendor: &mut dyn Vendor| {
                vendor
                    .edit("EMEA Sales", "Business Admin", ADMINISTERS, json!(true))
                    .expect("the profile is live");
            }));
        }
        Fault::None
    }));
    let ran = world.run(&["apply", "plan.json"]);
    says(&ran, "held back Business Admin");
    assert_eq!(live(&world, EMEA, "Business Admin", ADMINISTERS), json!(true), "{}", ran.stdout);
}

#[test]
fn promise_13_what_narrows_alone_is_judged_by_itself() {
    let world = handed_over();
    for arguments in [&["apply", "plan.json"][..], &["apply", "--auto-approve"]] {
        let ran = world.run(&[arguments, &["--only", "narrows"]].concat()).exits(6);
        assert!(ran.stderr.contains("refused by lockOut"), "{}", ran.stderr);
    }
    assert_eq!(world.writes(), []);
}

#[test]
fn promise_13_an_exception_lifts_it_in_every_step() {
    let world = handed_over();
    world.write(
        "permctl.yaml",
        &format!("{BY_ID}exceptions:\n  - {{rule: lockOut, workspace: emea, reason: R, until: 2999-01-01}}\n"),
    );
    world.write(
        "profiles/emea/admins.yaml",
        &format!("profile: Business Admin\nsettings: {{{ADMINISTERS}: false}}\n"),
    );
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(live(&world, EMEA, "Business Admin", ADMINISTERS), json!(false));
}

#[test]
fn what_guards_look_up_at_the_apply_is_in_the_cost_of_the_plan() {
    let world = handed_over();
    world.write("permctl.yaml", &format!("{BY_ID}guards: {{maxBroadened: {{holders: 100}}}}\n"));
    let plan = world.run(&["plan", "--out", "plan.json", "--format", "json"]).exits(0);
    let plan: Json = serde_json::from_str(&plan.stdout).expect("it is JSON");
    world.sandbox().clear_exchanges();
    let _ = world.run(&["apply", "plan.json"]).exits(0);
    let most = plan["cost"][0]["apply"].as_u64().expect("a number");
    assert!(world.sandbox().exchanges().len() as u64 <= most, "at most {most}");
}

#[test]
fn promise_13_a_rename_that_takes_administration_away_comes_after_what_gives_it() {
    for (new, freed) in
        [("Former Admin", ""), ("Former Admin", "---\nprofile: Collaborator\ndescription: x\n")]
    {
        let world = World::fresh();
        world.write("permctl.yaml", BY_ID);
        world.write(
            "profiles/emea/admins.yaml",
            &format!(
                "profile: {new}\nformerly: [Business Admin]\nsettings: {{{ADMINISTERS}: false}}\n---\n\
                 profile: Sales Manager\nsettings: {{{ADMINISTERS}: true, deals: false}}\n{freed}"
            ),
        );
        let ran = world.run(&["apply", "emea", "--auto-approve"]).exits(0);
        let at = |name: &str| ran.stdout.find(name).unwrap_or_else(|| panic!("{}", ran.stdout));
        assert!(at("updated Sales Manager") < at("updated Former Admin"), "{}", ran.stdout);
        assert_eq!(live(&world, EMEA, "Former Admin", ADMINISTERS), json!(false));
    }
}
