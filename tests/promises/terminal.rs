//! Promise 11 and the terminal: nobody is asked where nobody is, and no text drives a terminal.

use std::process::Stdio;

use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::json;

use super::{PROFILES, answer, reply, three_changes};
use crate::harness::World;

/// A name that would colour, reorder and hide.
const HOSTILE: &str = "Evil\u{1b}[31m\u{202e}nimda\u{200b}\n::error::x";

#[track_caller]
fn is_inert(text: &str) {
    let bad = text.chars().find(|c| {
        (c.is_control() && *c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{200b}')
    });
    assert_eq!(bad, None, "in\n{text:?}");
    assert!(!text.lines().any(|line| line.starts_with("::")), "{text}");
}

#[test]
fn an_apply_without_a_terminal_and_without_approval_sends_nothing() {
    let world = three_changes();
    let ran = world.run(&["apply"]).exits(64);
    assert!(ran.stderr.contains("nothing was sent"), "{}", ran.stderr);
    assert_eq!(world.writes(), []);
}

#[test]
fn output_to_a_pipe_and_under_no_color_has_no_colour() {
    let world = three_changes();
    world.write("profiles/emea/wrong.yaml", "profile: X\nsettings: {nothing: 1}\n");
    for environment in [&[("TERM", "xterm-256color")][..], &[("NO_COLOR", "1"), ("TERM", "xterm")]]
    {
        for arguments in [&["plan"][..], &["drift"], &["validate"]] {
            let ran = world.run_with(arguments, environment);
            assert!(!format!("{}{}", ran.stdout, ran.stderr).contains('\u{1b}'), "{arguments:?}");
        }
    }
    world.remove("profiles/emea/wrong.yaml");
    let forced = world.run_with(&["plan"], &[("CLICOLOR_FORCE", "1")]).exits(0);
    assert!(forced.stdout.contains('\u{1b}'), "there is colour to be left out");
}

#[test]
fn colour_and_words_beside_the_result_are_as_the_flags_say() {
    let world = three_changes();
    let colour = |flag: &str| {
        let forced = [("CLICOLOR_FORCE", "1")];
        let ran = world.run_with(&["plan", "--color", flag], &forced).exits(0);
        ran.stdout.contains('\u{1b}')
    };
    assert_eq!((colour("always"), colour("never")), (true, false));
    // A warning in the files, and where the plan is saved.
    world.write("profiles/emea/empty.yaml", "");
    let arguments = ["plan", "--out", "plan.json"];
    let ran = world.run(&arguments).exits(0);
    assert!(ran.stderr.contains("warning[") && ran.stderr.contains("saved as"), "{}", ran.stderr);
    let quiet = world.run(&[&arguments[..], &["--quiet"]].concat()).exits(0);
    assert_eq!((quiet.stderr.as_str(), quiet.stdout), ("", ran.stdout));
    world.write("profiles/emea/wrong.yaml", "profile: X\nsettings: {nothing: 1}\n");
    let ran = world.run(&["plan", "-q"]).exits(3);
    assert!(ran.stderr.contains("error[unknown-setting]"), "{}", ran.stderr);
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let world = three_changes();
    for arguments in
        [&["plan"][..], &["plan", "--format", "json"], &["drift", "--fail-on", "missing"]]
    {
        let mut command = world.command(arguments);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let ran = world.ran(child.wait_with_output().unwrap()).exits(0);
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    }
}

#[test]
fn promise_11_names_of_a_vendor_come_out_escaped() {
    let state = World::fresh().sandbox().state();
    let text = state.to_string().replace("\"Collaborator\"", &json!(HOSTILE).to_string());
    let text =
        text.replace("\"newThing\"", "\"x\"").replace("recordCallsOnMobile", "re\\u001b[2Jcord");
    let world = World::new(Some(serde_json::from_str(&text).unwrap()), &[]);
    for arguments in [&["plan"][..], &["drift"], &["import"], &["plan"], &["plan", "emea"]] {
        let ran = world.run(arguments);
        is_inert(&ran.stdout);
        is_inert(&ran.stderr);
    }
    // The imported files name it, so it is in changes and outcomes too.
    world.edit("EMEA Sales", HOSTILE, "aiBuilder", json!(true));
    world.edit("EMEA Sales", HOSTILE, "description", json!(HOSTILE));
    for arguments in [
        &["plan", "--out", "plan.json"][..],
        &["show", "plan.json"],
        &["drift"],
        &["apply", "plan.json"],
    ] {
        let ran = world.run(arguments);
        is_inert(&ran.stdout);
        is_inert(&ran.stderr);
        assert!(ran.stdout.contains("Evil\\u{1b}[31m"), "{arguments:?}\n{}", ran.stdout);
    }
}

#[test]
fn promise_11_names_in_files_and_words_of_errors_come_out_escaped() {
    let world = three_changes();
    world.write(
        "profiles/emea/evil.yaml",
        "profile: \"Evil\\e[31m\\u202e\"\nnew: true\nsettings:\n  callsAccess: {permissionLevel: own, teamLeadIds: [\"a\\e[2J@b\\u202e\"]}\n",
    );
    for arguments in [&["plan"][..], &["drift"], &["validate"], &["plan", "emea/\u{1b}[2J*"]] {
        let ran = world.run(arguments);
        is_inert(&ran.stdout);
        is_inert(&ran.stderr);
    }
    answer(&world, "GET", PROFILES, reply(403, json!({"errors": [HOSTILE], "requestId": HOSTILE})));
    let ran = world.run(&["plan"]).exits(4);
    is_inert(&ran.stdout);
}

/// What runners take for commands: `::` where a line begins, `##[` and `##vso[` anywhere in it.
fn is_command(line: &str) -> bool {
    let command = line.trim_start();
    (command.starts_with("::") && !command.starts_with(":::"))
        || line.contains("##[")
        || line.contains("##vso[")
}

#[test]
fn promise_11_no_line_can_be_taken_for_a_command_of_a_ci_system() {
    let world = super::three_changes();
    let name = "::stop-commands::x ##[set-output name=plan]x";
    let text = "one\n::error::two\n##[error]three\n##vso[build.addbuildtag]x\n";
    world.edit("EMEA Sales", "Collaborator", "description", serde_json::json!(text));
    world.edit("EMEA Sales", "Collaborator", "name", serde_json::json!(name));
    world.write(
        "profiles/emea/collaborator.yaml",
        &format!(
            "profile: \"{name}\"\ndescription: |\n  one\n  ::error::two\n  ##[error]three\n  four\n"
        ),
    );
    let mut said = Vec::new();
    let mut run = |arguments: &[&str], code| {
        let ran = world.run(arguments).exits(code);
        said.extend(ran.stdout.lines().chain(ran.stderr.lines()).map(str::to_owned));
    };
    for format in ["text", "markdown", "json"] {
        run(&["drift", "--format", format, "-vv", "--log-format", "json"], 2);
        run(&["plan", "--out", "plan.json", "--format", format], 0);
        run(&["show", "plan.json", "--format", format], 0);
    }
    run(&["apply", "plan.json"], 0);
    run(&["apply", "plan.json"], 0);
    let wrong = "profile: Wrong\nnothing: \"a ##[error]four\"\n\"::error::five\": 1\n";
    world.write("profiles/emea/wrong.yaml", wrong);
    run(&["validate"], 3);
    assert!(said.iter().any(|line| line.contains("::stop-commands::x #\\u{23}[set-output")));
    assert!(said.iter().any(|line| line.contains("#\\u0023[error]three")));
    assert!(said.iter().any(|line| line.contains("::error::two")));
    assert!(said.iter().any(|line| line.contains("a #\\u{23}[error]four")));
    let commands: Vec<&String> = said.iter().filter(|line| is_command(line)).collect();
    assert_eq!(commands, Vec::<&String>::new());
}

#[test]
fn promise_11_no_name_means_anything_in_a_plan_in_markdown_and_it_ends_with_its_digest() {
    let world = three_changes();
    world.edit(
        "EMEA Sales",
        "Collaborator",
        "name",
        json!("````\n# [x](https://evil.example) | <b>"),
    );
    world.write(
        "profiles/emea/new.yaml",
        "profile: \"`` [y](https://evil.example) | @team <i>\"\nsettings: {deals: true}\n",
    );
    let ran = world.run(&["plan", "--out", "plan.json", "--format", "markdown"]).exits(0);
    let links = Parser::new_ext(&ran.stdout, Options::all()).filter(|event| match event {
        Event::Start(Tag::Link { .. } | Tag::Image { .. }) | Event::InlineHtml(_) => true,
        Event::Html(html) => {
            let ours = [
                "<!-- permctl:plan -->",
                "<details><summary>Every setting</summary>",
                "</details>",
            ];
            !ours.contains(&html.trim())
        }
        _ => false,
    });
    assert_eq!(links.collect::<Vec<_>>(), [], "{}", ran.stdout);
    assert!(ran.stdout.contains("[x]") && ran.stdout.contains("@team"), "{}", ran.stdout);
    let digest = world.run(&["show", "plan.json"]).exits(0).stderr;
    let digest = digest.trim().trim_start_matches("digest ");
    let end = format!("\n</details>\n\nThe digest of this plan: `{digest}`\n");
    assert!(ran.stdout.ends_with(&end), "{}", ran.stdout);
    // What is wrong with the files is said there too, since a comment is all that people see.
    world.write("profiles/emea/wrong.yaml", "profile: Wrong\ncolour: ```\n");
    let ran = world.run(&["plan", "--format", "markdown"]).exits(3);
    assert!(ran.stdout.contains("\n\n````text\nerror"), "{}", ran.stdout);
}

#[test]
fn a_name_can_not_look_like_two_names() {
    let world = three_changes();
    world.edit("EMEA Sales", "Sales Representative", "name", json!("x\", \"y"));
    world.edit("AMER Sales", "Sales Representative", "name", json!("back\\slash"));
    let ran = world.run(&["plan"]).exits(0);
    super::says(&ran, r#", "x\", \"y""#);
    super::says(&ran, r#""back\\slash""#);
}

#[test]
fn promise_11_ids_of_a_vendor_and_words_of_a_plan_come_out_escaped() {
    let world = three_changes();
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let mut plan: serde_json::Value = serde_json::from_str(&world.read("plan.json")).unwrap();
    plan["cost"][0]["tenant"] = json!(HOSTILE);
    plan["not_read"] = json!([{"tenant": HOSTILE, "workspace": HOSTILE, "error": HOSTILE, "hint": HOSTILE, "files": false}]);
    world.write("plan.json", &plan.to_string());
    for format in ["text", "markdown"] {
        let ran = world.run_with(
            &["show", "plan.json", "--format", format],
            &[("CLICOLOR_FORCE", "1"), ("TERM", "xterm")],
        );
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains("Evil\\u{1b}[31m\\u{202e}nimda"), "{said}");
        assert!(!said.contains("\u{1b}[31mnimda") && !said.contains('\u{202e}'), "{said:?}");
        assert!(!said.lines().any(|line| line.starts_with("::")), "{said}");
    }
    let vendor = json!({"requestId": "r", "workspaces": [
        {"id": HOSTILE, "name": "EMEA Sales", "description": ""},
        {"id": "861402275930418857", "name": "AMER Sales", "description": ""},
    ]});
    world.write("permctl.yaml", &crate::harness::config("gong"));
    answer(&world, "GET", "/v2/workspaces", reply(200, vendor));
    for arguments in [&["plan"][..], &["drift"]] {
        let ran = world.run(arguments);
        is_inert(&ran.stdout);
        is_inert(&ran.stderr);
    }
}

#[test]
fn a_report_that_stdout_does_not_take_is_on_stderr() {
    let world = three_changes();
    let _ = world.run(&["plan", "--out", "plan.json"]).exits(0);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("there is one");
    let mut command = world.command(&["apply", "plan.json"]);
    let output = command.stdout(full).output().expect("it starts");
    let ran = world.ran(output);
    assert!(ran.stderr.contains("Applied: 0 created, 3 updated."), "{}", ran.stderr);
    assert!(ran.stderr.contains("No space left"), "{}", ran.stderr);
}

#[test]
fn promise_11_json_is_the_same_data_whatever_a_name_hides() {
    let world = three_changes();
    let name = "Sales\u{202e}Rep\u{200b}\u{7f}\u{85}\u{e0041} ::x ##[error]y";
    world.edit("EMEA Sales", "Collaborator", "name", json!(name));
    let written = json!(name).to_string().replace('\u{85}', "\\N").replace('\u{7f}', "\\x7f");
    world.write(
        "profiles/emea/collaborator.yaml",
        &format!("profile: {written}\nsettings: {{aiBuilder: true}}\n"),
    );
    for arguments in [&["plan", "--out", "plan.json"][..], &["show", "plan.json"], &["drift"]] {
        let ran = world.run(&[arguments, &["--format", "json"]].concat());
        is_inert(&ran.stdout);
        let said: serde_json::Value = serde_json::from_str(&ran.stdout).expect("it is JSON");
        assert!(said.to_string().contains(&json!(name).to_string()), "{arguments:?}\n{said}");
    }
}

#[test]
fn a_name_with_letters_that_look_like_others_is_told_apart() {
    let world = three_changes();
    world.write(
        "profiles/emea/admin.yaml",
        "profile: Busin\u{435}ss Admin\nnew: true\nsettings: {aiBuilder: true}\n",
    );
    let ran = world.run(&["plan"]).exits(0);
    super::says(&ran, r#"create "Busin\u{435}ss Admin" ("#);
}
