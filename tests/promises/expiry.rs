//! Values that expire: what they are afterwards, who is told, and that nothing else moves.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::{Value as Json, json};

use super::{AMER, BY_ID, EMEA, live, says};
use crate::harness::{Ran, World};

/// Runs the program on a day.
fn on(world: &World, day: Date, arguments: &[&str]) -> Ran {
    world.run_with(arguments, &[("PERMCTL_TEST_DAY", &day.to_string())])
}

/// Describes one profile of EMEA as it is on a fresh tenant, and these settings of it.
fn described(settings: &str) -> World {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    let text = format!("profile: Collaborator\nsettings:\n{settings}");
    world.write("profiles/emea/collaborator.yaml", &text);
    world
}

const LAST: Date = date(2027, 3, 31);

const GRANT: &str = "  aiBuilder: {value: true, until: 2027-03-31, reason: audit}\n";

#[test]
fn a_grant_holds_through_its_last_day_and_goes_to_its_narrowest_value_after_it() {
    let world = described(GRANT);
    let ran = on(&world, date(2027, 1, 1), &["apply", "--auto-approve"]).exits(0);
    says(&ran, "aiBuilder  off -> on  # line 3, until 2027-03-31: audit");
    let ran = on(&world, LAST, &["drift", "--fail-on", "expired,changed"]).exits(0);
    says(&ran, "Drift: 0 changed, 0 missing, 11 unmanaged; 1 as the files say.");
    // The tenant says nothing of what is not listed, and the value ends all the same.
    let next = LAST.tomorrow().expect("a day");
    let ran = on(&world, next, &["drift", "--fail-on", "changed"]).exits(0);
    says(&ran, "~ expired Collaborator (broader live)");
    says(&ran, "aiBuilder  on live, off in the files  # expired, line 3");
    says(&ran, "1 expired");
    let _ = on(&world, next, &["drift", "--fail-on", "expired"]).exits(2);
    let _ = on(&world, next, &["apply", "--auto-approve"]).exits(0);
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(false));
    says(&on(&world, next, &["plan"]).exits(0), "Nothing to do");
}

#[test]
fn the_files_say_when_a_day_is_near_and_when_it_has_passed() {
    let world = described(GRANT);
    for (days, code, words) in [
        (-15, 0, ""),
        (-14, 0, "warning[expires-soon]: `aiBuilder` expires in 14 days, after 2027-03-31"),
        (-1, 0, "`aiBuilder` expires tomorrow, after 2027-03-31"),
        (0, 0, "`aiBuilder` expires today"),
        (1, 0, "warning[expired]: `aiBuilder` expired on 2027-03-31"),
        (30, 0, "warning[expired]"),
        (31, 3, "error[expired-long-ago]: `aiBuilder` expired on 2027-03-31, 31 days ago"),
    ] {
        let ran = on(&world, LAST + days.days(), &["validate"]).exits(code);
        says(&ran, words);
        assert_eq!(ran.stdout.contains("expire"), !words.is_empty(), "{days}: {}", ran.stdout);
    }
}

#[test]
fn what_a_long_form_lacks_is_said() {
    for (settings, words) in [
        (
            "  aiBuilder: {value: true, until: 2027-03-31}\n",
            "expires on 2027-03-31 and has no reason",
        ),
        ("  aiBuilder: {until: 2027-03-31, reason: audit}\n", "the long form has no `value`"),
        ("  aiBuilder: {value: true, then: false}\n", "has `then` and no day"),
        ("  aiBuilder: {value: true, untill: 2027-03-31}\n", "did you mean `until`?"),
        (
            "  aiBuilder: {value: true, until: 2027-02-30, reason: a}\n",
            "there is no day 2027-02-30",
        ),
        (
            "  aiBuilder: {value: maybe, until: 2027-03-31, reason: a}\n",
            "must be `true` or `false`",
        ),
        (
            "  callsAccess:\n    permissionLevel: {value: all, until: 2027-03-31, reason: a}\n    teamLeadIds: []\n",
            "`callsAccess.permissionLevel` expires on 2027-03-31, and `callsAccess.teamLeadIds` stays",
        ),
    ] {
        let world = described(settings);
        let ran = on(&world, date(2027, 1, 1), &["validate"]).exits(3);
        says(&ran, words);
        assert_eq!(ran.stdout.matches("error[").count(), 1, "{}", ran.stdout);
    }
}

#[test]
fn settings_that_belong_together_expire_together() {
    let world = described(
        "  callsAccess:\n    value: {permissionLevel: all}\n    then: {permissionLevel: own}\n    \
         until: 2027-03-31\n    reason: handover\n",
    );
    let _ = on(&world, LAST, &["apply", "--auto-approve"]).exits(0);
    assert_eq!(live(&world, EMEA, "Collaborator", "callsAccess.permissionLevel"), json!("all"));
    let next = LAST.tomorrow().expect("a day");
    let ran = on(&world, next, &["apply", "--only", "expired", "--auto-approve"]).exits(0);
    says(&ran, "callsAccess.permissionLevel  all -> own  # expired, line 5");
    assert_eq!(live(&world, EMEA, "Collaborator", "callsAccess.permissionLevel"), json!("own"));
}

#[test]
fn without_its_lines_a_value_is_what_the_base_states() {
    let world = described(GRANT);
    let base = "base: reader\nprovider: gong\nsettings: {aiBuilder: false, forecast: true}\n";
    world.write("profiles/bases/reader.yaml", base);
    let text = world.read("profiles/emea/collaborator.yaml");
    let text = text.replace("settings:", "extends: reader\nsettings:");
    world.write("profiles/emea/collaborator.yaml", &text);
    let _ = on(&world, LAST, &["apply", "--auto-approve"]).exits(0);
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(true));
    let next = LAST.tomorrow().expect("a day");
    let ran = on(&world, next, &["plan"]).exits(0);
    says(&ran, "aiBuilder  on -> off  # profiles/bases/reader.yaml:3");
    says(&on(&world, next, &["drift"]).exits(2), "1 expired");
}

#[test]
fn a_member_of_a_set_and_one_of_a_list_expire_by_themselves() {
    let world = World::fresh();
    let lists = "lists:\n  leads:\n    - ada.lovelace@acme.example\n    - {value: \
                 grace.hopper@acme.example, until: 2027-03-31, reason: covers for Ada}\n";
    world.write("permctl.yaml", &format!("{BY_ID}{lists}"));
    world.write(
        "profiles/emea/collaborator.yaml",
        "profile: Collaborator\nsettings:\n  callsAccess:\n    permissionLevel: managers-team\n    \
         teamLeadIds: [list:leads, {value: katherine.johnson@acme.example, until: 2027-03-15, reason: trial}]\n",
    );
    let leads = |day: Date| {
        let _ = on(&world, day, &["apply", "--auto-approve"]).exits(0);
        let ids = live(&world, EMEA, "Collaborator", "callsAccess.teamLeadIds");
        ids.as_array().map_or(0, Vec::len)
    };
    assert_eq!(leads(date(2027, 3, 15)), 3);
    assert_eq!(leads(date(2027, 3, 16)), 2);
    assert_eq!(leads(date(2027, 3, 31)), 2);
    says(&on(&world, date(2027, 4, 1), &["drift"]).exits(2), "1 expired");
    assert_eq!(leads(date(2027, 4, 1)), 1);
}

#[test]
fn only_expired_leaves_what_was_changed_by_hand() {
    let world = described(&format!(
        "{GRANT}  forecast: false\n  market: {{value: true, until: 2027-03-31, reason: fair}}\n"
    ));
    let _ = on(&world, LAST, &["apply", "--auto-approve"]).exits(0);
    // An emergency, beside what expires; and one of the values that expire is not as it was.
    world.edit(EMEA, "Collaborator", "forecast", json!(true));
    world.edit(EMEA, "Collaborator", "market", json!(false));
    let next = LAST.tomorrow().expect("a day");
    let ran = on(&world, next, &["drift"]).exits(2);
    says(&ran, "~ changed Collaborator");
    says(&ran, "~ expired Collaborator");
    says(&ran, "1 changed");
    says(&ran, "1 expired");
    let ran = on(&world, next, &["apply", "--only", "expired", "--auto-approve"]).exits(0);
    says(&ran, "Left out by `--only`: 1 change.");
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(false));
    assert_eq!(live(&world, EMEA, "Collaborator", "forecast"), json!(true));
    // Nothing is left that a day asks for.
    world.sandbox().set_options(|options| options.refuse_writes = true);
    let _ = on(&world, next, &["apply", "--only", "expired", "--auto-approve"]).exits(0);
}

#[test]
fn a_saved_plan_is_not_applied_after_the_day_through_which_it_holds() {
    let world = described(GRANT);
    let ran = on(&world, date(2027, 3, 1), &["plan", "--out", "plan.json"]).exits(0);
    says(&ran, "It can be applied through 2027-03-31; then something in the files expires.");
    let plan: Json = serde_json::from_str(&world.read("plan.json")).expect("JSON");
    assert_eq!(plan["valid_through"], "2027-03-31");
    let next = LAST.tomorrow().expect("a day");
    let ran = on(&world, next, &["apply", "plan.json"]).exits(5);
    assert!(ran.stderr.contains("could be applied through 2027-03-31"), "{}", ran.stderr);
    let _ = on(&world, LAST, &["apply", "plan.json"]).exits(0);
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(true));
}

#[test]
fn the_plan_of_another_day_is_shown_and_can_not_be_applied() {
    let world = described(GRANT);
    let _ = on(&world, date(2027, 3, 1), &["apply", "--auto-approve"]).exits(0);
    let later = ["plan", "--as-of", "2027-04-01"];
    let ran = on(&world, date(2027, 3, 1), &later).exits(0);
    says(&ran, "aiBuilder  on -> off  # expired, line 3");
    says(&ran, "This is the plan of 2027-04-01; it can't be saved or applied.");
    let _ = world.run(&[&later[..], &["--out", "plan.json"]].concat()).exits(64);
    let ran = on(&world, date(2027, 3, 1), &[&later[..], &["--format", "json"]].concat()).exits(0);
    world.write("plan.json", &ran.stdout);
    let ran = on(&world, date(2027, 3, 1), &["apply", "plan.json"]).exits(5);
    assert!(ran.stderr.contains("this is the plan of another day"), "{}", ran.stderr);
}

#[test]
fn a_retired_profile_grants_nothing_from_its_day_on_and_is_made_by_nothing() {
    let world = described("  aiBuilder: true\n");
    let text = world.read("profiles/emea/collaborator.yaml");
    let retired = "retired: {since: 2027-04-01, reason: merged}\nsettings:";
    world.write("profiles/emea/collaborator.yaml", &text.replace("settings:", retired));
    let gone = "profile: Never There\nretired: {since: 2027-01-01, reason: merged}\n";
    world.write("profiles/emea/gone.yaml", gone);
    let ran = on(&world, LAST, &["apply", "--auto-approve"]).exits(0);
    says(&ran, "\"Never There\" is retired and not live");
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(true));
    let ran = on(&world, date(2027, 4, 1), &["apply", "--auto-approve"]).exits(0);
    says(&ran, "aiBuilder");
    says(&ran, "on -> off  # retired, line 2");
    assert!(ran.stderr.contains("so its settings have no effect"), "{}", ran.stderr);
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(false));
    assert_eq!(live(&world, EMEA, "Collaborator", "callsAndSearch"), json!(false));
    says(&on(&world, date(2027, 4, 1), &["plan"]).exits(0), "Nothing to do");
}

#[test]
fn an_old_line_does_not_keep_the_nightly_job_from_what_has_expired() {
    let world =
        described(&format!("{GRANT}  market: {{value: true, until: 2027-05-31, reason: fair}}\n"));
    let _ = on(&world, LAST, &["apply", "--auto-approve"]).exits(0);
    let later = date(2027, 6, 1);
    let _ = on(&world, later, &["plan"]).exits(3);
    let ran = on(&world, later, &["drift", "--fail-on", "expired"]).exits(2);
    says(&ran, "~ expired Collaborator");
    assert!(ran.stderr.contains("warning[expired-long-ago]"), "{}", ran.stderr);
    let _ = on(&world, later, &["apply", "--only", "expired", "--auto-approve"]).exits(0);
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(false));
    assert_eq!(live(&world, EMEA, "Collaborator", "market"), json!(false));
}

#[test]
fn retirement_is_what_a_day_asks_for() {
    let world = described("  aiBuilder: true\n");
    let _ = on(&world, LAST, &["apply", "--auto-approve"]).exits(0);
    let text = "profile: Collaborator\nretired: {since: 2027-04-01, reason: merged}\nsettings: {aiBuilder: true, market: true}\n";
    world.write("profiles/emea/collaborator.yaml", text);
    let ran = on(&world, LAST, &["plan", "--out", "plan.json"]).exits(0);
    says(&ran, "It can be applied through 2027-03-31");
    let next = LAST.tomorrow().expect("a day");
    let _ = on(&world, next, &["apply", "plan.json"]).exits(5);
    says(&on(&world, next, &["drift", "--fail-on", "changed"]).exits(0), "~ expired Collaborator");
    let _ = on(&world, next, &["apply", "--only", "expired", "--auto-approve"]).exits(0);
    assert_eq!(live(&world, EMEA, "Collaborator", "aiBuilder"), json!(false));
}

#[test]
fn what_the_vendor_would_refuse_of_a_retired_profile_stays() {
    let world = World::of("webex", None, &[]);
    world.write(
        "profiles/center/old.yaml",
        "profile: EMEA Supervisor\nretired: {since: 2026-11-01, reason: merged}\n",
    );
    let ran = on(&world, LAST, &["plan"]).exits(0);
    says(&ran, "permissions.queue                    VIEW -> NONE  # retired, line 2");
    let _ = on(&world, LAST, &["apply", "--only", "expired", "--auto-approve"]).exits(0);
    says(&on(&world, LAST, &["plan"]).exits(0), "Nothing to do");
}

#[test]
fn a_nightly_job_shows_what_has_expired_alone() {
    let world = described(&format!("{GRANT}  forecast: false\n"));
    let _ = on(&world, LAST, &["apply", "--auto-approve"]).exits(0);
    world.edit(EMEA, "Collaborator", "forecast", json!(true));
    let nightly = ["apply", "--only", "expired", "--auto-approve"];
    let ran = on(&world, LAST, &nightly).exits(0);
    says(&ran, "Left out by `--only`: 1 change.");
    assert!(!ran.stdout.contains("forecast"), "{}", ran.stdout);
    let ran = on(&world, LAST.tomorrow().expect("a day"), &nightly).exits(0);
    says(&ran, "aiBuilder  on -> off  # expired, line 3, until 2027-03-31");
    assert!(!ran.stdout.contains("forecast"), "{}", ran.stdout);
}

/// The last day of the grant of each profile, in a year of which every day is run.
const ENDS: [(&str, &str, &str, Date); 5] = [
    ("emea", "Collaborator", "aiBuilder", date(2027, 1, 31)),
    ("emea", "Sales Manager", "market", date(2027, 2, 28)),
    ("amer", "Collaborator", "aiBuilder", date(2027, 2, 28)),
    ("emea", "Deal Desk", "aiBuilder", date(2027, 6, 30)),
    ("amer", "Sales Manager", "aiBuilder", date(2027, 12, 30)),
];

#[test]
fn over_a_year_each_grant_goes_after_its_day_and_nothing_else_moves() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    let path = |workspace: &str, profile: &str| format!("profiles/{workspace}/{profile}.yaml");
    for (workspace, profile, setting, last) in ENDS {
        let text = format!(
            "profile: {profile}\nnew: true\nsettings:\n  {setting}: {{value: true, until: {last}, reason: trial}}\n"
        );
        world.write(&path(workspace, profile), &text);
    }
    let mut day = date(2027, 1, 1);
    let _ = on(&world, day, &["apply", "--auto-approve"]).exits(0);
    // By hand, and none of a nightly job's business.
    world.edit(EMEA, "Business Admin", "description", json!("by hand"));
    let mut before = world.sandbox().state()["profiles"].clone();
    while day.year() == 2027 {
        let due = ENDS.map(|(_, _, _, last)| last.tomorrow().ok() == Some(day));
        if due.contains(&true) {
            let ran = on(&world, day, &["drift", "--fail-on", "changed"]).exits(0);
            says(&ran, "~ expired");
        }
        let _ = on(&world, day, &["apply", "--only", "expired", "--auto-approve"]).exits(0);
        let mut after = world.sandbox().state()["profiles"].clone();
        for ((workspace, profile, setting, last), is_due) in ENDS.into_iter().zip(due) {
            let granted = value(&mut after, workspace, profile, setting);
            assert_eq!(*granted, json!(day <= last), "{workspace}/{profile} on {day}");
            if is_due {
                // As it was the day before, so that the rest can be compared; and the files as they are asked for.
                *granted = json!(true);
                world.write(&path(workspace, profile), &format!("profile: {profile}\n"));
            }
        }
        assert_eq!(before, after, "on {day}");
        before = world.sandbox().state()["profiles"].clone();
        day = day.tomorrow().expect("a day");
    }
}

/// Returns a value in the profiles of a state.
fn value<'a>(
    profiles: &'a mut Json,
    workspace: &str,
    profile: &str,
    setting: &str,
) -> &'a mut Json {
    let id = if workspace == "emea" { EMEA } else { AMER };
    let mut all = profiles[id].as_array_mut().expect("a list").iter_mut();
    &mut all.find(|document| document["name"] == profile).expect("it is live")[setting]
}
