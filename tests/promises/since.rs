//! A plan of what a branch changes: beside drift, a moved base branch, other branches' mistakes.

use std::process::Command;

use serde_json::{Value as Json, json};

use super::{BY_ID, EMEA, live, says};
use crate::harness::World;

/// Runs git in the user's folder.
#[track_caller]
fn git(world: &World, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .arg("-C")
        .arg(world.folder())
        .args(["-c", "user.name=Ada", "-c", "user.email=ada@acme.example"])
        .args(["-c", "init.defaultBranch=main", "-c", "commit.gpgSign=false"])
        .args(arguments)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("HOME", world.folder())
        .output()
        .expect("git is there");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {said}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn commit(world: &World, message: &str) {
    git(world, &["add", "permctl.yaml", "profiles"]);
    git(world, &["commit", "-q", "-m", message]);
}

const MANAGER: &str = "profiles/emea/sales-manager.yaml";
const COLLABORATOR: &str = "profiles/emea/collaborator.yaml";
const DESK: &str = "profiles/emea/deal-desk.yaml";

/// A repository whose main branch describes three profiles; a person changed one of them by hand. A branch is checked
/// out.
fn repository() -> World {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write(MANAGER, "profile: Sales Manager\nsettings: {library: true, deals: true}\n");
    world.write(COLLABORATOR, "profile: Collaborator\nsettings: {aiBuilder: false}\n");
    world.write(DESK, "profile: Deal Desk\nsettings: {forecast: true, deals: true}\n");
    world.write("profiles/amer/a.yaml", "profile: Collaborator\nsettings: {aiBuilder: false}\n");
    git(&world, &["init", "-q"]);
    commit(&world, "profiles");
    world.edit("EMEA Sales", "Sales Manager", "deals", json!(false));
    git(&world, &["checkout", "-q", "-b", "change"]);
    world
}

fn plan(world: &World, arguments: &[&str]) -> Json {
    let all = [&["plan", "--format", "json"], arguments].concat();
    serde_json::from_str(&world.run(&all).exits(0).stdout).expect("it is JSON")
}

/// Returns what is planned: profiles with their bundles.
fn planned(plan: &Json, list: &str) -> Vec<String> {
    let workspaces = plan["workspaces"].as_array().expect("a list");
    let of = |workspace: &Json| -> Vec<String> {
        let changes = workspace.pointer(list).and_then(Json::as_array).cloned();
        let changes = changes.unwrap_or_default();
        let bundles = |change: &Json| -> Vec<String> {
            let name = change["profile"].as_str().unwrap_or_default().to_owned();
            let transitions = change["transitions"].as_array().cloned().unwrap_or_default();
            let bundle = |it: &Json| format!("{name} {}", it["bundle"].as_str().unwrap_or("?"));
            transitions.iter().map(bundle).collect()
        };
        changes.iter().flat_map(bundles).collect()
    };
    workspaces.iter().flat_map(of).collect()
}

#[test]
fn only_what_the_branch_changes_is_planned_and_what_differed_before_is_listed() {
    let world = repository();
    world.write(MANAGER, "profile: Sales Manager\nsettings: {library: false, deals: true}\n");
    world.sandbox().clear_exchanges();
    let ran = world.run(&["plan", "--since", "main", "--out", "plan.json"]).exits(0);
    let asked = world.sandbox().exchanges();
    assert!(
        asked.iter().all(|it| it.request.parameter("workspaceId") != Some(super::AMER)),
        "a workspace that the branch does not touch was read"
    );
    assert!(ran.stdout.starts_with("Only what differs from main at "), "{}", ran.stdout);
    says(&ran, ", where the branch began: 1 of 2 workspaces may be touched.\n\nLess access in 1");
    says(
        &ran,
        "Live already differed, and is left as it is\n  emea/Sales Manager: deals is off live, on in the files",
    );
    says(&ran, "Plan: 0 to create, 1 to update (1 narrows)");
    let plan_of = plan(&world, &["--since", "main"]);
    assert_eq!(planned(&plan_of, "/changes"), ["Sales Manager library"]);
    assert_eq!(planned(&plan_of, "/already/changes"), ["Sales Manager deals"]);
    let all = plan(&world, &["--since", "main", "--include-drift"]);
    assert_eq!(planned(&all, "/changes"), ["Sales Manager library", "Sales Manager deals"]);
    let applied = world.run(&["apply", "plan.json"]).exits(0);
    says(&applied, "Applied: 0 created, 1 updated.");
    let of_manager = |setting: &str| live(&world, EMEA, "Sales Manager", setting);
    assert_eq!((of_manager("library"), of_manager("deals")), (json!(false), json!(false)));
    let ran = world.run(&["apply", "--since", "main", "--auto-approve"]).exits(0);
    assert!(ran.stdout.contains("Nothing to do"), "{}", ran.stdout);
}

#[test]
fn a_main_branch_that_moved_on_is_compared_where_the_branch_began() {
    let world = repository();
    world.write(DESK, "profile: Deal Desk\nsettings: {forecast: false, deals: true}\n");
    commit(&world, "less for the desk");
    git(&world, &["checkout", "-q", "main"]);
    world.write(COLLABORATOR, "profile: Collaborator\nsettings: {aiBuilder: true}\n");
    commit(&world, "more for collaborators");
    git(&world, &["checkout", "-q", "change"]);
    let since = plan(&world, &["--since", "main"]);
    // Compared with the tip of main, the branch would take what main gives back.
    assert_eq!(planned(&since, "/changes"), ["Deal Desk forecast"]);
    git(&world, &["rebase", "-q", "main"]);
    let since = plan(&world, &["--since", "main"]);
    assert_eq!(planned(&since, "/changes"), ["Deal Desk forecast"]);
    assert_eq!(
        planned(&since, "/already/changes"),
        ["Collaborator aiBuilder", "Sales Manager deals"]
    );
}

#[test]
fn what_the_files_decide_no_more_is_listed_and_counts_as_more_access() {
    let world = repository();
    let file = world.folder().join(COLLABORATOR);
    std::fs::remove_file(file).expect("it is there");
    world.write(DESK, "profile: Deal Desk\nsettings: {deals: true}\n");
    let ran = world.run(&["plan", "--since", "main"]).exits(0);
    says(&ran, "2 profiles no longer managed · plan ");
    says(
        &ran,
        "No longer managed\n  emea/Collaborator: no file describes it any more (was profiles/emea/collaborator.yaml:1)\n  emea/Deal Desk: no file decides forecast any more (was profiles/emea/deal-desk.yaml:2)\n",
    );
    let markdown = world.run(&["plan", "--since", "main", "--format", "markdown"]).exits(0);
    says(
        &markdown,
        "**No longer managed**\n\n- `emea/Collaborator`: no file describes it any more",
    );
    says(&markdown, "The digest of this plan: `sha256:");
    world.write("permctl.yaml", &format!("{BY_ID}guards: {{maxBroadened: {{profiles: 1}}}}\n"));
    let ran = world.run(&["plan", "--since", "main"]).exits(6);
    says(&ran, "2 profiles would or may get broader; 1 may");
}

#[test]
fn a_deny_that_is_loosened_and_a_rename_are_told_apart() {
    let world = repository();
    git(&world, &["checkout", "-q", "main"]);
    world.write(DESK, "profile: Deal Desk\nunlisted: deny\nsettings: {deals: true}\n");
    commit(&world, "deny");
    git(&world, &["checkout", "-q", "-b", "loose"]);
    world.write(DESK, "profile: Deal Desk\nsettings: {deals: true}\n");
    world.write(
        COLLABORATOR,
        "profile: Helper\nformerly: [Collaborator]\nsettings: {aiBuilder: false}\n",
    );
    let ran = world.run(&["plan", "--since", "main"]).exits(0);
    says(
        &ran,
        "  emea/Deal Desk: what it does not list stays as it is live: `deny` became `keep` (was",
    );
    says(&ran, " · 1 no longer managed · ");
    // What main would have taken back is named with the people who keep it.
    says(
        &ran,
        "  critical   3 people can export data about deals as files, and the files allow it from now on: emea/Deal Desk",
    );
    says(&ran, "~ rename Collaborator -> Helper");
}

#[test]
fn what_was_wrong_before_is_a_warning_and_no_reason_to_refuse() {
    let world = repository();
    git(&world, &["checkout", "-q", "main"]);
    world.write(
        "profiles/emea/lead.yaml",
        "profile: Lead\nsettings: {callsAccess: {permissionLevel: managers-team, teamLeadIds: [gone@acme.example]}}\n",
    );
    commit(&world, "a mistake");
    git(&world, &["checkout", "-q", "-b", "other"]);
    world.write(MANAGER, "profile: Sales Manager\nsettings: {library: false, deals: true}\n");
    let _ = world.run(&["plan"]).exits(3);
    let ran = world.run(&["plan", "--since", "main"]).exits(0);
    says(&ran, "warning[name-not-found]");
    says(&ran, "it was so before this change; ");
    world.write(
        "profiles/emea/second.yaml",
        "profile: Second\nsettings: {callsAccess: {permissionLevel: managers-team, teamLeadIds: [lost@acme.example]}}\n",
    );
    let ran = world.run(&["plan", "--since", "main"]).exits(3);
    says(&ran, "error[name-not-found]");
}

#[test]
fn names_that_only_the_files_before_use_are_read_as_well() {
    let world = repository();
    git(&world, &["checkout", "-q", "main"]);
    let access = |leads: &str| {
        format!(
            "profile: Deal Desk\nsettings: {{callsAccess: {{permissionLevel: managers-team{leads}}}}}\n"
        )
    };
    world.write(DESK, &access(", teamLeadIds: [ada.lovelace@acme.example]"));
    world.write(MANAGER, "profile: Sales Manager\nsettings: {deals: true}\n");
    commit(&world, "a lead by name");
    git(&world, &["checkout", "-q", "-b", "without"]);
    world.write(MANAGER, "profile: Sales Manager\nsettings: {deals: true, library: false}\n");
    let since = plan(&world, &["--since", "main"]);
    assert_eq!(planned(&since, "/changes"), ["Sales Manager library"]);
    assert_eq!(
        planned(&since, "/already/changes"),
        ["Deal Desk callsAccess", "Sales Manager deals"]
    );
}

#[test]
fn a_folder_with_the_files_before_needs_no_git_and_a_snapshot_no_credentials() {
    let world = repository();
    let _ = world.run(&["snapshot", "--out", "live.json"]).exits(0);
    git(&world, &["worktree", "add", "-q", "base", "main"]);
    world.write(DESK, "profile: Deal Desk\nsettings: {forecast: false, deals: true}\n");
    world.sandbox().clear_exchanges();
    let since = plan(&world, &["--base", "base", "--live", "live.json"]);
    assert_eq!(planned(&since, "/changes"), ["Deal Desk forecast"]);
    assert!(world.sandbox().exchanges().is_empty(), "a snapshot is enough");
    let ran = world.run(&["plan", "--base", "nowhere"]).exits(3);
    assert!(ran.stderr.contains("nowhere: could not read permctl.yaml"), "{}", ran.stderr);
}

#[test]
fn a_checkout_that_is_too_shallow_says_how_to_fetch_the_rest() {
    let world = repository();
    world.write(DESK, "profile: Deal Desk\nsettings: {forecast: false, deals: true}\n");
    commit(&world, "a change");
    git(&world, &["checkout", "-q", "main"]);
    world.write(COLLABORATOR, "profile: Collaborator\nsettings: {aiBuilder: true}\n");
    commit(&world, "main moves on");
    let path = format!("file://{}", world.folder().display());
    git(
        &world,
        &[
            "clone",
            "-q",
            "--depth",
            "1",
            "--no-single-branch",
            "--branch",
            "change",
            &path,
            "clone",
        ],
    );
    let config = ["--config", "clone/permctl.yaml", "plan", "--since"];
    let ran = world.run(&[&config[..], &["origin/main"]].concat()).exits(3);
    assert!(ran.stderr.contains("too shallow to tell where the branch left"), "{}", ran.stderr);
    assert!(ran.stderr.contains("fetch-depth: 0"), "{}", ran.stderr);
    let ran = world.run(&[&config[..], &["mian"]].concat()).exits(3);
    assert!(ran.stderr.contains("git knows no commit `mian`"), "{}", ran.stderr);
    // A word that git would take for an option.
    let ran = world.run(&["--config", "clone/permctl.yaml", "plan", "--since=--all"]).exits(3);
    assert!(ran.stderr.contains("git knows no commit `--all`"), "{}", ran.stderr);
}

#[test]
fn a_folder_that_is_no_checkout_says_so() {
    let world = World::fresh();
    world.write("permctl.yaml", BY_ID);
    world.write(DESK, "profile: Deal Desk\nsettings: {deals: true}\n");
    let ran = world.run(&["plan", "--since", "main"]).exits(3);
    assert!(ran.stderr.contains("`--since` needs a git checkout: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("`--base DIR`"), "{}", ran.stderr);
    assert!(world.sandbox().exchanges().is_empty(), "nothing is asked before that is known");
}

#[test]
fn what_is_live_by_hand_and_the_branch_allows_is_told_with_the_people() {
    let world = repository();
    world.write(
        "profiles/emea/manager2.yaml",
        "profile: Sales Representative\nunlisted: deny\nsettings: {deals: true}\n",
    );
    git(&world, &["checkout", "-q", "main"]);
    world.write(MANAGER, "profile: Sales Manager\nsettings: {trimCalls: false, deals: false}\n");
    commit(&world, "no trimming");
    world.edit("EMEA Sales", "Sales Manager", "trimCalls", json!(true));
    git(&world, &["checkout", "-q", "-b", "ratify"]);
    world.write(MANAGER, "profile: Sales Manager\nsettings: {trimCalls: true, deals: false}\n");
    let ran = world.run(&["plan", "--since", "main"]).exits(0);
    says(&ran, "The files allow what 1 profile got by hand, 1 critical");
    says(
        &ran,
        "  critical   6 people can cut parts out of recorded calls, and the files allow it from now on: emea/Sales Manager",
    );
    let markdown = world.run(&["plan", "--since", "main", "--format", "markdown"]).exits(0);
    says(
        &markdown,
        "**critical**: 6 people can cut parts out of recorded calls, and the files allow it",
    );
    // It is approved like a change.
    let digest = |world: &World| plan(world, &["--since", "main"])["digest"].clone();
    let with = digest(&world);
    world.write(MANAGER, "profile: Sales Manager\nsettings: {deals: false}\n");
    assert_ne!(digest(&world), with);
    let ran = world.run(&["plan", "--since", "main"]).exits(0);
    says(
        &ran,
        "  critical   6 people can cut parts out of recorded calls, and the files allow it from now on",
    );
    says(&ran, "no file decides trimCalls any more");
    world.write("permctl.yaml", &format!("{BY_ID}guards: {{maxBroadened: {{profiles: 0}}}}\n"));
    let ran = world.run(&["plan", "--since", "main"]).exits(6);
    says(&ran, "1 profile would or may get broader; 0 may");
}

#[test]
fn a_workspace_that_goes_away_and_rules_that_are_loosened_are_told() {
    let world = repository();
    git(&world, &["checkout", "-q", "main"]);
    let guards = "guards: {maxBroadened: {profiles: 0}, protected: [Business Admin]}\n";
    world.write("permctl.yaml", &format!("{BY_ID}{guards}"));
    commit(&world, "guards");
    git(&world, &["checkout", "-q", "-b", "loose"]);
    std::fs::remove_dir_all(world.folder().join("profiles/amer")).expect("it is there");
    let config = BY_ID.replace("      amer: {id: \"861402275930418857\"}\n", "");
    let risk = "    risk: {downloadCallMedia: {tier: ordinary, reason: all do}}\n    workspaces:";
    let config = config.replace("    workspaces:", risk);
    let ignored = "emea: {id: \"7273476131570014205\", ignore: [{profile: Standard Team Member, reason: later}]}";
    let config = config.replace("emea: {id: \"7273476131570014205\"}", ignored);
    world.write("permctl.yaml", &config);
    // The guard that the branch takes out still refuses it.
    let ran = world.run(&["plan", "--since", "main"]).exits(6);
    says(&ran, "REFUSED by maxBroadened: 1 profile would or may get broader; 0 may");
    says(&ran, "Rules that this change loosens\n");
    for rule in [
        "maxBroadened (profiles) was 0, and is taken out",
        "Business Admin is protected no more",
        "emea/Standard Team Member is ignored, so drift says nothing of it: later",
        "downloadCallMedia was critical, and is ordinary: all do",
    ] {
        says(&ran, rule);
    }
    says(&ran, "  amer: the whole workspace, 1 profile; `permctl.yaml` does not name it any more");
    says(&ran, "1 profile no longer managed · 4 rules loosened · plan ");
    // Nothing is written, and it is approved by its digest all the same.
    let digest = |world: &World| {
        let ran = world.run(&["plan", "--since", "main", "--format", "json"]).exits(6);
        let plan: Json = serde_json::from_str(&ran.stdout).expect("it is JSON");
        plan["digest"].clone()
    };
    let with = digest(&world);
    world.write("permctl.yaml", &config.replace("reason: all do", "reason: most do"));
    assert_ne!(digest(&world), with);
}

#[test]
fn another_workspace_at_the_vendor_has_no_differences_of_before() {
    let world = repository();
    world.write(
        "permctl.yaml",
        &BY_ID
            .replace("emea: {id: \"7273476131570014205\"}", "emea: {id: \"861402275930418857\"}")
            .replace("      amer: {id: \"861402275930418857\"}\n", ""),
    );
    std::fs::remove_dir_all(world.folder().join("profiles/amer")).expect("it is there");
    let since = plan(&world, &["--since", "main"]);
    let all = plan(&world, &[]);
    assert_eq!(planned(&since, "/changes"), planned(&all, "/changes"));
    assert_eq!(planned(&since, "/already/changes"), Vec::<String>::new());
}

#[test]
fn a_blocked_profile_whose_file_the_branch_changes_stays_an_error() {
    let world = repository();
    git(&world, &["checkout", "-q", "main"]);
    let lead = |more: &str| {
        format!(
            "profile: Deal Desk\nsettings: {{callsAccess: {{permissionLevel: managers-team, teamLeadIds: [gone@acme.example]}}{more}}}\n"
        )
    };
    world.write(DESK, &lead(""));
    commit(&world, "a mistake");
    git(&world, &["checkout", "-q", "-b", "hidden"]);
    world.write(COLLABORATOR, "profile: Collaborator\nsettings: {aiBuilder: true}\n");
    let ran = world.run(&["plan", "--since", "main"]).exits(0);
    says(&ran, "1 profile blocked");
    world.write(DESK, &lead(", deleteCalls: true"));
    let ran = world.run(&["plan", "--since", "main"]).exits(3);
    says(&ran, "error[name-not-found]");
}

#[test]
fn what_git_would_read_otherwise_than_the_work_tree_is_refused_or_read_alike() {
    let world = repository();
    git(&world, &["checkout", "-q", "main"]);
    // Hidden folders are no profiles, in the work tree and before.
    let hidden = "profile: Zeta\nsettings: {deleteCalls: true}\n";
    world.write("profiles/emea/.old/z.yaml", hidden);
    git(&world, &["add", "-f", "profiles"]);
    commit(&world, "hidden");
    git(&world, &["checkout", "-q", "-b", "shown"]);
    git(&world, &["mv", "profiles/emea/.old/z.yaml", "profiles/emea/z.yaml"]);
    let ran = world.run(&["plan", "--since", "main"]).exits(0);
    says(
        &ran,
        "  critical   holders of the new profile can delete calls and their recordings: emea/Zeta",
    );
    // A tag of the name of a branch would be taken for it.
    git(&world, &["tag", "main"]);
    let ran = world.run(&["plan", "--since", "main"]).exits(3);
    assert!(ran.stderr.contains("`main` is refs/heads/main and refs/tags/main"), "{}", ran.stderr);
    let _ = world.run(&["plan", "--since", "refs/heads/main"]).exits(0);
    git(&world, &["tag", "-d", "main"]);
    // A repository within the profiles is not asked, whatever it says.
    git(&world, &["init", "-q", "--bare", "profiles"]);
    let ran = world.run(&["plan", "--since", "main"]).exits(3);
    assert!(ran.stderr.contains("`--since` needs a git checkout"), "{}", ran.stderr);
}

#[test]
fn a_link_before_the_branch_is_not_guessed_at() {
    let world = repository();
    git(&world, &["checkout", "-q", "main"]);
    std::os::unix::fs::symlink("deal-desk.yaml", world.folder().join("profiles/emea/link.yaml"))
        .expect("a link can be made");
    commit(&world, "a link");
    git(&world, &["checkout", "-q", "-b", "next"]);
    let ran = world.run(&["plan", "--since", "main"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("emea/link.yaml"), "{}", ran.stderr);
}
