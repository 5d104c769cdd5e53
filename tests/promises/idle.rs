//! What has no effect is named: parts of the configuration, files, variables of the environment.

use super::{BY_ID, says, three_changes};
use crate::harness::{Ran, World, config};

/// What a run said, beside its result too.
fn said(ran: &Ran) -> String {
    format!("{}{}", ran.stdout, ran.stderr)
}

#[test]
fn an_ignore_entry_that_fits_no_live_profile_is_a_warning_that_names_it() {
    for (provider, workspace, near, meant) in [
        ("gong", "emea", "Integration Usr", "Integration User "),
        ("gong-openapi", "emea", "Sales Manger", "Sales Manager"),
        ("webex", "center", "Supervisor Profil", "Supervisor Profile"),
        ("pulse", "acme", "SuperAdmn", "SuperAdmin"),
    ] {
        let world = World::of(provider, None, &[]);
        let ignore = format!("[{{profile: {near}, reason: x}}, {{profile: {near}, reason: y}}]");
        let config = config(provider);
        let at = config.find(&format!("      {workspace}:")).expect("it is there");
        let (before, block) = config.split_at(at);
        let line = block.lines().next().unwrap_or_default();
        let inner = line.split_once('{').map(|(_, inner)| inner.trim_end_matches('}'));
        let keys = inner.unwrap_or("id: \"4731740365629714\"");
        world.write(
            "permctl.yaml",
            &format!("{before}      {workspace}: {{{keys}, ignore: {ignore}}}\n"),
        );
        for command in [&["plan"][..], &["drift", "--fail-on", "missing"]] {
            let ran = world.run(command).exits(0);
            says(&ran, &format!("`ignore` names \"{near}\", and no live profile has that name"));
            says(&ran, &format!("did you mean \"{meant}\"?"));
            assert!(said(&ran).contains(&format!("\"{near}\" is ignored twice")), "{}", said(&ran));
        }
    }
}

#[test]
fn a_part_of_the_configuration_without_effect_is_a_warning_at_its_line() {
    let guards = |guards: &str| BY_ID.to_owned() + guards;
    let exception = "{rule: maxChanged, workspace: emea, reason: x, until: 2999-01-01}";
    let cases = [
        (guards("guards: {}\n"), "`guards` is empty and has no effect"),
        (guards("guards: {maxChanged: {}}\n"), "`maxChanged` is empty and has no effect"),
        (guards("guards: {maxBroadened: {}}\n"), "`maxBroadened` is empty and has no effect"),
        (guards("guards: {protected: []}\n"), "`protected` is empty and has no effect"),
        (guards("exceptions: []\n"), "`exceptions` is empty and has no effect"),
        (
            guards(&format!("exceptions: [{exception}]\n")),
            "the exception from `maxChanged` has no effect",
        ),
        (
            guards(&format!("guards: {{maxChanged: 1}}\nexceptions: [{exception}, {exception}]\n")),
            "two exceptions from `maxChanged` are for `emea`",
        ),
        (BY_ID.replace("{perSecond: 1000, share: 100%}", "{}"), "`limits` is empty"),
        (BY_ID.replace("ENDPOINT", "sandbox"), "`credentials` of tenant acme has no effect"),
        (BY_ID.replace("tenants:", "tenants: {}\n#"), "`tenants` is empty and has no effect"),
        (BY_ID.replace("workspaces:", "workspaces: {}\n#"), "`workspaces` is empty"),
    ];
    for (config, words) in cases {
        let world = World::fresh();
        let config = match config.contains("{}\n#") {
            true => config.split("{}\n#").next().unwrap_or_default().to_owned() + "{}\n",
            false => config,
        };
        world.write("permctl.yaml", &config);
        let ran = world.run(&["validate"]).exits(0);
        assert!(ran.stdout.contains(words), "no {words:?} in\n{}", ran.stdout);
        assert!(ran.stdout.contains("--> permctl.yaml:"), "{}", ran.stdout);
    }
    let world = World::of("webex", None, &[]);
    let with = "tokenEndpoint: https://webexapis.com\n    credentials";
    world.write("permctl.yaml", &config("webex").replace("credentials", with));
    let ran = world.run(&["validate"]).exits(0);
    says(&ran, "`tokenEndpoint` of tenant acme has no effect with credentials that are sent");
}

#[test]
fn a_blank_reason_is_none() {
    let until = "until: 2999-01-01";
    for (key, blank) in [
        ("ignore", "ignore: [{profile: X, reason: \"\"}]"),
        ("ignore", "ignore: [{profile: X, reason: '  '}]"),
        ("unlisted", "unlisted: {value: keep, reason: \"\"}"),
        ("unlisted", "unlisted: {value: deny, reason: \" \"}"),
    ] {
        let world = three_changes();
        let with = format!("{{id: \"7273476131570014205\", {blank}}}");
        world.write("permctl.yaml", &BY_ID.replace("{id: \"7273476131570014205\"}", &with));
        let ran = world.run(&["validate"]).exits(3);
        says(&ran, "`reason` is blank");
        assert!(ran.stdout.contains("reason-missing"), "{key}: {}", ran.stdout);
    }
    let world = three_changes();
    let blank = format!("[{{rule: lockOut, workspace: emea, reason: \"\", {until}}}]");
    world.write("permctl.yaml", &format!("{BY_ID}exceptions: {blank}\n"));
    says(&world.run(&["validate"]).exits(3), "`reason` is blank");
    let world = three_changes();
    world.write("profiles/emea/z.yaml", "profile: Z\nunlisted: {value: keep, reason: \"\"}\n");
    says(&world.run(&["validate"]).exits(3), "`reason` is blank");
}

#[test]
fn files_that_describe_nothing_are_warnings() {
    for (path, text, words) in [
        ("profiles/emea/a.yaml", "", "this file describes no profile"),
        ("profiles/emea/a.yaml", "# only\n---\n# comments\n", "this file describes no profile"),
        ("profiles/emea/a.txt", "profile: A\n", "profiles/emea/a.txt is not read"),
        ("profiles/emea/.a.yaml", "profile: A\n", "profiles/emea/.a.yaml is not read"),
        ("profiles/emea/a.yaml.bak", "profile: A\n", "a.yaml.bak is not read"),
        ("profiles/emea/a.json", "{\"profile\": \"A\"}\n", "a.json is not read"),
        ("profile/emea/a.yaml", "profile: A\n", "there is a folder `profile`: rename it"),
        ("Profiles/emea/a.yaml", "profile: A\n", "there is a folder `Profiles`: rename it"),
    ] {
        let world = World::fresh();
        world.write(path, text);
        for command in ["validate", "plan", "drift"] {
            let ran = world.run(&[command, "--format", "text"]);
            assert!(
                said(&ran).contains(words),
                "{path} {command}: no {words:?} in\n{}",
                said(&ran)
            );
            assert!(!said(&ran).contains("nothing wrong"), "{}", said(&ran));
        }
    }
    let world = World::fresh();
    for beside in ["README.md", "OWNERS", ".gitkeep"] {
        world.write(&format!("profiles/emea/{beside}"), "x");
    }
    world.write("profiles/emea/a.yaml", "profile: A\n");
    let ran = world.run(&["validate"]).exits(0);
    assert!(!ran.stdout.contains("not read"), "{}", ran.stdout);
    says(&ran, "no file describes a profile of workspace `amer`");
}

#[test]
fn an_empty_variable_is_as_good_as_none_and_blanks_around_a_host_are_no_part_of_it() {
    let world = three_changes();
    for name in ["PERMCTL_CA_FILE", "PERMCTL_ALLOW_HOSTS"] {
        for value in ["", " "] {
            let _ = world.run_with(&["plan", "emea"], &[(name, value)]).exits(0);
        }
    }
    let ran = world.run_with(&["validate"], &[("PERMCTL_ALLOW_HOST", "x")]).exits(0);
    says(&ran, "the environment variable PERMCTL_ALLOW_HOST has no effect");
    says(&ran, "did you mean `PERMCTL_ALLOW_HOSTS`?");
    let config = BY_ID.replace("ENDPOINT", "https://b.example");
    world.write("permctl.yaml", &config);
    for hosts in ["a.example, b.example", " b.example ", "a.example,,b.example,"] {
        let _ = world.run_with(&["validate"], &[("PERMCTL_ALLOW_HOSTS", hosts)]).exits(0);
        let _ = world.run(&["validate", "--allow-host", hosts]).exits(0);
    }
    for host in ["https://b.example", "b.example:443", "b.example/x", "*.example", "b example"] {
        let ran = world.run_with(&["validate"], &[("PERMCTL_ALLOW_HOSTS", host)]).exits(64);
        assert!(ran.stderr.contains("PERMCTL_ALLOW_HOSTS"), "{}", ran.stderr);
    }
}

#[test]
fn a_proxy_that_can_not_be_used_is_an_error_that_names_the_variable() {
    let world = three_changes();
    world.write("permctl.yaml", &BY_ID.replace("ENDPOINT", "https://us-1.api.gong.io"));
    for name in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy"]
    {
        for value in ["http://u:p w@127.0.0.1:1", "::::", "socks5://127.0.0.1:1"] {
            let ran = world.run_with(&["plan"], &[(name, value)]).exits(64);
            assert!(ran.stderr.contains(&format!("variable {name} does not")), "{}", ran.stderr);
            assert!(!ran.stderr.contains("p w"), "{}", ran.stderr);
        }
    }
    // A proxy that refuses connections, so that nothing leaves this machine.
    let proxy = ("HTTPS_PROXY", "http://127.0.0.1:1");
    let ran = world.run_with(&["plan", "emea"], &[proxy, ("NO_PROXY", "*.acme.example")]).exits(4);
    assert!(ran.stderr.contains("`*.acme.example` of NO_PROXY has no effect"), "{}", ran.stderr);
    says(&ran, "check the proxy that HTTPS_PROXY or ALL_PROXY names");
    let _ = world.run_with(&["plan", "emea"], &[proxy, ("ALL_PROXY", "")]).exits(4);
}
