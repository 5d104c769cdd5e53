//! Approvals as data, and days on which nothing is applied.

use serde_json::{Value as Json, json};

use super::{BY_ID, EMEA, live, says, tells};
use crate::harness::{Ran, World};

const APPROVALS: &str = "
approvals:
- {name: more access, direction: broader, owners: [ada, '@Bob']}
- {name: critical, direction: broader, tier: critical, count: 2, owners: [ada, bob, cy]}
- {name: sales, profiles: [emea/Sales *], owners: [dee]}
- {name: library, settings: [library], owners: [eve]}
- {name: many, direction: broader, people: 30, owners: [fay]}
";

const COMMIT: &str = "1111111111111111111111111111111111111111";
const OTHER: &str = "2222222222222222222222222222222222222222";

/// A plan that gives sales managers, of whom there are six, something critical.
fn world() -> World {
    let world = World::fresh();
    world.write("permctl.yaml", &format!("{BY_ID}{APPROVALS}"));
    world.write(
        "profiles/emea/sales-manager.yaml",
        "profile: Sales Manager\nsettings: {deleteCalls: true}\n",
    );
    world.write("profiles/amer/a.yaml", "profile: Collaborator\n");
    world
}

fn review(user: &str, state: &str, commit: &str) -> Json {
    json!({"user": {"login": user}, "state": state, "commit_id": commit})
}

#[track_caller]
fn check(world: &World, reviews: &Json, code: i32) -> Ran {
    world.write("reviews.json", &reviews.to_string());
    let files = ["approvals", "check", "plan.json", "--reviews", "reviews.json"];
    world.run(&[&files[..], &["--commit", COMMIT, "--author", "Cy"]].concat()).exits(code)
}

#[test]
fn a_plan_says_which_approvals_it_needs_and_why_it_needs_no_others() {
    let world = world();
    let ran = world.run(&["plan", "--out", "plan.json"]).exits(0);
    says(&ran, "  NEEDS approval \"more access\": emea/Sales Manager deleteCalls\n");
    says(
        &ran,
        "    owner: ada, Bob\n    help: 1 of the owners has to approve; the author is none of them\n",
    );
    says(&ran, "  NEEDS approval \"critical\": emea/Sales Manager deleteCalls\n");
    says(&ran, "  NEEDS approval \"sales\": emea/Sales Manager deleteCalls\n");
    says(&ran, "  NO NEED of approval \"library\": no change of library\n");
    says(&ran, "  NO NEED of approval \"many\": it is about 6 people, and 30 need it\n");
    let ran = world.run(&["plan", "--format", "markdown"]).exits(0);
    says(&ran, "| `approval \"critical\"` | **needs approval** | all<br>`permctl.yaml:");
    world.write("profiles/emea/sales-manager.yaml", "profile: Sales Manager\n");
    says(
        &world.run(&["plan"]).exits(0),
        "  NO NEED of approval \"more access\": nothing changes\n",
    );
}

#[test]
fn an_approval_is_of_an_owner_of_this_commit_and_not_of_the_author() {
    let world = world();
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let ran = check(&world, &json!([]), 6);
    assert_eq!(
        ran.stdout,
        "MISSING     more access: emea/Sales Manager deleteCalls\n            0 of 1; owners: ada, Bob\n\
         MISSING     critical: emea/Sales Manager deleteCalls\n            0 of 2; owners: ada, bob, cy\n\
         MISSING     sales: emea/Sales Manager deleteCalls\n            0 of 1; owners: dee\n\
         not needed  library: no change of library\n\
         not needed  many: it is about 6 people, and 30 need it\n\
         3 of 3 approvals missing.\n"
    );
    let all = |more: &[Json]| {
        let first = [review("BOB", "APPROVED", COMMIT), review("dee", "APPROVED", COMMIT)];
        Json::from([&first[..], more].concat())
    };
    // The author, another commit, a comment, an approval that was taken back.
    for (more, missing) in [
        (vec![review("cy", "APPROVED", COMMIT)], true),
        (vec![review("ada", "APPROVED", OTHER)], true),
        (vec![review("ada", "COMMENTED", COMMIT)], true),
        (vec![review("ada", "APPROVED", COMMIT), review("ada", "CHANGES_REQUESTED", COMMIT)], true),
        (vec![review("ada", "APPROVED", COMMIT), review("ada", "DISMISSED", COMMIT)], true),
        (vec![review("ada", "APPROVED", OTHER), review("ada", "APPROVED", COMMIT)], false),
        (vec![review("ada", "APPROVED", COMMIT), review("ada", "COMMENTED", COMMIT)], false),
        (
            vec![json!({"user": null, "state": "APPROVED"}), review("ada", "APPROVED", COMMIT)],
            false,
        ),
    ] {
        let ran = check(&world, &all(&more), if missing { 6 } else { 0 });
        let words = if missing { "1 of 3 approvals missing." } else { "3 approvals there." };
        says(&ran, words);
    }
    let of_gitlab = json!({"approved_by": [{"user": {"username": "ada"}}, {"user": {"username": "bob"}}, {"user": {"username": "dee"}}]});
    let ran = check(&world, &of_gitlab, 0);
    says(
        &ran,
        "approved    critical: emea/Sales Manager deleteCalls\n            2 of 2, by ada, bob; owners: ada, bob, cy\n",
    );
    let files = ["approvals", "check", "plan.json", "--reviews", "reviews.json"];
    for (commit, author) in [("1111", "cy"), ("", "cy"), (COMMIT, ""), (COMMIT, "@")] {
        let more = ["--commit", commit, "--author", author];
        let _ = world.run(&[&files[..], &more].concat()).exits(64);
    }
    for wrong in [json!({"message": "Not Found"}), json!("x"), json!([{"user": {"login": "ada"}}])]
    {
        tells(&check(&world, &wrong, 3), "could not use the reviews reviews.json: ");
    }
}

#[test]
fn a_branch_needs_the_approvals_before_it_and_those_of_what_it_loosens() {
    let world = world();
    world.write("base/permctl.yaml", &format!("{BY_ID}{APPROVALS}"));
    world.write("base/profiles/emea/a.yaml", "profile: Sales Manager\n");
    world.write("base/profiles/amer/a.yaml", "profile: Collaborator\n");
    world.write("permctl.yaml", BY_ID);
    let ran = world.run(&["plan", "--base", "base", "--out", "plan.json"]).exits(0);
    says(
        &ran,
        "NEEDS approval \"critical\": emea/Sales Manager deleteCalls, the approval \"more access\" is taken out",
    );
    says(&ran, "the approval \"critical\" is taken out");
    // By what it was planned with, whatever the configuration says by now.
    tells(&check(&world, &json!([]), 6), "MISSING     more access: ");
    let mine =
        "approvals: [{name: critical, direction: broader, tier: critical, owners: [mallory]}]\n";
    world.write("permctl.yaml", &format!("{BY_ID}{mine}"));
    let ran = check(&world, &json!([review("mallory", "APPROVED", COMMIT)]), 6);
    tells(&ran, "approved    critical: ");
    tells(&ran, "0 of 2; owners: ada, bob, cy");
    // No setting changes, and a profile is no longer managed.
    world.write("permctl.yaml", &format!("{BY_ID}{APPROVALS}"));
    world.remove("profiles/emea/sales-manager.yaml");
    world.write("profiles/emea/b.yaml", "profile: Deal Desk\n");
    let ran = world.run(&["plan", "--base", "base"]).exits(0);
    says(&ran, "NEEDS approval \"more access\": emea/Sales Manager is no longer managed");
}

#[test]
fn on_days_of_a_freeze_only_what_narrows_is_applied() {
    let world = world();
    let freeze = |from: &str, to: &str| {
        let freeze = format!("freeze: {{from: {from}, to: {to}, reason: end of year}}\n");
        world.write("permctl.yaml", &format!("{BY_ID}{freeze}"));
    };
    world.write("profiles/emea/desk.yaml", "profile: Deal Desk\nsettings: {forecast: false}\n");
    freeze("2020-01-01", "2099-12-31");
    let ran = world.run(&["plan", "--out", "plan.json"]).exits(0);
    says(
        &ran,
        "  APPLY REFUSED by freeze: through 2099-12-31 nothing is applied but what narrows\n      at permctl.yaml:",
    );
    for arguments in [&["apply", "plan.json"][..], &["apply", "--auto-approve"]] {
        tells(&world.run(arguments).exits(6), "nothing was sent: refused by freeze");
    }
    assert_eq!(world.writes(), []);
    let ran = world.run(&["apply", "plan.json", "--only", "narrows"]).exits(0);
    says(&ran, "Applied: 0 created, 1 updated.");
    assert_eq!(live(&world, EMEA, "Deal Desk", "forecast"), json!(false));
    freeze("2020-01-01", "2020-12-31");
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(live(&world, EMEA, "Sales Manager", "deleteCalls"), json!(true));
}
