//! Promise 8 under what the vendor leaves open: done with an empty second plan, or exit 7 with the
//! setting named; never silent.

use super::says;
use crate::harness::World;

/// Empties a list, takes the library to `none`, renames and creates, under one reading.
#[track_caller]
fn outcome(reading: &[(&str, &str)]) -> (i32, String) {
    let world = World::new(None, reading);
    world.write(
        "profiles/emea/rep.yaml",
        "profile: Account Executive\nformerly: [Sales Representative]\nunlisted: deny\nsettings:\n  callsAccess: {permissionLevel: own}\n  library: true\n",
    );
    world.write(
        "profiles/emea/new.yaml",
        "profile: Brand new\nsettings:\n  libraryFolderAccess: {permissionLevel: all, manageStreams: true}\n",
    );
    let ran = world.run(&["apply", "--auto-approve"]);
    if ran.code == 0 {
        let again = world.run(&["plan", "--detailed-exitcode"]).exits(0);
        says(&again, "Nothing to do, 2 unchanged");
    }
    (ran.code, ran.stdout)
}

#[test]
fn promise_8_most_readings_make_no_difference() {
    for reading in [
        &[][..],
        &[("texts", "trimmed")],
        &[("texts", "line-ends")],
        &[("texts", "folded")],
        &[("put", "replace")],
        &[("null", "clears")],
        &[("null", "refused")],
        &[("put", "replace"), ("null", "clears")],
        &[("duplicate-name", "accepted")],
        &[("under-library-none", "ignored")],
        &[("under-library-none", "stored")],
        &[("unknown-members", "refused")],
        &[("unknown-members", "dropped")],
    ] {
        let (code, said) = outcome(reading);
        assert_eq!(code, 0, "{reading:?}\n{said}");
    }
}

#[test]
fn promise_8_a_vendor_that_does_not_empty_lists_is_found_out() {
    let (code, said) = outcome(&[("empty-list", "ignored")]);
    assert_eq!(code, 7, "{said}");
    assert!(said.contains("not persisted Account Executive"), "{said}");
    assert!(said.contains("callsAccess.teamLeadIds: sent none, live it is"), "{said}");
}
