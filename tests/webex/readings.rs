//! Promise 8 under what Webex leaves open: done with an empty second plan, or exit 7 (or a refusal
//! before anything is sent) with the setting named; never silent.

use super::{ANALYST, access, live, world};
use crate::harness::World;

/// Renames and narrows one profile and makes another.
const BUILDER: &str = "\
profile: Flow Builder
formerly: [Flow Designer]
description: Builds flows
unlisted: deny
settings:
  permissionAccessLevel: SPECIFIC
  permissions: {flow: VIEW, web-chat-asset: EDIT}
  resourceAccessLevel: SPECIFIC
  resourceCollections: [Shared Services]
";

fn applied(readings: &[(&str, &str)], files: &[&str]) -> (i32, String, World) {
    let world = world(readings);
    for (at, file) in files.iter().enumerate() {
        world.write(&format!("profiles/center/{at}.yaml"), file);
    }
    let ran = world.run(&["apply", "--auto-approve"]);
    if ran.code == 0 {
        let again = world.run(&["plan", "--detailed-exitcode"]).exits(0);
        assert!(again.stdout.contains("Nothing to do"), "{}", again.stdout);
    }
    (ran.code, format!("{}{}", ran.stdout, ran.stderr), world)
}

#[test]
fn most_readings_make_no_difference() {
    for reading in [
        &[][..],
        &[("texts", "trimmed")],
        &[("texts", "line-ends")],
        &[("texts", "folded")],
        &[("omitted-permissions", "none")],
        &[("foreign-permissions", "dropped")],
        &[("foreign-permissions", "refused")],
        &[("toggle-access", "refused"), ("switch-none", "refused")],
        &[("stale-version", "refused")],
        &[("first-version", "1")],
        &[("first-version", "absent")],
        &[("duplicate-name", "accepted")],
        &[("name-comparison", "any-case")],
        &[("changed-profile-type", "ignored")],
        &[("specific-without-collections", "accepted")],
        &[("nested-collections", "id")],
        &[("arrays", "kept")],
        &[("unknown-members", "dropped")],
        &[("extra-members", "links")],
        &[("next-link", "same-version")],
        &[("page-size", "2")],
    ] {
        let (code, said, world) = applied(reading, &[ANALYST, BUILDER]);
        assert_eq!(code, 0, "{reading:?}\n{said}");
        let builder = live(&world, "Flow Builder");
        assert_eq!(
            (access(&builder, "flow"), access(&builder, "function")),
            ("VIEW".into(), "NONE".into())
        );
    }
}

#[test]
fn a_collection_that_has_to_be_sent_whole_is_refused_by_the_vendor_and_named() {
    let (code, said, world) = applied(&[("nested-collections", "whole")], &[BUILDER]);
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("resourceCollections[].organizationId is required"), "{said}");
    assert_eq!(live(&world, "Flow Designer")["resourceAccessLevel"], "ALL");
}

#[test]
fn a_collection_that_stays_goes_back_whole_under_either_reading() {
    let file = "profile: EMEA Supervisor\ndescription: Other words\n";
    let (code, said, _) = applied(&[("nested-collections", "whole")], &[file]);
    assert_eq!(code, 0, "{said}");
}

/// Asks for a permission that the organization is not licensed for.
const UNLICENSED: &str = "\
profile: Flow Designer
settings:
  permissionAccessLevel: SPECIFIC
  permissions: {campaign-manager: EDIT, flow: EDIT}
";

#[test]
fn an_unlicensed_permission_is_done_or_found_out_or_refused() {
    let (code, said, _) = applied(&[], &[UNLICENSED]);
    assert_eq!(code, 0, "{said}");
    let (code, said, _) = applied(&[("foreign-permissions", "dropped")], &[UNLICENSED]);
    assert_eq!(code, 7, "{said}");
    assert!(said.contains("permissions.campaign-manager: sent EDIT, live it is NONE"), "{said}");
    let (code, said, _) = applied(&[("foreign-permissions", "refused")], &[UNLICENSED]);
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("not licensed for campaign-manager"), "{said}");
}

#[test]
fn a_level_of_the_wrong_kind_is_refused_by_the_vendor_and_named() {
    let file = UNLICENSED.replace("campaign-manager: EDIT", "queue: ENABLED");
    let (code, said, _) = applied(&[("toggle-access", "refused")], &[&file]);
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("the access of queue can't be ENABLED"), "{said}");
}

#[test]
fn what_the_vendor_would_refuse_or_ignore_is_found_before_anything_is_sent() {
    let type_change = "profile: Flow Designer\nsettings: {profileType: SUPERVISOR}\n";
    let no_collection = "profile: Flow Designer\nsettings: {resourceAccessLevel: SPECIFIC}\n";
    let in_case = ANALYST.replace("Quality Analyst", "flow designer");
    for (reading, values, file, words) in [
        ("changed-profile-type", ["refused", "ignored"], type_change, "can't become `SUPERVISOR`"),
        (
            "specific-without-collections",
            ["refused", "accepted"],
            no_collection,
            "needs at least one resource collection",
        ),
        ("name-comparison", ["byte", "any-case"], &in_case, "differ in case only"),
    ] {
        for value in values {
            let (code, said, world) = applied(&[(reading, value)], &[file]);
            assert_eq!(code, 3, "{reading} {value}\n{said}");
            assert!(said.contains(words), "{said}");
            assert_eq!(world.writes(), []);
        }
    }
}

#[test]
fn a_setting_that_the_vendor_ignores_is_found_out() {
    let cases = [
        (
            "description",
            "description: sent \"Builds flows\", live it is \"Builds flows and prompts\"",
        ),
        ("permissions.flow", "permissions.flow: sent VIEW, live it is EDIT"),
        ("permissions.web-chat-asset", "permissions.web-chat-asset: sent EDIT, live it is NONE"),
        ("resourceAccessLevel", "resourceAccessLevel: sent SPECIFIC, live it is ALL"),
        ("resourceCollections", "resourceCollections: sent "),
        ("name", "name: sent \"Flow Builder\", live it is \"Flow Designer\""),
        ("editableFolderIds", "editableFolderIds: sent none, live it is 31"),
    ];
    // Each waits a while for the server to come round.
    std::thread::scope(|scope| {
        for (setting, words) in cases {
            scope.spawn(move || {
                let (code, said, _) = applied(&[("ignored-setting", setting)], &[BUILDER]);
                assert_eq!(code, 7, "{setting}\n{said}");
                assert!(said.contains(words), "{setting}\n{said}");
            });
        }
    });
}
