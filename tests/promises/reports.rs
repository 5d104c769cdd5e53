//! `--report`: what CI systems and notifications get, of every command and every ending.

use serde_json::{Value as Json, json};

use super::{BY_ID, tells};
use crate::harness::{Ran, World};

const ALL: [(&str, &str); 7] = [
    ("text", "r.txt"),
    ("markdown", "r.md"),
    ("json", "r.json"),
    ("gitlab", "gitlab.json"),
    ("gitlab-quality", "quality.json"),
    ("slack", "slack.json"),
    ("webhook", "event.json"),
];

fn world() -> World {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write(
        "profiles/emea/sales-manager.yaml",
        "profile: Sales Manager\nsettings: {deleteCalls: true, library: false}\n",
    );
    world.write("profiles/emea/new.yaml", "profile: Brand New\nsettings: {deals: true}\n");
    world.write("profiles/amer/a.yaml", "profile: Collaborator\n");
    world
}

/// Runs a command with every report, and as a step of GitHub Actions.
fn run(world: &World, arguments: &[&str]) -> Ran {
    for file in ["summary.md", "outputs"] {
        world.write(file, "");
    }
    let reports: Vec<String> =
        ALL.iter().map(|(format, path)| format!("{format}={path}")).collect();
    let mut all = arguments.to_vec();
    reports.iter().for_each(|report| all.extend(["--report", report]));
    all.extend(["--report", "github"]);
    let path = |file: &str| world.folder().join(file).display().to_string();
    let (summary, outputs) = (path("summary.md"), path("outputs"));
    world.run_with(&all, &[("GITHUB_STEP_SUMMARY", &summary), ("GITHUB_OUTPUT", &outputs)])
}

fn json_of(world: &World, path: &str) -> Json {
    serde_json::from_str(&world.read(path)).expect("it is JSON")
}

fn output(world: &World, name: &str) -> String {
    let outputs = world.read("outputs");
    let mut lines = outputs.lines().filter_map(|line| line.split_once('='));
    lines.find(|(key, _)| *key == name).expect("it is there").1.to_owned()
}

#[test]
fn a_plan_is_told_to_each_system_in_its_own_form() {
    let world = world();
    world.write("permctl.yaml", &format!("{BY_ID}guards: {{protected: [Sales Manager]}}\napprovals: [{{name: more, direction: broader, owners: [ada]}}]\n"));
    let ran = run(&world, &["plan", "--out", "plan.json"]).exits(6);
    // Errors first; each with its line.
    let commands = ran.stderr.lines().filter(|it| it.starts_with("::"));
    // The vendor has settings that this version does not know.
    let commands: Vec<&str> = commands.filter(|it| !it.contains("unknown-member-on")).collect();
    assert_eq!(
        commands,
        [
            "::error file=permctl.yaml,line=11,title=permctl%3A protected::emea: \"Sales Manager\" would change and is protected; take the change out, or add an exception with a reason",
            "::warning file=profiles/emea/sales-manager.yaml,line=2,title=permctl%3A critical::emea/Sales Manager: 6 people can now delete calls and their recordings",
            "::notice file=permctl.yaml,line=12,title=permctl%3A approval \"more\"::emea/Sales Manager deleteCalls, emea/Brand New deals; 1 of the owners has to approve; the author is none of them",
        ]
    );
    let plan = json_of(&world, "plan.json");
    let digest = plan["digest"].as_str().expect("a digest");
    assert_eq!(output(&world, "digest"), digest);
    for (name, value) in [
        ("kind", "plan"),
        ("changes", "true"),
        ("refused", "true"),
        ("people", "6"),
        ("broader", "2"),
        ("critical", "1"),
        ("approvals", "more"),
    ] {
        assert_eq!(output(&world, name), value, "{name}");
    }
    assert!(
        output(&world, "verdict")
            .starts_with("Refused by 1 gate · more access for 6 people in 2 profiles")
    );
    assert_eq!(world.read("summary.md"), world.read("r.md"));
    assert!(
        world
            .read("r.md")
            .starts_with("<!-- permctl:plan -->\n### permctl: refused by 1 gate · more access")
    );
    assert!(ran.stdout.starts_with(&world.read("r.txt")), "{}", world.read("r.txt"));
    assert_eq!(json_of(&world, "r.json")["digest"], digest);
    assert_eq!(json_of(&world, "gitlab.json"), json!({"create": 1, "update": 1, "delete": 0}));
    let event = json_of(&world, "event.json");
    assert_eq!((&event["kind"], &event["refused"]), (&json!("plan"), &json!(true)));
    // The same name as in the report.
    let differences = json_of(&world, "r.json")["review"]["differences"].as_array().cloned();
    let critical = differences.unwrap_or_default().into_iter().find(|it| it["tier"] == "critical");
    assert_eq!(event["remarks"][1]["id"], critical.expect("one is critical")["id"]);
    let quality = json_of(&world, "quality.json");
    assert_eq!(
        quality[1]["location"],
        json!({"path": "profiles/emea/sales-manager.yaml", "lines": {"begin": 2}})
    );
    assert_eq!(
        (&quality[1]["severity"], &quality[1]["fingerprint"]),
        (&json!("major"), &event["remarks"][1]["id"])
    );
    let slack = json_of(&world, "slack.json");
    let kinds: Vec<&Json> =
        slack["blocks"].as_array().expect("blocks").iter().map(|it| &it["type"]).collect();
    assert_eq!(kinds, ["header", "section", "section", "section", "section", "section", "context"]);
}

#[test]
fn every_ending_is_told() {
    let world = world();
    let _ = run(&world, &["apply", "--auto-approve"]).exits(0);
    assert_eq!(
        (output(&world, "kind"), output(&world, "verdict")),
        ("apply".to_owned(), "1 created, 1 updated".to_owned())
    );
    let _ = run(&world, &["drift"]).exits(2);
    assert_eq!(
        (output(&world, "kind"), output(&world, "changes")),
        ("drift".to_owned(), "true".to_owned())
    );
    // The files are wrong, the vendor does not answer, the command line makes no sense.
    world.write("profiles/emea/wrong.yaml", "profile: A\nsettings: {dealz: true}\n");
    let ran = run(&world, &["plan"]).exits(3);
    tells(
        &ran,
        "::error file=profiles/emea/wrong.yaml,line=2,title=permctl%3A unknown-setting::there is no setting `dealz`; ",
    );
    assert!(world.read("r.md").starts_with("<!-- permctl:plan -->\n### permctl: no plan, "));
    assert_eq!(json_of(&world, "r.json")["findings"][0]["code"], "unknown-setting");
    world.remove("profiles/emea/wrong.yaml");
    let ran = run(&world, &["plan", "nowhere"]).exits(64);
    tells(&ran, "::error title=permctl%3A stopped::`nowhere` selects no tenant");
    assert_eq!(json_of(&world, "r.json")["exit"], 64);
    assert_eq!(output(&world, "kind"), "stopped");
    world.write("permctl.yaml", &format!("{BY_ID}guards: {{protected: [Deal Desk]}}\n"));
    world.write("profiles/emea/desk.yaml", "profile: Deal Desk\nsettings: {forecast: false}\n");
    let _ = run(&world, &["apply", "--auto-approve"]).exits(6);
    assert_eq!(
        (output(&world, "kind"), output(&world, "refused")),
        ("plan".to_owned(), "true".to_owned())
    );
    let _ = run(&world, &["validate"]).exits(0);
    assert_eq!(output(&world, "verdict"), "nothing wrong");
}

#[test]
fn no_name_is_a_command_a_link_or_a_person_in_a_report() {
    let world = world();
    let name = "x\\n::error file=a::b, <!channel> <https://evil.example|y>";
    world.write(
        "profiles/emea/odd.yaml",
        &format!("profile: \"{name}\"\nsettings: {{deleteCalls: true}}\n"),
    );
    let ran = run(&world, &["plan"]).exits(0);
    let commands = ran.stderr.lines().filter(|line| line.trim_start().starts_with("::"));
    assert!(commands.clone().count() > 0);
    for command in commands {
        let known = [
            "::warning file=profiles/emea/",
            "::notice file=profiles/emea/",
            "::warning title=permctl%3A unknown-member-on::",
        ];
        assert!(known.iter().any(|it| command.starts_with(it)), "{command}");
    }
    assert!(world.read("outputs").lines().all(|line| {
        line.split_once('=').is_some_and(|(name, _)| name.chars().all(char::is_lowercase))
    }));
    for text in json_of(&world, "slack.json")["blocks"].as_array().expect("blocks") {
        assert!(!text.to_string().contains("mrkdwn"), "{text}");
    }
    // Six people have the profile, and no report names one.
    let _ = run(&world, &["plan", "--holders", "all"]).exits(0);
    for (_, path) in ALL {
        assert!(!world.read(path).contains("@acme.example"), "{path}: {}", world.read(path));
    }
    let _ = run(&world, &["plan", "--holder-names"]).exits(0);
    assert!(world.read("r.json").contains("@acme.example"));
}

#[test]
fn more_than_a_system_shows_is_counted() {
    let world = world();
    for at in 0..30 {
        let file = format!("profile: New {at}\nnew: true\nsettings: {{deleteCalls: true}}\n");
        world.write(&format!("profiles/emea/new-{at}.yaml"), &file);
    }
    let ran = run(&world, &["plan"]).exits(0);
    let warnings: Vec<&str> = ran.stderr.lines().filter(|it| it.starts_with("::warning")).collect();
    assert_eq!(
        (warnings.len(), warnings[9]),
        (10, "::warning::24 more; the summary of the job has them")
    );
    let blocks = json_of(&world, "slack.json")["blocks"].as_array().expect("blocks").len();
    assert_eq!(blocks, 12, "a header, ten remarks and what is beside them");
    assert_eq!(json_of(&world, "quality.json").as_array().map(Vec::len), Some(33));
}

#[test]
fn lines_are_those_of_the_repository_where_checkouts_lie_beside_each_other() {
    let world = world();
    for file in ["permctl.yaml", "profiles/amer/a.yaml"] {
        world.write(&format!("base/{file}"), &world.read(file));
    }
    let manager = "profiles/emea/sales-manager.yaml";
    world.write(&format!("head/{manager}"), &world.read(manager));
    world.write("head/profiles/amer/a.yaml", "profile: Collaborator\n");
    let ran =
        run(&world, &["plan", "--config", "base/permctl.yaml", "--profiles", "head/profiles"])
            .exits(0);
    tells(&ran, "::warning file=profiles/emea/sales-manager.yaml,line=2,");
    let ran = world.run(&["plan", "--report", "junit=x"]).exits(64);
    tells(
        &ran,
        "the formats are text, markdown, json, github, gitlab, gitlab-quality, slack, webhook",
    );
    tells(&world.run(&["plan", "--report", "json"]).exits(64), "write where it goes: `json=PATH`");
}
