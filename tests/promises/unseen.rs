//! What looks equal and is not: it is shown so that it can be seen, or is no difference.

use serde_json::json;

use super::{EMEA, live, says};
use crate::harness::World;

/// A vendor with descriptions, a workspace of it, its name at the vendor and a live profile.
const DESCRIBED: [(&str, &str, &str, &str); 4] = [
    ("helpdesk", "desk", "desk", "Agent"),
    ("gong", "emea", "EMEA Sales", "Collaborator"),
    ("gong-openapi", "emea", "EMEA Revenue", "Sales Manager"),
    ("webex", "center", "6f0d4a52-3c1e-4b7a-9d58-81c2e7a94f10", "Flow Designer"),
];

#[test]
fn promise_8_a_description_that_the_vendor_trims_or_folds_is_no_eternal_drift() {
    for (provider, folder, workspace, profile) in DESCRIBED {
        for reading in ["kept", "trimmed", "line-ends", "folded"] {
            let world = World::of(provider, None, &[("texts", reading)]);
            let path = format!("profiles/{folder}/a.yaml");
            for text in [
                "|\n  Sees  own calls.\n  Second line.\n",
                "\"\\tone \\r\\n two \"\n",
                ">\n  a\n\n  b\n",
            ] {
                world.write(&path, &format!("profile: {profile}\ndescription: {text}"));
                let _ = world.run(&["apply", folder, "--auto-approve"]).exits(0);
                let again = world.run(&["plan", folder, "--detailed-exitcode"]).exits(0);
                says(&again, "Nothing to do, 1 unchanged");
                let _ = world.run(&["drift", folder, "--fail-on", "changed"]).exits(0);
            }
            // Another user's web page sends other line ends; words are a difference as ever.
            world.edit(workspace, profile, "description", json!("a\r\nb "));
            let _ = world.run(&["drift", folder, "--fail-on", "changed"]).exits(0);
            world.edit(workspace, profile, "description", json!("a\r\nc"));
            let _ = world.run(&["drift", folder, "--fail-on", "changed"]).exits(2);
        }
    }
}

#[test]
fn a_changed_line_shows_how_it_ends_and_what_it_is_made_of() {
    for (provider, folder, workspace, profile) in DESCRIBED {
        let world = World::of(provider, None, &[]);
        world.edit(workspace, profile, "description", json!("one\r\ntwo \nthr\u{a0}ee\nx"));
        let path = format!("profiles/{folder}/a.yaml");
        world.write(
            &path,
            &format!("profile: {profile}\ndescription: \"one\\ntwo\\nthr ee\\ny\"\n"),
        );
        for command in [&["plan", folder][..], &["drift", folder]] {
            for format in ["text", "markdown"] {
                let ran = world.run(&[command, &["--format", format]].concat());
                says(&ran, "- one\\u{d}\n");
                says(&ran, "+ one\n");
                says(&ran, "- two\\u{20}\n");
                says(&ran, "- thr\\u{a0}ee\n");
            }
        }
    }
}

#[test]
fn a_letter_or_blank_that_looks_like_another_is_shown_in_every_output() {
    let odd = "S\u{430}les\u{a0}Rep";
    let shown = "S\\u{430}les\\u{a0}Rep";
    for (provider, folder) in [("gong", "emea"), ("gong-openapi", "emea"), ("webex", "center")] {
        for file in [
            format!("profile: {odd}\n"),
            format!("profile: A\nsettings: {{{odd}: true}}\n"),
            format!("profile: A\n{odd}: true\n"),
            format!("profile: A\nformerly: [{odd}, {odd}]\n---\nprofile: B\nformerly: [{odd}]\n"),
        ] {
            let world = World::of(provider, None, &[]);
            world.write(&format!("profiles/{folder}/a.yaml"), &file);
            for command in ["validate", "plan", "drift"] {
                for format in ["text", "markdown"] {
                    let ran = world.run(&[command, "--format", format]);
                    let said = format!("{}{}", ran.stdout, ran.stderr);
                    // Webex names the letter that it does not take.
                    let said = said.replace("'\u{430}' (U+0430)", shown);
                    let hidden = ['\u{430}', '\u{a0}'];
                    assert!(!said.contains(hidden), "{provider} {command} {format}:\n{said}");
                    let names = said.contains(shown) || !said.contains("error");
                    assert!(names, "{provider} {command} {format}:\n{said}");
                }
            }
        }
    }
    // A value, a blocked profile and a suggestion that looks like what is written.
    let world = World::fresh();
    world.write(
        "profiles/emea/a.yaml",
        "profile: A\nsettings: {deals: true\u{a0}, de\u{430}ls: true}\n",
    );
    let ran = world.run(&["validate"]).exits(3);
    says(&ran, "{deals: true\\u{a0}, de\\u{430}ls: true}");
    says(&ran, "there is no setting `de\\u{430}ls`");
    let world = World::fresh();
    world.write("profiles/emea/a.yaml", "profile: Business\u{a0}Admin\nsettings: {deals: true}\n");
    let ran = world.run(&["plan", "emea"]).exits(3);
    says(&ran, "blocked \"Business\\u{a0}Admin\"");
    assert_eq!(live(&world, EMEA, "Business Admin", "name"), json!("Business Admin"));
    let ran = world.run(&["plan", "emea/Busin\u{435}ss Admin"]).exits(64);
    assert!(ran.stderr.contains("Busin\\u{435}ss Admin"), "{}", ran.stderr);
}
