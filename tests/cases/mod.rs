//! Case folders: a user's files, what is live, and what the user then sees and the vendor gets.
//!
//! A folder below a provider's is planned, applied and planned again, once under each of the
//! provider's readings in [`READINGS`]. It holds `profiles/`, `live.json`, if need be `permctl.yaml`
//! (otherwise the one beside the case folders holds) and `exit.txt` (of apply, otherwise 0), and what
//! is expected: `plan.txt`, `stderr.txt` of the plan, `requests.txt`, `end.json`, and
//! `end.<reading>.json` where a vendor of another reading ends up with other values that mean
//! nothing. A folder below `findings/`, or `<provider>-findings/`, is validated, or planned when it
//! has a `live.json`; it expects `stdout.txt`, `stderr.txt` and exit code 3 or that of `exit.txt`, and
//! nothing written. With an `apply.exit.txt` it is then applied. An expected file that would be
//! empty is left out.
//!
//! `UPDATE_CASES=1 cargo test --test main cases` writes the expected files, except exit codes,
//! instead of comparing them. Read what it wrote.
#![expect(clippy::disallowed_methods, reason = "cases are files, and a variable rewrites them")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use similar::TextDiff;

use crate::harness::{Ran, World};

mod live;
mod requests;
mod webex_live;
mod webex_requests;

/// What a vendor is told to do about what is open: names and values.
type Reading = &'static [(&'static str, &'static str)];

/// The readings under which the cases of a provider run, the first of them without any choice.
const READINGS: &[(&str, &[Reading])] = &[
    ("gong", &[&[], &[("put", "replace")]]),
    ("gong-openapi", &[&[], &[("put", "replace"), ("put-permissions", "replace")]]),
    (
        "webex",
        &[
            &[],
            &[("omitted-permissions", "none"), ("first-version", "absent")],
            &[("arrays", "kept"), ("extra-members", "links")],
            &[("stale-version", "refused"), ("foreign-permissions", "refused")],
            &[("toggle-access", "refused"), ("name-comparison", "any-case")],
            &[("unknown-members", "dropped"), ("next-link", "same-version")],
        ],
    ),
    (
        "pulse",
        &[
            &[],
            &[
                ("permissions-answer", "names"),
                ("create-status", "201"),
                ("role-users", "objects"),
                ("users-answer", "with-flat-list"),
                ("expires-at", "absent"),
            ],
            &[
                ("account-header", "optional"),
                ("role-case", "any-case"),
                ("expires-at", "milliseconds"),
                ("error-shape", "older"),
            ],
        ],
    ),
];

macro_rules! cases {
    ($runner:path, $provider:literal, $kind:literal: $($name:ident)*) => {
        $(#[test]
        fn $name() {
            $runner(&Case::new($provider, $kind, stringify!($name)));
        })*

        #[test]
        fn every_folder_is_a_test() {
            crate::cases::assert_listed($kind, &[$(stringify!($name)),*]);
        }
    };
}

mod gong {
    use super::{Case, reconcile};

    cases! { reconcile, "gong", "gong":
        bundle_in_part case_only create deactivated_lead description_change folders_by_path ignored
        leads_by_email library_from_none library_to_none none_with_leads nothing_to_do null_members
        pin_by_id pin_frees_name_equal pin_frees_name_other rename rename_chain trailing_space two_documents unknown_level
        unknown_members_kept unlisted_deny unlisted_keep unmanaged update_scope update_switch
    }
}

mod gong_openapi {
    use super::{Case, reconcile};

    cases! { reconcile, "gong-openapi", "gong-openapi":
        absent_members all_listed case_only create description_change ignored nothing_to_do null_members of_another_workspace pin_by_id rename rename_chain trailing_space unknown_members_kept unknown_value unlisted_deny unmanaged update_switch
    }
}

mod gong_openapi_findings {
    use super::{Case, refuse};

    cases! { refuse, "gong-openapi", "gong-openapi-findings":
        live_name_twice name_taken servers_own stray_described unknown_setting workspace_by_name wrong_kind
    }
}

mod findings {
    use super::{Case, refuse};

    cases! { refuse, "gong", "findings":
        ambiguous_level bad_config bundle_without_level claimed_twice claimed_twice_live
        duplicate_key duplicate_profile foreign_pin holders_unsupported ignored_former_name ignored_pin name_taken impossible_level inert_setting live_name_twice
        name_ambiguous name_not_found new_true not_yet null_value rename_both_live rename_cycle several_at_once
        twin_name twin_normalised twin_settings unknown_key unknown_setting unknown_workspace_folder unquoted_id
        wrong_kind
    }
}

mod webex {
    use super::{Case, reconcile};

    cases! { reconcile, "webex", "webex":
        all_to_specific collections_by_name create create_beside_another_type create_beside_three_others create_with_all description_change
        disabled_stays disabled_stays_unlisted folders inert_under_all new_permission nothing_to_do other_order rename rename_in_case
        rename_chain specific_to_all undocumented_live unknown_members_kept unlisted_deny unlisted_keep unmanaged
        update_permission vendors_own_as_it_is
    }
}

mod webex_findings {
    use super::{Case, refuse};

    cases! { refuse, "webex", "webex-findings":
        case_only collection_ambiguous collection_not_found credentials immutable_type
        name_and_description name_taken new_incomplete opaque_level permissions_without_level
        report_folders server_owned specific_rules specific_rules_live twin_settings unknown_permission vendors_own wrong_access
    }
}

mod pulse {
    use super::{Case, reconcile};

    cases! { reconcile, "pulse", "pulse":
        create create_empty holders_any_case holders_get holders_lose holders_new_role holders_nobody
        holders_nothing_to_do holders_phases ignored name_in_path nothing_to_do unknown_members_kept
        unlisted_deny unlisted_keep unmanaged update_list update_map
    }
}

mod pulse_findings {
    use super::{Case, refuse};

    cases! { refuse, "pulse", "pulse-findings":
        case_only dots_for_a_name holder_is_fixed holder_not_an_address holder_twice holder_unknown
        holders_not_a_list holders_of_the_vendors list_with_twice not_in_account not_in_account_alone rename super_admin twin whole_system
    }
}

/// Starts the world of a provider's case `create`.
pub fn creating(provider: &'static str) -> World {
    Case::new(provider, provider, "create").world(&[])
}

/// What a case writes where a secret would wrongly stand.
const SECRET: &str = "hunter2";

/// One case folder.
struct Case {
    provider: &'static str,
    folder: PathBuf,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

fn assert_listed(kind: &str, listed: &[&str]) {
    let mut listed: Vec<String> = listed.iter().map(|name| name.replace('_', "-")).collect();
    listed.sort();
    let mut found: Vec<String> = fs::read_dir(root().join(kind))
        .expect("the folder of the cases is there")
        .map(|entry| entry.expect("an entry can be read"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name())
        .map(|name| name.into_string().expect("case folders have plain names"))
        .collect();
    found.sort();
    assert_eq!(listed, found, "the list in tests/cases/mod.rs and the folders differ");
}

impl Case {
    fn new(provider: &'static str, kind: &str, name: &str) -> Self {
        Self { provider, folder: root().join(kind).join(name.replace('_', "-")) }
    }

    fn given(&self, file: &str) -> Option<String> {
        fs::read_to_string(self.folder.join(file)).ok()
    }

    fn exit_code(&self, file: &str) -> Option<i32> {
        self.given(file).map(|text| text.trim().parse().expect("an exit code is a number"))
    }

    fn live(&self) -> Option<Json> {
        let text = self.given("live.json")?;
        Some(serde_json::from_str(&text).expect("live.json is JSON"))
    }

    fn world(&self, readings: &[(&str, &str)]) -> World {
        let state = self.live().map(|live| live::state(self.provider, live));
        let world = World::of(self.provider, state, readings);
        if let Some(config) = self.given("permctl.yaml") {
            world.write("permctl.yaml", &config);
        }
        copy(&world, &self.folder, "profiles");
        world
    }

    /// Compares an expected file, or writes it when asked to; without a text it must not be there.
    #[track_caller]
    fn expect(&self, file: &str, actual: &str) {
        let path = self.folder.join(file);
        if std::env::var_os("UPDATE_CASES").is_some_and(|value| value == "1") {
            match actual {
                "" if path.exists() => fs::remove_file(&path).expect("an old file can go"),
                "" => {}
                _ => fs::write(&path, actual).expect("a case can be written"),
            }
            return;
        }
        let expected = self.given(file).unwrap_or_default();
        assert!(
            expected == actual,
            "{} differs; - is expected, + is what came:\n{}",
            path.display(),
            TextDiff::from_lines(&expected, actual).unified_diff()
        );
    }

    /// Compares what a command said.
    #[track_caller]
    fn says(&self, world: &World, ran: &Ran, stdout: &str) {
        let plain = |text: &str| text.replace(world.sandbox().endpoint(), "ENDPOINT");
        self.expect(stdout, &plain(&ran.stdout));
        self.expect("stderr.txt", &plain(&ran.stderr));
    }
}

/// Copies a folder of the case into the user's folder.
fn copy(world: &World, case: &Path, below: &str) {
    let Ok(entries) = fs::read_dir(case.join(below)) else { return };
    for entry in entries {
        let entry = entry.expect("an entry can be read");
        let path = format!("{below}/{}", entry.file_name().to_str().expect("plain names"));
        if entry.path().is_dir() {
            copy(world, case, &path);
        } else {
            world.write(&path, &fs::read_to_string(entry.path()).expect("a file of a case"));
        }
    }
}

/// Checks that the program left the user's files alone.
fn assert_untouched(world: &World, case: &Path, below: &str) {
    for entry in fs::read_dir(world.folder().join(below)).expect("the user's folder is there") {
        let entry = entry.expect("an entry can be read");
        let path = format!("{below}{}", entry.file_name().to_str().expect("plain names"));
        // The lock and the journals are the program's own.
        if path == ".permctl" {
            continue;
        }
        if entry.path().is_dir() {
            assert_untouched(world, case, &format!("{path}/"));
        } else if path != "permctl.yaml" {
            let given = fs::read_to_string(case.join(&path));
            assert_eq!(given.ok(), Some(world.read(&path)), "{path} is not as it was");
        }
    }
}

/// Plans, applies, plans again.
fn reconcile(case: &Case) {
    let readings = READINGS.iter().find(|(provider, _)| *provider == case.provider);
    let (_, readings) = readings.expect("every provider runs under its readings");
    let likeliest = reconcile_with(case, readings[0]);
    case.expect("end.json", &likeliest);
    costs_what_it_says(case);
    for reading in &readings[1..] {
        let end = reconcile_with(case, reading);
        let values: Vec<&str> = reading.iter().map(|(_, value)| *value).collect();
        let file = format!("end.{}.json", values.join("-"));
        case.expect(&file, if end == likeliest { "" } else { &end });
    }
}

/// Applies a saved plan, which takes the requests that it says.
fn costs_what_it_says(case: &Case) {
    let world = case.world(&[]);
    let plan = world.run(&["plan", "--out", "plan.json", "--format", "json"]).exits(0);
    let plan: Json = serde_json::from_str(&plan.stdout).expect("it is JSON");
    world.sandbox().clear_exchanges();
    let applied = world.run(&["apply", "plan.json"]);
    let sent = world.sandbox().exchanges();
    let lines: Vec<String> =
        sent.iter().map(|it| format!("{} {}", it.request.method, it.request.path)).collect();
    let costs: u64 =
        plan["cost"].as_array().into_iter().flatten().filter_map(|it| it["apply"].as_u64()).sum();
    assert_eq!(costs, lines.len() as u64, "{lines:#?}\n{}", applied.stdout);
}

/// Returns how the vendor's data ends.
fn reconcile_with(case: &Case, readings: &[(&str, &str)]) -> String {
    let world = case.world(readings);
    let before = world.sandbox().state();
    let plan = world.run(&["plan"]).exits(0);
    case.says(&world, &plan, "plan.txt");
    assert_eq!(world.writes(), [], "the plan wrote");
    let _ = world
        .run(&["apply", "--auto-approve"])
        .exits(case.exit_code("exit.txt").unwrap_or_default());
    case.expect("requests.txt", &requests::text(&world));
    let after = world.sandbox().state();
    if world.writes().is_empty() {
        assert_eq!(before, after, "something changed without a write");
    }
    world.sandbox().clear_exchanges();
    let second = world.run(&["plan", "--detailed-exitcode"]).exits(0);
    assert!(second.stdout.contains("Nothing to do"), "{}", second.stdout);
    assert_eq!(world.writes(), [], "the second plan wrote");
    assert_untouched(&world, &case.folder, "");
    live::compact(case.provider, &after)
}

#[test]
fn the_second_plan_would_notice_a_change() {
    let world = Case::new("gong", "gong", "nothing_to_do").world(&[]);
    let _ = world.run(&["plan", "--detailed-exitcode"]).exits(0);
    world.edit("EMEA Sales", "Sales Rep", "deals", Json::Bool(false));
    let _ = world.run(&["plan", "--detailed-exitcode"]).exits(2);
}

/// Shows what is wrong, and writes nothing.
fn refuse(case: &Case) {
    let world = case.world(&[]);
    let in_files = case.live().is_none();
    let ran = world.run(&[if in_files { "validate" } else { "plan" }]);
    let ran = ran.exits(case.exit_code("exit.txt").unwrap_or(3));
    case.says(&world, &ran, "stdout.txt");
    if in_files {
        let apply = world.run(&["apply", "--auto-approve"]).exits(ran.code);
        assert_eq!(world.sandbox().exchanges(), [], "files that are wrong reached the vendor");
        let said = format!("{}{}{}{}", ran.stdout, ran.stderr, apply.stdout, apply.stderr);
        assert!(!said.contains(SECRET), "a secret that stands in a file was shown");
        return;
    }
    assert_eq!(world.writes(), [], "the plan wrote");
    match case.exit_code("apply.exit.txt") {
        Some(code) => {
            let _ = world.run(&["apply", "--auto-approve"]).exits(code);
            case.expect("requests.txt", &requests::text(&world));
            case.expect("end.json", &live::compact(case.provider, &world.sandbox().state()));
        }
        None => {
            let _ = world.run(&["apply", "--auto-approve"]).exits(ran.code);
            assert_eq!(world.writes(), [], "a refused profile was written");
        }
    }
}
