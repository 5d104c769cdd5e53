//! What several workspaces share: groups, lists and bases.

use serde_json::json;

use super::{AMER, BY_ID, EMEA, live, says};
use crate::harness::World;

/// Two workspaces that are nearly alike: a group, a base and a list between them.
fn alike() -> World {
    let world = World::fresh();
    let shared = "groups: {all: [emea, amer]}\nlists: {leads: [ada.lovelace@acme.example]}\n";
    world.write("permctl.yaml", &format!("{BY_ID}{shared}"));
    world.write(
        "profiles/bases/field.yaml",
        "base: field\nprovider: gong\nsettings: {callsAndSearch: true, market: true}\n",
    );
    world.write("profiles/all/rep.yaml", "profile: Field Rep\nnew: true\nextends: field\n");
    world.write(
        "profiles/emea/lead.yaml",
        "profile: Field Lead\nnew: true\nextends: field\nsettings:\n  market: false\n  \
         callsAccess: {permissionLevel: managers-team, teamLeadIds: [list:leads]}\n",
    );
    world
}

#[test]
fn a_profile_of_a_group_is_made_in_each_workspace_and_a_base_in_none() {
    let world = alike();
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    for workspace in [EMEA, AMER] {
        assert_eq!(live(&world, workspace, "Field Rep", "callsAndSearch"), json!(true));
        assert_eq!(live(&world, workspace, "Field Rep", "market"), json!(true));
    }
    assert_eq!(live(&world, EMEA, "Field Lead", "market"), json!(false));
    assert_eq!(live(&world, EMEA, "Field Lead", "callsAndSearch"), json!(true));
    says(&world.run(&["plan"]).exits(0), "Nothing to do, 3 unchanged");
}

#[test]
fn a_line_of_a_base_changes_every_profile_that_extends_it_and_says_where() {
    let world = alike();
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let base = world.read("profiles/bases/field.yaml");
    world.write("profiles/bases/field.yaml", &base.replace("market: true", "market: false"));
    let ran = world.run(&["plan"]).exits(0);
    says(&ran, "0 to create, 2 to update (2 narrow), 1 unchanged");
    says(&ran, "market  on -> off  # profiles/bases/field.yaml:3");
}

#[test]
fn a_member_of_a_list_changes_every_profile_that_uses_it() {
    let world = alike();
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    let config = world.read("permctl.yaml");
    let longer = "[ada.lovelace@acme.example, katherine.johnson@acme.example]";
    world.write("permctl.yaml", &config.replace("[ada.lovelace@acme.example]", longer));
    let ran = world.run(&["plan"]).exits(0);
    says(&ran, "teamLeadIds  + katherine.johnson@acme.example  # line 6");
    says(&ran, "0 to create, 1 to update");
}

#[test]
fn a_part_is_read_with_what_it_shares() {
    let world = alike();
    // Another workspace's mistake is not looked at; that of a shared folder is.
    world.write("profiles/amer/wrong.yaml", "profile: Wrong\nsettings: {market: maybe}\n");
    says(&world.run(&["plan", "emea"]).exits(0), "Plan: 2 to create");
    let _ = world.run(&["plan", "all"]).exits(3);
    world.remove("profiles/amer/wrong.yaml");
    says(&world.run(&["plan", "all"]).exits(0), "Plan: 3 to create");
    says(&world.run(&["plan", "all/Field Rep"]).exits(0), "Plan: 2 to create");
    let ran = world.run(&["plan", "al"]).exits(64);
    assert!(ran.stderr.contains("did you mean `all`?"), "{}", ran.stderr);
    world.write("profiles/all/wrong.yaml", "profile: Wrong\nsettings: {market: maybe}\n");
    let _ = world.run(&["plan", "emea"]).exits(3);
}

#[test]
fn what_nothing_uses_is_named_where_everything_is_read() {
    let world = alike();
    let config = world.read("permctl.yaml");
    let more = "groups: {quiet: [amer], all";
    let config = config
        .replace("groups: {all", more)
        .replace("lists: {", "lists: {spare: [a@acme.example], ");
    world.write("permctl.yaml", &config);
    let spare = "base: spare\nprovider: gong\nsettings: {market: true}\n";
    world.write("profiles/bases/spare.yaml", spare);
    let ran = world.run(&["validate"]).exits(0);
    for words in [
        "nothing extends the base `spare`",
        "no file uses the list `spare`",
        "no file is in the folder of group `quiet` (1 workspace)",
    ] {
        says(&ran, words);
    }
    let ran = world.run(&["plan", "emea"]).exits(0);
    assert!(!ran.stderr.contains("spare"), "{}", ran.stderr);
}

#[test]
fn a_profile_may_stand_before_the_base_that_it_extends() {
    let world = alike();
    let text = "profile: First\nnew: true\nextends: second\n---\nbase: second\nextends: third\nsettings: {deals: true}\n---\nbase: third\nsettings: {forecast: true}\n";
    world.write("profiles/emea/first.yaml", text);
    let ran = world.run(&["plan", "emea/First"]).exits(0);
    says(&ran, "deals     on  # line 7");
    says(&ran, "forecast  on  # line 10");
}

#[test]
fn a_group_may_have_bases_alone() {
    let world = alike();
    world.remove("profiles/all/rep.yaml");
    world.write("profiles/all/base.yaml", "base: of-all\nsettings: {market: true}\n");
    world.write("profiles/emea/lead.yaml", "profile: Field Lead\nextends: [field, of-all]\n");
    let config = world.read("permctl.yaml");
    let (config, _) = config.split_once("lists:").expect("it has lists");
    world.write("permctl.yaml", config);
    let ran = world.run(&["validate"]).exits(0);
    assert!(!ran.stdout.contains("group `all`"), "{}", ran.stdout);
}

#[test]
fn a_mistake_in_a_base_is_told_once() {
    for (base, words) in [
        ("base: field\nsettings: {market: true}\n", "has no `provider`"),
        ("base: field\nprovider: gnog\nsettings: {market: true}\n", "no provider `gnog`"),
        ("base: field\nprovider: gong\n", "has no `settings`"),
        ("base: field\nprovider: gong\nsettings: {market: maybe}\n", "`market` must be"),
        ("base: field\nprovider: gong\nextends: field\nsettings: {}\n", "field -> field"),
        ("base: field\nprovider: gong\nsettings: {market: [}\n", "profiles/bases/field.yaml"),
    ] {
        let world = alike();
        world.write("profiles/bases/field.yaml", base);
        let ran = world.run(&["validate"]).exits(3);
        says(&ran, words);
        assert_eq!(ran.stdout.matches("error[").count(), 1, "{}", ran.stdout);
    }
}

#[test]
fn a_base_that_no_profile_extends_is_looked_at_too() {
    let world = alike();
    let base = |name, extends| {
        format!("base: {name}\nprovider: gong\nextends: {extends}\nsettings: {{market: true}}\n")
    };
    world.write("profiles/bases/a.yaml", &base("a", "b"));
    world.write("profiles/bases/b.yaml", &base("b", "a"));
    world.write("profiles/bases/c.yaml", &base("c", "nowhere"));
    let ran = world.run(&["validate"]).exits(3);
    says(&ran, "extends itself: ");
    says(&ran, "this folder can extend no base `nowhere`");
}

#[test]
fn promise_14_bases_in_a_long_chain_or_a_wide_net_end_in_time() {
    let world = alike();
    let chain = (0..20_000).map(|number| {
        let next = number + 1;
        format!(
            "---\nbase: b{number}\nprovider: gong\nextends: b{next}\nsettings: {{market: true}}\n"
        )
    });
    world.write("profiles/bases/chain.yaml", &chain.collect::<String>());
    let ran = world.run(&["validate"]).exits(3);
    says(&ran, "more than 100 bases extend each other");
    let net = (1..60).map(|number| {
        let below = number - 1;
        let of = |name| {
            format!("---\nbase: {name}{number}\nprovider: gong\nextends: [x{below}, y{below}]\nsettings: {{market: true}}\n")
        };
        of("x") + &of("y")
    });
    let ground = "base: x0\nprovider: gong\nsettings: {deals: true}\n---\nbase: y0\nprovider: gong\nsettings: {deals: true}\n";
    world.write("profiles/bases/chain.yaml", &format!("{ground}{}", net.collect::<String>()));
    world.write("profiles/emea/lead.yaml", "profile: Field Lead\nextends: [field, x59]\n");
    let _ = world.run(&["validate"]).exits(0);
}

#[test]
fn a_base_gives_its_profiles_the_description_that_they_do_not_give_themselves() {
    let world = alike();
    let base = world.read("profiles/bases/field.yaml");
    world.write(
        "profiles/bases/field.yaml",
        &base.replace("settings:", "description: Field staff\nsettings:"),
    );
    let lead = world.read("profiles/emea/lead.yaml");
    world.write(
        "profiles/emea/lead.yaml",
        &lead.replace("settings:", "description: Leads\nsettings:"),
    );
    let _ = world.run(&["apply", "--auto-approve"]).exits(0);
    assert_eq!(live(&world, EMEA, "Field Rep", "description"), json!("Field staff"));
    assert_eq!(live(&world, EMEA, "Field Lead", "description"), json!("Leads"));
    says(&world.run(&["plan"]).exits(0), "Nothing to do");
}
