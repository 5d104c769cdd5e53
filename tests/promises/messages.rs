//! Promise 14, what a mistake is called: the mistake itself, at its place, and no second error that
//! only follows from it.

use super::{BY_ID, EMEA, PROFILES, answer, reply, says, three_changes};
use crate::harness::{Ran, World, config};
use serde_json::json;

const VENDORS: [(&str, &str); 4] =
    [("gong", "emea"), ("gong-openapi", "emea"), ("webex", "center"), ("pulse", "acme")];

/// Five profiles in one folder.
fn five(provider: &str, folder: &str) -> World {
    let world = World::of(provider, None, &[]);
    for number in 0..5 {
        let path = format!("profiles/{folder}/p{number}.yaml");
        world.write(&path, &format!("profile: P{number}\nsettings: {{}}\n"));
    }
    world
}

#[track_caller]
fn one_error(ran: Ran, words: &[&str]) {
    let ran = ran.exits(3);
    assert!(ran.stdout.ends_with("\n1 error.\n"), "{}", ran.stdout);
    for words in words {
        assert!(ran.stdout.contains(words), "no {words:?} in\n{}", ran.stdout);
    }
}

/// Checks what was said beside the result.
#[track_caller]
fn tells(ran: &Ran, words: &str) {
    assert!(ran.stderr.contains(words), "no {words:?} in\n{}", ran.stderr);
}

#[test]
fn some_files_are_checked_and_warnings_may_fail() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write("profiles/emea/a.yaml", "profile: A\nsettings: {dealz: true}\n");
    world.write("profiles/emea/b.yaml", "profile: B\nsettings: {markt: true}\n");
    world.write("profiles/amer/c.yaml", "profile: C\nsettings: {deals: true}\n");
    let ran = world.run(&["validate", "profiles/emea/b.yaml"]).exits(3);
    says(&ran, "there is no setting `markt`");
    assert!(!ran.stdout.contains("dealz"), "{}", ran.stdout);
    let ran = world.run(&["validate", "profiles/amer/c.yaml"]).exits(0);
    assert_eq!(ran.stdout, "1 file: nothing wrong; 2 errors in other files.\n");
    tells(&world.run(&["validate", "profiles/amer/d.yaml"]).exits(64), "d.yaml is not there");
    tells(&world.run(&["validate", "/etc/hostname"]).exits(64), "no file of this configuration");
    world.write("profiles/emea/a.yaml", "# nothing\n");
    world.write("profiles/emea/b.yaml", "profile: B\nsettings: {market: true}\n");
    let _ = world.run(&["validate"]).exits(0);
    says(&world.run(&["validate", "--strict"]).exits(3), "1 warning");
    let _ = world.run(&["validate", "--strict", "profiles/amer/c.yaml"]).exits(0);
}

#[test]
fn promise_14_one_mistake_of_the_configuration_is_one_error_whatever_follows_from_it() {
    for (provider, folder) in VENDORS {
        let config = config(provider);
        let workspace = format!("      {folder}:");
        let nameless = config.split(&workspace).next().unwrap_or_default();
        let cases = [
            (config.replace("provider: ", "provider: x"), vec!["there is no provider"]),
            (config.replace("provider: ", "provider:"), vec!["no blank behind the colon"]),
            (config.replace("version: 1", "version 1"), vec!["a key without a colon"]),
            (
                config.replace("version: 1", "version: \"1"),
                vec!["this quote is not closed", ":1:10"],
            ),
            (config.replace("tenants:", "tenants"), vec!["a key without a colon", ":2:1"]),
            (
                config.replace("    endpoint:", "\u{a0}   endpoint:"),
                vec!["no-break space", "\\u{a0}"],
            ),
            (config.replace("    endpoint:", "\tendpoint:"), vec!["tab"]),
            (config.replace("    endpoint:", "     endpoint:"), vec!["indented like none"]),
            (
                format!("<<<<<<< HEAD\n{config}=======\n{config}>>>>>>> x\n"),
                vec!["a merge conflict that is not resolved", "permctl.yaml:1:1"],
            ),
            (config.replace("\"${env:KEY}\"", "${env:KEY}"), vec!["in quotes: '${env:KEY}'"]),
            (format!("{nameless}{workspace} {{}}\n"), vec!["needs one of `name` and `id`"]),
        ];
        for (wrong, words) in cases {
            let world = five(provider, folder);
            world.write("permctl.yaml", &wrong);
            let ran = world.run(&["validate"]);
            one_error(ran, &words);
        }
    }
}

#[test]
fn promise_14_a_folder_that_no_workspace_has_is_one_error_however_many_files_it_has() {
    for (provider, folder) in VENDORS {
        let wrong = folder.to_uppercase();
        let world = five(provider, &wrong);
        let meant = format!("did you mean `{folder}`?");
        let named = format!("there is no workspace `{wrong}` (5 files)");
        one_error(world.run(&["validate"]), &[&meant, &named]);
    }
    let world = five("gong", ".");
    one_error(world.run(&["validate"]), &["5 files are not in the folder of a workspace"]);
    let world = five("gong", "emea");
    world.write("permctl.yaml", "version: 1\ntenants: {}\n");
    one_error(world.run(&["validate"]), &["permctl.yaml names no workspace"]);
}

#[test]
fn promise_14_a_value_of_the_wrong_kind_is_told_what_the_right_one_is() {
    for (provider, folder, settings, words) in [
        ("gong", "emea", "callsAccess: {permissionLevel: true}", "its values are `none`, `own`"),
        ("gong", "emea", "callsAccess: {permissionLevel: 1.5}", "its values"),
        ("webex", "center", "permissionAccessLevel: false", "its values are `SPECIFIC`, `ALL`"),
        ("webex", "center", "permissions: {queue: true}", "`NONE`, `DISABLED`, `VIEW`"),
        (
            "gong",
            "emea",
            "callsAccess.permissionLevel: own",
            "`callsAccess:`, and `permissionLevel:`",
        ),
        ("webex", "center", "permissions.queue: EDIT", "`permissions:`, and `queue:` below it"),
        ("pulse", "acme", "permissions.readSales: true", "`permissions:`, and `readSales:` below"),
        ("gong-openapi", "emea", "permissions.viewOwnCalls: true", "and `viewOwnCalls:` below"),
        ("gong", "emea", "callsAccess:{permissionLevel: own}", "blank behind the colon"),
        ("gong", "emea", "scoreCalls:true", "write a blank behind the colon: `scoreCalls: true`"),
        ("webex", "center", "permissions: queue:EDIT", "blank behind the colon: `queue: EDIT`"),
    ] {
        let world = World::of(provider, None, &[]);
        let path = format!("profiles/{folder}/a.yaml");
        world.write(&path, &format!("profile: A\nsettings:\n  {settings}\n"));
        let ran = world.run(&["validate"]).exits(3);
        assert!(ran.stdout.contains(words), "{settings}: no {words:?} in\n{}", ran.stdout);
        assert!(!ran.stdout.contains("in quotes if it is meant"), "{}", ran.stdout);
    }
    for (file, words) in [
        ("profile: A\nsettings:\ndeals: true\n", "indent the lines that belong to it"),
        ("profile: A\nsettings:\n  callsAccess:\n  permissionLevel: own\n", "indent the lines"),
        ("profile: A\nsettings: |\n  deals: true\n", "below `|`, it is one text"),
        ("profile: A\nsettings: {deals: 'true,', forecast: 'true'}\n", "without quotes"),
        ("profile: &Sales Team\n", "put a text that begins with `&` in quotes"),
        ("profile: A\ndescription: &5 people\n", "begins with `&` in quotes"),
        ("profile: [A]\n", "a text that begins with `[` needs quotes"),
        ("profile: #1 team\n", "`#` after a blank begins a comment"),
        ("profile: A\nformerly:\n  -B\n", "`- B`"),
        ("profile: A\nsettings: {<<: {a: b}}\n", "write the settings out"),
    ] {
        let world = World::fresh();
        world.write("profiles/emea/a.yaml", file);
        let ran = world.run(&["validate"]).exits(3);
        says(&ran, words);
        let alone = ran.stdout.ends_with("\n1 error.\n") || file.contains("forecast");
        assert!(alone, "{}", ran.stdout);
        assert!(!ran.stdout.contains("extends"), "{}", ran.stdout);
    }
}

#[test]
fn promise_14_an_endpoint_with_a_path_of_ours_and_an_id_of_another_form_are_found_in_the_files() {
    let uuid = "6f0d4a52-3c1e-4b7a-9d58-81c2e7a94f10";
    let other =
        "Y2lzY29zcGFyazovL3VzL09SR0FOSVpBVElPTi9mNTNjOGI1NC00NmNhLTQzZjYtYmEwNS0wODQyNmE0NmUyM2Q";
    for (provider, from, to, words) in [
        ("gong", "ENDPOINT", "ENDPOINT/v2", "ends in `/v2`, which permctl puts there itself"),
        ("gong", "ENDPOINT", "ENDPOINT/v2/", "ends in `/v2`"),
        ("gong-openapi", "ENDPOINT", "ENDPOINT/workspaces", "ends in `/workspaces`"),
        ("webex", "ENDPOINT", "ENDPOINT/organization", "ends in `/organization`"),
        ("pulse", "ENDPOINT", "ENDPOINT/roles", "ends in `/roles`"),
        ("webex", uuid, "1234", "the id of an organization is a UUID"),
        ("webex", uuid, other, "here it is \"f53c8b54-46ca-43f6-ba05-08426a46e23d\""),
        ("pulse", "4731740365629714", "1234", "the id of an account has 16 digits"),
    ] {
        let world = World::of(provider, None, &[]);
        world.write("permctl.yaml", &config(provider).replace(from, to));
        let ran = world.run(&["validate"]).exits(3);
        assert!(ran.stdout.contains(words), "{to}: no {words:?} in\n{}", ran.stdout);
        assert!(ran.stdout.contains("--> permctl.yaml:"), "{}", ran.stdout);
    }
}

#[test]
fn promise_14_an_id_that_the_vendor_does_not_know_is_named_with_its_line() {
    // Gong lists its workspaces, so a wrong id is a mistake of the files.
    let world = World::fresh();
    let wrong = "7273476131570014999";
    world.write("permctl.yaml", &BY_ID.replace(EMEA, wrong));
    for status in [400, 404] {
        answer(&world, "GET", PROFILES, reply(status, json!({"errors": ["Bad request"]})));
        let ran = world.run(&["plan", "emea"]).exits(3);
        says(&ran, &format!("permctl.yaml:9:7: the vendor has no workspace with the id {wrong}"));
        says(&ran, "\"EMEA Sales\" (7273476131570014205)");
    }
    // The others do not list them.
    for (provider, known, wrong) in [
        ("gong-openapi", "3517046198802156733", "3517046198802156799"),
        ("webex", "6f0d4a52-3c1e-4b7a-9d58-81c2e7a94f10", "6f0d4a52-3c1e-4b7a-9d58-81c2e7a94f19"),
        ("pulse", "4731740365629714", "4731740365629799"),
    ] {
        let world = World::of(provider, None, &[]);
        world.write("permctl.yaml", &config(provider).replace(known, wrong));
        let ran = world.run(&["plan"]).exits(4);
        says(&ran, "permctl.yaml:");
        says(&ran, &format!("the vendor may not know the `id` {wrong}"));
    }
}

#[test]
fn promise_14_a_refusal_names_what_can_be_its_cause() {
    for (status, words) in [
        (401, "each company has a host of its own"),
        (403, "a wrong key"),
        (404, "check `endpoint` of tenant acme, its path included"),
    ] {
        let world = three_changes();
        answer(&world, "GET", PROFILES, reply(status, json!({"errors": ["no"]})));
        says(&world.run(&["plan", "emea"]).exits(4), words);
    }
    for (provider, path, words) in [
        ("gong-openapi", "/workspaces/3517046198802156733/permission-profiles", "host of its own"),
        (
            "webex",
            "/organization/6f0d4a52-3c1e-4b7a-9d58-81c2e7a94f10/v3/user-profile",
            "each data center has a host",
        ),
    ] {
        let world = World::of(provider, None, &[]);
        answer(&world, "GET", path, reply(401, json!({})));
        says(&world.run(&["plan"]).exits(4), words);
    }
    // The request is shown as it was asked for, the endpoint's own path before it.
    let world = World::fresh();
    world.write("permctl.yaml", &BY_ID.replace("ENDPOINT", "ENDPOINT/base"));
    says(&world.run(&["plan"]).exits(4), "GET /base/v2/all-permission-profiles");
    // A server without TLS, and a sign-in that is refused.
    let world = three_changes();
    let secure = world.sandbox().endpoint().replace("http:", "https:");
    world.write("permctl.yaml", &BY_ID.replace("ENDPOINT", &secure));
    says(&world.run(&["plan", "emea"]).exits(4), "does not speak TLS (`https://`)");
    let world = World::of("pulse", None, &[]);
    answer(&world, "POST", "/auth/login", reply(401, json!({"error": "no"})));
    says(&world.run(&["plan"]).exits(4), "it is that of your own region and account");
    // Who has a profile is asked for with a scope of its own.
    let world = three_changes();
    answer(&world, "GET", "/v2/permission-profile/users", reply(403, json!({"errors": ["no"]})));
    says(&world.run(&["plan", "--holders", "all"]).exits(4), "plan with `--holders none`");
}

#[test]
fn promise_14_a_configuration_of_nearly_the_right_name_or_place_is_found() {
    let world = three_changes();
    let text = world.read("permctl.yaml");
    world.remove("permctl.yaml");
    for name in ["permctl.yml", "Permctl.yaml", ".permctl.yml", "permctl.yaml.txt"] {
        world.write(name, &text);
        let ran = world.run(&["validate"]).exits(3);
        tells(&ran, &format!("there is a {name}: rename it to permctl.yaml, or name it with"));
        world.remove(name);
    }
    world.write("below/permctl.yaml", &text);
    world.write("below/profiles/emea/a.yaml", "profile: A\n");
    let ran = world.run(&["validate", "--config", "below"]).exits(0);
    says(&ran, "1 profile in 2 workspaces");
}

#[test]
fn the_path_of_a_finding_leads_to_the_file_from_the_current_folder() {
    let world = three_changes();
    world.write("profiles/emea/z.yaml", "profile: Z\ncolour: blue\n");
    for (folder, path) in [
        ("profiles/emea", "../../profiles/emea/z.yaml:2:1"),
        ("profiles", "../profiles/emea/z.yaml:2:1"),
    ] {
        for command in ["validate", "plan"] {
            for format in ["text", "markdown"] {
                let mut here = world.command(&[command, "--format", format]);
                let output = here.current_dir(world.folder().join(folder)).output();
                let ran = world.ran(output.expect("it starts")).exits(3);
                let said = format!("{}{}", ran.stdout, ran.stderr);
                assert!(said.contains(&format!("--> {path}")), "{command} {format}:\n{said}");
            }
        }
    }
    world.write("profiles/emea/z.yaml", "profile: Z\nsettings: {aiBuilder: true}\n");
    for command in [&["plan"][..], &["drift"], &["apply", "--auto-approve"]] {
        let mut here = world.command(command);
        let output = here.current_dir(world.folder().join("profiles")).output();
        let ran = world.ran(output.expect("it starts"));
        says(&ran, "../profiles/emea/z.yaml:1");
        assert!(!ran.stdout.contains(" profiles/"), "{}", ran.stdout);
    }
    world.write("profiles/emea/z.yaml", "profile: Z\ncolour: blue\n");
    let above = world.folder().parent().expect("it lies in a folder").to_owned();
    let config = world.folder().join("permctl.yaml").display().to_string();
    let mut there = world.command(&["validate", "--config", &config]);
    let ran = world.ran(there.current_dir(above).output().expect("it starts")).exits(3);
    let name = world.folder().file_name().expect("it has a name").to_string_lossy().into_owned();
    says(&ran, &format!("--> {name}/profiles/emea/z.yaml:2:1"));
    // A path that is whole leads there from anywhere.
    let elsewhere = World::fresh();
    elsewhere.write("emea/z.yaml", "profile: Z\ncolour: blue\n");
    let profiles = elsewhere.folder().display().to_string();
    let mut below = world.command(&["validate", "--profiles", &profiles]);
    below.current_dir(world.folder().join("profiles"));
    let ran = world.ran(below.output().expect("it starts")).exits(3);
    says(&ran, &format!("--> {}/emea/z.yaml:2:1", profiles.trim_end_matches('/')));
}

#[test]
fn a_plan_and_addresses_exclude_each_other_and_a_guard_is_named_once() {
    let world = three_changes();
    let _ = world.run(&["plan", "--out", "p.json"]).exits(0);
    let ran = world.run(&["apply", "p.json", "emea"]).exits(64);
    tells(&ran, "a plan and addresses exclude each other");
    let guards = "guards: {maxBroadened: {profiles: 0, holders: 0}, maxChanged: 0}\n";
    world.write("permctl.yaml", &(BY_ID.to_owned() + guards));
    let ran = world.run(&["apply", "--auto-approve"]).exits(6);
    tells(&ran, "refused by maxBroadened, maxChanged\n");
    says(&world.run(&["--help"]).exits(0), "130 interrupted");
}

#[test]
fn an_unset_credential_is_a_finding_in_every_format_and_findings_have_one_form() {
    for (provider, _) in VENDORS {
        let world = World::of(provider, None, &[]);
        for command in [&["plan"][..], &["drift"], &["import"], &["snapshot", "--out", "s.json"]] {
            for format in ["text", "markdown", "json"] {
                let mut asked = world.command(&[command, &["--format", format]].concat());
                asked.env_remove("KEY").env("SECRET", "");
                let ran = world.ran(asked.output().expect("it starts")).exits(3);
                let said = if format == "text" { &ran.stderr } else { &ran.stdout };
                assert!(said.contains("credential-missing"), "{command:?} {format}:\n{said}");
                assert!(said.contains("KEY is not set or empty"), "{command:?} {format}:\n{said}");
            }
        }
    }
    let world = three_changes();
    world.write("profiles/emea/z.yaml", "profile: Z\ncolour: blue\n");
    let of = |command: &str| {
        let ran = world.run(&[command, "--format", "json"]).exits(3);
        serde_json::from_str::<serde_json::Value>(&ran.stdout).expect("it is JSON")
    };
    assert_eq!(of("validate"), of("plan"));
    assert_eq!(of("validate")["findings"][0]["code"], json!("unknown-key"));
}
